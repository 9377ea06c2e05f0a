"""Statements turned round: a negation gained or lost, a rise for a fall. Pure."""

from __future__ import annotations

import re

from newsletter.english.hedges import NEGATION, OPPOSITES
from newsletter.english.stems import STOP, fold, stem
from newsletter.gate.pieces import Piece


def check_negation(piece: Piece, origins: list[Piece]) -> list[str]:
    """Give the negations that the summary gained, or lost from what they negate."""
    denied = list(NEGATION.finditer(piece.text))
    there = [match for origin in origins for match in NEGATION.finditer(origin.text)]
    if denied and not there:
        return [f"“{denied[0].group()}” turns round what the source says"]
    if len(origins) == 1:
        negated = {_find_negated(piece, match) for match in denied}
        for match in there:
            after = _find_negated(origins[0], match)
            if (
                after in piece.stems
                and after not in negated
                and not {stem(w) for w in re.findall(r"\w+", match.group())} & piece.stems
            ):
                return [f"the source says “{match.group()} …”, which the summary leaves out"]
    return []


def _find_negated(piece: Piece, match: re.Match[str]) -> str:
    """The first content word after a negation; "" where none comes."""
    return next((t.stem for t in piece.tokens if t.start >= match.end() and fold(t.text) not in STOP), "")


def check_opposites(piece: Piece, origins: list[Piece]) -> list[str]:
    """Words for which the sentences drawn on have the opposite, and the source never the word itself."""
    there = {t.text.lower() for origin in origins for t in origin.tokens}
    stems = frozenset(name for origin in origins for name in origin.stems)
    reasons = []
    for token in piece.tokens:
        low = token.text.lower()
        opposite = OPPOSITES.get(low)
        if not opposite or low in there or token.stem in stems:
            continue
        found = opposite & there
        alike = any(other in there and not (OPPOSITES[other] & {low}) for other in _SAME_SIDE.get(low, ()))
        if found and not alike:
            reasons.append(f"“{token.text}” is not in what it draws on, which says “{min(found)}”")
    return reasons


_SAME_SIDE: dict[str, frozenset[str]] = {
    word: frozenset(other for opposite in sides for other in OPPOSITES[opposite] if other != word)
    for word, sides in OPPOSITES.items()
}
