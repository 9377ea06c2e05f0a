from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from newsletter.collect.new_entries import Chosen, Known, choose_new
from newsletter.config import Collect
from newsletter.model import Entry
from tests.support.factories import NOW, make_entry

SETTINGS = Collect(max_age_days=7, first_read_max_age_days=3, max_entries=40)
LONG = " ".join(f"word{n}" for n in range(60))


def choose(*entries: Entry, known: Known | None = None, first_read: bool = False, **changes: Any) -> Chosen:
    settings = changes.pop("settings", SETTINGS)
    return choose_new(entries, known or Known(), now=NOW, settings=settings, first_read=first_read, **changes)


def remembered(*entries: Entry, **changes: Any) -> Known:
    links = frozenset(entry.link_key for entry in entries if entry.link_key)
    chosen = choose(*entries)
    digests = {entry.key: digest for entry, digest in chosen.entries}
    digests |= {entry.key: digest for entry, digest, _ in chosen.remember}
    return Known(**{"entries": digests, "links": links, "digests": frozenset(digests.values()), **changes})


def aged(days: float, key: str = "e", **changes: Any) -> Entry:
    return make_entry(key, published=NOW - timedelta(days=days), title=f"Title {key}", **changes)


def test_what_was_never_seen_is_new() -> None:
    chosen = choose(make_entry())
    assert [entry.key for entry, _ in chosen.entries] == ["entry-1"]
    assert chosen.dropped == ()


def test_the_same_again_is_known() -> None:
    entry = make_entry()
    chosen = choose(entry, known=remembered(entry))
    assert chosen.entries == ()
    assert chosen.dropped == (("known", 1),)


def test_a_correction_at_the_source_is_noticed() -> None:
    entry = make_entry(summary="Output was 2,080 t.")
    corrected = replace(entry, summary="Correction: output was 1,980 t.")
    chosen = choose(corrected, known=remembered(entry))
    assert [entry for entry, _ in chosen.entries] == [corrected]


def test_other_markup_case_or_space_is_no_correction() -> None:
    entry = make_entry(title="Lynas lifts output", body=b"<p>Lynas  lifts <b>NdPr</b> output.</p>")
    other = replace(entry, title="LYNAS lifts  output", body=b"<div>Lynas lifts NdPr<br> output.</div>")
    assert choose(other, known=remembered(entry)).dropped == (("known", 1),)


def test_a_feed_that_changes_its_ids_repeats_nothing() -> None:
    entry = make_entry("old-id")
    renamed = replace(entry, key="new-id")
    assert choose(renamed, known=remembered(entry)).dropped == (("known under another id", 1),)


def test_the_same_words_under_another_address_are_known() -> None:
    entry = make_entry("a", summary=LONG)
    moved = replace(entry, key="b", link="https://x.example/b", link_key="x.example/b")
    assert choose(moved, known=remembered(entry)).dropped == (("known in the same words", 1),)


def test_few_words_may_repeat_by_chance() -> None:
    monday = make_entry("mon", title="Daily price update", summary="")
    tuesday = replace(monday, key="tue", link="https://x.example/tue", link_key="x.example/tue")
    assert len(choose(tuesday, known=remembered(monday)).entries) == 1


def test_the_same_article_from_another_source_is_known_by_its_address() -> None:
    entry = make_entry("theirs", title="Another headline")
    known = Known(links=frozenset({entry.link_key or ""}))
    assert choose(entry, known=known).dropped == (("known under another id", 1),)


def test_an_address_that_several_entries_share_identifies_none() -> None:
    page = {"link": "https://x.example/prices", "link_key": "x.example/prices"}
    first, second = make_entry("1", title="NdPr at 88", **page), make_entry("2", title="Dy at 240", **page)
    chosen = choose(first, second, known=Known(links=frozenset({"x.example/prices"})))
    assert len(chosen.entries) == 2


def test_doubles_within_one_read_count_once() -> None:
    entry = make_entry()
    chosen = choose(entry, entry, replace(entry, key="other-id"))
    assert len(chosen.entries) == 1
    assert chosen.dropped == (("twice in one read", 2),)


