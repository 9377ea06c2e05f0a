"""Documents that cost far more to parse than to send. Pure.

Each is named for what it has too much of; ``count`` says how much, and the text grows with it in proportion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

DATED = "<pubDate>Mon, 05 Jan 2026 01:00:00 GMT</pubDate>"
PARAGRAPH = "<p>The plant separates the oxides of neodymium and praseodymium from recycled magnets.</p>"


def wrap_feed(item: str, *, root: str = "") -> bytes:
    head = f'<?xml version="1.0"?><rss version="2.0" {root}><channel><title>F</title>'
    return f"{head}<item><title>x</title><link>/1</link>{DATED}{item}</item></channel></rss>".encode()


def wrap_page(body: str) -> bytes:
    head = "<!DOCTYPE html><html><head><title>A report</title></head>"
    return f"{head}<body>{body}{PARAGRAPH * 9}</body></html>".encode()


def list_attributes(count: int) -> str:
    return " ".join(f"a{number}='1'" for number in range(count))


FEEDS: Mapping[str, Callable[[int], bytes]] = {
    "attributes": lambda count: wrap_feed(f"<b {list_attributes(count)}/>"),
    "attributes of the root": lambda count: wrap_feed("", root=list_attributes(count)),
    "nesting": lambda count: wrap_feed("<div>" * count + "</div>" * count),
    "nested groups": lambda count: wrap_feed("<source>" * count),
    "open description": lambda count: wrap_feed("<description>" + "&lt;b&gt;" * count + "</description>"),
    "entities": lambda count: wrap_feed("<description>" + "&amp;amp;#38;" * count + "</description>"),
    "bare ampersands": lambda count: wrap_feed("<description>" + "&&#x;" * count + "</description>"),
    "one text": lambda count: wrap_feed(f"<description>{'neodymium ' * count}</description>"),
    "open CDATA": lambda count: wrap_feed("<description>" + "<![CDATA[" * count),
    "namespaces": lambda count: wrap_feed("", root=" ".join(f"xmlns:n{n}='u:{n}'" for n in range(count))),
    "categories": lambda count: wrap_feed("<category domain='a'>b</category>" * count),
    "brackets": lambda count: b"<rss" + b"<" * count,
    "JSON": lambda count: b'{"version":"1","items":' + b"[" * count,
}
PAGES: Mapping[str, Callable[[int], bytes]] = {
    "attributes": lambda count: wrap_page(f"<div {list_attributes(count)}>x</div>"),
    "attributes of each": lambda count: wrap_page(f"<p {list_attributes(100)}>x</p>" * (count // 100)),
    "nesting": lambda count: wrap_page("<div>" * count),
    "nested inline": lambda count: wrap_page("<b><i>" * count),
    "nested tables": lambda count: wrap_page("<table><tr><td>" * count),
    "nested lists": lambda count: wrap_page("<ul><li>x" * count),
    "entities": lambda count: wrap_page("<p>" + "&amp;#38;" * count + "</p>"),
    "one text": lambda count: wrap_page(f"<p>{'neodymium ' * count}</p>"),
    "one word": lambda count: wrap_page(f"<p>{'n' * count}</p>"),
    "links": lambda count: wrap_page("".join(f"<a href='/{n}'>one two three four</a>" for n in range(count))),
    "classes": lambda count: wrap_page(f"<div class='{'a-b_c ' * count}'>x</div>"),
    "style": lambda count: wrap_page(f"<div style='{'display:' * count}'>x</div>"),
    "meta": lambda count: wrap_page("<meta property='og:title' content='x'>" * count),
    "JSON-LD": lambda count: wrap_page(f"<script type='application/ld+json'>{'[' * count}</script>"),
    "comments": lambda count: wrap_page("<!--" * count),
    "breaks": lambda count: wrap_page("<br>" * count),
    "headings": lambda count: wrap_page("<h1>A report of the day</h1>" * count),
    "dates": lambda count: wrap_page("<p>" + "4 January 2026 " * count + "</p>"),
    "lines": lambda count: ("Neodymium 1\n\n" * count).encode(),
    "blanks": lambda count: (" \t" * count + "\n").encode() * 3,
}
