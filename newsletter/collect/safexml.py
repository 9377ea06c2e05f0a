"""XML from strangers, parsed so that it opens nothing and expands nothing. Pure."""

from __future__ import annotations

import re

from lxml import etree

from newsletter.collect.decode import decode_bytes
from newsletter.collect.xmltext import mend_xml

_PROLOG = re.compile(r"\A[^<]*(?:<\?xml[^>]*\?>)?\s*")


def parse_xml(body: bytes) -> etree._Element | None:
    """Return the root of an XML document, mended where it is broken, or None where it is none.

    Anything with a DOCTYPE is refused: what we read this way (OPML, sitemaps) needs none.
    """
    text = _PROLOG.sub("", decode_bytes(body).text, count=1)
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
