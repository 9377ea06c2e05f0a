"""Bringing the database up to date, and refusing one from a newer version. I/O (database)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import inspect

from newsletter.errors import StoreError, StoreVersionError
from newsletter.store.engine import Connection, Store

_SCRIPTS = Path(__file__).parent / "migrations"


@cache
def list_revisions() -> tuple[str, ...]:
    """Return the revisions of the package, the newest last.

    Each file begins with its own: Alembic takes a while to start.
    """
    return tuple(sorted(file.name.partition("_")[0] for file in (_SCRIPTS / "versions").glob("[0-9]*_*.py")))


def newest_revision() -> str:
    """Return the revision that this version of the program expects."""
    if not list_revisions():
        raise StoreVersionError("The package holds no migrations.", hint="Reinstall it.")
    return list_revisions()[-1]


def current_revision(store: Store) -> str | None:
    """Return the revision of the database, or None where it has no tables yet."""
    with store.read() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def is_current(store: Store) -> bool:
    """Whether the database is exactly what this version expects."""
    return current_revision(store) == newest_revision()


def check_version(store: Store) -> None:
    """Raise StoreVersionError where the database was made by a newer version of the program."""
    current = current_revision(store)
    if current is not None:
        check_known(current)


def check_known(revision: str) -> None:
    """Raise StoreVersionError where a database of that revision was made by a newer version of the program."""
    if revision not in list_revisions():
        raise StoreVersionError(
            f"The database is at revision {revision}, which this version does not know.",
            hint="It was made by a newer version: install that one, or restore a backup from before the upgrade.",
        )


@contextmanager
def _rebuilding(store: Store) -> Iterator[Connection]:
    """One transaction in which SQLite may make a table anew, under the same name.

    It cannot change a constraint otherwise; dropping the old table must then take nothing along that refers to it
    (https://www.sqlite.org/lang_altertable.html, section 7). What refers to nothing afterwards undoes all.
    """
    with store.write_under("foreign_keys=OFF", usual="foreign_keys=ON") as connection:
        yield connection
        if store.is_sqlite and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise StoreError(
                f"The upgrade would leave {len(lost)} rows that refer to nothing; nothing was changed.",
                hint="Restore a backup, or report this with the output of: sqlite3 FILE 'PRAGMA "
                "foreign_key_check'",
            )


def upgrade(store: Store, revision: str = "head") -> bool:
    """Bring the database up to date in one transaction; return whether anything had to be done."""
    check_version(store)
    if is_current(store):
        return False
    with _rebuilding(store) as connection:
        upgrade_within(connection, revision)
    return True


def upgrade_within(connection: Connection, revision: str) -> None:
    """Bring the tables to a revision, in the caller's transaction."""
    from alembic import command  # noqa: PLC0415 - a tenth of the start of a command that upgrades nothing
    from alembic.config import Config  # noqa: PLC0415 - the same

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
