"""What a source leaves to the words beside it, and a bullet says in full."""

from __future__ import annotations

import pytest

from newsletter.gate import check_bullet


def passes(text: str, source: str, *cited: str) -> bool:
    """Whether the gate passes ``text`` that rests on ``cited`` sentences of ``source``, or on all of it."""
    return check_bullet(
        text, headline="Mill news", publisher="Acme", cited=cited or [source], source=source
    ).grounded


CASES = (
    (
        "The mill was to cost 38 million euros and the last quotation was 71.",
        "A quotation for the mill was 71 million euros.",
        "A quotation for the mill was 71 billion euros.",
    ),
    (
        "The mill was to cost 38 million euros and the last quotation was 71.",
        "The mill, planned at 38 million euros, was last quoted at 71 million.",
        "The mill, planned at 38 million euros, was last quoted at 71 billion.",
    ),
    (
        "Acme: summary (£m)\n\nRevenue of the quarter: 292.8 (289.3)",
        "Acme's revenue of the quarter was £292.8 million, after £289.3 million.",
        "Acme's revenue of the quarter was £292.8 billion, after £289.3 billion.",
    ),
    (
        "Stocks rose, said the U.S. Department of Agriculture.",
        "Stocks rose, said the USDA.",
        "Stocks rose, said the USDE.",
    ),
    (
        "Despite talk about 5G in Ribe, 4G will prevail until 2028, when 5G is to take over.",
        "In Ribe 4G will prevail until 2028, when 5G is to take over.",
        "In Ribe 4G will prevail until 2029, when 5G is to take over.",
    ),
    (
        "Turkey ended talks with Acme over a $1.35 billion plant on Monday.",
        "Turkey ended talks with Acme on a $1.35 billion plant.",
        "Turkey ended talks with Acme on a $13.5 billion plant.",
    ),
    (
        "Attachment points remain roughly twice as high as in 2021 for a typical account.",
        "Attachment points stand at roughly twice those of 2021 for a typical account.",
        "Attachment points stand at roughly thrice those of 2022 for a typical account.",
    ),
    (
        "Bids close on 25.11.2025 at noon.",
        "Bids close on 25 November 2025 at noon.",
        "Bids close on 25 December 2025 at noon.",
    ),
    (
        "Ferries sail from 01.10.2026 to 30.11.2026.",
        "Ferries sail from 1 October to 30 November 2026.",
        "Ferries sail from 10 January to 30 November 2026.",
    ),
    (
        "The quay will not only save fuel but also give the town a new ferry on time.",
        "The quay will save fuel and give the town a new ferry on time.",
        "The quay will not save fuel and give the town a new ferry on time.",
    ),
    (
        "Acme builds hulls for the Sund yard in Greenbelt, Maryland. A yard of Largo, Maryland, builds masts.",
        "Acme builds hulls for the Sund yard in Maryland.",
        "Acme builds hulls for the Sund yard in Virginia.",
    ),
    (
        "COOKEVILLE, Tenn. – The coater sold 40 parts.",
        "The coater of Cookeville, Tennessee, sold 40 parts.",
        "The coater of Cookeville, Texas, sold 40 parts.",
    ),
    (
        "The ferries cost £62 million. The insurer has accepted 40 of it so far.",
        "The ferries cost £62 million, of which the insurer has accepted £40 million.",
        "The ferries cost £62 million, of which the insurer has accepted £40 billion.",
    ),
    (
        "Week 8 | prices ex works, EUR/t, change on week. Butter 82% fat, Germany 4,350 –120.",
        "Butter with 82% fat fell €120 in week 8 to €4,350 a tonne ex works in Germany.",
        "Butter with 82% fat fell €8 in week 120 to €4,350 a tonne ex works in Germany.",
    ),
    (
        "Acme sold 40 tonnes of oxide a year.",
        "Acme sold 40 tonnes of oxide in a year.",
        "Acme sold 40 tonnes of oxide in a month.",
    ),
    (
        "Ribe approved plans that cover 51,200t of refined tin exports. Mills had requested 74,000t.",
        "Ribe approved 51,200t of the 74,000t of refined tin exports requested.",
        "Ribe approved 74,000t of refined tin exports, and 51,200t was requested.",
    ),
    (
        "Deaths were less frequent with iron; the test for interaction was not significant (p=0.07).",
        "Deaths were less frequent with iron, but the test for interaction was not significant, p=0.07.",
        "Deaths were less frequent with iron, and the test for interaction was significant, p=0.07.",
    ),
    (
        "Antimony was higher than the limit of 10 micrograms per litre, with a maximum of 74 in May.",
        "Antimony was higher than the limit of 10 micrograms per litre, reaching 74 in May.",
        "Antimony was higher than the limit of 10 micrograms per litre, with 74 in May.",
    ),
    (
        "The mill makes 2.0 mtpa of starch on 539 km² in the March quarter of 2028.",
        "The mill makes 2.0 million tonnes a year of starch on 539 square kilometres in the March 2028 quarter.",
        "The mill makes 2.0 million tonnes a year of starch on 539 kilometres in the March 2028 quarter.",
    ),
)


