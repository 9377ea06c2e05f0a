"""Every job and its times, from the settings alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from newsletter.config import Identity, Schedule, Settings
from newsletter.config.tables import WEEKDAYS, DaysOff
from newsletter.day.timetable import At, JobName, find_next, list_jobs, tell_next_times
from newsletter.model import IssueKey

BERLIN = ZoneInfo("Europe/Berlin")
SATURDAY = datetime(2026, 1, 3, 12, tzinfo=UTC)


def make_settings(**schedule: object) -> Settings:
    return Settings(newsletter=Identity(timezone="Europe/Berlin"), schedule=Schedule.model_validate(schedule))


def test_each_job_stands_in_it_once() -> None:
    assert [job.name for job in list_jobs(make_settings())] == [
        JobName.SOURCES,
        JobName.COMPOSE,
        JobName.SEND,
        JobName.MAILBOX,
        JobName.TIDY,
        JobName.BACKUP,
        JobName.HEARTBEAT,
        JobName.CATCH_UP,
    ]


def test_the_times_are_those_of_the_settings_in_the_newsletters_zone() -> None:
    found = {
        job.name: job.when for job in list_jobs(make_settings(send_at="07:15", send_days=["mon", "fri"]))
    }
    assert found[JobName.SEND] == At(time=time(7, 15), days=("mon", "fri"), zone=BERLIN)
    assert found[JobName.COMPOSE] == At(time=time(5, 30), days=("mon", "fri"), zone=BERLIN)
    assert found[JobName.MAILBOX] == timedelta(minutes=5)


def test_the_next_time_is_on_a_send_day_and_never_now() -> None:
    at = At(time=time(6, 30), days=("mon",), zone=BERLIN)
    monday = find_next(at, SATURDAY)
    assert monday == datetime(2026, 1, 5, 5, 30, tzinfo=UTC)
    assert find_next(at, monday) == monday + timedelta(days=7)


def test_the_next_time_is_after_the_days_off() -> None:
    pause = DaysOff(first=SATURDAY.date(), last=date(2026, 3, 1))
    at = At(time=time(6, 30), days=WEEKDAYS, zone=BERLIN, off=(pause,))
    assert find_next(at, SATURDAY) == datetime(2026, 3, 2, 5, 30, tzinfo=UTC)
    for_ever = DaysOff(first=SATURDAY.date(), last=date(2099, 1, 1))
    assert find_next(replace(at, off=(for_ever,)), SATURDAY) is None


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # 02:30 is skipped
        (
            datetime(2026, 10, 24, 12, tzinfo=UTC),
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ),  # 02:30 comes twice
        (
            datetime(2026, 10, 25, 0, 45, tzinfo=UTC),
            datetime(2026, 10, 26, 1, 30, tzinfo=UTC),
        ),  # the second one
    ],
)
def test_over_a_clock_change_it_is_the_moment_that_the_ledger_waits_for(
    now: datetime, then: datetime
) -> None:
    every_day = Schedule().send_days
    assert find_next(At(time=time(2, 30), days=every_day, zone=BERLIN), now) == then


def test_it_is_told_in_words() -> None:
    assert tell_next_times(make_settings(send_days=["mon"]), SATURDAY, frozenset()) == (
        "sources 2026-01-05 05:30 CET, compose 2026-01-05 05:30 CET, send 2026-01-05 06:30 CET, "
        "backup 2026-01-04 03:30 CET"
    )
    told = tell_next_times(make_settings(days_off=["2026-01-01/2099-01-01"]), SATURDAY, frozenset())
    assert told.startswith("sources not within two years")


def test_what_was_made_early_is_none_at_its_hour() -> None:
    settings, early = make_settings(), SATURDAY.replace(hour=2)
    made = frozenset((name, IssueKey(date=early.date())) for name in (JobName.SOURCES, JobName.COMPOSE))
    assert tell_next_times(settings, early, made) == (
        "sources 2026-01-04 05:30 CET, compose 2026-01-04 05:30 CET, send 2026-01-03 06:30 CET, "
        "backup 2026-01-03 03:30 CET"
    )
    sent = made | {(JobName.SEND, IssueKey(date=early.date()))}
    assert "send 2026-01-04 06:30 CET" in tell_next_times(settings, early, sent)
