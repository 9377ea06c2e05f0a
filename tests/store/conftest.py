"""A ledger on each of the two engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from newsletter.store.engine import Store, open_engine
from newsletter.store.schema import metadata
from tests.support.empty_ledger import open_ledger
from tests.support.postgres_server import PostgresServer, find_binaries


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as started:
        yield started


ENGINES = [
    "sqlite",
    pytest.param(
        "postgresql",
        marks=[
            pytest.mark.servers,
            pytest.mark.skipif(find_binaries() is None, reason="PostgreSQL is not installed"),
        ],
    ),
]


def _open_database(request: pytest.FixtureRequest) -> Store:
    return Store(open_engine(request.getfixturevalue("server").fresh_url(uuid4().hex)))


@pytest.fixture(params=ENGINES)
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty ledger, on one engine and then on the other."""
    if request.param == "postgresql":
        store = _open_database(request)
        metadata.create_all(store.engine)
    else:
        store = open_ledger(tmp_path)
    yield store
    store.close()


@pytest.fixture(params=ENGINES)
def untouched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database without tables, on one engine and then on the other."""
    if request.param == "postgresql":
        store = _open_database(request)
    else:
        store = Store(open_engine(f"sqlite+pysqlite:///{tmp_path / 'ledger.sqlite3'}"))
    yield store
    store.close()
