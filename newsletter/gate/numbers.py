"""Figures that the source does not state, or states with another unit or size or of something else. Pure."""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from newsletter.english.quantities import (
    MONEY,
    MONEY_CODE,
    MONEY_SIGN,
    SIZES,
    SPANS,
    Quantity,
    find_currencies,
    find_quantities,
    find_unit,
    read_rate,
)
from newsletter.english.stems import root
from newsletter.gate.context import alike, look_around, look_beside
from newsletter.gate.pieces import Piece, Source, Spot

CLEAR = 0.8  # by how much another figure's place must be more alike than the figure's own
PLACED = 0.2  # the same in addition where it has a neighbour of its own
CROSSED = 0.65  # the same for two figures together, were they exchanged
EITHER, CLEARLY = -0.1, 1.75  # how much may be lost by one of the two, and what both must gain where more is


def check_numbers(piece: Piece, read: Source, near: Sequence[Piece], article: Source) -> list[str]:
    """Figures that ``read`` does not have, has of another kind, or has for something else.

    ``near`` are the sentences that ``piece`` draws on: what another figure stands for there, this one cannot stand for.
    A unit that they leave out may stand with the same figure elsewhere in the ``article``.
    """
    reasons, bound = [], []
    others = [spot for spots in read.quantities.values() for spot in spots if spot.piece in near]
    for quantity in find_quantities(piece.text):
        there = read.quantities.get(quantity.value, ())
        same = _find_same(quantity, piece, read, others) or _find_elided(quantity, read, article)
        if quantity.soft or _counts(quantity):
            continue
        if same:
            bound.append(_Bound(Spot(quantity, piece), same, others))
        elif there:
            reasons.append(f"“{quantity.text}” is “{there[0].quantity.text}” in the source")
        else:
            reasons.append(f"the number “{quantity.text}” is not in the source")
    return reasons + _check_places(bound) + _check_rates(bound)


def _find_same(quantity: Quantity, piece: Piece, read: Source, others: Sequence[Spot]) -> list[Spot]:
    """Where the source states this figure, with this unit; far off only where it does not stand near."""
    there = read.quantities.get(quantity.value, ())
    here = [spot for spot in there if spot in others]
    told = {one.kind for one in find_quantities(piece.text)} | find_currencies(piece.text)
    return [
        spot
        for spot in there
        if (not here or spot in here or spot.quantity.kind == quantity.kind)
        and _agrees(quantity, spot.quantity, others, read, told)
    ]


def _find_elided(quantity: Quantity, read: Source, article: Source) -> list[Spot]:
    """Where a bare figure leaves its money and size to the head of a table, or at its end to a sum of its sentence.

    "29.6" under "£m | H1 26", "610" under "$/t"; "the cost was 38 million euros and the last offer was 71".
    """
    if quantity.kind not in MONEY:
        return []
    heads = {
        SIZES.get(_SHORT.get(head["size"], head["size"]), 1.0)
        for head in _HEAD.finditer(article.text)
        if any(one.kind == quantity.kind for one in find_quantities(f"{head['money']}1"))
    }
    return [
        spot
        for size in (1.0, *SIZES.values())
        for spot in read.quantities.get(round(quantity.value / size, 6), ())
        if not spot.quantity.kind
        and not spot.quantity.scaled
        and (
            (size in heads and spot.piece.text[-1] not in _STOPS)
            or (
                _ENDS.match(spot.piece.text, spot.quantity.end)
                and any(
                    one.scaled and one.kind == quantity.kind and size <= one.value < 1e3 * size
                    for one in find_quantities(spot.piece.text)
                )
            )
        )
    ]


_STOPS = '.!?"”'  # at the end of a sentence; a row of a table has none
_ENDS = re.compile(r"\W*(?:$|[.;])")
_HEAD = re.compile(
    rf"(?<![\d.])(?P<money>{MONEY_SIGN}|\b(?:{MONEY_CODE})\s?)"
    r"(?P<size>m|mn|bn|million|billion|thousand|/\s?[a-z]+)\b"
)
_SHORT = {"m": "million", "mn": "million", "bn": "billion"}


class _Bound:
    """A figure of the bullet and how alike its place is to those of the same figure and of others."""

    def __init__(self, own: Spot, same: Sequence[Spot], others: Sequence[Spot]) -> None:
        self.quantity, self.same, self.piece = own.quantity, same, own.piece
        self._spot, self._around = own, _look(own)
        self.own = max(self.compare(spot) for spot in same)
        kinds = {one.kind.partition("-")[0] for one in (own.quantity, same[0].quantity)}  # "date-12": a day
        self.rivals = [
            spot
            for spot in others
            if spot.quantity.value != own.quantity.value
            and spot.quantity.kind.partition("-")[0] in kinds
            and not _counts(spot.quantity)
        ]

    def compare(self, spot: Spot) -> float:
        return alike(self._around, _look(spot))

    def touches(self, spot: Spot) -> bool:
        """Whether it has a neighbour in common with another figure."""
        return bool(_look_beside(self._spot) & _look_beside(spot))

    def as_if(self, value: float) -> float:
        """How alike its place is to where the source has ``value``; far below nothing where it has not."""
        return max((self.compare(spot) for spot in self.rivals if spot.quantity.value == value), default=-99)


