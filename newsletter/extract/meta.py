"""What a page says of itself: title, author, date, language, canonical address. Pure over its tree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import regex
from lxml.html import HtmlElement

from newsletter.extract.document_parts import find_byline
from newsletter.extract.html_blocks import Block
from newsletter.extract.page import Page
from newsletter.extract.published import find_published
from newsletter.extract.title import choose_title, holds, tidy_title, words_of

_DESCRIPTIONS = ("description", "og:description", "twitter:description")
_AUTHORS = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl")
_MAX_NAME = 120  # characters
_MAX_JSON = 400_000  # characters of one script that are parsed
_MAX_NODES = 2_000  # of its objects that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What the page says of itself, each None where it does not."""

    title: str
    byline: str | None = None
    published: datetime | None = None
    published_is_date: bool = False
    canonical: str | None = None
    language: str | None = None
    description: str = ""  # all that it says there of itself
    body: str = ""  # the article's text as JSON-LD repeats it


def read_meta(root: HtmlElement, blocks: list[Block], url: str | None) -> Meta:
    """Read a page's metadata; ``blocks`` is all that it shows. What cannot be read is absent.

    ``published`` is in the page's own zone as far as that can be told, so that its day is the day that
    the page shows.
    """
    metas = read_metas(root)
    page = Page(root=root, blocks=blocks, metas=metas, linked=list(read_json(root)), url=url)
    title = choose_title(page)
    published = find_published(page, _find_title(blocks, title))
    bodies = (node["articleBody"] for node in page.linked if isinstance(node.get("articleBody"), str))
    return Meta(
        title=title,
        byline=_find_byline(page),
        published=published[0] if published else None,
        published_is_date=published[1] if published else False,
        canonical=_read_canonical(root) or metas.get("og:url"),
        language=_read_language(root),
        description=describe(metas),
        body=next(bodies, ""),
    )


def read_metas(root: HtmlElement) -> dict[str, str]:
    """``<meta>`` values by lower-case name; the first of each name counts."""
    values: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content and content.strip():
            values.setdefault(name.strip().casefold(), content.strip())
    return values


def read_json(root: HtmlElement) -> Iterator[dict[str, Any]]:
    """The schema.org objects of an article that the page embeds (JSON-LD)."""
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "") or not script.text or len(script.text) > _MAX_JSON:
            continue
        try:
            waiting: list[Any] = [json.loads(script.text, strict=False)]
        except (ValueError, RecursionError):
            continue
        for _ in range(_MAX_NODES):
            if not waiting:
                break
            node = waiting.pop(0)
            if isinstance(node, list):
                waiting.extend(node)
            elif isinstance(node, dict):
                kind = node.get("@type")
                kinds = kind if isinstance(kind, list) else [kind]
                if any(isinstance(k, str) and k.endswith(("Article", "Posting", "Report")) for k in kinds):
                    yield node
                waiting.extend(
                    value
                    for key, value in node.items()
                    if key in {"@graph", "mainEntity", "mainEntityOfPage"}
                )


def _find_byline(page: Page) -> str | None:
    """Who wrote it, as declared; else the first small "By …" line."""
    for node in page.linked:
        authors = node.get("author")
        people = [
            person.get("name") if isinstance(person, dict) else person
            for person in (authors if isinstance(authors, list) else [authors])
        ]
        named = [person for person in people if isinstance(person, str) and _is_name(person)]
        if named:
            return tidy_title("; ".join(dict.fromkeys(named)))
    declared = (page.metas.get(name, "") for name in _AUTHORS)
    if found := next(filter(_is_name, declared), None):
        return tidy_title(found)
    for path in (".//a[@rel='author']", ".//*[@itemprop='author']"):
        for element in page.root.iterfind(path):
            if _is_name(shown := tidy_title("".join(element.itertext()))):
                return shown
    return find_byline(page.blocks, range(len(page.blocks)))


def _is_name(text: str) -> bool:
    return len(text) <= _MAX_NAME and "://" not in text and any(char.isalpha() for char in text)


def describe(metas: dict[str, str]) -> str:
    """The page's descriptions of itself."""
    return " ".join(metas.get(name, "") for name in _DESCRIPTIONS)


def _find_title(blocks: list[Block], title: str) -> list[int]:
    """The places of the headings that show the title."""
    words = words_of(title)
    return [p for p, block in enumerate(blocks) if block.heading and holds(words_of(block.text), words)]


def _read_canonical(root: HtmlElement) -> str | None:
    links = (link for link in root.iter("link") if "canonical" in link.get("rel", "").casefold().split())
    return next(filter(None, (link.get("href", "").strip() for link in links)), None)


def _read_language(root: HtmlElement) -> str | None:
    """The language that the page declares: ``<html lang>``, two letters."""
    declared = (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip()
    code = regex.split(r"[-_]", declared)[0].casefold()
    return code if regex.fullmatch(r"[a-z]{2}", code) else None
