"""Leavings that the ledger could not take are noted down, and nobody who left gets another mail."""

from __future__ import annotations

import asyncio
import os
import resource
import sqlite3
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event, Lock
from typing import cast

import pytest
from sqlalchemy import event

from newsletter.errors import StoreError
from newsletter.model import DAILY, DeliveryStatus, EditionKey, Subscriber, SubscriberId, SubscriberStatus
from newsletter.store.subscribers import find_by_id
from newsletter.subscribers.consent import BY_ONE_CLICK, Register, come_back, confirm, request
from newsletter.subscribers.noted_leavings import NotedLeavings
from newsletter.subscribers.tokens import code_edition
from tests.support.delivery_factories import DOMAIN, World, relay_to
from tests.support.smtp_peer import Peer
from tests.support.subscriber_factories import KEYS, NOW, add_active, by, make_address, make_register


def refuse_writes(register: Register) -> Callable[[], None]:
    """Let SQLite itself refuse each write from now on; return what ends that."""
    is_over = Event()

    def set_mode(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA query_only={'OFF' if is_over.is_set() else 'ON'}")

    event.listen(register.store.engine, "checkout", set_mode)
    return is_over.set


def wait_for_leavings() -> None:
    """Wait until no thread takes leavings in: one that outlives its test meets what the next one puts in place."""
    while at_work := [thread for thread in threading.enumerate() if thread.name == "leavings"]:
        at_work[0].join(20)
        assert not at_work[0].is_alive()


def has_left(register: Register, number: SubscriberId) -> bool:
    with register.store.read() as connection:
        found = find_by_id(connection, number)
    return found is not None and found.status is SubscriberStatus.UNSUBSCRIBED


def test_who_was_noted_leaves_as_soon_as_the_ledger_takes_it(tmp_path: Path) -> None:
    register = make_register(tmp_path)
    leavings = NotedLeavings(data=tmp_path, register=register)
    first, second = (add_active(register, f"{name}@example.org").id for name in ("first", "second"))
    end = refuse_writes(register)
    leavings.note(first, by(BY_ONE_CLICK), 0)
    with (tmp_path / "leavings").open("ab") as file:
        file.write(b'\n[2, 0, "2026-01-0')  # all that a full disk took
    leavings.note(second, by(BY_ONE_CLICK), 0)
    with pytest.raises(StoreError):
        leavings.take_in()
    end()
    leavings.take_in()
    leavings.take_in()
    assert has_left(register, first)
    assert has_left(register, second)
    assert (tmp_path / "leavings").read_bytes() == b""
    assert (tmp_path / "leavings").stat().st_mode & 0o077 == 0


def test_a_line_that_the_disk_takes_in_part_is_told(tmp_path: Path) -> None:
    leavings = NotedLeavings(data=tmp_path, register=make_register(tmp_path))
    leavings.note(SubscriberId(1), by(BY_ONE_CLICK), 0)
    size = (tmp_path / "leavings").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 9, before[1]))
    try:
        with pytest.raises(StoreError, match="No space left"):
            leavings.note(SubscriberId(2), by(BY_ONE_CLICK), 0)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (tmp_path / "leavings").stat().st_size == size + 9


def test_the_file_is_emptied_only_when_all_in_it_have_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = make_register(tmp_path)
    leavings = NotedLeavings(data=tmp_path, register=register)
    first, second = (add_active(register, f"{name}@example.org").id for name in ("first", "second"))
    leavings.note(first, by(BY_ONE_CLICK), 0)
    meanwhile, empty = [second], os.ftruncate

    def look_and_empty(file: int, length: int) -> None:
        """As if the process were killed right behind it: what is in the file is in the ledger."""
        assert has_left(register, first)
        assert has_left(register, second)
        empty(file, length)

    def note_meanwhile(_: object) -> None:
        if meanwhile:
            leavings.note(meanwhile.pop(), by(BY_ONE_CLICK), 0)

    monkeypatch.setattr(os, "ftruncate", look_and_empty)
    event.listen(register.store.engine, "commit", note_meanwhile)
    leavings.take_in()
    assert has_left(register, second)
    assert not leavings.has_any


