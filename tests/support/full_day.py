"""A full day: twenty articles of two days by six publishers, written for this, and the issue that they make."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

from newsletter.day.pipeline import Composed, compose_day
from newsletter.model import Article, Issue, IssueKey, Publisher, PublisherKind
from tests.support.app_factory import make_app
from tests.support.factories import make_article

_DATA = Path(__file__).parents[1] / "data" / "full_day.jsonl"
_EVENING = datetime(2026, 11, 27, 18, tzinfo=UTC)


def _read(line: str) -> Article:
    row = json.loads(line)
    return make_article(
        row["id"],
        title=row["title"],
        text=row["text"],
        byline=row["byline"],
        publisher=Publisher(name=row["publisher"], kind=PublisherKind(row["kind"])),
        published=datetime.fromisoformat(row["published"]),
        url=f"https://www.{row['id'].partition('-')[0]}.example/2026/11/{row['id']}",
    )


def compose_full_day(folder: Path) -> Issue:
    """Compose the issue of the full day in an installation of its own."""
    articles = [_read(line) for line in _DATA.read_text("utf-8").splitlines()]
    key = IssueKey(date=date(2026, 11, 27))
    composed = compose_day(make_app(folder).composing, key, _EVENING, reports=(), extra=articles)
    assert isinstance(composed, Composed)
    return composed.issue
