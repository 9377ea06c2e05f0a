"""A ledger on each of the two engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest

from newsletter.store.engine import Store, open_engine
from newsletter.store.migrate import upgrade
from tests.support.postgres_server import ENGINES, PostgresServer

Fill = Callable[..., object]
Copy = Callable[..., Store]


@cache
def _on_postgres(server: PostgresServer, fill: Fill, *given: str) -> str:
    name = uuid4().hex
    store = Store(open_engine(server.fresh_url(name)))
    fill(store, *given)
    store.close()
    return name


@cache
def _on_sqlite(fill: Fill, *given: str) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "ledger.sqlite3")
        path.touch()  # an empty database, where nothing is filled in
        store = Store(open_engine(f"sqlite+pysqlite:///{path}"))
        fill(store, *given)
        store.close()  # the last connection writes the log back into the file
        return path.read_bytes()


@pytest.fixture(params=ENGINES)
def copy_of(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Copy]:
    """Give copies of a database as ``fill(store, *given)`` left it, which is called once for each engine."""
    opened = []

    def copy(fill: Fill, *given: str) -> Store:
        if request.param == "postgresql":
            server: PostgresServer = request.getfixturevalue("server")
            url = server.fresh_url(uuid4().hex, like=_on_postgres(server, fill, *given))
        else:
            path = tmp_path / "ledger.sqlite3"
            path.write_bytes(_on_sqlite(fill, *given))
            url = f"sqlite+pysqlite:///{path}"
        opened.append(Store(open_engine(url)))
        return opened[-1]

    yield copy
    for store in opened:
        store.close()


@pytest.fixture
def either(copy_of: Copy) -> Store:
    """An empty ledger, on one engine and then on the other."""
    return copy_of(upgrade)
