"""How sure the source is and whose statement it is: hedges and attribution that a near copy lost. Pure."""

from __future__ import annotations

import re

from newsletter.english.hedges import STANDS_FOR, Hedge, HedgeKind, find_hedges
from newsletter.english.speech import find_attribution, is_speech
from newsletter.english.stems import STOP, fold, root, stem
from newsletter.gate.pieces import WORD, Piece


def _governed(text: str, hedge: Hedge, piece: Piece) -> list[str]:
    """The first content words that a hedge speaks of: those after it in its clause, else those before it."""
    stop = re.search(
        r"[;:—]|,\s|\s(?:but|while|when|which|and (?:with|without|by|in|at|on|for|from))\s|$",
        text[hedge.end :],
    )
    limit = hedge.end + (stop.start() if stop else 0)
    after = [
        t.stem
        for t in piece.tokens
        if hedge.end <= t.start < limit and (t.text[0].isdigit() or fold(t.text) not in STOP)
    ]
    if after:
        return after[:1] if hedge.text.endswith(" of") else after[:2]
    before = [t.stem for t in piece.tokens if t.end <= hedge.start and fold(t.text) not in STOP]
    return before[-2:]


_WHOLE = frozenset({HedgeKind.REPORTED, HedgeKind.CONDITION})


def _governs_all(origin: Piece, hedge: Hedge, piece: Piece) -> bool:
    """Whether a hedge covers all that ``piece`` tells.

    One that opens its sentence does ("Sources close to …", "Unless it is renewed, …"), or a condition that ends it.
    """
    if hedge.kind not in _WHOLE:
        return False
    if any(token.end <= hedge.start and fold(token.text) not in STOP for token in origin.tokens):
        ahead = frozenset(token.stem for token in origin.tokens if token.end <= hedge.start)
        return hedge.kind is HedgeKind.CONDITION and piece.stems <= ahead
    comma = re.search(r",\s", origin.text[hedge.end : hedge.end + 90])
    begin = hedge.end + (comma.end() if comma else 0)
    rest = frozenset(token.stem for token in origin.tokens if token.start >= begin)
    return sum(name in rest for name in piece.content) >= 0.6 * len(piece.content) > 0


def check_hedges(piece: Piece, origin: Piece, *, said: bool) -> list[str]:
    """Hedges of the sentence that a summary sentence comes from, which the summary lost while keeping what they hedge."""
    reasons = []
    kinds = {hedge.kind for hedge in find_hedges(piece.text)}
    for hedge in find_hedges(origin.text):
        if hedge.kind is HedgeKind.ATTRIBUTION or STANDS_FOR[hedge.kind] & kinds:
            continue
        if any(
            stem(word) in piece.stems for word in re.findall(r"\w+", hedge.text) if word.lower() not in STOP
        ):
            continue
        if origin.text.count("(", 0, hedge.start) > origin.text.count(")", 0, hedge.start):
            continue  # it hedges what stands in the parenthesis with it
        governed = _governed(origin.text, hedge, origin)
        kept = governed and all(name in piece.stems for name in governed)
        if kept or (not said and _governs_all(origin, hedge, piece)):
            shown = origin.text[hedge.start : hedge.end + 30].split(",")[0].strip()
            reasons.append(
                f"the source says “{shown}…”: it gives this as {hedge.kind.value}, and “{hedge.text}” is missing"
            )
    if (
        not said
        and HedgeKind.ATTRIBUTION not in kinds
        and HedgeKind.REPORTED not in kinds
        and not is_speech(piece.text)
    ):
        found = find_attribution(origin.text)
        if found is not None:
            inside = frozenset(root(word) for word in WORD.findall(origin.text[found.start : found.end]))
            own = [name for name in piece.content if name in inside]
            if (
                piece.content
                and len(own) >= 0.6 * len(piece.content)
                and root(found.verb.split()[0]) not in piece.stems
            ):
                reasons.append(
                    f"the source gives this as a statement of {found.subject or 'someone'}, the summary as fact"
                )
    return reasons
