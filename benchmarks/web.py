"""How fast the public pages answer while a send runs: wrk against a real server. I/O (processes, disk).

    python benchmarks/web.py [--subscribers 100000] [--rate 200] [--seconds 20]

Fills a ledger in a temporary folder, serves it with uvicorn in a process of its own, lets another
process write delivery records as a sender does, and measures each page by the public load tool wrk
(Debian's package). wrk has no fixed rate, so the rate is set by its number of connections and a delay
in its script; the achieved rate is printed beside the latencies. One JSON line a page.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert, select, update  # noqa: E402

from newsletter.config import Settings, Web  # noqa: E402
from newsletter.model import IssueStatus, SubscriberId  # noqa: E402
from newsletter.render.issue import render_issue  # noqa: E402
from newsletter.render.templates import build_environment, load_theme  # noqa: E402
from newsletter.store.engine import Store, open_engine  # noqa: E402
from newsletter.store.issues import change_issue, save_composed  # noqa: E402
from newsletter.store.migrate import upgrade  # noqa: E402
from newsletter.store.schema import deliveries, issues, subscribers  # noqa: E402
from newsletter.subscribers.consent import Register  # noqa: E402
from newsletter.subscribers.keys import load_keys  # noqa: E402
from newsletter.subscribers.tokens import Purpose, sign  # noqa: E402
from newsletter.subscribers.transfer import import_lines  # noqa: E402
from newsletter.web.serve import run_web  # noqa: E402
from newsletter.web.services import WebServices  # noqa: E402
from tests.factories import make_issue, make_issue_story  # noqa: E402

LIMIT_MS = 50.0  # p99 that the pages must keep
CONNECTIONS = 10
SCRIPT = """
local pause = {pause}
local paths = {{ {paths} }}
local method, body = "{method}", {body}
local headers = {{["Content-Type"] = "application/x-www-form-urlencoded"}}
local number = 0
function delay() return math.random(0, pause * 2) end
function request()
  number = number + 1
  return wrk.format(method, paths[number % #paths + 1], headers, body)
end
"""


def open_store(folder: Path) -> Store:
    return Store(open_engine(f"sqlite+pysqlite:///{folder / 'newsletter.sqlite3'}"))


def settings_for(port: int) -> Settings:
    return Settings(
        newsletter={"base_url": f"http://127.0.0.1:{port}", "from_address": "daily@news.example"},
        web={"port": port, "signups_total_hour": 10_000_000, "signups_per_network_hour": 10_000_000},
    )


def fill(folder: Path, people: int) -> None:
    store = open_store(folder)
    upgrade(store)
    register = Register(store=store, keys=load_keys(folder), notice_domain="news.example")
    now = datetime.now(UTC)
    import_lines(
        register, (f"reader{number}@example{number % 997}.org\n" for number in range(people)), now=now
    )
    settings = settings_for(1)
    environment, theme = build_environment(), load_theme()
    for number in range(1, 61):
        stories = tuple(make_issue_story(key=f"story-{index}") for index in range(14))
        issue = make_issue(
            date=date(2026, 1, 1) + timedelta(days=number),
            number=number,
            sections=(make_issue().sections[0].__class__(key="top", title="Top story", stories=stories),),
        )
        rendered = render_issue(issue, settings.newsletter, environment=environment, theme=theme)
        save_composed(store, issue=issue, rendered=rendered, selection=(), considered=(), now=now)
        change_issue(store, issue.date, "sent", now, where=(IssueStatus.COMPOSED,), status="sent")
    with store.write() as connection:
        issue_id = connection.scalar(select(issues.c.id).order_by(issues.c.id.desc()).limit(1))
        ids = connection.scalars(select(subscribers.c.id)).all()
        connection.execute(
            insert(deliveries),
            [
                {"issue_id": issue_id, "subscriber_id": one, "status": "queued", "attempts": 0,
                 "message_id": f"<{one}@news.example>", "changed": now}
                for one in ids
            ],
        )  # fmt: skip
    store.close()


def serve(folder: Path, port: int) -> None:
    settings = settings_for(port)
    services = WebServices(
        store=open_store(folder),
        settings=settings,
        keys=load_keys(folder),
        environment=build_environment(),
        theme=load_theme(),
        now=lambda: datetime.now(UTC),
    )
    run_web(services, Web(port=port))


def send(folder: Path) -> None:
    """Write as a sender does: fifty outcomes a transaction, about a thousand a second."""
    store, at = open_store(folder), 1
    while True:
        with store.write() as connection:
            connection.execute(
                update(deliveries)
                .where(deliveries.c.id.between(at, at + 49))
                .values(status="sent", attempts=1, changed=datetime.now(UTC), reply_code=250)
            )
        at = at + 50 if at < 90_000 else 1
        time.sleep(0.05)


def measure(
    base: str, name: str, paths: list[str], *, rate: int, seconds: int, body: str = ""
) -> dict[str, Any]:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(
            SCRIPT.format(
                pause=max(0, round(1_000 * CONNECTIONS / rate) - 3),
                paths=", ".join(f'"{path}"' for path in paths),
                method="POST" if body else "GET",
                body=f'"{body}"' if body else "nil",
            )
        )
        script.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", script.name, base]
        out = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60).stdout
    found = {mark: _milliseconds(out, mark) for mark in ("50%", "99%")}
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    reached = re.search(r"Requests/sec:\s+([\d.]+)", out)
    return {
        "page": name,
        "per_second": float(reached[1]) if reached else 0.0,
        "p50_ms": found["50%"],
        "p99_ms": found["99%"],
        "not_2xx": int(errors[1]) if errors else 0,
        "ok": found["99%"] < LIMIT_MS and errors is None,
        "load": round(os.getloadavg()[0], 1),  # what else the machine does weighs on every figure
    }


def _milliseconds(out: str, mark: str) -> float:
    value = re.search(rf"{mark}\s+([\d.]+)(us|ms|s)", out)
    return float(value[1]) * {"us": 0.001, "ms": 1, "s": 1000}[value[2]] if value else float("inf")


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            with socket.create_connection(("127.0.0.1", port), 0.2):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, default=100_000)
    parser.add_argument("--rate", type=int, default=200, help="requests a second")
    parser.add_argument("--seconds", type=int, default=15, help="for each page")
    parser.add_argument("--no-send", action="store_true", help="without a send at the same time")
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing: apt-get install wrk")
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), find_port()
        fill(folder, given.subscribers)
        spawn = get_context("spawn")
        running = [spawn.Process(target=serve, args=(folder, port), daemon=True)]
        if not given.no_send:
            running.append(spawn.Process(target=send, args=(folder,), daemon=True))
        for process in running:
            process.start()
        try:
            wait_for(port)
            keys = load_keys(folder)
            tokens = [sign(keys, Purpose.UNSUBSCRIBE, SubscriberId(number)) for number in range(1, 5_000)]
            days = [date(2026, 1, 1) + timedelta(days=number) for number in range(1, 61)]
            plan: list[tuple[str, list[str], str]] = [
                ("home", ["/"], ""),
                ("issue", [f"/issues/{day}" for day in days], ""),
                ("story", [f"/issues/{day}/story-{number}" for day in days for number in range(14)], ""),
                ("archive", ["/issues"], ""),
                ("feed", ["/feed.xml"], ""),
                ("ask to leave", [f"/u/{token}" for token in tokens[:1_000]], ""),
                ("preferences", [f"/p/{token}" for token in tokens[:1_000]], ""),
                ("leave", [f"/u/{token}" for token in tokens], "List-Unsubscribe=One-Click"),
                ("healthz", ["/healthz"], ""),
            ]
            base = f"http://127.0.0.1:{port}"
            for title, paths, body in plan:
                row = measure(base, title, paths, rate=given.rate, seconds=given.seconds, body=body)
                print(json.dumps(row), flush=True)
        finally:
            for process in running:
                process.terminate()
                process.join(10)


if __name__ == "__main__":
    main()
