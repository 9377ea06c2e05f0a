"""The trees are weights: what they must hold are the kinds, each beside its opposite."""

from __future__ import annotations

import pytest

from newsletter.english.sentences import split_sentences
from newsletter.highlights.loose_ends import LOST, Clues, find_clues, find_loose_end, find_untold

TITLE = "Borealis Metals to build a separation plant in Norrvik"
ARTICLE = (
    "Borealis Metals will build a plant for 40 million euros in Norrvik, it said on Monday. "
    "The mill will separate 1,200 tonnes of oxides a year.\n\n"
    "The town must first grant a water permit. A ruling is due in June. "
    "It was refused in 2021 after residents had complained of dust.\n\n"
    "The money comes from Lakeside Bank, which lends 25 million euros. The loan runs for ten years. "
    "A second lender, Haldor Credit, had pulled out in March. The other two have not decided.\n\n"
    "In the town Ada Brown leads a group of 300 residents. Brown said that the conditions were too weak."
)
SENTENCES = split_sentences(ARTICLE)


def read(start: str) -> Clues:
    sentence = next(one for one in SENTENCES if one.text.startswith(start))
    return find_clues(sentence.text, sentence, ARTICLE)


def chance(start: str, *above: str) -> float:
    return find_loose_end(read(start), TITLE, [read(one) for one in above])


@pytest.mark.parametrize("start", ["Borealis Metals will", "In the town"])
def test_what_names_all_it_tells_of_stands_under_the_headline(start: str) -> None:
    assert chance(start) < LOST


@pytest.mark.parametrize("start", ["It was refused", "The other two", "Brown said"])
def test_what_points_at_something_untold_does_not(start: str) -> None:
    assert chance(start, "Borealis Metals will") >= LOST


@pytest.mark.parametrize(
    ("start", "needed"),
    [
        ("It was refused", "The town must"),
        ("The loan runs", "The money comes"),
        ("Brown said", "In the town"),
    ],
)
def test_it_is_understood_better_below_what_it_points_at(start: str, needed: str) -> None:
    assert chance(start, needed) < chance(start, "Borealis Metals will")


def test_a_bullet_above_its_own_sentence_is_looked_at_too() -> None:
    assert chance("The loan runs", "The money comes") < LOST


@pytest.mark.parametrize(
    ("text", "untold"),
    [
        ("Borealis spends the remaining 60% on the new valves.", ["the remaining 60", "the new valves"]),
        ("The plant in Norrvik opens in the next quarter, the Lakeside Bank said.", []),
        ("The loss from the sale of a yard grows, and the yard is closed.", []),
        ("The separation of terbium is delayed by this ruling.", ["this ruling"]),
    ],
)
def test_phrases_that_nothing_above_explains_are_found(text: str, untold: list[str]) -> None:
    assert list(find_untold(text, TITLE)) == untold
