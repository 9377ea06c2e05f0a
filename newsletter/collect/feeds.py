"""Feeds: RSS 0.9–2.0, RDF, Atom, CDF and JSON Feed 1.0 and 1.1 to entries. Pure. The one door to feedparser.

feedparser never sees what was served: it is given text that we decoded, mended where XML would break,
and cut free of its DOCTYPE, as bytes in a ``BytesIO``. (Given a ``str`` it opens paths and URLs; its
own decoding takes one stray byte in a UTF-8 feed for another alphabet; a DTD is how XML attacks.)
"""

from __future__ import annotations

import calendar
import html
import io
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import feedparser
from feedparser.datetimes import _parse_date as parse_named_date

from newsletter.collect.compression import decompress
from newsletter.collect.dates import is_numeric_date, parse_numeric_date
from newsletter.collect.decode import decode_bytes
from newsletter.collect.parsed_feed import FeedEntry, ParsedFeed
from newsletter.collect.strip_markup import clean_text, read_plain, strip_markup
from newsletter.collect.urls import join_url
from newsletter.collect.xmltext import prepare_xml

_MAX_BYTES = 16_000_000  # after decompression; the HTTP client's own cap is lower
_MAX_ENTRIES = 2_000
_MAX_SUMMARY = 5_000  # characters of plain text
_FEED_START = re.compile(r"<(?:[\w.-]{1,40}:)?(rss|feed|rdf|channel)(?=[\s>/])[^<>]{0,5000}>", re.IGNORECASE)
# Of a feed that begins so; RSS 1.0 closes its channel before its items.
_FEED_END = {
    start: re.compile(rf"</(?:[\w.-]{{1,40}}:)?(?:{end})\s{{0,20}}>", re.IGNORECASE)
    for start, end in {"rss": "rss|channel", "feed": "feed", "rdf": "rdf", "channel": "channel"}.items()
}
_ENTRY_START = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:item|entry)\s{0,20}>", re.IGNORECASE)
_JSON_VERSION = re.compile(r"(?:https?://(?:www\.)?jsonfeed\.org/version/)?1(?:\.[0-9])?")
# What bugs of a parser raise on hostile input; seen in feedparser's issues or in our fuzzing.
_PARSER_BUGS = (
    *(ValueError, TypeError, LookupError, AttributeError, AssertionError),
    *(ArithmeticError, RecursionError, UnboundLocalError, NotImplementedError),
)


def parse_feed(
    body: bytes, *, url: str | None = None, headers: Mapping[str, str] | None = None
) -> ParsedFeed:
    """Read a feed as served. Never raises and never opens anything; ``error`` says why it is none.

    ``url`` is where it came from (relative links start there), ``headers`` those of the answer.
    """
    lowered = {name.lower(): value for name, value in (headers or {}).items()}
    body = decompress(body, lowered.get("content-encoding"), limit=_MAX_BYTES)
    if not body.strip():
        return ParsedFeed(error="the answer is empty")
    text = decode_bytes(body, content_type=lowered.get("content-type")).lstrip("\ufeff \t\r\n")
    base = _base_url(url, lowered.get("content-location"))
    if text.startswith(("{", "[")):
        return _parse_json(text, base)
    prepared = prepare_xml(text)
    if prepared.error is not None:
        return ParsedFeed(error=prepared.error)
    location = {"content-type": "application/xml; charset=utf-8", "content-location": base or ""}
    try:
        raw = feedparser.parse(
            io.BytesIO(prepared.text.encode("utf-8", errors="replace")),
            response_headers=location,
            sanitize_html=False,  # nothing from here is shown as HTML: text is extracted from it
            resolve_relative_uris=False,
        )
        entries = tuple(_read_entry(dict(item), base) for item in raw.entries[:_MAX_ENTRIES])
        channel = dict(raw.feed)
        return ParsedFeed(
            title=_plain(channel.get("title_detail"), channel.get("title")),
            entries=entries,
            is_cut=(is_cut := _is_cut(text)),
            is_half=is_cut and len(raw.entries) <= _MAX_ENTRIES and _ends_within_entry(text),
        )
    except _PARSER_BUGS as error:
        return ParsedFeed(error=f"the feed cannot be read ({type(error).__name__})")


def _is_cut(text: str) -> bool:
    start = _FEED_START.search(text)
    return start is not None and not start[0].endswith("/>") and not _FEED_END[start[1].lower()].search(text)


