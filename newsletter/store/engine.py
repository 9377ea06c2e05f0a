"""Opening the database, and the ways to use it. I/O. What a writer of SQLite waits for: ``sqlite_writers``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from enum import Enum
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple, cast, get_args, get_type_hints

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Result,
    Select,
    Table,
    UpdateBase,
    create_engine,
    func,
    insert,
    make_url,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import sqlite

from newsletter.store.database_errors import explained
from newsletter.store.sqlite_writers import BUSY_SECONDS, GroupCommit, open_sqlite, run_alone, write_under

__all__ = ["Connection", "Store", "database_url", "open_engine"]

# A server whose machine is gone says nothing at all: libpq would wait for it for hours.
_PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": int(BUSY_SECONDS * 1000),
}
Made = TypeVar("Made")
Given = TypeVar("Given")
Columns = TypeVarTuple("Columns")


def database_url(database: str, data: Path) -> str:
    """Return the SQLAlchemy URL: the setting, else ``newsletter.sqlite3`` in the data folder."""
    if not database:
        return f"sqlite+pysqlite:///{data / 'newsletter.sqlite3'}"
    scheme, _, rest = database.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in {"postgresql", "postgres"} else database


def find_missing(database: str, data: Path) -> Path | None:
    """Return the file of an SQLite database that is not there or empty, which opening it would fill; else None."""
    url = make_url(database_url(database, data))
    file = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
    return file if file is not None and not (file.exists() and file.stat().st_size) else None


def open_engine(url: str) -> Engine:
    """Open the database at ``url``; raise StoreError with what to do where that fails."""
    if url.startswith("sqlite"):
        return open_sqlite(url)
    # Without preserve_rowcount an INSERT counts -1 here, and its rows in SQLite: no lease was ever had.
    return create_engine(
        url, connect_args=_PATIENCE, pool_pre_ping=True, pool_size=5, max_overflow=5, hide_parameters=True,
        execution_options={"preserve_rowcount": True},
    )  # fmt: skip


def insert_into(connection: Connection, table: Table) -> sqlite.Insert:
    """Return an INSERT that knows ON CONFLICT, in the words of the engine; both know the same."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - a tenth of the start of a command that shows a list

    return cast("sqlite.Insert", postgresql.insert(table))


def read_as(kind: type[Made], row: Any, /, **own: Any) -> Made:
    """Return the dataclass that a row holds, column by field; ``own`` are fields that are not read as they stand.

    A field of an enum gets the member, a text that cannot be None gets "" for NULL.
    """
    values = row._mapping  # noqa: SLF001 - a public name of SQLAlchemy's
    read = {
        name: convert(values[name])
        for name, convert in _fields_of(cast("Any", kind)).items()
        if name not in own
    }
    return kind(**read, **own)


@cache
def _fields_of(kind: type) -> Mapping[str, Callable[[Any], Any]]:
    """Return the fields of a dataclass, and how each is read from its column."""
    hints = get_type_hints(kind)
    return {field.name: _choose_reading(hints[field.name]) for field in fields(kind)}


def _choose_reading(hint: Any) -> Callable[[Any], Any]:
    if hint is str:
        return lambda value: value or ""
    enums = [one for one in (hint, *get_args(hint)) if isinstance(one, type) and issubclass(one, Enum)]
    if len(enums) == 1:
        return lambda value: enums[0](value) if value else None
    return lambda value: value


def hold(words: str, *columns: Column[Any]) -> ColumnElement[bool]:
    """Return the condition that one of the columns holds ``words``."""
    return or_(*(column.icontains(words, autoescape=True) for column in columns))


def add_row(connection: Connection, table: Table, row: Mapping[str, Any]) -> int:
    """Write one row; return the id that it got."""
    key = connection.execute(insert(table), row).inserted_primary_key
    assert key is not None, "both engines give the key"
    return int(key[0])


def add_new(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Write one row unless one with its key is there; say whether it was written."""
    adding = insert_into(connection, table).values(row).on_conflict_do_nothing()
    return connection.execute(adding).rowcount == 1


def write_over(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Write one row over the one with its primary key.

    One statement: a second process that writes the same row waits here for the first one to commit.
    """
    writing = insert_into(connection, table).values(row)
    connection.execute(writing.on_conflict_do_update(index_elements=table.primary_key, set_=row))


def change(connection: Connection, table: Table, *which: ColumnElement[bool], **values: Any) -> int:
    """Change those rows; return how many they were."""
    return connection.execute(update(table).where(*which).values(values)).rowcount


def in_batches(ids: Iterable[Given], size: int = 500) -> Iterator[list[Given]]:
    """Give them in lists that fit into one statement: SQLite's oldest limit is 999 variables."""
    everything = iter(ids)
    while batch := list(islice(everything, size)):
        yield batch


class Store:
    """A database, and the ways to use it: ``read()`` and ``write()``, each one transaction, or a share of one."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._group = GroupCommit(self.write)

    @property
    def name(self) -> str:
        """The file, or host and database; never a user or a password."""
        url = self.engine.url
        return "/".join(part for part in (url.host, url.database) if part)

    @property
    def file(self) -> Path | None:
        """The file of SQLite."""
        return Path(self.engine.url.database) if self.is_sqlite and self.engine.url.database else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view; never waits for a writer in SQLite."""
        with (
            explained(self.name),
            self.engine.connect().execution_options(writing=False) as connection,
            connection.begin(),
        ):
            yield connection

    def find(self, query: Select[*Columns]) -> Result[*Columns]:
        """Return all that a query finds, read in a transaction of its own."""
        with self.read() as connection:
            return connection.execute(query).freeze()()

    def count_by(self, column: Column[Any], *which: ColumnElement[bool]) -> dict[Any, int]:
        """Return how many rows there are of each value of a column that there is."""
        query = select(column, func.count()).where(*which).group_by(column)
        return {row[0]: row[1] for row in self.find(query)}

    def has_any(self, query: Select[Any]) -> bool:
        """Whether the query finds a row: whoever seldom has to write looks first, and keeps nobody waiting."""
        return self.find(query.limit(1)).first() is not None

    def run(self, change: UpdateBase) -> int:
        """Do one change in a transaction of its own; return how many rows it changed."""
        with self.write() as connection:
            return connection.execute(change).rowcount

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction, committed at the end, rolled back on any error."""
        with explained(self.name), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write_unhurried(self) -> Iterator[Connection]:
        """One transaction that SQLite does not wait for the disk for: a later ``write`` brings it there."""
        with self.write_under("synchronous=NORMAL", usual="synchronous=FULL") as connection:
            yield connection

    @contextmanager
    def write_under(self, pragma: str, *, usual: str) -> Iterator[Connection]:
        """One transaction, in SQLite under another pragma than ``usual``."""
        begin = write_under(self.engine, pragma, usual=usual) if self.is_sqlite else self.engine.begin()
        with explained(self.name), begin as connection:
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
        with explained(self.name):
            count = run_alone(self.engine, statement, parameters)
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
            return self._group.run(act)
        with self.write() as connection:
            return act(connection)

    def check(self) -> None:
        """Ask the database the smallest question. Raises StoreError where it does not answer."""
        with self.read() as connection:
            connection.exec_driver_sql("SELECT 1").scalar_one()

    def try_writing(self) -> None:
        """Write what is there already. Raises StoreError where the database takes no writes, as a standby."""
        with self.write() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
