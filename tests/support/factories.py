"""Makers of small, valid objects for tests: every argument has a default, name what matters."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from newsletter.model import (
    Article,
    ArticleId,
    Citation,
    Coverage,
    Entry,
    Highlight,
    Issue,
    IssueStory,
    Publisher,
    PublisherKind,
    Reference,
    Section,
    Source,
    SourceKey,
    SourceReport,
    SourceType,
    Story,
)

SEED = min(Path(__file__).parents[2].glob("seeds/*.txt"))  # the one document that is shipped
NOW = datetime(2026, 1, 5, 5, 30, tzinfo=UTC)
TODAY = date(2026, 1, 5)
TEXT = (
    "Lynas Rare Earths said it had produced 2,080 tonnes of NdPr oxide in the December quarter. "
    "The company expects first dysprosium oxide from its Kuantan plant in June.\n\n"
    "Analysts had forecast 1,900 tonnes. Shares in Lynas rose 4% in Sydney."
)


def make_publisher(name: str = "Mining Weekly", **changes: Any) -> Publisher:
    return Publisher(**{"name": name, "kind": PublisherKind.TRADE_PRESS, **changes})


def make_source(key: str = "mining-weekly", **changes: Any) -> Source:
    values: dict[str, Any] = {
        "key": SourceKey(key),
        "type": SourceType.FEED,
        "location": f"https://{key}.example/feed/",
        "publisher": make_publisher(),
    }
    return Source(**{**values, **changes})


def make_entry(key: str = "entry-1", **changes: Any) -> Entry:
    values: dict[str, Any] = {
        "source": SourceKey("mining-weekly"),
        "key": key,
        "title": "Lynas lifts NdPr output",
        "link": f"https://mining-weekly.example/{key}",
        "link_key": f"mining-weekly.example/{key}",
        "published": NOW - timedelta(hours=6),
    }
    return Entry(**{**values, **changes})


def make_article(identity: str = "article-1", **changes: Any) -> Article:
    values: dict[str, Any] = {
        "id": ArticleId(identity),
        "source": SourceKey("mining-weekly"),
        "entry_key": identity,
        "title": "Lynas lifts NdPr output",
        "text": TEXT,
        "publisher": make_publisher(),
        "url": f"https://mining-weekly.example/{identity}",
        "url_key": f"mining-weekly.example/{identity}",
        "published": NOW - timedelta(hours=6),
        "first_seen": NOW - timedelta(hours=1),
        "language": "en",
    }
    return Article(**{**values, **changes})


def make_citation(article: Article | None = None, sentence: str | None = None) -> Citation:
    article = article or make_article()
    sentence = sentence or article.text.split("\n\n")[1].split(". ")[1]
    start = article.text.index(sentence)
    return Citation(article=article.id, start=start, end=start + len(sentence), sentence=sentence)


def make_highlight(text: str | None = None, **changes: Any) -> Highlight:
    citation = changes.pop("citation", None) or make_citation()
    return Highlight(text=text or citation.sentence, citations=(citation,), **changes)


def make_story(key: str = "lynas-lifts-ndpr-output", **changes: Any) -> Story:
    values: dict[str, Any] = {
        "key": key,
        "articles": (make_article(),),
        "section": "companies",
        "score": 5.0,
        "reasons": ("Lynas in the title",),
    }
    return Story(**{**values, **changes})


def make_reference(article: Article | None = None, **changes: Any) -> Reference:
    article = article or make_article()
    values: dict[str, Any] = {
        "article": article.id,
        "title": article.title,
        "publisher": article.publisher,
        "origin": article.origin,
        "url": article.url,
        "published": article.published,
        "published_is_date": article.published_is_date,
        "byline": article.byline,
    }
    return Reference(**{**values, **changes})


def make_issue_story(key: str = "lynas-lifts-ndpr-output", **changes: Any) -> IssueStory:
    values: dict[str, Any] = {
        "key": key,
        "headline": "Lynas lifts NdPr output",
        "section": "companies",
        "highlights": (make_highlight(),),
        "references": (make_reference(),),
        "occurred": NOW - timedelta(hours=6),
        "labels": (PublisherKind.TRADE_PRESS.value,),
    }
    return IssueStory(**{**values, **changes})


def make_issue(**changes: Any) -> Issue:
    values: dict[str, Any] = {
        "date": TODAY,
        "number": 1,
        "newsletter": "Rare Earth Daily",
        "subject": "Lynas lifts NdPr output",
        "preheader": "The company expects first dysprosium oxide from its Kuantan plant in June",
        "composed": NOW,
        "sections": (Section(key="top", title="Top story", stories=(make_issue_story(),)),),
        "coverage": Coverage(
            sources=(
                SourceReport(
                    source=SourceKey("mining-weekly"), publisher="Mining Weekly", ok=True, seen=3, kept=1
                ),
                SourceReport(
                    source=SourceKey("dead"),
                    publisher="Dead Feed",
                    ok=False,
                    error="timed out",
                    hint="try later",
                ),
            ),
            articles_read=3,
            stories_found=2,
            stories_kept=1,
        ),
    }
    return Issue(**{**values, **changes})
