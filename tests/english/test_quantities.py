"""Figures with kind and unit, as they are compared."""

from __future__ import annotations

import pytest

from newsletter.english.quantities import find_prices, find_quantities, read_rate


def read(text: str) -> list[tuple[float, str]]:
    return [(quantity.value, quantity.kind) for quantity in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 percentage points", [(5, "point")]),
        ("5 percent", [(5, "percent")]),
        ("150 yuan/kg", [(150, "yuan")]),
        ("AUD $7.4 million", [(7.4e6, "aud")]),
        ("Rs.306 billion and Rs. 43.50 lakh", [(306e9, "rupee"), (4.35e6, "rupee")]),
        ("was $5 and gave us a $6 gain", [(5, "dollar"), (6, "dollar")]),
        ("17 million kroner", [(17e6, "krona")]),
        ("Phase 2 won't be built for 9 won", [(2, ""), (9, "won")]),
        ("between 34,000 and 38,000 tonnes", [(34000, "tonne"), (38000, "tonne")]),
        ("€41–44 million", [(41e6, "euro"), (44e6, "euro")]),
        ("rose 9% to €540 million", [(9, "percent"), (540e6, "euro")]),
        ("down 9% at 2.4 billion kroner", [(9, "percent"), (2.4e9, "krona")]),
        ("we will try 3 of 12 R&D sites", [(3, ""), (12, "")]),
        ("the first two years", [(1, "ordinal"), (2, "year")]),
    ],
)
def test_a_figure_is_read_with_its_kind(text: str, expected: list[tuple[float, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sold at $655/kg", [(655, "kg")]),
        ("$2,500 per metric ton", [(2500, "tonne")]),
        ("fell to 612,000 yuan a tonne", [(612000, "tonne")]),
        ("205.00-238.00 USD/kg, down 9.50", [(238, "kg")]),
        ("Dysprosium oxide, $/kg: 780-860", [(780, "kg")]),
        ("€25 per kilowatt-hour", [(25, "kwh")]),
        ("$4 per vehicle", [(4, "vehicle")]),
        ("a loan of $5 million a year, $3 million and a fee", []),
        ("up from $5 a tonne earlier and from 80 tonnes a year", []),
    ],
)
def test_a_price_is_money_with_what_it_is_told_by(text: str, expected: list[tuple[float, str]]) -> None:
    assert [(amount.value, rate.per) for amount, rate in find_prices(text)] == expected


def test_a_rate_is_read_behind_what_it_is_of() -> None:
    text = "4,000 tonnes of oxide a year"
    (amount,) = find_quantities(text)
    assert read_rate(text, amount.end) is None
    rate = read_rate(text, amount.end, across=True)
    assert rate is not None
    assert rate.per == "year"


@pytest.mark.parametrize(
    "text",
    [
        "It paid $31 million a second time.",
        "It paid $31 million per the plan.",
        "It paid $31 million, per Bloomberg.",
        "It paid $31 million a year later.",
        "It paid $31 million a week or two after.",
        "It paid $31 million a year ago.",
        "It pays $31 million in a year’s time, or $31 million a year-long lease.",
    ],
)
def test_what_an_amount_is_not_told_by_is_no_rate(text: str) -> None:
    ends = [one.end for one in find_quantities(text) if one.kind == "dollar"]
    assert ends
    assert [read_rate(text, end, across=across) for end in ends for across in (False, True)] == [
        None,
        None,
    ] * len(ends)
