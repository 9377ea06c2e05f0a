"""Limits and roughness of figures that a bullet lost: "up to 40 tonnes", "40 tonnes". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.english.hedges import STANDS_FOR, Hedge, HedgeKind, find_hedges, stands_in
from newsletter.english.polarity import NEGATION
from newsletter.english.quantities import Quantity, find_quantities
from newsletter.english.stems import STOP, fold, stem
from newsletter.gate.context import alike, look_around
from newsletter.gate.pieces import WORD, Piece

OF_FIGURES = frozenset(
    {HedgeKind.LOWER, HedgeKind.UPPER, HedgeKind.ABOUT, HedgeKind.PARTLY}
)  # "nearly" is the last
NEARBY = 0.4  # from which a figure stands for the same
SHOWN = 30  # characters behind a hedge that are quoted where it is missing
BESIDE = 6  # words on either side of a figure among which its hedge stands
_ENDS = re.compile(r"[;:—”]|[,.]?\"\s|,\s|\s(?:but|while|when|which|and)\s|$")  # where a clause does
_EXACT = re.compile(r"\d{2,}\.\d|\d\.\d\d")  # "around 36.2 million" is 36.2 million
# Who must have a thing must have at least so much of it.
_REQUIRED = re.compile(
    r"\b(?:must|need\w*|requir\w+|condition\w*|threshold|minimum|wants?|ask\w* for|depends? on|provided)\b"
)
_CLAUSE = re.compile(r"[,;:—]|\b(?:and|but|or)\b")
_APART = re.compile(r"[;:—]|,\s(?!against|versus|from)|\s(?:and|while|(?<!\ball\s)but)\s")
_AGAINST = re.compile(r"\s(?:against|from|versus|compared)\s")  # "about $170, against $95" hedges both


def check_bounds(piece: Piece, origin: Piece, near: Sequence[Piece]) -> list[str]:
    """Hedges of figures of a sentence that a bullet draws on, which it lost while keeping the figures."""
    reasons = []
    for hedge in find_hedges(origin.text):
        figure = _find_figure(origin, hedge) if hedge.kind in OF_FIGURES else None
        if (
            figure is None
            or (hedge.kind is HedgeKind.ABOUT and _EXACT.search(figure.text))
            or (hedge.kind is HedgeKind.LOWER and _REQUIRED.search(piece.text))
            or _is_told_plainly(origin, figure, near)
            or _is_denied(origin.text, hedge)
        ):
            continue
        around = look_around(origin, *origin.span(figure.start, figure.end))
        kept = [
            one
            for one in find_quantities(piece.text)
            if one.value == figure.value
            and one.kind in {figure.kind, ""}
            and alike(look_around(piece, *piece.span(one.start, one.end)), around) >= NEARBY
        ]
        if origin.text.count(hedge.text) > 1:  # "up to 5 tonnes a year and 40 tonnes in all"
            kept = [one for one in kept if not _is_listed(piece.text, one, hedge)]
        if kept and not any(_is_hedged(piece, one, hedge) for one in kept):
            shown = origin.text[hedge.start : hedge.end + SHOWN].split(",")[0].strip()
            reasons.append(
                f"the source says “{shown}…”: it gives this as {hedge.kind.value}, and “{hedge.text}” is missing"
            )
    return reasons


def _find_figure(piece: Piece, hedge: Hedge) -> Quantity | None:
    """The figure that a hedge speaks of: right behind it, or before it at the end of a clause ("40 or so")."""
    figures = find_quantities(piece.text)
    ends = _ENDS.search(piece.text, hedge.end)
    after = piece.text[hedge.end : ends.start() if ends else None]
    if any(fold(word) not in STOP for word in WORD.findall(after)):
        return next(
            (q for q in figures if q.start >= hedge.end and _joins(piece.text[hedge.end : q.start])), None
        )
    return next((q for q in reversed(figures) if _joins(piece.text[q.end : hedge.start])), None)


def _joins(between: str) -> bool:
    """Whether nothing stands between a hedge and its figure that tells of another thing."""
    return all(fold(word) in STOP and word != "the" for word in WORD.findall(between))


def _is_listed(text: str, figure: Quantity, hedge: Hedge) -> bool:
    """Whether a figure stands right behind the "and" of a list that begins with the hedge."""
    return text.endswith("and ", 0, figure.start) and hedge.text in text[: figure.start]


def _is_denied(text: str, hedge: Hedge) -> bool:
    """Whether a negation in its clause denies a hedge with what it hedges."""
    begin = max((one.end() for one in _CLAUSE.finditer(text, 0, hedge.start)), default=0)
    return NEGATION.search(text, begin, hedge.start) is not None


def _is_told_plainly(origin: Piece, figure: Quantity, near: Sequence[Piece]) -> bool:
    """Whether another sentence has the figure without a hedge right before it."""
    return any(
        one.value == figure.value
        and one.kind == figure.kind
        and not any(0 <= one.start - hedge.end <= BESIDE for hedge in find_hedges(other.text))
        for other in near
        if other is not origin
        for one in find_quantities(other.text)
    )


def _is_hedged(piece: Piece, figure: Quantity, hedge: Hedge) -> bool:
    """Whether the bullet has a hedge of this kind, or the same word, beside the figure and no other one."""
    text = piece.text
    first, last = piece.span(figure.start, figure.end)
    start = piece.tokens[max(0, first - BESIDE)].start
    end = piece.tokens[min(len(piece.tokens) - 1, last + BESIDE)].end
    start = max((one.end() for one in _APART.finditer(text, start, figure.start)), default=start)
    apart = _APART.search(text, figure.end, end) or _AGAINST.search(text, figure.end, end)
    end = apart.start() if apart else end
    words = {stem(word) for word in WORD.findall(hedge.text) if word.lower() not in STOP}
    kinds = STANDS_FOR[hedge.kind] | ({HedgeKind.PLAN} if hedge.kind is HedgeKind.ABOUT else set())
    return (
        any(start <= token.start < end and token.stem in words for token in piece.tokens)
        or (hedge.text.lower() == "no later than" and text.endswith((" by ", " before "), 0, figure.start))
        or any(one.kind in kinds and one.end > start and one.start < end for one in find_hedges(text))
        or stands_in(hedge.kind, text[start:end])
    )
