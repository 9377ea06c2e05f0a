"""Which candidates an article has: several of one sentence, two sentences in one bullet."""

from __future__ import annotations

import pytest

from newsletter.config import Editorial
from newsletter.highlights.candidates import (
    Candidate,
    find_candidates,
    find_story_candidates,
    join_neighbours,
)
from newsletter.highlights.candidates import (
    join as join_two,
)
from newsletter.highlights.summarize import summarize_story
from newsletter.highlights.weaknesses import FRAGMENT, JUDGEMENT
from newsletter.model import PublisherKind
from tests.support.factories import make_article, make_publisher


def join(text: str, *, title: str = "", max_words: int = 34) -> list[str]:
    article = make_article(title=title, text=text)
    found = find_story_candidates([article], max_words=max_words)
    return [joined.text for joined in join_neighbours([article], found, max_words=max_words)]


def find(text: str, *, max_words: int) -> tuple[Candidate, ...]:
    return find_story_candidates([make_article(title="", text=text)], max_words=max_words)


def test_a_dateline_makes_no_sentence_too_long_to_tell_its_cause() -> None:
    text = (
        "KUANTAN, Malaysia, March 11 (Straits Wire) - The ministry ordered Acme Metals to stop the mill at its works in "
        "Gebeng on Tuesday after a pipe burst and let 40 cubic metres of acid run over the floor.\n\n"
        "Acme sold 3,150 tonnes of oxide last year."
    )
    shown = [
        one.shown
        for one in find_story_candidates(
            [make_article(title="Acme told to stop mill", text=text)], max_words=34
        )
    ]
    assert any("Tuesday after a pipe burst" in one for one in shown), shown


def test_two_statements_of_one_sentence_stand_side_by_side() -> None:
    text = (
        "The mill in Turku will close in May, while the board says that its sister in Pori is safe for now."
    )
    first, second = find(text, max_words=14)
    assert not first.overlaps(second)


def test_a_sentence_is_not_parted_where_one_half_is_none() -> None:
    text = (
        "Acme Bakers, a pioneer in high-speed bread payment systems, and LUND Co., LTD, a leader in flour, have announced a "
        "strategic partnership following the signing of a memorandum of understanding on July 22nd."
    )
    assert [one.place for one in find(text, max_words=30)] == [0]


def test_what_points_at_the_sentence_before_stands_in_one_bullet_with_it() -> None:
    text = "Lodestone has opened a second mill in Turku.\n\nThat takes its output to 2,600 tonnes a year."
    assert join(text) == [
        "Lodestone has opened a second mill in Turku; that takes its output to 2,600 tonnes a year."
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Sales of ferries fell by 9% in the north last year. This report was first published in March.",
        "The minister of the islands spoke about ferries in May. The company may appeal within 30 days.",
        "About 400 workers of the north are out of work. Its shares fell by 3% in Oslo on Friday.",
        "The mill in Turku makes 40 tonnes of steel a day. Shares in banks fell by 3% in Oslo on Friday.",
    ],
)
def test_sentences_about_two_things_are_not_joined(text: str) -> None:
    assert join(text) == []


def test_a_joined_sentence_never_names_whom_the_cut_took_away() -> None:
    text = (
        "The probe came after a public outcry over the death of a sailor in the port, who was hurt by officer "
        "Wilson of the port police in a chase through the yard. Wilson has left the police of the port for good."
    )
    assert all("Wilson of the port police" in joined for joined in join(text, max_words=30))


def tell(text: str) -> list[str]:
    """What Lodestone's own release tells."""
    publisher = make_publisher("Lodestone Limited", kind=PublisherKind.ISSUER)
    article = make_article(title="Lodestone opens a mill", text=text, publisher=publisher)
    return [one.shown for one in find_story_candidates([article], max_words=34)]


def test_a_text_opens_with_another_of_its_kind() -> None:
    text = "Another mill of the north was closed by its owners in May.\n\nAnother yard was closed in June."
    assert [one.text for one in find(text, max_words=34)] == [text.partition("\n")[0]]


def test_a_release_that_names_its_issuer_needs_no_lead_in_and_no_our() -> None:
    text = "Following our trip to the Court of Oslo, the oldest of all, Lodestone announces the sale of our yards by our board."
    shown = tell(text + " Lodestone Limited sold a mill to a bank in May." * 4)
    assert (
        shown[0]
        == "Following its trip to the Court of Oslo, the oldest of all, Lodestone announces the sale of its yards by its board."
    )


