"""Fixtures that many tests share: a store, an installation with a fixed clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import structlog
from hypothesis import HealthCheck, settings

from newsletter.config import load_table
from newsletter.english.rules import learn
from newsletter.store.engine import Store
from newsletter.stories.lexicon import build_lexicon
from newsletter.wiring import Installation
from tests.support.app_factory import make_app
from tests.support.empty_ledger import open_ledger
from tests.support.postgres_server import ENGINES, PostgresServer

# A busy machine is no fault of the code.
settings.register_profile("patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """What one test sets about the logs, the next one does not find."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def words_of_the_subject() -> None:
    """The rules of the language know the words of the shipped lexicon."""
    learn(build_lexicon(load_table("lexicon.toml")).words)


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL for all tests of a process; each takes a database of its own."""
    with PostgresServer() as started:
        yield started


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest) -> str:
    """The setting ``storage.database`` of a new installation, on one engine and then on the other."""
    if request.param == "sqlite":
        return ""
    server: PostgresServer = request.getfixturevalue("server")
    return server.fresh_url(uuid4().hex)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty, migrated SQLite ledger."""
    opened = open_ledger(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Installation]:
    """An installation that reads the seed alone and writes mails into a folder."""
    opened = make_app(tmp_path / "data")
    yield opened
    opened.close()
