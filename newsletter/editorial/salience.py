"""Which set of sentences says what matters. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from newsletter.editorial.candidates import Candidate
from newsletter.editorial.grounding import _take_apart
from newsletter.model import Article, HighlightKind, PublisherKind


def choose_set(
    articles: Sequence[Article],
    candidates: Sequence[Candidate],
    *,
    count: int,
    terms: Callable[[str], float] | None,
) -> list[tuple[Candidate, tuple[str, ...]]]:
    """Choose up to ``count`` candidates; each comes with the reasons that chose it, in plain words."""
    if not candidates:
        return []
    title = {name for article in articles for name in _take_apart(article.title).content}
    frequency: Counter[str] = Counter()
    for article in articles:
        frequency.update(_take_apart(article.text).content)
    scored = [(_score(candidate, frequency, title, terms), candidate) for candidate in candidates]
    chosen: list[tuple[Candidate, tuple[str, ...]]] = []
    covered: set[str] = set()
    while scored and len(chosen) < count:

        def value(pair: tuple[tuple[float, tuple[str, ...]], Candidate]) -> float:
            content = set(_take_apart(pair[1].text).content)
            return pair[0][0] * (1 - 0.8 * len(content & covered) / max(1, len(content)))

        best = max(scored, key=lambda pair: (value(pair), -pair[1].sentence.start))
        scored.remove(best)
        covered |= set(_take_apart(best[1].text).content)
        chosen.append((best[1], best[0][1]))
    return chosen


def _score(
    candidate: Candidate, frequency: Counter[str], title: set[str], terms: Callable[[str], float] | None
) -> tuple[float, tuple[str, ...]]:
    reasons = []
    content = _take_apart(candidate.text).content
    salience = sum(min(frequency[name], 6) for name in content) / max(8, len(content))
    score = 1.0 + 0.4 * salience + 1.5 / (1 + 0.3 * candidate.sentence.index)
    if candidate.sentence.index <= 2:
        reasons.append("near the top")
    if set(content) & title:
        score += 0.3 * len(set(content) & title) / max(1, len(title))
        reasons.append("shares words with the title")
    if re.search(r"\d", candidate.text):
        score += 0.6
        reasons.append("states a figure")
    if candidate.kind is HighlightKind.CLAIM and (
        candidate.article.origin or candidate.article.publisher.kind is PublisherKind.ISSUER
    ):
        score += 0.5
        reasons.append("says whose claim it is")
    if terms is not None and (weight := terms(candidate.text)) > 0:
        score += min(1.0, 0.2 * weight)
        reasons.append("names the subject")
    score *= 0.6 ** len(candidate.weak)
    return score, tuple(reasons)