def test_a_lead_of_two_statements_is_told_however_many_tickers_stand_in_it() -> None:
    text = (
        "Lodestone Limited (ASX: LSL) (“Lodestone” or the “Company”), a maker of steel for the yards of the far north, "
        "today announced that it received a notice dated May 18, 2026, from the Department of Licences of the Board of "
        "the Port of Turku in Finland notifying it that the depth of the quay at its mill was below nine metres for a "
        "period of 30 days in a row in the spring and that the mill did not meet the rule of the port on the depth of "
        "quays set forth in Part 5 of the rules of the port."
    )
    assert [one.partition(" announced")[0] for one in tell(text)] == ["Lodestone Limited today"] * 2


def test_who_steps_into_a_post_is_no_judgement() -> None:
    text = "Ada Lund spoke to the Daily News after stepping into the interim post at Lodestone in May."
    assert not any(JUDGEMENT in one.weak for one in find(text, max_words=34))


@pytest.mark.parametrize("wire", ["ASX Wire", "Harbour Newswire", "The Newswire"])
@pytest.mark.parametrize(
    "dateline", ["TURKU, March 3 (Harbour Newswire) –", "TURKU, FI / Harbour Newswire / March 3, 2026 /"]
)
def test_the_distributor_never_speaks(wire: str, dateline: str) -> None:
    text = (
        f"{dateline} Lodestone Limited (ASX: LSL) has opened a mill in Turku.\n\n"
        "The mill will make 40 tonnes of steel a day from May."
    )
    publisher = make_publisher(wire, kind=PublisherKind.ISSUER)
    found = find_story_candidates([make_article(title="", text=text, publisher=publisher)], max_words=34)
    assert found
    assert not any(wire in candidate.shown for candidate in found)


def test_a_point_of_a_list_whose_line_is_not_told_is_no_sentence() -> None:
    text = (
        "In the trial of the drug by the clinic in Turku, which took two years in all, the results of it were these:\n\n"
        "• a fall of 28% in one value that the clinic measures; and\n\n• a fall of 31% in another that it measures."
    )
    found = find(text, max_words=34)
    assert all(FRAGMENT in one.weak for one in found if "fall" in one.text)


def test_lines_above_a_text_do_not_move_its_first_sentence_down() -> None:
    event = (
        "Lodestone has agreed with the harbour board of Turku and the yard at Gdansk that both will buy steel of "
        "each other from May at a price that an auditor sets in June of every year until the mill in Lund closes "
        "or the board finds another buyer of it."
    )
    above = "FOR IMMEDIATE RELEASE\n\nTURKU\n\nMay 3, 2026\n\nHARBOUR NEWS\n\nBy Ada Brown\n\nSHARE THIS\n\nPHOTO\n\n"
    text = f"{event} The mill makes 40 tonnes of steel a day."
    for whole in (text, above + text):
        article = make_article(title="Lodestone and Turku swap steel", text=whole)
        found = find_story_candidates([article], max_words=34)
        assert any(one.sentence.text == event for one in found)


def test_what_stands_before_a_companys_name_is_no_part_of_it() -> None:
    text = "ASX Limited lists Lodestone.\n\nIts board met in Oslo with Lodestone in May.\n\nThe loan of $40 million is not binding, and a bank in Turku will decide on it in May."
    for name in ("ASX Announcement – Lodestone Limited (ASX: LSL)", "Lodestone Limited / Harbour Newswire"):
        publisher = make_publisher(name, kind=PublisherKind.ISSUER)
        found = find_story_candidates([make_article(text=text, publisher=publisher)], max_words=34)
        assert {one.lead_in.speaker for one in found if one.lead_in} == {"Lodestone Limited"}
    address = make_publisher("www.lodestone.example", kind=PublisherKind.ISSUER)
    assert find_story_candidates([make_article(text=text, publisher=address)], max_words=34)


def test_the_latter_needs_both_of_which_it_is_one() -> None:
    alone = "An official of Turku said that the latter includes forty lorries and a yard."
    both = "Turku sold a mill and a ferry, and the latter carries forty lorries a day."
    assert not any("latter" in one.text for one in find(alone, max_words=34))
    assert [one.text for one in find(both, max_words=34)] == [both]


