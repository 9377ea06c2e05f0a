"""HTML pages become articles; what is no article says why; nothing makes it fail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.extract.html_article import extract_html
from newsletter.extract.not_article import NotArticle
from newsletter.model import Extracted
from tests.support.growth import grows_evenly
from tests.support.whole_sets import SHORTER

PARAGRAPHS = [
    (
        "The company said on Tuesday that it had produced 2,080 tonnes of neodymium-praseodymium oxide in the "
        "three months to December, up from 1,650 tonnes a year earlier."
    ),
    (
        "It expects the first dysprosium oxide from its new separation circuit in June, subject to final permits "
        "from the regulator, and plans to expand the line within two years."
    ),
    (
        "Analysts had forecast a lower figure. Shares rose 4% in Sydney, the most since August, as investors "
        "welcomed the result and the outlook for magnet demand."
    ),
    (
        "Demand from makers of electric motors kept prices firm through the quarter, the company said, and its "
        "order book for the coming year is filled to about two thirds."
    ),
]


def make_page(
    body: str = "", *, title: str = "Refiner lifts magnet metal output", head: str = "", end: str = ""
) -> str:
    text = body or "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} - Mining Post</title>
<meta property="og:site_name" content="Mining Post">
<meta property="og:title" content="{title} - Mining Post">{head}</head><body><header><h1 class="logo">Mining Post</h1>
<nav><ul><li><a href="/a">Markets</a></li><li><a href="/b">Metals</a></li></ul>
</nav></header><main><article><h1>{title}</h1><div class="entry-content">{text}</div></article></main>
<aside class="sidebar">{end}</aside><footer><p>© 2026 Mining Post. All rights reserved.</p></footer></body></html>"""


def extract(page: str) -> Extracted:
    found = extract_html(page, url="https://mining-post.example/2026/01/05/refiner")
    assert isinstance(found, Extracted)
    return found


def test_an_articles_paragraphs_are_blocks_and_nothing_else_is_in_its_text() -> None:
    found = extract(make_page())
    assert found.text == "\n\n".join(PARAGRAPHS)
    assert found.title == "Refiner lifts magnet metal output"
    assert found.language == "en"


def test_headings_and_bullets_are_blocks_of_their_own() -> None:
    body = (
        f"<p>{PARAGRAPHS[0]}</p><h2>What comes next</h2><p>{PARAGRAPHS[1]}</p><p>Three things stand out:</p><ul>"
        + (
            "".join(f"<li>{paragraph}</li>" for paragraph in PARAGRAPHS[2:])
            + f"</ul><p>{PARAGRAPHS[0][::-1][:0]}The end of it is near, it said.</p>"
        )
    )
    blocks = extract(make_page(body)).text.split("\n\n")
    assert "What comes next" in blocks
    assert [block for block in blocks if block.startswith("• ")] == [f"• {text}" for text in PARAGRAPHS[2:]]


def test_lines_of_preformatted_text_stay_lines_and_wrapped_prose_does_not() -> None:
    table = (
        "CLIN   Material              Previous    Revised\n0001   Magnet block, 42SH          300        450\n"
        "0002   Scandium oxide, 99.9%        12          4"
    )
    body = f"<p>{PARAGRAPHS[0]}</p><pre>{table}</pre>" + "".join(f"<p>{one}</p>" for one in PARAGRAPHS[1:])
    blocks = extract(make_page(body)).text.split("\n\n")
    assert "0001 Magnet block, 42SH 300 450" in blocks
    wrapped = PARAGRAPHS[1].replace("June, ", "June,\n").replace("regulator, and ", "regulator, and\n")
    body = f"<p>{PARAGRAPHS[0]}</p><pre>{wrapped}</pre>" + "".join(f"<p>{one}</p>" for one in PARAGRAPHS[2:])
    assert "June, subject to" in extract(make_page(body)).text


def test_date_byline_canonical_and_language_are_read_from_the_page() -> None:
    head = """<link rel="canonical" href="https://mining-post.example/refiner"><meta name="author" content="Ann Lee">
    <script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-01-05T08:00:00+08:00"}</script>"""
    found = extract(make_page(head=head))
    assert found.url == "https://mining-post.example/refiner"
    assert found.byline == "Ann Lee"
    assert found.published == datetime(2026, 1, 5, tzinfo=UTC)
    assert not found.published_is_date


def test_a_time_in_utc_keeps_its_moment_and_takes_the_day_that_the_page_shows() -> None:
    head = '<meta property="article:published_time" content="2026-01-04T23:30:00Z">'
    found = extract(make_page(head=head))
    assert found.published == datetime(2026, 1, 4, 23, 30, tzinfo=UTC)
    assert found.published is not None
    assert found.published.date().isoformat() == "2026-01-05"


def test_highlights_disclaimer_and_related_headlines_stand_apart_from_the_text() -> None:
    body = (
        "<h3>Highlights</h3><ul><li>Output of magnet metals rose by a quarter in the period.</li>"
        "<li>First dysprosium oxide is expected in June.</li></ul>"
        + "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
        + "<p>Disclaimer: This report originates from Baogang Daily, a publication of a state-owned enterprise, and "
        "should be independently verified.</p>"
    )
    end = """<h3>Recent news</h3><ul><li><a href="/1">Estonia opens a magnet plant for European car makers</a></li>
    <li><a href="/2">Greenland licence dispute goes to arbitration again</a></li></ul>"""
    found = extract(make_page(body, end=end))
    assert found.text == "\n\n".join(PARAGRAPHS)
    assert len(found.publisher_highlights) == 2
    assert found.origin == "Baogang Daily"
    assert found.disclaimer is not None
    assert found.related == (
        "Estonia opens a magnet plant for European car makers",
        "Greenland licence dispute goes to arbitration again",
    )


