"""What one source may cost a run, and what becomes of what it could not read."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsletter.day.compose_today import Day, compose_today
from newsletter.day.gather import NO_TIME, Gathered, gather
from newsletter.model import IssueKey, SourceKey, SourceType
from newsletter.store.sources import count_unread, load_states
from tests.collect.loopback import Reply, Request, loopback
from tests.support.app_factory import MORNING, Clock, make_app
from tests.support.factories import make_publisher, make_source

KEY = IssueKey(date=date(2026, 1, 5))
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
        f"<item><title>Report {n} on magnets recycled at La Rochelle</title><link>/{n}</link><guid>{n}</guid>"
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


PORTAL = Reply(
    b"<html><head><title>Guest network</title></head><body><h1>Welcome</h1><p>"
    + b"Enter your room number and your last name to go online for a day. " * 20
    + b"</p></body></html>",
    headers={"content-type": "text/html"},
)


@pytest.mark.parametrize("instead", [PORTAL, Reply(status=503)], ids=["a proxy's page", "an error"])
def test_a_day_whose_pages_cannot_be_had_stays_open_and_they_are_read_once_they_can(
    tmp_path: Path, instead: Reply
) -> None:
    """It was "nothing new", for good; a login page in place of each article was weighed as news."""
    clock = Clock()
    replies = {"/feed": make_feed(4), "/robots.txt": Reply(status=404), "*": instead}

    async def live() -> list[Day]:
        async with loopback(replies) as site:
            feed = make_source(
                key=SourceKey("feed"),
                type=SourceType.FEED,
                location=site.url("/feed"),
                publisher=make_publisher("Feed"),
                enabled=True,
            )
            app = make_app(tmp_path, clock=clock, sources=(feed,), collect=COLLECT)
            found = [await compose_today(app.making, KEY)]
            counted.append(count_unread(app.store, MORNING))
            site.replies["*"] = answer
            clock.forward(minutes=31)
            found.append(await compose_today(app.making, KEY))
            counted.append(count_unread(app.store, MORNING))
            app.close()
            return found

    counted: list[tuple[int, int]] = []
    first, second = asyncio.run(live())
    assert counted == [(4, 4), (0, 4)]
    assert first.nothing is not None
    assert first.nothing.kind == "everything failed"
    assert second.gathered is not None
    assert len(second.gathered.articles) == 4
