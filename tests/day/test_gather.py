"""What one source may cost a run, and what becomes of what it could not read."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from newsletter.day.gather import NO_TIME, Gathered, gather
from newsletter.model import SourceKey, SourceType
from newsletter.store.sources import load_states
from tests.collect.loopback import Reply, Request, loopback
from tests.support.app_factory import MORNING, Clock, make_app
from tests.support.factories import make_publisher, make_source

COLLECT = {"allow_hosts": ["127.0.0.1"], "respect_robots": False, "per_host_delay": 0.0}
WORDS = "The plant at La Rochelle separates the oxides of neodymium and praseodymium from recycled magnets. "


def make_page(number: str) -> Reply:
    body = "".join(f"<p>Line {line} of report {number}. {WORDS}</p>" for line in range(5))
    title = f"Report {number}"
    article = f"<article><h1>{title}</h1>{body}</article>"
    html = f"<html><head><title>{title}</title></head><body>{article}</body></html>"
    return Reply(html.encode(), headers={"content-type": "text/html"}, delay=0.02)


def make_feed(count: int) -> Reply:
    rows = "".join(
        f"<item><title>Report {n}</title><link>/{n}</link><guid>{n}</guid>"
        f"<pubDate>Mon, 05 Jan 2026 0{n}:00:00 GMT</pubDate></item>"
        for n in range(count)
    )
    body = f"<rss version='2.0'><channel><title>F</title>{rows}</channel></rss>"
    return Reply(body.encode(), headers={"content-type": "application/rss+xml", "etag": '"1"'})


def answer(request: Request) -> Reply:
    if request.path == "/feed":
        if request.headers.get("if-none-match"):
            return Reply(status=304)
        return make_feed(4)
    return make_page(request.path.strip("/"))


def gather_often(folder: Path, runs: int, **collect: Any) -> list[Gathered]:
    async def live() -> list[Gathered]:
        async with loopback({"*": answer}) as site:
            clock = Clock()
            app = make_app(folder, clock=clock, sources=(), collect={**COLLECT, **collect})
            source = make_source(
                key=SourceKey("slow"),
                type=SourceType.FEED,
                location=site.url("/feed"),
                publisher=make_publisher("Slow"),
                enabled=True,
            )
            found = []
            for _ in range(runs):
                found.append(await gather(app.gathering, now=clock(), sources=(source,)))
                clock.forward(hours=1)
            assert load_states(app.store)[source.key].good == MORNING + timedelta(hours=runs - 1)
            return found

    return asyncio.run(live())


def test_a_source_whose_time_is_up_goes_on_in_the_next_run(tmp_path: Path) -> None:
    found = gather_often(tmp_path, 5, source_timeout=0.001)
    titles = [[article.title for article in gathered.articles] for gathered in found]
    assert titles == [["Report 3"], ["Report 2"], ["Report 1"], ["Report 0"], []]
    late = [dict(gathered.reports[0].dropped).get(NO_TIME, 0) for gathered in found]
    assert late == [3, 2, 1, 0, 0]


def test_within_its_time_a_source_is_read_whole(tmp_path: Path) -> None:
    first, second = gather_often(tmp_path, 2)
    assert len(first.articles) == 4
    assert second.reports[0].not_modified
