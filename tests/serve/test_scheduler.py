"""APScheduler holds the timetable, and what it misses is caught up."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from newsletter.config import Identity, Schedule, Settings
from newsletter.day.schedule import Action, decide_due, find_moments
from newsletter.day.scheduled_jobs import do_job
from newsletter.day.timetable import At, JobName, find_next, list_jobs
from newsletter.model import IssueKey, IssueStatus
from newsletter.serve.scheduler import build_trigger, run_timetable
from newsletter.store import installation
from newsletter.store.issues import IssueRecord, find_record, record_day
from newsletter.wiring import Installation, system_clock
from tests.day.test_schedule import make_record
from tests.support.app_factory import Clock, make_app, subscribe
from tests.support.place import zone_of_early

BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 1, 5)
CHANGES = [date(2026, 3, 28), date(2026, 10, 24)]  # the day before the clocks change
HOURS = [
    Schedule(),
    Schedule(compose_at=time(2, 15), send_at=time(2, 45)),  # an hour that is skipped, or comes twice
    Schedule(compose_at=time(1, 59), send_at=time(3, 0)),
]


def fire(when: At | timedelta, start: datetime, days: int) -> Iterator[datetime]:
    """The instants at which APScheduler's own trigger fires, each planned at the one before."""
    trigger, before, now = build_trigger(when), None, start
    while (moment := trigger.get_next_fire_time(before, now.astimezone(BERLIN))) < start + timedelta(
        days=days
    ):
        now = moment.astimezone(UTC)  # where an hour comes twice, arithmetic on the local time goes back
        yield now
        before = moment


@pytest.mark.parametrize("schedule", HOURS)
@pytest.mark.parametrize("first", CHANGES)
def test_over_a_clock_change_each_date_is_composed_and_sent_once_and_in_time(
    first: date, schedule: Schedule
) -> None:
    """Both jobs and the catch-up fire as APScheduler plans them; the ledger decides each time."""
    settings = Settings(newsletter=Identity(timezone="Europe/Berlin"), schedule=schedule)
    start = datetime.combine(first, time(0), BERLIN).astimezone(UTC)
    jobs = {job.name: job.when for job in list_jobs(settings)}
    wanted = (JobName.COMPOSE, JobName.SEND, JobName.CATCH_UP)
    moments = sorted({moment for name in wanted for moment in fire(jobs[name], start, 3)})
    records: dict[IssueKey, IssueRecord] = {}
    done: dict[Action, list[tuple[date, datetime]]] = {Action.COMPOSE: [], Action.SEND: []}
    for now in moments:
        due = decide_due(
            now, schedule=schedule, zone=BERLIN, records=records, installed=start - timedelta(minutes=1)
        )
        if due.action is Action.NOTHING:
            continue
        done[due.action].append((due.issue.date, now))
        status = IssueStatus.COMPOSED if due.action is Action.COMPOSE else IssueStatus.SENT
        records[due.issue] = make_record(status, date=due.issue.date)
    dates = [first + timedelta(days=number) for number in range(3)]
    for action, name in ((Action.COMPOSE, "compose"), (Action.SEND, "send")):
        assert [day for day, _ in done[action]] == dates
        for day, now in done[action]:
            late = now - getattr(find_moments(day, schedule, BERLIN), name)
            assert timedelta(0) <= late <= timedelta(minutes=1)


@pytest.mark.parametrize("first", CHANGES)
def test_the_times_that_pages_tell_are_those_at_which_apscheduler_fires(first: date) -> None:
    start = datetime.combine(first, time(0), BERLIN).astimezone(UTC)
    at = At(time=time(5, 30), days=("sat", "sun"), zone=BERLIN)
    expected: list[datetime] = []
    now = find_next(at, start)
    while now is not None and now < start + timedelta(days=9):
        expected.append(now)
        now = find_next(at, now)
    assert list(fire(at, start, 9)) == expected
    assert len(expected) == 4


# ── with a real clock ────────────────────────────────────────────────────────────────────────────


def install(folder: Path, now: datetime, **settings: Any) -> Installation:
    """An installation of the day before, with one subscriber."""
    app = make_app(folder, clock=Clock(now), **settings)
    subscribe(app, "ann@example.org")
    installation.save_fact(app.store, "installed_at", (now - timedelta(days=1)).isoformat())
    yesterday = IssueKey(date=app.today - timedelta(days=1))
    record_day(app.store, yesterday, IssueStatus.EMPTY, "settled", now)
    return app


