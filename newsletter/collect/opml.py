"""OPML 2.0 subscription lists, in and out. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from newsletter.collect.strip_markup import clean_text
from newsletter.collect.urls import canonicalize_url
from newsletter.collect.xmltext import FORBIDDEN, parse_xml
from newsletter.errors import InputError
from newsletter.model import Publisher, Source, SourceKey, SourceType

_MAX_KEY = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class OPMLRead:
    """The feeds of a list as sources, and what in it could not be used."""

    sources: tuple[Source, ...] = ()
    skipped: tuple[str, ...] = ()  # one line each: what, and why


def read_opml(body: bytes, *, taken: Iterable[str] = ()) -> OPMLRead:
    """Return the feeds of an OPML file as sources, each address once.

    ``taken`` are keys and addresses in use already. The publisher is the outline's title; its kind is
    for the operator to set. Raises InputError where the file is no OPML.
    """
    root = parse_xml(body)
    if root is None or str(root.tag).lower() != "opml":
        raise InputError("The file is no OPML.", hint="Export the subscriptions of your feed reader as OPML.")
    keys = set(taken)
    seen = {found.key for name in keys if (found := canonicalize_url(name)) is not None}
    sources: list[Source] = []
    skipped: list[str] = []
    for outline in root.iter("outline"):
        given = next(
            (str(value) for name, value in outline.attrib.items() if str(name).lower() == "xmlurl"), None
        )
        if given is None:
            continue  # a folder
        link = canonicalize_url(given)
        title = clean_text(str(outline.get("title") or outline.get("text") or ""))
        if link is None:
            skipped.append(f"{title or given}: its address is no http(s) URL")
        elif link.key in seen:
            skipped.append(f"{title or given}: its address is listed already")
        else:
            seen.add(link.key)
            key = make_key(title or link.key, keys)
            keys.add(key)
            sources.append(
                Source(
                    key=SourceKey(key),
                    type=SourceType.FEED,
                    location=link.url,
                    publisher=Publisher(name=title or link.key),
                    language=str(outline.get("language") or "") or None,
                )
            )
    return OPMLRead(sources=tuple(sources), skipped=tuple(skipped))


def write_opml(sources: Iterable[Source], *, title: str, now: datetime) -> bytes:
    """Return the feeds among the sources as an OPML 2.0 document in UTF-8."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = FORBIDDEN.sub("", title)
    etree.SubElement(head, "dateCreated").text = format_datetime(now)
    body = etree.SubElement(root, "body")
    for source in sources:
        if source.type is SourceType.FEED:
            name = FORBIDDEN.sub("", source.publisher.name)
            outline = etree.SubElement(
                body, "outline", type="rss", text=name, title=name, xmlUrl=source.location
            )
            if source.language:
                outline.set("language", source.language)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def make_key(name: str, taken: Collection[str]) -> str:
    """Return a key made of a name, not among ``taken``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_MAX_KEY].strip("-") or "feed"
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}-{number}", number + 1
    return key
