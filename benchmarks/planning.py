"""How fast are a million deliveries planned, and does the web wait? ``python -m benchmarks.planning``.

Beside the planning a second process writes one small row every 20 ms, as a sign-up would, and times each.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import insert

from newsletter.model import IssueId
from newsletter.store.deliveries import plan_deliveries
from newsletter.store.engine import Store, open_engine
from newsletter.store.facts import save_fact
from newsletter.store.schema import issues, metadata, subscribers

BLOCK = 20_000


def fill(store: Store, count: int) -> None:
    now = datetime.now(UTC)
    for start in range(0, count, BLOCK):
        with store.write() as connection:
            connection.execute(
                insert(subscribers),
                [
                    {
                        "address": f"reader{n}@example.net",
                        "address_key": f"reader{n}@example.net",
                        "address_hmac": f"{n:064x}",
                        "domain": "example.net",
                        "status": "active",
                        "created": now,
                    }
                    for n in range(start, min(start + BLOCK, count))
                ],
            )


def write_beside(url: str, end: Path) -> None:
    store = Store(open_engine(url))
    waits = []
    while not end.exists():
        began = time.perf_counter()
        save_fact(store, "bench", str(began))
        waits.append((time.perf_counter() - began) * 1000)
        time.sleep(0.02)
    waits.sort()
    shown = {name: round(waits[int(len(waits) * share)], 1) for name, share in (("p50", 0.5), ("p99", 0.99))}
    print(json.dumps({"web_writes": len(waits), **shown, "max": round(waits[-1], 1)}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=1_000_000)
    parser.add_argument("--beside", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.beside:
        write_beside(arguments.beside[0], Path(arguments.beside[1]))
        return
    with tempfile.TemporaryDirectory() as scratch:
        url, end = f"sqlite+pysqlite:///{scratch}/ledger.sqlite3", Path(scratch) / "end"
        store = Store(open_engine(url))
        metadata.create_all(store.engine)
        fill(store, arguments.readers)
        with store.write() as connection:
            connection.execute(
                insert(issues).values(id=1, date=date(2026, 1, 5), number=1, status="planning", held=False)
            )
        beside = subprocess.Popen([sys.executable, "-m", "benchmarks.planning", "--beside", url, str(end)])
        began, cpu = time.perf_counter(), time.process_time()
        rows = plan_deliveries(store, IssueId(1), domain="news.example.org", now=datetime.now(UTC))
        took = time.perf_counter() - began
        end.touch()
        beside.wait()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            json.dumps(
                {
                    "rows": rows,
                    "seconds": round(took, 1),
                    "cpu": round(time.process_time() - cpu, 1),
                    "peak_mb": round(peak),
                }
            )
        )
        store.close()


if __name__ == "__main__":
    main()
