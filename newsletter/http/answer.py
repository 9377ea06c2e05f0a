"""What a host answers, and which answers are refused. I/O (reads bodies)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx2

from newsletter.errors import FetchError

NOT_MODIFIED = 304
_TEXT_TYPES = ("text/", "xml", "json", "html", "rss", "atom", "octet-stream")
_CODINGS = frozenset({"gzip", "x-gzip", "deflate", "br", "identity"})
_MAX_CODINGS = 2
_MAX_SHOWN = 100  # characters of what a host says that we repeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an address said, whatever its status."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 - RFC 9110, section 15.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Answer):
    """What a host of the world said: 2xx, its body decompressed, or 304 to a conditional request."""

    final_url: str  # after redirects
    moved: str | None = None  # where it moved for good: every redirect on the way was permanent

    @property
    def not_modified(self) -> bool:
        """Whether what was fetched before is still current."""
        return self.status == NOT_MODIFIED

    @property
    def content_type(self) -> str | None:
        """The header's value."""
        return self.headers.get("content-type")


@dataclass(slots=True, kw_only=True)
class Chain:
    """What the requests of one fetch share, from its first address to where redirects end."""

    headers: Mapping[str, str]
    max_bytes: int
    seconds: float  # left
    truncate: bool = False  # a body over the limit is cut, not refused
    cookies: httpx2.Cookies = field(default_factory=httpx2.Cookies)  # some hosts set one and ask again

    @property
    def cookie_text(self) -> str:
        """The cookies so far, to tell a circle from a host that set one and asks again."""
        return "; ".join(sorted(f"{cookie.name}={cookie.value}" for cookie in self.cookies.jar))


def check_headers(headers: Mapping[str, str], host: str, chain: Chain) -> None:
    """Refuse by its headers what need not be read."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and not any(name in kind for name in _TEXT_TYPES):
        raise FetchError(
            f"{host} sends {kind[:_MAX_SHOWN]}, which is no text.",
            hint="Use the address of a feed or page.",
            permanent=True,
        )
    codings = [
        name.strip().lower() for name in headers.get("content-encoding", "").split(",") if name.strip()
    ]
    if len(codings) > _MAX_CODINGS or not _CODINGS.issuperset(codings):
        raise FetchError(
            f"{host} compresses in a way that was not asked for.", hint="The publisher must mend it."
        )
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:19]) > chain.max_bytes and not chain.truncate:
        raise _too_large(host, chain.max_bytes)


async def read_body(answer: httpx2.Response, host: str, chain: Chain) -> bytes:
    """Return a body, decompressed; raise, or cut it, at the limit of its chain."""
    body = bytearray()
    async for part in answer.aiter_bytes():  # decompressed, in pieces of at most 1 MiB
        body += part
        if len(body) > chain.max_bytes:
            if chain.truncate:
                break
            raise _too_large(host, chain.max_bytes)
    return bytes(body[: chain.max_bytes])


def _too_large(host: str, limit: int) -> FetchError:
    return FetchError(
        f"The answer of {host} is larger than {limit:,} bytes.",
        hint="If that is right, raise collect.max_body_bytes.",
        permanent=True,
    )
