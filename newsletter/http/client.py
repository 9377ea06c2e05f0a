"""Fetching from hosts that may be slow, broken or hostile. I/O (network).

Each guard is one answer to something that has been done to feed readers: time-outs of every phase and
of the whole, a cap on the body after decompression, a check of the content type, no scheme but http
and https, no address that is not public (checked at connect time, see ``transport``), a limit of
redirects, robots.txt on every hop. Nothing is retried here: the caller's schedule does that.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx2

from newsletter import __version__
from newsletter.config import Collect
from newsletter.errors import FetchError
from newsletter.http import operators
from newsletter.http.allowed_hosts import find_host
from newsletter.http.answer import Answer, Chain, Response, check_headers, read_body
from newsletter.http.failures import LATER, TRANSPORT_ERRORS, describe_failure, describe_status
from newsletter.http.host_pace import Pace
from newsletter.http.robots import MAX_BYTES as MAX_ROBOTS
from newsletter.http.robots import Robots, read_robots
from newsletter.http.transport import GuardedBackend, PoolTransport, Resolve, resolve_host

PRODUCT = "newsletter-reader"  # the name that robots.txt may address
FEED_TYPES = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
PAGE_TYPES = "text/html, application/xhtml+xml, application/xml;q=0.8, text/plain;q=0.7, */*;q=0.3"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT_REDIRECTS = frozenset({301, 308})
_ROBOTS_REDIRECTS = 5  # RFC 9309, section 2.3.1.2
_MAX_SHOWN = 100  # characters of what a host says that we repeat


class HTTPClient:
    """One client a run: ``async with HTTPClient(settings.collect, contact=…) as client``."""

    def __init__(self, settings: Collect, *, contact: str, resolve: Resolve = resolve_host) -> None:
        self._settings = settings
        contact = settings.user_agent_contact or contact
        self.user_agent = f"{PRODUCT}/{__version__} (+{contact})" if contact else f"{PRODUCT}/{__version__}"
        self._guarded = PoolTransport(
            GuardedBackend(settings.allow_hosts, resolve), connections=settings.concurrency + 8
        )
        self._operators = PoolTransport(None, connections=8)
        self._pace = Pace(settings.per_host_delay, settings.concurrency)
        self._robots: dict[str, asyncio.Task[Robots | FetchError]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close every connection and forget every robots.txt."""
        tasks = list(self._robots.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._robots.clear()
        await self._guarded.aclose()
        await self._operators.aclose()

    async def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = PAGE_TYPES,
    ) -> Response:
        """Fetch a URL, following redirects. Raises FetchError with what to do.

        ``etag`` and ``last_modified`` make the request conditional (RFC 9110, section 13). Waiting
        for the host's turn does not count toward the time-out.
        """
        headers = {"accept": accept}
        if etag:
            headers["if-none-match"] = etag
        if last_modified:
            headers["if-modified-since"] = last_modified
        chain = Chain(
            headers=headers,
            max_bytes=self._settings.max_body_bytes,
            seconds=self._settings.total_timeout,
        )
        here, permanent, visited = url, True, set[tuple[str, str]]()
        for _ in range(self._settings.max_redirects + 1):
            if (here, chain.cookie_text) in visited:
                raise FetchError(
                    f"{_host(url)} redirects in a circle.", hint="Open it in a browser; correct its address."
                )
            visited.add((here, chain.cookie_text))
            robots = await self._check_robots(here)
            async with self._pace.slot(_host(here), robots.crawl_delay(PRODUCT)):
                response = await self._request(here, chain)
            location = response.headers.get("location", "")
            if response.status not in _REDIRECTS or not location:
                if not (response.is_success or response.not_modified):
                    raise describe_status(response.status, _host(here), response.headers)
                return replace(response, moved=here if permanent and here != url else None)
            permanent = permanent and response.status in _PERMANENT_REDIRECTS
            here = _follow(here, location)
        raise FetchError(
            f"{_host(url)} redirects more than {self._settings.max_redirects} times.",
            hint="Open it in a browser and use the address where it ends.",
        )

    async def post_json(
        self,
        url: str,
        payload: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 30,  # noqa: ASYNC109 — seconds in all, for the caller to set
    ) -> bytes:
        """POST JSON (nothing where ``payload`` is None) to one of the operator's own addresses.

        Returns the body of a 2xx answer. Raises FetchError.
        """
        content, sent = b"", {"accept": "application/json"}
        if payload is not None:
            content = json.dumps(payload, ensure_ascii=False).encode()
            sent["content-type"] = "application/json"
        sent.update(headers or {})
        return operators.accept(await self.exchange("POST", url, content, headers=sent, timeout=timeout), url)

    async def exchange(
        self,
        method: str,
        url: str,
        content: bytes = b"",
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 30,  # noqa: ASYNC109 — seconds in all, for the caller to set
    ) -> Answer:
        """Ask one of the operator's own addresses, redirects not followed; see ``operators.exchange``."""
        sent = {"user-agent": self.user_agent, "accept-encoding": "identity", **(headers or {})}
        return await operators.exchange(self._operators, method, url, content, headers=sent, seconds=timeout)

    async def _check_robots(self, url: str) -> Robots:
        """Return the rules of a URL's host, or raise FetchError where they forbid the URL."""
        if not self._settings.respect_robots or find_host(url) is None:
            return Robots()  # what is no web address will be refused for what it is
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        if origin not in self._robots:
            self._robots[origin] = asyncio.create_task(self._fetch_robots(origin))
        robots = await asyncio.shield(self._robots[origin])  # others wait for the same answer
        if isinstance(robots, FetchError):
            raise FetchError(str(robots), hint=robots.hint, permanent=robots.permanent)
        if robots.unreachable:
            raise FetchError(
                f"{_host(url)} does not say whether we may fetch: its robots.txt answers with an error.",
                hint=LATER,
            )
        if not robots.allows(url, PRODUCT):
            raise FetchError(
                f"The robots.txt of {_host(url)} forbids {parts.path or '/'}.",
                hint="Ask the publisher, or set collect.respect_robots = false if you have leave.",
                permanent=True,
            )
        return robots

    async def _fetch_robots(self, origin: str) -> Robots | FetchError:
        chain = Chain(
            headers={"accept": "text/plain, */*;q=0.5"},
            max_bytes=MAX_ROBOTS,
            seconds=min(self._settings.total_timeout, self._settings.read_timeout),
            truncate=True,
        )
        here = f"{origin}/robots.txt"
        try:
            for _ in range(_ROBOTS_REDIRECTS + 1):
                async with self._pace.slots:
                    response = await self._request(here, chain)
                location = response.headers.get("location", "")
                if response.status not in _REDIRECTS or not location:
                    return read_robots(response.status, response.body)
                here = _follow(here, location)
        except FetchError as error:
            return error
        return Robots()  # redirects without end count as "unavailable" (RFC 9309, section 2.3.1.2)

    async def _request(self, url: str, chain: Chain) -> Response:
        """Make one request and read its answer within the limits of its chain."""
        host = _host(url)
        started = time.monotonic()
        try:
            async with asyncio.timeout(chain.seconds), aclosing(await self._send(url, chain)) as answer:
                chain.cookies.extract_cookies(answer)
                headers = {name.lower(): value for name, value in answer.headers.items()}
                if answer.is_success:
                    check_headers(headers, host, chain)
                body = await read_body(answer, host, chain) if answer.is_success else b""
        except TRANSPORT_ERRORS as error:
            raise describe_failure(error, host) from error
        finally:
            chain.seconds -= time.monotonic() - started
        return Response(final_url=url, status=answer.status_code, headers=headers, body=body)

    async def _send(self, url: str, chain: Chain) -> httpx2.Response:
        if find_host(url) is None:
            raise httpx2.UnsupportedProtocol("only http and https are fetched")
        settings = self._settings
        timeouts = httpx2.Timeout(
            settings.read_timeout, connect=settings.connect_timeout, pool=settings.total_timeout
        )
        request = httpx2.Request(
            "GET",
            url,
            headers={**chain.headers, "user-agent": self.user_agent, "accept-encoding": "gzip, deflate, br"},
            extensions={"timeout": timeouts.as_dict()},
        )
        chain.cookies.set_cookie_header(request)
        return await self._guarded.handle_async_request(request)


def _host(url: str) -> str:
    """Return the host of a URL as an operator knows it, for messages and paces."""
    return find_host(url) or url[:_MAX_SHOWN]


def _follow(here: str, location: str) -> str:
    try:
        there = urljoin(here, location.strip()).partition("#")[0]
    except ValueError:
        there = ""
    if find_host(there) is None:
        raise FetchError(
            f"{_host(here)} redirects to something that is no web address.",
            hint="Open it in a browser and use the address where it ends.",
            permanent=True,
        )
    return there
