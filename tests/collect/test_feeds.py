from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.collect.dates import parse_numeric_date
from newsletter.collect.feeds import parse_date, parse_feed
from newsletter.collect.parsed_feed import feed_entries
from newsletter.collect.stage import stage_feed, stage_url
from newsletter.collect.xmltext import mend_xml
from newsletter.model import Publisher, PublisherKind
from tests.collect.loopback import RSS
from tests.support.factories import make_publisher, make_source
from tests.support.growth import grows_evenly
from tests.support.whole_sets import FEWER, SHORTER

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>tag:1</id>
<title type="html">&lt;b&gt;NdPr&lt;/b&gt; &amp;amp; Dy</title><link href="x" rel="alternate"/>
<updated>2026-01-04T10:00:00+01:00</updated><content type="html">&lt;p&gt;Long&lt;/p&gt;</content></entry></feed>"""


def item(inside: str) -> bytes:
    return f"<rss version='2.0'><channel><title>T</title><item>{inside}</item></channel></rss>".encode()


def titles(body: bytes) -> list[str]:
    return [entry.title for entry in parse_feed(body).entries]


def test_atom_and_rss_are_read() -> None:
    feed = parse_feed(ATOM.encode(), url="https://example.com/feeds/all")
    (entry,) = feed.entries
    assert (feed.title, feed.error) == ("A", None)
    assert (entry.id, entry.title, entry.link) == ("tag:1", "NdPr & Dy", "https://example.com/feeds/x")
    assert entry.published == datetime(2026, 1, 4, 9, tzinfo=UTC)
    assert (entry.summary, entry.content) == ("Long", "<p>Long</p>")
    assert parse_feed(RSS).title == "Mining Weekly"


def test_json_feed_is_read() -> None:
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "items": [
            {
                "id": 7,
                "url": "/a",
                "title": "One",
                "content_html": "<p>x</p>",
                "date_published": "2026-01-04T10:00:00Z",
            },
            {"id": "8", "content_text": "Only text"},
            {"id": "9", "title": ["no text"]},
            "nonsense",
        ],
    }
    feed = parse_feed(json.dumps(data).encode(), url="https://example.com/feed.json")
    assert [(entry.id, entry.title, entry.link, entry.summary) for entry in feed.entries] == [
        ("7", "One", "https://example.com/a", "x"),
        ("8", "", None, "Only text"),
    ]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(RSS), {}),
        (gzip.compress(RSS), {"Content-Encoding": "gzip"}),
        (gzip.compress(gzip.compress(RSS)), {}),
        (zlib.compress(RSS), {"content-encoding": "deflate"}),
        (brotli.compress(RSS), {"content-encoding": "br"}),
        (RSS, {"content-encoding": "gzip"}),
        (RSS.decode().replace("utf-8", "utf-16").encode("utf-16"), {"content-type": "text/xml"}),
        (RSS.decode().encode("utf-16-be"), {}),
        (b"\xef\xbb\xbf" + RSS, {"content-type": "text/xml; charset=iso-8859-1"}),
        (b"<br />\n<b>Warning</b>: mysql_connect() in /var/www/x.php\n\n  " + RSS, {}),
        (b"<!-- cached -->\n<?xml-stylesheet href='x'?>" + RSS, {}),
        (RSS.replace(b"</channel></rss>", b""), {}),
    ],
)
def test_a_feed_is_read_however_it_is_wrapped(body: bytes, headers: dict[str, str]) -> None:
    feed = parse_feed(body, url="https://example.com/", headers=headers)
    assert [entry.title for entry in feed.entries] == ["Lynas lifts NdPr output", "MP & partners"]


def test_a_cut_off_gzip_gives_what_can_be_read() -> None:
    many = b"<rss><channel>" + b"".join(
        f"<item><title>Item {n} of many</title></item>".encode() for n in range(500)
    )
    assert len(parse_feed(gzip.compress(many)[:-300]).entries) > 50


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("<title>Cost &amp; price</title>", "Cost & price"),
        ("<title>Cost &amp;amp; price</title>", "Cost & price"),
        ("<title>Cost & price</title>", "Cost & price"),
        ("<title>Norra K&auml;rr&nbsp;mine</title>", "Norra Kärr mine"),
        ("<title><![CDATA[<i>Lynas</i> & co]]></title>", "Lynas & co"),
        ("<title>1 &lt; 2 t</title>", "1 < 2 t"),
        ("<title>\x08Dy\x0b up&#x0;</title>", "Dy up"),
        ("<title>Dy &unknown; up</title>", "Dy &unknown; up"),
        ("<title>  two\n lines </title>", "two lines"),
    ],
)
def test_titles_become_one_line_of_plain_text(title: str, expected: str) -> None:
    assert titles(item(title)) == [expected]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<!doctype html><html><body><rss></rss></body></html>", "web page"),
        (b"<html><head></head></html>", "web page"),
        (b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'></urlset>", "<urlset>"),
        (b"plain words", "no element"),
        (b'{"a": 1}', "no JSON Feed"),
        (b"[1, 2", "not valid"),
        (b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * 100_000, "not valid"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "no element"),
    ],
)
def test_what_is_no_feed_says_what_it_is(body: bytes, words: str) -> None:
    feed = parse_feed(body)
    assert feed.entries == ()
    assert words in (feed.error or "")


@pytest.mark.parametrize(
    "dtd",
    [
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
        '<!DOCTYPE rss SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE rss [<!ENTITY a "0123456789"><!ENTITY x "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        f'<!DOCTYPE rss [<!ENTITY x "{"B" * 100_000}">]>',
    ],
)
def test_a_hostile_dtd_opens_nothing_and_expands_nothing(dtd: str) -> None:
    body = f"<?xml version='1.0'?>{dtd}".encode() + item("<title>Safe &x;</title>" * 1)
    (title,) = titles(body)
    assert title == "Safe &x;"


def test_no_reference_to_a_forbidden_character_appears_when_another_is_dropped() -> None:
    assert mend_xml("<a>&#x&#0;D800; &#65;</a>") == "<a> &#65;</a>"
    assert "&#xD800;" not in mend_xml("<a>" + "&#x" * 9 + "&#0;" + "D800;" * 9 + "</a>")


def test_small_entities_of_a_dtd_are_kept() -> None:
    body = b"<!DOCTYPE rss [<!ENTITY deg '\xc2\xb0'>\n<!ENTITY co \"Co.\">]>" + item(
        "<title>5&deg;C at X &co;</title>"
    )
    assert titles(body) == ["5°C at X Co."]


def test_nothing_is_opened_even_if_the_body_names_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_bytes(item("<title>secret</title>"))
    for body in (str(secret).encode(), f"file://{secret}".encode(), b"http://127.0.0.1:9/feed"):
        assert parse_feed(body, url=str(secret)).entries == ()


HUGE: dict[str, tuple[int, Callable[[int], bytes]]] = {
    "deep": (200_000, lambda n: b"<rss><channel><item>" + b"<b>" * n),
    "namespaces": (
        20_000,
        lambda n: (
            b"<rss><channel><item>" + b"".join(b"<a%d:b xmlns:a%d='u%d'/>" % (i, i, i) for i in range(n))
        ),
    ),
    "cdata": (200_000, lambda n: b"<rss><channel><item><title>" + b"<![CDATA[" * n),
    "items": (30_000, lambda n: b"<rss><channel>" + b"<item><title>x</title></item>" * n),
    "entities": (100_000, lambda n: b"<!DOCTYPE rss [" + b"<!ENTITY a '" * n + item("<title>x</title>")),
}


@pytest.mark.parametrize(("most", "body"), HUGE.values(), ids=HUGE)
def test_time_grows_with_a_large_feed_and_no_faster(most: int, body: Callable[[int], bytes]) -> None:
    assert grows_evenly(lambda size: parse_feed(body(size)), most // SHORTER)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sun, 04 Jan 2026 22:00:00 GMT", datetime(2026, 1, 4, 22, tzinfo=UTC)),
        ("Sun, 04 Jan 2026 22:00:00 EST", datetime(2026, 1, 5, 3, tzinfo=UTC)),
        ("Sun, 4 January 2026 22:00 +0530", datetime(2026, 1, 4, 16, 30, tzinfo=UTC)),
        ("2026-01-04T22:00:00.123+08:00", datetime(2026, 1, 4, 14, tzinfo=UTC)),
        ("2026-01-04 22:00", datetime(2026, 1, 4, 22, tzinfo=UTC)),
        ("2026/1/4 10:00 PM", datetime(2026, 1, 4, 22, tzinfo=UTC)),
        ("2026年1月4日 22:00", datetime(2026, 1, 4, 14, tzinfo=UTC)),
        ("2026-01-04", datetime(2026, 1, 4, tzinfo=UTC)),
        ("2026-13-04T22:00:00Z", None),
        ("2026-01-04T25:00:00Z", None),
        ("2026-01-04T22:00:00+99:00", None),
        ("yesterday", None),
        ("", None),
        ("9" * 500, None),
    ],
)
def test_dates_are_read_whole_or_not_at_all(text: str, expected: datetime | None) -> None:
    assert parse_date(text) == expected


@given(st.text(max_size=60))
def test_any_date_is_survived(text: str) -> None:
    found = parse_date(text)
    assert found is None or found.tzinfo is UTC


@given(st.datetimes(timezones=st.just(UTC)))
def test_iso_dates_come_back_as_they_were(moment: datetime) -> None:
    assert parse_numeric_date(moment.isoformat()) == moment.replace(microsecond=0)


# ── entries ──────────────────────────────────────────────────────────────────────────────────────


def test_ids_that_are_shared_identify_nothing() -> None:
    body = b"<rss><channel>" + b"".join(
        b"<item><guid isPermaLink='false'>same</guid><title>T%d</title><link>http://x.example/%d</link></item>"
        % (n, n)
        for n in range(3)
    )
    entries = feed_entries(parse_feed(body), make_source())
    assert [entry.key for entry in entries] == ["x.example/0", "x.example/1", "x.example/2"]


def test_without_id_and_link_the_words_identify() -> None:
    first = feed_entries(parse_feed(item("<title>One</title>")), make_source())[0]
    second = feed_entries(parse_feed(item("<title>Two</title>")), make_source())[0]
    assert first.key != second.key
    assert first.body is not None  # nothing else has the text


def test_dates_before_feeds_existed_are_no_dates() -> None:
    (entry,) = feed_entries(
        parse_feed(item("<title>x</title><pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>")), make_source()
    )
    assert entry.published is None


def test_an_aggregators_entry_names_its_publisher_and_loses_the_suffix() -> None:
    body = item(
        "<title>Lynas lifts output - Reuters</title><link>https://news.google.com/rss/articles/CBMi?oc=5</link>"
        "<source url='https://www.reuters.com'>Reuters</source>"
    )
    google = make_source(publisher=make_publisher("Google News", kind=PublisherKind.AGGREGATOR))
    (entry,) = feed_entries(parse_feed(body), google)
    assert (entry.title, entry.publisher) == ("Lynas lifts output", Publisher(name="Reuters"))
    (entry,) = feed_entries(parse_feed(body), make_source())
    assert entry.publisher is None


def test_full_text_is_carried_and_a_teaser_is_not() -> None:
    def with_content(text: str) -> bytes | None:
        inside = (
            "<title>A &amp; B</title><link>https://x.example/a</link>"
            f"<content:encoded><![CDATA[<p>{text}</p>]]></content:encoded>"
        )
        (entry,) = feed_entries(parse_feed(item(inside)), make_source())
        return entry.body

    assert with_content("Only the first words.") is None
    body = with_content("Whole sentences of the article. " * 60) or b""
    assert b"<h1>A &amp; B</h1>" in body
    assert b"<p>Whole sentences" in body


# ── stage commands ───────────────────────────────────────────────────────────────────────────────


def test_the_stage_command_gives_plain_json(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(RSS)
    out = stage_feed(
        {"path": str(path), "url": "https://example.com/feed", "headers": {"Content-Type": "text/xml"}}
    )
    assert out == {
        "title": "Mining Weekly",
        "entries": [
            {
                "id": "https://example.com/1",
                "title": "Lynas lifts NdPr output",
                "link": "https://example.com/news/lynas?utm_source=rss",
                "published": "2026-01-04T22:00:00+00:00",
                "summary": "More oxide.",
            },
            {
                "id": "https://example.com/2",
                "title": "MP & partners",
                "link": "https://other.example/mp",
                "published": None,
                "summary": "",
            },
        ],
    }
    json.dumps(out)


def test_a_bad_line_is_an_error_not_a_crash(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("no feed")
    for line in (
        {"path": str(tmp_path / "no")},
        {"path": None},
        {"path": str(words)},
        {"path": str(words), "headers": 1},
    ):
        with pytest.raises(ValueError, match=r"\w"):
            stage_feed(line)
    with pytest.raises(KeyError):
        stage_feed({})
    assert stage_url({"url": "HTTP://www.A.example/?utm_id=1"}) == {
        "url": "http://www.a.example/",
        "key": "a.example",
    }
    for given_url in ("mailto:x", 7, None):
        with pytest.raises(ValueError, match="not an http"):
            stage_url({"url": given_url})


SCRAPS = [
    *(
        "<rss>",
        "<channel>",
        "<item>",
        "</item>",
        "<title>",
        "</title>",
        "<![CDATA[",
        "]]>",
        "&",
        "&amp;",
        "&#0;",
    ),
    *(
        "<link>http://[",
        "<feed xmlns='http://www.w3.org/2005/Atom'>",
        "<entry>",
        "<content type='xhtml'>",
        "<!--",
    ),
    *(
        "<link href='",
        "'",
        '"',
        ">",
        "<title type='html'>",
        "<content mode='base64'>",
        "x",
        "\x00",
        "é",
        "<?",
        "{",
    ),
    *(
        "<rdf:RDF>",
        "<dc:date>2026",
        "<georss:point>1",
        "<media:group>",
        "<itunes:owner>",
        "xml:base='http://[' ",
    ),
]
scraps = st.lists(st.sampled_from(SCRAPS), max_size=40).map("".join)


@settings(max_examples=300 // FEWER, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        scraps.map(str.encode), st.binary(max_size=300), scraps.map(lambda text: text.encode("utf-16"))
    ),
    st.one_of(st.none(), st.just("https://example.com/feed"), st.text(max_size=20)),
    st.dictionaries(
        st.sampled_from(["content-type", "content-encoding", "content-location"]), st.text(max_size=20)
    ),
)
def test_any_bytes_are_survived(body: bytes, url: str | None, headers: dict[str, str]) -> None:
    feed = parse_feed(body, url=url, headers=headers)
    assert feed.error is None or feed.entries == ()
    for entry in feed_entries(feed, make_source()):
        assert entry.key
        assert entry.link is None or entry.link.startswith(("http://", "https://"))
        json.dumps([entry.title, entry.summary, entry.key]).encode()
        entry.title.encode()
