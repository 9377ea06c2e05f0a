"""An empty ledger, migrated once a run and then copied: the migrations take longer than most tests. I/O (disk)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from newsletter.store.engine import Store, database_url, open_engine
from newsletter.store.migrate import upgrade


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        store = Store(open_engine(database_url("", Path(folder))))
        upgrade(store)
        store.close()  # the last connection writes the log back into the file
        return Path(folder, "newsletter.sqlite3").read_bytes()


def put_ledger(folder: Path, name: str = "newsletter.sqlite3") -> str:
    """Put an empty ledger into ``folder``, unless one is there; return its URL."""
    path = folder / name
    if not path.exists():
        path.write_bytes(_migrated())
    return f"sqlite+pysqlite:///{path}"


def open_ledger(folder: Path, name: str = "newsletter.sqlite3") -> Store:
    """Return an empty ledger in ``folder``."""
    return Store(open_engine(put_ledger(folder, name)))