def _look(spot: Spot) -> dict[tuple[str, int], float]:
    rate = read_rate(spot.piece.text, spot.quantity.end)
    end = rate.end if rate and rate.per in SPANS else spot.quantity.end  # "a year" is a part of the unit
    return look_around(spot.piece, *spot.piece.span(spot.quantity.start, end), figures=False)


def _look_beside(spot: Spot) -> frozenset[tuple[str, int]]:
    return look_beside(spot.piece, *spot.piece.span(spot.quantity.start, spot.quantity.end))


def _check_places(bound: Sequence[_Bound]) -> list[str]:
    """Figures that stand where the source has another one, or that have changed places."""
    stated = {one.quantity.value for one in bound}
    for one in bound:
        spare = [spot for spot in one.rivals if spot.quantity.value not in stated]
        placed = any(one.touches(spot) for spot in one.same)
        for spot in spare:
            if one.compare(spot) > one.own + CLEAR + PLACED * placed and one.touches(spot):
                told = f"here it says “{spot.quantity.text}”"
                return [f"“{one.quantity.text}” stands elsewhere in the source; {told}"]
    for left, right in combinations(bound, 2):
        gains = (
            left.as_if(right.quantity.value) - left.own,
            right.as_if(left.quantity.value) - right.own,
        )
        if sum(gains) > (CROSSED if min(gains) > EITHER else CLEARLY):
            return [f"“{left.quantity.text}” and “{right.quantity.text}” have changed places"]
    return []


def _check_rates(bound: Sequence[_Bound]) -> list[str]:
    """Figures "a month" that the source has "a year"."""
    for one in bound:
        read = [read_rate(p.text, q.end, across=True) for q, p in ((one.quantity, one.piece), *one.same)]
        own, *rates = [find_unit(rate.per) if rate else "" for rate in read]
        if own and all(rates) and own not in rates:
            return [f"“{one.quantity.text}” is told by another unit in the source"]
    return []


def _counts(quantity: Quantity) -> bool:
    """A small number in words may count what the source lists."""
    return not quantity.text[:1].isdigit() and quantity.value <= 4 and quantity.kind in {"", "ordinal"}


def _is_year(quantity: Quantity) -> bool:
    return re.fullmatch(r"(?:1[5-9]|20)\d\d", quantity.text) is not None


def _agrees(quantity: Quantity, other: Quantity, near: Sequence[Spot], read: Source, told: set[str]) -> bool:
    """Whether two figures of one value are of one kind, or one leaves its kind to a figure beside it."""
    kinds = {quantity.kind, other.kind}
    written = quantity.text + other.text
    money = (kinds == {"lb", "pound"} and "£" not in written) or (kinds == {"yuan", "yen"} and "¥" in written)
    if money or len(kinds) == 1:
        if not quantity.kind and "," in quantity.text and _is_year(other):
            return False
        return not (quantity.quality and other.quality and quantity.quality != other.quality)
    asked = (
        quantity.kind in SPANS
        and not other.kind
        and not other.soft
        and (
            other.text[0].isalpha()
            or quantity.text.endswith("-old")
            or not read.words.isdisjoint(("age", "aged"))
        )
    )
    if asked or (other.kind == "ordinal" and " " in other.text and quantity.text.isdigit()):
        return True  # "Fourteen on average": the question has the unit; "quarter 4"
    if "ordinal" in kinds or any(kind.startswith("date-") for kind in kinds):
        return quantity.text[0].isdigit() is other.text[0].isdigit() and bool(kinds & {"", "ordinal"})
    if not quantity.kind:  # "22 cents a share against 17"
        elided = other.kind in told and quantity.scaled is other.scaled
        return elided or other.kind not in {"percent"} | MONEY
    # "between 34,000 and 38,000 tonnes", "aged 16": the unit stands with another figure, or further on
    units = [root(word) for word in re.findall(r"[A-Za-z]+", quantity.text)]
    elsewhere = any(spot.quantity.kind == quantity.kind for spot in near) or any(
        unit in read.stems for unit in units
    )
    unnamed = (
        not other.kind and not other.soft and (_is_year(quantity) or not _is_year(other))
    )  # no "2031-tonne"
    return unnamed and elsewhere
