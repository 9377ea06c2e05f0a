"""Connections that only reach public addresses. I/O (DNS, sockets).

A name is resolved once and the very address that was checked is connected to, so a name that answers
differently the second time (DNS rebinding) gains nothing. TLS still checks the certificate against
the name. Proxies of the environment are not used: behind one, nothing could be checked.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from functools import cache
from typing import Any

import httpcore2
import httpx2

from newsletter.http.allowed_hosts import is_allowed_host, is_public_address

Resolve = Callable[[str, int], Awaitable[tuple[str, ...]]]
_MAX_ADDRESSES = 4  # tried one after another


@cache
def _trusted_certificates() -> ssl.SSLContext:
    """Return the authorities that every connection trusts; loading them takes tens of milliseconds."""
    return httpx2.create_ssl_context(trust_env=False)


class ForbiddenAddressError(Exception):
    """A host has only addresses that may not be fetched from."""


class UnknownHostError(Exception):
    """A host name does not resolve."""


class NoNameServerError(UnknownHostError):
    """No name server says whether a host is there: the fault is near us."""


async def resolve_host(host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of a host, in the system's order. Raises UnknownHostError.

    Each lookup has a thread of its own, which nobody waits for at the end: ``getaddrinfo`` cannot be
    interrupted, and a name server that hangs must neither hold up other names nor the program's stop.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[tuple[str, ...]] = loop.create_future()

    def settle(found: tuple[str, ...] | OSError | UnicodeError) -> None:
        if answer.done():
            return  # nobody waits any more
        if isinstance(found, tuple):
            answer.set_result(found)
        else:
            answer.set_exception(found)

    def look_up() -> None:
        found: tuple[str, ...] | OSError | UnicodeError
        try:
            items = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found = tuple(dict.fromkeys(str(item[4][0]) for item in items))
        except (OSError, UnicodeError) as error:
            found = error
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, found)

    threading.Thread(target=look_up, name="dns", daemon=True).start()
    try:
        return await answer
    except (OSError, UnicodeError) as error:
        if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
            raise NoNameServerError(f"no name server answers for {host}") from error
        raise UnknownHostError(f"the name {host} does not resolve") from error


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Resolves, checks and connects. ``allowed`` hosts may have private addresses."""

    def __init__(
        self,
        allowed: Iterable[str],
        resolve: Resolve = resolve_host,
        sockets: httpcore2.AsyncNetworkBackend | None = None,
    ) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve
        self._sockets = sockets or httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 — the library's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to the first checked address that answers, within ``timeout`` seconds in all."""
        deadline = time.monotonic() + (timeout or 60)
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolve(host, port)
        except TimeoutError as error:
            raise NoNameServerError(f"the name {host} was not resolved in time") from error
        if not is_allowed_host(host, port, self._allowed):
            addresses = tuple(address for address in addresses if is_public_address(address))
            if not addresses:
                raise ForbiddenAddressError(f"{host} has no public address")
        addresses = addresses[:_MAX_ADDRESSES]
        failure: Exception = UnknownHostError(f"the name {host} has no address")
        for index, address in enumerate(addresses):
            left = deadline - time.monotonic()
            if left <= 0:
                break
            try:
                return await self._sockets.connect_tcp(
                    address,
                    port,
                    timeout=left / (2 if index + 1 < len(addresses) else 1),
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure


class _Body(httpx2.AsyncByteStream):
    def __init__(self, stream: AsyncIterator[bytes]) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()  # type: ignore[attr-defined]  # httpcore2's stream has it


class PoolTransport(httpx2.AsyncBaseTransport):
    """httpx2 over a connection pool of our own; exceptions of httpcore2 pass through."""

    def __init__(self, backend: httpcore2.AsyncNetworkBackend | None, *, connections: int) -> None:
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=_trusted_certificates(),
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=15,
            network_backend=backend,
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request; the caller closes the response."""
        url = request.url
        answer = await self._pool.handle_async_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream),  # type: ignore[arg-type]  # async in an async pool
            extensions=answer.extensions,
            request=request,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()
