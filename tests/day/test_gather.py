"""What one source may cost a run, and what becomes of what it could not read."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsletter.day.compose_today import Day, compose_today, tell_of_faults
from newsletter.day.gather import NO_TIME, Gathered, gather
from newsletter.errors import ConfigError
from newsletter.model import IssueKey, SourceKey, SourceType
from newsletter.store.alerts import list_alerts
from newsletter.store.sources import count_unread, load_states
from newsletter.wiring import Installation
from tests.collect.loopback import Reply, Request, loopback
from tests.support.app_factory import MORNING, Clock, make_app
from tests.support.factories import SEED, make_publisher, make_source

KEY = IssueKey(date=date(2026, 1, 5))
COLLECT = {"allow_hosts": ["127.0.0.1"], "respect_robots": False, "per_host_delay": 0.0}
SOURCES = """
[[source]]
key = "good"
type = "seed"
location = "{}"
publisher = {{ name = "Good", kind = "trade press" }}
"""
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


CHALLENGE = Reply(
    b"<html><head><title>Just a moment...</title></head><body><p>Checking your browser before accessing the site. "
    b"Please enable JavaScript and cookies to continue. This takes a few seconds only.</p></body></html>",
    headers={"content-type": "text/html"},
)


@pytest.mark.parametrize(
    "instead", [PORTAL, CHALLENGE, Reply(status=503)], ids=["a proxy's page", "a bot check", "an error"]
)
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


WRONG = '[[source]]\nkey = "wrong"\ntype = "feed"\nlocation = "htps://x"\npublisher = { name = "B" }\n'


def start_with(folder: Path, text: str) -> Installation:
    """Open an installation anew, as a process that begins, with this sources.toml."""
    app = make_app(folder, collect=COLLECT)
    app.given_sources = None
    assert app.config_folder is not None
    (app.config_folder / "sources.toml").write_text(text, encoding="utf-8")
    return app


def make_day(app: Installation) -> tuple[list[str], list[str]]:
    """Make a day's issue; return the sources that were read, and the alerts."""

    async def live() -> Day:
        made = await compose_today(app.making, KEY)
        await tell_of_faults(app.alerting, made)
        return made

    made = asyncio.run(live())
    assert made.gathered is not None
    raised = [item.alert for item in list_alerts(app.store)]
    told = [alert.body for alert in raised if alert.key.startswith("sources.toml")]
    app.close()
    return [str(result.source.key) for result in made.gathered.results], told


def test_one_wrong_source_keeps_no_other_from_the_issue_after_a_restart(tmp_path: Path) -> None:
    text = SOURCES.format(SEED.parent)
    read, [told] = make_day(start_with(tmp_path, text + WRONG))
    assert read == ["good"]
    assert "the source 'wrong'" in told
    assert "must begin with https://" in told


def test_a_list_that_is_broken_at_the_start_is_read_as_it_was_last(tmp_path: Path) -> None:
    text = SOURCES.format(SEED.parent)
    with closing(start_with(tmp_path, text)) as app:
        asyncio.run(gather(app.gathering, now=app.clock()))
    app = start_with(tmp_path, f"{text}[[source")
    with pytest.raises(ConfigError, match="not valid TOML"):
        _ = app.sources
    app.clock.forward(hours=1)  # type: ignore[attr-defined]  # a Clock of the tests
    read, [told] = make_day(app)
    assert read == ["good"]
    assert "not valid TOML" in told


def test_a_list_that_is_broken_before_anything_was_read_is_refused(tmp_path: Path) -> None:
    with closing(start_with(tmp_path, "[[source")) as app, pytest.raises(ConfigError, match="not valid TOML"):
        _ = app.gathering
