from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.collect.discover import discover_feed, find_feed_links
from newsletter.collect.fetch import collect_sources
from newsletter.collect.opml import read_opml, write_opml
from newsletter.collect.sitemaps import parse_sitemap, sitemaps_of_robots
from newsletter.errors import FetchError, InputError
from newsletter.http import HTTPClient
from newsletter.model import SourceType
from tests.collect.loopback import RSS, Reply, loopback, make_settings
from tests.support.factories import NOW, make_publisher, make_source

SITEMAP = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://x.example/old-story</loc><lastmod>2025-12-01</lastmod></url>
<url><loc>https://x.example/new-story</loc><news:news><news:publication><news:name>X</news:name>
<news:language>en</news:language></news:publication><news:publication_date>2026-01-04T10:00:00Z</news:publication_date>
<news:title>New &amp; true</news:title></news:news></url>
<url><loc>javascript:alert(1)</loc></url></urlset>"""


async def find(replies: dict[str, Any], path: str = "/news/") -> Any:
    async with loopback(replies) as site:
        async with HTTPClient(make_settings(), contact="") as client:
            return await discover_feed(client, site.url(path)), site


def html(inside: str) -> Reply:
    return Reply(f"<!doctype html><html>{inside}</html>".encode(), headers={"content-type": "text/html"})


@pytest.mark.anyio
async def test_a_feeds_own_address_is_taken() -> None:
    found, site = await find({"/feed": Reply(RSS)}, "/feed")
    assert [(feed.url, feed.how) for feed in found.feeds] == [(site.url("/feed"), "the address is a feed")]
    assert found.feeds[0].feed.entries[0].title == "Lynas lifts NdPr output"


@pytest.mark.anyio
async def test_declared_feeds_are_found_and_comments_come_last() -> None:
    page = html(
        '<head><link rel="alternate" type="application/rss+xml" href="/comments/feed/">'
        '<link rel="ALTERNATE feed" type="application/rss+xml; charset=utf-8" href="feed.xml">'
        '<link rel="alternate" type="application/json" href="/wp-json/"><link rel="stylesheet" href="/feed.css"></head>'
    )
    found, site = await find({"/news/": page, "/comments/feed/": Reply(RSS), "/news/feed.xml": Reply(RSS)})
    assert [feed.url for feed in found.feeds] == [site.url("/news/feed.xml"), site.url("/comments/feed/")]
    assert found.feeds[0].how == "the page declares it"


@pytest.mark.anyio
async def test_a_linked_feed_is_found_and_dead_links_are_not_offered() -> None:
    page = html('<body><a href="/old.rss">old</a><a href="/syndication?f=1">RSS</a></body>')
    found, site = await find({"/news/": page, "/syndication?f=1": Reply(RSS)})
    assert [(feed.url, feed.how) for feed in found.feeds] == [
        (site.url("/syndication?f=1"), "the page links to it")
    ]


@pytest.mark.anyio
async def test_a_feed_in_the_usual_place_is_found() -> None:
    found, site = await find({"/news/": html("<body>nothing</body>"), "/rss.xml": Reply(RSS)})
    assert [feed.url for feed in found.feeds] == [site.url("/rss.xml")]


@pytest.mark.anyio
async def test_without_a_feed_a_news_sitemap_is_offered() -> None:
    async with loopback({}) as site:
        index = f"<sitemapindex><sitemap><loc>{site.url('/s1.xml')}</loc></sitemap></sitemapindex>"
        site.replies.update(
            {
                "/": html("<body>nothing</body>"),
                "/robots.txt": Reply(f"Sitemap: {site.url('/index-news.xml')}".encode()),
                "/index-news.xml": Reply(index.encode()),
                "/s1.xml": Reply(SITEMAP),
            }
        )
        async with HTTPClient(make_settings(), contact="") as client:
            found = await discover_feed(client, site.url("/"))
    assert found.feeds == ()
    assert found.sitemap == site.url("/s1.xml")
    assert [entry.title for entry in found.sitemap_entries] == ["New & true", ""]


@pytest.mark.anyio
async def test_an_address_that_cannot_be_read_says_why() -> None:
    async with HTTPClient(make_settings(allow_hosts=()), contact="") as client:
        with pytest.raises(FetchError, match="private address"):
            await discover_feed(client, "http://127.0.0.1:9/")
        with pytest.raises(FetchError, match="no web address"):
            await discover_feed(client, "not an address")


@given(st.text(max_size=300), st.text(max_size=30))
def test_any_page_is_survived(page: str, url: str) -> None:
    declared, linked = find_feed_links(page, url)
    assert all(link.lower().startswith("http") for link in (*declared, *linked))


# ── sitemaps ─────────────────────────────────────────────────────────────────────────────────────


def test_a_sitemap_gives_its_pages_newest_first() -> None:
    sitemap = parse_sitemap(SITEMAP)
    assert [(entry.url, entry.title, entry.published) for entry in sitemap.entries] == [
        ("https://x.example/new-story", "New & true", datetime(2026, 1, 4, 10, tzinfo=UTC)),
        ("https://x.example/old-story", "", datetime(2025, 12, 1, tzinfo=UTC)),
    ]


@pytest.mark.anyio
async def test_a_sitemap_serves_as_a_page_source() -> None:
    async with loopback(
        {"/sitemap.xml": Reply(SITEMAP, headers={"content-type": "application/xml"})}
    ) as site:
        source = make_source(type=SourceType.PAGE, location=site.url("/sitemap.xml"))
        async with HTTPClient(make_settings(), contact="") as client:
            (result,) = await collect_sources([source], {}, client=client, settings=make_settings(), now=NOW)
    assert [(entry.title, entry.link) for entry in result.found.entries] == [
        ("New & true", "https://x.example/new-story"),
        ("old story", "https://x.example/old-story"),
    ]


def test_robots_name_sitemaps() -> None:
    text = "User-agent: *\nSITEMAP: https://x.example/a.xml # ours\nSitemap: ftp://x/b\n"
    assert sitemaps_of_robots(text) == ("https://x.example/a.xml",)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        (
            b'<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname">]><urlset><url><loc>http://a/&x;</loc>'
            b"</url></urlset>"
        ),
        b"<!DOCTYPE u ["
        + b'<!ENTITY a "&b;&b;">' * 9
        + b"]><urlset><url><loc>http://a/</loc></url></urlset>",
        b"<urlset>" * 10_000,
    ],
)
def test_hostile_xml_gives_nothing(body: bytes) -> None:
    assert parse_sitemap(body).entries == ()
    with pytest.raises(InputError):
        read_opml(body)


def test_characters_that_xml_forbids_are_left_out() -> None:
    body = b"<opml><body><outline text='A&#xD800;&B&nbsp;C\x01' xmlUrl='https://a.example/'/></body></opml>"
    assert [source.publisher.name for source in read_opml(body).sources] == ["A&B C"]
    parse_sitemap(b"<urlset xmlns='<![CDATA[&#xD800;'><url><loc>http://a.example/</loc></url></urlset>")


@given(st.binary(max_size=200))
def test_any_bytes_are_survived_as_sitemap(body: bytes) -> None:
    parse_sitemap(body)
    parse_sitemap(b"<urlset><url><loc>http://a.example/</loc>" + body)


# ── OPML ─────────────────────────────────────────────────────────────────────────────────────────


def test_opml_comes_back_as_it_went_out() -> None:
    sources = (
        make_source(
            "mining", location="https://x.example/feed?a=1&b=2", publisher=make_publisher("Miner & “Co”")
        ),
        make_source("seeds", type=SourceType.SEED, location="seeds"),
        make_source("b", location="https://y.example/rss", publisher=make_publisher("稀土"), language="zh"),
    )
    body = write_opml(sources, title="Rare Earth Daily", now=NOW)
    read = read_opml(body)
    assert [(source.location, source.publisher.name, source.language) for source in read.sources] == [
        ("https://x.example/feed?a=1&b=2", "Miner & “Co”", None),
        ("https://y.example/rss", "稀土", "zh"),
    ]
    assert [source.key for source in read.sources] == ["miner-co", "feed"]
    assert b"seeds" not in body


def test_opml_of_other_readers_is_read_and_doubles_are_named() -> None:
    body = b"""<?xml version="1.0"?><opml version="1.0"><body><outline text="Mining">
    <outline text="One" type="rss" xmlUrl="https://one.example/feed/" htmlUrl="https://one.example/"/>
    <outline title="One again" xmlurl="http://www.one.example/feed"/>
    <outline text="Bad" xmlUrl="file:///etc/passwd"/><outline text="One" xmlUrl="https://two.example/"/>
    </outline></body></opml>"""
    read = read_opml(body, taken=["one-2"])
    assert [(source.key, source.location) for source in read.sources] == [
        ("one", "https://one.example/feed/"),
        ("one-3", "https://two.example/"),
    ]
    assert [line.split(":")[0] for line in read.skipped] == ["One again", "Bad"]
    again = read_opml(body, taken=["https://one.example/feed"])
    assert [source.location for source in again.sources] == ["https://two.example/"]
