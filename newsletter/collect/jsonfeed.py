"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1). Pure."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from newsletter.collect.parsed_feed import FeedEntry, ParsedFeed
from newsletter.collect.strip_markup import clean_text, read_plain, strip_markup
from newsletter.collect.urls import join_url

_VERSION = re.compile(r"(?:https?://(?:www\.)?jsonfeed\.org/version/)?1(?:\.[0-9])?")
_MAX_ENTRIES = 2_000
_MAX_SUMMARY = 5_000


def parse_json_feed(
    text: str, *, base: str | None, read_date: Callable[[str], datetime | None]
) -> ParsedFeed:
    """Read a JSON Feed. Never raises; a field of the wrong type counts as missing."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return ParsedFeed(error="the answer looks like JSON but is not valid")
    version = data.get("version") if isinstance(data, dict) else None
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list) or not _VERSION.fullmatch(str(version)):
        return ParsedFeed(error="the answer is JSON, but no JSON Feed")
    entries = (_read_item(item, base, read_date) for item in items[:_MAX_ENTRIES] if isinstance(item, dict))
    return ParsedFeed(
        title=read_plain(_text(data, "title")),
        entries=tuple(entry for entry in entries if entry is not None),
        home=_url(data, ("home_page_url",), base),
    )


def _read_item(
    item: dict[str, Any], base: str | None, read_date: Callable[[str], datetime | None]
) -> FeedEntry | None:
    content = _text(item, "content_html")
    plain = _text(item, "content_text")
    title = read_plain(_text(item, "title"))
    link = _url(item, ("url", "external_url"), base) or _url(item, ("id",), None)
    if not (content or plain or link):  # a title alone says nothing (and is not allowed)
        return None
    summary = clean_text(_text(item, "summary")) or clean_text(plain) or strip_markup(content)
    dates = (read_date(_text(item, name)) for name in ("date_published", "date_modified"))
    return FeedEntry(
        id=clean_text(str(item["id"])) if isinstance(item.get("id"), (str, int, float)) else None,
        title=title,
        link=link,
        published=next((date for date in dates if date), None),
        summary=summary[:_MAX_SUMMARY],
        content=content or (f"<pre>{html.escape(plain)}</pre>" if plain else None),
    )


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _url(item: dict[str, Any], names: tuple[str, ...], base: str | None) -> str | None:
    for name in names:
        if (value := clean_text(_text(item, name))) and (absolute := join_url(base, value)):
            return absolute
    return None
