from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.soak.kill import Figures, torture
from tests.support.postgres_server import PostgresServer, find_binaries


def check(figures: Figures, kills: int) -> None:
    assert figures.kills == kills
    assert figures.lost == 0
    assert figures.strangers == 0
    assert figures.worst_of_a_kill <= figures.bound_of_a_kill


@pytest.mark.slow
def test_nobody_is_lost_when_senders_are_killed_on_sqlite(tmp_path: Path) -> None:
    url = f"sqlite+pysqlite:///{tmp_path / 'ledger.sqlite3'}"
    check(asyncio.run(torture(url, tmp_path, kills=2, readers=400, seed=1, longest=0.6)), 2)


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.skipif(find_binaries() is None, reason="PostgreSQL is not installed")
def test_nobody_is_lost_when_senders_are_killed_on_postgresql(tmp_path: Path, server: PostgresServer) -> None:
    url = server.fresh_url("torture")
    check(asyncio.run(torture(url, tmp_path, kills=2, readers=400, seed=1, longest=0.6)), 2)