def test_highlights_whose_figures_stand_nowhere_else_are_the_text() -> None:
    bullets = (
        "Output of 1,842 tonnes, down 9% on the June quarter",
        "Net debt of A$391 million at the end of May",
    )
    points = "".join(f"<li>{bullet}</li>" for bullet in bullets)
    body = f"<h3>Highlights</h3><ul>{points}</ul>" + "".join(
        f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS
    )
    found = extract(make_page(body))
    assert found.publisher_highlights == ()
    assert all(bullet in found.text for bullet in bullets)


def test_broken_encoding_in_a_page_is_mended_and_recorded() -> None:
    found = extract(make_page("".join(f"<p>Chinaโ€™s plan: {text}</p>" for text in PARAGRAPHS)))
    assert found.text.startswith("China’s plan")
    assert len(found.repairs) == len(PARAGRAPHS)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("", "empty page"),
        ("   \n", "empty page"),
        ("<html><body></body></html>", "no article text"),
        (make_page("<p>Sorry, the page you are looking for could not be found. It may have been moved.</p>",
                   title="Page not found"), "page not found"),
        (make_page("<h2>404</h2><p>Oops! Nothing here. Try the search or go back to the home page of our site.</p>",
                   title="404 Not Found"), "page not found"),
        (make_page("<p>We and our 812 partners use cookies to store and/or access information on a device. You can "
                   "accept all cookies or manage cookies and consent to the use of your data for personalised ads.</p>",
                   title="Before you continue"), "cookie wall"),
        (make_page(f"<p>{PARAGRAPHS[0]}</p><div class='paywall'><p>Subscribe now to continue reading this article.</p>"
                   "<p>Already a subscriber? Sign in</p></div>"), "pay-wall teaser"),
        (make_page("<p>Checking your browser before accessing the site. Please enable JavaScript and cookies to "
                   "continue. This takes a few seconds only.</p>", title="Just a moment..."),
         "blocked by the site's bot protection"),
    ],
)  # fmt: skip
def test_what_is_no_article_is_not_taken_for_one(page: str, reason: str) -> None:
    found = extract_html(page)
    assert isinstance(found, NotArticle)
    assert found.reason == reason
    assert found.hint


def test_an_article_about_error_pages_and_cookies_is_an_article() -> None:
    body = "".join(
        f"<p>{text} We use cookies, the firm said of page 404 errors.</p>" for text in PARAGRAPHS * 2
    )
    assert isinstance(extract_html(make_page(body, title="Why the 404 page could not be found")), Extracted)


FRAGMENTS = st.sampled_from(
    ["<p>", "</p>", "<div class='related'>", "</div>", "<!--", "-->", "<![CDATA[", "]]>", "<script>",
     "</script>", "\x00",
     "<li>", "<table><tr><td>", "&#0;", "&#xD800;", "&nbsp;", "<html lang='xx'>", "<title>", "<h1>",
     "<a href='javascript:'>",
     "<?xml version='1.0' encoding='utf-32'?>", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&a;",
     "text of a sentence, long enough. ",
     "<svg>", "<template>", "<meta charset='utf-7'>", "<base href='//['>", "<time datetime='9999-99-99'>", "ﷺ" * 9]
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(FRAGMENTS | st.text(max_size=20), max_size=40).map("".join))
def test_no_markup_makes_it_fail(page: str) -> None:
    assert isinstance(extract_html(page, url="https://a.example/"), Extracted | NotArticle)


@settings(deadline=None, max_examples=40)
@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail(body: bytes) -> None:
    text = body.decode("utf-8", "replace")
    assert isinstance(extract_html(text), Extracted | NotArticle)
    assert isinstance(extract_html(make_page() + text), Extracted | NotArticle)


def test_the_same_page_gives_the_same_article_after_others() -> None:
    first = extract(make_page())
    for number in range(5):
        extract_html(make_page(f"<p>{PARAGRAPHS[0]} {number}</p>" * 4))
    assert extract(make_page()) == first


BOMB = (
    "<!DOCTYPE x ["
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    + "]><p>&a11;</p>"
)


HOSTILE: dict[str, tuple[int, Callable[[int], str]]] = {
    "deep": (200_000, lambda n: "<div>" * n + "deep"),
    "words": (2_000_000, lambda n: "<p>" + "word " * n),
    "paragraphs": (30_000, lambda n: "<p>A paragraph is a sentence, of some length, it said.</p>" * n),
    "links": (100_000, lambda n: "<a href='#'>x</a>" * n),
    "spans": (100_000, lambda n: "<span>" * n + "x" + "</span>" * n),
    "table": (30_000, lambda n: "<table>" + "<tr><td>cell</td></tr>" * n + "</table>"),
    "bomb": (1, lambda _: BOMB),
    "nul": (5_000_000, lambda n: "\x00" * n),
    "comments": (1_000_000, lambda n: "<!--" * n),
    "angles": (2_000_000, lambda n: "<" * n),
    "json": (100_000, lambda n: "<script type='application/ld+json'>" + "[" * n + "</script><p>x</p>"),
    "class": (500_000, lambda n: "<p class='" + "share " * n + "'>x</p>"),
}


@pytest.mark.parametrize(("most", "page"), HOSTILE.values(), ids=HOSTILE)
def test_time_grows_with_a_hostile_page_and_no_faster(most: int, page: Callable[[int], str]) -> None:
    def read(size: int) -> None:
        assert isinstance(extract_html(page(size), url="https://a.example/"), Extracted | NotArticle)

    assert grows_evenly(read, -(-most // SHORTER))
