from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.collect import documents
from newsletter.collect.feeds import parse_feed
from newsletter.collect.fetch import (
    FetchedDocument,
    FetchFailure,
    collect_sources,
    fetch_article,
)
from newsletter.collect.source_health import decide_alert, describe_health
from newsletter.http import HTTPClient
from newsletter.model import SourceState, SourceType
from tests.collect.loopback import RSS, Reply, loopback, make_settings
from tests.support.factories import NOW, make_entry, make_source

pytestmark = pytest.mark.anyio
SETTINGS = make_settings()


async def test_a_feed_is_read_and_its_source_enabled() -> None:
    async with loopback({"/feed": Reply(RSS, headers={"etag": '"v1"', "content-type": "text/xml"})}) as site:
        source = make_source(location=site.url("/feed"))
        async with HTTPClient(SETTINGS, contact="https://news.example/") as client:
            (result,) = await collect_sources([source], {}, client=client, settings=SETTINGS, now=NOW)
    assert result.found.ok
    assert [entry.title for entry in result.found.entries] == ["Lynas lifts NdPr output", "MP & partners"]
    assert result.found.entries[0].link == site.url("/news/lynas")
    assert result.found.entries[0].published == datetime(2026, 1, 4, 22, tzinfo=UTC)
    assert result.found.entries[0].summary == "More oxide."
    assert result.state.enabled
    assert result.state.etag == '"v1"'
    assert result.state.next_check == NOW + timedelta(minutes=30)
    assert result.state.newest_entry == datetime(2026, 1, 4, 22, tzinfo=UTC)


async def test_a_second_read_is_conditional_and_304_keeps_health() -> None:
    def answer(request: object) -> Reply:
        assert getattr(request, "headers", {})["if-none-match"] == '"v1"'
        return Reply(status=304)

    async with loopback({"/feed": answer}) as site:
        source = make_source(location=site.url("/feed"))
        before = SourceState(
            source=source.key, enabled=True, etag='"v1"', good=NOW, first_read=NOW, seen=7, newest_entry=NOW
        )
        later = NOW + timedelta(days=1)
        async with HTTPClient(SETTINGS, contact="") as client:
            (result,) = await collect_sources(
                [source], {source.key: before}, client=client, settings=SETTINGS, now=later
            )
    assert (result.found.ok, result.found.not_modified, result.found.entries) == (True, True, ())
    assert (result.state.seen, result.state.etag, result.state.good) == (7, '"v1"', later)


async def test_a_feed_that_asks_for_a_day_of_peace_is_read_on_a_morning_that_comes_sooner() -> None:
    feed = Reply(RSS.replace(b"<ttl>90", b"<ttl>1440"), headers={"cache-control": "max-age=86400"})
    async with loopback({"/feed": feed}) as site:
        source = make_source(location=site.url("/feed"))
        async with HTTPClient(SETTINGS, contact="") as client:
            (first,) = await collect_sources([source], {}, client=client, settings=SETTINGS, now=NOW)
            states = {source.key: first.state}
            for hours, reads in ((0.2, 0), (14, 1), (23, 1)):
                now = NOW + timedelta(hours=hours)
                found = await collect_sources([source], states, client=client, settings=SETTINGS, now=now)
                assert len(found) == reads


async def test_a_web_page_at_a_feeds_address_is_a_failure_with_a_hint() -> None:
    page = Reply(b"<!doctype html><html><body>Hello</body></html>", headers={"content-type": "text/html"})
    async with loopback({"/feed": page}) as site:
        source = make_source(location=site.url("/feed"))
        async with HTTPClient(SETTINGS, contact="") as client:
            (result,) = await collect_sources([source], {}, client=client, settings=SETTINGS, now=NOW)
    assert not result.found.ok
    assert "web page, not a feed" in (result.found.error or "")
    assert "sources add" in (result.found.hint or "")
    assert not result.state.enabled
    assert result.state.failures == 1


async def test_410_for_days_retires_and_is_read_again_only_where_a_person_asks() -> None:
    async with loopback({"/feed": Reply(status=410)}) as site:
        source = make_source(location=site.url("/feed"))
        states = {source.key: SourceState(source=source.key, enabled=True, good=NOW)}
        async with HTTPClient(SETTINGS, contact="") as client:
            for day in range(1, 6):
                now = NOW + timedelta(days=day)
                for result in await collect_sources(
                    [source], states, client=client, settings=SETTINGS, now=now
                ):
                    states = {source.key: result.state}
            assert site.paths.count("/feed") == 3
            assert states[source.key].retired
            site.replies["/feed"] = Reply(RSS)
            (result,) = await collect_sources(
                [source], states, client=client, settings=SETTINGS, now=now, only_due=False
            )
    assert not result.state.retired
    assert result.found.ok


