"""The extract stage alone, for `newsletter stage repair` and `newsletter stage extract`. I/O: reads the named file."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import regex

from newsletter.extract.html_article import NotArticle, extract_html, reset_caches
from newsletter.extract.mojibake import repair_text
from newsletter.extract.plain import extract_text
from newsletter.model import Extracted

_MARKUP = regex.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|article|main|section|h[1-6]|span|table|meta|title|a|br|ul)\b"
    r"[^<>]{0,2000}>",
    regex.IGNORECASE,
)
_HEAD = 65_536  # characters in which a page shows that it is one
_MIN_TAGS = 3  # a text may leak a tag or two and is still text
_RESET_EVERY = 200  # documents: trafilatura, htmldate and courlan keep caches that grow
_counted = count(1)


def is_html(text: str) -> bool:
    """Whether a document is a web page, told from its content: a doctype, or enough tags."""
    head = text[:_HEAD].lstrip("\ufeff \t\r\n")
    if regex.match(
        r"<(?:!doctype\s+html|html[\s>]|\?xml[^>]{0,200}\?>\s*<(?:!doctype\s+)?html)", head, regex.IGNORECASE
    ):
        return True
    return sum(1 for _ in zip(range(_MIN_TAGS), _MARKUP.finditer(head), strict=False)) >= _MIN_TAGS


def extract_document(text: str, *, url: str | None = None) -> Extracted | NotArticle:
    """Extract a document of either kind, told apart by its content."""
    if next(_counted) % _RESET_EVERY == 0:
        reset_caches()
    if is_html(text):
        return extract_html(text, url=url)
    extracted = extract_text(text)
    if not extracted.text:
        return NotArticle(reason="no article text", hint="the document holds no running text")
    return extracted


def stage_repair(line: dict[str, Any]) -> dict[str, Any]:
    """``{"text"}`` to ``{"text", "repairs": n}``."""
    text = line["text"]
    if not isinstance(text, str):
        raise ValueError("text must be a string")  # noqa: TRY004 - the command's one kind of bad line
    repaired = repair_text(text)
    return {"text": repaired.text, "repairs": len(repaired.repairs)}


def stage_extract(line: dict[str, Any], *, decode: Callable[[bytes], str]) -> dict[str, Any]:
    """``{"path", "url"}`` of a page or a text to its parts. Raises ValueError where it holds no article."""
    path = Path(line["path"])
    try:
        text = decode(path.read_bytes())
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror or error}") from error
    found = extract_document(text, url=line.get("url"))
    if isinstance(found, NotArticle):
        raise ValueError(f"{path}: not an article: {found.reason}")  # noqa: TRY004 - not a type error
    return {
        "title": found.title,
        "byline": found.byline,
        "published": _show_published(found),
        "language": found.language,
        "text": found.text,
        "publisher_highlights": list(found.publisher_highlights),
        "disclaimer": found.disclaimer,
        "origin": found.origin,
        "related": list(found.related),
    }


def _show_published(found: Extracted) -> str | None:
    """ISO 8601: a date where only the day is known."""
    if found.published is None:
        return None
    return (found.published.date() if found.published_is_date else found.published).isoformat()
