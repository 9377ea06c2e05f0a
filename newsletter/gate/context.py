"""What stands around a word: by its neighbours a figure, a name or a verb is found again in the source. Pure.

Two places are alike as far as the same words stand around them, the nearer the more. A figure that changed its
subject, two figures or names that changed places, a rise for a fall: each stands where something else stands in
the source.
"""

# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import re
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from newsletter.english.rules import remembered
from newsletter.english.stems import STOP, fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsletter.gate.pieces import Piece, Token

_FADE = 0.75  # of a neighbour's weight with each content word between
_CLAUSE = 0.6  # where a comma or the like stands between
_SIDE = 0.6  # a neighbour on the other side
_REACH = 9  # content words on either side
_LINK = 0.5  # a preposition right beside it ("from", "to"), in a place of its own
_LINKS = frozenset("from to by of in at than between for with against on over under after before".split())
_JOINS = frozenset("and while but whereas".split())
_BREAK = re.compile(r"[:—,()]")

Around = dict[tuple[str, int], float]


@remembered(8192)
def look_around(piece: Piece, first: int, last: int, *, figures: bool = True) -> Around:
    """The content words around the tokens ``first`` to ``last`` and their weight, by stem and side; maybe figures."""
    words, breaks = _read_words(piece)
    found: Around = {}
    for side, places in ((-1, range(first - 1, -1, -1)), (1, range(last + 1, len(words)))):
        weight, seen = 1.0, 0
        for place in places:
            mark = breaks[place if side < 0 else place - 1]
            if mark:
                weight *= _CLAUSE if mark == "," else _CLAUSE * _CLAUSE
            low, stem = words[place]
            if low in _JOINS:
                weight *= _CLAUSE
            if low in STOP:
                if low in _LINKS and abs(place - (first if side < 0 else last)) == 1:
                    found[low, side * 2] = _LINK
                continue
            if not figures and low[0].isdigit():
                continue
            key = (stem, side)
            found[key] = max(found.get(key, 0.0), weight)
            weight *= _FADE
            seen += 1
            if seen == _REACH:
                break
    return found


@remembered(1024)
def _read_words(piece: Piece) -> tuple[list[tuple[str, str]], list[str]]:
    """The words of a sentence, folded and as stems, and what stands behind each: ";" (with a comma ";,"), "," or ""."""
    gaps = [piece.text[left.end : right.start] for left, right in pairwise(piece.tokens)]
    breaks = [";" * (";" in gap) + "," * bool(_BREAK.search(gap)) for gap in gaps]
    words: list[tuple[str, str]] = []
    for token in piece.tokens:
        joined = token.text[0].isdigit() and piece.text.startswith("-", token.start - 1) and words
        label = "#" if joined and not words[-1][0][0].isdigit() else ""  # "hole UP-26-06": no figures
        words.append((label + fold(token.text), label + token.stem))
    return words, breaks


def alike(own: Around, other: Around) -> float:
    """How much of ``own`` stands around the other place too."""
    total = 0.0
    for (name, side), weight in own.items():
        there = other.get((name, side), 0.0)
        if there < weight and side in (-1, 1):
            there = max(there, _SIDE * min(weight, other.get((name, -side), 0.0)))
        total += min(weight, there)
    return total


@remembered(8192)
def look_beside(piece: Piece, first: int, last: int) -> frozenset[tuple[str, int]]:
    """The nearest content word on either side of a place; no figure."""
    around = look_around(piece, first, last, figures=False)  # of each side the nearest first
    return frozenset({side: (stem, side) for stem, side in reversed(around) if side in (-1, 1)}.values())


def count_copied(own: Iterable[Token], other: Iterable[Token]) -> int:
    """How many words on one side of a place, the nearest first, are those on that side of another."""
    return len([*takewhile(lambda pair: pair[0].stem == pair[1].stem, zip(own, other, strict=False))])
