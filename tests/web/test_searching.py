from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.model import Section
from newsletter.store.search import split_words
from newsletter.web.searching import mark_words
from tests.support.factories import make_issue, make_issue_story
from tests.support.web_factories import Site, publish


def publish_story(site: Site, day: date, headline: str, number: int) -> None:
    story = make_issue_story(headline=headline)
    sections = (Section(key="top", title="Top story", stories=(story,)),)
    publish(site, make_issue(date=day, number=number, subject="Today", sections=sections))


def search(site: Site, query: str) -> str:
    answer = site.client.get("/search", params={"q": query})
    assert answer.status_code == 200
    return answer.text


def test_a_story_is_found_by_its_words_in_any_form(site: Site) -> None:
    publish_story(site, date(2026, 1, 5), "Kvanefjeld permit refused", 1)
    publish_story(site, date(2026, 1, 6), "Norra Kärr drilling resumes", 2)
    for query in ("kvanefjeld", "PERMIT refused", "permits", "kvane"):
        page = search(site, query)
        assert "/issues/2026-01-05/lynas-lifts-ndpr-output" in page, query
        assert "Kärr" not in page
    assert "/issues/2026-01-06/" in search(site, "karr drill")
    assert "Nothing found" in search(site, "kvanefjeld drilling")


def test_the_words_found_are_marked_and_a_story_is_told_from_an_issue(site: Site) -> None:
    story = make_issue_story(headline="Norra Kärr drilling resumes")
    sections = (Section(key="top", title="Top story", stories=(story,)),)
    publish(site, make_issue(date=date(2026, 1, 6), subject="Drills at Norra Kärr", sections=sections))
    page = search(site, "karr drill")
    assert "Norra <mark>Kärr</mark> <mark>drilling</mark> resumes" in page
    assert "<mark>Drills</mark> at Norra <mark>Kärr</mark>" in page
    assert "Story · <time" in page
    assert "Issue · <time" in page


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("Permits for Kvanefjeld", "permit", ["Permits"]),
        ("NdPr oxide, NdPr metal", "ndpr ox", ["NdPr", "oxide", "NdPr"]),
        ("dysprosium-free magnets", "dysprosium-free", ["dysprosium", "free"]),
        ("<b>Lynas</b>", "lynas", ["Lynas"]),
        ("Lynas", "arafura", []),
        ("", "lynas", []),
    ],
)
def test_what_is_marked(text: str, query: str, marked: list[str]) -> None:
    parts = mark_words(text, split_words(query))
    assert [part for part, is_word in parts if is_word] == marked
    assert "".join(part for part, _ in parts) == text


def test_what_left_since_the_last_search_is_found_by_the_next(site: Site) -> None:
    publish_story(site, date(2026, 1, 5), "First story", 1)
    assert "Nothing found" in search(site, "dysprosium-free")
    publish_story(site, date(2026, 1, 6), "Dysprosium-free magnets", 2)
    assert "/issues/2026-01-06/" in search(site, "dysprosium-free")


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        '"',
        "'",
        "*",
        "NEAR(",
        "a OR b AND",
        "headline:x",
        "-x",
        "(",
        "^",
        "a\x00b",
        "%",
        "' OR 1=1 --",
        "&|!",
    ],
)
def test_no_query_language_gets_through(shown: Site, query: str) -> None:
    shown.pass_time(minutes=2)
    search(shown, query)


@given(st.text(max_size=300))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_a_query(site: Site, query: str) -> None:
    site.pass_time(minutes=2)
    assert site.client.get("/search", params={"q": query.encode("utf-8", "replace")}).status_code == 200


def test_what_was_typed_comes_back_as_words(site: Site) -> None:
    page = search(site, '"><script>alert(1)</script>')
    assert "<script" not in page


def test_words_are_few_and_plain() -> None:
    assert split_words("dysprosium-free Nd₂ O’Hara (x) 62%") == (
        "dysprosium-free",
        "Nd₂",
        "O’Hara",
        "x",
        "62",
    )
    assert len(split_words("a " * 50)) == 8


def test_one_network_cannot_search_without_end(site: Site) -> None:
    codes = [site.client.get("/search", params={"q": "x"}).status_code for _ in range(32)]
    assert codes == [200] * 30 + [429] * 2
    site.pass_time(seconds=61)
    assert site.client.get("/search", params={"q": "x"}).status_code == 200


def test_a_private_archive_is_not_searched(build: Callable[..., Site]) -> None:
    assert build(web={"archive": "private"}).client.get("/search", params={"q": "x"}).status_code == 404