async def test_one_slow_and_one_broken_source_cost_only_themselves_and_order_stays() -> None:
    replies = {
        "/slow": Reply(RSS, delay=600),
        "/broken": Reply(b"", headers={"content-length": "500"}),
        "/good": Reply(RSS),
    }
    async with loopback(replies) as site:
        sources = [make_source(name, location=site.url(f"/{name}")) for name in ("slow", "broken", "good")]
        settings = make_settings(read_timeout=2)  # the good one answers in time on a busy machine
        async with HTTPClient(settings, contact="") as client:
            results = await collect_sources(sources, {}, client=client, settings=settings, now=NOW)
    assert [result.source.key for result in results] == ["slow", "broken", "good"]
    assert [result.found.ok for result in results] == [False, False, True]
    assert "too slow" in (results[0].found.error or "")


async def test_sources_not_due_or_disabled_are_left_out() -> None:
    async with loopback({"/feed": Reply(RSS)}) as site:
        due = make_source("due", location=site.url("/feed"))
        early = make_source("early", location=site.url("/feed"))
        off = make_source("off", location=site.url("/feed"), enabled=False)
        states = {early.key: SourceState(source=early.key, next_check=NOW + timedelta(hours=3))}
        async with HTTPClient(SETTINGS, contact="") as client:
            results = await collect_sources(
                [due, early, off], states, client=client, settings=SETTINGS, now=NOW
            )
    assert [result.source.key for result in results] == ["due"]


async def test_a_seed_folder_is_read_and_a_missing_one_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("A headline\n\nAnd its text.", encoding="utf-8")
    seeds = make_source("seeds", type=SourceType.SEED, location=str(tmp_path))
    missing = make_source("missing", type=SourceType.SEED, location=str(tmp_path / "nowhere"))
    async with HTTPClient(SETTINGS, contact="") as client:
        good, bad = await collect_sources([seeds, missing], {}, client=client, settings=SETTINGS, now=NOW)
    assert good.found.ok
    assert good.found.entries[0].body == b"A headline\n\nAnd its text."
    assert not bad.found.ok
    assert "is missing" in (bad.found.error or "")


async def test_a_page_with_headlines_is_a_listing() -> None:
    links = "".join(
        f"<li><a href='/news/{n}?utm_medium=x'>Rare earth plant number {n} opens</a></li>" for n in range(6)
    )
    async with loopback({"/news": Reply(f"<html><body><ul>{links}</ul></body></html>".encode())}) as site:
        source = make_source(type=SourceType.PAGE, location=site.url("/news"))
        async with HTTPClient(SETTINGS, contact="") as client:
            (result,) = await collect_sources([source], {}, client=client, settings=SETTINGS, now=NOW)
    assert [entry.link for entry in result.found.entries] == [site.url(f"/news/{n}") for n in range(6)]
    assert (result.found.kind or "").startswith("listing: 6 headlines")


async def test_an_article_is_fetched_decoded_and_knows_where_it_ended() -> None:
    page = Reply(
        "<p>Köln – “NdPr”</p>".encode("cp1252"), headers={"content-type": "text/html; charset=iso-8859-1"}
    )
    async with loopback({"/a": Reply(status=301, headers={"location": "/b"}), "/b": page}) as site:
        async with HTTPClient(SETTINGS, contact="") as client:
            document = await fetch_article(client, make_entry(link=site.url("/a")))
            missing = await fetch_article(client, make_entry(link=site.url("/nowhere")))
    assert document == FetchedDocument(text="<p>Köln – “NdPr”</p>", url=site.url("/b"))
    assert isinstance(missing, FetchFailure)
    assert missing.permanent
    assert "404" in missing.message


async def test_an_entry_that_carries_its_document_needs_no_network() -> None:
    async with HTTPClient(SETTINGS, contact="") as client:
        document = await fetch_article(client, make_entry(body=b"Plain text.", body_type="text", link=None))
        nothing = await fetch_article(client, make_entry(link=None))
    assert document == FetchedDocument(text="Plain text.", url=None)
    assert isinstance(nothing, FetchFailure)


