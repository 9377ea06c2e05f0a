"""Figures that the source does not state, or states with another unit or size or of something else. Pure."""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from typing import NamedTuple

from newsletter.english.days import find_days
from newsletter.english.quantities import (
    MONEY,
    PRICE_HEAD,
    SIZES,
    SPANS,
    Quantity,
    find_head_sizes,
    find_money,
    find_quantities,
    find_unit,
    read_rate,
)
from newsletter.english.rules import remembered
from newsletter.english.stems import root
from newsletter.gate.context import Around, alike, count_copied, look_around, look_beside
from newsletter.gate.pieces import Piece, Source, Spot, Token

CLEAR = 1.1  # by how much another figure's place must be more alike than the figure's own
COPIED = 3  # very words right beside a figure that bind it to its place
CROSSED = 0.65  # the same for two figures together, were they exchanged
TOP = 5  # headline, publisher, the lines of the dateline and the first sentence
FAR_BEFORE = 60  # characters before a figure within which a word tells which way it went


class Found(NamedTuple):
    """A figure of the bullet, where the source states it, and where the source has other figures of its kind."""

    own: Spot
    same: list[Spot]
    rivals: list[Spot]


def check_numbers(
    piece: Piece, read: Source, near: Sequence[Piece], article: Source, *, cited: Sequence[Piece]
) -> list[str]:
    """Figures that ``read`` does not have, has of another kind, or has for something else.

    ``near`` are the sentences that ``piece`` draws on, with the headline: their figures may have changed places. What
    another figure of those ``cited`` stands for, this one cannot; what a headline says of all holds of no part.
    """
    reasons: list[str] = []
    found: list[Found] = []
    others = [spot for spots in read.quantities.values() for spot in spots if spot.piece in near]
    kinds = {spot.quantity.kind for spot in others} | _find_money(article) | _find_headed(near)
    for written in find_quantities(piece.text):
        quantity = _read_dollars(written, article)
        if quantity.soft or _counts(quantity):
            continue
        there = read.quantities.get(quantity.value, ())
        here = any(spot in others for spot in there)  # far off only where none of its kind stands near
        same = [
            spot
            for spot in there
            if (not here or spot in others or spot.quantity.kind == quantity.kind)
            and _agrees(quantity, spot.quantity, piece, read, kinds)
        ]
        same = same or _find_elided(quantity, piece, read, others, article)
        if same:
            rivals = [spot for spot in others if _is_rival(spot.quantity, quantity, same[0].quantity)]
            found.append(Found(Spot(quantity, piece), same, rivals))
        elif _is_known(quantity, piece, article):
            continue
        elif there:
            reasons.append(f"“{quantity.text}” is “{there[0].quantity.text}” in the source")
        else:
            reasons.append(f"the number “{quantity.text}” is not in the source")
    return [
        *reasons,
        *(_check_places(found, cited) or _check_exchanged(found)),
        *_check_rates(found),
        *_check_wholes(piece, near),
    ]


_DOLLARS = {"cad": "Canadian", "aud": "Australian", "hkd": "Hong Kong"}


def _read_dollars(quantity: Quantity, article: Source) -> Quantity:
    """The sum as an article has it that says once whose its dollars are: "$4" for "C$4"."""
    nation = _DOLLARS.get(quantity.kind, "")
    if not nation or not re.search(rf"\b(?:are|is|in)\s{nation} dollars\b", article.text):
        return quantity
    return quantity if quantity.kind in _find_kinds(article) else replace(quantity, kind="dollar")


def _counts(quantity: Quantity) -> bool:
    """A small number in words may count what the source lists."""
    return not quantity.text[:1].isdigit() and quantity.value <= 4 and quantity.kind in {"", "ordinal"}


def _agrees(quantity: Quantity, other: Quantity, piece: Piece, read: Source, kinds: set[str]) -> bool:
    """Whether two figures of one value are of one kind, or one leaves its kind to a figure or word elsewhere."""
    if quantity.kind == other.kind:
        return bool(quantity.kind) or "," not in quantity.text or not _is_year(other)  # no "1,995" for 1995
    if other.kind == "ordinal" and re.match(r"[QH]\b", piece.text[quantity.end :]):
        return True  # "4Q 2025"
    if "ordinal" in {quantity.kind, other.kind} or quantity.is_day or other.is_day:
        alike_written = quantity.text[0].isdigit() is other.text[0].isdigit()
        return alike_written and not {quantity.kind, other.kind}.isdisjoint(("", "ordinal"))
    if not quantity.kind:  # "22 cents a share against 17", "11 percent against 4"
        told = {one.kind for one in find_quantities(piece.text)}
        return other.kind in told or other.kind not in {"percent"} | MONEY
    # "between 34,000 and 38,000 tonnes", "15 happy years": the unit stands with another figure, or further on
    words = re.findall(r"[A-Za-z]+", f"{quantity.text} {quantity.kind}")  # "6,500-6,800 tonnes": both are
    units = (root(word) for word in words if word not in SIZES)
    named = quantity.kind in kinds or not read.stems.isdisjoint(units)
    return named and not other.kind and not _is_year(other)


