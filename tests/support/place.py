"""An installation as an operator has it: folders, variables, commands. I/O (disk, processes)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from newsletter.delivery.plan_issue import plan_issue
from newsletter.model import IssueKey
from newsletter.wiring import open_installation
from tests.support.command_line import Done, run_command
from tests.support.empty_ledger import put_ledger
from tests.support.factories import SEED

SOURCES = """
[[source]]
key = "seeds"
type = "seed"
location = "{folder}"
publisher = {{ name = "Rare Earth Exchanges", kind = "trade press" }}
trusted = true
enabled = true
"""
EARLY = 3  # o'clock: no midnight is near, and nothing is due yet
LIMIT = 60  # seconds for a process that is to end by itself


def zone_of_early(now: datetime) -> str:
    """Return a zone in which it is early: no test begins on one day and ends on the next."""
    east = (EARLY - now.hour + 12) % 24 - 12
    return f"Etc/GMT{-east:+d}"  # POSIX: west is positive


class Place:
    """An installation of its own, driven by commands: in this process, or each in a process."""

    def __init__(self, folder: Path, relay: int) -> None:
        self.folder = folder
        self.config = folder / "config"
        self.data = folder / "data"
        self.seeds = folder / "seeds"
        for made in (self.config, self.data, self.seeds):
            made.mkdir(parents=True)
        put_ledger(self.data)
        shutil.copy(SEED, self.seeds)
        (self.config / "sources.toml").write_text(SOURCES.format(folder=self.seeds), encoding="utf-8")
        self.variables = {
            "NEWSLETTER_CONFIG": str(self.config),
            "NEWSLETTER_DATA": str(self.data),
            "NEWSLETTER_RELAY__PORT": str(relay),
            "NEWSLETTER_NEWSLETTER__FROM_ADDRESS": "daily@rare-earth.example",
            "NEWSLETTER_PREFLIGHT__WAIVE": '["trial"]',  # its relay mails nobody
            "NEWSLETTER_LOGS__LEVEL": "error",
            "NEWSLETTER_NEWSLETTER__TIMEZONE": zone_of_early(datetime.now(UTC)),
        }

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Start a command as a process."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLETTER_")}
        return subprocess.Popen(
            [sys.executable, "-m", "newsletter", *arguments],
            env={**ours, **self.variables, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, status: int = 0, given: str = "", **variables: str) -> str:
        """Run a command in this process; return what it prints, and its errors where it is to fail."""
        done = run_command(*arguments, given=given, variables={**self.variables, **variables})
        _expect(done, arguments, status)
        return done.out if status == 0 else done.out + done.err

    def json(self, *arguments: str, **options: Any) -> Any:
        return json.loads(self.run(*arguments, "--json", **options))

    def plan(self) -> str:
        """Freeze the newest issue for its readers, as when sending begins; return its day."""
        day: str = self.json("issue", "list")[0]["date"]
        app = open_installation(self.config, data=self.data)
        plan_issue(app.store, app.settings, IssueKey(date=date.fromisoformat(day)), app.clock())
        app.close()
        return day


def _expect(done: Done, arguments: tuple[str, ...], status: int) -> Done:
    assert done.code == status, f"{arguments}: {done.code}\n{done.out}\n{done.err}"
    assert "Traceback" not in done.err
    return done
