"""A ledger on each of the two engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from newsletter.store.engine import Store, open_engine
from newsletter.store.schema import metadata
from tests.support.empty_ledger import open_ledger
from tests.support.postgres_server import ENGINES, PostgresServer

EMPTY = "an empty ledger"


@pytest.fixture(scope="session")
def server_with_ledger(server: PostgresServer) -> PostgresServer:
    """The server with an empty ledger to copy: its tables are made once."""
    store = Store(open_engine(server.fresh_url(EMPTY)))
    metadata.create_all(store.engine)
    store.close()
    return server


@pytest.fixture(params=ENGINES)
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty ledger, on one engine and then on the other."""
    if request.param == "postgresql":
        server = request.getfixturevalue("server_with_ledger")
        store = Store(open_engine(server.fresh_url(uuid4().hex, like=EMPTY)))
    else:
        store = open_ledger(tmp_path)
    yield store
    store.close()


@pytest.fixture(params=ENGINES)
def untouched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database without tables, on one engine and then on the other."""
    if request.param == "postgresql":
        store = Store(open_engine(request.getfixturevalue("server").fresh_url(uuid4().hex)))
    else:
        store = Store(open_engine(f"sqlite+pysqlite:///{tmp_path / 'ledger.sqlite3'}"))
    yield store
    store.close()
