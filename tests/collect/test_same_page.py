"""Two addresses of one page are one article, and no page hides another by claiming its address."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newsletter.day.gather import SAME_PAGE, Gathered, gather
from newsletter.model import SourceKey, SourceType
from tests.collect.loopback import Reply, Request, loopback
from tests.support.app_factory import Clock, make_app
from tests.support.factories import make_publisher, make_source

LYNAS = (
    "Lynas Rare Earths lifted its output of neodymium and praseodymium oxide to a record in the quarter. ",
    "The miner said that its Kalgoorlie plant ran without a stop for the first time since it was opened. ",
    "Sales revenue rose by a fifth as customers in Japan and Europe took all that the company could ship. ",
)
SOLVAY = (
    "Solvay opened a line for rare earth oxides at La Rochelle, where magnets of Europe shall get their start. ",
    "The chemical group wants to cover a third of the demand on the continent within the next five years. ",
    "A spokeswoman said that feed comes from Brazil and Australia and later from recycled motors as well. ",
)
COLLECT = {"allow_hosts": ["127.0.0.1"], "respect_robots": False, "per_host_delay": 0.0}


def page(
    title: str, sentences: tuple[str, ...], *, canonical: str | None = None, more: str = ""
) -> Callable[[Request], Reply]:
    body = "".join(f"<p>{sentence}</p>" for sentence in sentences)

    def answer(request: Request) -> Reply:
        address = f"http://{request.headers['host']}{canonical}"
        link = f'<link rel="canonical" href="{address}">' if canonical else ""
        head = f"<head><title>{title}</title>{link}{more}</head>"
        html = f"<html>{head}<body><article><h1>{title}</h1>{body}</article></body></html>"
        return Reply(html.encode(), headers={"content-type": "text/html; charset=utf-8"})

    return answer


def feed(*items: tuple[str, str]) -> Reply:
    rows = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>"
        "<pubDate>Mon, 05 Jan 2026 04:00:00 GMT</pubDate></item>"
        for title, link in items
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>{rows}</channel></rss>'
    return Reply(body.encode(), headers={"content-type": "application/rss+xml"})


def run(folder: Path, replies: dict[str, Any], feeds: list[tuple[tuple[str, str], ...]]) -> list[Gathered]:
    """Gather from one feed after the other, each a source of its own in a run of its own."""

    async def live() -> list[Gathered]:
        async with loopback(replies) as site:
            app = make_app(folder, clock=Clock(), sources=(), collect=COLLECT)
            found = []
            for number, items in enumerate(feeds):
                path = f"/feed-{number}.xml"
                site.replies[path] = feed(*((title, site.url(link)) for title, link in items))
                source = make_source(
                    key=SourceKey(f"s{number}"),
                    type=SourceType.FEED,
                    location=site.url(path),
                    publisher=make_publisher(f"P{number}"),
                    enabled=True,
                )
                found.append(await gather(app.gathering, now=app.clock(), sources=(source,), only_due=False))
            return found

    return asyncio.run(live())


def titles(found: list[Gathered]) -> list[str]:
    return [article.title for gathered in found for article in gathered.articles]


def dropped(found: list[Gathered]) -> int:
    return sum(dict(report.dropped).get(SAME_PAGE, 0) for gathered in found for report in gathered.reports)


@pytest.mark.parametrize("together", [True, False], ids=["in-one-read", "in-two-runs"])
def test_two_addresses_of_one_page_are_one_article(tmp_path: Path, *, together: bool) -> None:
    replies = {
        "/news/lynas-record": page("Lynas record", LYNAS),
        "/story/1": page("Lynas record", LYNAS, canonical="/news/lynas-record"),
        "/print/1": page("Lynas record - print", LYNAS, canonical="/news/lynas-record"),
    }
    items = [("Lynas one", "/story/1"), ("Lynas two", "/print/1"), ("Lynas three", "/news/lynas-record")]
    found = run(tmp_path, replies, [tuple(items)] if together else [(item,) for item in items])
    assert len(titles(found)) == 1
    assert dropped(found) == 2


@pytest.mark.parametrize(
    "more",
    [
        '<link rel="canonical" href="/news/lynas-record">',
        '<link rel="canonical" href="../news/lynas-record">',
        '<meta property="og:url" content="/news/lynas-record">',
    ],
)
def test_a_relative_address_and_og_url_are_declarations_too_under_the_same_check(
    tmp_path: Path, more: str
) -> None:
    replies = {
        "/news/lynas-record": page("Lynas record", LYNAS),
        "/story/1": page("Lynas record", LYNAS, more=more),
        "/evil/1": page("Solvay opens", SOLVAY, more=more),
    }
    found = run(tmp_path, replies, [(("L", "/news/lynas-record"),), (("M", "/story/1"), ("S", "/evil/1"))])
    assert sorted(titles(found)) == ["Lynas record", "Solvay opens"]
    assert dropped(found) == 1


@pytest.mark.parametrize("same_words", [True, False])
def test_what_a_feed_writes_on_every_link_is_learned_and_joins_only_the_same_words(
    tmp_path: Path, *, same_words: bool
) -> None:
    """Two feeds of one site, each with a mark of its own on every link."""
    second = page("Lynas record", LYNAS) if same_words else page("Solvay opens", SOLVAY)
    replies = {"/news/lynas?feed=one": page("Lynas record", LYNAS), "/news/lynas?feed=two": second}
    for mark in ("one", "two"):
        for number in range(3):
            replies[f"/news/{number}?feed={mark}"] = page(f"{mark} {number}", (SOLVAY[number % 3],) * 4)

    def items(mark: str) -> tuple[tuple[str, str], ...]:
        return (
            (f"L {mark}", f"/news/lynas?feed={mark}"),
            *((f"{mark} {number}", f"/news/{number}?feed={mark}") for number in range(3)),
        )

    found = run(tmp_path, replies, [items("one"), items("two")])
    assert titles(found).count("Lynas record") == 1
    assert titles(found).count("Solvay opens") == (0 if same_words else 1)


def test_a_page_that_claims_somebody_elses_article_hides_nothing(tmp_path: Path) -> None:
    replies = {
        "/evil": page("Solvay opens", SOLVAY, canonical="/news/lynas-record"),
        "/news/lynas-record": page("Lynas record", LYNAS),
    }
    for number, items in enumerate(
        ([("S", "/evil"), ("L", "/news/lynas-record")], [("L", "/news/lynas-record"), ("S", "/evil")])
    ):
        found = run(tmp_path / str(number), replies, [(item,) for item in items])
        assert sorted(titles(found)) == ["Lynas record", "Solvay opens"]


def test_a_template_that_declares_one_address_on_every_page_joins_nothing(tmp_path: Path) -> None:
    replies = {
        "/a": page("Solvay opens", SOLVAY, canonical="/featured-story"),
        "/b": page("Lynas record", LYNAS, canonical="/featured-story"),
    }
    (found,) = run(tmp_path, replies, [(("S", "/a"), ("L", "/b"))])
    assert sorted(article.title for article in found.articles) == ["Lynas record", "Solvay opens"]
    keys = {article.url_key for article in found.articles}
    assert len(keys) == 2
    assert not any(key and key.endswith("featured-story") for key in keys)


def test_a_corrected_page_is_no_copy_of_itself(tmp_path: Path) -> None:
    replies: dict[str, Any] = {"/a": page("Lynas record", LYNAS, canonical="/news/lynas-record")}

    async def live() -> int:
        async with loopback(replies) as site:
            app = make_app(tmp_path, clock=Clock(), sources=(), collect=COLLECT)
            source = make_source(
                key=SourceKey("s"), type=SourceType.FEED, location=site.url("/f.xml"), enabled=True
            )
            count = 0
            for title in ("Lynas record", "Lynas record, corrected"):
                site.replies["/f.xml"] = feed((title, site.url("/a")))
                site.replies["/a"] = page(title, LYNAS, canonical="/news/lynas-record")
                count += len(
                    (await gather(app.gathering, now=app.clock(), sources=(source,), only_due=False)).articles
                )
            return count

    assert asyncio.run(live()) == 2
