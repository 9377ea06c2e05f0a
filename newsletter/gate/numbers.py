"""Figures that the source does not state, or states with another unit or size or of something else. Pure."""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise

from newsletter.english.days import find_days
from newsletter.english.polarity import COURSE
from newsletter.english.quantities import (
    DOLLARS,
    MAGNITUDE,
    MONEY,
    SIGNS,
    SIZED,
    SIZES,
    Quantity,
    find_national,
    find_quantities,
    find_unit,
    read_rate,
)
from newsletter.english.rules import remembered
from newsletter.english.stems import root
from newsletter.gate.context import Around, alike, look_around, look_beside
from newsletter.gate.pieces import Piece, Source, Spot

CLEAR = 1.1  # by how much another figure's place must be more alike than the figure's own
CROSSED = 0.65  # the same for two figures together, were they exchanged
ROW = 4  # words for a figure, from which it is no row of a table
TOP = 5  # headline, publisher, the lines of the dateline and the first sentence


def check_numbers(
    piece: Piece, read: Source, near: Sequence[Piece], article: Source, *, cited: Sequence[Piece]
) -> list[str]:
    """Figures that ``read`` does not have, has of another kind, or has for something else.

    ``near`` are the sentences that ``piece`` draws on, with the headline: their figures may have changed places. What
    another figure of those ``cited`` stands for, this one cannot; what a headline says of all holds of no part.
    A unit that they leave out may stand with the same figure elsewhere in the ``article``.
    """
    reasons: list[str] = []
    bound: list[_Bound] = []
    others = [spot for spots in read.quantities.values() for spot in spots if spot.piece in near]
    codes = list(_CODE.finditer(piece.text))
    lost = (code[0] for code in codes if re.search(rf"\b{code[0]}\b", article.text, re.IGNORECASE) is None)
    reasons += (f"“{code}” is not in the source" for code in lost)
    for quantity in find_quantities(piece.text):
        if any(code.start() <= quantity.start < code.end() for code in codes):
            continue
        there = read.quantities.get(quantity.value) or _find_metres(quantity, read)
        same = (
            _find_same(quantity, piece, read, others, article)
            or _find_elided(quantity, read, near)
            or _find_part(quantity, piece, read)
        )
        if quantity.soft or _counts(quantity) or (there and there[0].quantity.value != quantity.value):
            continue
        if same:
            bound.append(_Bound(Spot(quantity, piece), same, others))
        elif _is_known(quantity, piece, article):
            continue
        elif there:
            reasons.append(f"“{quantity.text}” is “{there[0].quantity.text}” in the source")
        else:
            reasons.append(f"the number “{quantity.text}” is not in the source")
    return [
        *reasons,
        *_check_places(bound, cited),
        *_check_course(piece),
        *_check_rates(bound),
        *_check_wholes(piece, near),
    ]


_CODE = re.compile(r"\b(?:[A-Z]+\d*-\d+|\d+[A-Z]+\d+)\b")  # "KR26-031", "6E114": no figures


def _find_same(
    quantity: Quantity, piece: Piece, read: Source, others: Sequence[Spot], article: Source
) -> list[Spot]:
    """Where the source states this figure, with this unit; far off only where none of its kind stands near.

    The one kind of money that the ``article`` knows needs no name, its plain "$" is no US$ where it has that, and the
    dollar of the nation that it names ("All amounts are in Canadian dollars"). Unit and size of a figure of a table
    stand in its head.
    """
    known = _find_kinds(article)
    money = known & MONEY
    headed = _find_headed(quantity, read, article)
    there = read.quantities.get(quantity.value) or headed
    here = [spot for spot in there if spot in others]
    kinds = {spot.quantity.kind for spot in others} | (money if len(money) == 1 else frozenset())
    told = {one.kind for one in find_quantities(piece.text)} - {quantity.kind, ""}
    plain = quantity.kind in DOLLARS and (
        "US$" in article.text or quantity.kind in find_national(article.text)
    )
    return [
        spot
        for spot in there
        if (not here or spot in here or spot.quantity.kind == quantity.kind)
        and (
            _agrees(quantity, spot.quantity, kinds, read, told)
            or (plain and spot.quantity.text.startswith("$"))
            or (quantity.kind in known & DOLLARS and spot.quantity.text.endswith(" dollars"))
            or (spot in headed and (quantity.kind in known))
            or (quantity.kind in known - MONEY and not spot.quantity.kind and _is_row(spot.piece))
        )
    ]


