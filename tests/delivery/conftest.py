"""A fresh ledger for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.store.engine import Store, open_engine
from newsletter.store.schema import metadata
from tests.delivery_factories import World


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(open_engine(f"sqlite+pysqlite:///{tmp_path / 'ledger.sqlite3'}"))
    metadata.create_all(opened.engine)
    yield opened
    opened.close()


@pytest.fixture
def world(store: Store, tmp_path: Path) -> World:
    return World(store=store, folder=tmp_path)
