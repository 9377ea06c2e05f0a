"""From the address of a page to its feed. I/O (network).

In the order of how much they can be trusted: the address is itself a feed; the page declares feeds
(``<link rel="alternate">``, RSS autodiscovery; HTML Standard, section 4.6.7.1); the page links to
something that looks like a feed; a feed lies where the usual programs put it. Where there is none, a
sitemap or the page's own list of headlines may serve.
Every candidate is fetched and read: what is offered comes with what it would bring.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from newsletter.collect.decode import decode_bytes
from newsletter.collect.feeds import parse_feed
from newsletter.collect.page_sources import list_headlines, parse_page
from newsletter.collect.parsed_feed import ParsedFeed
from newsletter.collect.sitemaps import Sitemap, SitemapEntry, parse_sitemap, sitemaps_of_robots
from newsletter.collect.strip_markup import clean_text
from newsletter.collect.urls import canonicalize_url, join_url
from newsletter.errors import FetchError
from newsletter.http import FEED_TYPES, HTTPClient, Response
from newsletter.parser_process import parse_apart

_FEED_TYPE = re.compile(
    r"application/(?:rss|atom|feed|rdf)\+(?:xml|json)|(?:text|application)/xml", re.IGNORECASE
)
_FEED_LINK = re.compile(
    r"(?:/|\b)(?:rss|atom|feed|feeds|rdf)(?:[/._?=-]|\Z)|\.(?:rss|atom|rdf)\Z", re.IGNORECASE
)
_COMMENTS = re.compile(r"/comments?/|comments?[-_]feed|\bcomments\b", re.IGNORECASE)
_USUAL = ("feed/", "rss.xml", "feed.xml", "atom.xml", "rss", "index.xml", "feed.json", "?feed=rss2")
_MAX_TRIES = 16
_MAX_SITEMAPS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed that answered, how it was found, and what it holds."""

    url: str
    how: str  # in words for the operator
    feed: ParsedFeed


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """Every feed found from one address, the best first; without one, what else lists the site's articles."""

    url: str  # after redirects
    feeds: tuple[FoundFeed, ...] = ()
    sitemap: str | None = None
    sitemap_entries: tuple[SitemapEntry, ...] = ()
    headlines: tuple[str, ...] = ()  # that the page itself lists
    tried: tuple[str, ...] = ()


async def discover_feed(client: HTTPClient, url: str) -> Discovery:
    """Find the feeds of a page, or of the feed's own address.

    Raises FetchError where the address itself cannot be read or is no web address.
    """
    canonical = canonicalize_url(url)
    if canonical is None:
        raise FetchError(
            f"{url!r} is no web address.",
            hint="Give an address such as https://example.com/news/.",
            permanent=True,
        )
    response = await client.get(canonical.url, accept=FEED_TYPES)
    if (found := await _read(response, "the address is a feed")) is not None:
        return Discovery(url=response.final_url, feeds=(found,), tried=(response.final_url,))
    tried = [response.final_url]
    page = await parse_apart(decode_bytes, response.body, content_type=response.content_type)
    declared, linked = await parse_apart(find_feed_links, page, response.final_url)
    for how, candidates in (
        ("the page declares it", declared),
        ("the page links to it", linked),
        ("it lies where feeds usually lie", _usual_places(response.final_url)),
    ):
        feeds = []
        for candidate in candidates:
            if candidate not in tried and len(tried) < _MAX_TRIES:
                tried.append(candidate)
                if (found := await _try(client, candidate, how)) is not None:
                    feeds.append(found)
                    if how != "the page declares it":
                        break  # the first will do; declared ones may differ by section
        if feeds:
            feeds.sort(key=lambda item: bool(_COMMENTS.search(f"{item.url} {item.feed.title}")))
            return Discovery(url=response.final_url, feeds=tuple(feeds), tried=tuple(tried))
    sitemap, entries = await _find_sitemap(client, response.final_url)
    return Discovery(
        url=response.final_url,
        sitemap=sitemap,
        sitemap_entries=entries,
        headlines=await parse_apart(list_headlines, page, response.final_url),
        tried=tuple(tried),
    )


def find_feed_links(html: str, url: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the feeds that a page declares, and those its links look like, in the page's order. Pure."""
    root = parse_page(html)
    base = next((str(href) for href in root.xpath("//base/@href")), "")
    start = join_url(url, base) or url
    declared = [
        link.get("href", "")
        for link in root.iter("link")
        if "alternate" in link.get("rel", "").lower().split()
        and _FEED_TYPE.fullmatch(link.get("type", "").partition(";")[0].strip())
    ]
    linked = [
        anchor.get("href", "")
        for anchor in root.iter("a")
        if _FEED_LINK.search(anchor.get("href", ""))
        or clean_text(anchor.text_content()).lower() in {"rss", "atom", "rss feed"}
    ]
    return _absolute(declared, start), _absolute(linked, start)


def _absolute(links: list[str], base: str) -> tuple[str, ...]:
    found = (join_url(base, clean_text(link)) for link in links if link)
    return tuple(dict.fromkeys(link.partition("#")[0] for link in found if link))


def _usual_places(url: str) -> tuple[str, ...]:
    """Return where a feed of a page, then of its site, usually lies."""
    parts = urlsplit(url)
    site = f"{parts.scheme}://{parts.netloc}/"
    folder = urljoin(url, ".") if not url.endswith("/") else url
    return tuple(dict.fromkeys(urljoin(place, name) for place in (folder, site) for name in _USUAL))


async def _try(client: HTTPClient, url: str, how: str) -> FoundFeed | None:
    try:
        return await _read(await client.get(url, accept=FEED_TYPES), how)
    except FetchError:
        return None  # a candidate that is none is the usual case


async def _read(response: Response, how: str) -> FoundFeed | None:
    feed = await parse_apart(
        parse_feed, response.body, url=response.final_url, headers=dict(response.headers)
    )
    return FoundFeed(url=response.final_url, how=how, feed=feed) if feed.error is None else None


async def _find_sitemap(client: HTTPClient, url: str) -> tuple[str | None, tuple[SitemapEntry, ...]]:
    """Return the first sitemap that lists pages, news sitemaps first."""
    parts = urlsplit(url)
    site = f"{parts.scheme}://{parts.netloc}/"
    queue = [
        urljoin(site, name)
        for name in ("news-sitemap.xml", "sitemap_news.xml", "sitemap.xml", "sitemap_index.xml")
    ]
    try:
        robots = await client.get(urljoin(site, "robots.txt"))
        queue = [*sitemaps_of_robots(robots.body.decode("utf-8", "replace")), *queue]
    except FetchError:
        pass  # a site without robots.txt may still have a sitemap
    queue = sorted(dict.fromkeys(queue), key=lambda place: "news" not in place.lower())
    for place in queue[: _MAX_SITEMAPS * 2]:
        sitemap = await _read_sitemap(client, place)
        for inner in sitemap.sitemaps[:_MAX_SITEMAPS]:
            if entries := (await _read_sitemap(client, inner)).entries:
                return inner, entries
        if sitemap.entries:
            return place, sitemap.entries
    return None, ()


async def _read_sitemap(client: HTTPClient, place: str) -> Sitemap:
    try:
        response = await client.get(place, accept=FEED_TYPES)
        return await parse_apart(parse_sitemap, response.body)
    except FetchError:
        return Sitemap()
