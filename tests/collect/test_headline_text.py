"""Of a headline's bytes only its words come in: no control, no mark that reorders, no text of a script."""

from __future__ import annotations

import html
import json

import pytest

from newsletter.collect.feeds import parse_feed
from newsletter.collect.page_sources import list_headlines
from newsletter.control_characters import drop_controls
from newsletter.extract.extract_document import extract_document
from newsletter.model import Extracted

SCRIPTED = "Lynas <script>alert('x < y')</script><style>b{}</style>lifts its output"
ACTING = "Lynas \u202elifts\u202c\u009b31m \x1b]0;its\x07 \u2066out\u2069put\U000e0041"
WANTED = "Lynas lifts its output"
BODY = "<p>The plant separates the oxides of neodymium and praseodymium from recycled magnets.</p>" * 9


def write_rss(title: str) -> bytes:
    item = f"<item><title>{title}</title><link>https://e.example/1</link></item>"
    return f"<rss version='2.0'><channel><title>F</title>{item}</channel></rss>".encode()


def write_atom(title: str) -> bytes:
    entry = f"<entry><title {title}</title><link href='https://e.example/1'/></entry>"
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title>{entry}</feed>".encode()


def write_json(title: str) -> bytes:
    item = {"id": "1", "url": "https://e.example/1", "title": title}
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}).encode()


@pytest.mark.parametrize(
    "feed",
    [
        write_rss(html.escape(SCRIPTED)),
        write_rss(html.escape(html.escape(SCRIPTED))),
        write_rss(f"<![CDATA[{SCRIPTED}]]>"),
        write_atom(f"type='html'>{html.escape(SCRIPTED)}"),
        write_atom(f">{html.escape(SCRIPTED)}"),
        write_json(SCRIPTED),
    ],
    ids=["escaped", "twice", "cdata", "atom", "atom-text", "json"],
)
def test_the_text_of_a_script_is_no_part_of_a_feeds_headline(feed: bytes) -> None:
    assert parse_feed(feed).entries[0].title == WANTED


def test_nor_of_a_listed_link_or_of_an_articles_title() -> None:
    links = "".join(f"<a href='/{number}'>{SCRIPTED} {number}</a>" for number in range(9))
    assert list_headlines(links, "https://e.example/")[0] == f"{WANTED} 0"
    for head, heading in ((WANTED, SCRIPTED), (html.escape(SCRIPTED.replace("x < y", "x")), WANTED)):
        page = f"<html><head><title>{head}</title></head><body><article><h1>{heading}</h1>{BODY}</article></body>"
        found = extract_document(page, url="https://e.example/a")
        assert isinstance(found, Extracted)
        assert found.title == WANTED


@pytest.mark.parametrize("write", [write_rss, write_json])
def test_no_control_of_a_feed_comes_in(write: type) -> None:
    acting = ACTING if write is write_json else ACTING.replace("\x1b", "").replace("\x07", "")
    title = parse_feed(write(acting)).entries[0].title
    assert drop_controls(title) == title
    assert title.split()[0] == "Lynas"


def test_joiners_that_spelling_needs_stay() -> None:
    assert drop_controls("می\u200cخواهم 👩\u200d🔬") == "می\u200cخواهم 👩\u200d🔬"
