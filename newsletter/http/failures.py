"""What went wrong with a request, in words for an operator. Pure."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from http import HTTPStatus

import httpcore2
import httpx2

from newsletter.errors import FetchError
from newsletter.http.transport import ForbiddenAddressError, NoNameServerError, UnknownHostError

_RETRIABLE = frozenset({408, 421, 423, 425, 429})  # 4xx that may pass by themselves
LATER = "It may pass by itself: a source is tried again at its next check."
_ADVICE = {
    401: "It wants a password: remove the source, or ask the publisher for an open feed.",
    402: "It wants payment: remove the source.",
    403: "It refuses programs: ask the publisher to let our User-Agent in, or remove the source.",
    404: "The address is wrong or has moved: look for the feed on the publisher's site.",
    406: "The address serves no feed or page: look for the feed on the publisher's site.",
    410: "The publisher has taken it away for good: remove the source.",
    429: "It is asked too often: raise collect.per_host_delay or collect.min_interval_minutes.",
    451: "It is withheld for legal reasons: remove the source.",
}
TRANSPORT_ERRORS = (
    *(httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError),
    *(httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError),
    *(httpcore2.ProxyError, httpcore2.UnsupportedProtocol, httpcore2.ConnectionNotAvailable),
    *(ForbiddenAddressError, UnknownHostError, OSError, TimeoutError),
)
"""Everything that a request may end with; ``describe_failure`` knows them all."""

_FAILURES: tuple[tuple[tuple[type[Exception], ...], str, str, bool], ...] = (
    (
        (ForbiddenAddressError,),
        "{host} has a private address, which is never fetched from.",
        'If it is your own, allow it: collect.allow_hosts = ["{host}"].',
        True,
    ),
    (
        (NoNameServerError,),
        "No name server answers for {host}.",
        "Look at the DNS of this machine (/etc/resolv.conf) where others fail so too; it is tried again.",
        False,
    ),
    ((UnknownHostError,), "The name {host} does not resolve.", "Check the spelling, or your DNS.", False),
    (
        (httpcore2.ConnectTimeout, httpx2.ConnectTimeout),
        "{host} does not answer: connecting timed out.",
        LATER,
        False,
    ),
    (
        (httpcore2.TimeoutException, httpx2.TimeoutException, TimeoutError),
        "{host} is too slow: it was given up.",
        LATER,
        False,
    ),
    ((httpcore2.ConnectError,), "{host} cannot be reached: {error}.", LATER, False),
    ((httpx2.DecodingError,), "The answer of {host} is compressed wrongly.", LATER, False),
    (
        (httpx2.InvalidURL, httpcore2.UnsupportedProtocol, httpx2.UnsupportedProtocol),
        "The address of {host} cannot be fetched.",
        "It must be a valid address that begins with https:// or http://.",
        True,
    ),
)


class StatusError(FetchError):
    """The host answered, but with an error status."""

    def __init__(
        self, message: str, *, hint: str, permanent: bool, status: int, headers: Mapping[str, str]
    ) -> None:
        super().__init__(message, hint=hint, permanent=permanent)
        self.status = status
        self.headers = headers


def describe_status(status: int, host: str, headers: Mapping[str, str]) -> StatusError:
    """Return the error for a status that is no success."""
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "unknown status"
    if 300 <= status < 400:  # noqa: PLR2004 — RFC 9110, section 15.4
        hint = "It redirects without saying where: open it in a browser and use the address where it ends."
    else:
        hint = _ADVICE.get(status, LATER if status >= 500 else "Open the address in a browser.")  # noqa: PLR2004
    return StatusError(
        f"{host} answers {status} {phrase}.",
        hint=hint,
        permanent=400 <= status < 500 and status not in _RETRIABLE,  # noqa: PLR2004 — RFC 9110, section 15.5
        status=status,
        headers=headers,
    )


def describe_failure(error: BaseException, host: str) -> FetchError:
    """Return what an operator should read where no answer came, or none that can be used."""
    cause = error.__cause__ or error.__context__
    for broken in (error, cause):
        if isinstance(broken, ssl.SSLError):
            reason = getattr(broken, "verify_message", "") or str(broken)
            return FetchError(
                f"The certificate or TLS of {host} is not accepted: {_short(reason)}.",
                hint="The publisher must mend it; certificates are always checked.",
            )
    for kinds, message, hint, permanent in _FAILURES:
        if isinstance(error, kinds):
            return FetchError(
                message.format(host=host, error=_short(error)),
                hint=hint.format(host=host),
                permanent=permanent,
            )
    return FetchError(f"{host} breaks off: {_short(error) or type(error).__name__}.", hint=LATER)


def _short(error: object) -> str:
    return " ".join(str(error).split())[:120].rstrip(".")
