"""A fresh ledger for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.store.engine import Store, open_engine
from newsletter.store.schema import metadata
from tests.support.delivery_factories import World
from tests.support.empty_ledger import open_ledger
from tests.support.postgres_server import ENGINES, PostgresServer


@pytest.fixture(scope="session")
def postgres(server: PostgresServer) -> Iterator[Store]:
    """One database for all tests: it is emptied for each, which takes less of the disk than a new one."""
    opened = Store(open_engine(server.fresh_url("ledger")))
    metadata.create_all(opened.engine)
    yield opened
    opened.close()


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "postgresql":
        shared: Store = request.getfixturevalue("postgres")
        with shared.write() as connection:
            tables = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
            connection.exec_driver_sql(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
        yield shared
        return
    opened = open_ledger(tmp_path, "ledger.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def world(store: Store, tmp_path: Path) -> World:
    return World(store=store, folder=tmp_path)
