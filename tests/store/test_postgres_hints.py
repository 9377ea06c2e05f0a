"""What a PostgreSQL that does not do its part says, and what the operator is then told to do."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from newsletter.errors import ConfigError, StoreError
from newsletter.store.engine import Store, open_engine
from newsletter.wiring import Installation
from tests.support.app_factory import make_app, subscribe
from tests.support.command_line import run_command
from tests.support.postgres_server import NEEDS_POSTGRES, PostgresServer

pytestmark = NEEDS_POSTGRES


def _told(url: str, statement: str = "SELECT 1") -> StoreError:
    store = Store(open_engine(url))
    try:
        with pytest.raises(StoreError) as caught, store.write() as connection:
            connection.exec_driver_sql(statement)
    finally:
        store.close()
    return caught.value


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        (lambda url: url.rpartition("/")[0] + "/not-there", "createdb"),
        (lambda url: url.replace("newsletter@", "stranger@"), "does not let this user in"),
        (lambda url: url.replace("127.0.0.1", "nowhere.invalid"), "Correct the host"),
    ],
)
def test_who_cannot_get_in_is_told_why(
    server: PostgresServer, change: Callable[[str], str], hint: str
) -> None:
    told = _told(change(server.fresh_url(uuid4().hex)))
    assert hint in told.hint
    assert "db upgrade" not in told.hint


def test_a_server_that_does_not_run_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert "Does the server run" in _told(f"postgresql+psycopg://news@127.0.0.1:{port}/news").hint


@pytest.mark.parametrize(
    ("statement", "hint"),
    [
        ("SELECT * FROM issues", "newsletter db upgrade"),
        ("SELECT nothing FROM pg_class", "newsletter db upgrade"),
        ("SET TRANSACTION READ ONLY; CREATE TABLE a (b int)", "Name the primary"),
        ("SET ROLE pg_monitor; CREATE TABLE a (b int)", "ALTER DATABASE"),
        ("SET LOCAL statement_timeout = '10ms'; SELECT pg_sleep(1)", "statement_timeout"),
        ("SELECT pg_terminate_backend(pg_backend_pid())", "Does the server run"),
    ],
)
def test_what_the_server_refuses_is_told_with_what_to_do(
    server: PostgresServer, statement: str, hint: str
) -> None:
    assert hint in _told(server.fresh_url(uuid4().hex), statement).hint


def test_a_full_server_is_told(server: PostgresServer) -> None:
    url = server.fresh_url("crowded")
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute('CREATE ROLE single LOGIN; ALTER DATABASE "crowded" CONNECTION LIMIT 0')
    assert "max_connections" in _told(url.replace("newsletter@", "single@")).hint


@pytest.fixture
def first(server: PostgresServer, tmp_path: Path) -> Iterator[Installation]:
    """The machine where `serve` runs, its ledger in use."""
    app = make_app(tmp_path / "first", storage={"database": server.fresh_url(uuid4().hex)})
    subscribe(app, "ann@example.org")
    yield app
    app.close()


def test_a_second_machine_without_the_keys_is_told_where_they_are(
    first: Installation, tmp_path: Path
) -> None:
    second = make_app(tmp_path / "second", storage={"database": first.settings.storage.database})
    with pytest.raises(ConfigError, match="is not here") as caught:
        _ = second.keys
    assert caught.value.hint.startswith("Copy keys/")
    second.close()


def test_a_second_machine_with_keys_of_its_own_is_refused(first: Installation, tmp_path: Path) -> None:
    """Nobody would know the links that it signs."""
    third = make_app(tmp_path / "third")
    assert third.keys
    third.close()
    second = make_app(tmp_path / "third", storage={"database": first.settings.storage.database})
    with pytest.raises(ConfigError, match="not those that the ledger was used with") as caught:
        _ = second.keys
    assert caught.value.hint.startswith("Copy keys/")
    second.close()


def test_a_worker_makes_no_keys_of_its_own(server: PostgresServer, tmp_path: Path) -> None:
    """Those of `serve`, made a moment later, would be others."""
    told = run_command(
        "--data",
        str(tmp_path / "worker"),
        "worker",
        variables={"NEWSLETTER_STORAGE__DATABASE": server.fresh_url(uuid4().hex)},
    )
    assert told.code == 2
    assert "Copy keys/" in told.err
    assert not (tmp_path / "worker" / "keys").exists()
