"""Requests to the operator's own addresses: webhook, heartbeat, language model, own pages. I/O (network).

These may be private addresses, on purpose, and hold secrets in their paths: errors name the host only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

import httpx2

from newsletter.errors import FetchError
from newsletter.http.allowed_hosts import find_host
from newsletter.http.answer import Answer
from newsletter.http.failures import TRANSPORT_ERRORS, describe_failure, describe_status
from newsletter.http.transport import GuardedBackend, PoolTransport, Resolve

_MAX_ANSWER = 4_000_000  # bytes


def open_own(host: str, resolve: Resolve) -> PoolTransport:
    """Return a way to one host of the operator ("host:port"), private or not, at the addresses of ``resolve``."""
    return PoolTransport(GuardedBackend((host,), resolve), connections=2)


def open_application(application: Any) -> httpx2.AsyncBaseTransport:
    """Return a way to an ASGI application of this process; what a handler raises is raised here."""
    return httpx2.ASGITransport(app=application)


async def exchange(
    transport: httpx2.AsyncBaseTransport,
    method: str,
    url: str,
    content: bytes,
    *,
    headers: Mapping[str, str],
    seconds: float,
) -> Answer:
    """Send one request and return its answer. Redirects are not followed.

    A request is not sent on to where the operator did not point. Raises FetchError where no answer comes.
    """
    host = find_host(url)
    if host is None:
        raise FetchError("The address is no http(s) URL.", hint="Correct it in the settings.", permanent=True)
    try:
        async with asyncio.timeout(seconds):
            request = httpx2.Request(
                method,
                url,
                headers=dict(headers),
                content=content,
                extensions={"timeout": httpx2.Timeout(seconds).as_dict()},
            )
            body = bytearray()
            async with aclosing(await transport.handle_async_request(request)) as response:
                async for part in response.aiter_raw():
                    body += part
                    if len(body) > _MAX_ANSWER:
                        raise FetchError(
                            f"{host} answers with more than {_MAX_ANSWER} bytes.", permanent=True
                        )
    except TRANSPORT_ERRORS as error:
        failure = describe_failure(error, host)  # whose hint is about sources
        raise FetchError(str(failure), permanent=failure.permanent) from error
    return Answer(
        status=response.status_code,
        headers={name.lower(): value for name, value in response.headers.items()},
        body=bytes(body),
    )


def accept(answer: Answer, url: str) -> bytes:
    """Return the body of a 2xx answer. Raises FetchError; ``permanent`` where the same request will fail again."""
    if not answer.is_success:
        failure = describe_status(answer.status, find_host(url) or "", {})
        said = " ".join(answer.body.decode("utf-8", errors="replace").split())
        failure.hint = f"It says: {said[:300]}" if said and not said.startswith("<") else ""
        raise failure
    return answer.body