@remembered(64)
def _find_kinds(article: Source) -> frozenset[str]:
    """The kinds of figures that an article has."""
    kinds = {spot.quantity.kind for spots in article.quantities.values() for spot in spots}
    return frozenset(kinds | ({"percent"} if "%" in article.text else set()))


def _is_row(piece: Piece) -> bool:
    """Whether it is a row of a table: with cells, or hardly more words than figures."""
    figures = sum(token.text[0].isdigit() for token in piece.tokens)
    return " | " in piece.text or (figures > 1 and len(piece.tokens) < ROW * figures)


def _find_headed(quantity: Quantity, read: Source, article: Source) -> list[Spot]:
    """Where a row has it by the size that the article gives its tables: "(in millions of euros)", "Tonnes (Mt)"."""
    return [
        spot
        for size in _find_table_sizes(article)
        for spot in read.quantities.get(round(quantity.value / size, 6), ())
        if quantity.scaled > spot.quantity.scaled and _is_row(spot.piece)
    ]


@remembered(64)
def _find_table_sizes(article: Source) -> frozenset[float]:
    """The sizes that an article gives its tables, by a word or in a unit."""
    return frozenset(
        SIZED[match["unit"]][0]
        if match["unit"]
        else MAGNITUDE[(match["size"] or match["short"] or "thousand").lower()]
        for match in _TABLE_SIZE.finditer(article.text)
    )


# "(in millions", "US$ millions", "SEK million |", "£m |", "$000", "(Mt)": what a table's head says of its figures.
_TABLE_SIZE = re.compile(
    rf"(?:\bin|[${SIGNS}(|]|\b[A-Z]{{3}})\s?(?P<size>thousand|million|billion)s?\b|[$€£¥][’']?000\b"
    rf"|[${SIGNS}](?P<short>mn?|bn)(?=\s*(?:[|)]|$))"
    rf"|\((?P<unit>(?-i:{'|'.join(SIZED)}))\)",
    re.IGNORECASE | re.MULTILINE,
)


def _find_metres(quantity: Quantity, read: Source) -> tuple[Spot, ...]:
    """Where the source has metres that look like millions: "over 12.3m"."""
    if quantity.kind not in {"", "meter"}:
        return ()
    spots = read.quantities.get(quantity.value * 1e6, ())
    return tuple(spot for spot in spots if not spot.quantity.kind and spot.quantity.text.endswith("m"))


def _find_elided(quantity: Quantity, read: Source, near: Sequence[Piece]) -> list[Spot]:
    """Where a sum leaves its size to another one: "38 million euros and the last offer was 71"."""
    if not quantity.scaled:
        return []
    return [
        spot
        for size in SIZES.values()
        for spot in read.quantities.get(quantity.value / size, ())
        if not spot.quantity.kind
        and not spot.quantity.scaled
        and _ENDS.match(spot.piece.text, spot.quantity.end)
        and any(
            _has_sum(one, size, quantity.kind) for one in (near if quantity.kind in MONEY else [spot.piece])
        )
    ]


def _find_part(quantity: Quantity, piece: Piece, read: Source) -> list[Spot]:
    """Where the source has a figure in full that leaves its size to its whole: "14 of 18 kt"."""
    whole = next((one for one in find_quantities(piece.text) if one.start > quantity.start), None)
    if whole is None or quantity.scaled or quantity.kind or not whole.value:
        return []
    number = re.search(r"\d[\d,]*(?:\.\d+)?", whole.text)
    if number is None or _OF.fullmatch(piece.text, quantity.end, whole.start) is None:
        return []
    size = round(whole.value / float(number[0].replace(",", "")))
    return list(read.quantities.get(round(quantity.value * size, 6), ())) if size > 1 else []


