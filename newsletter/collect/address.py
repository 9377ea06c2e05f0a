"""The normal form of an http(s) address, and its parts. Pure.

RFC 3986 (section 6.2), with what browsers forgive (WHATWG URL Standard), and without tracking (``trackers.toml``).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urljoin

import idna

from newsletter.data_files import read_data

_TABLE: dict[str, list[str]] = read_data("newsletter.collect", "trackers.toml")
_TRACKER = re.compile(
    rf"(?:{'|'.join(map(re.escape, _TABLE['prefixes']))})|(?:{'|'.join(map(re.escape, _TABLE['names']))})\Z",
    re.IGNORECASE,
)


def is_view(name: str, value: str) -> bool:
    """Whether a query parameter only picks another face of the same page."""
    name = name.lower()
    return name in _TABLE["views"] or (name in _TABLE["amp"] and value.lower() == "amp")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressParts:
    """An address in its normal form, in parts; ``path`` begins with a slash."""

    scheme: str
    user: str
    host: str
    port: int | None  # None: the scheme's own
    path: str
    query: tuple[tuple[str, str | None], ...]  # in the order given, without trackers
    fragment: str  # only where a page takes it for a path


def read_address(url: str, base: str | None = None) -> AddressParts | None:
    """Read an address as found in a page or feed, or return None where it is none. Never raises."""
    return _split(_clean(url, base))


def write_address(parts: AddressParts) -> str:
    """Return an address as one text."""
    user = f"{parts.user}@" if parts.user else ""
    port = f":{parts.port}" if parts.port else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.scheme}://{user}{parts.host}{port}{parts.path}{write_query(parts.query)}{fragment}"


def write_query(query: Iterable[tuple[str, str | None]]) -> str:
    """Return a query with its question mark, or nothing where there is none."""
    text = "&".join(name if value is None else f"{name}={value}" for name, value in query)
    return f"?{text}" if text else ""


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


def _split(url: str) -> AddressParts | None:
    match = _PARTS.match(url)
    authority = _AUTHORITY.match(match["authority"]) if match else None
    if match is None or authority is None:
        return None
    scheme = match["scheme"].lower()
    host = _host(authority["host"])
    port = int(authority["port"]) if authority["port"] else _DEFAULT_PORTS[scheme]
    if host is None or not 0 < port <= _MAX_PORT:
        return None
    return AddressParts(
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
        char
        if char in safe or char == "%"
        else "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))
        for char in part
    )


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
        tells_how_one_came = _TRACKER.match(plain) or (slug and plain.lower() in _TABLE["referral"])
        if not tells_how_one_came:
            yield name, _escape(value, _QUERY_SAFE) if mark else None


def _names_article(path: str) -> bool:
    return _SLUG.search(path.rstrip("/").rpartition("/")[2][:_MAX_SEGMENT]) is not None


def _route(fragment: str) -> str:
    """Keep a fragment only where a page in the browser takes it for a path: ``#!/story`` or ``#/story``."""
    return _escape(fragment, _QUERY_SAFE) if fragment.startswith(("!", "/")) else ""
