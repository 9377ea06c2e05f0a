"""Disks that fill up in mid-send, and a night on which the clocks are changed."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.day.compose_today import compose_today
from newsletter.delivery.plan_issue import plan_issue
from newsletter.errors import StoreError
from newsletter.model import DeliveryStatus, IssueKey
from newsletter.store.engine import Store, open_engine
from newsletter.store.schema import metadata
from newsletter.wiring import Installation
from tests.support.app_factory import Clock, make_app, subscribe
from tests.support.delivery_factories import FAST, World, relay_to
from tests.support.sending import send_all
from tests.support.small_disk import fill, small_disk
from tests.support.smtp_peer import Peer

pytestmark = pytest.mark.slow


def test_a_full_disk_only_delays(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "16m") as disk:
        store = Store(open_engine(f"sqlite+pysqlite:///{disk / 'ledger.sqlite3'}"))
        metadata.create_all(store.engine)
        world = World(store=store, folder=disk)
        issue = world.ready(600)
        at_full: list[int] = []

        async def run() -> list[str]:
            async with Peer() as peer:
                sending = asyncio.create_task(world.send(relay_to(peer.port)))
                while len(peer.taken) < 100 and not sending.done():  # noqa: ASYNC110 - the peer has no event for it
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


def test_a_run_whose_ledger_stays_unwritable_ends_and_the_next_one_finishes(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "16m") as disk:
        store = Store(open_engine(f"sqlite+pysqlite:///{disk / 'ledger.sqlite3'}"))
        metadata.create_all(store.engine)
        world = World(store=store, folder=tmp_path)
        issue = world.ready(600)

        async def run() -> list[str]:
            async with Peer() as peer:
                settings = FAST.model_copy(update={"drain_seconds": 0.5})
                sending = asyncio.create_task(
                    world.send(relay_to(peer.port), patience=0.05, settings=settings)
                )
                while len(peer.taken) < 100 and not sending.done():  # noqa: ASYNC110 - the peer has no event for it
                    await asyncio.sleep(0.005)
                fill(disk)
                with pytest.raises(StoreError, match="full"):
                    await sending
                (disk / "ballast").unlink()
                await world.send(relay_to(peer.port))
                return [recipient for _, recipient, _ in peer.taken]

        taken = asyncio.run(run())
        assert len(taken) == len(set(taken)) == 600
        assert world.counts(issue) == {DeliveryStatus.SENT: 600}
        store.close()


def test_a_full_disk_under_the_flight_log_only_delays(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "64k") as disk:
        store = Store(open_engine(f"sqlite+pysqlite:///{tmp_path / 'ledger.sqlite3'}"))
        metadata.create_all(store.engine)
        world = World(store=store, folder=disk)
        issue = world.ready(600)
        at_full: list[int] = []

        async def run() -> list[str]:
            async with Peer() as peer:
                sending = asyncio.create_task(world.send(relay_to(peer.port)))
                while not (peer.taken or sending.done()):  # noqa: ASYNC110 - the peer has no event for it
                    await asyncio.sleep(0.005)
                fill(disk)  # what is left of the log's own page holds some 250 messages
                while not (world.alerts or sending.done()):  # noqa: ASYNC110
                    await asyncio.sleep(0.005)
                await asyncio.sleep(1.5)
                at_full.append(len(peer.taken))
                (disk / "ballast").unlink()
                await sending
                return [recipient for _, recipient, _ in peer.taken]

        taken = asyncio.run(run())
        assert at_full[0] < 300  # what cannot be noted down is not handed over
        assert len(taken) == len(set(taken)) == 600
        assert world.counts(issue) == {DeliveryStatus.SENT: 600}
        ((_, subject, body),) = [alert for alert in world.alerts if alert[0] == "flight-log"]
        assert subject == "The flight log cannot be written"
        assert "No space left on device" in body
        assert not list((disk / "flight").iterdir())
        store.close()


class RunningClock(Clock):
    """The time that it is."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)


def test_the_operator_hears_of_a_full_disk_although_the_ledger_is_on_it(tmp_path: Path) -> None:
    operator, now = "operator@example.org", RunningClock()
    with small_disk(tmp_path / "disk", "32m") as disk:

        async def run() -> tuple[Installation, list[tuple[str, bytes]]]:
            async with Peer(on={"BODY": slowly}) as peer:
                relay = {"type": "smtp", "host": "127.0.0.1", "port": peer.port}
                app = make_app(disk, clock=now, relay=relay, alerts={"mail_to": [operator]})
                subscribe(app, *(f"reader{number}@example.net" for number in range(400)))
                await compose_today(app.making, IssueKey(date=app.today))
                plan_issue(app.store, app.settings, IssueKey(date=app.today), now())
                sending = asyncio.create_task(send_all(app, None))
                while len(peer.taken) < 20 and not sending.done():  # noqa: ASYNC110 - the peer has no event for it
                    await asyncio.sleep(0.005)
                fill(disk)
                while not (is_told(peer) or sending.done()):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
                (disk / "ballast").unlink()
                await sending
                return app, [(recipient, content) for _, recipient, content in peer.taken]

        def is_told(peer: Peer) -> bool:
            return operator in {recipient for _, recipient, _ in peer.taken}

        async def slowly(_: str) -> str:
            await asyncio.sleep(0.002)
            return "250 ok"

        app, taken = asyncio.run(run())
        told = [content for recipient, content in taken if recipient == operator]
        assert b"cannot be written" in told[0]
        got = [recipient for recipient, _ in taken if recipient != operator]
        assert len(got) == len(set(got)) == 400
        app.close()


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
