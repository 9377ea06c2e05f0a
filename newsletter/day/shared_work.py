"""What two editions of one day share: groups of articles, extracts of stories. Pure, with a memory.

Both are plain functions of articles that never change, so what one edition made serves the next; nothing is shared that
depends on what an edition has told before. A model's answers are in the ledger, by the question. What the last few
issues did not ask for is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

from newsletter.config import Editorial
from newsletter.model import Article, ArticleId, Summary

Names = tuple[ArticleId, ...]
Groups = tuple[Sequence[Sequence[Article]], Sequence[Article]]  # and what a rule broke on
_MOST = 500  # stories whose highlights are kept, of a few KB


@dataclass(slots=True)
class SharedWork:
    """What was made lately, by the articles it was made of."""

    _groups: dict[Names, Groups] = field(default_factory=dict)
    _summaries: dict[tuple[int, int, int, int, Names], Summary] = field(default_factory=dict)
    _turn: Lock = field(default_factory=Lock)

    def grouped(self, names: Names, make: Callable[[], Groups]) -> Groups:
        """Return the groups of those articles, as they were made last or by ``make``."""
        with self._turn:
            found = self._groups.get(names)
        if found is None:
            found = make()
            with self._turn:
                self._groups = {names: found}
        return found

    def summarized(
        self,
        settings: Editorial,
        stories: Sequence[Sequence[Article]],
        make: Callable[[Sequence[Sequence[Article]]], Sequence[Summary]],
    ) -> tuple[Summary, ...]:
        """Return the summary of each story; ``make`` gives those that were not made under the same limits yet.

        What failed is tried again by the next.
        """
        limits = (
            settings.min_highlights,
            settings.max_highlights,
            settings.max_words,
            settings.max_verbatim_words,
        )
        keys = [(*limits, tuple(article.id for article in articles)) for articles in stories]
        with self._turn:
            known = {key: self._summaries[key] for key in keys if key in self._summaries}
        wanted = {key: articles for key, articles in zip(keys, stories, strict=True) if key not in known}
        made = dict(zip(wanted, make(tuple(wanted.values())) if wanted else (), strict=True))
        with self._turn:
            self._summaries.update({key: summary for key, summary in made.items() if not summary.fault})
            for key in list(self._summaries)[: max(0, len(self._summaries) - _MOST)]:
                del self._summaries[key]
        return tuple((known | made)[key] for key in keys)