_ENDS = re.compile(
    r"(?:(?:\W+|\sto\s)[\d.,]+)?(?:\W*(?:$|[.;,)])|\s(?:and|of (?:it|them|which)|in|for|to|from)\b)"
)
_OF = re.compile(r"\s(?:out )?of\s(?:(?:the|its|a)\s)?")


def _has_sum(piece: Piece, size: float, kind: str) -> bool:
    """Whether an amount of this size and kind stands there."""
    return any(
        one.scaled and one.kind in {kind, ""} and size <= one.value < 1e3 * size
        for one in find_quantities(piece.text)
    )


class _Bound:
    """A figure of the bullet and how alike its place is to those of the same figure and of others."""

    def __init__(self, own: Spot, same: Sequence[Spot], others: Sequence[Spot]) -> None:
        self.spot, self.quantity, self.same = own, own.quantity, same
        self._around = _look(own)
        self.own = max(self.compare(spot) for spot in same)
        kinds = {_tell_kind(one) for one in (own.quantity, same[0].quantity)}
        self.rivals = [
            spot
            for spot in others
            if _tell_kind(spot.quantity) in kinds
            and _is_year(spot.quantity) is _is_year(own.quantity)
            and spot.quantity.text[0].isalpha() is own.quantity.text[0].isalpha()
        ]

    def compare(self, spot: Spot) -> float:
        return alike(self._around, _look(spot))

    def touches(self, spot: Spot) -> bool:
        """Whether it has a neighbour in common with another figure."""
        own, other = (look_beside(p, *p.span(q.start, q.end)) for q, p in (self.spot, spot))
        return not own.isdisjoint(other)

    def gain_as(self, other: _Bound) -> float:
        """How much more alike its place is to where the source has ``other``; far below nothing where it has not.

        The figures beside them count as words do ("62% on 300 mm, 93% on 200 mm"), but for these two.
        """
        values = frozenset((self.quantity.value, other.quantity.value))
        around = _look(self.spot, values)

        def find_best(spots: Iterable[Spot]) -> float:
            return max((alike(around, _look(spot, values)) for spot in spots), default=-99.0)

        there = (spot for spot in self.rivals if spot.quantity.value == other.quantity.value)
        return find_best(there) - find_best(self.same)


@remembered(4096)
def _look(spot: Spot, but: frozenset[float] = frozenset()) -> Around:
    """The words around a figure, and where ``but`` names some that do not count, the other figures."""
    place = spot.piece.span(spot.quantity.start, spot.quantity.end)
    found = look_around(spot.piece, *place, figures=bool(but))
    left = [one.text for one in find_quantities(spot.piece.text) if one.value in but]
    skip = {root(token) for text in left for token in re.findall(r"\d[\d.,]*", text)}
    return {key: weight for key, weight in found.items() if key[0] not in skip} if skip else found


def _check_places(bound: Sequence[_Bound], cited: Sequence[Piece]) -> list[str]:
    """Figures that stand where the source has another one, or that have changed places."""
    stated = {spot.quantity.value for one in bound for spot in (one.spot, *one.same)}
    for place, one in enumerate(bound):
        kind = _tell_kind(one.quantity)
        behind = (other for other in bound[place + 1 :] if _tell_kind(other.quantity) == kind)
        if (place and _follows(bound[place - 1], one)) or any(_follows(one, other) for other in behind):
            continue  # the two stand together there, too
        spare = (spot for spot in one.rivals if spot.quantity.value not in stated and spot.piece in cited)
        for spot in spare:
            if one.compare(spot) > one.own + CLEAR and one.touches(spot):
                told = f"here it says “{spot.quantity.text}”"
                return [f"“{one.quantity.text}” stands elsewhere in the source; {told}"]
    for left, right in combinations(bound, 2):
        if _keep_ends(left, right) or _keep_ways(left, right):
            continue
        if left.gain_as(right) + right.gain_as(left) > CROSSED:
            return [f"“{left.quantity.text}” and “{right.quantity.text}” have changed places"]
    return []


