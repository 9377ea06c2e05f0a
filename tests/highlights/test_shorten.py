from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.english.fragments import is_balanced
from newsletter.highlights.shorten import shorten


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        (
            "SYDNEY, May 3 (Reuters) - Lynas (ASX: LYC) raised its output by a tenth.",
            "Lynas raised its output by a tenth.",
        ),
        (
            "VANCOUVER, BC - (NewMediaWire) - September 19, 2024 - Acme Mining Ltd. (“Acme” or the “Company”) has opened a mill.",
            "Acme Mining Ltd. has opened a mill.",
        ),
        (
            "BOSTON & OSAKA, Japan--(BUSINESS WIRE)--September 9, 2025--Acme Mining Ltd. has opened a mill.",
            "Acme Mining Ltd. has opened a mill.",
        ),
        (
            "PERTH, Australia and TULSA, Okla., March 11, 2025 (GlobeWire) -- Acme Mining Ltd. has opened a mill.",
            "Acme Mining Ltd. has opened a mill.",
        ),
        (
            "Acme, an innovative and growing maker of ferries, rose.",
            "Acme, a growing maker of ferries, rose.",
        ),
        ("However, output fell by a tenth, underscoring the risks.", "Output fell by a tenth."),
        ("So the mill closed in May, Acme said.", "The mill closed in May, Acme said."),
        ("So far the cut in output has not worked.", "So far the cut in output has not worked."),
        (
            "The price index (opens in a new tab) was launched in Baotou.",
            "The price index was launched in Baotou.",
        ),
    ],
)
def test_what_must_go_goes(sentence: str, left: str) -> None:
    assert shorten(sentence, max_words=34).text == left


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        (
            "Acme Corp, a forward looking company building value by acquiring and developing high value assets in a range of resource-driven and emerging industries and technologies of the coming decade and beyond, is pleased to announce that it has opened a mill in Boise.",
            "Acme Corp announces that it has opened a mill in Boise.",
        ),
        ("In that context, Acme opened a mill in Boise.", "Acme opened a mill in Boise."),
        (
            "Acme expects a profit as its market does(1), and to open a mill.",
            "Acme expects a profit as its market does, and to open a mill.",
        ),
        (
            "That became even clearer earlier this year when Beijing imposed licences on seven elements.",
            "Beijing imposed licences on seven elements.",
        ),
    ],
)
def test_what_is_no_news_in_a_long_sentence_goes(sentence: str, left: str) -> None:
    assert shorten(sentence, max_words=20).text == left


def test_what_somebody_plans_or_is_able_to_do_is_no_purpose() -> None:
    sentence = "Acme plans to refine targets near the river, identify sources of the ore, and prioritize areas for drilling."
    assert shorten(sentence, max_words=10).text == sentence


def test_a_hedge_of_a_figure_goes_with_it() -> None:
    sentence = "Acme reported revenues of $2,250,405 (approximately $4.5 million a year) for the half, and $416,323 a year before."
    assert "approximately" not in shorten(sentence, max_words=14).text


@pytest.mark.parametrize("hedge", ["reportedly", "up to", "an option on", "subject to approval"])
def test_hedges_of_what_stays_are_never_deleted(hedge: str) -> None:
    sentence = (
        f"The company {hedge} signed a contract for magnets with a carmaker in Ohio, as its works in Tamworth were closed for repairs, "
        "and opened a mill beside the river in the spring of the same year after a long delay."
    )
    assert hedge in shorten(sentence, max_words=20).text


def test_a_cut_never_leaves_an_opening_phrase_alone() -> None:
    sentence = "Supported by a grant from the state, a milestone for the town, the mill opened."
    assert shorten(sentence, max_words=34).text.endswith("the mill opened.")


def test_a_short_sentence_is_left_alone() -> None:
    found = shorten("Output rose 4% (in tonnes) in May, when the mill was open.", max_words=34)
    assert found.text == "Output rose 4% (in tonnes) in May, when the mill was open."
    assert found.cuts == ()


@given(
    st.lists(
        st.sampled_from(
            [
                "Lynas",
                "said,",
                "in",
                "May",
                "(ASX)",
                "—",
                "also",
                "an",
                "4%",
                "“up",
                "to”",
                "which",
                "is,",
                "the",
                "move.",
            ]
        ),
        max_size=30,
    )
)
def test_deletion_keeps_the_words_in_their_order(words: list[str]) -> None:
    sentence = " ".join(words)
    left = iter(re.findall(r"\w+", sentence.lower()))
    for word in re.findall(r"\w+", shorten(sentence, max_words=12).text.lower()):
        assert word in left


def test_open_quotations_are_noticed() -> None:
    assert is_balanced("“All is well,” he said.")
    assert not is_balanced("All is well,” he said.")
    assert not is_balanced("Output (in tonnes rose.")


def test_a_list_within_a_relative_clause_is_not_cut_in_two() -> None:
    sentence = (
        "Ada Brown brings more than 35 years of experience to the mill in Ontario, including nearly 25 years with Tamworth Capital Funds, "
        "where she specialized in project evaluation, development, finance and acquisitions in the mining sector."
    )
    text = shorten(sentence, max_words=34).text
    assert "Funds development" not in text
    assert "Funds, development" not in text


