"""The backup that is made by itself."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from newsletter.day.daily_backup import back_up_if_due
from newsletter.day.scheduled_jobs import do_job
from newsletter.day.timetable import JobName
from newsletter.store.alerts import list_alerts
from newsletter.store.backup import list_backups, read_backup
from newsletter.wiring import Installation
from tests.support.app_factory import MORNING, Clock, make_app
from tests.support.ask_doctor import ask_doctor
from tests.support.waking import wake

COPY = "import shutil, sys; shutil.copy(sys.argv[1], sys.argv[2])"


def make(tmp_path: Path, **backup: Any) -> tuple[Installation, Clock]:
    clock = Clock(MORNING)
    app = make_app(tmp_path / "data", clock=clock, backup=backup)
    app.store.check()
    return app, clock


def act(app: Installation) -> None:
    asyncio.run(do_job(app.waking, JobName.BACKUP))


def kept(app: Installation) -> int:
    return len(list_backups(app.data / app.settings.backup.folder))


def test_it_is_made_once_a_day_and_the_oldest_go(tmp_path: Path) -> None:
    app, clock = make(tmp_path, keep=3)
    for day in range(5):
        for _ in range(2):
            act(app)
            clock.forward(hours=1)
        assert kept(app) == min(day + 1, 3)
        clock.forward(hours=22)
    newest = list_backups(app.data / "backups")[0]
    assert read_backup(newest).made.startswith("2026-01-09")
    app.close()


def test_it_comes_at_its_time_in_the_newsletters_zone(tmp_path: Path) -> None:
    clock = Clock(MORNING)
    app = make_app(
        tmp_path / "data", clock=clock, backup={"at": "23:00"}, newsletter={"timezone": "Asia/Tokyo"}
    )
    app.store.check()
    assert back_up_if_due(app.everything, app.settings, clock()) is not None  # 15:31 there: that of yesterday
    clock.forward(hours=7)
    assert back_up_if_due(app.everything, app.settings, clock()) is None
    clock.forward(minutes=30)
    assert back_up_if_due(app.everything, app.settings, clock()) is not None
    app.close()


def test_whoever_wakes_the_scheduler_gets_one_too(tmp_path: Path) -> None:
    app, _ = make(tmp_path)
    asyncio.run(wake(app.waking))
    assert kept(app) == 1
    app.close()


def test_without_any_to_keep_none_is_made(tmp_path: Path) -> None:
    app, _ = make(tmp_path, keep=0)
    act(app)
    assert not (app.data / "backups").exists()
    app.close()


def test_the_hook_gets_the_file(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    app, _ = make(tmp_path, hook=[sys.executable, "-c", COPY, "{file}", str(tmp_path / "far")])
    act(app)
    assert len(list_backups(tmp_path / "far")) == 1
    assert not list_alerts(app.store)
    app.close()


def test_a_hook_that_fails_is_told_and_the_backup_stays(tmp_path: Path) -> None:
    app, clock = make(tmp_path, hook=[sys.executable, "-c", "raise SystemExit('no route to the vault')"])
    for _ in range(3):
        act(app)
        clock.forward(hours=2)
    (raised,) = list_alerts(app.store)
    assert "no route to the vault" in raised.alert.body
    assert kept(app) == 1
    app.close()


def test_what_a_hook_leaves_running_is_not_waited_for(tmp_path: Path) -> None:
    """By ControlPersist ``scp`` leaves one that holds its output open: no mailbox was read any more."""
    app, _ = make(tmp_path, hook=["sh", "-c", f"sleep 900 & echo $! > {tmp_path / 'pid'}"])
    act(app)
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)  # raises where it has ended
    assert not list_alerts(app.store)
    app.close()


def test_a_backup_that_cannot_be_made_is_told_and_tried_again_an_hour_later(tmp_path: Path) -> None:
    app, clock = make(tmp_path)
    (app.data / "backups").write_text("in the way")
    act(app)
    (raised,) = list_alerts(app.store)
    assert "cannot be written" in raised.alert.body
    (app.data / "backups").unlink()
    act(app)
    assert not (app.data / "backups").exists()  # not each minute
    clock.forward(minutes=61)
    act(app)
    assert kept(app) == 1
    app.close()


def test_the_doctor_says_how_old_the_last_one_is(tmp_path: Path) -> None:
    app, clock = make(tmp_path)

    def look() -> tuple[bool, str]:
        found = ask_doctor(app)
        assert "backup 2026-01" in found["schedule"].detail
        return found["backup"].ok, found["backup"].detail

    assert look() == (False, f"none was made yet, in {app.data / 'backups'}")
    act(app)
    assert look()[0]
    clock.forward(days=2)
    ok, words = look()
    assert not ok
    assert "2026-01-05 06:31 UTC" in words
    app.close()


def test_a_hook_that_is_not_there_is_told_before_it_is_needed(tmp_path: Path) -> None:
    app, _ = make(tmp_path, hook=["scpp", "{file}"])
    assert "no such command" in ask_doctor(app)["backup"].detail
    app.close()
