"""What stands before every route: hosts, headers, slow bodies; and behind it, its faults. Plain ASGI.

I/O (the network).

The order, outermost first, is in ``asgi.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from newsletter.config import Settings
from newsletter.logs import get_log
from newsletter.model import parse_number

log = get_log("web")
BODY_SECONDS = 15.0  # a body that trickles in slower than this is given up
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
SECURITY_HEADERS = {
    # Nothing but our own style sheet, our own forms, and no script at all.
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",  # a token in our address reaches no other site
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "browsing-topics=(), camera=(), geolocation=(), microphone=()",
}
_HSTS = "max-age=31536000"


def allowed_hosts(settings: Settings) -> list[str]:
    """Return the host names that requests may carry."""
    own = [urlsplit(url).hostname or "" for url in (settings.newsletter.base_url, settings.desk.url) if url]
    return [
        *(f"[{host}]" if ":" in host else host for host in own),
        *LOOPBACK_HOSTS,
        *settings.web.allowed_hosts,
    ]


class ForgottenProxy:
    """Say once that a proxy forwards which the settings do not name: all visitors then share one network's limits."""

    def __init__(self, app: ASGIApp, *, trusted: Sequence[str]) -> None:
        self.app = app
        self.trusted = tuple(ip_network(network) for network in trusted)
        self.has_said = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        if not self.has_said and scope["type"] == "http" and scope.get("client"):
            self._look(scope)
        await self.app(scope, receive, send)

    def _look(self, scope: Scope) -> None:
        try:
            peer = ip_address(scope["client"][0])
        except ValueError:
            return
        forwards = any(name == b"x-forwarded-for" for name, _ in scope["headers"])
        if forwards and peer.is_private and not any(peer in network for network in self.trusted):
            self.has_said = True
            log.warning("a proxy forwards that web.trusted_proxies does not name", proxy=str(peer))


class SecurityHeaders:
    """Put the security headers on every answer, errors included; refuse a request that gives two lengths.

    A proxy may believe the other one, and take the rest of the body for a request of its own (RFC 9112, 6.1).
    """

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self.app = app
        self.headers = dict(SECURITY_HEADERS)
        if is_https:
            self.headers["strict-transport-security"] = _HSTS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, adding headers to the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        is_twofold = {b"content-length", b"transfer-encoding"} <= {name for name, _ in scope["headers"]}
        app = _refuse("The request gives two lengths.", 400) if is_twofold else self.app
        await app(scope, receive, send_with_headers)


class PathPrefix:
    """Serve below the path of base_url, whether or not the proxy in front takes it away."""

    def __init__(self, app: ASGIApp, *, prefix: str) -> None:
        self.app = app
        self.prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on the path without its prefix."""
        path = scope.get("path", "")
        if self.prefix and scope["type"] == "http" and (path + "/").startswith(self.prefix + "/"):
            scope = {**scope, "path": path.removeprefix(self.prefix) or "/", "raw_path": None}
        await self.app(scope, receive, send)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Another application behind the same edge: the desk, at a host name of its own or below a path."""

    app: ASGIApp
    host: str  # "" where any will do
    path: str  # "" for all of the host


class NeighbourRouter:
    """Hand what is asked of a neighbour's address to it; it limits the bodies that it takes by itself."""

    def __init__(self, app: ASGIApp, *, neighbour: Neighbour, prefix: str) -> None:
        self.app = app
        self.neighbour = neighbour
        self.other = PathPrefix(neighbour.app, prefix="" if neighbour.host else prefix)
        self.prefix = "" if neighbour.host else prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on to the one or the other."""
        is_its = scope["type"] == "http" and self._is_its(scope)
        await (self.other if is_its else self.app)(scope, receive, send)

    def _is_its(self, scope: Scope) -> bool:
        host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
        if self.neighbour.host and urlsplit(f"//{host}").hostname != self.neighbour.host:
            return False
        path = f"{scope['path']}/"
        return any(path.startswith(f"{prefix}{self.neighbour.path}/") for prefix in {"", self.prefix})


class BodyLimits:
    """Read a request's body whole before the route runs: at most so many bytes, in at most so long."""

    def __init__(self, app: ASGIApp, *, max_bytes: int, seconds: float = BODY_SECONDS) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with the body at hand, or answer 413 or 408; whoever went away meanwhile gets no answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self.seconds):
                messages = await self._read(scope, receive)
        except TimeoutError:
            await _refuse("The request took too long.", 408)(scope, receive, send)
            return
        if messages is None:
            await _refuse("The request is too large.", 413)(scope, receive, send)
            return
        if messages[-1]["type"] == "http.disconnect":
            return
        waiting = iter(messages)

        async def replay() -> Message:
            return next(waiting, None) or await receive()

        await self.app(scope, replay, send)

    async def _read(self, scope: Scope, receive: Receive) -> Sequence[Message] | None:
        for name, value in scope["headers"]:
            if name == b"content-length":
                said = parse_number(value.decode("latin-1"))
                if said is None or said > self.max_bytes:
                    return None
        messages: list[Message] = []
        size = 0
        while True:
            message = await receive()
            messages.append(message)
            size += len(message.get("body", b""))
            if size > self.max_bytes:
                return None
            if message["type"] != "http.request" or not message.get("more_body", False):
                return messages


class LastResort:
    """Answer a fault of ours with a page. Starlette's own last resort stands outside the security headers."""

    def __init__(self, app: ASGIApp, *, answer: Callable[[Scope, Exception], Response]) -> None:
        self.app = app
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; what is raised before the answer began becomes the answer."""
        has_begun = False

        async def send_noting(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        except Exception as error:
            answer = self.answer(scope, error)  # which logs it
            if has_begun or scope["type"] != "http":
                raise
            await answer(scope, receive, send)


def _refuse(words: str, status: int) -> PlainTextResponse:
    return PlainTextResponse(words, status_code=status, headers={"connection": "close"})


def edge_middleware(settings: Settings, *, is_https: bool) -> list[Middleware]:
    """Return what stands before everything that strangers reach: proxies, security headers, hosts."""
    trusted = list(settings.web.trusted_proxies)
    return [
        Middleware(ForgottenProxy, trusted=trusted),
        Middleware(ProxyHeadersMiddleware, trusted_hosts=trusted),
        Middleware(SecurityHeaders, is_https=is_https),
        Middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts(settings), www_redirect=False),
    ]
