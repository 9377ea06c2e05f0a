"""A process of ``serve`` makes no ledger: where the disk is gone, a new one would have no readers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import run_command


@pytest.mark.parametrize("process", ["web", "scheduler", "sender"])
def test_a_process_that_finds_no_ledger_ends_and_leaves_none(tmp_path: Path, process: str) -> None:
    """Its data folder gone, ``serve`` began anew and sent the day's issue to nobody."""
    data = tmp_path / "data"
    done = run_command("--data", str(data), "serve", "--only", process)
    assert done.code == 1
    assert "There is no database" in done.err
    assert not (data / "newsletter.sqlite3").exists()
