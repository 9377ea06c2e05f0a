"""How much memory a sender takes for a long list, and whether it grows. I/O (processes).

``python -m tests.soak.memory --readers 100000`` prints the figure of docs/reliability.md: the sender is a
process of its own, the relay keeps nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import uvloop

from newsletter.model import DeliveryStatus
from newsletter.store.engine import Store, open_engine
from newsletter.store.schema import metadata
from tests.soak.figures import write_line
from tests.support.delivery_factories import World
from tests.support.smtp_peer import Peer


def resident(pid: int) -> float:
    """Return the megabytes that a process holds now (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


async def measure(folder: Path, readers: int) -> dict[str, Any]:
    """Send one issue and look at the sender after each tenth of it."""
    url = f"sqlite+pysqlite:///{folder / 'ledger.sqlite3'}"
    store = Store(open_engine(url))
    metadata.create_all(store.engine)
    world = World(store=store, folder=folder)
    issue = await asyncio.to_thread(world.ready, readers)
    seen: list[float] = []
    taken = 0
    process: asyncio.subprocess.Process | None = None

    def body(recipient: str) -> str:
        nonlocal taken
        del recipient
        taken += 1
        peer.taken.clear()
        if process is not None and taken % max(readers // 10, 1) == 0:
            seen.append(resident(process.pid))
        return "250 2.0.0 taken"

    began = time.monotonic()
    async with Peer(on={"BODY": body}) as peer:
        command = [sys.executable, "-m", "tests.soak.sender", url, str(folder), str(peer.port)]
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL)
        async with asyncio.timeout(1800):
            await process.wait()
    assert world.counts(issue) == {DeliveryStatus.SENT: readers}
    store.close()
    return {
        "readers": readers,
        "megabytes_after_each_tenth": [round(size, 1) for size in seen],
        "seconds": round(time.monotonic() - began, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=100_000)
    readers = parser.parse_args().readers
    with tempfile.TemporaryDirectory() as scratch:
        figures = uvloop.run(measure(Path(scratch), readers))
    print(write_line("memory of a sender", figures))


if __name__ == "__main__":
    main()
