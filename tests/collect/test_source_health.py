from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.collect.source_health import (
    ReadOutcome,
    decide_alert,
    decide_next_check,
    find_rhythm,
    forget_validators,
    is_due,
    update_state,
)
from newsletter.config import Collect
from newsletter.model import SourceKey, SourceState, SourceType
from tests.support.factories import NOW, make_source

SETTINGS = Collect(min_interval_minutes=30, max_interval_hours=24, alert_after_failures=3)
KEY = SourceKey("mining-weekly")


def state(**changes: Any) -> SourceState:
    return SourceState(**{"source": KEY, **changes})


def wait(failures: int = 0, **changes: Any) -> timedelta:
    outcome = ReadOutcome(**{"ok": failures == 0, **changes})
    return decide_next_check(outcome, failures, now=NOW, settings=SETTINGS) - NOW


def test_without_any_wish_the_shortest_interval_counts() -> None:
    assert wait() == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"cache-control": "max-age=86400"}, timedelta(minutes=30)),
        ({"expires": "Tue, 06 Jan 2026 05:30:00 GMT"}, timedelta(minutes=30)),
        ({"retry-after": "5400"}, timedelta(minutes=90)),
        ({"retry-after": "Mon, 05 Jan 2026 07:30:00 GMT"}, timedelta(hours=2)),
        ({"retry-after": "99999999999999999999"}, timedelta(hours=24)),
        ({"retry-after": "Sun, 04 Jan 2026 07:30:00 GMT"}, timedelta(minutes=30)),
        ({"retry-after": "never"}, timedelta(minutes=30)),
        ({"retry-after": "-5"}, timedelta(minutes=30)),
    ],
)
def test_only_retry_after_makes_us_wait_within_our_limits(
    headers: dict[str, str], expected: timedelta
) -> None:
    assert wait(headers=headers) == expected


def test_failures_double_the_wait_up_to_a_day() -> None:
    assert [wait(failures=n) for n in (1, 2, 3, 20)] == [
        timedelta(hours=1),
        timedelta(hours=2),
        timedelta(hours=4),
        timedelta(hours=24),
    ]


@given(
    st.dictionaries(st.just("retry-after"), st.text(max_size=40)),
    st.integers(0, 1000),
)
def test_whatever_a_host_wishes_the_next_check_is_within_our_limits(
    headers: dict[str, str], failures: int
) -> None:
    assert timedelta(minutes=30) <= wait(failures, headers=headers) <= timedelta(hours=24)


def test_a_daily_run_finds_what_it_checked_a_day_before_due() -> None:
    checked = state(next_check=NOW + timedelta(hours=24, seconds=40))
    assert is_due(checked, NOW + timedelta(hours=24), SETTINGS)
    assert not is_due(checked, NOW + timedelta(hours=23), SETTINGS)
    assert is_due(state(), NOW, SETTINGS)
    assert not is_due(state(retired=True), NOW, SETTINGS)


def test_after_a_failure_no_source_is_read_before_the_host_said() -> None:
    refused = ReadOutcome(ok=False, status=429, headers={"retry-after": "7200"})
    after = update_state(state(enabled=True), refused, now=NOW, settings=SETTINGS)
    assert not is_due(after, NOW + timedelta(minutes=119), SETTINGS)
    assert is_due(after, NOW + timedelta(minutes=120), SETTINGS)


def test_a_source_that_fails_for_days_is_still_due_each_morning() -> None:
    after = state(failures=5)
    for day in range(3):
        now = NOW + timedelta(days=day, seconds=30 if day % 2 else 0)
        assert is_due(after, now, SETTINGS)
        after = update_state(after, ReadOutcome(ok=False), now=now, settings=SETTINGS)


def test_on_the_day_of_23_hours_every_source_is_due_that_its_host_did_not_put_off() -> None:
    morning = NOW + timedelta(hours=23)

    def is_due_after(outcome: ReadOutcome, failures: int = 0) -> bool:
        after = update_state(state(failures=failures), outcome, now=NOW, settings=SETTINGS)
        return is_due(after, morning, SETTINGS)

    assert is_due_after(ReadOutcome(ok=True, headers={"cache-control": "max-age=86400"}))
    assert is_due_after(ReadOutcome(ok=False), failures=9)
    put_off = ReadOutcome(ok=False, status=429, headers={"retry-after": str(23 * 3600 + 1800)})
    assert not is_due_after(put_off)


