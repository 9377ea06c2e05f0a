"""Writers of one SQLite file queue fairly for its lock. I/O (a file beside the database, clock).

SQLite's own waiting polls with pauses that grow to 100 ms, and whoever ends a transaction may begin the
next one before a waiter looks again: a busy sender then keeps a sign-up waiting for seconds. Here a writer
holds the turnstile while it waits for the lock, and leaves it once its transaction has begun. So whoever
comes back for another transaction stands behind those who wait, and the first in the queue looks every
half millisecond.

It orders, it does not protect: that is SQLite's part. A program that knows no turnstile (``sqlite3``) only
waits as ever, and a file that cannot be made is done without.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

LOOK_SECONDS = 0.0005  # between looks, for as long as a transaction commonly takes
_SLOW_SECONDS = 0.005  # between looks after that
_SOON = 0.2
LUCK_SECONDS = 0.1  # beside the queue: many transactions end in that time


class Turnstile:
    """The queue for the write lock of one database file, among all threads and processes that write it."""

    def __init__(self, database: str) -> None:
        self._path = Path(f"{database}-turn")

    def begin(self, connection: sqlite3.Connection, *, seconds: float) -> bool:
        """Begin a transaction that holds the write lock.

        False where ``seconds`` passed without it, or something else is in the way: ``BEGIN IMMEDIATE``
        says what. The connection's busy timeout must be 0.
        """
        return self._queue(connection, "BEGIN IMMEDIATE", (), seconds) is not None

    def run(
        self, connection: sqlite3.Connection, statement: str, parameters: Sequence[object], *, seconds: float
    ) -> int | None:
        """Run one statement that is a transaction by itself; return how many rows it changed.

        It first tries its luck beside the queue: whoever stands in it without a core to look for the lock keeps
        all others waiting. None and the busy timeout: as for ``begin``.
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
        """Hold the turnstile; gives False where the time passed first. The kernel frees a dead holder's."""
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
