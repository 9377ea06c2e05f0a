"""What a feed says, before we judge it, and its entries as the model knows them. Pure."""

from __future__ import annotations

import html
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from newsletter.collect.strip_markup import strip_markup
from newsletter.collect.urls import canonicalize_url, forget_shared_parameters
from newsletter.model import Entry, Publisher, PublisherKind, Source

_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # before feeds: such a date is a default, not a date
_FULL_TEXT = 1_200  # characters of plain text from which a feed's content is the article itself
_MAX_KEY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry as the feed gives it, in plain text; ``content`` is HTML where the feed carries it."""

    id: str | None
    title: str
    link: str | None  # absolute http(s), as the feed has it
    published: datetime | None
    summary: str
    content: str | None = None
    publisher: str | None = None  # the name of the source that an aggregator's entry comes from


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a feed holds, or in ``error`` why it is none."""

    title: str = ""
    entries: tuple[FeedEntry, ...] = ()
    is_cut: bool = False  # the answer ends before the feed does
    is_half: bool = False  # and in the middle of the last entry
    error: str | None = None


def feed_entries(feed: ParsedFeed, source: Source) -> tuple[Entry, ...]:
    """Return the feed's entries, each with a key that is its own within the source.

    An id that several entries share (seen where a template leaves it fixed) identifies none of them.
    """
    shared = {name for name, count in Counter(item.id for item in feed.entries).items() if count > 1}
    entries = [_entry(item, source, shared) for item in feed.entries if item.title or item.summary]
    bare = forget_shared_parameters(entry.link for entry in entries if entry.link)
    return tuple(replace(entry, page_key=bare.get(entry.link or "")) for entry in entries)


def _entry(item: FeedEntry, source: Source, shared: set[str | None]) -> Entry:
    canonical = canonicalize_url(item.link) if item.link else None
    identity = item.id if item.id and item.id not in shared else None
    if identity is None:
        words = f"{item.title}\n{item.summary}".encode("utf-8", "replace")
        identity = canonical.key if canonical else sha256(words).hexdigest()
    publisher = _publisher(item, source)
    return Entry(
        source=source.key,
        key=identity if len(identity) <= _MAX_KEY else sha256(identity.encode()).hexdigest(),
        title=_title(item, publisher),
        link=canonical.url if canonical else None,
        link_key=canonical.key if canonical else None,
        published=item.published if item.published and item.published >= _EARLIEST else None,
        summary=item.summary,
        body=_body(item, linked=canonical is not None),
        publisher=publisher,
    )


def _publisher(item: FeedEntry, source: Source) -> Publisher | None:
    """Return whom an aggregator's entry names; other sources speak for themselves."""
    if source.publisher.kind is not PublisherKind.AGGREGATOR or not item.publisher:
        return None
    return None if item.publisher == source.publisher.name else Publisher(name=item.publisher)


def _title(item: FeedEntry, publisher: Publisher | None) -> str:
    """Return the headline, without the " - Publisher" that aggregators add."""
    title = item.title or item.summary[:120]
    return title.removesuffix(f" - {publisher.name}").strip() if publisher else title


def _body(item: FeedEntry, *, linked: bool) -> bytes | None:
    """Return the article as a page of HTML where the feed carries it whole, or nothing else has it."""
    content = item.content or (html.escape(item.summary) if not linked else None)
    if content is None or (linked and len(strip_markup(content)) < _FULL_TEXT):
        return None
    title = html.escape(item.title)
    page = (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><article><h1>{title}</h1>\n{content}\n</article></body></html>"
    )
    return page.encode("utf-8", "replace")