def test_the_first_read_of_a_source_does_not_flood() -> None:
    batch = (aged(0.5, "a"), aged(5, "b"), aged(20, "c"), make_entry("d", published=None, title="Undated"))
    chosen = choose(*batch, first_read=True)
    assert [entry.key for entry, _ in chosen.entries] == ["a"]
    assert {entry.key for entry, _, _ in chosen.remember} == {"b", "c", "d"}
    assert dict(chosen.dropped) == {
        "older than 3 days at the first read": 1,
        "older than 7 days": 1,
        "undated at the first read": 1,
    }


def test_what_the_first_read_remembered_is_no_news_at_the_second() -> None:
    batch = (aged(0.5, "a"), aged(5, "b"), make_entry("d", published=None, title="Undated"))
    first = choose(*batch, first_read=True)
    known = remembered(*(entry for entry, _ in first.entries), *(entry for entry, _, _ in first.remember))
    assert choose(*batch, known=known).entries == ()


def test_a_single_undated_entry_counts_at_the_first_read() -> None:
    assert len(choose(make_entry(published=None), first_read=True).entries) == 1


def test_undated_entries_are_dated_by_first_sight_and_flagged() -> None:
    ((entry, _),) = choose(make_entry(published=None)).entries
    assert entry.flags == ("dated by first sight",)


def test_a_future_date_is_clamped_and_flagged() -> None:
    ((entry, _),) = choose(make_entry(published=datetime(2031, 5, 1, tzinfo=UTC))).entries
    assert entry.published == NOW
    assert entry.flags == ("dated in the future by its source",)


def test_old_entries_are_never_news_but_seeds_have_no_age() -> None:
    old = aged(400)
    assert choose(old).dropped == (("older than 7 days", 1),)
    assert len(choose(old, ageless=True, first_read=True).entries) == 1


def test_over_the_limit_the_oldest_wait_for_the_next_read() -> None:
    batch = [aged(n / 100, f"e{n}") for n in range(10)]
    chosen = choose(*reversed(batch), settings=Collect(max_entries=4))
    assert [entry.key for entry, _ in chosen.entries] == ["e0", "e1", "e2", "e3"]
    assert chosen.waiting == 6
    assert chosen.remember == ()
    known = remembered(*(entry for entry, _ in chosen.entries))
    again = choose(*batch, known=known, settings=Collect(max_entries=40))
    assert {entry.key for entry, _ in again.entries} == {f"e{n}" for n in range(4, 10)}


entries = st.builds(
    make_entry,
    st.sampled_from([f"k{n}" for n in range(6)]),
    title=st.sampled_from(["A", "B", "C"]),
    summary=st.sampled_from(["", LONG, "short"]),
    link_key=st.sampled_from([None, "l1", "l2", "l3"]),
    published=st.one_of(
        st.none(), st.datetimes(datetime(2025, 12, 1), datetime(2026, 2, 1), timezones=st.just(UTC))
    ),
)


@given(st.lists(entries, max_size=12), st.lists(entries, max_size=6), st.booleans())
def test_every_entry_is_chosen_remembered_or_counted_with_a_reason(
    batch: list[Entry], before: list[Entry], first_read: bool
) -> None:
    chosen = choose(*batch, known=remembered(*before), first_read=first_read)
    assert len(chosen.entries) + sum(count for _, count in chosen.dropped) == len(batch)
    assert all((entry.published or NOW) <= NOW for entry, _ in chosen.entries)


@given(st.lists(entries, max_size=12, unique_by=lambda entry: entry.key))
def test_choosing_twice_brings_nothing_new(batch: list[Entry]) -> None:
    chosen = choose(*batch)
    known = remembered(*(entry for entry, _ in chosen.entries), *(entry for entry, _, _ in chosen.remember))
    again = choose(*(entry for entry, _ in chosen.entries), known=known)
    assert again.entries == ()