@pytest.mark.parametrize(
    ("source", "true"),
    [
        (
            "Buses must not carry more than 40 passengers in the valley.",
            "Buses must carry at most 40 passengers there.",
        ),
        (
            "The stay will be no longer than 3 years at the mine.",
            "The stay will be at most 3 years at the mine.",
        ),
        (
            "Acme has to not make more than seven calls in a week, and no longer write to those who ask for it.",
            "Acme has to make no more than seven calls in a week.",
        ),
        (
            "Urea rose by $22 a tonne in the south this week. Sellers were offering at $468-475 a tonne fob on Friday.",
            "Urea rose $22 in a week to offers of $468-475 a tonne fob on Friday.",
        ),
        (
            "Acme cited dear charcoal and the absence of offtake agreements that cover the additional cost.",
            "Acme cited dear charcoal and no offtake agreements covering the additional cost.",
        ),
        (
            "Jobs will go this week in areas that do not support Acme's core goals, said Ada Lund.",
            "Acme will announce this week which jobs will go, said Ada Lund.",
        ),
    ],
)
def test_what_is_denied_limited_or_timed_may_be_told_in_other_words(source: str, true: str) -> None:
    assert passes(true, source)


@pytest.mark.parametrize(("source", "true", "false"), CASES)
def test_what_the_source_elides_may_be_said_and_nothing_else(source: str, true: str, false: str) -> None:
    assert passes(true, source)
    assert not passes(false, source)


RELEASE = (
    "Company announcement no. 14\n\nAarhus, 8 May 2026\n\nAcme has today agreed to buy the Ribe yard.\n\n"
    "Highlights\n\n- KR26-031: 212.4 m of ore from 96.0 m.\n- KR26-034: nothing."
)


@pytest.mark.parametrize(
    ("cited", "true", "false"),
    [
        (
            "Acme has today agreed to buy the Ribe yard.",
            "Acme agreed on 8 May 2026 to buy the Ribe yard.",
            "Acme agreed on 9 May 2026 to buy the Ribe yard.",
        ),
        (
            "Acme has today agreed to buy the Ribe yard.",
            "Acme agreed on May 8, 2026, to buy the Ribe yard.",
            "Acme agreed on May 8, 2027, to buy the Ribe yard.",
        ),
        (
            "212.4 m of ore from 96.0 m.",
            "KR26-031 met 212.4 m of ore from 96.0 m.",
            "KR26-039 met 212.4 m of ore from 96.0 m.",
        ),
    ],
)
def test_the_day_of_a_dateline_and_a_code_may_stand_elsewhere(cited: str, true: str, false: str) -> None:
    assert passes(true, RELEASE, cited)
    assert not passes(false, RELEASE, cited)


