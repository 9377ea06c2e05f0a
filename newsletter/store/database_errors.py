"""What a database's refusal means, and what to do about it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from newsletter.errors import StoreConflictError, StoreError


@contextmanager
def explained(where: str = "") -> Iterator[None]:
    """Turn SQLAlchemy's errors into ours: StoreConflictError where another was quicker, else StoreError.

    ``where`` names the database in what is said.
    """
    database = f"The database {where}".rstrip()
    try:
        yield
    except IntegrityError as error:
        raise StoreConflictError(
            f"{database} refused: {_first_line(error)}.",
            hint="Try it again: another process was quicker.",
        ) from error
    except DBAPIError as error:
        raise StoreError(f"{database} refused: {_first_line(error)}.", hint=_hint(str(error.orig))) from error
    except SQLAlchemyError as error:
        raise StoreError(f"{database} cannot be used: {error}.", hint=_hint(str(error))) from error


def _first_line(error: DBAPIError) -> str:
    """Return what the database said, without the values that PostgreSQL quotes below: they hold addresses."""
    return str(error.orig).partition("\n")[0]


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
