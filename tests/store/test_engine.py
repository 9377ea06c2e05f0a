"""How the database is opened."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from newsletter.errors import UnstorableError
from newsletter.store.engine import Store, open_engine
from newsletter.store.schema import issues
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


@pytest.mark.parametrize("given", [10**30, "\udcff"])
def test_what_no_database_holds_is_wrong_input_and_no_fault_of_it(either: Store, given: object) -> None:
    with pytest.raises(UnstorableError) as told, either.read() as connection:
        connection.execute(select(issues.c.id).where(issues.c.id == given)).all()
    assert told.value.exit_code == 2
    assert told.value.hint
