"""Scraps of HTML, such as a feed's titles and summaries, to plain text. Pure."""

from __future__ import annotations

import html
import re

import lxml.html
from lxml.etree import ParserError, XMLSyntaxError

from newsletter.control_characters import drop_controls

_UNSEEN = frozenset({"script", "style", "template", "noscript", "svg", "math", "iframe", "head", "title"})
_BLOCKS = frozenset(
    re.findall(
        r"\S+",
        "address article aside blockquote br center dd div dl dt fieldset figcaption figure footer form "
        "h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table td th tr ul",
    )
)


def clean_text(text: str) -> str:
    """Return one line of plain text, white space single: the border that no control character passes."""
    return " ".join(drop_controls(text).split())


def strip_markup(scrap: str) -> str:
    """Return the words of a scrap of HTML in one line: tags gone, entities resolved.

    Blocks are parted by a space. Never raises.
    """
    if "<" not in scrap and "&" not in scrap:
        return clean_text(scrap)
    try:
        root = lxml.html.document_fromstring(f"<body>{drop_controls(scrap)}")
    except (ParserError, XMLSyntaxError, ValueError, AssertionError):
        return clean_text(re.sub(r"<[^<>]*>", " ", scrap))
    return visible_text(root)


def visible_text(node: lxml.html.HtmlElement) -> str:
    """Return the words of an element in one line, without those of scripts and styles in it."""
    return clean_text("".join(_words(node)))


def _words(root: lxml.html.HtmlElement) -> list[str]:
    words: list[str] = []
    stack: list[lxml.html.HtmlElement | str] = [root]
    while stack:  # not recursive: a hostile page nests deeper than Python may
        node = stack.pop()
        if isinstance(node, str):
            words.append(node)
            continue
        space = " " if node.tag in _BLOCKS else ""
        stack.append(space + ((node.tail or "") if node is not root else ""))
        if isinstance(node.tag, str) and node.tag not in _UNSEEN:
            stack.extend(reversed(node))
            stack.append(space + (node.text or ""))
    return words


_SCRIPT = re.compile(r"<(?:script|style)\b", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def read_plain(text: str) -> str:
    """Return a line that a feed calls plain, as its headlines are meant: never with entities or a script in it."""
    line = clean_text(text)
    if "&" in line:  # escaped twice: no headline means ``&amp;`` literally
        line = clean_text(_ENTITY.sub(lambda match: html.unescape(match[0]), line))
    return strip_markup(line) if _SCRIPT.search(line) else line
