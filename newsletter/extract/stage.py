"""The extract stage alone, for `newsletter stage repair` and `newsletter stage extract`. I/O: reads the named file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from newsletter.extract.extract_document import extract_document
from newsletter.extract.html_article import NotArticle
from newsletter.extract.mojibake import repair_text
from newsletter.model import Extracted


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
