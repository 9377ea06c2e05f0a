"""A whole list through a relay that fails 5% softly and 1% hard: does every delivery end right? I/O.

``python -m tests.soak.load --readers 100000`` prints the figures of docs/reliability.md.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

import uvloop

from newsletter.config import DeliverySettings
from newsletter.model import DeliveryStatus
from newsletter.store.deliveries import list_deliveries
from newsletter.store.engine import Store, open_engine
from newsletter.store.schema import metadata
from tests.soak.figures import write_line
from tests.support.delivery_factories import World, relay_to
from tests.support.smtp_peer import Peer


def number_of(address: str) -> int:
    return int(address.partition("@")[0].removeprefix("reader"))


async def load(folder: Path, readers: int) -> dict[str, Any]:
    """Send one issue; return the figures. Raises AssertionError where a delivery ended wrong."""
    store = Store(open_engine(f"sqlite+pysqlite:///{folder / 'ledger.sqlite3'}"))
    metadata.create_all(store.engine)
    world = World(store=store, folder=folder)
    issue = await asyncio.to_thread(world.ready, readers)
    softly: set[int] = set()

    def rcpt(address: str) -> str:
        number = number_of(address)
        if number % 100 == 7:
            return "550 5.1.1 user unknown"
        if number % 20 == 3 and number not in softly:
            softly.add(number)
            return "451 4.3.0 try again later"
        return "250 ok"

    began = time.monotonic()
    rounds = 0
    # All of them have one domain, whose brake would close at the first storm: here each failure is its own.
    settings = DeliverySettings(jitter=0, retry_minutes=(1,))
    async with Peer(on={"RCPT": rcpt}) as peer:
        while world.status(issue) != "sent" and rounds < 20:
            rounds += 1
            await world.send(relay_to(peer.port), settings=settings, seconds=1800)
            world.make_due()
        got = [number_of(recipient) for _, recipient, _ in peer.taken]
    counts = world.counts(issue)
    hard = sum(1 for number in range(1, readers + 1) if number % 100 == 7)
    assert counts == {DeliveryStatus.SENT: readers - hard, DeliveryStatus.BOUNCED: hard}, counts
    assert len(got) == len(set(got)) == readers - hard
    bounced = list_deliveries(store, issue, statuses=[DeliveryStatus.BOUNCED], limit=readers)
    assert all(number_of(item.address or "") % 100 == 7 for item in bounced)
    store.close()
    return {
        "readers": readers,
        "sent": counts[DeliveryStatus.SENT],
        "bounced": counts[DeliveryStatus.BOUNCED],
        "put_off_once": len(softly),
        "doubles": len(got) - len(set(got)),
        "seconds": round(time.monotonic() - began, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=100_000)
    readers = parser.parse_args().readers
    with tempfile.TemporaryDirectory() as scratch:
        figures = uvloop.run(load(Path(scratch), readers))
    print(write_line("a relay that fails often", figures))


if __name__ == "__main__":
    main()
