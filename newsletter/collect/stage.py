"""The stage commands ``feed`` and ``url``: one parsed JSON line in, one out. I/O (reads the named file)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from newsletter.collect.feeds import parse_feed
from newsletter.collect.urls import canonicalize_url


def stage_feed(line: dict[str, Any]) -> dict[str, Any]:
    """``{"path", "url", "headers"}`` ─▶ ``{"title", "entries": […]}``: a feed body as served.

    Dates are ISO 8601 in UTC or null. Raises ValueError where the file is no feed or unreadable.
    """
    headers = line.get("headers") or {}
    url = line.get("url")
    if not isinstance(headers, dict) or not (url is None or isinstance(url, str)):
        raise ValueError('"headers" must be an object and "url" a text')
    try:
        body = Path(line["path"]).read_bytes()
    except (OSError, TypeError) as error:
        raise ValueError(f"the file cannot be read: {error}") from error
    feed = parse_feed(body, url=url, headers={str(name): str(value) for name, value in headers.items()})
    if feed.error is not None:
        raise ValueError(feed.error)
    return {
        "title": feed.title,
        "entries": [
            {
                "id": entry.id,
                "title": entry.title,
                "link": entry.link,
                "published": entry.published.isoformat() if entry.published else None,
                "summary": entry.summary,
            }
            for entry in feed.entries
        ],
    }


def stage_url(line: dict[str, Any]) -> dict[str, Any]:
    """``{"url"}`` ─▶ ``{"url", "key"}``: the address to keep, and the key of its identity.

    Raises ValueError where the address is no http(s) URL.
    """
    given = line["url"]
    canonical = canonicalize_url(given) if isinstance(given, str) else None
    if canonical is None:
        raise ValueError(f"{given!r} is not an http(s) URL")
    return {"url": canonical.url, "key": canonical.key}
