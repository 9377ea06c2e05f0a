"""What a source answered, to its entries: all that is parsed, in one function a kind. Pure.

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
from newsletter.model import Entry, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRead:
    """What a source's answer holds, or in ``error`` why it cannot be used."""

    entries: tuple[Entry, ...] = ()
    kind: str | None = None  # the title of a feed, why a page is a listing
    ttl_minutes: int | None = None
    is_cut: bool = False  # it ends in the middle
    error: str | None = None


def read_feed_source(body: bytes, source: Source, *, url: str, headers: Mapping[str, str]) -> SourceRead:
    """Read the answer of a feed."""
    feed = parse_feed(body, url=url, headers=headers)
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


def read_page_source(body: bytes, source: Source, *, url: str, content_type: str | None) -> SourceRead:
    """Read the answer of a page: a sitemap, a listing or an article."""
    text = decode_bytes(body, content_type=content_type).text
    is_sitemap = "<urlset" in text[:2000]
    page = sitemap_page(parse_sitemap(body), source) if is_sitemap else page_entries(text, url, source)
    return SourceRead(entries=page.entries, kind=f"{page.kind}: {page.reason}")
