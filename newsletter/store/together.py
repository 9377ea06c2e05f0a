"""Small writes of several threads share one transaction and one wait for the disk. I/O (database, threads).

The first thread that comes leads: it takes what all others have queued meanwhile, runs each in a savepoint
of one transaction, commits, and only then is anybody answered. Whoever came during that is in the next
one. There is no thread of its own, so there is nothing to start or to end.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from threading import Condition
from typing import Any, TypeVar

from sqlalchemy import Connection

from newsletter.errors import StoreConflictError, StoreError
from newsletter.store.refusals import explained

MOST_AT_ONCE = 64  # acts in one transaction: others wait for its lock
Made = TypeVar("Made")


@dataclass(slots=True, eq=False)
class _Wish:
    """What one thread wants written, and what became of it."""

    act: Callable[[Connection], Any]
    made: Any = None
    error: BaseException | None = None
    is_settled: bool = field(default=False)

    def attempt(self, connection: Connection) -> None:
        """Run the act; its own error undoes what it wrote. Raises StoreError where nothing can be written."""
        try:
            with explained(), connection.begin_nested():
                self.made = self.act(connection)
        except StoreConflictError as error:
            self.error = error
        except StoreError:
            # A full disk, a broken file: SQLite may have ended the whole transaction by itself.
            raise
        except BaseException as error:  # noqa: BLE001 - raised in the thread that brought the act
            self.error = error


class Together:
    """The queue of one process. ``write`` opens a transaction that is committed at its end."""

    def __init__(self, write: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._write = write
        self._changed = Condition()
        self._waiting: list[_Wish] = []
        self._is_led = False

    def run(self, act: Callable[[Connection], Made]) -> Made:
        """Return what ``act`` made, once it is committed. Raises what it raised, or what the commit did."""
        wish = _Wish(act)
        with self._changed:
            self._waiting.append(wish)
        while (batch := self._next_batch(wish)) is not None:
            self._commit(batch)
        if wish.error is not None:
            raise wish.error
        made: Made = wish.made
        return made

    def _next_batch(self, wish: _Wish) -> list[_Wish] | None:
        """Wait until ``wish`` is settled (None), or until it is for this thread to lead a batch."""
        with self._changed:
            self._changed.wait_for(lambda: wish.is_settled or not self._is_led)
            if wish.is_settled:
                return None
            self._is_led = True
            batch = self._waiting[:MOST_AT_ONCE]
            del self._waiting[:MOST_AT_ONCE]
            return batch

    def _commit(self, batch: list[_Wish]) -> None:
        try:
            with self._write() as connection:
                for wish in batch:
                    wish.attempt(connection)
        except BaseException as error:  # noqa: BLE001 - raised in every thread whose act was in here
            for wish in batch:
                wish.error = wish.error or error
        finally:
            with self._changed:
                for wish in batch:
                    wish.is_settled = True
                self._is_led = False
                self._changed.notify_all()
