"""Scraps of HTML, such as a feed's titles and summaries, to plain text. Pure."""

from __future__ import annotations

import html
import re

import lxml.html
from lxml.etree import ParserError, XMLSyntaxError

_SPACE = re.compile(r"\s+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_UNSEEN = frozenset({"script", "style", "template", "noscript", "svg", "math", "iframe", "head", "title"})
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)


def clean_text(text: str) -> str:
    """Return one line of plain text: control characters gone, white space single."""
    return _SPACE.sub(" ", _CONTROL.sub("", text)).strip()


def strip_markup(scrap: str) -> str:
    """Return the words of a scrap of HTML in one line: tags gone, entities resolved.

    Blocks are parted by a space. Never raises.
    """
    if "<" not in scrap and "&" not in scrap:
        return clean_text(scrap)
    try:
        root = lxml.html.document_fromstring(f"<body>{_CONTROL.sub('', scrap)}")
    except (ParserError, XMLSyntaxError, ValueError, AssertionError):
        return clean_text(re.sub(r"<[^<>]*>", " ", scrap))
    return clean_text("".join(_words(root)))


def _words(root: lxml.html.HtmlElement) -> list[str]:
    words: list[str] = []
    stack: list[lxml.html.HtmlElement | str] = [root]
    while stack:  # not recursive: a hostile page nests deeper than Python may
        node = stack.pop()
        if isinstance(node, str):
            words.append(node)
            continue
        space = " " if node.tag in _BLOCKS else ""
        stack.append(space + (node.tail or ""))
        if isinstance(node.tag, str) and node.tag not in _UNSEEN:
            stack.extend(reversed(node))
            stack.append(space + (node.text or ""))
    return words


_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def unescape_text(text: str) -> str:
    """Resolve the entities that a feed escaped twice: no headline means ``&amp;`` literally."""
    return clean_text(_ENTITY.sub(lambda match: html.unescape(match[0]), text)) if "&" in text else text
