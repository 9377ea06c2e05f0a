"""How fast are a million deliveries planned, for each of four editions? ``python -m benchmarks.planning``.

Does the web wait? A second process writes one small row every 20 ms, as a sign-up would, and times each: until
its transaction began (the wait for others), and until it was committed. A third one writes 4 KB to a file of its
own and waits for the disk, at the same pace: what no database can be faster than on this machine at this time.

``--sending 20000`` asks the same of a send: two senders, that many messages, smtp-sink.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import insert, update

from benchmarks.delivery import fill, ledger, run_ours, sink
from newsletter.model import DAILY, EditionKey, IssueId
from newsletter.store.engine import Store, open_engine
from newsletter.store.installation import save_fact
from newsletter.store.planning import plan_deliveries
from newsletter.store.schema import issues, meta, metadata

EDITIONS = (DAILY, EditionKey("weekly"), EditionKey("prices"), EditionKey("early"))
PAUSE = 0.02


def shown(waits: list[float]) -> dict[str, float]:
    """Milliseconds: the middle, the 99th of a hundred, the longest."""
    ordered = sorted(1000 * wait for wait in waits)
    at = {"p50": 0.5, "p99": 0.99}
    found = {name: round(ordered[int(len(ordered) * share)], 1) for name, share in at.items()}
    return {**found, "max": round(ordered[-1], 1)}


def write_beside(url: str, end: Path) -> None:
    """Write as a sign-up does, until the file ``end`` is there; print how long each part took."""
    store = Store(open_engine(url))
    save_fact(store, "bench", "")
    began_after, done_after = [], []
    while not end.exists():
        asked = time.perf_counter()
        with store.write() as connection:
            began_after.append(time.perf_counter() - asked)
            connection.execute(update(meta).where(meta.c.key == "bench").values(value=str(asked)))
        done_after.append(time.perf_counter() - asked)
        time.sleep(PAUSE)
    waits = {"waited_for_others_ms": shown(began_after), "whole_ms": shown(done_after)}
    print(json.dumps({"web_writes": len(done_after), **waits}))


def sync_beside(end: Path) -> None:
    """Let the disk take 4 KB at the same pace; print how long it took."""
    waits = []
    with (end.parent / "sync").open("wb", buffering=0) as file:
        while not end.exists():
            began = time.perf_counter()
            file.write(b"\0" * 4096)
            os.fdatasync(file.fileno())
            waits.append(time.perf_counter() - began)
            time.sleep(PAUSE)
    print(json.dumps({"disk_alone_ms": shown(waits)}))


@contextlib.contextmanager
def web_beside(url: str, folder: Path) -> Iterator[None]:
    """Run both beside the block."""
    end = folder / "end"
    command = [sys.executable, "-m", "benchmarks.planning", "--end", str(end)]
    beside = [subprocess.Popen([*command, "--beside", url]), subprocess.Popen(command)]
    time.sleep(1)
    try:
        yield
    finally:
        end.touch()
        for process in beside:
            process.wait()


def plan(readers: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        url = f"sqlite+pysqlite:///{scratch}/ledger.sqlite3"
        store = Store(open_engine(url))
        metadata.create_all(store.engine)
        fill(store, readers, EDITIONS)
        for number, edition in enumerate(EDITIONS, 1):
            row = {"id": number, "edition": edition, "date": date(2026, 1, 5), "number": 1}
            with store.write() as connection:
                connection.execute(insert(issues).values(**row, status="planning", held=False))
            with web_beside(url, Path(scratch)):
                began, cpu = time.perf_counter(), time.process_time()
                rows = plan_deliveries(
                    store, IssueId(number), domain="news.example.org", now=datetime.now(UTC)
                )
                took, cpu = time.perf_counter() - began, time.process_time() - cpu
            (Path(scratch) / "end").unlink()
            peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
            found = {"rows": rows, "seconds": round(took, 1), "cpu": round(cpu, 1), "peak_mb": peak}
            print(json.dumps({"edition": edition, **found}))
        store.close()


def send(messages: int) -> None:
    given = argparse.Namespace(messages=messages, connections=4, batch=50, profile=False)
    with sink() as port, ledger(messages) as (store, folder), web_beside(str(store.engine.url), folder):
        took = run_ours(given, (store, folder), port, 1, 2)
    print(json.dumps({"sent": messages, "a_second": round(messages / took)}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=1_000_000)
    parser.add_argument("--sending", type=int, help="so many messages instead of planning")
    parser.add_argument("--beside", help=argparse.SUPPRESS)
    parser.add_argument("--end", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.beside:
        write_beside(given.beside, given.end)
    elif given.end:
        sync_beside(given.end)
    elif given.sending:
        send(given.sending)
    else:
        plan(given.readers)


if __name__ == "__main__":
    main()
