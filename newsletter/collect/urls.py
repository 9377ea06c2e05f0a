"""Addresses: the one to keep, and the key of its identity. Pure.

``url`` can be fetched and shown: absolute, normalized after RFC 3986 (section 6.2) and the WHATWG URL
Standard, scrubbed of tracking. ``key`` is only for comparing: it also forgets what usually gives the
same page (scheme, ``www.`` and mobile hosts, AMP forms, a trailing slash, the order of parameters).
A parameter that is not known to be tracking always stays: keeping two pages apart that are one costs
a repeated headline, merging two that differ costs the news.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urljoin

import idna

from newsletter.collect.trackers import is_referral, is_tracker, is_view

_MAX_LENGTH = 8192  # longer ones are data, not addresses
_MAX_PORT = 65535
_MAX_SEGMENT = 300
_MAX_HOST = 253  # RFC 1035, section 2.3.4
_DEFAULT_PORTS = {"http": 80, "https": 443}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_MARKUP = re.compile(r"[\"<>].*\Z", re.DOTALL)  # no URL holds these (RFC 3986): page source follows
_ABSOLUTE = re.compile(r"https?:/{0,}(?=[^/])", re.IGNORECASE)
_BARE_HOST = re.compile(  # an address without its scheme, as a key is, or as people type it
    r"(?!(?:mailto|news|sip|xmpp|tel|data|javascript):)(?:[^\s/?#@]+@)?"
    r"(?:(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]+|\[[0-9a-f:.]+\])(?::[0-9]+)?(?=[/?#]|\Z)",
    re.IGNORECASE,
)
_GLUED = re.compile(r"(?<=[^/=:])https?://", re.IGNORECASE)  # a second address glued to the first
_PARTS = re.compile(  # RFC 3986, appendix B
    r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?\Z",
    re.IGNORECASE | re.DOTALL,
)
_AUTHORITY = re.compile(
    r"(?:(?P<user>[^@]*)@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:@]+)(?::(?P<port>[0-9]{0,7}))?\Z"
)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = _UNRESERVED | frozenset("!$&()*+,;=:@/")
_QUERY_SAFE = _UNRESERVED | frozenset("!$()*+,;:@/?=")

_SLUG = re.compile(r"[0-9]{5}|(?:[^-_]+[-_]){3}")  # of a last segment: it names one article
_SAME_HOST = re.compile(
    r"\A(?:(?:www\d?|m|mobile|mobil|amp|touch|wap)\.)+(?=[^.]+\.[^.])|(?<=\.)m\.(?=[^.]+\.[^.])"
)
_AMP_FIRST = re.compile(r"/(?:platform/)?amp(?=/[^/])", re.IGNORECASE)
_AMP_LAST = re.compile(r"/amp(?:\.html?)?/?\Z", re.IGNORECASE)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    scheme: str
    user: str
    host: str
    port: int | None
    path: str
    query: tuple[tuple[str, str | None], ...]  # normalized, without trackers
    fragment: str


def canonicalize_url(url: str, *, base: str | None = None) -> CanonicalURL | None:
    """Return the canonical forms of an http(s) URL, or None where it is none.

    ``base`` is the address that a relative URL is relative to. Never raises. Canonicalizing ``url``
    again changes nothing, nor does ``key`` (a host with a dot is read as an ``http`` address).
    """
    parts = _split(_clean(url, base))
    if parts is None:
        return None
    for _ in range(3):  # wrappers are seldom nested
        wrapped = _unwrap(parts)
        inner = _split(wrapped) if wrapped else None
        if inner is None:
            break
        parts = inner
    return CanonicalURL(url=_join(parts), key=_key(parts))


def _clean(url: str, base: str | None) -> str:
    """Take off what pages and feeds leave around and inside an address (WHATWG, section 4.4)."""
    if len(url) > _MAX_LENGTH:
        return ""
    url = url.strip()
    if url.startswith("<![CDATA["):
        url = url.removeprefix("<![CDATA[").removesuffix("]]>").strip()
    if "&amp;" in url or "&#" in url:
        url = html.unescape(url)
    url = _MARKUP.sub("", _CONTROL.sub("", url)).strip()
    head, mark, tail = url.partition("?")
    return _unglue(_absolute(head.replace("\\", "/"), mark + tail, base))


def _absolute(head: str, tail: str, base: str | None) -> str:
    """Complete an address; ``head`` is what stands before its query, ``tail`` the rest."""
    if found := _ABSOLUTE.match(head):
        head = found[0].split(":")[0] + "://" + head[found.end() :]
    elif base:
        try:
            return urljoin(base, head + tail)
        except ValueError:
            return ""
    elif head.startswith("//"):
        head = "http:" + head
    elif _BARE_HOST.match(head):
        head = "http://" + head
    return head + tail


def _unglue(url: str) -> str:
    """Of two addresses glued together keep the first, if it is one. In a query they may be meant."""
    while glued := _GLUED.search(url.partition("?")[0], len("https://")):
        first = url[: glued.start()]
        if "." in first:
            return first
        url = url[glued.start() :]
    return url


def _split(url: str) -> _Parts | None:
    match = _PARTS.match(url)
    authority = _AUTHORITY.match(match["authority"]) if match else None
    if match is None or authority is None:
        return None
    scheme = match["scheme"].lower()
    host = _host(authority["host"])
    port = int(authority["port"]) if authority["port"] else _DEFAULT_PORTS[scheme]
    if host is None or not 0 < port <= _MAX_PORT:
        return None
    return _Parts(
        scheme=scheme,
        user=_escape(authority["user"] or "", _QUERY_SAFE),
        host=host,
        port=None if port == _DEFAULT_PORTS[scheme] else port,
        path=_resolve_dots(_escape(match["path"].strip().rstrip("&"), _PATH_SAFE)) or "/",
        query=tuple(_split_query(match["query"] or "", slug=_names_article(match["path"]))),
        fragment=_route(match["fragment"] or ""),
    )


def _host(host: str) -> str | None:
    if host.startswith("["):
        return host.lower()
    host = unquote(host).strip().rstrip(".").lower()
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    if len(host) > _MAX_HOST or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        return None
    return host


def _escape(part: str, safe: frozenset[str]) -> str:
    """Give every character its one normal form, escaped or not (RFC 3986, section 6.2.2)."""
    part = _ESCAPES.sub(_read_escapes, _BAD_PERCENT.sub("%25", part))
    part = unicodedata.normalize("NFC", part)
    if part.isascii() and safe.issuperset(part):
        return part
    return "".join(
        char if char in safe or char == "%" else "".join(f"%{byte:02X}" for byte in _bytes(char))
        for char in part
    )


def _bytes(char: str) -> bytes:
    return char.encode("utf-8", errors="replace")


def _read_escapes(match: re.Match[str]) -> str:
    """Read a run of escapes: what need not be escaped becomes a character, the rest stays."""
    octets = bytes.fromhex(match[0].replace("%", ""))
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        text = octets.decode("latin-1")  # no text in UTF-8: escapes stay escapes
        return "".join(char if char in _UNRESERVED else f"%{ord(char):02X}" for char in text)
    return "".join(
        char if char in _UNRESERVED or not char.isascii() else f"%{ord(char):02X}" for char in text
    )


def _resolve_dots(path: str) -> str:
    """Remove ``.`` and ``..`` segments (RFC 3986, section 5.2.4)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _split_query(query: str, *, slug: bool) -> Iterator[tuple[str, str | None]]:
    """Give the parameters that pick the page; ``slug``: the path already names an article."""
    for pair in query.split("&"):
        name, mark, value = pair.strip().partition("=")
        if not name and not value:
            continue
        name = _escape(name, _QUERY_SAFE)
        plain = unquote(name)
        if not (is_tracker(plain) or (slug and is_referral(plain))):
            yield name, _escape(value, _QUERY_SAFE) if mark else None