@remembered(64)
def _find_kinds(article: Source) -> set[str]:
    """The kinds of all figures of an article."""
    return {spot.quantity.kind for spots in article.quantities.values() for spot in spots}


def _find_money(article: Source) -> set[str]:
    """The one kind of money that an article knows, which needs no name."""
    kinds = _find_kinds(article) & MONEY
    return kinds if len(kinds) == 1 else set()


def _find_headed(pieces: Sequence[Piece]) -> set[str]:
    """The kinds of money that the heads of tables name: "prices ex works, EUR/t"."""
    return {find_money(head["currency"]) for piece in pieces for head in PRICE_HEAD.finditer(piece.text)}


def _is_rival(other: Quantity, own: Quantity, same: Quantity) -> bool:
    """Whether a figure of the source could be taken for one of the bullet, which the source has as ``same``."""
    return (
        _tell_kind(other) in {_tell_kind(own), _tell_kind(same)}
        and _is_year(other) is _is_year(own)
        and other.text[0].isalpha() is own.text[0].isalpha()
    )


def _tell_kind(quantity: Quantity) -> str:
    return quantity.kind.partition("-")[0]  # "date-12": a day


def _is_year(quantity: Quantity) -> bool:
    return re.fullmatch(r"(?:1[5-9]|20)\d\d", quantity.text) is not None


def _find_elided(
    quantity: Quantity, piece: Piece, read: Source, others: Sequence[Spot], article: Source
) -> list[Spot]:
    """Where a sum leaves its size to another one or to its table's head: "38 million euros, now 71", "(£m)".

    The bullet may leave the money to another sum of its own: "38 million euros, now 71 million".
    """
    before = [one.kind for one in find_quantities(piece.text) if one.scaled and one.end < quantity.start]
    kind = quantity.kind or next((kind for kind in reversed(before) if kind in MONEY), "")
    if kind not in MONEY or not quantity.scaled:
        return []
    sums = [spot.quantity.value for spot in others if spot.quantity.kind == kind]
    sizes = {size for size in SIZES.values() if any(size <= value < 1e3 * size for value in sums)}
    headed = {size for money, size in find_head_sizes(article.text) if money == kind}
    alone = bool(quantity.kind) or _is_bare(Spot(quantity, piece))
    return [
        spot
        for size in sizes | headed
        for spot in read.quantities.get(round(quantity.value / size, 6), ())
        if not (spot.quantity.kind or spot.quantity.scaled)
        and ((quantity.kind and size in sizes) or (alone and _is_bare(spot)))
        and (quantity.kind or _PRICED.search(spot.piece.text))
    ]


_PRICED = re.compile(r"\b(?:cost|price|quot|worth|valued?|bids?|offer|pay|paid)")
_BARE = re.compile(r"\s*(?:[.,;:()|–—-]|\d|$|and\b|but\b|while\b)")  # a table's "42 – 46   49 – 52"


def _is_bare(spot: Spot) -> bool:
    """Whether no noun stands behind a figure: "the last offer was 71", and not "it hired 12 people"."""
    return _BARE.match(spot.piece.text, spot.quantity.end) is not None


def _is_known(quantity: Quantity, piece: Piece, article: Source) -> bool:
    """Whether it is a part of a date or name that the article has elsewhere: "April 2026", "Phase 2", "F-35".

    Of the days that the bullet does not cite, that of the dateline may be told, with its year: "today".
    """
    text, start = piece.text, quantity.start
    told = article.quantities.get(quantity.value, ())
    if (quantity.is_day or any(day.start("year") == start for day in find_days(text))) and any(
        spot.quantity.kind == quantity.kind and spot.piece in article.pieces[:TOP] for spot in told
    ):
        return True
    before = _NAME_BEFORE.search(text, 0, start)
    shown = re.escape(before.group() + quantity.text) if before else "(?!)"
    return re.search(rf"\b{shown}\b", article.text) is not None


_NAME_BEFORE = re.compile(r"\b(?:[A-Z][A-Za-z]+\s|[A-Z]+\d*-)$")