def _keep_ends(left: _Bound, right: _Bound) -> bool:
    """Whether the one of two figures came "from" the other, or went "to" it, as in the source: "to 4 from 5"."""
    ends = [(_tell_end(one.spot), {*map(_tell_end, one.same)}) for one in (left, right)]
    (own, there), (start, origins) = sorted(ends, key=lambda one: one[0] == "from")
    if start != "from" or own == "from":
        return False
    return ("from" in origins and (not own or own in there)) or ("to" in there and "to" not in origins)


def _keep_ways(left: _Bound, right: _Bound) -> bool:
    """Whether one of two figures went up and the other down, each as in the source: "rose 2.0%, but fell 0.8%"."""
    ways = [(_tell_way(one.spot), {*map(_tell_way, one.same)}) for one in (left, right)]
    return ways[0][0] * ways[1][0] < 0 and all(own in there for own, there in ways)


def _tell_way(spot: Spot) -> int:
    """Whether the last words before a figure say that it went up (1) or down (-1); else 0."""
    before = re.findall(
        r"[a-z]+", spot.piece.text[max(0, spot.quantity.start - FAR_BEFORE) : spot.quantity.start]
    )
    return next((COURSE[word] for word in reversed(before[-3:]) if word in COURSE), 0)


def _tell_end(spot: Spot) -> str:
    match = _END.search(spot.piece.text, max(0, spot.quantity.start - FAR_BEFORE), spot.quantity.start)
    return match[1] if match else ""


_END = re.compile(r"\b(from|to)\s(?:(?:an?|about|around|only|just|some|approximately|nearly)\s)?$")


def _tell_kind(quantity: Quantity) -> str:
    return quantity.kind.partition("-")[0]  # "date-12": a day


def _follows(before: _Bound, one: _Bound) -> bool:
    """Whether the source tells a figure next behind the one that the bullet tells before it."""
    return any(
        left.piece is right.piece
        and left.quantity.end <= right.quantity.start
        and not any(
            left.quantity.end <= q.start < right.quantity.start and q.scaled is right.quantity.scaled
            for q in find_quantities(left.piece.text)
        )
        for left in before.same
        for right in one.same
    )


def _is_known(quantity: Quantity, piece: Piece, article: Source) -> bool:
    """Whether it is a part of a name or date that the article has elsewhere: "April 2026", "Phase 2", "Serena 4".

    Of the days that the bullet does not cite, that of the dateline may be told, with its year: "today".
    """
    text, start = piece.text, quantity.start
    if (quantity.is_day or any(day.start("year") == start for day in find_days(text))) and any(
        one.quantity.kind == quantity.kind and one.piece in article.pieces[:TOP]
        for one in article.quantities.get(quantity.value, ())
    ):
        return True
    before = _NAMED_BEFORE.search(text, 0, start)
    shown = re.escape(before.group() + quantity.text) if before else "(?!)"
    return re.search(rf"\b{shown}\b", article.text) is not None


_NAMED_BEFORE = re.compile(r"\b[A-Z][A-Za-z]+\s$")

_FROM = re.compile(
    r"(?!\s(?:and|or)\b)[^,;]{0,24}?,?\s?(?:\b\w+\s)?\bfrom\s(?:(?:an?|about|around|only|just)\s)?\S?",
    re.IGNORECASE,
)
_TO = re.compile(r"\s?[-–—]\s?[$€£¥]?")
FAR_BEFORE = 60  # characters before a figure within which a word tells which way it went