def _names_article(path: str) -> bool:
    return _SLUG.search(path.rstrip("/").rpartition("/")[2][:_MAX_SEGMENT]) is not None


def _route(fragment: str) -> str:
    """Keep a fragment only where a page in the browser takes it for a path: ``#!/story`` or ``#/story``."""
    return _escape(fragment, _QUERY_SAFE) if fragment.startswith(("!", "/")) else ""


def _unwrap(parts: _Parts) -> str | None:
    """Return the address inside a redirecting or AMP-cache address."""
    if parts.host.endswith(".cdn.ampproject.org") and (found := _AMP_CACHE.match(parts.path)):
        return ("https://" if found["tls"] else "http://") + found["rest"] + _query_text(parts.query)
    if re.fullmatch(_GOOGLE, parts.host) and parts.path.startswith("/amp/"):
        found = _AMP_CACHE.match(parts.path.removeprefix("/amp"))
        return ("https://" if found["tls"] else "http://") + found["rest"] if found else None
    for host, path, names in _WRAPPERS:
        if host.fullmatch(parts.host) and path.fullmatch(parts.path):
            values = {name: value for name, value in parts.query if value}
            return next((unquote(values[name]) for name in names if name in values), None)
    return None


def _query_text(query: Iterable[tuple[str, str | None]]) -> str:
    text = "&".join(name if value is None else f"{name}={value}" for name, value in query)
    return f"?{text}" if text else ""


def _join(parts: _Parts) -> str:
    user = f"{parts.user}@" if parts.user else ""
    port = f":{parts.port}" if parts.port else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.scheme}://{user}{parts.host}{port}{parts.path}{_query_text(parts.query)}{fragment}"


def _key(parts: _Parts) -> str:
    query = sorted(
        (name.replace("%20", "+"), (value or "").replace("%20", "+"))
        for name, value in parts.query
        if not is_view(unquote(name), value or "")
    )
    user = f"{parts.user}@" if parts.user else ""
    port = f":{parts.port}" if parts.port and parts.port not in _DEFAULT_PORTS.values() else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    host = _SAME_HOST.sub("", parts.host)
    return f"{user}{host}{port}{_key_path(parts.path)}{_query_text(query)}{fragment}"


def _key_path(path: str) -> str:
    """Return a path without its AMP form, index file, doubled and closing slashes."""
    path = re.sub(r"/{2,}", "/", path)
    while (bare := _strip_forms(path)) != path:
        path = bare
    return path


def _strip_forms(path: str) -> str:
    path = _AMP_SUFFIX.sub("", _AMP_FIRST.sub("", path, count=1))
    article = _AMP_LAST.sub("", path)
    if article != path and _ARTICLE_LIKE.search(article.rpartition("/")[2]):
        path = article
    return _INDEX.sub("", path.rstrip("/")).rstrip("/")
