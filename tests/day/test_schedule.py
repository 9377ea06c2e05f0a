"""What is due: whatever the scheduler does, one issue for a date comes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.config import Schedule, Settings
from newsletter.config.tables import WEEKDAYS
from newsletter.day.schedule import Action, Due, decide_due, find_hindrance, find_moments
from newsletter.model import DAILY, ContentHash, IssueId, IssueKey, IssueStatus
from newsletter.store.issues import IssueRecord

DAY = date(2026, 1, 5)  # a Monday
KEY = IssueKey(date=DAY)
INSTALLED = datetime(2026, 1, 1, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def make_record(status: IssueStatus = IssueStatus.COMPOSED, **changes: Any) -> IssueRecord:
    values: dict[str, Any] = {
        "id": IssueId(1),
        "edition": DAILY,
        "date": DAY,
        "number": 1,
        "status": status,
        "hash": ContentHash("a" * 64),
        "held": False,
        "approved_hash": None,
        "composed": INSTALLED,
        "frozen": None,
        "finished": None,
        "note": None,
    }
    return IssueRecord(**{**values, **changes})


def decide(hour: float, record: IssueRecord | None = None, **changes: Any) -> Due:
    values: dict[str, Any] = {
        "schedule": Schedule(),
        "zone": ZoneInfo("UTC"),
        # yesterday is settled, so that only this day speaks
        "records": {IssueKey(date=DAY - timedelta(days=1)): make_record(IssueStatus.SENT)}
        | ({KEY: record} if record else {}),
        "installed": INSTALLED,
    }
    now = changes.pop("now", datetime(2026, 1, 5, tzinfo=UTC) + timedelta(hours=hour))
    return decide_due(now, **{**values, **changes})


@pytest.mark.parametrize(
    ("hour", "record", "action"),
    [
        (5.4, None, Action.NOTHING),
        (5.5, None, Action.COMPOSE),
        (12.4, None, Action.COMPOSE),  # a late start, within six hours of the send time
        (12.6, None, Action.REPORT_MISSED),
        (6.4, make_record(), Action.NOTHING),
        (6.5, make_record(), Action.SEND),
        (6.5, make_record(held=True), Action.NOTHING),
        (12.6, make_record(held=True), Action.REPORT_MISSED),
        (20.0, make_record(IssueStatus.PLANNING), Action.SEND),
        (20.0, make_record(IssueStatus.FROZEN), Action.SEND),
        (20.0, make_record(IssueStatus.SENT), Action.NOTHING),
        (6.5, make_record(IssueStatus.EMPTY), Action.NOTHING),
        (6.5, make_record(IssueStatus.CANCELLED), Action.NOTHING),
        (20.0, make_record(IssueStatus.MISSED), Action.NOTHING),
    ],
)
def test_the_ledger_and_the_clock_decide(hour: float, record: IssueRecord | None, action: Action) -> None:
    assert decide(hour, record).action is action


def test_with_approval_required_only_the_approved_content_leaves() -> None:
    schedule = Schedule(approval="required")
    assert decide(7, make_record(), schedule=schedule).action is Action.NOTHING
    approved = make_record(approved_hash=ContentHash("a" * 64))
    assert decide(7, approved, schedule=schedule).action is Action.SEND
    edited = make_record(approved_hash=ContentHash("b" * 64))
    assert decide(7, edited, schedule=schedule).action is Action.NOTHING


def test_a_new_installation_first_mails_at_the_next_due_time() -> None:
    at_ten = datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert decide(10, installed=at_ten).action is Action.NOTHING
    assert decide(29.5, installed=at_ten, records={}).action is Action.COMPOSE


def test_a_day_that_is_no_send_day_is_left_alone() -> None:
    assert decide(7, schedule=Schedule(send_days=("tue",))).action is Action.NOTHING
    assert decide(7, schedule=Schedule(send_days=("mon",))).action is Action.COMPOSE


def test_over_a_year_each_day_has_its_issue_but_for_the_days_off() -> None:
    schedule = Schedule.model_validate(
        {
            "send_days": WEEKDAYS[:5],
            "days_off": ["2026-05-01", "2026-08-03/2026-08-14", "2026-12-24/2027-01-03"],
        }
    )
    records: dict[IssueKey, IssueRecord] = {}
    now = datetime(2026, 1, 4, 22, tzinfo=UTC)
    while now < datetime(2027, 1, 5, 12, tzinfo=UTC):
        due = decide_due(now, schedule=schedule, zone=BERLIN, records=records, installed=INSTALLED)
        assert due.action is not Action.REPORT_MISSED
        if due.action is not Action.NOTHING:
            status = IssueStatus.COMPOSED if due.action is Action.COMPOSE else IssueStatus.SENT
            records[due.issue] = make_record(status, date=due.issue.date)
        now += timedelta(minutes=30)
    assert {record.status for record in records.values()} == {IssueStatus.SENT}
    days = {DAY + timedelta(days=n) for n in range(366)}
    weekdays = {day for day in days if day.weekday() < 5}
    without = weekdays - {key.date for key in records}
    assert {key.date for key in records} <= weekdays
    assert without == {
        date(2026, 5, 1),
        *(date(2026, 8, day) for day in (3, 4, 5, 6, 7, 10, 11, 12, 13, 14)),
        *(date(2026, 12, day) for day in (24, 25, 28, 29, 30, 31)),
        date(2027, 1, 1),
    }


@pytest.mark.parametrize("status", [IssueStatus.COMPOSED, IssueStatus.FROZEN])
def test_one_of_yesterday_that_was_reopened_keeps_no_issue_of_today(status: IssueStatus) -> None:
    note = "reopened" if status is IssueStatus.COMPOSED else None
    late = make_record(status, date=DAY - timedelta(days=1), note=note)
    records = {late.key: late}
    assert decide(5.4, records=records).issue == late.key
    assert decide(5.5, records=records).action is Action.COMPOSE
    assert decide(6.5, records={**records, KEY: make_record()}).issue == KEY


def test_an_old_issue_made_or_reopened_late_leaves_until_the_end_of_the_next_day() -> None:
    def look(hour: float, *records: IssueRecord, **changes: Any) -> tuple[Action, IssueKey]:
        settled = {
            day: make_record(IssueStatus.SENT, date=day.date) for day in days if day != KEY or hour > 6
        }
        due = decide(hour, records=settled | {record.key: record for record in records}, **changes)
        return due.action, due.issue

    days = [IssueKey(date=DAY + timedelta(days=n)) for n in (-1, 0, 1, 2)]
    old = make_record(date=DAY - timedelta(days=9), composed=datetime(2026, 1, 5, 5, tzinfo=UTC))
    older = make_record(date=DAY - timedelta(days=10), composed=old.composed)
    approval = Schedule(approval="required")
    assert look(5.1, old, older) == (Action.SEND, older.key)
    assert look(5.1, old, schedule=approval)[0] is Action.NOTHING
    for today in (make_record(), make_record(IssueStatus.FROZEN)):
        assert look(6.6, old, today) == (Action.SEND, KEY), "today's goes first"
    assert look(47.9, old) == (Action.SEND, old.key)
    assert look(48.1, old) == (Action.REPORT_MISSED, old.key)
    later = {old.key: datetime(2026, 1, 6, 9, tzinfo=UTC)}
    assert look(71.9, old, reopened=later) == (Action.SEND, old.key)


def test_one_composed_after_its_latest_start_waits_for_approval() -> None:
    late = make_record(composed=datetime(2026, 1, 5, 14, tzinfo=UTC))
    assert decide(14.1, late, schedule=Schedule(approval="required")).action is Action.NOTHING
    assert decide(14.1, late).action is Action.SEND


def test_a_missed_issue_that_has_content_is_not_composed_anew() -> None:
    missed = make_record(IssueStatus.MISSED)
    assert "already" in find_hindrance(KEY, missed, datetime(2026, 1, 5, 8, tzinfo=UTC), Settings())


def test_a_failed_composing_is_tried_again_after_ten_minutes() -> None:
    tried = datetime(2026, 1, 5, 5, 30, tzinfo=UTC)
    assert decide(5.6, last_attempt=tried).action is Action.NOTHING
    assert decide(5.7, last_attempt=tried).action is Action.COMPOSE


def test_a_clock_set_back_does_not_stop_a_retry_for_ever() -> None:
    tried = datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert decide(5.6, last_attempt=tried).action is Action.COMPOSE


def test_an_issue_started_before_midnight_is_finished_after_it() -> None:
    record = make_record(IssueStatus.FROZEN)
    due = decide_due(
        datetime(2026, 1, 6, 0, 10, tzinfo=UTC),
        schedule=Schedule(),
        zone=ZoneInfo("UTC"),
        records={KEY: record},
        installed=INSTALLED,
    )
    assert (due.action, due.issue) == (Action.SEND, KEY)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_skipped_or_repeated_hour_gives_one_moment_each(day: date) -> None:
    schedule = Schedule(compose_at=time(2, 15), send_at=time(2, 45))
    moments = find_moments(day, schedule, BERLIN)
    assert moments.send - moments.compose == timedelta(minutes=30)
    assert moments.send.astimezone(BERLIN).date() == day


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24)])
def test_minute_by_minute_over_a_clock_change_each_date_is_composed_once(day: date) -> None:
    schedule = Schedule(compose_at=time(2, 15), send_at=time(2, 45))
    records: dict[IssueKey, IssueRecord] = {}
    composed: list[IssueKey] = []
    now = datetime.combine(day, time(0), BERLIN).astimezone(UTC)
    for _ in range(3 * 24 * 60):
        due = decide_due(
            now, schedule=schedule, zone=BERLIN, records=records, installed=now.replace(year=2025)
        )
        if due.action is Action.COMPOSE:
            composed.append(due.issue)
            records[due.issue] = make_record(date=due.issue.date)
        elif due.action is Action.SEND:
            records[due.issue] = make_record(IssueStatus.SENT, date=due.issue.date)
        elif due.action is Action.REPORT_MISSED:
            records[due.issue] = make_record(IssueStatus.MISSED, date=due.issue.date)
        now += timedelta(minutes=1)
    expected = [IssueKey(date=day + timedelta(days=n)) for n in range(3)]
    assert composed == expected
    assert all(records[d].status is IssueStatus.SENT for d in expected)


@given(minutes=st.lists(st.integers(min_value=-600, max_value=600), min_size=1, max_size=60))
def test_a_clock_that_jumps_about_never_composes_a_date_twice(minutes: list[int]) -> None:
    records: dict[IssueKey, IssueRecord] = {}
    composed: list[IssueKey] = []
    now = datetime(2026, 1, 5, 4, tzinfo=UTC)
    for step in minutes:
        now += timedelta(minutes=step)
        due = decide_due(now, schedule=Schedule(), zone=ZoneInfo("UTC"), records=records, installed=INSTALLED)
        if due.action is Action.COMPOSE:
            composed.append(due.issue)
            records[due.issue] = make_record(date=due.issue.date)
        elif due.action is not Action.NOTHING:
            records[due.issue] = make_record(IssueStatus.SENT, date=due.issue.date)
    assert len(composed) == len(set(composed))
