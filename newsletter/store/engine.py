"""Opening the database. I/O.

SQLite runs in WAL mode with ``BEGIN IMMEDIATE``: a writer waits its turn at the start of its
transaction and is never refused in the middle of it. ``synchronous=FULL`` because an answer that was
recorded must survive the loss of power.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from newsletter.errors import StoreConflictError, StoreError

__all__ = ["Connection", "Store", "database_url", "open_engine"]

BUSY_MILLISECONDS = 30_000


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
    return create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=5)


def _open_sqlite(url: str) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": BUSY_MILLISECONDS / 1000, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, record: Any) -> None:
        del record
        connection.isolation_level = None  # SQLAlchemy's own BEGIN below is the only one
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_MILLISECONDS}",
            "cache_size=-16000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


class Store:
    """A database, and the two ways to use it: ``read()`` and ``write()``, each one transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view; never waits for a writer in SQLite."""
        with (
            _explained(),
            self.engine.connect().execution_options(writing=False) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, committed at the end, rolled back on any error."""
        with _explained(), self.engine.begin() as connection:
            yield connection

    def check(self) -> None:
        """Ask the database the smallest question. Raises StoreError where it does not answer."""
        with self.read() as connection:
            connection.exec_driver_sql("SELECT 1").scalar_one()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise StoreConflictError(
            f"The database refused: {error.orig}.", hint="Try it again: another process was quicker."
        ) from error
    except DBAPIError as error:
        raise StoreError(f"The database refused: {error.orig}.", hint=_hint(str(error.orig))) from error
    except SQLAlchemyError as error:
        raise StoreError(f"The database cannot be used: {error}.", hint=_hint(str(error))) from error


def _hint(words: str) -> str:
    words = words.lower()
    if "readonly" in words or "read-only" in words or "unable to open" in words:
        return "The data folder must exist and be writable by the user that runs the newsletter."
    if "full" in words or "no space" in words:
        return "The disk is full. Free some space; nothing that was recorded is lost."
    if "locked" in words:
        return "Another program holds the database. Stop it, or wait for it to end."
    if "malformed" in words or "not a database" in words:
        return "The file is damaged. Restore the last backup: newsletter restore FILE."
    if "no such table" in words or "does not exist" in words:
        return "Bring the database up to date: newsletter db upgrade."
    return "The operations guide (docs/operations.md) says how to look at the database."
