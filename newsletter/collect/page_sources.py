"""Page sources: one web page that is itself the article, or lists links to articles. Pure.

The choice is explainable: a page is a listing where it holds at least ``LEAST_LINKS`` links that look
like headlines (same site, at least four words, not in navigation) and no long running text of its own.
"""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from itertools import islice
from urllib.parse import unquote, urlsplit

import lxml.html
from lxml.etree import ParserError, XMLSyntaxError

from newsletter.collect.sitemaps import Sitemap
from newsletter.collect.strip_markup import clean_text, strip_markup, visible_text
from newsletter.collect.urls import CanonicalURL, canonicalize_url
from newsletter.model import Entry, Source

LEAST_LINKS = 5
_HEADLINE_WORDS = 4
_LONG_TEXT = 1_500  # characters of paragraphs from which a page is an article whatever it links to
_MAX_LINKS = 100
_MAX_NODES = 2_000  # links and paragraphs looked at
_MAX_SITEMAP = 300  # pages of a sitemap, the newest
_WORD = re.compile(r"\w+")
_CHROME = frozenset({"nav", "footer", "aside", "form", "menu"})


def page_entries(html: str, url: str, source: Source) -> tuple[str, tuple[Entry, ...]]:
    """Read a page at ``url``: whether it is an "article" or a "listing", with the reason, and its entries.

    Never raises: a page without any sense is an article without text.
    """
    root = parse_page(html)
    here = canonicalize_url(url)
    links = _headlines(root, url, here)
    text = _running_text(root)
    reason = f"{len(links)} headlines that link within the site, {text} characters of running text"
    if _is_listing(links, text):
        return f"listing: {reason}", tuple(_listed(source, link, title) for link, title in links)
    body = html.encode("utf-8", "replace")
    entry = Entry(
        source=source.key,
        key=here.key if here else sha256(body).hexdigest(),
        title=_title(root),
        link=here.url if here else None,
        link_key=here.key if here else None,
        body=body,
    )
    return f"article: {reason}", (entry,)


def list_headlines(html: str, url: str) -> tuple[str, ...]:
    """Return the headlines that a page lists; none where it is an article, or lists too few."""
    root = parse_page(html)
    links = _headlines(root, url, canonicalize_url(url))
    return tuple(title for _, title in links) if _is_listing(links, _running_text(root)) else ()


def parse_page(html: str) -> lxml.html.HtmlElement:
    """Return the tree of a page, an empty one where it cannot be read."""
    try:
        return lxml.html.document_fromstring(html.replace("\0", ""))
    except (ParserError, XMLSyntaxError, ValueError):
        return lxml.html.document_fromstring("<html></html>")


def _is_listing(links: tuple[tuple[CanonicalURL, str], ...], text: int) -> bool:
    return len(links) >= LEAST_LINKS and text < _LONG_TEXT


def sitemap_page(sitemap: Sitemap, source: Source) -> tuple[str, tuple[Entry, ...]]:
    """Read a sitemap as ``page_entries`` reads a page: as a listing of pages, the newest first."""
    entries: dict[str, Entry] = {}
    for item in sitemap.entries[:_MAX_SITEMAP]:
        link = canonicalize_url(item.url)
        if link is not None and link.key not in entries:
            title = item.title or _slug_title(link.url)
            entries[link.key] = replace(_listed(source, link, title), published=item.published)
    return f"listing: a sitemap of {len(sitemap.entries)} pages", tuple(entries.values())


def _slug_title(url: str) -> str:
    """Return the words of an address, until the page's own title is known."""
    segment = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2]).partition(".")[0]
    return clean_text(re.sub(r"[-_+]+", " ", segment)) or url


def _headlines(
    root: lxml.html.HtmlElement, url: str, here: CanonicalURL | None
) -> tuple[tuple[CanonicalURL, str], ...]:
    """Return the links that look like headlines, in the page's order, each address once."""
    base = next(iter(root.xpath("//base/@href")), None)
    base = (canonicalize_url(str(base), base=url) if base else None) or here
    site = _site(url)
    found: dict[str, tuple[CanonicalURL, str]] = {}
    for anchor in islice(root.iter("a"), _MAX_NODES):
        title = visible_text(anchor)
        target = canonicalize_url(anchor.get("href") or "", base=base.url if base else url)
        if target is None or (here and target.key == here.key) or _site(target.url) != site:
            continue
        if len(_WORD.findall(title)) < _HEADLINE_WORDS or _in_chrome(anchor):
            continue
        if target.key not in found or len(title) > len(found[target.key][1]):
            found[target.key] = (target, title)
    return tuple(found.values())[:_MAX_LINKS]


def _in_chrome(node: lxml.html.HtmlElement) -> bool:
    return any(parent.tag in _CHROME for parent in node.iterancestors())


def _site(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _running_text(root: lxml.html.HtmlElement) -> int:
    """Return how many characters stand in paragraphs, outside links."""
    return sum(
        max(
            0, len(clean_text(node.text_content())) - sum(len(link.text_content()) for link in node.iter("a"))
        )
        for node in islice(root.iter("p"), _MAX_NODES)
        if not _in_chrome(node)
    )


def _title(root: lxml.html.HtmlElement) -> str:
    for path in ("//meta[@property='og:title']/@content", "//title/text()", "//h1//text()"):
        if title := strip_markup(" ".join(str(part) for part in root.xpath(path)[:5])):
            return title
    return ""


def _listed(source: Source, link: CanonicalURL, title: str) -> Entry:
    return Entry(source=source.key, key=link.key, title=title, link=link.url, link_key=link.key)