def test_a_good_read_enables_and_records() -> None:
    headers = {"etag": '"a"', "last-modified": "Sun, 04 Jan 2026 00:00:00 GMT"}
    yesterday = NOW - timedelta(days=1)
    outcome = ReadOutcome(ok=True, headers=headers, seen=5, newest=yesterday)
    after = update_state(state(failures=2, error="x", hint="y"), outcome, now=NOW, settings=SETTINGS)
    assert after == state(
        enabled=True,
        etag='"a"',
        last_modified="Sun, 04 Jan 2026 00:00:00 GMT",
        first_read=NOW,
        checked=NOW,
        good=NOW,
        newest_entry=yesterday,
        next_check=NOW + timedelta(minutes=30),
        seen=5,
    )


def test_a_304_keeps_what_the_last_read_found() -> None:
    before = state(enabled=True, etag='"a"', seen=5, newest_entry=NOW, first_read=NOW, good=NOW, failures=1)
    later = NOW + timedelta(hours=2)
    after = update_state(before, ReadOutcome(ok=True, not_modified=True), now=later, settings=SETTINGS)
    assert (after.etag, after.seen, after.newest_entry, after.first_read) == ('"a"', 5, NOW, NOW)
    assert (after.good, after.failures) == (later, 0)


def test_an_empty_feed_is_no_failure() -> None:
    after = update_state(state(), ReadOutcome(ok=True, seen=0), now=NOW, settings=SETTINGS)
    assert (after.failures, after.error, after.enabled) == (0, None, True)


def test_a_failure_forgets_nothing() -> None:
    before = state(enabled=True, etag='"a"', seen=5, newest_entry=NOW, first_read=NOW, good=NOW)
    later = NOW + timedelta(hours=2)
    outcome = ReadOutcome(ok=False, status=500, error="x answers 500.", hint="wait", headers={"etag": '"b"'})
    after = update_state(before, outcome, now=later, settings=SETTINGS)
    assert (after.etag, after.seen, after.newest_entry, after.good) == ('"a"', 5, NOW, NOW)
    assert (after.failures, after.error, after.hint, after.checked) == (1, "x answers 500.", "wait", later)


GONE = ReadOutcome(ok=False, status=410, error="gone")


def read_often(before: SourceState, *outcomes: ReadOutcome, hours: int = 24) -> SourceState:
    for times, outcome in enumerate(outcomes, start=1):
        now = NOW + timedelta(hours=times * hours)
        before = update_state(before, outcome, now=now, settings=SETTINGS)
    return before


def test_410_on_three_days_retires() -> None:
    good = state(enabled=True, good=NOW)
    assert not read_often(good, GONE).retired
    assert not read_often(good, GONE, GONE).retired
    after = read_often(good, GONE, GONE, GONE)
    assert (after.retired, after.next_check) == (True, None)
    assert not is_due(after, NOW + timedelta(days=30), SETTINGS)


def test_a_host_that_says_410_for_a_day_retires_nothing() -> None:
    good = state(enabled=True, good=NOW)
    assert not read_often(good, *[GONE] * 8, hours=4).retired
    assert not read_often(good, GONE, GONE, ReadOutcome(ok=True), GONE, GONE).retired
    assert not read_often(good, *[ReadOutcome(ok=False, status=500)] * 9).retired


def test_a_retired_source_that_answers_a_person_is_read_again() -> None:
    after = read_often(state(retired=True, failures=3), ReadOutcome(ok=True))
    assert (after.retired, after.failures) == (False, 0)
    assert is_due(after, NOW + timedelta(days=2), SETTINGS)
    assert read_often(state(retired=True, failures=3), ReadOutcome(ok=False, status=500)).retired


def test_a_future_date_does_not_become_the_newest() -> None:
    outcome = ReadOutcome(ok=True, newest=datetime(2099, 1, 1, tzinfo=UTC))
    assert update_state(state(), outcome, now=NOW, settings=SETTINGS).newest_entry == NOW


