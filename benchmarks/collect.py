"""How long 500 sources take, 20 of them slow, and in how much memory.

    python benchmarks/collect.py [--sources 500] [--slow 20] [--delay 10] [--entries 30]

A server on loopback plays 500 hosts (each source has a host name of its own, so that paces and
robots.txt count as in real life); the slow ones answer after ``--delay`` seconds. Prints the time, what
the slowest source took, and the peak of memory above that of the idle program; then the same again,
when every feed answers 304. Exit code 1 where it took longer than the slowest source plus five seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import Process, Queue

from newsletter.collect.fetch import SourceResult, collect_sources
from newsletter.config import Collect
from newsletter.http import HTTPClient
from newsletter.model import Publisher, Source, SourceKey, SourceState, SourceType

NOW = datetime(2026, 1, 5, 5, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Plan:
    """How many sources there are, and how many of them wait ``delay`` seconds."""

    sources: int
    slow: int
    delay: float
    entries: int


def make_feed(host: str, entries: int) -> bytes:
    text = "Separated rare earth oxides left the plant as planned, the company said. " * 12
    items = "".join(
        f"<item><title>Story {n} of {host}</title><link>https://{host}/{n}?utm_source=rss</link>"
        f"<guid>{host}-{n}</guid><pubDate>{(NOW - timedelta(hours=n)):%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
        f"<description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"
        for n in range(entries)
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{host}</title>{items}</channel></rss>".encode()


def serve(plan: Plan, ports: Queue[int]) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                text = head.decode("latin-1").lower()
                host = text.split("host: ")[1].split(":")[0].split("\r")[0]
                if text.startswith("get /robots.txt"):
                    status, body, kind = "404 Not Found", b"", "text/plain"
                elif "if-none-match" in text:
                    status, body, kind = "304 Not Modified", b"", "text/xml"
                else:
                    status, body, kind = "200 OK", make_feed(host, plan.entries), "text/xml"
                    if int(host.split(".")[0].removeprefix("s")) < plan.slow:
                        await asyncio.sleep(plan.delay)
                lines = f'HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\netag: "1"\r\n\r\n'
                writer.write(lines.encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1000)
        ports.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


async def resolve(host: str, port: int) -> tuple[str, ...]:
    del host, port
    return ("127.0.0.1",)


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def read_all(
    sources: list[Source], states: dict[SourceKey, SourceState]
) -> tuple[tuple[SourceResult, ...], float]:
    settings = Collect(allow_hosts=tuple(f"s{n}.example" for n in range(len(sources))))
    started = time.monotonic()
    async with HTTPClient(settings, contact="https://news.example/", resolve=resolve) as client:
        results = await collect_sources(
            sources, states, client=client, settings=settings, now=NOW, only_due=False
        )
    return results, time.monotonic() - started


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sources", type=int, default=500)
    parser.add_argument("--slow", type=int, default=20)
    parser.add_argument("--delay", type=float, default=10)
    parser.add_argument("--entries", type=int, default=30)
    given = parser.parse_args()
    plan = Plan(given.sources, given.slow, given.delay, given.entries)
    ports: Queue[int] = Queue()
    server = Process(target=serve, args=(plan, ports), daemon=True)
    server.start()
    try:
        port = ports.get(timeout=10)
        sources = [
            Source(
                key=SourceKey(f"s{n}"),
                type=SourceType.FEED,
                location=f"http://s{n}.example:{port}/feed",
                publisher=Publisher(name=f"Host {n}"),
            )
            for n in range(plan.sources)
        ]
        idle = peak_megabytes()
        results, seconds = asyncio.run(read_all(sources, {}))
        slowest = max(result.milliseconds for result in results) / 1000
        entries = sum(len(result.found.entries) for result in results)
        print(f"{len(results)} sources, {plan.slow} of them {plan.delay:g} s slow: {seconds:.1f} s in all")
        print(
            f"  read {sum(result.found.ok for result in results)}, entries {entries}, slowest source {slowest:.1f} s"
        )
        print(f"  memory {idle:.0f} MB idle, {peak_megabytes():.0f} MB at its peak")
        again, warm = asyncio.run(read_all(sources, {result.source.key: result.state for result in results}))
        print(
            f"again, all unchanged: {warm:.1f} s, {sum(result.found.not_modified for result in again)} answered 304"
        )
        print(f"  memory {peak_megabytes():.0f} MB at its peak")
        fine = all(result.found.ok for result in results) and seconds < plan.delay + 5
    finally:
        server.terminate()
        server.join()
    return 0 if fine else 1


if __name__ == "__main__":
    raise SystemExit(main())
