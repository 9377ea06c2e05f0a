"""A disk that fills up in mid-send, and a night on which the clocks are changed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.model import DeliveryStatus
from newsletter.store.engine import Store, open_engine
from newsletter.store.schema import metadata
from tests.delivery_factories import World, relay_to
from tests.smtp_peer import Peer

pytestmark = pytest.mark.slow


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own, small enough to be filled. Skips where it cannot be mounted."""
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("a small disk is mounted by root")
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> None:
    with contextlib.suppress(OSError), (disk / "ballast").open("wb", buffering=0) as file:
        while file.write(b"\0" * 4096):
            pass


def test_a_full_disk_only_delays(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 16) as disk:
        store = Store(open_engine(f"sqlite+pysqlite:///{disk / 'ledger.sqlite3'}"))
        metadata.create_all(store.engine)
        world = World(store=store, folder=disk)
        issue = world.ready(600)
        at_full: list[int] = []

        async def run() -> list[str]:
            async with Peer() as peer:
                sending = asyncio.create_task(world.send(relay_to(peer.port)))
                while len(peer.taken) < 100:  # noqa: ASYNC110 - the peer has no event for it
                    await asyncio.sleep(0.005)
                fill(disk)
                await asyncio.sleep(3)
                at_full.append(len(peer.taken))
                (disk / "ballast").unlink()
                await sending
                return [recipient for _, recipient, _ in peer.taken]

        taken = asyncio.run(run())
        assert at_full[0] < 600  # it stopped: what cannot be recorded is not handed over
        assert len(taken) == len(set(taken)) == 600
        assert world.counts(issue) == {DeliveryStatus.SENT: 600}
        assert "ledger" in {key for key, _, _ in world.alerts}
        store.close()


@pytest.mark.parametrize(
    "change", [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]
)
def test_the_night_of_a_clock_change_loses_and_doubles_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: datetime
) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        store = Store(open_engine(f"sqlite+pysqlite:///{tmp_path / 'ledger.sqlite3'}"))
        metadata.create_all(store.engine)
        world = World(store=store, folder=tmp_path)
        issue = world.ready(400)
        began = time.monotonic()
        put_off: set[str] = set()

        def clock() -> datetime:
            return change + timedelta(seconds=time.monotonic() - began - 0.5)

        def rcpt(address: str) -> str:
            if address.startswith(("reader7@", "reader300@")) and address not in put_off:
                put_off.add(address)
                return "451 4.3.0 later"
            return "250 ok"

        async def run() -> list[str]:
            async with Peer(on={"RCPT": rcpt}) as peer:
                two = [relay_to(peer.port, per_second=150) for _ in range(2)]
                await asyncio.gather(*(world.send(relay, clock=clock) for relay in two))
                await world.send(relay_to(peer.port), clock=lambda: clock() + timedelta(minutes=3))
                return [recipient for _, recipient, _ in peer.taken]

        taken = asyncio.run(run())
        assert clock() > change
        assert len(taken) == len(set(taken)) == 400
        assert world.counts(issue) == {DeliveryStatus.SENT: 400}
        store.close()
    finally:
        monkeypatch.undo()
        time.tzset()
