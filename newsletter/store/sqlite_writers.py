"""SQLite lets one writer in at a time: what a writer waits for, and why nobody waits for long.

I/O (database, files, threads).

A writer waits for

* **the writer before it.** SQLite's own waiting polls with pauses that grow to 100 ms, and whoever ends a transaction
  may begin the next one before a waiter looks again: a busy sender kept a sign-up waiting for seconds. Here writers
  queue (``WriteQueue``): one holds a file beside the database while it waits for the lock, and looks every half
  millisecond; whoever comes back for another transaction stands behind those who wait.
* **the disk.** A commit waits for it (``synchronous=FULL``: what was recorded survives the loss of power). So the small
  writes of a process share commits (``GroupCommit``), and planning, whose rows count only with a later commit, does
  not wait (``Store.write_unhurried``).
* **a writer that has the lock and no core.** A transaction of several statements gives the interpreter away at each
  step, waits to have it back, and holds the lock meanwhile: 50 to 440 ms with 2 ms of work, beside two busy loops. So
  a sender's write is one statement that is a transaction by itself (``run_alone``), a busy thread gives the
  interpreter back after a millisecond, and the web comes before the other processes (``share_cores``).

It orders, it does not protect: that is SQLite's part. A program that knows nothing of it (``sqlite3``) only waits as
ever, and a file that cannot be made is done without.

How far it serves: a list of 500,000 readers on one machine. Beyond that, or with a sender on a second machine, take
PostgreSQL (``storage.database``), where none of this is needed. The measurements are in docs/reliability.md.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url

from newsletter.errors import StoreConflictError, StoreError
from newsletter.store.database_errors import explained

BUSY_SECONDS = 30.0  # that a writer waits at most
LOOK_SECONDS = 0.0005  # between looks for the lock, for as long as a transaction commonly takes
_SLOW_SECONDS = 0.005  # between looks after that
_SOON = 0.2
LUCK_SECONDS = 0.1  # beside the queue: many transactions end in that time
MOST_AT_ONCE = 64  # acts in one transaction: others wait for its lock
BEHIND = 5  # of 19 steps of niceness, a third of the web's share: what the other processes leave to it
SWITCH_SECONDS = 0.001
_ALWAYS_BUSY = f"PRAGMA busy_timeout={BUSY_SECONDS * 1000:.0f}"
_HASTY = "busy_timeout is 0"
Made = TypeVar("Made")


def open_sqlite(url: str) -> Engine:
    """Open a file in WAL mode; transactions that write begin with the lock, in turn, and are never refused later."""
    engine = create_engine(
        url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, hide_parameters=True
    )  # parameters hold addresses, and errors are logged
    queue = WriteQueue(make_url(url).database or "")

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, record: Any) -> None:
        del record
        connection.isolation_level = None  # SQLAlchemy's own BEGIN below is the only one
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "checkin")
    def _restore(connection: sqlite3.Connection | None, record: Any) -> None:
        # After the commit: whatever runs before it holds the lock for longer.
        if connection is not None and record.info.pop(_HASTY, False):
            connection.execute(_ALWAYS_BUSY)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("writing", True):
            connection.exec_driver_sql("BEGIN")
        elif not queue.begin(_never_busy(connection)):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises what there is to say

    return engine


def _never_busy(connection: Connection) -> sqlite3.Connection:
    """Return SQLite's own connection, which waits for nobody until it is back in the pool: the queue waits better."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.execute("PRAGMA busy_timeout=0")
    connection.info[_HASTY] = True
    return driver


def run_alone(engine: Engine, statement: str, parameters: Sequence[object]) -> int | None:
    """Run one statement as a transaction of its own; return how many rows it changed, None where it cannot run."""
    with engine.connect() as connection:
        return WriteQueue(engine.url.database or "").run(_never_busy(connection), statement, parameters)


@contextmanager
def write_under(engine: Engine, pragma: str, *, usual: str) -> Iterator[Connection]:
    """A transaction under a pragma that SQLite takes only before it begins; then it is as ``usual`` again."""
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute(f"PRAGMA {pragma}")
        try:
            with connection.begin():
                yield connection
        finally:
            driver.execute(f"PRAGMA {usual}")


def share_cores(*, first: bool) -> None:
    """In a process of ``serve``: yield the cores to the web unless we are the ``first``, the interpreter to each other.

    Whoever waits for the database gives the interpreter away at every step and holds the write lock meanwhile: a busy
    thread gives it back after a millisecond, not five.
    """
    if not first:
        os.nice(BEHIND)
    sys.setswitchinterval(SWITCH_SECONDS)


# ── the queue for the lock ───────────────────────────────────────────────────────────────────────


