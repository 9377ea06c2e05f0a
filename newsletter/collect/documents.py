"""What a source answered, to its entries: one reader a kind of source. Pure.

`fetch.py` has these worked out in a process of its own, which can be killed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from newsletter.collect.decode import decode_bytes
from newsletter.collect.feeds import parse_feed
from newsletter.collect.page_sources import page_entries, sitemap_page
from newsletter.collect.parsed_feed import feed_entries
from newsletter.collect.sitemaps import parse_sitemap
from newsletter.model import Entry, Source, SourceType


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRead:
    """What a source's answer holds, or in ``error`` why it cannot be used."""

    entries: tuple[Entry, ...] = ()
    kind: str | None = None  # the title of a feed, why a page is a listing
    ttl_minutes: int | None = None
    is_cut: bool = False  # it ends in the middle
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAnswer:
    """What a source answered."""

    body: bytes
    url: str  # after redirects
    headers: Mapping[str, str]
    content_type: str | None


def read_source(answer: SourceAnswer, source: Source) -> SourceRead:
    """Read what a source answered, by its kind."""
    return READERS[source.type](answer, source)


def _read_feed(answer: SourceAnswer, source: Source) -> SourceRead:
    feed = parse_feed(answer.body, url=answer.url, headers=answer.headers)
    if feed.error is not None:
        return SourceRead(error=feed.error)
    if feed.is_half:  # its last entry: remembered as it is, its other half would be taken for known
        feed = replace(feed, entries=feed.entries[:-1])
    return SourceRead(
        entries=feed_entries(feed, source),
        kind=feed.title or None,
        ttl_minutes=feed.ttl_minutes,
        is_cut=feed.is_cut,
    )


def _read_page(answer: SourceAnswer, source: Source) -> SourceRead:
    """Read a sitemap, a listing or an article."""
    text = decode_bytes(answer.body, content_type=answer.content_type).text
    if "<urlset" in text[:2000]:
        page = sitemap_page(parse_sitemap(answer.body), source)
    else:
        page = page_entries(text, answer.url, source)
    return SourceRead(entries=page.entries, kind=f"{page.kind}: {page.reason}")


READERS = {SourceType.FEED: _read_feed, SourceType.PAGE: _read_page}  # a seed is a folder: `seeds`
