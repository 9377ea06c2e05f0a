"""Praise and scene-setting told from what can be checked."""

from __future__ import annotations

import pytest

from newsletter.config import Editorial
from newsletter.english.promotion import has_checkable_fact, is_commercial, is_promotion, sets_scene
from newsletter.highlights.candidates import find_candidates
from newsletter.highlights.summarize import summarize_story
from newsletter.highlights.weaknesses import BACKGROUND, PROMOTION
from newsletter.model import HighlightKind
from tests.support.factories import make_article


@pytest.mark.parametrize(
    "text",
    [
        "Larkspur’s SorbFlow process is central to easing the shortage of separated oxides.",
        "SorbFlow offers a cleaner, more modular alternative to mixer-settlers.",
        "Larkspur’s progress highlights why Idaho is becoming an attractive place for refining.",
        "The embargo exposed how important domestic refining has become.",
        "Larkspur Metals is stepping in to close the gap.",
        "Larkspur enters the market at a pivotal time for allied supply chains.",
        "Larkspur is setting a brisk pace with its pilot line.",
        "The round is seen as a strong endorsement of the business.",
        "The holdings of the group align closely with national strategy.",
        "The fast process gives heavy oxides from a small footprint, directly challenging Chinese dominance.",
        "Larkspur isn’t your average explorer.",
        "The company’s goal is to play a vital role in a robust supply chain.",
        "Larkspur Metals has the ability to assist refiners with feedstock.",
        "The licence is in a promising location near other discoveries.",
        "The decision to integrate addresses the need for an independent supply chain.",
        "The combination of skill and capital places Larkspur in a prime position to thrive.",
        "Acquisition of the deposit demonstrates Larkspur’s commitment to exploring in Idaho.",
        "With assets and policy behind it, Larkspur could be an early mover in the market.",
        "One of the major advantages of Idaho is its many trade zones.",
    ],
)
def test_praise_of_what_a_piece_is_about_is_promotion(text: str) -> None:
    assert is_promotion(text)


@pytest.mark.parametrize(
    "text",
    [
        "Larkspur was awarded $4.2 million, a key step for its SorbFlow process, by the Department of Energy.",
        "Larkspur signed an agreement that offers a direct pathway to refined oxides.",
        "The plant, which is central to the plan, will separate dysprosium.",
        "Magnets are used in motors.",
        "Neodymium is essential for strong magnets.",
        "The study highlights the importance of early treatment.",
        "Exports fell by a third, customs data showed.",
        "Drilling starts in the third quarter.",
    ],
)
def test_a_fact_beside_praise_a_general_truth_and_a_finding_are_no_promotion(text: str) -> None:
    assert not is_promotion(text)


@pytest.mark.parametrize(
    "text",
    [
        "As the world moves to electric transport, demand for magnets keeps climbing.",
        "For decades, the West has been reliant on imports of separated oxides.",
        "China has long dominated the refining of heavy rare earths.",
        "Gallium is another metal of interest to makers of chips.",
        "Neodymium is essential for strong magnets.",
    ],
)
def test_the_state_of_the_world_is_a_scene(text: str) -> None:
    assert sets_scene(text)


def test_an_event_in_the_same_sentence_is_no_scene() -> None:
    assert not sets_scene("As demand for magnets climbs, Larkspur signed a supply contract with two makers.")


def test_amounts_dates_and_deeds_can_be_checked() -> None:
    assert has_checkable_fact("The award is worth $4 million.")
    assert has_checkable_fact("The mill opens in September 2027.")
    assert has_checkable_fact("The ministry granted the licence.")
    assert not has_checkable_fact("The company is well placed.")
    assert has_checkable_fact("The drillers are to go out in July.")
    assert has_checkable_fact("The laboratory looked at 71 samples of clay.")
    assert has_checkable_fact("Test results show that the oxides come out at low heat.")
    assert not has_checkable_fact("The campaign may focus on a higher resolution of data.")


def test_praise_is_left_out_where_there_are_facts() -> None:
    article = make_article(
        title="Larkspur Metals wins award for its separation line in Boise",
        text=(
            "Larkspur Metals is stepping in to close the gap in separated oxides for allied makers of magnets.\n\n"
            "The Department of Energy has awarded Larkspur Metals $4.2 million to build a separation line in Boise. "
            "Larkspur’s SorbFlow process is central to a resilient supply chain of separated oxides. "
            "The line is designed to separate 300 tonnes of oxides a year from recycled magnets."
        ),
    )
    praise = {c.text for c in find_candidates(article, max_words=34) if PROMOTION in c.weak}
    assert len(praise) == 2
    assert all("stepping in" in text or "central to" in text for text in praise)


def test_where_there_is_nothing_but_praise_one_sentence_of_it_stands_as_the_publishers_view() -> None:
    article = make_article(
        title="Larkspur Metals has a process for separated oxides",
        text=(
            "Larkspur Metals is positioned as a leader in separated oxides for allied makers of magnets. "
            "Larkspur’s SorbFlow process is central to a resilient supply chain of separated oxides. "
            "SorbFlow offers a cleaner and more modular alternative to older separation plants."
        ),
    )
    found = summarize_story([article], settings=Editorial())
    assert [h.kind for h in found] == [HighlightKind.VIEW]


@pytest.mark.parametrize(
    "text",
    [
        "Larkspur Metals (NASDAQ: LARK) said on Monday that it opened a line.",
        "BOISE, May 3 (GLOBE NEWSWIRE) -- Larkspur Metals opened a line.",
        "Larkspur Metals opened a line.\n\nThis post contains sponsored content.",
        "Larkspur Metals opened a line.\n\nAbout Larkspur\n\nLarkspur separates oxides.",
    ],
)
def test_a_ticker_a_wire_a_disclosure_and_small_print_show_who_an_article_speaks_for(text: str) -> None:
    assert is_commercial(text)


def test_a_report_of_the_day_speaks_for_nobody() -> None:
    assert not is_commercial("The ministry (MOFCOM) set new quotas on Monday. Prices rose.")


def test_the_sentence_that_tells_the_headline_wins_over_the_scene() -> None:
    article = make_article(
        title="$310 Million Spent On Magnet Plants Shows Why Rare Earths Matter",
        text=(
            "Society is moving to electric transport and cleaner power in many countries around the world. "
            "The importance of rare earths and of the magnets made of them is growing every year. "
            "Rare earths are essential for electric cars, wind turbines and many other products of daily life.\n\n"
            "Developers spent $310 million on magnet plants in 2025, the Oslo institute found.\n\n"
            "This post contains sponsored content."
        ),
    )
    shown = [h.text for h in summarize_story([article], settings=Editorial())]
    assert any("$310 million" in text for text in shown)


def test_what_an_empty_sentence_had_as_its_background_waits_behind_facts() -> None:
    text = (
        "Larkspur Metals (NYSE: LARK) is positioned for growth as the state takes aggressive steps to secure sources of oxides.\n\n"
        "Larkspur raised $40 million from the state bank in March for a second line of furnaces.\n\n"
        "The Larkspur mill in Tamworth treated 900 tonnes of clay from Idaho in its first full year."
    )
    found = find_candidates(make_article(title="Larkspur grows", text=text), max_words=34)
    assert {BACKGROUND in c.weak for c in found if "aggressive" in c.text} == {True}
    assert not any(BACKGROUND in c.weak for c in found if "aggressive" not in c.text)
