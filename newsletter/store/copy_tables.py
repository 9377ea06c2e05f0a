"""All rows of a database copied to another, at whatever revision it is and from either engine to the other. I/O.

It is how PostgreSQL gets into a backup, which is one SQLite file: no program of a server is needed, and a backup of
either engine can be restored into the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Integer,
    MetaData,
    Table,
    func,
    insert,
    select,
    text,
)

from newsletter.errors import StoreError
from newsletter.store import migrate
from newsletter.store.database_errors import explained
from newsletter.store.engine import Store, open_engine
from newsletter.store.schema import UTCDateTime

_ROWS = 1000  # at once
_LEFT_OUT = ("alembic_version", "search_")


def open_file(path: Path) -> Store:
    """Open a SQLite file as a database."""
    return Store(open_engine(f"sqlite+pysqlite:///{path}"))


def copy_to_file(store: Store, path: Path) -> None:
    """Write a PostgreSQL database as of one instant into a new SQLite file of the same revision.

    Raises StoreError where there are no tables yet.
    """
    revision = migrate.current_revision(store)
    if revision is None:
        raise StoreError(
            f"The database {store.name} has no tables yet.", hint="newsletter db upgrade makes them."
        )
    with closing(open_file(path)) as target:
        migrate.upgrade(target, revision)
        one_instant = store.engine.execution_options(isolation_level="REPEATABLE READ")
        with explained(store.name), one_instant.connect() as source, target.write() as into:
            _copy_rows(source, into, _find_tables(into))


@contextmanager
def copied_from_file(path: Path, store: Store) -> Iterator[None]:
    """Make a PostgreSQL database what the SQLite file is, in one transaction: what was there is gone.

    It stays as it was where what is done within raises.
    """
    with closing(open_file(path)) as source:
        revision = migrate.current_revision(source)
        with source.read() as out, store.write() as into:
            there = MetaData()
            there.reflect(into)
            there.drop_all(into)
            migrate.upgrade_within(into, revision or "base")
            _copy_rows(out, into, _find_tables(out))
            yield


def _find_tables(connection: Connection) -> list[Table]:
    """Return the tables of a SQLite file, those first that others refer to, with types that both engines know.

    The index of ``search`` is left out: it is another in each engine, and made anew.
    """
    found = MetaData()
    found.reflect(connection, only=lambda name, _: not name.startswith(_LEFT_OUT))
    for table in found.sorted_tables:
        for column in table.columns:
            kind = column.type.as_generic()
            if isinstance(kind, DateTime):
                kind = UTCDateTime()
            elif isinstance(kind, JSON):
                kind = JSON(none_as_null=True)
            elif isinstance(kind, Integer):
                kind = BigInteger()
            column.type = kind
    return found.sorted_tables


def _copy_rows(source: Connection, into: Connection, tables: list[Table]) -> None:
    for table in tables:
        rows = source.execute(select(table), execution_options={"yield_per": _ROWS})
        for some in rows.mappings().partitions():
            into.execute(insert(table), [dict(row) for row in some])
    _set_last_ids(into, _read_last_ids(source, tables))


def _read_last_ids(connection: Connection, tables: list[Table]) -> dict[str, int]:
    """Return the last id that each table gave: one that was given is never given again, though its row is gone."""
    numbered = [table for table in tables if "id" in table.c and isinstance(table.c.id.type, Integer)]
    last = {table.name: connection.scalar(select(func.max(table.c.id))) or 0 for table in numbered}
    if connection.dialect.name == "sqlite":
        given = connection.execute(text("SELECT name, seq FROM sqlite_sequence")).all()
    else:
        query = "SELECT :name, pg_sequence_last_value(pg_get_serial_sequence(:name, 'id')::regclass)"  # null: none yet
        given = [connection.execute(text(query), {"name": name}).one() for name in last]
    for name, number in given:
        last[name] = max(last[name], number or 0)
    return last


def _set_last_ids(connection: Connection, last: Mapping[str, int]) -> None:
    changes = [{"name": name, "number": number} for name, number in last.items() if number]
    if connection.dialect.name == "sqlite":
        connection.execute(text("DELETE FROM sqlite_sequence"))
        query = "INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"
    else:
        query = "SELECT setval(pg_get_serial_sequence(:name, 'id'), :number)"
    for change in changes:
        connection.execute(text(query), change)
