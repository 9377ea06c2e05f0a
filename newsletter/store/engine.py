"""Opening the database. I/O.

SQLite runs in WAL mode with ``BEGIN IMMEDIATE``: a writer waits its turn at the start of its
transaction (``write_queue``) and is never refused in the middle of it. ``synchronous=FULL`` because an
answer that was recorded must survive the loss of power.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Select, create_engine, event, make_url

from newsletter.errors import StoreError
from newsletter.store.database_errors import explained
from newsletter.store.group_commit import Together
from newsletter.store.write_queue import Turnstile

__all__ = ["Connection", "Store", "database_url", "open_engine"]

BUSY_SECONDS = 30
# A server whose machine is gone says nothing at all: libpq would wait for it for hours.
_PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": BUSY_SECONDS * 1000,
}
_ALWAYS_BUSY = f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}"
_HASTY = "busy_timeout is 0"
Made = TypeVar("Made")


def database_url(database: str, data: Path) -> str:
    """Return the SQLAlchemy URL: the setting, else ``newsletter.sqlite3`` in the data folder."""
    if not database:
        return f"sqlite+pysqlite:///{data / 'newsletter.sqlite3'}"
    if database.startswith(("postgresql://", "postgres://")):
        return "postgresql+psycopg://" + database.partition("://")[2]
    if database.startswith(("postgresql+psycopg://", "sqlite")):
        return database
    raise StoreError(
        f"storage.database begins with {database.partition(':')[0]!r}, which is not supported.",
        hint='Leave it empty for SQLite, or give "postgresql://user:password@host/name".',
    )


def open_engine(url: str) -> Engine:
    """Open the database at ``url``; raise StoreError with what to do where that fails."""
    if url.startswith("sqlite"):
        return _open_sqlite(url)
    return create_engine(
        url, connect_args=_PATIENCE, pool_pre_ping=True, pool_size=5, max_overflow=5, hide_parameters=True
    )


def _open_sqlite(url: str) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, hide_parameters=True
    )  # parameters hold addresses, and errors are logged
    turnstile = Turnstile(make_url(url).database or "")

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, record: Any) -> None:
        del record
        connection.isolation_level = None  # SQLAlchemy's own BEGIN below is the only one
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "cache_size=-16000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "checkin")
    def _restore(connection: sqlite3.Connection | None, record: Any) -> None:
        # After the commit: whatever runs before it holds the lock for longer.
        if connection is not None and record.info.pop(_HASTY, False):
            connection.execute(_ALWAYS_BUSY)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writing", True):
            _begin_in_turn(connection, turnstile)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _begin_in_turn(connection: Connection, turnstile: Turnstile) -> None:
    if not turnstile.begin(_never_busy(connection), seconds=BUSY_SECONDS):
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises what there is to say


def _never_busy(connection: Connection) -> sqlite3.Connection:
    """Return SQLite's own connection, which waits for nobody until it is back in the pool: the turnstile waits better."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.execute("PRAGMA busy_timeout=0")
    connection.info[_HASTY] = True
    return driver


class Store:
    """A database, and the ways to use it: ``read()`` and ``write()``, each one transaction, or a share of one."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._together = Together(self.write)
        self._turnstile = Turnstile(engine.url.database or "")

    @property
    def name(self) -> str:
        """The file, or host and database; never a user or a password."""
        url = self.engine.url
        return "/".join(part for part in (url.host, url.database) if part)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view; never waits for a writer in SQLite."""
        with (
            explained(self.name),
            self.engine.connect().execution_options(writing=False) as connection,
            connection.begin(),
        ):
            yield connection

    def has_any(self, query: Select[Any]) -> bool:
        """Whether the query finds a row: whoever seldom has to write looks first, and keeps nobody waiting."""
        with self.read() as connection:
            return connection.execute(query.limit(1)).first() is not None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, committed at the end, rolled back on any error."""
        with explained(self.name), self.engine.begin() as connection:
            yield connection

    @property
    def is_sqlite(self) -> bool:
        """Whether all who write wait for each other."""
        return self.engine.dialect.name == "sqlite"

    def write_at_once(self, statement: str, parameters: Sequence[object]) -> int:
        """Run one statement of SQLite as a transaction of its own; return how many rows it changed.

        It holds the write lock for as long as SQLite works, and no longer. Within ``write`` the interpreter is
        given away at each step: a process that is short of a core then holds the lock until it has one again.
        """
        with explained(self.name), self.engine.connect() as connection:
            count = self._turnstile.run(_never_busy(connection), statement, parameters, seconds=BUSY_SECONDS)
        if count is None:
            with self.write() as connection:  # raises what there is to say
                count = connection.exec_driver_sql(statement, tuple(parameters)).rowcount
        return count

    def write_together(self, act: Callable[[Connection], Made]) -> Made:
        """Return what ``act`` returns, once what it wrote is committed; several threads share one commit.

        For many small writes at once, as a web face has: a commit waits for the disk. ``act`` runs in a
        savepoint, perhaps in another thread; what it raises undoes its own writes and reaches its caller
        alone. In PostgreSQL, which commits together by itself, each is a transaction of its own.
        """
        if self.is_sqlite:
            return self._together.run(act)
        with self.write() as connection:
            return act(connection)

    def check(self) -> None:
        """Ask the database the smallest question. Raises StoreError where it does not answer."""
        with self.read() as connection:
            connection.exec_driver_sql("SELECT 1").scalar_one()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