@pytest.mark.parametrize(
    "kept",
    [
        "Acme is also preparing a second mill in Ontario.",  # without it the second mill would be all
        "The deal also depends on clearance in Ohio.",
        "But for that, Acme would have grown by a tenth.",
        "So are finished cutting tools of the mill in Ohio.",
    ],
)
def test_what_says_that_there_is_more_or_how_it_hangs_on_it_stays(kept: str) -> None:
    assert shorten(kept, max_words=34).text == kept


def test_a_second_subject_is_no_aside_of_the_first() -> None:
    sentence = (
        "Acme Fuels, a producer of rare earth oxides in the western states, and Borealis Magnets, a maker of permanent "
        "magnets for motors, announced the signing of an agreement on oxides for the two coming years in Ohio."
    )
    text = shorten(sentence, max_words=20).text
    assert "and Borealis Magnets" in text
    assert "Acme Fuels" in text


def test_the_weekday_of_a_date_goes_with_its_date_or_not_at_all() -> None:
    sentence = "Acme will open its mill for terbium oxide on Wednesday, February 25, 2026, in Tamworth, Ohio, with two lines and a store."
    assert "mill for terbium oxide, February" not in shorten(sentence, max_words=12).text


def test_where_else_it_is_told_goes() -> None:
    sentence = (
        "Drilling met 3.0 g/t gold (see News Release Dated February 27, 2025) over 2 metres (Figure 1)."
    )
    assert shorten(sentence, max_words=34).text == "Drilling met 3.0 g/t gold over 2 metres."


def test_a_hyphened_name_is_no_dateline() -> None:
    sentence = "UPC-Platforms Ltd., a maker of magnets, has opened a mill in Ohio."
    assert shorten(sentence, max_words=34).text == sentence


def test_words_beside_a_name_without_a_ticker_stay() -> None:
    text = "Lodestone Metals a year ago opened its mill, announced that it would grow and sold ten tonnes."
    assert shorten(text, max_words=40).text == text


def test_what_a_means_is_for_stays_with_it() -> None:
    text = (
        "The firm looks at mines that need capital to break one country's hold by using its cash flow to buy new "
        "stakes in the ground, invest in better mills across the whole region, and change how the trade works."
    )
    assert "hold by using its cash flow." not in shorten(text, max_words=34).text


def test_a_short_form_in_single_marks_goes_as_in_double_ones() -> None:
    text = "Lodestone won a loan from the Department of Mines (‘DoM’) in May."
    assert shorten(text, max_words=40).text == "Lodestone won a loan from the Department of Mines in May."


def test_a_judgement_that_holds_a_fact_stays_and_one_without_goes() -> None:
    first = (
        "Sweden approved the mine on Monday, marking the first approval of a mine in the country since 2019."
    )
    assert shorten(first, max_words=34).text == first
    stage = "The group met its targets for the year, setting the stage for growth under the 15th plan (2026–2030)."
    assert shorten(stage, max_words=34).text == "The group met its targets for the year."


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("Bonds of Acme (XS2895057334=TE), (UA289505733=) rose by 1 cent.", "Bonds of Acme rose by 1 cent."),
        ("The price of rice (RI-INBKN5-P1) rose by 1 cent.", "The price of rice rose by 1 cent."),
        ("Acme Air [RIC:RIC:AIRID.UL] bought 31 planes.", "Acme Air bought 31 planes."),
        ("The index EURONEXT:IACWI rose by 4 points.", "The index rose by 4 points."),
        ("Hole (DBRC044) returned 31 metres.", "Hole (DBRC044) returned 31 metres."),
        ("The plant makes 31 tonnes of oxide; and", "The plant makes 31 tonnes of oxide"),
    ],
)
def test_codes_of_an_agency_and_the_end_of_a_point_go(sentence: str, left: str) -> None:
    assert shorten(sentence, max_words=40).text == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "Acme Ferries (OSE: ACM), a carrier, announced a sale.",
            "Acme Ferries, a carrier, announced a sale.",
        ),
        ("Acme Ferries (OSE: ACM), based in Oslo, sold a yard.", "Acme Ferries, based in Oslo, sold a yard."),
    ],
)
def test_commas_behind_a_ticker_stay_where_they_set_something_off(text: str, left: str) -> None:
    assert shorten(text, max_words=34).text == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "Acme chief Ada Brown joined Sam Field from Harbour to announce a sale of two yards.",
            "Acme chief Ada Brown announced a sale of two yards.",
        ),
        (
            "Acme chief Ada Brown joined Sam Field from Harbour to share positive results of a trial of yards.",
            "Acme chief Ada Brown announced positive results of a trial of yards.",
        ),
        ("Acme is pleased to share Ada Brown will be chair.", "Acme announces Ada Brown will be chair."),
        (
            "Ada Brown sits down with Sam Field in the Harbour studio to discuss the sale of two yards for $3 million.",
            "Ada Brown discusses the sale of two yards for $3 million.",
        ),
    ],
)
def test_who_asked_for_the_news_goes(text: str, left: str) -> None:
    assert shorten(text, max_words=34).text == left
