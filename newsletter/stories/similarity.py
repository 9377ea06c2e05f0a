"""Whether two articles, met on different days, tell the same event. Pure.

Without the other articles of the day there is no telling which words are rare, so this compares the
words of the titles and the names and figures; what differs in period is never the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.stories.fingerprint import Fingerprint

SAME = 0.42  # from here on two fingerprints are of one event
_TITLE, _WORDS, _NAMES = 0.5, 0.3, 0.2  # what each part of a fingerprint counts


def same_story(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two fingerprints are of one event. Borderline is no."""
    if one.periods and other.periods and not one.periods & other.periods:
        return False
    return compare(one, other) >= SAME


def compare(one: Fingerprint, other: Fingerprint) -> float:
    """Return the similarity of two fingerprints, 0.0–1.0."""
    title = overlap(one.title, other.title)
    words = overlap(one.words, other.words)
    names = overlap(one.names, other.names)
    return _TITLE * title + _WORDS * words + _NAMES * names


def overlap(words: Iterable[str], others: Iterable[str]) -> float:
    """Return the share of different words in common, 0.0–1.0 (Dice)."""
    one, other = frozenset(words), frozenset(others)
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0