async def run_until(app: Installation, key: IssueKey, status: IssueStatus) -> None:
    """Run the timetable until the issue has come so far."""
    stop = asyncio.Event()
    running = asyncio.create_task(run_timetable(app.waking, stop))
    try:
        async with asyncio.timeout(60):
            while (record := find_record(app.store, key)) is None or record.status is not status:
                assert not running.done(), running.exception()
                await asyncio.sleep(0.05)
    finally:
        stop.set()
        await running


def test_a_start_after_the_time_makes_the_issue_at_once(tmp_path: Path) -> None:
    app = install(tmp_path / "data", datetime(2026, 1, 5, 8, tzinfo=UTC))  # both times are over
    asyncio.run(run_until(app, IssueKey(date=DAY), IssueStatus.COMPOSED))
    app.close()


def test_a_start_after_the_time_sends_what_was_composed(tmp_path: Path) -> None:
    app = install(tmp_path / "data", datetime(2026, 1, 5, 6, tzinfo=UTC))
    asyncio.run(do_job(app.waking, JobName.COMPOSE))
    app.clock.forward(hours=2)  # type: ignore[attr-defined]
    asyncio.run(run_until(app, IssueKey(date=DAY), IssueStatus.FROZEN))
    app.close()


def test_a_start_after_the_latest_start_says_that_the_day_was_missed(tmp_path: Path) -> None:
    app = install(tmp_path / "data", datetime(2026, 1, 5, 20, tzinfo=UTC))
    asyncio.run(run_until(app, IssueKey(date=DAY), IssueStatus.MISSED))
    app.close()


def test_a_job_begins_at_its_time_by_the_clock_on_the_wall_while_the_mailbox_hangs(tmp_path: Path) -> None:
    """The first catch-up finds nothing due; the next would be a minute later, and the mailbox is waited for still."""
    began = datetime.now(UTC)
    zone = ZoneInfo(zone_of_early(began))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings: dict[str, Any] = {
            "newsletter": {"timezone": zone.key, "from_address": "daily@rare-earth.example"},
            "bounces": {"imap_host": "127.0.0.1", "imap_port": silent.getsockname()[1], "imap_tls": False},
        }
        install(tmp_path / "data", began, **settings).close()
        took = datetime.now(UTC) - began
        at = (datetime.now(zone) + 3 * took).replace(microsecond=0) + timedelta(seconds=2)
        settings["schedule"] = {"compose_at": f"{at:%T}", "send_at": f"{at + timedelta(hours=1):%T}"}
        app = make_app(tmp_path / "data", **settings)
        looks: list[datetime] = []
        app.clock = lambda: looks.append(system_clock()) or looks[-1]  # type: ignore[func-returns-value]
        calls: list[socket.socket] = []
        threading.Thread(target=lambda: calls.append(silent.accept()[0]), daemon=True).start()

        async def run() -> None:
            try:
                await run_until(app, IssueKey(date=at.date()), IssueStatus.COMPOSED)
            finally:
                calls.pop().close()

        asyncio.run(run())
    record = find_record(app.store, IssueKey(date=at.date()))
    assert record is not None
    assert record.composed is not None
    assert looks[0] < at <= record.composed < looks[0] + timedelta(minutes=1)
    app.close()


def test_a_clock_that_is_set_back_keeps_no_mail_waiting(tmp_path: Path) -> None:
    """What was done "in the future" counts as not done."""
    app = install(tmp_path / "data", datetime(2026, 1, 5, 4, tzinfo=UTC))
    later = app.clock() + timedelta(hours=3)
    for fact in ("returns_read", "tidied"):
        installation.save_fact(app.store, fact, later.isoformat())
    asyncio.run(do_job(app.waking, JobName.MAILBOX))
    asyncio.run(do_job(app.waking, JobName.TIDY))
    assert installation.read_fact(app.store, "returns_read") == app.clock().isoformat()
    assert installation.read_fact(app.store, "tidied") == app.clock().isoformat()
    app.close()


def test_an_unexpected_fault_ends_it_loudly(tmp_path: Path) -> None:
    app = install(tmp_path / "data", datetime(2026, 1, 5, 4, tzinfo=UTC))
    installation.save_fact(app.store, "returns_read", "not a moment")
    with pytest.raises(ValueError, match="not a moment"):
        asyncio.run(run_timetable(app.waking, asyncio.Event()))
    app.close()