def _check_course(piece: Piece) -> list[str]:
    """A figure that "rose to 4 from 5"."""
    text = piece.text
    read = [one for one in find_quantities(text) if not _is_year(one)]
    # Of a range that "rose to 4-6 from 3-5" the first figures are compared.
    ends = [one for before, one in pairwise(read) if _TO.fullmatch(text[before.end : one.start])]
    for now, then in pairwise(one for one in read if one not in ends):
        between = text[now.end : then.start]
        if now.kind != then.kind or not _FROM.fullmatch(between):
            continue
        ahead = re.split(
            r"[;,](?!\d)|\s(?:and|but|while)\s", text[max(0, now.start - FAR_BEFORE) : now.start]
        )[-1]
        # "up to half of the ore from three mines" goes no way
        words = re.findall(r"up to\b|[a-z]+", f"{ahead} {between}")
        ways = [COURSE[word] for word in words if word in COURSE]
        if len({*ways}) == 1 and (now.value - then.value) * ways[-1] < 0:
            return [f"“{now.text}” is on the wrong side of “{then.text}”"]
    return []


def _check_rates(bound: Sequence[_Bound]) -> list[str]:
    """Figures "a month" that the source has "a year"."""
    for one in bound:
        read = [read_rate(p.text, q.end, across=True) for q, p in (one.spot, *one.same)]
        own, *rates = [find_unit(rate.per).replace("tonne", "ton") if rate else "" for rate in read]
        if own and all(rates) and own not in rates:
            return [f"“{one.quantity.text}” is told by another unit in the source"]
    return []


def _check_wholes(piece: Piece, near: Sequence[Piece]) -> list[str]:
    """A whole in the place of its part: "112 mills" where the source has "37 of the 112 mills"."""
    told = {one.value: one for one in find_quantities(piece.text)}
    for origin in near:
        counted = (
            one for one in find_quantities(origin.text) if one.text[0].isdigit() and one.kind != "ordinal"
        )
        for part, whole in pairwise(one for one in counted if not (one.is_day or _is_year(one))):
            is_part = part.kind in {"", whole.kind} and _PART_OF.fullmatch(
                origin.text[part.end : whole.start]
            )
            own = told.get(whole.value) if is_part and part.value not in told else None
            if own and not _PART_OF.search(piece.text, max(0, own.start - FAR_BEFORE), own.start):
                return [f"“{own.text}” is the whole of which the source has {part.text}"]
    return []


_PART_OF = re.compile(r"\s(?:out\s)?of\s(?:(?:the|its|their|some|about)\s)?$")


def _counts(quantity: Quantity) -> bool:
    """A small number in words may count what the source lists."""
    return not quantity.text[:1].isdigit() and quantity.value <= 4 and quantity.kind in {"", "ordinal"}


def _is_year(quantity: Quantity) -> bool:
    return re.fullmatch(r"(?:1[5-9]|20)\d\d", quantity.text) is not None


def _agrees(quantity: Quantity, other: Quantity, kinds: set[str], read: Source, told: set[str]) -> bool:
    """Whether two figures of one value are of one kind, or one leaves its kind to a figure beside it."""
    both = {quantity.kind, other.kind}
    if len(both) == 1:
        if not quantity.kind and "," in quantity.text and _is_year(other):
            return False
        return not (quantity.quality and other.quality and quantity.quality != other.quality)
    quarter = other.kind == "ordinal" and " " in other.text and quantity.text.isdigit()  # "quarter 4"
    if quarter or both <= _TONS:
        return True
    if "ordinal" in both or quantity.is_day or other.is_day:
        return quantity.text[0].isdigit() is other.text[0].isdigit() and bool(both & {"", "ordinal"})
    if not quantity.kind:  # "22 cents a share against 17", "11 percent against 4"
        elided = other.kind in told and quantity.scaled is other.scaled
        return elided or other.kind not in {"percent"} | MONEY
    # "between 34,000 and 38,000 tonnes", "aged 16": the unit stands with another figure, or further on
    units = [root(word) for word in re.findall(r"[A-Za-z]+", quantity.text) if word not in SIZES]
    unnamed = not other.kind and (_is_year(quantity) or not _is_year(other))  # no "2031-tonne"
    return unnamed and (quantity.kind in kinds or any(unit in read.stems for unit in units))


_TONS = frozenset(("ton", "tonne"))  # the tons of the trade are metric where none is called short
