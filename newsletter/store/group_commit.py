"""Small writes of several threads share one transaction and one wait for the disk. I/O (database, threads).

The first thread that comes leads: it takes what all others have queued meanwhile, runs each in a savepoint
of one transaction, commits, and only then is anybody answered. Whoever came during that is in the next
one, led by the first of them. There is no thread of its own, so there is nothing to start or to end, and no
thread wakes before its turn: twenty that wake at each commit take the interpreter from the one that works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, TypeVar

from sqlalchemy import Connection

from newsletter.errors import StoreConflictError, StoreError
from newsletter.store.database_errors import explained

MOST_AT_ONCE = 64  # acts in one transaction: others wait for its lock
Made = TypeVar("Made")


@dataclass(slots=True, eq=False)
class _Wish:
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
def savepoint(connection: Connection) -> Iterator[None]:
    """Undo what the block wrote where it raises. SQLAlchemy's own takes four times as long."""
    connection.exec_driver_sql("SAVEPOINT attempt")
    try:
        yield
    except BaseException:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT attempt")
        connection.exec_driver_sql("RELEASE SAVEPOINT attempt")
        raise
    connection.exec_driver_sql("RELEASE SAVEPOINT attempt")


class Together:
    """The queue of one process. ``write`` opens a transaction that is committed at its end."""

    def __init__(self, write: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._write = write
        self._lock = Lock()
        self._waiting: list[_Wish] = []
        self._is_led = False

    def run(self, act: Callable[[Connection], Made]) -> Made:
        """Return what ``act`` made, once it is committed. Raises what it raised, or what the commit did."""
        wish = _Wish(act)
        with self._lock:
            self._waiting.append(wish)
            leads, self._is_led = not self._is_led, True
        if not leads:
            wish.turn.wait()
        if not wish.is_settled:
            self._lead()
        if wish.error is not None:
            raise wish.error
        made: Made = wish.made
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
            for wish in batch:
                wish.is_settled = True
                wish.turn.set()

    def _commit(self, batch: list[_Wish]) -> None:
        try:
            with self._write() as connection:
                for wish in batch:
                    wish.attempt(connection)
        except BaseException as error:  # noqa: BLE001 - raised in every thread whose act was in here
            for wish in batch:
                wish.error = wish.error or error
