"""A document that would take minutes costs a bounded time; its source is marked, and the others do not wait."""

from __future__ import annotations

import asyncio
import gzip
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from newsletter import parser_process
from newsletter.day.compose_today import compose_today
from newsletter.day.gather import Gathered, gather
from newsletter.model import IssueKey, SourceKey, SourceType
from newsletter.parser_process import PROCESSES, NoParserError
from newsletter.store.sources import load_states
from tests.collect.loopback import Reply, loopback
from tests.day.test_gather import COLLECT, make_page
from tests.support.app_factory import make_app
from tests.support.factories import make_publisher, make_source

KEY = IssueKey(date=date(2026, 1, 5))
MANY = 60_000  # attributes, about 130 KB as they travel; each takes time for each of the others
DATED = "<pubDate>Mon, 05 Jan 2026 01:00:00 GMT</pubDate>"
PARAGRAPH = "<p>The plant separates the oxides of neodymium and praseodymium from recycled magnets.</p>"
ATTRIBUTES = " ".join(f"a{number}='1'" for number in range(MANY))
RSS = "application/rss+xml"


def wrap_feed(item: str) -> bytes:
    head = '<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>'
    return f"{head}<item><title>x</title><link>/1</link>{DATED}{item}</item></channel></rss>".encode()


COSTLY_FEED = wrap_feed(f"<b {ATTRIBUTES}/>")
COSTLY_PAGE = (
    "<!DOCTYPE html><html><head><title>A report</title></head>"
    f"<body><div {ATTRIBUTES}>x</div>{PARAGRAPH * 9}</body></html>"
).encode()


def zip_reply(body: bytes, kind: str) -> Reply:
    return Reply(gzip.compress(body), headers={"content-type": kind, "content-encoding": "gzip"})


def gather_from(folder: Path, replies: dict[str, Reply], sources: dict[str, str]) -> Gathered:
    async def live() -> Gathered:
        async with loopback({**replies}) as site:
            app = make_app(folder, sources=(), collect=COLLECT)
            listed = tuple(
                make_source(
                    key=SourceKey(key),
                    type=SourceType.FEED if path.startswith("/feed") else SourceType.PAGE,
                    location=site.url(path),
                    publisher=make_publisher(key),
                    enabled=True,
                )
                for key, path in sources.items()
            )
            found = await gather(app.gathering, now=app.clock(), sources=listed)
            failures = {key: state.failures for key, state in load_states(app.store).items()}
            assert failures == {report.source: int(not report.ok) for report in found.reports}
            app.close()
            return found

    return asyncio.run(live())


def test_costly_feeds_and_pages_cost_themselves_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parser_process, "CPU_SECONDS", 1)
    found = gather_from(
        tmp_path,
        {
            "/feed/costly": zip_reply(COSTLY_FEED, RSS),
            "/costly": zip_reply(COSTLY_PAGE, "text/html"),
            "/feed/good": Reply(wrap_feed(""), headers={"content-type": RSS}),
            "/1": make_page("1"),
        },
        {"costly": "/feed/costly", "page": "/costly", "good": "/feed/good"},
    )
    ok = {report.source: report.ok for report in found.reports}
    assert ok == {"costly": False, "page": False, "good": True}
    errors = [report.error or "" for report in found.reports if not report.ok]
    assert all("seconds" in error for error in errors)
    assert [article.title for article in found.articles] == ["Report 1"]


def test_a_costly_article_leaves_its_headline_and_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parser_process, "CPU_SECONDS", 1)
    second = f"</item><item><title>Report 2</title><link>/2</link>{DATED}"
    found = gather_from(
        tmp_path,
        {
            "/feed": Reply(wrap_feed(second), headers={"content-type": RSS}),
            "/1": zip_reply(COSTLY_PAGE, "text/html"),
            "/2": make_page("2"),
        },
        {"one": "/feed"},
    )
    assert [article.title for article in found.articles] == ["Report 2"]
    assert [record.entry.title for record in found.headlines] == ["x"]


def test_a_day_on_which_nothing_can_be_read_stays_open_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was "nothing new", and no document of that day was ever looked at again."""
    app = make_app(tmp_path)
    with monkeypatch.context() as broken, ThreadPoolExecutor(PROCESSES, "parse") as fresh:
        broken.setattr(parser_process, "_threads", fresh)
        broken.setattr(sys, "executable", "/bin/false")
        with pytest.raises(NoParserError, match="No process can be started"):
            asyncio.run(compose_today(app.making, KEY))
    made = asyncio.run(compose_today(app.making, KEY))
    assert made.composed is not None, made.nothing
    assert len(made.composed.issue.stories) == 1
    app.close()