def test_who_came_back_after_an_old_leaving_stays(tmp_path: Path) -> None:
    register = make_register(tmp_path)
    leavings = NotedLeavings(data=tmp_path, register=register)
    reader = add_active(register).id
    leavings.note(reader, by(BY_ONE_CLICK, at=NOW + timedelta(hours=1)), 0)
    noted = (tmp_path / "leavings").read_bytes()
    leavings.take_in()
    assert has_left(register, reader)
    back = come_back(register, reader, by("page", at=NOW + timedelta(hours=2)))
    assert isinstance(back, Subscriber), back
    (tmp_path / "leavings").write_bytes(noted)  # as from before a crash, or a backup
    leavings.take_in()
    assert not has_left(register, reader)
    leavings.note(reader, by(BY_ONE_CLICK, at=NOW + timedelta(hours=3)), 0)
    leavings.take_in()
    assert has_left(register, reader)


def test_who_confirms_a_further_edition_leaves_the_one_that_was_noted(tmp_path: Path) -> None:
    register = make_register(tmp_path)
    leavings = NotedLeavings(data=tmp_path, register=register)
    reader = add_active(register).id
    weekly, hour = EditionKey("weekly"), timedelta(hours=1)
    request(register, make_address(), by("form", at=NOW + hour), editions=[weekly])
    leavings.note(reader, by(BY_ONE_CLICK, at=NOW + 2 * hour), code_edition(DAILY))
    noted = (tmp_path / "leavings").read_bytes()
    confirm(register, reader, by("page", at=NOW + 3 * hour), issued=NOW + hour)
    for _ in range(2):
        (tmp_path / "leavings").write_bytes(noted)
        leavings.take_in()
        with register.store.read() as connection:
            found = find_by_id(connection, reader)
        assert found is not None
        assert found.editions() == (weekly,)
    leavings.note(reader, by(BY_ONE_CLICK, at=NOW + 4 * hour), 0)
    leavings.take_in()
    assert has_left(register, reader)


def test_who_is_noted_as_the_last_look_ends_is_taken_in(tmp_path: Path) -> None:
    register = make_register(tmp_path)
    first, second = (add_active(register, f"{name}@example.org").id for name in ("first", "second"))

    class AtTheEnd:
        """A lock that somebody else finds held for the last time."""

        def __init__(self) -> None:
            self.lock, self.is_noted = Lock(), False

        def acquire(self, *, blocking: bool) -> bool:
            return self.lock.acquire(blocking=blocking)

        def release(self) -> None:
            if not self.is_noted:
                self.is_noted = True
                leavings.note(second, by(BY_ONE_CLICK), 0)
                leavings.take_in_soon()
            self.lock.release()

    leavings = NotedLeavings(data=tmp_path, register=register, _taking=cast("Lock", AtTheEnd()))
    leavings.note(first, by(BY_ONE_CLICK), 0)
    leavings.take_in_soon()
    wait_for_leavings()
    assert has_left(register, second)


def test_nobody_who_was_noted_gets_the_very_next_mail(tmp_path: Path) -> None:
    register = make_register(tmp_path)
    world = World(store=register.store, folder=tmp_path)
    issue = world.ready(500)
    leavings = NotedLeavings(
        data=tmp_path, register=Register(store=world.store, keys=KEYS, notice_domain=DOMAIN)
    )

    async def run() -> list[str]:
        async with Peer() as peer:
            sending = asyncio.create_task(
                world.send(relay_to(peer.port, connections=1), take_leavings=leavings.take_in)
            )
            while not peer.taken:  # noqa: ASYNC110 - the peer has no event for it
                await asyncio.sleep(0.001)
            leavings.note(SubscriberId(500), by(BY_ONE_CLICK), 0)
            await sending
            return [recipient for _, recipient, _ in peer.taken]

    taken = asyncio.run(run())
    assert len(taken) == 499
    assert not any("reader500@" in one for one in taken)
    assert world.counts(issue)[DeliveryStatus.SENT] == 499
    assert has_left(register, SubscriberId(500))
