"""A bullet against the sentences that it cites: they must suffice, and only names may come from elsewhere."""

from __future__ import annotations

import pytest

from newsletter.gate import check_bullet
from newsletter.highlights.stage import stage_ground

HEADLINE = "Halden Dairies buys a cheese plant in Ribe"
FIRST = "Halden Dairies has agreed to buy a cheese plant in Ribe for 42 million euros."
SECOND = "It expects the plant to make 9,000 tonnes of hard cheese a year."
THIRD = "The seller, Nordost, employs 310 people and lost 3 million euros last year."
SOURCE = f"{FIRST} {SECOND} {THIRD}"


def grounded(text: str, *cited: str) -> bool:
    return check_bullet(
        text, headline=HEADLINE, publisher="Dairy Weekly", cited=cited, source=SOURCE
    ).grounded


def test_the_name_for_a_pronoun_may_come_from_the_headline() -> None:
    assert grounded("Halden Dairies expects the plant to make 9,000 tonnes of hard cheese a year.", SECOND)


def test_two_cited_sentences_may_become_one_bullet() -> None:
    assert grounded(
        "Halden Dairies has agreed to buy a plant in Ribe for 42 million euros; it expects 9,000 tonnes of cheese a "
        "year.",
        FIRST,
        SECOND,
    )


def test_a_figure_must_stand_in_a_cited_sentence() -> None:
    assert grounded("Nordost employs 310 people.", THIRD)
    assert not grounded("Halden Dairies has agreed to buy a plant with 310 people.", FIRST)


def test_without_citations_the_whole_article_is_looked_at() -> None:
    assert grounded("Nordost employs 310 people.")
    assert not grounded("Nordost employs 320 people.")


def test_the_stage_takes_the_sentences_that_a_summary_rests_on() -> None:
    line = {"id": "a", "source": f"{HEADLINE}\n\n{SOURCE}", "summary": "Nordost employs 310 people."}
    assert stage_ground({**line, "rests_on": [THIRD]})["grounded"]
    assert stage_ground({**line, "rests_on": []})["grounded"]
    assert not stage_ground({**line, "rests_on": [FIRST]})["grounded"]


@pytest.mark.parametrize(
    ("cited", "kept", "lost"),
    [
        (
            "The bank offered a loan of up to C$350 million in March.",
            "The bank offered up to C$350 million in March.",
            "The bank offered C$350 million in March.",
        ),
        (
            "Dues come to around 68 crowns a tonne, and the quay gets about 60 today.",
            "Dues come to around 68 crowns a tonne; the quay gets about 60.",
            "Dues come to 68 crowns a tonne; the quay gets about 60.",
        ),
        (
            "The reason for the early autumn dust over Ribe is not known.",
            "The reason for the dust over Ribe is not known.",
            "The reason for the dust over Ribe is known.",
        ),
    ],
)
def test_a_hedge_belongs_to_its_figure_and_a_denial_to_its_verb(cited: str, kept: str, lost: str) -> None:
    def judge(text: str) -> bool:
        return check_bullet(text, headline="", publisher="", cited=[cited], source=cited).grounded

    assert judge(kept)
    assert not judge(lost)


FINED = (
    "Ribe Line was ordered by a judge to pay $2 million in penalties and costs related to calls to passengers.",
    "Ribe Line was ordered to pay a total of $2 million, as follows:",
    "$1.45 million in civil penalties, $362,500 to each of four offices;",
)
ROPES = ("Rates for 300mm ropes held, and about 70 percent of 300mm capacity is sold until 2028.",)
BIDS = ("The Office will decide on bids within 45 days.", "Where it gives no decision, the bid is refused.")


@pytest.mark.parametrize(
    ("cited", "text", "passes"),
    [
        (FINED, "A judge ordered Ribe Line to pay $1.45 million in civil penalties over its calls.", True),
        (
            FINED,
            "A judge ordered Ribe Line to pay $1.45 million in penalties and costs over its calls.",
            False,
        ),
        (ROPES, "Rates for 300mm ropes held.", True),
        (("About 70 percent of 300 ferries are sold.",), "The yard sold 300 ferries.", False),
        (("Some 37 of the 112 mills run and 20 of the 112 are for sale.",), "The 112 mills run.", False),
        (BIDS, "A bid undecided after 45 days is refused.", True),
        (BIDS, "The Office will decide on bids after 45 days.", False),
        (BIDS, "On bids without a name the Office will decide after 45 days.", False),
    ],
)
def test_a_figure_is_bound_by_the_words_beside_it(cited: tuple[str, ...], text: str, passes: bool) -> None:
    verdict = check_bullet(text, headline="Ferries", publisher="Wire", cited=cited, source=" ".join(cited))
    assert verdict.grounded is passes, verdict.reasons
