"""Requests to the operator's own addresses: webhook, heartbeat, language model. I/O (network).

These may be private addresses, on purpose, and hold secrets in their paths: errors name the host only.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import httpx2

from newsletter.errors import FetchError
from newsletter.http.addresses import find_host
from newsletter.http.failures import TRANSPORT_ERRORS, describe_failure, describe_status
from newsletter.http.transport import PoolTransport

_MAX_ANSWER = 4_000_000  # bytes


async def post_json(
    transport: PoolTransport,
    url: str,
    payload: Any,
    *,
    headers: Mapping[str, str] | None,
    seconds: float,
    user_agent: str,
) -> bytes:
    """POST JSON (nothing where ``payload`` is None) and return the body of a 2xx answer.

    Redirects are not followed: a POST is not sent to where the operator did not point. Raises
    FetchError; ``permanent`` where the same request will fail again.
    """
    host = find_host(url)
    if host is None:
        raise FetchError("The address is no http(s) URL.", hint="Correct it in the settings.", permanent=True)
    content = b"" if payload is None else json.dumps(payload, ensure_ascii=False).encode()
    sent = {"user-agent": user_agent, "accept": "application/json", "accept-encoding": "identity"}
    if payload is not None:
        sent["content-type"] = "application/json"
    try:
        async with asyncio.timeout(seconds):
            request = httpx2.Request(
                "POST",
                url,
                headers={**sent, **(headers or {})},
                content=content,
                extensions={"timeout": httpx2.Timeout(seconds).as_dict()},
            )
            response = await transport.handle_async_request(request)
            try:
                body = bytearray()
                async for part in response.aiter_raw():
                    body += part
                    if len(body) > _MAX_ANSWER:
                        raise FetchError(
                            f"{host} answers with more than {_MAX_ANSWER} bytes.", permanent=True
                        )
            finally:
                await response.aclose()
    except TRANSPORT_ERRORS as error:
        raise describe_failure(error, host) from error
    if not response.is_success:
        failure = describe_status(response.status_code, host, {})
        failure.hint = _answer(bytes(body)) or failure.hint
        raise failure
    return bytes(body)


def _answer(body: bytes) -> str:
    """Return the host's own words about what is wrong, shortened."""
    text = " ".join(body.decode("utf-8", errors="replace").split())
    return f"It says: {text[:300]}" if text and not text.startswith("<") else ""