def test_a_day_in_figures_may_stay_so() -> None:
    source = "Bids for the quay close on 25.11.2025."
    told = "The quay takes bids until 25.11.2025."
    assert check_bullet(told, headline="Quay", publisher="Acme", cited=[source], source=source).grounded


@pytest.mark.parametrize(
    "codes", [" (CSE: PMAX) (OTCQB: PWMXF) (FSE: T23)", " (NASDAQ Global Select Market: PMAX, PMAXW)"]
)
def test_the_code_of_an_exchange_is_no_rival_of_a_name(codes: str) -> None:
    source = (
        f"Powermax Minerals{codes} announced it has issued 160,000 shares to the owners "
        "under its Option Agreement for the Pinard project in northern Ontario."
    )
    told = source.replace(codes, "")
    verdict = check_bullet(told, headline="Powermax pays", publisher="Wire", cited=[source], source=source)
    assert verdict.grounded, verdict.reasons


@pytest.mark.parametrize(
    ("source", "false"),
    [
        (
            "The line has 38 million customers and 12 ferries in Ribe.",
            "The line has 12 billion ferries in Ribe.",
        ),
        ("It invested 38 million euros and hired 12 people.", "It hired 12 million people."),
        (
            "Acme sold its yard for 11 million euros. The yard employed about 40.",
            "The yard employed about 40 million.",
        ),
        (
            "Talks went on no longer than necessary at the Oslo plant.",
            "Talks went on longer than necessary at the Oslo plant.",
        ),
        ("It invested 38 million euros and hired 12.", "It hired 12 million."),
        ("It invested 38 million euros and hired 12.", "It invested 38 million euros and hired 12 million."),
        (
            "The offer was 11 million euros for the yard with 40 ferries.",
            "The offer was 11 million euros for the yard with 40 million ferries.",
        ),
        ("It holds 38 million euros in cash. It paid 12.5 in tax.", "It paid 12.5 billion euros in tax."),
        ("Acme (£m)\n\nSales: 40 (30)\n\nIt has 12 ferries.", "Acme has ferries worth £12 million."),
        ("The yard is worth 5 g of gold a day.", "The yard is worth 5 kg of gold a day."),
        (
            "Acme will not build up to 12 ferries at Wick in May.",
            "Acme will build up to 12 ferries at Wick in May.",
        ),
        (
            "The stay will be no longer than three years at the mine.",
            "The stay will be three years at the mine.",
        ),
        (
            "The fund holds 38 million euros, and its chief is 71 and well.",
            "The chief of the fund holds 71 million euros.",
        ),
        (
            "A 2.5.2025 release names the yard at Ribe; it opened on 3 June.",
            "The yard at Ribe opened on 2 May 2025 or so.",
        ),
    ],
)
def test_no_figure_takes_a_size_that_is_anothers(source: str, false: str) -> None:
    assert not passes(false, source)


def test_all_but_two_keeps_its_but() -> None:
    source = "Laos has halted exports from all but two of its licensed mines for 90 days, citing dead fish in a river."

    def is_grounded(mines: str) -> bool:
        text = f"Laos has halted exports from {mines} of its licensed mines for 90 days."
        return check_bullet(text, headline="", publisher="", cited=[source], source=source).grounded

    assert is_grounded("all but two")
    assert not is_grounded("two")


def test_what_a_headline_says_of_all_stands_for_no_part() -> None:
    cited = ("In Bari the coast guard stopped a boat.", "Rope weighing 3.47 tonnes was seized.")
    told = {
        weight: check_bullet(
            f"In Bari the coast guard seized {weight} tonnes of rope.",
            headline="Coast guard seizes 41 tonnes of rope worth 62 million euros",
            publisher="Acme",
            cited=cited,
            source=" ".join(cited),
        ).grounded
        for weight in ("3.47", "3.74")
    }
    assert told == {"3.47": True, "3.74": False}