def test_hostile_validators_are_not_kept() -> None:
    outcome = ReadOutcome(ok=True, headers={"etag": "x" * 5000, "last-modified": "a\x00b"})
    after = update_state(state(), outcome, now=NOW, settings=SETTINGS)
    assert (after.etag, after.last_modified) == (None, None)


def test_a_read_that_was_not_used_whole_is_read_whole_again() -> None:
    after = forget_validators(state(etag='"a"', last_modified="x", seen=5))
    assert after == state(seen=5)


def alert(
    before: SourceState, after: SourceState, kind: SourceType = SourceType.FEED, **changes: Any
) -> str | None:
    source = make_source(type=kind)
    found = decide_alert(before, after, source, now=NOW, settings=SETTINGS, **changes)
    return found.key.rpartition(":")[2] if found else None


def test_the_third_failure_in_a_row_is_told() -> None:
    two, three = (
        state(enabled=True, failures=2, error="e"),
        state(enabled=True, failures=3, error="e", hint="h"),
    )
    assert alert(state(enabled=True, failures=1), two) is None
    assert alert(two, three) == "failing"


def test_a_source_that_goes_on_failing_is_told_ever_more_seldom() -> None:
    def told(failures: int) -> bool:
        return (
            alert(state(failures=failures - 1), state(enabled=True, failures=failures, error="e")) is not None
        )

    assert [failures for failures in range(1, 100) if told(failures)] == [3, 12, 48]


def test_a_listed_feed_that_never_answered_is_reported_but_not_told() -> None:
    assert alert(state(failures=2), state(failures=3, error="e")) is None


def test_retiring_is_told_once() -> None:
    assert alert(state(), state(retired=True, failures=1)) == "gone"
    assert alert(state(retired=True), state(retired=True)) is None


def test_silence_far_beyond_its_own_rhythm_is_told() -> None:
    def silent(days: int) -> SourceState:
        return state(enabled=True, good=NOW, newest_entry=NOW - timedelta(days=days))

    daily, monthly = timedelta(days=1), timedelta(days=30)
    assert alert(state(), silent(10), rhythm=daily) is None
    assert alert(state(), silent(15), rhythm=daily) == "silent"
    assert alert(state(), silent(100), rhythm=monthly) is None
    assert alert(state(), silent(130), rhythm=monthly) == "silent"
    assert alert(state(), silent(40)) is None
    assert alert(state(), silent(60)) == "silent"
    yesterday = state(checked=NOW - timedelta(days=1))
    assert alert(yesterday, silent(60)) is None, "it was told before"
    assert alert(state(), silent(60), SourceType.PAGE) == "silent", "a sitemap's pages have dates, too"


def test_the_rhythm_is_the_median_gap() -> None:
    days = [NOW - timedelta(days=n) for n in (0, 1, 2, 3, 40)]
    assert find_rhythm(days) == timedelta(days=1)
    assert find_rhythm(days[:3]) is None


def test_whoever_asks_by_hand_is_not_told_of_a_fault_that_was_mended() -> None:
    failed = update_state(state(), ReadOutcome(ok=False), now=NOW, settings=SETTINGS)
    moment = NOW + timedelta(seconds=5)
    assert not is_due(failed, moment, SETTINGS)
    assert is_due(failed, moment, SETTINGS, by_hand=True)
    asked = ReadOutcome(ok=False, status=429, headers={"retry-after": "7200"})
    told_when = update_state(state(), asked, now=NOW, settings=SETTINGS)
    assert not is_due(told_when, moment, SETTINGS, by_hand=True), "its host said when"
    assert is_due(told_when, NOW + timedelta(hours=2), SETTINGS, by_hand=True)
    good = update_state(state(), ReadOutcome(ok=True), now=NOW, settings=SETTINGS)
    assert not is_due(good, moment, SETTINGS, by_hand=True), "nothing is new after five seconds"
    assert not is_due(state(retired=True, failures=1, checked=NOW), moment, SETTINGS, by_hand=True)
