"""The flight log: what it remembers of a dead sender, and a disk that does not take it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from newsletter.delivery.connections import RETRY_SECONDS
from newsletter.delivery.flight_log import FlightLog, dead_senders, living_owners
from newsletter.errors import FlightLogError
from newsletter.model import DeliveryStatus, Reply, SubscriberId
from newsletter.store.deliveries import list_deliveries
from newsletter.store.ledger import Claim, Ledger
from newsletter.store.recovery import recover_expired, settle_uncertain
from newsletter.store.schema import deliveries
from tests.support.delivery_factories import World, relay_to
from tests.support.small_disk import remount, small_disk
from tests.support.smtp_peer import Peer

HEADER, RECORD = 64, 16
NOW = datetime(2026, 1, 5, 6, 30, tzinfo=UTC)


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
            await world.until_told("flight-log", sending)
            await asyncio.sleep(1.5 * RETRY_SECONDS)  # so that the next look finds it as full
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


def hold_all(world: World, owner: str, *, seconds: float = 120) -> None:
    """As if the sender of that name had claimed every delivery."""
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    values = {"status": "sending", "attempts": 1, "lease_owner": owner, "lease_until": until}
    with world.store.write() as connection:
        connection.execute(update(deliveries).values(values))


def note(flight: FlightLog, number: int, code: int | None = None) -> None:
    """Note that a message was handed over, and what was answered."""
    flight.hand_over(make_claim(number))
    if code is not None:
        reply = Reply(code=code, enhanced="2.0.0", text=f"Ok: queued as {number:X} – é")
        flight.note_answer(make_claim(number), reply, relay="relay.example:25", at=NOW)


def send_to_peer(world: World) -> list[str]:
    async def run() -> list[str]:
        async with Peer() as peer:
            await world.send(relay_to(peer.port))
            return sorted(recipient for _, recipient, _ in peer.taken)

    return asyncio.run(run())


def test_after_a_kill_only_what_has_no_answer_is_sent_once_more(world: World) -> None:
    issue = world.ready(5)
    flight = FlightLog(world.folder / "flight")
    hold_all(world, flight.owner)
    for number, code in ((1, 250), (2, 554), (3, 354), (4, None)):
        note(flight, number, code)
    flight.abandon()
    assert send_to_peer(world) == [f"reader{number}@example.net" for number in (2, 3, 4, 5)]
    assert world.counts(issue) == {DeliveryStatus.SENT: 5}
    first, *others = (item.delivery for item in list_deliveries(world.store, issue))
    assert (first.attempts, first.changed, first.relay) == (1, NOW, "relay.example:25")
    assert first.reply == Reply(code=250, enhanced="2.0.0", text="Ok: queued as 1 – é")
    assert [one.attempts for one in others] == [1, 2, 2, 1]  # a refusal that was not recorded comes again


def test_an_answer_in_the_log_settles_what_another_machine_gave_up(world: World) -> None:
    """Its lease was over, so the other machine, which cannot read the log, made it uncertain."""
    issue = world.ready(2)
    flight = FlightLog(world.folder / "flight")
    hold_all(world, flight.owner, seconds=-1)
    note(flight, 1, 250)
    note(flight, 2)
    flight.abandon()
    now = datetime.now(UTC)
    assert recover_expired(world.store, now=now) == 2
    assert settle_uncertain(world.store, rule="resend", now=now) == (2, 0)
    world.make_due()
    assert send_to_peer(world) == ["reader2@example.net"]
    assert world.counts(issue) == {DeliveryStatus.SENT: 2}


def test_an_answer_of_which_the_disk_took_a_part_is_none(tmp_path: Path) -> None:
    flight = FlightLog(tmp_path)
    note(flight, 1, 250)
    flight.hand_over(make_claim(2))
    whole = (tmp_path / f"{flight.owner}.flight").stat().st_size
    reply = Reply(code=250, enhanced=None, text="taken")
    with files_of_at_most(whole + RECORD + 9), pytest.raises(FlightLogError):
        flight.note_answer(make_claim(2), reply, relay="r", at=NOW)
    flight.hand_over(make_claim(3))
    flight.abandon()
    with dead_senders(tmp_path) as (dead,):
        assert set(dead.handed_over or ()) == {(Ledger.DELIVERIES, 2, 1), (Ledger.DELIVERIES, 3, 1)}
        assert set(dead.taken) == {(Ledger.DELIVERIES, 1, 1)}


def test_the_log_of_a_version_that_noted_no_answers_is_read(tmp_path: Path) -> None:
    flight = FlightLog(tmp_path)
    flight.abandon()
    (path,) = tmp_path.iterdir()
    with path.open("ab") as file:
        file.write(struct.pack("<qiHxx", 7, 1, 1) + struct.pack("<qiHxx", 8, 2, 2))
    assert read_the_dead(tmp_path) == {(Ledger.DELIVERIES, 7, 1), (Ledger.NOTICES, 8, 2)}
