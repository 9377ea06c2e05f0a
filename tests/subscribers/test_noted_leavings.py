"""Leavings that the ledger could not take are noted down, and nobody who left gets another mail."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import event

from newsletter.errors import StoreError
from newsletter.model import DeliveryStatus, SubscriberId, SubscriberStatus
from newsletter.store.subscribers import find_by_id
from newsletter.subscribers.consent import BY_ONE_CLICK, Register
from newsletter.subscribers.noted_leavings import NotedLeavings
from tests.support.delivery_factories import DOMAIN, World, relay_to
from tests.support.smtp_peer import Peer
from tests.support.subscriber_factories import KEYS, add_active, by, make_register


def refuse_writes(register: Register) -> Callable[[], None]:
    """Let SQLite itself refuse each write from now on; return what ends that."""
    is_over = Event()

    def set_mode(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA query_only={'OFF' if is_over.is_set() else 'ON'}")

    event.listen(register.store.engine, "checkout", set_mode)
    return is_over.set


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
