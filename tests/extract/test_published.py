"""When a page was published is told from what it declares and shows, and whose word counts is decided in one order."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsletter.extract.html_article import extract_html, parse_page
from newsletter.extract.line_dates import find_date
from newsletter.extract.meta import read_meta
from newsletter.extract.page import render_blocks
from newsletter.model import Extracted

TEXT = (
    "The company said on Tuesday that it had produced 2,080 tonnes of neodymium-praseodymium oxide in the three "
    "months to December, up from 1,650 tonnes a year earlier, and confirmed its plans for the new plant in Texas."
)


def day_of(
    *, head: str = "", under: str = "", end: str = "", url: str = "https://a.example/refiner"
) -> str | None:
    body = f"<h1>Refiner lifts output</h1>{under}<p>{TEXT}</p>{end}"
    page = f"<html><head><title>Refiner lifts output</title>{head}</head><body>{body}</body></html>"
    root = parse_page(page)
    assert root is not None
    published = read_meta(root, render_blocks(root), url).published
    return published.date().isoformat() if published else None


DECLARED = "<meta property='article:published_time' content='2026-01-05T09:00:00+08:00'>"
LOOSE = "<meta name='date' content='2026-01-07'>"


@pytest.mark.parametrize(
    ("page", "day"),
    [
        ({"head": DECLARED + LOOSE, "under": "<p>January 9, 2026</p>"}, "2026-01-05"),
        ({"head": LOOSE, "under": "<p>January 9, 2026</p>"}, "2026-01-09"),
        ({"head": LOOSE}, "2026-01-07"),
        ({"head": "<meta name='datePublished' content='2026-1-5 22:17:36'>"}, "2026-01-05"),
        ({"url": "https://a.example/2026/01/04/refiner", "under": "<p>January 9, 2026</p>"}, "2026-01-04"),
        ({"url": "https://a.example/news/29-10-2025"}, "2025-10-29"),
        ({"under": "<p>Updated: January 9, 2026</p><p>January 8, 2026</p>"}, "2026-01-08"),
        ({"under": "<p>Updated: January 9, 2026</p>"}, "2026-01-09"),
        ({"end": ("<span itemprop='datePublished' content='2026-01-03'>x</span><time "
                  "datetime='2026-02-02'>y</time>")}, "2026-01-03"),
        ({"end": f"<p>{TEXT}</p>" * 6 + "<p>Veröffentlicht am 16.08.2025</p>"}, "2025-08-16"),
        ({"end": f"<p>{TEXT}</p>" * 6 + "<time datetime='2026-01-02'>Friday</time>"}, "2026-01-02"),
        ({"end": f"<p>{TEXT}</p>" * 6 + "<p>3 March 2024</p><p>6 May 2025</p>",
          "url": "https://a.example/2025/05/x"}, "2025-05-06"),
        ({}, None),
    ],
    ids=["declared", "shown beats loose", "loose", "single digits", "address", "address, day first", "not the change",
         "the change alone", "marked", "said", "timed", "month of the address", "nothing"],
)  # fmt: skip
def test_the_best_word_on_the_day_counts(page: dict[str, str], day: str | None) -> None:
    assert day_of(**page) == day


def test_a_day_shown_in_utc_is_the_pages_day_though_its_zone_says_another() -> None:
    head = "<meta property='article:published_time' content='2026-01-05T21:00:00-05:00'>"
    assert day_of(head=head, under="<p>6 January 2026 - 2:00 a. m.</p>") == "2026-01-06"
    assert day_of(head=head, under="<p>5 January 2026</p>") == "2026-01-05"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("4. 2. 2022.", (2022, 2, 4)),
        ("Posted 25/12/2025 by staff", (2025, 12, 25)),
        ("12/25/2025", (2025, 12, 25)),
        ("01/04/2026", None),
        ("31/31/2026", None),
    ],
)
def test_numbers_are_a_date_where_only_one_can_be_meant(line: str, day: tuple[int, int, int] | None) -> None:
    found = find_date(line)
    assert found == ((datetime(*day, tzinfo=UTC), True) if day else None)


def test_the_text_that_json_ld_repeats_stands_in_where_scripts_build_the_page() -> None:
    body = "\\n\\n".join([TEXT, TEXT.replace("Tuesday", "Friday")])
    data = f'{{"@type":"NewsArticle","headline":"Refiner lifts output","articleBody":"{body}"}}'
    script = f'<script type="application/ld+json">{data}</script>'
    page = f"<html><head><title>Refiner lifts output</title>{script}</head><body><div id='app'></div></body></html>"
    found = extract_html(page)
    assert isinstance(found, Extracted)
    assert found.text.count("2,080 tonnes") == 2
    closed = page.replace('"headline"', '"isAccessibleForFree":"False","headline"')
    assert not isinstance(extract_html(closed), Extracted)