def _ends_within_entry(text: str) -> bool:
    begun = max((match.start() for match in _ENTRY_START.finditer(text)), default=-1)
    ended = max((match.start() for match in _ENTRY_END.finditer(text)), default=-1)
    return begun > ended


def parse_date(text: str) -> datetime | None:
    """Return a feed's date as aware UTC, or None where it says none.

    RFC 822 in its many shapes, RFC 3339, ISO 8601, asctime, Korean, Greek, Hungarian. Without a zone
    UTC is meant.
    """
    text = text.strip()
    if not text or len(text) > 100:  # noqa: PLR2004 — no date is longer
        return None
    if is_numeric_date(text):
        return parse_numeric_date(text)
    try:
        parts = parse_named_date(text)
        return datetime.fromtimestamp(calendar.timegm(parts), UTC) if parts else None
    except _PARSER_BUGS:
        return None


def _base_url(url: str | None, content_location: str | None) -> str | None:
    if content_location:
        try:
            return urljoin(url or "", content_location)
        except ValueError:
            return url
    return url


def _read_entry(item: dict[str, Any], base: str | None) -> FeedEntry:
    content = _content(item)
    summary = _plain(item.get("summary_detail"), item.get("summary")) or strip_markup(content or "")
    source = item.get("source")
    publisher = clean_text(strip_markup(str(source.get("title") or ""))) if isinstance(source, dict) else ""
    identity = item.get("id")
    return FeedEntry(
        id=clean_text(identity) or None if isinstance(identity, str) else None,
        title=_plain(item.get("title_detail"), item.get("title")),
        link=_http_url(item.get("link"), base),
        published=_published(item),
        summary=summary[:_MAX_SUMMARY],
        content=content,
        publisher=publisher or None,
    )


def _published(item: dict[str, Any]) -> datetime | None:
    for name in ("published", "created", "updated"):
        value = item.get(name)
        if isinstance(value, str) and (found := parse_date(value)):
            return found
    return None


def _content(item: dict[str, Any]) -> str | None:
    """Return the longest HTML that the entry carries as its content."""
    parts = [part for part in item.get("content") or () if isinstance(part, dict)]
    values = [
        value if "html" in str(part.get("type", "html")) else f"<pre>{html.escape(value)}</pre>"
        for part in parts
        if isinstance(value := part.get("value"), str) and value.strip()
    ]
    return max(values, key=len, default=None)


def _plain(detail: Any, value: Any) -> str:
    if not isinstance(value, str):
        return ""
    kind = detail.get("type", "") if isinstance(detail, dict) else ""
    return read_plain(strip_markup(value) if "html" in kind or not kind else value)


def _http_url(link: Any, base: str | None) -> str | None:
    link = clean_text(link) if isinstance(link, str) else ""
    return join_url(base, link) if link else None


def _parse_json(text: str, base: str | None) -> ParsedFeed:
    """Read a JSON Feed (jsonfeed.org/version/1.1); a field of the wrong type counts as missing."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return ParsedFeed(error="the answer looks like JSON but is not valid")
    version = data.get("version") if isinstance(data, dict) else None
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list) or not _JSON_VERSION.fullmatch(str(version)):
        return ParsedFeed(error="the answer is JSON, but no JSON Feed")
    entries = (_read_item(item, base) for item in items[:_MAX_ENTRIES] if isinstance(item, dict))
    return ParsedFeed(
        title=read_plain(_text(data, "title")), entries=tuple(entry for entry in entries if entry is not None)
    )


def _read_item(item: dict[str, Any], base: str | None) -> FeedEntry | None:
    content = _text(item, "content_html")
    plain = _text(item, "content_text")
    links = (_http_url(item.get(name), base) for name in ("url", "external_url"))
    link = next(filter(None, links), None) or _http_url(item.get("id"), None)
    if not (content or plain or link):  # a title alone says nothing (and is not allowed)
        return None
    summary = clean_text(_text(item, "summary")) or clean_text(plain) or strip_markup(content)
    dates = (parse_date(_text(item, name)) for name in ("date_published", "date_modified"))
    return FeedEntry(
        id=clean_text(str(item["id"])) if isinstance(item.get("id"), (str, int, float)) else None,
        title=read_plain(_text(item, "title")),
        link=link,
        published=next(filter(None, dates), None),
        summary=summary[:_MAX_SUMMARY],
        content=content or (f"<pre>{html.escape(plain)}</pre>" if plain else None),
    )


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""
