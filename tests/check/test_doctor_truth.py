"""What `newsletter doctor` says is so: no green line over something broken, and looking changes nothing."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest

from newsletter.day.compose_today import compose_today
from newsletter.errors import ConfigError
from newsletter.model import IssueKey, IssueStatus, SourceKey, SourceState
from newsletter.store import installation
from newsletter.store.issues import record_day
from newsletter.store.sources import Fetch, Harvest, save_harvest
from newsletter.wiring import Installation, open_installation
from tests.support.app_factory import make_app, make_seed_source
from tests.support.ask_doctor import ask_doctor
from tests.support.small_disk import fill, small_disk

DAY = date(2026, 1, 5)


def test_sources_that_fail_are_counted_from_the_first_failure(tmp_path: Path) -> None:
    keys = [SourceKey(f"source-{number}") for number in range(14)]
    app = make_app(tmp_path, sources=[make_seed_source(key=key) for key in keys])
    gone = SourceKey("no longer listed")
    for number, key in enumerate([*keys, gone]):
        state = SourceState(source=key, failures=int(number > 0), first_read=app.clock())
        fetch = Fetch(source=key, at=app.clock(), ok=number == 0)
        save_harvest(app.store, Harvest(state=state, fetch=fetch, records=(), articles=()))
    health = ask_doctor(app)["source health"]
    app.close()
    assert not health.ok
    assert "14 of 14 read so far, 13 failing" in health.detail
    assert gone not in health.detail
    assert "sources check" in health.hint


def test_a_missed_day_has_no_tick(app: Installation) -> None:
    installation.save_fact(app.store, "installed_at", (app.clock() - timedelta(days=9)).isoformat())
    record_day(app.store, IssueKey(date=DAY), IssueStatus.MISSED, "missed", app.clock())
    schedule = ask_doctor(app)["schedule"]
    assert "missed" in schedule.detail
    assert not schedule.ok
    assert "--late" in schedule.hint


def test_a_scheduler_that_hangs_has_no_tick(app: Installation) -> None:
    """Its day was due and nothing happened, and every line was green."""
    for name, minutes in (("scheduler", 3), ("sender", 0)):
        installation.beat(app.store, name, app.clock() - timedelta(minutes=minutes))
    processes = ask_doctor(app)["processes"]
    assert processes.ok
    assert processes.detail == "seen: scheduler 180 s ago, sender 0 s ago"
    installation.beat(app.store, "scheduler", app.clock() - timedelta(minutes=16))
    processes = ask_doctor(app)["processes"]
    assert not processes.ok
    assert "scheduler since" in processes.detail


def test_what_keeps_the_composed_issue_back_is_told_before_its_time(tmp_path: Path) -> None:
    app = make_app(tmp_path, relay={"type": "smtp", "host": "127.0.0.1", "port": 9})
    asyncio.run(compose_today(app.making, IssueKey(date=DAY)))
    preflight = ask_doctor(app)["preflight"]
    app.close()
    assert not preflight.ok
    assert "2026-01-05" in preflight.detail
    assert "trial:" in preflight.detail


def test_looking_makes_no_database_and_says_so_once(tmp_path: Path) -> None:
    app = open_installation(data=tmp_path / "data", relay={"type": "folder"})
    found = ask_doctor(app)
    app.close()
    assert not found["database"].ok
    assert "no database yet" in found["database"].detail
    assert not list(tmp_path.glob("**/*.sqlite3*"))
    assert sum("no database" in part.detail for part in found.values()) == 1


def test_looking_at_a_new_ledger_makes_no_keys(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    assert app.store.file is not None
    assert ask_doctor(app)["preflight"].detail
    app.close()
    assert not (app.data / "keys" / "subscribers.json").exists()


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "16m") as folder:
        app = make_app(folder)
        assert "Make room" in ask_doctor(app)["disk"].hint  # before it is full
        fill(folder)
        disk = ask_doctor(app)["disk"]
        app.close()
    assert not disk.ok
    assert "No space" in disk.detail


def test_a_misspelt_check_is_refused_and_the_right_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="'links-htps'") as caught:
        open_installation(data=tmp_path, preflight={"waive": ["links-htps"]})
    assert "links-https" in caught.value.hint
