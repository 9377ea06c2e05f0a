"""``kill -9`` a sender at random instants, start it again, and count who was lost and who got a double. I/O.

``python -m tests.soak.kill --kills 200 [--engine postgresql]`` prints the figures of docs/reliability.md.
The relay is a real SMTP server on loopback in a process of its own accord: it outlives the sender and
remembers every message whose final dot arrived, answered or not.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from newsletter.delivery.flight_log import dead_senders
from newsletter.model import DeliveryStatus, IssueId
from newsletter.store.deliveries import count_deliveries
from newsletter.store.engine import Store, open_engine
from newsletter.store.planning import plan_deliveries
from newsletter.store.recovery import recover_owner
from newsletter.store.schema import metadata
from tests.soak.figures import write_line
from tests.soak.sender import CONNECTIONS
from tests.support.delivery_factories import DOMAIN, World, add_issue, add_subscribers, freeze
from tests.support.postgres_server import PostgresServer
from tests.support.smtp_peer import Peer

_MESSAGE_ID = re.compile(rb"(?m)^Message-ID: (<[^>]+>)\r$")


@dataclass
class Figures:
    """What came of it."""

    kills: int = 0
    issues: int = 0
    deliveries: int = 0
    lost: int = 0
    doubles: int = 0
    worst_of_a_kill: int = 0  # messages taken whose answers one kill lost: each becomes a double
    bound_of_a_kill: int = CONNECTIONS
    more_than_two_copies: int = 0
    held: int = 0
    strangers: int = 0  # messages under a Message-ID that is not the delivery's


async def torture(url: str, folder: Path, *, kills: int, readers: int, seed: int, longest: float) -> Figures:
    """Send issues to ``readers`` until ``kills`` senders were killed; return the figures."""
    rng = random.Random(seed)
    store = Store(open_engine(url))
    metadata.create_all(store.engine)
    add_subscribers(store, readers)
    world = World(store=store, folder=folder)
    figures = Figures()
    async with Peer() as peer:
        while figures.kills < kills:
            figures.issues += 1
            issue = add_issue(store, number=figures.issues)
            await asyncio.to_thread(plan_deliveries, store, issue, domain=DOMAIN, now=datetime.now(UTC))
            freeze(store, issue)
            peer.taken.clear()
            open_before = 0
            while world.status(issue) != "sent":
                limit = rng.uniform(0, longest) if kills > figures.kills else None
                killed = await one_life(url, folder, peer.port, limit)
                figures.kills += killed
                await asyncio.to_thread(recover, world)
                recorded = count_deliveries(store, issue)[DeliveryStatus.SENT]
                unrecorded = len(set(message_ids(peer))) - recorded
                figures.worst_of_a_kill = max(figures.worst_of_a_kill, unrecorded - open_before)
                open_before = unrecorded
                if not killed and world.status(issue) != "sent":
                    break  # nothing left to send, yet not finished: something is held
            count_issue(world, issue, peer, readers, figures)
    store.close()
    return figures


def recover(world: World) -> None:
    """Do what the next sender begins with: what the dead one left is settled from its flight log."""
    with dead_senders(world.folder / "flight") as dead:
        for sender in dead:
            recover_owner(
                world.store,
                sender.owner,
                now=datetime.now(UTC),
                handed_over=sender.handed_over,
                taken=sender.taken,
            )


def message_ids(peer: Peer) -> list[bytes]:
    found = [_MESSAGE_ID.search(content) for _, _, content in peer.taken]
    return [match[1] for match in found if match is not None]


def count_issue(world: World, issue: IssueId, peer: Peer, readers: int, figures: Figures) -> None:
    got = Counter(recipient for _, recipient, _ in peer.taken)
    ids: dict[str, set[bytes]] = {recipient: set() for recipient in got}
    for (_, recipient, _), message_id in zip(peer.taken, message_ids(peer), strict=True):
        ids[recipient].add(message_id)
    counts = count_deliveries(world.store, issue)
    figures.deliveries += readers
    figures.lost += readers - len(got)
    figures.doubles += sum(got.values()) - len(got)
    figures.more_than_two_copies += sum(count > 2 for count in got.values())
    figures.held += counts[DeliveryStatus.UNCERTAIN]
    figures.strangers += sum(len(found) - 1 for found in ids.values())
    assert sum(counts.values()) == readers


async def one_life(url: str, folder: Path, port: int, limit: float | None) -> bool:
    """Run a sender; kill it ``limit`` seconds after it began (None: let it end). Whether it was killed."""
    command = [sys.executable, "-m", "tests.soak.sender", url, str(folder), str(port)]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    await process.stdout.readline()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(120 if limit is None else limit):
            await process.wait()
            return False
    process.kill()
    await process.wait()
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--readers", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=1.0, help="seconds after start")
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    given = parser.parse_args()
    options = {"kills": given.kills, "readers": given.readers, "seed": given.seed, "longest": given.longest}
    with tempfile.TemporaryDirectory() as scratch:
        if given.engine == "sqlite":
            url = f"sqlite+pysqlite:///{scratch}/ledger.sqlite3"
            figures = asyncio.run(torture(url, Path(scratch), **options))
        else:
            with PostgresServer(durable=True) as server:
                url = server.fresh_url("torture")
                figures = asyncio.run(torture(url, Path(scratch), **options))
    print(write_line(f"kill -9 of senders, {given.engine}", asdict(figures)))
    beyond = figures.worst_of_a_kill > figures.bound_of_a_kill
    raise SystemExit(bool(figures.lost or figures.strangers or figures.more_than_two_copies or beyond))


if __name__ == "__main__":
    main()
