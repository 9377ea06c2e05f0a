"""Which kind of name a place asks for, learnt without a list of kinds. Pure.

Who says something, what is built, where and when: names of a kind stand in like places. ``kinds.json`` holds a few
numbers for each thing that may stand around a place, and for each that may be known of a name: how it is written and
what stands around it elsewhere. What the two sides multiply to tells how well the name fits the place. The table is
made by ``benchmarks/train_kinds.py`` from articles alone: which name of an article stands in which of its places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from newsletter.data_files import read_data
from newsletter.english.rules import read_class
from newsletter.english.speech import POST, SAID
from newsletter.english.stems import COUNTRIES, POSSESSIVE, STOP, fold, root
from newsletter.gate.pieces import Piece

DATES = frozenset((*read_class("month"), *read_class("weekday"))) - {"may"}
_YEAR = re.compile(r"(?:19|20)\d\d")
_ARTICLES = frozenset(("the", "a", "an"))
_MANY = 4  # words of a name from which more tell nothing
_LEVELS = 4  # of how often a word is written small

Spans = Sequence[tuple[Piece, int, int]]
Vector = tuple[float, ...]


class Kinds(NamedTuple):
    """What is known of places and of names, and the share of small letters among a word's uses in the news."""

    places: Mapping[str, Vector]
    names: Mapping[str, Vector]
    small: Mapping[str, float]


@cache
def load_kinds() -> Kinds:
    """The table that ships with the package."""
    data = read_data("newsletter.gate", "kinds.json")
    places, names = ({key: tuple(row) for key, row in data[side].items()} for side in ("places", "names"))
    small = {word: float(share) for share, words in data["small"].items() for word in words.split()}
    return Kinds(places, names, small)


def weigh_place(piece: Piece, first: int, last: int) -> Vector:
    """What a place asks for."""
    return _add(load_kinds().places, [(key, 1.0) for key in describe_place(piece, first, last)])


def weigh_name(words: Sequence[str], spans: Spans) -> Vector:
    """What a name is, by its words and by the places that it has in an article."""
    return _add(load_kinds().names, describe_name(words, spans, load_kinds().small))


def fit(place: Vector, name: Vector) -> float:
    """How well a name fits a place: about 0 for any, 2 and more for one that stands in such places."""
    return sum(left * right for left, right in zip(place, name, strict=True))


def _add(table: Mapping[str, Vector], found: Sequence[tuple[str, float]]) -> Vector:
    rows = [(table[key], weight) for key, weight in found if key in table]
    return tuple(sum(row[n] * weight for row, weight in rows) for n in range(len(next(iter(table.values())))))


@lru_cache(maxsize=8192)
def describe_place(piece: Piece, first: int, last: int) -> tuple[str, ...]:
    """What stands around the tokens ``first`` to ``last``: two words and the mark on either side."""
    tokens, text = piece.tokens, piece.text
    begin = first
    found = []
    if first and (article := tokens[first - 1].text.lower()) in _ARTICLES:
        found, begin = [f"a {article}"], first - 1
    before, behind = (
        (text[tokens[begin - 1].end : tokens[begin].start] if begin else ""),
        text[tokens[last].end :],
    )
    if last + 1 < len(tokens):
        behind = text[tokens[last].end : tokens[last + 1].start]
    marks = before.strip()[:1], "'s" if POSSESSIVE.search(tokens[last].text) else behind.strip()[:1]
    left, right = _tell_word(piece, begin - 1), _tell_word(piece, last + 1)
    found += [
        f"l {left}",
        f"r {right}",
        f"ll {_tell_word(piece, begin - 2)}",
        f"rr {_tell_word(piece, last + 2)}",
    ]
    found += [f"{side}m {mark}" for side, mark in zip("lr", marks, strict=True) if mark]
    found += [f"'s {right}"] if marks[1] == "'s" else []
    return (*found, f"lr {marks[0] or left} {marks[1] or right}")


def describe_name(words: Sequence[str], spans: Spans, small: Mapping[str, float]) -> list[tuple[str, float]]:
    """What is known of a name, and how much each counts."""
    return [(f"o {key}", 1 / len(spans)) for span in spans for key in describe_place(*span)] + [
        (key, 1.0) for key in _describe_words(words, spans, small)
    ]


def _describe_words(words: Sequence[str], spans: Spans, small: Mapping[str, float]) -> Iterator[str]:
    last = words[-1]
    levels = [int(_LEVELS * small.get(word, 0.0)) for word in words]
    yield from (
        f"w {words[0]}",
        f"wl {last}",
        f"n {min(len(words), _MANY)}",
        f"-{last[-3:]}",
        f"-{last[-2:]}",
    )
    yield from (f"small {levels[-1]}", f"least small {min(levels)}")
    if last in COUNTRIES or last in DATES:
        yield "date" if last in DATES else "land"
    if any(letter.isdigit() for letter in last):
        yield "digit"
    if not spans:
        yield "once"


def _tell_word(piece: Piece, place: int) -> str:
    """A word as it counts for its neighbours: as its kind where there are many of it."""
    if not 0 <= place < len(piece.tokens):
        return "^"
    text = piece.tokens[place].text
    low = text.lower()
    if text[0].isdigit():
        return "<year>" if _YEAR.fullmatch(text) else "<1>"
    for kind, found in (
        ("<said>", SAID.fullmatch(low)),
        ("<post>", POST.fullmatch(low)),
        ("<date>", low in DATES),
    ):
        if found:
            return kind
    if fold(text) in COUNTRIES:
        return "<land>"
    if low in STOP:
        return low
    return "<Name>" if text[0].isupper() and place > 0 else root(low)
