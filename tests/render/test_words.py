from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.links import UNSUBSCRIBE_SLOT
from newsletter.render.words import (
    break_long_words,
    clean,
    count_noun,
    find_first_clause,
    join_words,
    keep_together,
    local_day,
    possessive,
    reading_minutes,
    safe_url,
    text_direction,
    wrap,
    write_date,
    write_days,
)


@given(st.text(max_size=300))
def test_cleaned_text_is_one_line_without_controls_and_cleaning_it_again_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert len(once.splitlines()) <= 1
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in once)


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_can_hold_the_slot_of_a_token_after_cleaning(before: str, after: str) -> None:
    nested = f"{before}UNSUBSCRIBE-TOK{UNSUBSCRIBE_SLOT}EN-SLOT-00{after}"
    assert UNSUBSCRIBE_SLOT.rstrip("0") not in clean(nested)


@given(st.text(max_size=400))
def test_words_broken_softly_are_the_same_words(text: str) -> None:
    assert "".join(break_long_words(text)) == text


@given(st.text(alphabet="ab 稀é.-", max_size=300), st.integers(20, 80))
def test_wrapping_keeps_every_word_in_order_and_no_line_is_too_wide(text: str, width: int) -> None:
    wrapped = wrap(text, "* ", width=width)
    assert "".join(wrapped.split()) == "".join(("* " + text).split())
    for line in wrapped.splitlines():
        assert len(line) + line.count("稀") <= width


def test_an_address_is_never_cut_however_long() -> None:
    url = "https://example.org/" + "a" * 90
    assert url in wrap(f"Read {url} now").splitlines()


def test_wide_characters_count_two_columns() -> None:
    assert [len(line) for line in wrap("稀" * 80).splitlines()] == [36, 36, 8]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.org/a?b=1&c=2#d", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("//example.org/a", False),
        ("https:///a", False),
        ("https://example.org/a b", False),
        ("https://example.org/\nBcc:x", False),
        ("https://[::1", False),
        (f"https://example.org/{UNSUBSCRIBE_SLOT}", False),
        ("", False),
        (None, False),
    ],
)
def test_only_an_absolute_web_address_may_stand_in_a_mail(url: str | None, kept: bool) -> None:
    assert safe_url(url) == (url if kept else None)


def test_dates_are_written_alike_whatever_the_machine_speaks() -> None:
    assert write_date(date(2026, 1, 5), weekday=True) == "Monday, 5 January 2026"
    assert write_date(date(2026, 12, 31)) == "31 December 2026"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (
            "It ends on Feb. 18, 2027; comments close Jan. 5.",
            "It ends on 18 February 2027; comments close 5 January.",
        ),
        ("A window from December 10 to 20.", "A window from December 10 to 20."),
        ("On June 3, 5 and 8, and Jan. 15/16.", "On June 3, 5 and 8, and Jan. 15/16."),
        ("From March 10 – 12 it was Dec 10.5 million.", "From March 10 – 12 it was Dec 10.5 million."),
        ("He said “on May 5” that 6 May is free.", "He said “on May 5” that 6 May is free."),
    ],
)
def test_days_have_one_form_but_in_quotations(text: str, written: str) -> None:
    assert write_days(text) == written


def test_no_line_ends_within_a_date_or_before_degrees() -> None:
    assert keep_together("On 15 January 2027 at 150 °C") == "On 15\u00a0January\u00a02027 at 150\u00a0°C"


def test_a_day_is_that_of_the_zone_but_a_date_alone_is_itself() -> None:
    midnight = datetime(2026, 1, 4, tzinfo=UTC)
    assert local_day(midnight, ZoneInfo("America/New_York")) == date(2026, 1, 3)
    assert local_day(midnight, ZoneInfo("America/New_York"), is_date=True) == date(2026, 1, 4)


def test_small_words_are_right() -> None:
    assert count_noun(1, "story", "stories") == "1 story"
    assert count_noun(1200, "source") == "1,200 sources"
    assert join_words(["a", "b", "c"]) == "a, b and c"
    assert join_words([]) == ""
    assert possessive("Rare Earth Exchanges") == "Rare Earth Exchanges’"
    assert reading_minutes(0) == 1
    assert reading_minutes(660) == 3


def test_the_direction_of_a_text_is_that_of_its_first_strong_letter() -> None:
    assert text_direction("12% שלום abc") == "rtl"
    assert text_direction("Lynas وكالة") == "ltr"
    assert text_direction("12%") == "ltr"


@pytest.mark.parametrize(
    ("headline", "told"),
    [
        ("Beijing says licences are flowing; users say four in ten are", "Beijing says licences are flowing"),
        ("Perth orders halt of mines; owners doubt it", "Perth orders halt of mines"),
        ("Acme to buy Beta; “we will grow,” it says", "Acme to buy Beta"),
    ],
)
def test_a_headline_is_cut_behind_its_first_whole_clause(headline: str, told: str) -> None:
    assert find_first_clause(headline) == told


@pytest.mark.parametrize(
    "headline",
    [
        "Exclusive: China to stop exports from May",
        "Correction: Acme’s profit fell",
        "Reuters corrects: Acme’s profit fell",
        "Ada Brown: prices will double",
        "Acme to buy Beta, but only if Oslo agrees",
        "Acme to buy Beta, unless Oslo objects",
        "Acme to buy Beta, while Oslo waits",
        "Acme to buy Beta; Oslo must agree",
        "Acme to buy Beta; deal is subject to a vote",
        "Acme to buy Beta; not before May",
        "No deal - yet",
        "Acme says it has a deal – almost",
        "Is China's grip over? Not yet",
        "Rare earths in Perth; 31 mines opened",
        "‘We will grow; we must,’ Acme says",
        "“We will grow; we must,” Acme says",
        "Perth orders halt of mines",
    ],
)
def test_a_headline_is_whole_where_its_first_part_is_a_label_or_false_alone(headline: str) -> None:
    assert find_first_clause(headline) == headline
