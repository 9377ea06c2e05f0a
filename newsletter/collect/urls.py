"""Addresses: the one to keep, and the key of its identity. Pure.

``url`` can be fetched and shown: absolute, normalized after RFC 3986 (section 6.2) and the WHATWG URL
Standard, scrubbed of tracking. ``key`` is only for comparing: it also forgets what usually gives the
same page (scheme, ``www.`` and mobile hosts, AMP forms, a trailing slash, the order of parameters).
A parameter that is not known to be tracking always stays: keeping two pages apart that are one costs
a repeated headline, merging two that differ costs the news.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import unquote, urljoin

from newsletter.collect.address import AddressParts, is_view, read_address, write_address, write_query

_DEFAULT_PORTS = frozenset({80, 443})
_LEARNED_FROM = 4  # pages of one feed
_WEB = re.compile(r"https?://[^/]", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2,4})?", re.IGNORECASE)
_MOST_ROUNDS = 8  # an address that still changes then is none
_SAME_HOST = re.compile(
    r"\A(?:(?:www\d?|m|mobile|mobil|amp|touch|wap)\.)+(?=[^.]+\.[^.])|(?<=\.)m\.(?=[^.]+\.[^.])"
)
_AMP_FIRST = re.compile(r"/(?:platform/)?amp(?:html)?(?=/[^/])", re.IGNORECASE)
_AMP_LAST = re.compile(r"(?:/amp(?:html)?(?:\.html?)?)+/?\Z", re.IGNORECASE)
_ARTICLE_LIKE = re.compile(r"[-.0-9]")
_AMP_SUFFIX = re.compile(r"\.amp(?=(?:\.html?)?\Z)", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)\Z", re.IGNORECASE)
_AMP_CACHE = re.compile(r"/(?:[a-z]/)*?(?P<tls>s/)?(?P<rest>[^/]+\.[^/]+(?:/.*)?)\Z", re.DOTALL)
_GOOGLE = r"(?:www\.|news\.)?google(?:\.[a-z]{2,3}){1,2}"
# Addresses that only lead on: host, path, the parameter that holds the real one.
_WRAPPERS = (
    (re.compile(_GOOGLE), re.compile(r"/(?:news/)?url"), ("url", "q")),  # Google Alerts among them
    (re.compile(r"(?:www\.)?bing\.com"), re.compile(r"/news/apiclick\.aspx"), ("url",)),
    (re.compile(r"lm?\.facebook\.com"), re.compile(r"/l\.php"), ("u",)),
    (re.compile(r"(?:www\.)?youtube\.com"), re.compile(r"/redirect"), ("q",)),
    (re.compile(r"[a-z0-9]+\.safelinks\.protection\.outlook\.com"), re.compile(r"/?"), ("url",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CanonicalURL:
    """An address: ``url`` to fetch and to show, ``key`` to compare."""

    url: str
    key: str


def canonicalize_url(url: str, *, base: str | None = None) -> CanonicalURL | None:
    """Return the canonical forms of an http(s) URL, or None where it is none.

    ``base`` is the address that a relative URL is relative to. Never raises. Canonicalizing ``url``
    again changes nothing, nor does ``key`` (a host with a dot is read as an ``http`` address).
    """
    found = _canonicalize(url, base)
    for _ in range(_MOST_ROUNDS):  # garbage may hide an address, an entity or a tracker in another one
        if found is None:
            return None
        again = _canonicalize(found.url, None)
        if again == found:
            return found
        found = again
    return None


def join_url(base: str | None, link: str) -> str | None:
    """Return a link as a whole http(s) address, as it is written, or None where it is none."""
    try:
        joined = urljoin(base or "", link)
    except ValueError:
        return None
    return joined if _WEB.match(joined) else None


def forget_shared_parameters(urls: Iterable[str]) -> dict[str, str]:
    """Return keys of one feed's addresses without the parameters that all of them have with one value: ``?ref=rss``.

    By address, of those that get another key. Of fewer than ``_LEARNED_FROM`` pages nothing is learned, nor where
    two of them would become one, nor of a language. The feed may be wrong, so words must agree as well.
    """
    parts = {url: read for url in urls if (read := read_address(url)) is not None}
    keys = {_key(read) for read in parts.values()}
    if len(keys) < _LEARNED_FROM:
        return {}
    shared = frozenset.intersection(*(frozenset(read.query) for read in parts.values()))
    shared = frozenset((name, value) for name, value in shared if not _LANGUAGE.fullmatch(value or ""))
    bare = {
        url: _key(replace(read, query=tuple(pair for pair in read.query if pair not in shared)))
        for url, read in parts.items()
    }
    return bare if shared and len(set(bare.values())) == len(keys) else {}


def _canonicalize(url: str, base: str | None) -> CanonicalURL | None:
    parts = read_address(url, base)
    if parts is None:
        return None
    for _ in range(3):  # wrappers are seldom nested
        wrapped = _unwrap(parts)
        inner = read_address(wrapped) if wrapped else None
        if inner is None:
            break
        parts = inner
    return CanonicalURL(url=write_address(parts), key=_key(parts))


def _unwrap(parts: AddressParts) -> str | None:
    """Return the address inside a redirecting or AMP-cache address."""
    if parts.host.endswith(".cdn.ampproject.org") and (found := _AMP_CACHE.match(parts.path)):
        return ("https://" if found["tls"] else "http://") + found["rest"] + write_query(parts.query)
    if re.fullmatch(_GOOGLE, parts.host) and parts.path.startswith("/amp/"):
        found = _AMP_CACHE.match(parts.path.removeprefix("/amp"))
        return ("https://" if found["tls"] else "http://") + found["rest"] if found else None
    for host, path, names in _WRAPPERS:
        if host.fullmatch(parts.host) and path.fullmatch(parts.path):
            values = {name: value for name, value in parts.query if value}
            return next((unquote(values[name]) for name in names if name in values), None)
    return None


def _key(parts: AddressParts) -> str:
    query = sorted(
        (name.replace("%20", "+"), (value or "").replace("%20", "+"))
        for name, value in parts.query
        if not is_view(unquote(name), value or "")
    )
    same = replace(
        parts,
        host=_SAME_HOST.sub("", parts.host),
        port=None if parts.port in _DEFAULT_PORTS else parts.port,
        path=_key_path(parts.path),
        query=tuple(query),
    )
    return write_address(same).partition("://")[2]


def _key_path(path: str) -> str:
    """Return a path without its AMP form, index file, doubled and closing slashes."""
    path = re.sub(r"/{2,}", "/", path)
    while (bare := _strip_forms(path)) != path:
        path = bare
    return path


def _strip_forms(path: str) -> str:
    path = _AMP_SUFFIX.sub("", _AMP_FIRST.sub("", path))
    article = _AMP_LAST.sub("", path)
    if article != path and _ARTICLE_LIKE.search(article.rpartition("/")[2]):
        path = article
    return _INDEX.sub("", path.rstrip("/&")).rstrip("/&")  # as an address is read
