"""Which addresses are one page: what a page says of its own (``rel=canonical``), taken with care. Pure.

A page may claim any address, by mistake or to pass for another one. So an address joins two articles
only where their words agree too.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from newsletter.collect.urls import canonicalize_url
from newsletter.model import Entry

SAME_PAGE = 0.85  # share of the different words of two texts in common
_WORD = re.compile(r"\w+")


def find_page_key(url: str, declared: str | None, entry: Entry | None = None) -> str | None:
    """Return the key of the page that was read at ``url``: the declared one if it is believed, else its own.

    Its own is the ``page_key`` of the ``entry`` that led there, if it led there straight.
    """
    if found := canonical_key(url, declared):
        return found
    here = canonicalize_url(url)
    if here and entry and entry.page_key and entry.link_key == here.key:
        return entry.page_key
    return here.key if here else None


def is_same_page(one: str, other: str) -> bool:
    """Whether two texts, title included, are those of one page; its views differ in a few words."""
    mine, theirs = (frozenset(_WORD.findall(text.casefold())) for text in (one, other))
    return bool(mine) and 2 * len(mine & theirs) >= SAME_PAGE * (len(mine) + len(theirs))


def canonical_key(url: str, declared: str | None) -> str | None:
    """Return the key of the address that a page at ``url`` declares as its own, or None.

    It joins as a second key: two pages that declare the same are one. It is not believed where it
    leads to another site, or from an article to a site's front page or section, as templates that
    leave it fixed do (RFC 6596 wants it to identify the very content).
    """
    here = canonicalize_url(url)
    there = canonicalize_url(declared, base=url) if declared else None
    if here is None or there is None or there.key == here.key:
        return None
    if not _is_one_site(here.key, there.key) or _is_above(here.url, there.url):
        return None
    return there.key


def _is_one_site(first: str, second: str) -> bool:
    one, other = (urlsplit(f"//{key}").hostname or "" for key in (first, second))
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _is_above(here: str, there: str) -> bool:
    """Whether the declared address is a folder above this one: its query or last segments are gone."""
    below, above = urlsplit(here), urlsplit(there)
    path = above.path.rstrip("/")
    if path == below.path.rstrip("/"):
        return bool(below.query) and not above.query and not path  # "/?p=7" is not the front page
    return path == "" or below.path.startswith(f"{path}/")
