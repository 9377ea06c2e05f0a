"""What a database's refusal means, and what to do about it. Pure."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

from newsletter.errors import StoreConflictError, StoreError, UnstorableError


@contextmanager
def explained(where: str = "") -> Iterator[None]:
    """Turn SQLAlchemy's errors into ours: StoreConflictError where another was quicker, else StoreError.

    A number or a text that no database holds is an UnstorableError.
    ``where`` names the database in what is said.
    """
    database = f"The database {where}".rstrip()
    try:
        yield
    except IntegrityError as error:
        raise StoreConflictError(
            f"{database} refused: {_first_line(error)}.", hint="Try it again: another process was quicker."
        ) from error
    except DataError as error:
        raise UnstorableError(
            f"{database} cannot hold it: {_first_line(error)}.", hint=_UNSTORABLE
        ) from error
    except DBAPIError as error:
        raise StoreError(f"{database} refused: {_first_line(error)}.", hint=_hint(error.orig)) from error
    except SQLAlchemyError as error:
        raise StoreError(f"{database} cannot be used: {error}.", hint=_hint(error)) from error
    except (OverflowError, UnicodeEncodeError) as error:  # sqlite3 raises these as they are
        raise UnstorableError(f"{database} cannot hold it: {error}.", hint=_UNSTORABLE) from error


def _first_line(error: DBAPIError) -> str:
    """Return what the database said, without the values that PostgreSQL quotes below: they hold addresses."""
    return str(error.orig).partition("\n")[0]


def _hint(error: object) -> str:
    rows = _SQLITE if isinstance(error, sqlite3.Error) else _POSTGRESQL
    return next((hint for said, hint in rows if re.search(said, str(error), re.IGNORECASE)), _ELSE)


# What an engine says, and what to do about it: the first row that fits.
_ELSE = "newsletter doctor looks at what is around it: the disk, the settings, the version."
_UNSTORABLE = "Give a smaller number, or plain text."
_UPGRADE = "Bring the database up to date: newsletter db upgrade."
_SQLITE = (
    (
        "readonly|read-only|unable to open",
        "The data folder must exist and be writable by the user that runs the newsletter.",
    ),
    ("full|no space", "The disk is full. Free some space; nothing that was recorded is lost."),
    (
        "disk i/o",
        "The disk is full, or it fails: newsletter doctor says which. Nothing that was recorded is lost.",
    ),
    ("locked", "Another program holds the database. Stop it, or wait for it to end."),
    ("malformed|not a database", "The file is damaged. Restore the last backup: newsletter restore FILE."),
    ("no such table|no such column|has no column", _UPGRADE),
)
_POSTGRESQL = (
    (
        'database ".*" does not exist',
        "Make it on the server (createdb --owner USER NAME), or correct the name in storage.database.",
    ),
    (
        'password|authentication|role ".*" does not exist|pg_hba',
        "The server does not let this user in: correct user and password in storage.database, or let them in there.",
    ),
    ("(relation|column) .* does not exist", _UPGRADE),
    (
        "permission denied",
        "The user of storage.database must own it. On the server: ALTER DATABASE name OWNER TO user.",
    ),
    ("read-only", "This server only answers, as a standby does. Name the primary in storage.database."),
    (
        "no space|disk full",
        "The disk of the server is full. Free some space there; nothing that was recorded is lost.",
    ),
    (
        "too many|connection slots",
        "All its connections are taken: raise max_connections on the server. Each process here takes up to ten.",
    ),
    ("resolve|translate|not known", "Correct the host in storage.database, or DNS: nobody knows it here."),
    ("starting up|shutting down|recovery mode", "The server starts or stops just now: try it again."),
    (
        "connect|timeout|timed out|terminat|closed",
        "Does the server run, and can it be reached from here? Look at host and port in storage.database.",
    ),
)
