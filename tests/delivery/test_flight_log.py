"""The flight log: what it remembers of a dead sender, and a disk that does not take it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.delivery.flight_log import FlightLog, dead_senders, living_owners
from newsletter.errors import FlightLogError
from newsletter.model import DeliveryStatus, SubscriberId
from newsletter.store.ledger import Claim, Ledger
from tests.support.delivery_factories import World, relay_to
from tests.support.small_disk import remount, small_disk
from tests.support.smtp_peer import Peer

HEADER, RECORD = 64, 16


def make_claim(number: int) -> Claim:
    return Claim(
        ledger=Ledger.DELIVERIES,
        id=number,
        subscriber=SubscriberId(number),
        address="reader@example.net",
        domain="example.net",
        message_id="<a@news.example.org>",
        attempts=1,
        was=DeliveryStatus.QUEUED,
        lease_owner="me",
        lease_until=datetime.now(UTC),
    )


@contextlib.contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond that: the kernel takes a part, then refuses."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def read_the_dead(folder: Path) -> set[tuple[Ledger, int, int]]:
    with dead_senders(folder) as (dead,):
        assert dead.handed_over is not None
        return set(dead.handed_over)


def test_a_dead_sender_tells_what_it_had_begun_to_hand_over(tmp_path: Path) -> None:
    flight = FlightLog(tmp_path)
    flight.hand_over(make_claim(7))
    assert living_owners(tmp_path) == {flight.owner}
    with dead_senders(tmp_path) as dead:
        assert dead == ()  # it lives
    flight.abandon()
    assert read_the_dead(tmp_path) == {(Ledger.DELIVERIES, 7, 1)}
    assert not list(tmp_path.iterdir())


def test_a_record_of_which_the_disk_took_a_part_hides_none_that_follows(tmp_path: Path) -> None:
    flight = FlightLog(tmp_path)
    for number in (1, 2):
        flight.hand_over(make_claim(number))
    for spare in (5, 0, 15):
        with files_of_at_most(HEADER + 2 * RECORD + spare):
            for attempt in (3, 4):  # and the second refusal is as harmless as the first
                with pytest.raises(FlightLogError, match="cannot be written") as refused:
                    flight.hand_over(make_claim(attempt))
            with pytest.raises(FlightLogError):
                flight.check()
        assert "free space" in refused.value.hint
    flight.check()
    flight.hand_over(make_claim(5))
    flight.abandon()
    assert read_the_dead(tmp_path) == {(Ledger.DELIVERIES, number, 1) for number in (1, 2, 5)}


def test_a_log_that_is_emptied_forgets_everything_and_goes_on(tmp_path: Path) -> None:
    flight = FlightLog(tmp_path)
    flight.hand_over(make_claim(1))
    with files_of_at_most(HEADER + RECORD + 3), pytest.raises(FlightLogError):
        flight.hand_over(make_claim(2))
    flight.forget()
    flight.hand_over(make_claim(3))
    flight.abandon()
    assert read_the_dead(tmp_path) == {(Ledger.DELIVERIES, 3, 1)}


def test_where_no_log_can_be_made_nothing_is_left_behind_and_the_operator_hears_of_it(world: World) -> None:
    issue = world.ready(3)
    with small_disk(world.folder / "disk", "64k") as disk:
        remount(disk, "ro")

        async def run() -> None:
            async with Peer() as peer:
                with pytest.raises(FlightLogError, match="Read-only file system"):
                    await world.send(relay_to(peer.port), flights=disk / "flights")
                assert peer.connections == 0

        asyncio.run(run())
        assert [key for key, _, _ in world.alerts] == ["flight-log"]
        assert sum(world.counts(issue).values()) == 3
        remount(disk, "rw")
        with files_of_at_most(10), pytest.raises(FlightLogError):
            FlightLog(disk)
        assert not list(disk.iterdir())


def test_a_file_that_cannot_be_written_in_mid_send_only_delays(world: World) -> None:
    """As on a full disk: /dev/full takes the place of the log, and the log comes back."""
    issue = world.ready(60)

    async def run() -> list[str]:
        async with Peer() as peer:
            sending = asyncio.create_task(world.send(relay_to(peer.port)))
            while len(peer.taken) < 10 and not sending.done():  # noqa: ASYNC110 - the peer has no event for it
                await asyncio.sleep(0)
            (log,) = (world.folder / "flight").glob("*.flight")
            (descriptor,) = open_files(log)
            kept = os.dup(descriptor)
            full = os.open("/dev/full", os.O_WRONLY)
            os.dup2(full, descriptor)
            await asyncio.sleep(1.5)
            stopped_at = len(peer.taken)
            os.dup2(kept, descriptor)
            os.close(kept)
            os.close(full)
            await sending
            assert stopped_at < 60
            return [recipient for _, recipient, _ in peer.taken]

    taken = asyncio.run(run())
    assert len(taken) == len(set(taken)) == 60
    assert sum(world.counts(issue).values()) == 60
    assert "flight-log" in {key for key, _, _ in world.alerts}


def open_files(path: Path) -> list[int]:
    """The descriptors of this process that are open on a file."""
    found = []
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            if entry.readlink() == path:
                found.append(int(entry.name))
    return found
