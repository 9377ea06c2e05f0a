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
    is_cut: bool = False  # it ends in the middle
    error: str | None = None
    hint: str = ""  # what to do about it


def read_source(source: Source, body: bytes, url: str, headers: Mapping[str, str]) -> SourceRead:
    """Read what a source answered, by its kind: ``url`` is after redirects, names of ``headers`` in lower case."""
    return _READERS[source.type](source, body, url, headers)


def _read_feed(source: Source, body: bytes, url: str, headers: Mapping[str, str]) -> SourceRead:
    feed = parse_feed(body, url=url, headers=headers)
    if feed.error is not None:
        hint = "Look for the feed: newsletter sources add PAGE finds it."
        return SourceRead(error=f"No feed at {source.location}: {feed.error}.", hint=hint)
    if feed.is_half:  # its last entry: remembered as it is, its other half would be taken for known
        feed = replace(feed, entries=feed.entries[:-1])
    return SourceRead(
        entries=feed_entries(feed, source),
        kind=feed.title or None,
        is_cut=feed.is_cut,
    )


def _read_page(source: Source, body: bytes, url: str, headers: Mapping[str, str]) -> SourceRead:
    """Read a sitemap, a listing or an article."""
    text = decode_bytes(body, content_type=headers.get("content-type"))
    if "<urlset" in text[:2000]:
        kind, entries = sitemap_page(parse_sitemap(body), source)
    else:
        kind, entries = page_entries(text, url, source)
    return SourceRead(entries=entries, kind=kind)


_READERS = {SourceType.FEED: _read_feed, SourceType.PAGE: _read_page}  # a seed is no answer: seeds.py
