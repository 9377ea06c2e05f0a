"""PostgreSQL on another machine: answers of the database get lost, and it is away for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from newsletter.delivery.connections import RETRY_SECONDS
from newsletter.model import DeliveryStatus
from newsletter.store.engine import Store, open_engine
from tests.delivery.lossy_door import LossyDoor
from tests.support.delivery_factories import World, relay_to
from tests.support.postgres_server import find_binaries
from tests.support.smtp_peer import Peer

pytestmark = [
    pytest.mark.servers,
    pytest.mark.skipif(find_binaries() is None, reason="PostgreSQL is not installed"),
    pytest.mark.parametrize("store", ["postgresql"], indirect=True),
]


@contextmanager
def behind(door: LossyDoor, direct: Store, folder: Path) -> Iterator[World]:
    """A world whose sender reaches the same database through the door."""
    url = make_url(direct.engine.url).set(host="127.0.0.1", port=door.port)
    store = Store(open_engine(url.render_as_string(hide_password=False)))
    yield World(store=store, folder=folder)
    store.close()


def port_of(store: Store) -> int:
    port = store.engine.url.port
    assert port is not None
    return port


async def until_taken(peer: Peer, count: int, sending: asyncio.Task[object]) -> None:
    while len(peer.taken) < count and not sending.done():  # noqa: ASYNC110 - the peer has no event for it
        await asyncio.sleep(0.005)


def test_a_commit_whose_answer_is_lost_loses_and_doubles_nobody(
    store: Store, world: World, tmp_path: Path
) -> None:
    issue = world.ready(400)

    async def run() -> list[str]:
        async with Peer() as peer, LossyDoor(port_of(store)) as door:
            with behind(door, store, tmp_path) as far:
                sending = asyncio.create_task(far.send(relay_to(peer.port)))
                for count in (20, 150, 250):
                    await until_taken(peer, count, sending)
                    door.lose_commits += 1
                await sending
            assert door.lost >= 2
            return [recipient for _, recipient, _ in peer.taken]

    taken = asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 400}
    assert len(taken) == len(set(taken)) == 400
    assert world.status(issue) == "sent"


def test_a_database_that_is_away_for_a_while_only_delays(
    store: Store, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    issue = world.ready(400)

    async def run() -> list[str]:
        async with Peer() as peer, LossyDoor(port_of(store)) as door:
            with behind(door, store, tmp_path) as far:
                sending = asyncio.create_task(far.send(relay_to(peer.port)))
                await until_taken(peer, 100, sending)
                door.shut = True
                door.drop_all()
                await far.until_told("ledger", sending)
                await asyncio.sleep(1.5 * RETRY_SECONDS)  # so that the next try finds it away as well
                assert len(peer.taken) < 400
                door.shut = False
                await sending
                assert [key for key, _, _ in far.alerts] == ["ledger"]
            return [recipient for _, recipient, _ in peer.taken]

    taken = asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 400}
    assert len(taken) == len(set(taken)) == 400
    assert len(capsys.readouterr().out.splitlines()) < 30  # it is told, not told without end
