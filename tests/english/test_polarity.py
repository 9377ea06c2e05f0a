"""Words that turn a statement round, and words that keep a denial or a hedge without its usual word."""

from __future__ import annotations

import pytest

from newsletter.english.hedges import HedgeKind, stands_in
from newsletter.english.polarity import DENIES, KEEPS_DENIAL, MOVES, NEGATION, OPPOSITES


@pytest.mark.parametrize(
    "text", ["did not open", "has yet to open", "denied it", "no debt", "failed to prove"]
)
def test_a_negation_is_found(text: str) -> None:
    assert NEGATION.search(text)


@pytest.mark.parametrize("text", ["noted it", "a knot", "nobler", "the notary"])
def test_no_negation_is_found_within_a_word(text: str) -> None:
    assert NEGATION.search(text) is None


@pytest.mark.parametrize(
    "text", ["the MOU lapsed", "only three were filed", "unlicensed", "shelved its plans", "withdrew"]
)
def test_a_denial_is_kept_without_not(text: str) -> None:
    assert KEEPS_DENIAL.search(text)
    assert NEGATION.search(text) is None


def test_a_denied_rumour_is_denied_all_through() -> None:
    assert DENIES.search("A rumour that it had closed was denied.")
    assert DENIES.search("It has no denizens.") is None


@pytest.mark.parametrize(
    ("word", "other"), [("rose", "fell"), ("up", "dropped"), ("before", "after"), ("approved", "rejected")]
)
def test_opposites_are_opposites_both_ways(word: str, other: str) -> None:
    assert other in OPPOSITES[word]
    assert word in OPPOSITES[other]
    assert {word, other} <= MOVES


def test_no_word_is_its_own_opposite() -> None:
    assert [word for word, others in OPPOSITES.items() if word in others] == []


@pytest.mark.parametrize(
    ("kind", "kept", "lost"),
    [
        (HedgeKind.UPPER, "in the first 48 hours", "48 hours"),
        (HedgeKind.LOWER, "200 million or more", "200 million"),
        (HedgeKind.PARTLY, "part of the rise", "the rise"),
    ],
)
def test_a_hedge_is_kept_in_other_words(kind: HedgeKind, kept: str, lost: str) -> None:
    assert stands_in(kind, kept)
    assert not stands_in(kind, lost)
