"""A real HTTP server on loopback that serves what a test gives it, byte for byte if need be."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from newsletter.config import Collect

Raw = Callable[["Request", asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Reply:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0

    def render(self) -> bytes:
        headers = {"content-length": str(len(self.body)), "connection": "close", **self.headers}
        lines = [f"HTTP/1.1 {self.status} X", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + self.body


@dataclass
class Loopback:
    """Replies by path; ``"*"`` answers the rest. What was asked is kept in ``requests``."""

    replies: dict[str, Reply | Callable[[Request], Reply] | Raw]
    port: int = 0
    requests: list[Request] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            method, path, _ = first.split(" ", 2)
            pairs = (line.split(":", 1) for line in lines if ":" in line)
            headers = {name.lower(): value.strip() for name, value in pairs}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            request = Request(method, path, headers, body)
            self.requests.append(request)
            reply: Any = self.replies.get(path, self.replies.get("*", Reply(status=404)))
            if inspect.iscoroutinefunction(reply):
                await reply(request, writer)
                return
            if callable(reply):
                reply = reply(request)
            if reply.delay:
                await asyncio.sleep(reply.delay)
            writer.write(reply.render())
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def loopback(replies: dict[str, Any]) -> AsyncIterator[Loopback]:
    site = Loopback(replies)
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()


@contextmanager
def serving(replies: dict[str, Any]) -> Iterator[Loopback]:
    """Run a server in a thread of its own, since a command runs its own event loop."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    context = loopback(replies)
    try:
        yield asyncio.run_coroutine_threadsafe(context.__aenter__(), loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def make_settings(**changes: Any) -> Collect:
    """Settings that let loopback in and wait for nobody."""
    values: dict[str, Any] = {
        "allow_hosts": ("127.0.0.1", "localhost"),
        "per_host_delay": 0,
        "respect_robots": False,
        "connect_timeout": 2,
        "read_timeout": 2,
        "total_timeout": 4,
    }
    return Collect(**{**values, **changes})


RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Mining Weekly</title><ttl>90</ttl>
<item><title>Lynas lifts NdPr output</title><link>/news/lynas?utm_source=rss</link><guid>1</guid>
<pubDate>Sun, 04 Jan 2026 22:00:00 GMT</pubDate>
<description>&lt;p&gt;More &lt;b&gt;oxide&lt;/b&gt;.&lt;/p&gt;</description></item>
<item><title>MP &amp;amp; partners</title><link>https://other.example/mp</link><guid>2</guid></item>
</channel></rss>"""
