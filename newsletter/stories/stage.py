"""``newsletter stage group`` and ``newsletter stage rank``: all lines are one day's articles. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from newsletter.config import Editorial
from newsletter.model import Article, ArticleId, Publisher, SourceKey
from newsletter.stories.group import group_articles
from newsletter.stories.lexicon import Lexicon
from newsletter.stories.rank import rank_stories

_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)


def stage_group(
    lines: Sequence[Mapping[str, Any]], *, lexicon: Lexicon | None = None
) -> list[dict[str, Any]]:
    """Return ``{"id", "story"}`` for each line, in the order given; equal "story" is one story."""
    groups = group_articles(_read_lines(lines), lexicon=lexicon)
    first = {article.entry_key: group[0].entry_key for group in groups for article in group}
    numbers: dict[str, int] = {}
    return [
        {"id": line["id"], "story": f"story-{numbers.setdefault(first[str(index)], len(numbers) + 1)}"}
        for index, line in enumerate(lines)
    ]


def stage_rank(
    lines: Sequence[Mapping[str, Any]], *, lexicon: Lexicon, settings: Editorial
) -> list[dict[str, Any]]:
    """Return ``{"id", "kept", "score", "section", "reasons"}`` for each line, in the order given.

    Age counts back from the newest line, so that old files can be ranked as they were on their day.
    """
    articles = _read_lines(lines)
    now = max((article.first_seen for article in articles), default=_UNDATED)
    groups = group_articles(articles, lexicon=lexicon)
    stories = rank_stories(groups, lexicon=lexicon, settings=settings, now=now)
    found = {article.entry_key: story for story in stories for article in story.articles}
    return [
        {
            "id": line["id"],
            "kept": one.kept,
            "score": one.score,
            "section": one.section,
            "reasons": [*one.reasons],
        }
        for line, one in ((line, found[str(index)]) for index, line in enumerate(lines))
    ]


def _read_lines(lines: Sequence[Mapping[str, Any]]) -> list[Article]:
    dates = [_read_date(line.get("published")) for line in lines]
    newest = max((day for day in dates if day is not None), default=_UNDATED)
    return [
        _read_line(line, str(index), published, newest)
        for index, (line, published) in enumerate(zip(lines, dates, strict=True))
    ]


def _read_line(line: Mapping[str, Any], key: str, published: datetime | None, newest: datetime) -> Article:
    identity, title = line["id"], line["title"]
    if not isinstance(title, str):
        raise ValueError(f"title of {identity!r} is not a text")  # noqa: TRY004 - a bad line, as the CLI knows it
    return Article(
        id=ArticleId(f"{identity}"),
        source=SourceKey("stage"),
        entry_key=key,
        title=title,
        text=str(line.get("text") or ""),
        publisher=Publisher(name=str(line.get("publisher") or "")),
        url=line.get("url"),
        url_key=line.get("url"),
        published=published,
        published_is_date=len(str(line.get("published") or "")) == len("2026-05-03"),
        first_seen=newest,
    )


def _read_date(value: Any) -> datetime | None:
    if not isinstance(value, str) or not value:
        return None
    parsed = datetime.fromisoformat(value)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