def test_a_weekday_goes_before_what_came_of_it() -> None:
    text = (
        "Shares of Norhavn fell by 18.7% to 1,142 kroner in Oslo on Friday after the harbour council put its largest ferry "
        "on its list of unsafe ships, shutting two of its five lines to the islands."
    )
    found = find(text, max_words=34)
    assert [one.text for one in found] == [text.replace(" on Friday", "")]


def test_what_stands_between_brackets_is_no_bullet() -> None:
    text = "The mill of Acme in Ystad burned down on Monday.\n\n(The Courier had written that it stood in Malmo, in May.)"
    assert [one.text[:8] for one in find_candidates(make_article(text=text), max_words=34)] == ["The mill"]


def test_what_went_wrong_may_be_long() -> None:
    text = (
        "Acme Docks reported on its cranes in May. It has 9 cranes in Bari. It has 4 cranes in Oslo. It has 2 cranes in "
        "Turku. It has a crane in Riga. It has a crane in Brest. The yard will continue to be supplied from the two mills "
        "of the town of Lund until 31 December, after which supply agreements will not be renewed for yards with fewer "
        "than 60 welders and 9 cranes."
    )
    for kind in (PublisherKind.ISSUER, PublisherKind.TRADE_PRESS):
        article = make_article(title="A report", text=text, publisher=make_publisher("Acme Docks", kind=kind))
        found = summarize_story((article,), settings=Editorial())
        assert any("not be renewed" in one.text for one in found)


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("On both counts the jury found Rex Hill guilty in May.", True),
        ("On both, the jury found Rex Hill guilty in May.", False),
        ("The owners of these mills sold 400 looms in May.", True),
        ("The largest of them sold 400 looms to Oslo in May.", False),
        ("Looms that fall under such terms need a permit in May.", False),
        ("Terms of May and other such terms bind 400 looms.", True),
        ("Looms at such high rates need a permit in May.", True),
    ],
)
def test_what_points_back_does_not_stand_and_what_has_its_noun_does(text: str, stands: bool) -> None:
    assert bool(find_candidates(make_article(title="Mills", text=text), max_words=34)) is stands


def test_they_are_told_where_the_bullet_says_who_or_a_text_opens_with_them() -> None:
    found = find(
        "Let them buy 400 looms in May. The town will sell them 31 looms. The mills can sell them.",
        max_words=34,
    )
    assert [one.text for one in found if "them" in one.text] == [
        "Let them buy 400 looms in May.",
        "The mills can sell them.",
    ]


def test_what_somebody_judges_in_the_next_sentence_is_no_view_of_the_publisher() -> None:
    text = (
        "Halden has lost a ferry. The question goes to the Council, which has 67 days to decide. Until then no new ferry "
        "should be built there, the safety board said."
    )
    article = make_article(title="Halden loses ferry", text=text)
    found = find_candidates(article, max_words=34)
    assert JUDGEMENT in found[-1].weak
    both = join_two(*found[-2:], max_words=34)
    assert both is not None
    assert not both.is_view


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (
            ", relating to failure to:\n\n- file their reports in time; or\n\n- keep enough capital.",
            "and June 2025.",
        ),
        ("…\n\nThe fine is the largest so far.", "and June 2025."),
        (", namely:\n\n- A fine of 3,000 crowns for Acme.", None),
        (", and ordered as follows:\n\n- Acme closes.", None),
    ],
)
def test_a_lead_is_not_lost_for_its_open_end(end: str, told: str | None) -> None:
    lead = "The Ribe Bank fined 10 ferry licensees up to 3,000 crowns for breaches of its rules between January 2024"
    found = find(f"{lead} and June 2025{end}", max_words=34)
    assert [one.text for one in found if one.sentence.index == 0] == ([f"{lead} {told}"] if told else [])


def test_the_event_keeps_its_figures_and_why_it_came_and_what_stands_further_down_is_cut() -> None:
    lead = (
        "Little Meadow Foods is recalling all batches of its organic rice porridge for infants from six months, because "
        "tests found arsenic at up to 0.19 milligrams a kilogram, twice the legal limit for food that is sold for babies."
    )
    praise = "Acme Ferries, a maker of hulls which is proud of its long tradition of building in wood, sold its yard in Wick for $40 million."
    text = f"{lead}\n\n{praise}\n\n{lead.replace('Little', 'Lower')}"
    first, second, third = find_story_candidates([make_article(title="", text=text)], max_words=20)
    assert first.text == lead
    assert second.text == "Acme Ferries sold its yard in Wick for $40 million."
    assert "arsenic" not in third.text
