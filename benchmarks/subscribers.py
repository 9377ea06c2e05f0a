"""How long does a list of 100,000 take to import and export? ``python -m benchmarks.subscribers``.

Writes a list in each dialect, imports it twice through the function of the command (the second time
everybody is there already), exports all, and prints one JSON line a step. ``--database`` takes a PostgreSQL
URL of an empty database; without it SQLite in a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from newsletter.store.engine import Store, open_engine
from newsletter.store.migrate import upgrade
from newsletter.subscribers.consent import Register
from newsletter.subscribers.keys import load_keys
from newsletter.subscribers.transfer import Fate, export_all, import_file

LIMIT = 30.0  # seconds for 100,000 rows
HEADS = {
    "plain": "",
    "listmonk": "uuid,email,name,attributes,status,created_at,updated_at\n",
    "mailchimp": "Email Address,First Name,Last Name,CONFIRM_TIME,CONFIRM_IP\n",
    "ghost": "id,email,name,note,subscribed_to_emails,created_at,deleted_at\n",
    "buttondown": "email_address,notes,creation_date,type\n",
}
LINES: dict[str, Callable[[str, int], str]] = {
    "plain": lambda address, _: f"{address}\n",
    "listmonk": lambda address, n: f"u{n},{address},Reader {n},{{}},enabled,2023-05-01T10:11:12Z,\n",
    "mailchimp": lambda address, n: f"{address},Reader,{n},2023-05-01 10:11:12,198.51.100.{n % 250}\n",
    "ghost": lambda address, n: f"{n},{address},Reader {n},,true,2023-05-01T10:11:12.000Z,\n",
    "buttondown": lambda address, _: f"{address},,2023-05-01T10:11:12Z,regular\n",
}


def write_list(path: Path, dialect: str, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADS[dialect])
        for number in range(count):
            address = f"{dialect}.reader{number}@example{number % 9_973}.org"
            file.write(LINES[dialect](address, number))


def steps(register: Register, folder: Path, count: int) -> Iterator[tuple[str, float, float, int]]:
    """Give the name of each step, its seconds by the wall and of the processor, and how many rows it made."""
    now = datetime.now(UTC)
    for dialect in HEADS:
        path = folder / f"{dialect}.csv"
        write_list(path, dialect, count)
        for name, fate, dry_run in (
            ("dry run", Fate.ADDED, True),
            ("import", Fate.ADDED, False),
            ("again", Fate.KEPT, False),
        ):
            began, used = time.perf_counter(), time.process_time()
            report = import_file(register, path, now=now, dry_run=dry_run)
            took = time.perf_counter() - began, time.process_time() - used
            yield f"{dialect}: {name}", *took, report.counts[fate]
    with (folder / "all.csv").open("w", encoding="utf-8", newline="") as out:
        began, used = time.perf_counter(), time.process_time()
        done = export_all(register.store, out)
        yield "export", time.perf_counter() - began, time.process_time() - used, done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--database", default="", help="a PostgreSQL URL; default: SQLite")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = given.database or f"sqlite+pysqlite:///{folder / 'newsletter.sqlite3'}"
        store = Store(open_engine(url))
        upgrade(store)
        register = Register(store=store, keys=load_keys(folder), notice_domain="news.example")
        slow = False
        for step, seconds, cpu, rows in steps(register, folder, given.rows):
            ok = seconds < LIMIT * max(1.0, rows / 100_000)
            slow |= not ok
            shown = {"step": step, "rows": rows, "seconds": round(seconds, 2), "cpu": round(cpu, 2), "ok": ok}
            print(json.dumps(shown | {"load": round(os.getloadavg()[0], 1)}), flush=True)
        store.close()
    print(json.dumps({"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
