"""A document of either kind, web page or text, to title, text and what else it tells. Pure.

The door of the room: ``day`` and `newsletter stage extract` come in here.
"""

from __future__ import annotations

from itertools import count

import regex

from newsletter.extract.html_article import NotArticle, extract_html, reset_caches
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
