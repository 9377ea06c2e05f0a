"""A sender on another machine: its flight log is not here, so that its lease alone says when it is dead."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from newsletter.model import DeliveryStatus
from newsletter.store.deliveries import list_deliveries
from newsletter.store.schema import deliveries
from newsletter.store.sender_exchange import ExchangeRequest, exchange
from tests.support.delivery_factories import World, relay_to
from tests.support.postgres_server import find_binaries
from tests.support.smtp_peer import Peer

LEASE = 600.0  # seconds


def claim_elsewhere(world: World, now: datetime) -> set[str]:
    """Let a sender of another machine take some, whose clock says ``now``."""
    claims = exchange(
        world.store, "elsewhere.1.a", ExchangeRequest(want=10, now=now, lease_seconds=LEASE)
    ).claims
    assert len(claims) == 10
    return {claim.address for claim in claims}


def end_leases(world: World) -> None:
    with world.store.write() as connection:
        ended = update(deliveries).values(lease_until=datetime.now(UTC) - timedelta(seconds=1))
        connection.execute(ended.where(deliveries.c.status == DeliveryStatus.SENDING))


def test_what_a_machine_that_died_had_in_hand_is_finished_by_another_when_its_lease_ends(
    world: World,
) -> None:
    issue = world.ready(30)

    async def run() -> tuple[set[str], list[str], list[str]]:
        async with Peer() as peer:
            theirs = claim_elsewhere(world, datetime.now(UTC))
            await world.send(relay_to(peer.port))
            first = [recipient for _, recipient, _ in peer.taken]
            assert world.counts(issue) == {DeliveryStatus.SENT: 20, DeliveryStatus.SENDING: 10}
            end_leases(world)
            await world.send(relay_to(peer.port))
            return theirs, first, [recipient for _, recipient, _ in peer.taken[len(first) :]]

    theirs, first, second = asyncio.run(run())
    assert not theirs & set(first)
    assert sorted(second) == sorted(theirs)
    assert world.counts(issue) == {DeliveryStatus.SENT: 30}
    listed = next(item for item in list_deliveries(world.store, issue) if item.address in theirs)
    # On another machine nothing proves that it was not handed over.
    statuses = [event.status for event in world.history(issue, listed.delivery.id)]
    assert DeliveryStatus.UNCERTAIN in statuses


@pytest.mark.servers
@pytest.mark.skipif(find_binaries() is None, reason="PostgreSQL is not installed")
@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("hours_there", "hours_here"), [(0, 5), (-5, 0), (5, 0)])
def test_clocks_that_are_hours_apart_take_nothing_from_a_living_sender(
    world: World, hours_there: int, hours_here: int
) -> None:
    issue = world.ready(30)

    async def run() -> list[str]:
        async with Peer() as peer:
            claim_elsewhere(world, datetime.now(UTC) + timedelta(hours=hours_there))
            await world.send(
                relay_to(peer.port), clock=lambda: datetime.now(UTC) + timedelta(hours=hours_here)
            )
            return [recipient for _, recipient, _ in peer.taken]

    assert len(asyncio.run(run())) == 20
    assert world.counts(issue) == {DeliveryStatus.SENT: 20, DeliveryStatus.SENDING: 10}
