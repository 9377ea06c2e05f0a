"""Numbers that the source does not state, or states with another unit, currency, size or kind. Pure."""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re

from newsletter.english.hedges import Hedge, HedgeKind, find_hedges
from newsletter.english.quantities import Quantity, find_quantities
from newsletter.english.stems import stem
from newsletter.gate.pieces import Piece, Source


def check_numbers(text: str, source: Source, near: Piece | None) -> list[str]:
    """Numbers that the source does not have, or has of another kind; in a near copy, in the sentence copied."""
    reasons = []
    hedges = find_hedges(text)
    own = find_quantities(text)
    there = find_quantities(near.text) if near else ()
    values = {quantity.value for quantity in own}
    spare = [other for other in there if other.value not in values and not other.soft]
    for quantity in own:
        if (quantity.soft and quantity.kind in {"", "ordinal"}) or _is_fragment(text, quantity):
            continue
        local = [other for other in there if other.value == quantity.value]
        same = local or source.quantities.get(quantity.value, ())
        if not same:
            if not _is_rounded(quantity, source, hedges):
                reasons.append(f"the number “{quantity.text}” is not in the source")
        elif not any(_agrees(quantity, other, source) for other in same):
            reasons.append(f"“{quantity.text}” is “{same[0].text}” in the source")
        elif near and not local and len(spare) == 1 and spare[0].kind == quantity.kind:
            reasons.append(
                f"“{quantity.text}” stands elsewhere in the source; here it says “{spare[0].text}”"
            )
    for match in _PAIR.finditer(text):
        left, right = match.groups()
        if not re.search(
            rf"(?<!\d){left}{_UNIT}\s?(?:[-–—:]|to|and)\s?[$€£¥]?{right}(?!\d)|(?<!\d){right}\s?[-–—:]\s?{left}(?!\d)",
            source.text,
        ):
            reasons.append(f"“{match.group()}” is not in the source")
    return reasons


_UNIT = r"(?:\s?(?:%|percent|per cent|[mb]illion|[mbk]n?\b))?"  # "4% to 7%" for "4-7%"
_PAIR = re.compile(r"(?<![\w.,-])(\d{1,4})[-–](\d{1,4})(?![\w.,-]*\d)(?!-)")


def _is_fragment(text: str, quantity: Quantity) -> bool:
    """A piece of a number that a cut left over (",000")."""
    return (
        text[max(0, quantity.start - 1) : quantity.start] == ","
        and len(re.sub(r"\D", "", quantity.text)) == 3
    )


def _agrees(quantity: Quantity, other: Quantity, source: Source) -> bool:  # noqa: PLR0911 - one return a rule
    if quantity.kind == other.kind:
        if not quantity.kind and ("," in quantity.text) and _YEAR.fullmatch(other.text):
            return False
        return not (quantity.quality and other.quality and quantity.quality != other.quality)
    if quantity.kind.startswith("date-") or other.kind.startswith("date-"):
        return not (quantity.kind.startswith("date-") and other.kind.startswith("date-")) and "" in {
            quantity.kind,
            other.kind,
        }
    hard = {"percent"} | _MONEY
    if quantity.kind in hard or other.kind in hard:
        return False
    if quantity.kind == "ordinal" or other.kind == "ordinal":
        return True
    if not quantity.kind:
        return True
    return not other.kind and any(
        stem(word) in source.stems for word in re.findall(r"[A-Za-z]+", quantity.text)
    )


_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_MONEY = frozenset(
    {"dollar", "pound", "euro", "yuan", "yen", "rupee", "aud", "cad", "hkd", "won", "cent", "pence"}
)


def _is_rounded(quantity: Quantity, source: Source, hedges: tuple[Hedge, ...]) -> bool:
    """Whether a rounded figure is marked as such ("more than 22,000" for 22,483)."""
    before = [
        h
        for h in hedges
        if 0 <= quantity.start - h.end <= 6
        and h.kind in {HedgeKind.ABOUT, HedgeKind.LOWER, HedgeKind.UPPER, HedgeKind.PARTLY}
    ]
    if not before:
        return False
    kind = before[-1].kind
    figures = _significant(quantity.value)
    for value, others in source.quantities.items():
        close = (
            abs(value - quantity.value) <= 0.06 * abs(value)
            and figures < _significant(value)
            and figures <= 2
        )
        if kind is HedgeKind.LOWER:
            close = close and value >= quantity.value
        if kind is HedgeKind.UPPER:
            close = close and value <= quantity.value
        if close and value >= 10 and any(other.kind == quantity.kind for other in others):
            return True
    return False


def _significant(value: float) -> int:
    """How many figures of a number say something: 2 of 22,000."""
    return len(f"{value:.6f}".replace(".", "").strip("0"))
