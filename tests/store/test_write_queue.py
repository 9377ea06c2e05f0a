"""Writers of one file take turns: nobody is starved by a busy one, and nobody is locked out by a dead one."""

from __future__ import annotations

import fcntl
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from newsletter.store.sqlite_writers import WriteQueue

HAMMER = """
import sqlite3, sys, time
from newsletter.store.sqlite_writers import WriteQueue
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0)
queue = WriteQueue(sys.argv[1])
while True:
    if queue.begin(connection, seconds=20):
        connection.execute("UPDATE turns SET number = number + 1")
        time.sleep(0.004)
        connection.execute("COMMIT")
"""
HOLDER = """
import fcntl, sys, time
file = open(sys.argv[1], "w")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "turns.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE turns (number INTEGER)")
        connection.execute("INSERT INTO turns VALUES (0)")
    connection.close()
    return path


@contextmanager
def connected(database: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(database, isolation_level=None, timeout=0)
    yield connection
    connection.close()


@contextmanager
def running(script: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments], cwd=root, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def turns(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT number FROM turns").fetchone()[0])


def test_a_writer_that_never_rests_lets_others_in_after_its_transaction(database: Path) -> None:
    queue, waited = WriteQueue(str(database)), []
    with running(HAMMER, str(database)), connected(database) as connection:
        end = time.monotonic() + 20
        while turns(connection) < 3:
            assert time.monotonic() < end
            time.sleep(0.01)
        for _ in range(25):
            before = turns(connection)
            assert queue.begin(connection, seconds=20)
            waited.append(turns(connection) - before)
            connection.execute("COMMIT")
    assert statistics.median(waited) <= 2, waited


def test_a_lock_that_is_not_given_back_is_given_up(database: Path) -> None:
    queue = WriteQueue(str(database))
    with connected(database) as holder, connected(database) as other:
        assert queue.begin(holder, seconds=1)
        began = time.monotonic()
        assert not queue.begin(other, seconds=0.2)
        assert time.monotonic() - began >= 0.2
        holder.execute("COMMIT")
        assert queue.begin(other, seconds=1)


def test_a_holder_of_the_queue_that_dies_frees_it(database: Path) -> None:
    queue = WriteQueue(str(database))
    with running(HOLDER, f"{database}-turn") as holder, connected(database) as connection:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert not queue.begin(connection, seconds=0.05)
        holder.kill()
        assert queue.begin(connection, seconds=10)


def test_waiting_leaves_the_queue_once_the_transaction_has_begun(database: Path) -> None:
    queue = WriteQueue(str(database))
    with connected(database) as connection:
        assert queue.begin(connection, seconds=1)
        with Path(f"{database}-turn").open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_folder_that_takes_no_file_is_done_without(tmp_path: Path, database: Path) -> None:
    with connected(database) as connection:
        assert WriteQueue(str(tmp_path / "nowhere" / "x")).begin(connection, seconds=1)


def test_other_trouble_than_a_lock_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "broken.sqlite3"
    path.write_bytes(b"this is no database, whatever its name says" * 100)
    with connected(path) as connection, pytest.raises(sqlite3.DatabaseError, match="not a database"):
        WriteQueue(str(path)).begin(connection, seconds=30)


def test_one_statement_does_not_stand_behind_a_queue_that_does_not_move(database: Path) -> None:
    with running(HOLDER, f"{database}-turn") as holder, connected(database) as connection:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert WriteQueue(str(database)).run(connection, "UPDATE turns SET number = ?", (7,), seconds=5) == 1
        assert turns(connection) == 7


def test_one_statement_queues_in_the_end_and_gives_up_in_time(database: Path) -> None:
    with connected(database) as other, connected(database) as connection:
        other.execute("BEGIN IMMEDIATE")
        assert (
            WriteQueue(str(database)).run(connection, "UPDATE turns SET number = 7", (), seconds=0.05) is None
        )
        other.execute("COMMIT")
        assert WriteQueue(str(database)).run(connection, "UPDATE turns SET number = 7", (), seconds=5) == 1
