from __future__ import annotations

import pytest

from newsletter.english.sentences import BlockKind, split_sentences
from newsletter.highlights.candidates import find_candidates
from newsletter.highlights.structure import render_fact
from tests.support.factories import make_article


@pytest.mark.parametrize(
    ("point", "shown"),
    [
        ("Target annual output of 26,000 buses and 19,000 vans;",
         "Target annual output of 26,000 buses and 19,000 vans."),
        ("After-tax value of $439 million at a discount of 5%; and",
         "After-tax value of $439 million at a discount of 5%."),
        ("Life of Fleet (LOF) of 14 years", "Life of Fleet (LOF) of 14 years."),
        ("Average fare of approximately 6.2 euros a trip,", "Average fare of approximately 6.2 euros a trip."),
        ("Initial cost, with contingency, estimated at US$86 million; and", "Initial cost, with contingency, estimated at US$86 million."),
        ("12 ferries in service at the end of May", "12 ferries in service at the end of May."),
        ("Occupancy at 91% in the south", "Occupancy at 91% in the south."),
    ],
)  # fmt: skip
def test_a_point_of_a_list_is_shown_with_a_full_stop(point: str, shown: str) -> None:
    fact = split_sentences(f"Highlights\n\n• {point}")[-1]
    assert fact.kind is BlockKind.FACT
    assert render_fact(fact) == shown


def test_a_fact_stands_under_the_line_above_its_list_and_a_sentence_does_not() -> None:
    text = "Acme will build a depot in Lyon.\n\nThe depot at Lyon includes:\n\n• Room for 400 buses under one roof\n• A canteen that seats 90 people and opens at five"
    article = make_article(title="Acme to build depot in Lyon", text=text)
    shown = [candidate.shown for candidate in find_candidates(article, max_words=34)]
    assert "The depot at Lyon includes: Room for 400 buses under one roof." in shown
    fact = next(c for c in find_candidates(article, max_words=34) if c.sentence.kind is BlockKind.FACT)
    assert fact.lead_in is not None
    assert fact.lead_in.citation.sentence == "The depot at Lyon includes:"
    assert text[fact.sentence.start : fact.sentence.end] == "Room for 400 buses under one roof"


def test_a_short_or_an_empty_point_is_no_fact() -> None:
    article = make_article(
        title="Acme", text="Acme counts:\n\n• 26 buses\n• Strong growth in every market that it serves"
    )
    assert not [c for c in find_candidates(article, max_words=34) if c.sentence.kind is BlockKind.FACT]


def test_a_point_under_a_name_of_no_speaker_is_named_too() -> None:
    text = (
        "Acme Ferries said on Monday that it had signed three new routes across the strait.\n\n"
        "• Harbour Technology: Acme Ferries bought the patents in May. The company has invested 4 million euros into quieter engines.\n\n"
        "• Crews: Acme Ferries hired 40 sailors in June. It will train 60 more of them by the end of the year."
    )
    article = make_article(title="Acme Ferries signs three routes", text=text)
    shown = [candidate.shown for candidate in find_candidates(article, max_words=34)]
    assert "Harbour Technology: Acme Ferries has invested 4 million euros into quieter engines." in shown
    assert "Crews: Acme Ferries will train 60 more of them by the end of the year." in shown


def test_a_point_that_goes_on_from_the_line_above_its_list_stands_under_it() -> None:
    text = (
        "The harbour board opened an inquiry into the ferry sale on Monday.\n\n"
        "The board has doubts on two points:\n\n"
        "- whether the yard was offered to more than one buyer before the sale in January 2026\n"
        "- whether the price of 40 million euros covers the debts that the port took over\n"
    )
    article = make_article(title="Board opens inquiry into ferry sale", text=text)
    shown = [one.shown for one in find_candidates(article, max_words=34) if not one.weak]
    assert (
        "The board has doubts on two points: whether the price of 40 million euros covers the debts that the port "
        "took over."
    ) in shown


def test_a_point_without_a_main_clause_has_the_verb_of_the_line_above() -> None:
    text = (
        "The port has decided on its ferries. It will publish the list in May.\n\nThe order of the port bans:\n\n"
        "- New ferries with oil engines, which will keep the soot away from the nine islands of the north.\n"
        "- All night sailings of the 40 oldest ferries, which carry 300 people each.\n\nIt takes effect in June."
    )
    shown = [
        one.shown for one in find_candidates(make_article(title="Port bans ferries", text=text), max_words=34)
    ]
    assert len(shown) == 3
    assert all(one.startswith("The order of the port bans: ") for one in shown[1:])


def test_a_line_that_its_points_complete_has_no_colon() -> None:
    text = (
        "The harbour office has read the ferry's plans for the pier in Turku.\n\nThe office proposes to:\n\n"
        "- allow the ferry to land 900 cars a day from the month of May on\n\n"
        "- refuse the second pier, which must close by 30 June 2027 as the permit provides"
    )
    article = make_article(title="Office decides on ferry", text=text)
    shown = [one.shown for one in find_candidates(article, max_words=34)]
    assert "The office proposes to allow the ferry to land 900 cars a day from the month of May on." in shown


def test_a_point_of_results_ends_where_its_words_end() -> None:
    [one] = split_sentences("• Profit before tax NOK 61.9 million (22.4 million) –")
    assert one.kind is BlockKind.FACT
    assert render_fact(one) == "Profit before tax NOK 61.9 million (22.4 million)."
