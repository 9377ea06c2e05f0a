"""What a database's refusal means, and what to do about it. Pure."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

from newsletter.data_files import read_data
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
            f"{database} cannot hold it: {_first_line(error)}.", hint=_TABLE["unstorable"]
        ) from error
    except DBAPIError as error:
        raise StoreError(f"{database} refused: {_first_line(error)}.", hint=_hint(error.orig)) from error
    except SQLAlchemyError as error:
        raise StoreError(f"{database} cannot be used: {error}.", hint=_hint(error)) from error
    except (OverflowError, UnicodeEncodeError) as error:  # sqlite3 raises these as they are
        raise UnstorableError(f"{database} cannot hold it: {error}.", hint=_TABLE["unstorable"]) from error


def _first_line(error: DBAPIError) -> str:
    """Return what the database said, without the values that PostgreSQL quotes below: they hold addresses."""
    return str(error.orig).partition("\n")[0]


def _hint(error: object) -> str:
    rows = _TABLE["sqlite" if isinstance(error, sqlite3.Error) else "postgresql"]
    fitting = (row["hint"] for row in rows if re.search(row["said"], str(error), re.IGNORECASE))
    return str(next(fitting, _TABLE["else"]))


_TABLE = read_data("newsletter.store", "database_errors.toml")
