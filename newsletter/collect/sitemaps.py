"""Sitemaps (sitemaps.org, version 0.9) with Google's news extension. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from newsletter.collect.compression import decompress
from newsletter.collect.feeds import parse_date
from newsletter.collect.strip_markup import clean_text
from newsletter.collect.xmltext import parse_xml

_MAX_BYTES = 50_000_000  # the protocol's own limit, uncompressed
_MAX_ENTRIES = 5_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapEntry:
    """One page of a sitemap; the title only where it is a news sitemap."""

    url: str
    published: datetime | None = None
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """The pages of a sitemap, newest first, and the sitemaps of an index, the newest first."""

    entries: tuple[SitemapEntry, ...] = ()
    sitemaps: tuple[str, ...] = ()


def parse_sitemap(body: bytes) -> Sitemap:
    """Read a sitemap or a sitemap index. Never raises: what is none is empty."""
    root = parse_xml(decompress(body, limit=_MAX_BYTES))
    if root is None:
        return Sitemap()
    entries: list[SitemapEntry] = []
    sitemaps: list[SitemapEntry] = []
    for node in root.iter("{*}url", "{*}sitemap"):
        values = {
            child.tag.rpartition("}")[2]: clean_text(child.text)
            for child in node.iter()
            if isinstance(child.tag, str) and child.text
        }
        link = values.get("loc", "")
        if not link.lower().startswith(("https://", "http://")):
            continue
        entry = SitemapEntry(
            url=link,
            published=parse_date(values.get("publication_date") or values.get("lastmod") or ""),
            title=values.get("title", ""),
        )
        (sitemaps if str(node.tag).endswith("}sitemap") or node.tag == "sitemap" else entries).append(entry)
        if len(entries) >= _MAX_ENTRIES:
            break
    return Sitemap(
        entries=tuple(_newest_first(entries)),
        sitemaps=tuple(entry.url for entry in _newest_first(sitemaps)),
    )


def sitemaps_of_robots(text: str) -> tuple[str, ...]:
    """Return the sitemaps that a robots.txt names."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    named = (line.partition(":")[2].strip() for line in lines if line.lower().startswith("sitemap:"))
    return tuple(link for link in named if link.lower().startswith(("https://", "http://")))


def _newest_first(entries: list[SitemapEntry]) -> list[SitemapEntry]:
    return sorted(entries, key=lambda entry: entry.published or _EPOCH, reverse=True)
