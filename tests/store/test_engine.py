"""How the database is opened."""

from __future__ import annotations

import pytest

from newsletter.store.engine import Store, open_engine
from newsletter.store.sqlite_writers import BUSY_SECONDS
from tests.support.postgres_server import PostgresServer, find_binaries


@pytest.mark.servers
@pytest.mark.skipif(find_binaries() is None, reason="PostgreSQL is not installed")
def test_a_server_whose_machine_is_gone_is_not_waited_for_for_hours(server: PostgresServer) -> None:
    store = Store(open_engine(server.fresh_url("patience")))
    with store.read() as connection:
        given = connection.connection.driver_connection.info.get_parameters()  # type: ignore[union-attr]
    store.close()
    assert int(given["tcp_user_timeout"]) == BUSY_SECONDS * 1000  # what was sent and never acknowledged
    assert int(given["connect_timeout"]) == 10
    silent = int(given["keepalives_idle"]) + 3 * int(given["keepalives_interval"])
    assert silent <= BUSY_SECONDS  # while an answer is waited for
