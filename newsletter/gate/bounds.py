"""Limits and roughness of figures that a bullet lost: "up to 40 tonnes", "40 tonnes". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.english.hedges import Hedge, HedgeKind, find_hedges, stands_in
from newsletter.english.quantities import Quantity, find_quantities
from newsletter.english.stems import STOP, fold
from newsletter.gate.direction import is_negated
from newsletter.gate.pieces import WORD, Piece

# The hedges of figures, and which ones keep as much of the meaning or less.
KEPT_BY = {
    HedgeKind.LOWER: {HedgeKind.LOWER, HedgeKind.ABOUT},
    HedgeKind.UPPER: {HedgeKind.UPPER},
    HedgeKind.ABOUT: {HedgeKind.ABOUT, HedgeKind.PARTLY, HedgeKind.PLAN},
    HedgeKind.PARTLY: {HedgeKind.PARTLY, HedgeKind.ABOUT, HedgeKind.POSSIBLE},  # "nearly"
}
SHOWN = 30  # characters behind a hedge that are quoted where it is missing
_EXACT = re.compile(r"\d{2,}\.\d|\d\.\d\d")  # "around 36.2 million" is 36.2 million
# Who must have a thing must have at least so much of it.
_REQUIRED = re.compile(
    r"\b(?:must|need\w*|requir\w+|condition\w*|threshold|minimum|wants?|ask\w* for|depends? on|provided"
    r"|only (?:with|if))\b"
)
# "more than the two older sites", "more than on 24 June": compared with what is known, and no number.
_POINTS_AT = re.compile(r"\s(?:the|these|those|its|both|on|in|at)\s$")
# "2 crowns up to 90 litres, 3 above that": "3 crowns above 90 litres"
_OVER = r"\b(?:above|over|beyond|more than)\s"
_ABOVE = re.compile(rf"{_OVER}$")
_ABOVE_THAT = re.compile(rf"{_OVER}(?:that|it|this)\b")
_WITHIN = re.compile(r"-(?:day|week|month|year)$")  # "90-day deaths": within 90 days
_APART = re.compile(r"[;:—]|,\s(?!against|versus|from)|\s(?:and|while|(?<!\ball\s)but)\s")


def check_bounds(piece: Piece, origin: Piece, close: Sequence[Piece]) -> list[str]:
    """Hedges of figures of a sentence that a bullet draws on, which it lost while keeping the figures.

    Not where another of the sentences ``close`` to it gives the figure without one: "drops below 280".
    """
    reasons = []
    others = [one for one in close if one is not origin]
    for hedge in find_hedges(origin.text):
        figure = _find_figure(origin, hedge) if hedge.kind in KEPT_BY else None
        if (
            figure is None
            or origin.text.startswith("one other", figure.start)  # "at least one other ship": another
            or (hedge.kind is HedgeKind.ABOUT and _EXACT.search(figure.text))
            or (hedge.kind is HedgeKind.LOWER and _REQUIRED.search(piece.text))
            or is_negated(origin, hedge.start)
            or (_ABOVE_THAT.search(origin.text, figure.end) and _tells_above(piece, figure))
        ):
            continue
        if _tells_bare(piece, figure, hedge) and not any(_tells_bare(one, figure, hedge) for one in others):
            shown = origin.text[hedge.start : hedge.end + SHOWN].split(",")[0].strip()
            reasons.append(
                f"the source says “{shown}…”: it gives this as {hedge.kind.value}, and “{hedge.text}” is missing"
            )
    return reasons


def _tells_bare(piece: Piece, figure: Quantity, hedge: Hedge) -> bool:
    """Whether a sentence has the figure, and never with such a hedge."""
    same = [
        one
        for one in find_quantities(piece.text)
        if one.value == figure.value and one.kind == figure.kind and not _WITHIN.search(one.text)
    ]
    return bool(same) and not any(_is_hedged(piece, one, hedge) for one in same)


def _tells_above(piece: Piece, figure: Quantity) -> bool:
    """Whether the bullet tells what holds above the figure."""
    same = (one for one in find_quantities(piece.text) if one.value == figure.value)
    return any(_ABOVE.search(piece.text, 0, one.start) for one in same)


def _find_figure(piece: Piece, hedge: Hedge) -> Quantity | None:
    """The figure that a hedge speaks of: between the two stands nothing that tells of another thing; no "5G"."""
    behind = (
        one
        for one in find_quantities(piece.text)
        if one.start >= hedge.end
        and not (piece.text[one.end - 1].isdigit() and piece.text[one.end :][:1].isalpha())
    )
    return next((one for one in behind if _joins(piece.text[hedge.end : one.start])), None)


def _joins(between: str) -> bool:
    return not _POINTS_AT.search(between) and all(fold(word) in STOP for word in WORD.findall(between))


def _is_hedged(piece: Piece, figure: Quantity, hedge: Hedge) -> bool:
    """Whether the bullet has a hedge of this kind in the clause of the figure."""
    text = piece.text
    start = max((one.end() for one in _APART.finditer(text, 0, figure.start)), default=0)
    apart = _APART.search(text, figure.end)
    end = apart.start() if apart else len(text)
    return any(
        one.kind in KEPT_BY[hedge.kind] and one.end > start and one.start < end for one in find_hedges(text)
    ) or stands_in(hedge.kind, text[start:end])
