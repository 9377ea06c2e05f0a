"""An article is put together from its entry, its document and its source."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from newsletter.extract.build_article import build_article
from newsletter.model import Extracted, Flag, Publisher, PublisherKind
from tests.support.factories import NOW, make_entry, make_publisher, make_source


def make_extracted(**changes: Any) -> Extracted:
    return Extracted(
        **{"title": "Lynas lifts NdPr output to a record", "text": "It rose. It did.", **changes}
    )


def test_the_documents_title_is_preferred_to_the_feeds() -> None:
    article = build_article(
        make_entry(title="Lynas lifts NdPr out…"), make_extracted(), make_source(), first_seen=NOW
    )
    assert article.title == "Lynas lifts NdPr output to a record"


def test_a_document_without_a_title_takes_the_entrys() -> None:
    article = build_article(make_entry(), make_extracted(title=""), make_source(), first_seen=NOW)
    assert article.title == "Lynas lifts NdPr output"


def test_a_time_in_the_future_becomes_the_time_it_was_first_seen() -> None:
    entry = make_entry(published=NOW + timedelta(days=2))
    assert build_article(entry, make_extracted(), make_source(), first_seen=NOW).published == NOW


def test_the_documents_time_counts_where_the_entry_has_none_and_becomes_utc() -> None:
    local = datetime(2026, 1, 4, 1, 30, tzinfo=timezone(timedelta(hours=8)))
    article = build_article(
        make_entry(published=None), make_extracted(published=local), make_source(), first_seen=NOW
    )
    assert article.published == datetime(2026, 1, 3, 17, 30, tzinfo=UTC)
    assert article.published is not None
    assert article.published.utcoffset() == timedelta(0)


def test_an_origin_named_by_a_disclaimer_is_state_media_where_it_says_so() -> None:
    said = make_extracted(
        origin="Baogang Daily", disclaimer="a publication of a state-owned Chinese enterprise"
    )
    origin = build_article(make_entry(), said, make_source(), first_seen=NOW).origin
    assert origin == Publisher(name="Baogang Daily", kind=PublisherKind.STATE_MEDIA)
    unsaid = make_extracted(origin="Nikkei", disclaimer="This report originates from Nikkei.")
    other = build_article(make_entry(), unsaid, make_source(), first_seen=NOW).origin
    assert other == Publisher(name="Nikkei", kind=PublisherKind.OTHER)


def test_the_sources_origin_and_the_entrys_publisher_win() -> None:
    known, named = make_publisher("Xinhua"), make_publisher("Mining Post")
    article = build_article(
        make_entry(publisher=named), make_extracted(origin="X"), make_source(origin=known), first_seen=NOW
    )
    assert (article.origin, article.publisher) == (known, named)


def test_hints_and_address_come_from_source_and_entry() -> None:
    source = make_source(section="china", weight=1.5, trusted=True, language="zh")
    article = build_article(
        make_entry(), make_extracted(url="https://other.example/"), source, first_seen=NOW
    )
    assert (article.section, article.weight, article.trusted, article.language) == ("china", 1.5, True, "zh")
    assert (article.url, article.url_key) == (make_entry().link, make_entry().link_key)


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_another_title_or_text_is_another_version(one: tuple[str, str], other: tuple[str, str]) -> None:
    ids = [
        build_article(
            make_entry(title="t"), make_extracted(title=f"t{t}", text=x), make_source(), first_seen=NOW
        ).id
        for t, x in (one, other)
    ]
    assert all(len(identity) == 24 for identity in ids)
    assert (ids[0] == ids[1]) == (one == other)


def test_a_remark_on_the_entrys_date_goes_with_the_article_until_the_page_has_a_date() -> None:
    undated = make_entry(published=None, flags=(Flag.FIRST_SIGHT,))
    ahead = make_entry(flags=(Flag.FUTURE_DATE,))
    dated = make_extracted(published=NOW - timedelta(hours=1))
    assert build_article(undated, make_extracted(), make_source(), first_seen=NOW).flags == (
        "dated by first sight",
    )
    assert build_article(undated, dated, make_source(), first_seen=NOW).flags == ()
    assert build_article(ahead, dated, make_source(), first_seen=NOW).flags == (
        "dated in the future by its source",
    )
