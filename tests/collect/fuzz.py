"""A fuzz run over everything that reads strangers' bytes: no crash, no hang, no growth of memory.

    python -m tests.collect.fuzz --minutes 60 [--executions 1000000] [--seed 1] [--corpus FOLDER]

Starts from samples of its own and from the files of ``--corpus``, mutates them (marks of XML, HTML and
JSON put in, pieces cut, doubled and moved, bytes flipped) and hands them to feeds, pages, articles,
decoding, addresses, sitemaps and OPML. An exception, or a read of over five seconds of processor time, ends it with
exit code 1; with ``--go-on`` it goes on and ends so. Such an input is kept in the current folder, once for each place
in the code that it broke. Most inputs are a few kilobytes, since what breaks a reader is seldom long; one in
sixteen is up to 60 kB. The suite runs it for a second.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from newsletter.collect.decode import decode_bytes
from newsletter.collect.discover import find_feed_links
from newsletter.collect.feeds import parse_feed
from newsletter.collect.opml import read_opml
from newsletter.collect.page_sources import page_entries
from newsletter.collect.parsed_feed import feed_entries
from newsletter.collect.sitemaps import parse_sitemap
from newsletter.collect.urls import canonicalize_url
from newsletter.errors import InputError
from newsletter.extract.extract_document import extract_document
from newsletter.http.robots import read_robots
from tests.support.factories import make_source

LIMIT_SECONDS = 5.0
MAX_BYTES = 60_000  # of one input in LONG_SHARE
SHORT_BYTES = 3_000  # of all others
LONG_SHARE = 1 / 16
SAMPLES = [
    b"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title><link>http://x.example/</link><ttl>60</ttl>
    <item><title>A &amp; B</title><link>/a?utm_source=x</link><guid>1</guid>
    <pubDate>Sun, 04 Jan 2026 22:00:00 GMT</pubDate>
    <description>&lt;p&gt;x&lt;/p&gt;</description>
    <content:encoded><![CDATA[<p>Long <b>text</b></p>]]></content:encoded>
    <dc:creator>N</dc:creator><source url="http://y.example/">Y</source><enclosure url="/m.mp3" length="1" type="a/b"/>
    </item></channel></rss>""",
    b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="http://x.example/"><title type="xhtml"><div
    xmlns="http://www.w3.org/1999/xhtml">T<br/></div></title><entry><id>tag:1</id>
    <title type="html">&lt;i&gt;x&lt;/i&gt;
    </title><link rel="alternate" href="a"/><updated>2026-01-04T10:00:00Z</updated><content type="xhtml"><div>y</div>
    </content><author><name>N</name><email>a@b.example</email></author><category term="c"/></entry></feed>""",
    b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel
    rdf:about="http://x.example/"><title>T</title></channel><item rdf:about="http://x.example/1"><title>x</title>
    <link>http://x.example/1</link></item></rdf:RDF>""",
    b"""{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[{"id":"1","url":"/a","title":"x",
    "content_html":"<p>y</p>","date_published":"2026-01-04T10:00:00Z","attachments":[{"url":"z"}]}]}""",
    b"""<!doctype html><html><head><base href="/b/"><title>T</title><link rel="alternate" type="application/rss+xml"
    href="feed"></head><body><nav><a href="/x">one two three four</a></nav>
    <h2><a href="/n/1">Plant one starts up now</a>
    </h2><p>Text &amp; more <a href='#c'>c</a></p></body></html>""",
    b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://x.example/a</loc>
    <lastmod>2026-01-04</lastmod></url></urlset>""",
    b"""<opml version="2.0"><body><outline text="A" xmlUrl="https://x.example/feed"/></body></opml>""",
    b"User-agent: *\nDisallow: /a*b$\nCrawl-delay: 5\nSitemap: https://x.example/s.xml\n",
    b"https://user:p@www.x.example:8080/a/../b;c/amp/?utm_source=x&amp;id=%C3%A9&a=b#!/d",
]
TOKENS = [
    *(
        b"<",
        b">",
        b"</",
        b"/>",
        b"&",
        b"&amp;",
        b"&#0;",
        b"&#xD800;",
        b"&nbsp;",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"-->",
    ),
    *(
        b"<!DOCTYPE x [",
        b"<!ENTITY a 'b'>",
        b"<?xml version='1.0' encoding='utf-16'?>",
        b"\xff",
        b"\x00",
        b"\xfe\xff",
    ),
    *(
        b"<item>",
        b"</item>",
        b"<entry>",
        b"<rss>",
        b"<feed xmlns='http://www.w3.org/2005/Atom'>",
        b"<content type='",
    ),
    *(
        b"xml:base='http://['",
        b"<base href='http://['>",
        b"mode='base64'>",
        b"<georss:point>1 x</georss:point>",
    ),
    *(
        b"<media:group>",
        b"<itunes:image href=''/>",
        b"<pubDate>9999-99-99",
        b"<dc:date>-1",
        b"xmlns:a='b'",
        b"<a:b>",
    ),
    *(
        b"<enclosure length='x'/>",
        b'{"',
        b"[[",
        b"]}",
        b"\\u0000",
        b"1e999",
        b"http://",
        b"%",
        b"%zz",
        b"..",
        b"//",
    ),
    *(
        b"\xe2\x80",
        b"\x1b$B",
        b"\xf0\x9f",
        b"<svg>",
        b"<template>",
        b"<math>",
        b"<table>",
        b"<frameset>",
        b"\r\n",
    ),
]
SOURCE = make_source()


def run_feed(data: bytes) -> None:
    feed = parse_feed(data, url="http://x.example/feed", headers={"content-type": "text/xml"})
    for entry in feed_entries(feed, SOURCE):
        f"{entry.title}{entry.summary}{entry.key}{entry.link}".encode()


def run_page(data: bytes) -> None:
    text = decode_bytes(data, content_type="text/html")
    text.encode()
    page_entries(text, "http://x.example/news", SOURCE)
    find_feed_links(text, "http://x.example/news")


def run_document(data: bytes) -> None:
    found = extract_document(decode_bytes(data, content_type="text/html"), url="http://x.example/a")
    f"{found}".encode()


def run_small(data: bytes) -> None:
    parse_sitemap(data)
    read_robots(200, data).allows("http://x.example/a", "newsletter-reader")
    with suppress(InputError):
        read_opml(data)
    canonical = canonicalize_url(data.decode("utf-8", "replace")[:2000], base="http://x.example/a")
    assert canonical is None or canonicalize_url(canonical.url) == canonical


TARGETS: tuple[Callable[[bytes], None], ...] = (run_feed, run_feed, run_page, run_small, run_document)


def mutate(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    if chance.random() < 0.2:
        del out[chance.randrange(len(out) + 1) :]
    for _ in range(chance.choice((1, 2, 4, 12, 40))):
        place, kind = chance.randrange(len(out) + 1), chance.random()
        if kind < 0.5:
            out[place:place] = chance.choice(TOKENS) * chance.choice((1, 1, 1, 2, 30))
        elif kind < 0.65:
            del out[place : place + chance.randrange(1, 120)]
        elif kind < 0.8:
            piece = out[place : place + chance.randrange(1, 300)]
            target = chance.randrange(len(out) + 1)
            out[target:target] = piece * chance.choice((1, 1, 4))
        elif out:
            out[place % len(out)] = chance.randrange(256)
    return bytes(out)


def choose_input(pool: list[bytes], chance: random.Random) -> bytes:
    """Return a mutated sample: a window of it, seldom a long one, at times two spliced together."""
    most = MAX_BYTES if chance.random() < LONG_SHARE else SHORT_BYTES
    data = _take_window(chance.choice(pool), most, chance)
    if chance.random() < 0.1:
        data += _take_window(chance.choice(pool), most, chance)
    return mutate(data, chance)[:most]


def _take_window(data: bytes, most: int, chance: random.Random) -> bytes:
    if len(data) <= most:
        return data
    head = chance.choice((0, most // 3, most))  # a document's kind shows in its first bytes
    start = chance.randrange(len(data) - most + 1)
    return data[:head] + data[start : start + most - head]


@dataclass(slots=True)
class Tally:
    """What a run has done and found."""

    executions: int = 0
    slowest: float = 0.0  # seconds of processor time
    faults: dict[str, str] = field(default_factory=dict)  # where ─▶ what, the first time


def fuzz(
    *,
    seconds: float,
    executions: int,
    seed: int,
    corpus: list[bytes],
    tally: Tally | None = None,
    go_on: bool = False,
) -> Tally:
    """Run until the time or the count is up. Without ``go_on`` the first fault raises AssertionError."""
    chance = random.Random(seed)
    pool = [*SAMPLES, *corpus]
    tally = tally or Tally()
    count, end = 0, time.monotonic() + seconds
    while count < executions and time.monotonic() < end:
        data, target = choose_input(pool, chance), chance.choice(TARGETS)
        fault = _try(target, data, tally)
        count += 1
        tally.executions += 1
        if fault and fault[0] not in tally.faults:
            tally.faults[fault[0]] = fault[1]
            Path(f"fuzz-{target.__name__}-{seed}-{count}.bin").write_bytes(data)
            if not go_on:
                raise AssertionError(f"{fault[0]}: {fault[1]}")
            print(f"{fault[0]}: {fault[1]}", flush=True)
    return tally


def _try(target: Callable[[bytes], None], data: bytes, tally: Tally) -> tuple[str, str] | None:
    """Return where and how a target broke on ``data``, or None."""
    started = time.process_time()
    try:
        target(data)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a fault
        frame = traceback.extract_tb(error.__traceback__)[-1]
        return f"{target.__name__} {type(error).__name__} at {frame.name}:{frame.lineno}", repr(error)[:300]
    taken = time.process_time() - started
    tally.slowest = max(tally.slowest, taken)
    return (f"{target.__name__} slow", f"{taken:.1f} s") if taken > LIMIT_SECONDS else None


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--executions", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--go-on", action="store_true")
    given = parser.parse_args()
    corpus = (
        [path.read_bytes() for path in sorted(given.corpus.rglob("*")) if path.is_file()]
        if given.corpus
        else []
    )
    tally, start = Tally(), time.monotonic()
    while (left := given.executions - tally.executions) > 0 and (
        rest := given.minutes * 60 - (time.monotonic() - start)
    ) > 0:
        fuzz(
            seconds=rest,
            executions=min(left, 20_000),
            seed=given.seed + tally.executions,
            corpus=[data for data in corpus if data],
            tally=tally,
            go_on=given.go_on,
        )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{tally.executions:>9,} executions, {len(tally.faults)} faults, slowest {tally.slowest:.2f} s, "
            f"peak memory {peak:.0f} MB",
            flush=True,
        )
    return 1 if tally.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
