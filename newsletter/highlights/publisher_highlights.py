"""The publisher's own highlights: a hint at what matters, never words to be passed on unchecked. Pure.

Whatever a publisher's highlight says, the body's sentence is what the issue shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.english.stems import content_roots
from newsletter.highlights.candidates import Candidate
from newsletter.model import Article

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
                before = found.get(id(candidate))
                if before is None or share > before.said:
                    reason = "the publisher's own highlights say the same"
                    found[id(candidate)] = Support(said=share, reason=reason)
    return found
