"""The one-line "also noted": headlines seen beside articles, and stories that found no room. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.config import Editorial
from newsletter.editorial.lexicon import Lexicon
from newsletter.editorial.novelty import History, digest_headline
from newsletter.editorial.rank import Drop, drop_of
from newsletter.editorial.relevance import judge_headline
from newsletter.model import AlsoNoted, Story

_WORTH_A_LINE = (Drop.NO_ROOM, Drop.LANGUAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """The lines, and how many headlines seen beside articles were kept and dropped."""

    lines: tuple[AlsoNoted, ...]
    headlines_kept: int
    headlines_dropped: int


def choose_also_noted(
    stories: Sequence[Story], *, lexicon: Lexicon, settings: Editorial, history: History | None = None
) -> Noted:
    """Choose the lines for ``stories`` (kept and not kept, the best first).

    Stories without room come first, then headlines that were only seen. A headline is given once,
    never one of a kept story, never one that an earlier issue noted.
    """
    taken = {digest_headline(item.title) for story in stories if story.kept for item in story.articles}
    taken |= (history or History()).noted
    lines: list[AlsoNoted] = []
    for story in stories:
        article = story.articles[0]
        if drop_of(story) in _WORTH_A_LINE and _take(article.title, taken):
            lines.append(
                AlsoNoted(
                    headline=article.title,
                    publisher=article.publisher.name,
                    url=article.url,
                    read=True,
                    language=article.language if drop_of(story) is Drop.LANGUAGE else None,
                    published=article.published,
                )
            )
    known = {digest_headline(item.title) for story in stories for item in story.articles}
    seen = kept = 0
    for story in stories:
        for article in story.articles if story.kept else ():
            for headline in article.related:
                seen += 1
                if (
                    judge_headline(headline, lexicon)
                    and digest_headline(headline) not in known
                    and len(lines) < settings.max_also_noted
                    and _take(headline, taken)
                ):
                    kept += 1
                    lines.append(AlsoNoted(headline=headline, publisher=article.publisher.name))
    return Noted(
        lines=tuple(lines[: settings.max_also_noted]), headlines_kept=kept, headlines_dropped=seen - kept
    )


def _take(headline: str, taken: set[str]) -> bool:
    digest = digest_headline(headline)
    if not digest or digest in taken:
        return False
    taken.add(digest)
    return True
