"""Writers that share a commit: each gets its own answer, and none before the disk has it."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Connection, event, func, insert, select

from newsletter.errors import StoreConflictError, StoreError
from newsletter.store.engine import Store
from newsletter.store.installation import read_fact
from newsletter.store.schema import signups
from newsletter.store.sqlite_writers import MOST_AT_ONCE
from tests.support.subscriber_factories import NOW

LONG = 10.0  # seconds: what takes longer has failed


def note(name: str) -> Callable[[Connection], str]:
    """Return an act that writes one row."""

    def act(connection: Connection) -> str:
        connection.execute(insert(signups).values(at=NOW, address_hmac=name, network="n"))
        return name

    return act


def noted(store: Store) -> list[str]:
    with store.read() as connection:
        return list(connection.scalars(select(signups.c.address_hmac).order_by(signups.c.id)))


class Commits:
    """Counts the commits of a store; a commit may be held back, or fail."""

    def __init__(self, store: Store) -> None:
        self.sizes: list[int] = []
        self.may_go = Event()
        self.may_go.set()
        self.fault: Exception | None = None
        self.store = store

        @event.listens_for(store.engine, "commit")
        def _commit(connection: Connection) -> None:
            if not connection.get_execution_options().get("writing", True):
                return
            self.sizes.append(connection.scalar(select(func.count()).select_from(signups)) or 0)
            assert self.may_go.wait(LONG)
            if self.fault is not None:
                raise self.fault


@contextmanager
def queued(store: Store, names: list[str], commits: Commits) -> Iterator[list[Future[str]]]:
    """Let the first writer commit while all others come, in their order."""
    with ThreadPoolExecutor(len(names)) as pool:
        commits.may_go.clear()
        started = []
        for number, name in enumerate(names):
            started.append(pool.submit(store.write_together, note(name)))
            _until(lambda: commits.sizes != [], "the first is committing")
            _until_waiting(store, number)
        yield started


def _until_waiting(store: Store, number: int) -> None:
    _until(lambda: len(store._group._waiting) == number, f"{number} wait")


def _until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + LONG
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.001)


def test_writers_that_come_together_share_a_commit_in_their_order(store: Store) -> None:
    names = [f"{number:03}" for number in range(20)]
    commits = Commits(store)
    with queued(store, names, commits) as started:
        assert not any(one.done() for one in started), "nobody is answered before the commit"
        commits.may_go.set()
        assert [one.result(LONG) for one in started] == names
    assert noted(store) == names
    assert commits.sizes == [1, 20], "one for the first, one for all who waited"


def test_a_transaction_takes_a_bounded_number_of_writers(store: Store) -> None:
    names = [str(number) for number in range(MOST_AT_ONCE + 11)]
    commits = Commits(store)
    with queued(store, names, commits) as started:
        commits.may_go.set()
        assert [one.result(LONG) for one in started] == names
    assert commits.sizes == [1, 1 + MOST_AT_ONCE, len(names)]


def test_what_one_raises_undoes_its_own_writes_and_reaches_it_alone(either: Store) -> None:
    def spoil(connection: Connection) -> str:
        note("spoilt")(connection)
        raise ValueError("mine")

    with ThreadPoolExecutor(12) as pool:
        started = [
            pool.submit(either.write_together, spoil if n % 3 == 0 else note(str(n))) for n in range(12)
        ]
        for number, one in enumerate(started):
            if number % 3 == 0:
                with pytest.raises(ValueError, match="mine"):
                    one.result(LONG)
            else:
                assert one.result(LONG) == str(number)
    assert sorted(noted(either)) == sorted(str(n) for n in range(12) if n % 3)


def test_a_conflict_reaches_the_later_writer_alone(either: Store) -> None:
    def take(connection: Connection) -> int:
        connection.execute(insert(signups).values(id=7, at=NOW, address_hmac="seven", network="n"))
        return 7

    def attempt(number: int) -> object:
        try:
            return either.write_together(take if number < 4 else note(str(number)))
        except StoreConflictError as error:
            return error

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(attempt, range(8)))
    assert results.count(7) == 1
    assert sum(isinstance(one, StoreConflictError) for one in results) == 3
    assert results[4:] == ["4", "5", "6", "7"]


def test_a_commit_that_fails_is_everybodys_failure_and_the_next_one_works(store: Store) -> None:
    names = [str(number) for number in range(5)]
    commits = Commits(store)
    with queued(store, names, commits) as started:
        commits.fault = StoreError("The disk is full.")
        commits.may_go.set()
        for one in started:
            with pytest.raises(StoreError, match="full"):
                one.result(LONG)
    assert noted(store) == []
    commits.fault = None
    assert store.write_together(note("later")) == "later"
    assert noted(store) == ["later"]


def test_a_refusal_of_the_disk_in_the_middle_fails_all_and_writes_nothing(store: Store) -> None:
    """SQLite may end a transaction by itself then: what came before must not be answered as written."""

    def fill_up(connection: Connection) -> str:
        connection.exec_driver_sql("ROLLBACK")  # as SQLite does by itself
        raise StoreError("The disk is full.")

    commits = Commits(store)
    with queued(store, ["0", "1", "2"], commits) as started, ThreadPoolExecutor(2) as pool:
        started.append(pool.submit(store.write_together, fill_up))
        _until_waiting(store, 3)
        started.append(pool.submit(store.write_together, note("3")))
        _until_waiting(store, 4)
        commits.may_go.set()
        assert started[0].result(LONG) == "0"
        for one in started[1:]:
            with pytest.raises(StoreError):
                one.result(LONG)
    assert noted(store) == ["0"]


def test_a_writer_waits_for_one_commit_and_shares_the_next(store: Store) -> None:
    """Whoever comes back at once stands behind those who wait."""
    commits, stop = Commits(store), Event()

    def hammer() -> None:
        while not stop.is_set():
            store.write_together(note("hammer"))

    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(hammer)
        waited = []
        for _ in range(20):
            before = len(commits.sizes)
            waited.append(store.write_together(lambda _: len(commits.sizes)) - before)
        stop.set()
    assert statistics.median(waited) <= 1, waited  # commits before its own
    assert max(waited) <= 5, waited  # more than one where this thread was not given the processor


KILLED = """
import os, sys
from newsletter.store.engine import Store, open_engine
from newsletter.store.installation import save_fact
from tests.store.test_group_commit import note
store = Store(open_engine(sys.argv[1]))
save_fact(store, "began", "yes")
def act(connection):
    note("lost")(connection)
    os.kill(os.getpid(), 9)
store.write_together(act)
"""


def test_a_process_killed_before_its_commit_has_written_nothing(store: Store) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", KILLED, str(store.engine.url)]
    done = subprocess.run(command, cwd=root, check=False, timeout=60)
    assert done.returncode == -9
    assert read_fact(store, "began") == "yes"
    assert noted(store) == []
    assert store.write_together(note("next")) == "next", "and leaves no lock behind"