def _check_places(found: Sequence[Found], cited: Sequence[Piece]) -> list[str]:
    """Figures that stand where the source has another one."""
    neighbours = [
        both for both in pairwise(found) if len({_tell_kind(one.own.quantity) for one in both}) == 1
    ]
    stated = {spot.quantity.value for one in found for spot in (one.own, *one.same)}
    for one in found:
        if any(one in both and _follows(*both) for both in neighbours) or _is_paired(one, found):
            continue  # the two stand together there, too
        needed = _compare(one.own, one.same) + CLEAR
        for spot in one.rivals:
            if spot.quantity.value in stated or spot.piece not in cited:
                continue
            is_alike = _compare(one.own, [spot]) > needed and _touches(one.own, spot)
            if is_alike and not _is_bound(one, spot):
                told = f"here it says “{spot.quantity.text}”"
                return [f"“{one.own.quantity.text}” stands elsewhere in the source; {told}"]
    return []


def _check_exchanged(found: Sequence[Found]) -> list[str]:
    """Two figures that stand each where the source has the other."""
    for left, right in combinations([one for one in found if not _is_named(one)], 2):
        between = left.own.piece.text[left.own.quantity.end : right.own.quantity.start]
        if between == " and " and not _PAIRS_OFF.search(left.own.piece.text):
            continue  # "at $484 and $489": in any order
        if between == " and " and _pair_off(found, left, right):
            continue
        if _PART_OF.fullmatch(between) and left.own.quantity.value < right.own.quantity.value:
            continue  # "40 of the 60 asked for"
        starts = tuple(_is_start(one.own) for one in (left, right))
        origins = tuple(all(map(_is_start, one.same)) for one in (left, right))
        row = left.same[0].piece.text if left.same[0].piece is right.same[0].piece else ""
        ends = sorted(one.same[0].quantity.start for one in (left, right))
        if any(starts) and (starts == origins or not re.search("[A-Za-z]", row[slice(*ends)] or "a")):
            continue  # "to 4 from 5" for "from 5 to 4", or for a row "5  4" of a table
        is_turned = starts != origins and starts == origins[::-1]
        if is_turned or _gain(left, right) + _gain(right, left) > CROSSED:
            return [f"“{left.own.quantity.text}” and “{right.own.quantity.text}” have changed places"]
    return []


def _pair_off(found: Sequence[Found], left: Found, right: Found) -> bool:
    """Whether two figures stand in the order of the two before them, each in one sentence with its own there.

    "Sales of 4 and a profit of 2, below forecasts of 5 and 3."
    """
    first, second = ([spot.piece for spot in one.same] for one in (left, right))
    at = found.index(left)
    return at > 1 and all(
        any(spot.piece in pieces for spot in one.same) and not any(spot.piece in others for spot in one.same)
        for one, pieces, others in ((found[at - 2], first, second), (found[at - 1], second, first))
    )


# What tells which of two figures is of which: "Oslo and Lund paid 4 and 5", "at 4 and 5 (1 and 2)".
_PAIRS_OFF = re.compile(r"respectively|\(|\band\b.*\band\b", re.DOTALL)
BESIDE = 12  # characters between two figures of a bullet that belong together


def _is_paired(one: Found, found: Sequence[Found]) -> bool:
    """Whether a figure of another kind right beside it stands right beside it there: "38% to $61", "$61, up 38%"."""
    own = one.own.quantity
    for other in found:
        mate = other.own.quantity
        near = max(own.start, mate.start) - min(own.end, mate.end) <= BESIDE
        kinds = {_tell_kind(own), _tell_kind(mate)}
        if not near or len(kinds) == 1 or not kinds.isdisjoint(("", "ordinal", "date")):
            continue
        if _follows(one, other) or _follows(other, one):
            return True
    return False


def _is_bound(one: Found, rival: Spot) -> bool:
    """Whether the very words beside a figure are those of its own place: "$1.45 million in civil penalties"."""
    copied = _count_copied(one.own, one.same)
    return copied >= COPIED and copied > _count_copied(one.own, [rival])


def _count_copied(own: Spot, spots: Iterable[Spot]) -> int:
    """How many of the very words on one side of a figure stand there in the most alike of ``spots``."""
    pairs = (pair for spot in spots for pair in zip(_find_sides(own), _find_sides(spot), strict=True))
    return max((count_copied(*pair) for pair in pairs), default=0)


def _find_sides(spot: Spot) -> tuple[Sequence[Token], Sequence[Token]]:
    """The words before a figure, the nearest first, and behind it."""
    first, last = spot.piece.span(spot.quantity.start, spot.quantity.end)
    return spot.piece.tokens[:first][::-1], spot.piece.tokens[last + 1 :]


def _is_named(one: Found) -> bool:
    """Whether it stands behind a name as in the source, where none of the others does: "week 8" for "Week 8"."""
    own = _find_before(one.own)
    others = (spot for spot in one.rivals if spot.quantity.value != one.own.quantity.value)
    named = own.isalpha() and own.capitalize() in map(_find_before, one.same)
    return named and own.lower() not in {_find_before(spot).lower() for spot in others}


