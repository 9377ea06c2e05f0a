from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.collect.page_sources import page_entries
from newsletter.collect.strip_markup import read_plain, strip_markup
from newsletter.model import SourceType
from tests.support.factories import make_source

SOURCE = make_source(type=SourceType.PAGE, location="https://x.example/news")
URL = "https://www.x.example/news"
HEADLINES = "".join(
    f"<h2><a href='/n/{n}?utm_source=a'>Plant number {n} starts up</a></h2>" for n in range(7)
)


def test_a_page_of_headlines_is_a_listing() -> None:
    kind, entries = page_entries(f"<html><body>{HEADLINES}</body></html>", URL, SOURCE)
    assert kind.startswith("listing: 7 headlines")
    assert [(entry.title, entry.link) for entry in entries][:2] == [
        ("Plant number 0 starts up", "https://www.x.example/n/0"),
        ("Plant number 1 starts up", "https://www.x.example/n/1"),
    ]
    assert all(entry.body is None for entry in entries)


def test_a_page_with_long_text_is_an_article_whatever_it_links_to() -> None:
    text = "<p>" + "Whole sentences about dysprosium. " * 30 + "</p>"
    kind, (entry,) = page_entries(
        f"<html><head><title>Dy &amp; Tb</title></head><body>{text * 2}{HEADLINES}</body></html>", URL, SOURCE
    )
    assert kind.startswith("article: ")
    assert (entry.title, entry.link, entry.key) == ("Dy & Tb", URL, "x.example/news")
    assert b"dysprosium" in (entry.body or b"")


def test_navigation_other_sites_short_links_and_the_page_itself_are_no_headlines() -> None:
    links = (
        f"<nav>{HEADLINES}</nav><footer>{HEADLINES}</footer>"
        "<a href='https://other.example/a'>A story on another site entirely</a><a href='/b'>More</a>"
        "<a href='/news#top'>Back to the top of this page</a><a href='mailto:x@y.example'>Write to us about it all</a>"
    )
    assert page_entries(f"<body>{links}</body>", URL, SOURCE)[0].startswith("article: ")


def test_an_address_counts_once_under_its_longest_title() -> None:
    double = "<a href='/n/0'>Read it in full here</a>" + HEADLINES
    _, entries = page_entries(f"<body>{double}</body>", URL, SOURCE)
    assert len(entries) == 7
    assert entries[0].title == "Plant number 0 starts up"


def test_relative_links_start_at_the_base_element() -> None:
    _, entries = page_entries(
        f"<head><base href='/archive/'></head><body>{HEADLINES.replace('/n/', '')}</body>", URL, SOURCE
    )
    assert entries[0].link == "https://www.x.example/archive/0"


@given(st.text(max_size=400), st.text(max_size=40))
def test_any_page_is_survived(page: str, url: str) -> None:
    assert page_entries(page, url, SOURCE)[1]


@pytest.mark.parametrize(
    "part", ["<div>", "<a href=x>", "<p><a href='/a'>one two three four</a>", "<!--", "&amp;"]
)
def test_no_large_page_takes_long(part: str) -> None:
    started = time.process_time()
    page_entries(part * (300_000 // len(part)), URL, SOURCE)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("scrap", "text"),
    [
        ("plain", "plain"),
        ("<p>One</p><p>Two</p>", "One Two"),
        ("a<br>b", "a b"),
        ("<b>N</b>dPr", "NdPr"),
        ("5 &lt; 6 &amp; more", "5 < 6 & more"),
        ("<script>alert(1)</script>x<style>p{}</style>", "x"),
        ("<!-- no -->x", "x"),
        ("x \x00\x07 y", "x y"),
        ("", ""),
        ("<", "<"),
        ("a < b", "a < b"),
    ],
)
def test_scraps_of_html_become_plain_text(scrap: str, text: str) -> None:
    assert strip_markup(scrap) == text


@given(st.text(max_size=300))
def test_any_scrap_becomes_one_storable_line(scrap: str) -> None:
    for text in (strip_markup(scrap), read_plain(scrap)):
        text.encode()
    assert "\n" not in strip_markup(scrap)


def test_a_deep_scrap_is_survived() -> None:
    assert strip_markup("<b>" * 200 + "x") == "x"
    assert strip_markup("<b>" * 100_000 + "x") in {"", "x"}  # the parser stops at some depth
