"""What an editor may change without changing what is said, and the copies with one thing changed beside it."""

from __future__ import annotations

import pytest

from newsletter.gate import check_bullet

HEADLINE = "Halden Dairies buys cheese plant in Ribe from Nordost"
SOURCE = (
    "Halden Dairies has agreed to buy a cheese plant in Ribe from Nordost, the company revealed on Friday.",
    "A fire on 2 May halted the plant for nine days, chief executive Mette Lund of Halden Dairies told reporters.",
    "The plant made a loss of 4 million euros, after a profit of 2 million a year before, Nordost said.",
    "It could export hard cheese to Norway from 2028.",
    "Nordost did not say whether its other plants would be sold.",
    "“We are here to stay,” said Per Holm, chairman of Nordost.",
    "The price of around 36.2 million euros is to be paid in June.",
)


def reasons(text: str, *numbers: int) -> tuple[str, ...]:
    cited = [SOURCE[number] for number in numbers]
    return check_bullet(text, headline=HEADLINE, publisher="", cited=cited, source=" ".join(SOURCE)).reasons


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (
            "Halden Dairies has agreed to buy a cheese plant in Ribe from Nordost.",
            0,
        ),  # what a company reveals is news
        ("A fire in May halted the Ribe plant for nine days.", 1),  # the month
        ("Nordost did not say whether other plants would be sold.", 4),
        (
            "Nordost's chairman Per Holm said “we are here to stay”; the price is to be paid in June.",
            6,
        ),  # quoted elsewhere
        ("Halden Dairies is to pay 36.2 million euros in June.", 6),  # a figure that exact needs no "around"
    ],
)
def test_a_faithful_rewriting_passes(text: str, number: int) -> None:
    assert reasons(text, number) == ()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Per Holm has agreed to buy a cheese plant in Ribe from Nordost.", 0),
        ("Chief executive Ribe told reporters that a fire halted the plant for nine days.", 1),
        ("Chief executive Company told reporters that a fire halted the plant for nine days.", 1),  # no name
        ("Cheese said that its other plants might not be sold.", 4),
        (
            "The plant made a profit of 4 million euros, after a profit of 2 million a year before, Nordost said.",
            2,
        ),
    ],
)
def test_one_thing_changed_is_refused(text: str, number: int) -> None:
    assert reasons(text, number)
