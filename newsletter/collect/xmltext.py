"""XML text made readable for a strict parser, and harmless for any. Pure.

Everything before the root element goes: declaration, DOCTYPE, PHP warnings. With the DOCTYPE go
external entities and entity bombs. What often breaks feeds is mended outside CDATA: bare ampersands,
HTML's named entities, characters that XML forbids.
"""

from __future__ import annotations

import html
import html.entities
import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from newsletter.collect.decode import decode_bytes

_FEED_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,30}:)?(?:rss|feed|rdf|channel)(?=[\s>/])", re.IGNORECASE)
_HTML_ROOT = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_FIRST_TAG = re.compile(r"<([A-Za-z][\w.:-]{0,40})")
_SMALL_ENTITY = re.compile(r"""<!ENTITY\s+([\w.-]{1,64})\s+(?:"([^"&%<]{0,64})"|'([^'&%<]{0,64})')\s*>""")
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, section 2.2
_NUMBERED = re.compile(r"&#([0-9]{1,20}|[xX][0-9A-Fa-f]{1,20});")
_AMPERSAND = re.compile(
    r"(?P<cdata><!\[CDATA\[(?:.*?\]\]>|.*))"
    r"|&(?:#(?P<number>[0-9]{1,20}|[xX][0-9A-Fa-f]{1,20});|(?P<name>[A-Za-z][\w.-]{0,63});)?",
    re.DOTALL,
)
_ALLOWED = ((9, 10, 13), range(0x20, 0xD800), range(0xE000, 0xFFFE), range(0x10000, 0x110000))
_PREFIX = re.compile(r"xmlns:([\w.-]{1,100})")
_MAX_PREFIXES = 200  # the parser's time grows with their square
_MAX_TAGS = 100_000
_MOST_NESTED = 5  # numbered references within numbered references
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedXML:
    """Text that begins with the root element of a feed, or in ``error`` why it has none."""

    text: str = ""
    error: str | None = None


def prepare_xml(text: str) -> PreparedXML:
    """Return the feed in a text as well-formed as it can be had without parsing. Never raises."""
    root = _FEED_ROOT.search(text)
    page = _HTML_ROOT.search(text)
    if page is not None and (root is None or page.start() < root.start()):
        return PreparedXML(error="the answer is a web page, not a feed")
    if root is None:
        tag = _FIRST_TAG.search(text)
        found = f"its first element is <{tag[1]}>" if tag else "it holds no element"
        return PreparedXML(error=f"the answer is not a feed: {found}")
    entities = {
        name: first or second
        for name, first, second in _SMALL_ENTITY.findall(text[: min(root.start(), 20_000)])
    }

    feed = _cut(text[root.start() :])
    if len(set(_PREFIX.findall(feed))) > _MAX_PREFIXES:
        return PreparedXML(error="it declares more namespaces than any feed needs")
    return PreparedXML(text=mend_xml(feed, entities))


def mend_xml(text: str, entities: Mapping[str, str] = {}) -> str:
    """Return XML without forbidden characters, bare ampersands and entities that XML does not know.

    ``entities`` are a document's own; HTML's are known anyway. CDATA stays as it is.
    """

    def mend(match: re.Match[str]) -> str:
        name = match["name"]
        if match["cdata"] or match["number"] or name in _XML_NAMES:
            return match[0]
        if name in entities:
            return html.escape(entities[name])
        if name and (char := html.entities.html5.get(f"{name};")):
            return html.escape(char)
        return "&amp;" + match[0][1:]

    return _AMPERSAND.sub(mend, _drop_all_forbidden(FORBIDDEN.sub("", text)))


def _drop_all_forbidden(text: str) -> str:
    for _ in range(_MOST_NESTED):  # what stood around a dropped reference may be one: "&#x&#0;D800;"
        if (dropped := _NUMBERED.sub(_drop_forbidden, text)) == text:
            return text
        text = dropped
    return text.replace("&#", "&amp;#")  # nothing but an attack


def _drop_forbidden(match: re.Match[str]) -> str:
    """Keep a numbered reference to a character that XML allows; also what looks like CDATA is looked at."""
    code = int(match[1][1:], 16) if match[1][0] in "xX" else int(match[1])
    return match[0] if any(code in allowed for allowed in _ALLOWED) else ""


def _cut(feed: str) -> str:
    """Cut a feed off after so many tags that no honest one has more; what stands before counts."""
    if feed.count("<") <= _MAX_TAGS:
        return feed
    end = 0
    for _ in range(_MAX_TAGS):
        end = feed.index("<", end) + 1
    return feed[: end - 1]


_PROLOG = re.compile(r"\A[^<]*(?:<\?xml[^>]*\?>)?\s*")


def parse_xml(body: bytes) -> etree._Element | None:
    """Return the root of an XML document, mended where it is broken, or None where it is none.

    Anything with a DOCTYPE is refused: what we read this way (OPML, sitemaps) needs none.
    """
    text = _PROLOG.sub("", decode_bytes(body), count=1)
    if not text.startswith("<") or "<!DOCTYPE" in text[:4096].upper() or "<!ENTITY" in text.upper():
        return None
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        encoding="utf-8",
    )
    try:
        return etree.fromstring(mend_xml(text).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