@pytest.mark.parametrize("front", ["/", "/en/", "/index.html", "/de-at"])
async def test_an_article_that_leads_to_the_front_page_is_gone(front: str) -> None:
    page = Reply(b"<title>Mining Portal</title><p>All the headlines of today about magnets and mines.</p>")
    replies = {"/2026/11/gone": Reply(status=302, headers={"location": front}), front: page}
    async with loopback(replies) as site, HTTPClient(SETTINGS, contact="") as client:
        gone = await fetch_article(client, make_entry(link=site.url("/2026/11/gone")))
        asked = await fetch_article(client, make_entry(link=site.url(front)))
    assert isinstance(gone, FetchFailure)
    assert "front page" in gone.message
    assert gone.permanent
    assert not gone.exists
    assert isinstance(asked, FetchedDocument), "whoever links to it means it"


async def test_not_modified_to_whoever_never_read_it_is_a_failure() -> None:
    async with loopback({"/feed": Reply(status=304)}) as site, HTTPClient(SETTINGS, contact="") as client:
        source = make_source(location=site.url("/feed"))
        (result,) = await collect_sources([source], {}, client=client, settings=SETTINGS, now=NOW)
        known = {source.key: SourceState(source=source.key, etag='"1"')}
        (again,) = await collect_sources([source], known, client=client, settings=SETTINGS, now=NOW)
    assert not result.found.ok
    assert "never read" in (result.found.error or "")
    assert again.found.ok


ITEM = (
    "<item><title>Rare earth plant {0}</title><link>https://e.example/{0}</link>"
    "<guid isPermaLink='false'>g{0}</guid></item>"
)
WHOLE = f"<rss><channel><title>T</title>{''.join(map(ITEM.format, range(4)))}</channel></rss>"
THIRD = WHOLE.index("</guid>", WHOLE.index("g2"))


@pytest.mark.parametrize(
    ("end", "read"),
    [
        (len(WHOLE), 4),
        (THIRD, 2),  # in the middle of the third
        (WHOLE.index(">g2"), 2),
        (THIRD + len("</guid></item>"), 3),  # between two
        (WHOLE.index("</channel>"), 4),
    ],
)
async def test_half_an_entry_is_read_when_it_is_whole(end: int, read: int) -> None:
    headers = {"etag": '"1"', "content-type": "application/rss+xml"}
    replies = {"/feed": Reply(WHOLE[:end].encode(), headers=headers)}
    async with loopback(replies) as site, HTTPClient(SETTINGS, contact="") as client:
        source = make_source(location=site.url("/feed"))
        (result,) = await collect_sources([source], {}, client=client, settings=SETTINGS, now=NOW)
    assert result.found.ok
    assert [entry.key for entry in result.found.entries] == [f"g{number}" for number in range(read)]
    assert (result.state.etag is not None) == (end == len(WHOLE)), "the rest comes with the next read"
    assert (result.state.error is not None) == (end < WHOLE.index("</channel>") + 10), "and it is told"
    health = describe_health(source, result.state, is_paused=False)
    assert health == ("read in part" if result.state.error else "ok")


@pytest.mark.parametrize(
    ("body", "is_cut"),
    [
        ("<rdf:RDF><channel><title>T</title></channel>{item}</rdf:RDF>", False),
        ("<rdf:RDF><channel><title>T</title></channel>{item}", True),  # its channel ends before its items
        ("<feed><title>T</title></feed>", False),
        ("<feed><title>T</title>", True),
        ("<rss/>", False),
    ],
)
def test_a_feed_is_cut_where_its_own_end_is_missing(body: str, is_cut: bool) -> None:
    assert parse_feed(body.format(item=ITEM.format(1)).encode()).is_cut == is_cut


async def test_the_pages_of_a_sitemap_have_dates_so_that_one_that_fell_silent_is_told() -> None:
    page = "<url><loc>https://a.example/2025/{0}</loc><lastmod>2025-03-0{0}</lastmod></url>"
    body = f"<urlset>{''.join(map(page.format, (1, 2, 3)))}</urlset>".encode()
    async with loopback({"/sitemap.xml": Reply(body, headers={"content-type": "text/xml"})}) as site:
        source = make_source(location=site.url("/sitemap.xml"), type=SourceType.PAGE)
        async with HTTPClient(SETTINGS, contact="") as client:
            (result,) = await collect_sources([source], {}, client=client, settings=SETTINGS, now=NOW)
    assert result.state.newest_entry == datetime(2025, 3, 3, tzinfo=UTC)
    told = decide_alert(result.before, result.state, source, now=NOW, settings=SETTINGS)
    assert told is not None
    assert told.key.endswith(":silent")


def test_each_kind_of_source_that_is_asked_has_its_reader() -> None:
    assert set(documents._READERS) == set(SourceType) - {SourceType.SEED}
