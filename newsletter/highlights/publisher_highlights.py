"""The publisher's own highlights: a hint at what matters, never words to be passed on unchecked. Pure.

A publisher's highlight is weighed against the body for its hedges and its speaker. Whatever it
says, the body's sentence is what the issue shows; the reasons tell where the two part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.english.hedges import STANDS_FOR, HedgeKind, find_hedges
from newsletter.english.speech import is_speech
from newsletter.english.stems import content_roots
from newsletter.highlights.candidates import Candidate
from newsletter.model import Article, HighlightKind

_ALIKE = 0.5  # share of the candidate's content words that the publisher's highlight has too


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """That the publisher chose this fact too. ``said`` is how much of it, 0 to 1."""

    said: float
    reason: str


def find_support(articles: Sequence[Article], candidates: Sequence[Candidate]) -> dict[int, Support]:
    """Find, by ``id(candidate)``, the candidates whose fact the publisher's own highlights hold as well."""
    found: dict[int, Support] = {}
    for article in articles:
        for own in article.publisher_highlights:
            words = frozenset(content_roots(own))
            for candidate in candidates:
                mine = frozenset(content_roots(candidate.text))
                share = len(mine & words) / max(1, len(mine))
                if candidate.article.id != article.id or share < _ALIKE:
                    continue
                reason = "the publisher's own highlights say the same"
                if lost := _find_lost(candidate, own):
                    reason = f"the publisher's own highlight {lost}; the body's sentence is given instead"
                before = found.get(id(candidate))
                if before is None or share > before.said:
                    found[id(candidate)] = Support(said=share, reason=reason)
    return found


def _find_lost(candidate: Candidate, own: str) -> str:
    """What the publisher's highlight lost of the body's sentence: a hedge, or who said it. "" where nothing."""
    kinds = {hedge.kind for hedge in find_hedges(own)}
    for hedge in find_hedges(candidate.text):
        if hedge.kind is not HedgeKind.ATTRIBUTION and not STANDS_FOR[hedge.kind] & kinds:
            return f"leaves out “{hedge.text}”"
    if candidate.kind is HighlightKind.CLAIM and not is_speech(own):
        return "gives as fact what is somebody's statement"
    return ""