class WriteQueue:
    """The queue for the write lock of one database file, among all threads and processes that write it.

    The connections' busy timeout must be 0.
    """

    def __init__(self, database: str) -> None:
        self._path = Path(f"{database}-turn")

    def begin(self, connection: sqlite3.Connection, *, seconds: float = BUSY_SECONDS) -> bool:
        """Begin a transaction that holds the write lock.

        False where ``seconds`` passed without it, or something else is in the way: ``BEGIN IMMEDIATE`` says what.
        """
        return self._queue(connection, "BEGIN IMMEDIATE", (), seconds) is not None

    def run(
        self,
        connection: sqlite3.Connection,
        statement: str,
        parameters: Sequence[object],
        *,
        seconds: float = BUSY_SECONDS,
    ) -> int | None:
        """Run one statement that is a transaction by itself; return how many rows it changed. None: as for ``begin``.

        It first tries its luck beside the queue: whoever stands in it without a core to look for the lock keeps
        all others waiting.
        """
        cursor = _try(connection, statement, parameters, _looks(LUCK_SECONDS))
        if cursor is None:
            cursor = self._queue(connection, statement, parameters, seconds)
        return None if cursor is None else cursor.rowcount

    def _queue(
        self, connection: sqlite3.Connection, statement: str, parameters: Sequence[object], seconds: float
    ) -> sqlite3.Cursor | None:
        looks = _looks(seconds)
        with self._entered(looks) as is_first:
            return _try(connection, statement, parameters, looks) if is_first else None

    @contextmanager
    def _entered(self, looks: Iterator[bool]) -> Iterator[bool]:
        """Stand first in the queue; gives False where the time passed before. The kernel frees a dead holder's."""
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            yield True  # a folder that takes no file: SQLite says so in its own words
            return
        try:
            yield _lock(file, looks)
        finally:
            os.close(file)  # and with it the lock


def _try(
    connection: sqlite3.Connection, statement: str, parameters: Sequence[object], looks: Iterator[bool]
) -> sqlite3.Cursor | None:
    """Run the statement once the write lock is free; None where the time passed first, or for another error."""
    while True:
        try:
            return connection.execute(statement, parameters)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or not next(looks, False):
                return None


def _lock(file: int, looks: Iterator[bool]) -> bool:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not next(looks, False):
                return False
        except OSError:
            return True  # a file system without locks
        else:
            return True


def _looks(seconds: float) -> Iterator[bool]:
    """Give True after each pause, until ``seconds`` have passed."""
    began = time.monotonic()
    while (waited := time.monotonic() - began) < seconds:
        time.sleep(LOOK_SECONDS if waited < _SOON else _SLOW_SECONDS)
        yield True


# ── one commit for many ──────────────────────────────────────────────────────────────────────────


@dataclass(slots=True, eq=False)
class _PendingWrite:
    """What one thread wants written, and what became of it."""

    act: Callable[[Connection], Any]
    made: Any = None
    error: BaseException | None = None
    is_settled: bool = False
    turn: Event = field(default_factory=Event)  # it is settled, or first of those who wait

    def attempt(self, connection: Connection) -> None:
        """Run the act; its own error undoes what it wrote. Raises StoreError where nothing can be written."""
        try:
            with explained(), savepoint(connection):
                self.made = self.act(connection)
        except StoreConflictError as error:
            self.error = error
        except StoreError:
            # A full disk, a broken file: SQLite may have ended the whole transaction by itself.
            raise
        except BaseException as error:  # noqa: BLE001 - raised in the thread that brought the act
            self.error = error


@contextmanager
def savepoint(connection: Connection, *, keeps: bool = True) -> Iterator[None]:
    """Undo what the block wrote where it raises, or is not to be kept. SQLAlchemy's own takes four times as long.

    What is done and undone takes as long as what is kept, so that no clock tells a stranger of it.
    """
    connection.exec_driver_sql("SAVEPOINT attempt")
    is_kept = False
    try:
        yield
        is_kept = keeps
    finally:
        if not is_kept:
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT attempt")
        connection.exec_driver_sql("RELEASE SAVEPOINT attempt")


class GroupCommit:
    """Small writes of the threads of one process share a transaction. ``write`` opens one that is committed at its end.

    The first thread that comes leads: it takes what all others have queued meanwhile, runs each in a savepoint of one
    transaction, commits, and only then is anybody answered. Whoever came during that is in the next one, led by the
    first of them. No thread wakes before its turn: twenty that wake at each commit take the interpreter from the one
    that works.
    """

    def __init__(self, write: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._write = write
        self._lock = Lock()
        self._waiting: list[_PendingWrite] = []
        self._is_led = False

    def run(self, act: Callable[[Connection], Made]) -> Made:
        """Return what ``act`` made, once it is committed. Raises what it raised, or what the commit did."""
        pending = _PendingWrite(act)
        with self._lock:
            self._waiting.append(pending)
            leads, self._is_led = not self._is_led, True
        if not leads:
            pending.turn.wait()
        if not pending.is_settled:
            self._lead()
        if pending.error is not None:
            raise pending.error
        made: Made = pending.made
        return made

    def _lead(self) -> None:
        """Commit a batch, let the next one begin, and then answer."""
        with self._lock:
            batch = self._waiting[:MOST_AT_ONCE]
            del self._waiting[:MOST_AT_ONCE]
        try:
            self._commit(batch)
        finally:
            with self._lock:
                self._is_led = bool(self._waiting)
                if self._is_led:
                    self._waiting[0].turn.set()
            for pending in batch:
                pending.is_settled = True
                pending.turn.set()

    def _commit(self, batch: list[_PendingWrite]) -> None:
        try:
            with self._write() as connection:
                for pending in batch:
                    pending.attempt(connection)
        except BaseException as error:  # noqa: BLE001 - raised in every thread whose act was in here
            for pending in batch:
                pending.error = pending.error or error