def _find_before(spot: Spot) -> str:
    """The word right before a figure, "" where none is."""
    return next((token.text for token in spot.piece.tokens if token.end == spot.quantity.start - 1), "")


def _is_start(spot: Spot) -> bool:
    """Whether a figure is one that things went "from"."""
    return (
        _START.search(spot.piece.text, max(0, spot.quantity.start - FAR_BEFORE), spot.quantity.start)
        is not None
    )


_START = re.compile(
    r"\bfrom\s(?:(?:an?|about|around|only|just|some|approximately|nearly)\s)?(?:\W{0,3}[\d.,]+\s?[–-])?$"
)


def _compare(own: Spot, spots: Iterable[Spot], but: frozenset[float] = frozenset()) -> float:
    """How alike the place of a figure is to the most alike of ``spots``; far below nothing where there are none."""
    around = _look(own, but)
    return max((alike(around, _look(spot, but)) for spot in spots), default=-99.0)


@remembered(4096)
def _look(spot: Spot, but: frozenset[float]) -> Around:
    """The words around a figure, and where ``but`` names some that do not count, the other figures."""
    place = spot.piece.span(spot.quantity.start, spot.quantity.end)
    around = look_around(spot.piece, *place, figures=bool(but))
    left = [one.text for one in find_quantities(spot.piece.text) if one.value in but]
    skip = {root(token) for text in left for token in re.findall(r"\d[\d.,]*", text)}
    return {key: weight for key, weight in around.items() if key[0] not in skip}


def _touches(own: Spot, spot: Spot) -> bool:
    """Whether two figures have a neighbour in common."""
    left, right = (look_beside(p, *p.span(q.start, q.end)) for q, p in (own, spot))
    return not left.isdisjoint(right)


def _gain(one: Found, other: Found) -> float:
    """How much more alike the place of ``one`` is to where the source has ``other`` than to its own.

    The figures beside them count as words do ("62% on 300 mm, 93% on 200 mm"), but for these two.
    """
    value = other.own.quantity.value
    but = frozenset((one.own.quantity.value, value))
    there = [spot for spot in one.rivals if spot.quantity.value == value]
    return _compare(one.own, there, but) - _compare(one.own, one.same, but)


def _follows(before: Found, one: Found) -> bool:
    """Whether the source tells a figure next behind the one that the bullet tells before it."""
    return any(
        left.piece is right.piece
        and left.quantity.end <= right.quantity.start
        and not any(
            left.quantity.end <= q.start < right.quantity.start and q.kind == right.quantity.kind
            for q in find_quantities(left.piece.text)
        )
        for left in before.same
        for right in one.same
    )


def _check_rates(found: Sequence[Found]) -> list[str]:
    """Figures "a month" that the source has "a year"."""
    for one in found:
        read = [read_rate(p.text, q.end, across=True) for q, p in (one.own, *one.same)]
        own, *rates = [find_unit(rate.per) if rate else "" for rate in read]
        text, end = one.own.piece.text, one.own.quantity.end
        if read[0] and _TOOK.search(text, end, read[0].end) and SPANS.isdisjoint(rates):
            continue  # "rose $22 in a week" beside "by $22 a tonne"
        if own and all(rates) and own not in rates:
            return [f"“{one.own.quantity.text}” is told by another unit in the source"]
    return []


_TOOK = re.compile(r"\s(?:in|over|within|after|for)\san?\s\w+$")  # how long it took, and no rate


def _check_wholes(piece: Piece, near: Sequence[Piece]) -> list[str]:
    """A whole in the place of its part: "112 mills" where the source has "37 of the 112 mills"."""
    told = {one.value: one for one in find_quantities(piece.text)}
    for origin in near:
        figures = find_quantities(origin.text)
        alone = {one.value for one in figures if not _is_whole(one, origin)}
        for part, whole in pairwise(figures):
            own = told.get(whole.value)
            is_part = part.text[0].isdigit() and part.value not in told  # "one of 22 mills" tells of the 22
            footnote = whole.kind in MONEY and part.kind not in MONEY  # "costs2 of $15.8"
            if own is None or not is_part or footnote or _is_year(whole) or whole.value in alone:
                continue
            if _PART_OF.fullmatch(origin.text, part.end, whole.start) and not _is_whole(own, piece):
                return [f"“{own.text}” is the whole of which the source has {part.text}"]
    return []


def _is_whole(quantity: Quantity, piece: Piece) -> bool:
    """Whether it stands behind "of", as what something is a part of."""
    return _PART_OF.search(piece.text, max(0, quantity.start - FAR_BEFORE), quantity.start) is not None


_PART_OF = re.compile(
    r"\s(?:out\s)?of\s(?:(?:the|its|their|some|about|over|nearly|almost|roughly|more than)\s)?$"
)
