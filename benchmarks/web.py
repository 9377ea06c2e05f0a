"""How fast the public pages answer while a send runs: wrk against a real server. I/O (processes, disk).

    python -m benchmarks.web [--subscribers 100000] [--rate 200] [--seconds 20] [--no-send] [--only leave]

Fills a ledger in a temporary folder, starts the web and the sender of ``newsletter serve`` on it, each a
process of its own with the priority it has there, and measures each page by the public load tool wrk while
the sender mails an issue to everybody, as fast as it can, to Postfix's smtp-sink. wrk and smtp-sink take
their share of the same cores. One JSON line a page, after one about the disk: whoever writes waits for it,
so it is the floor of every POST. Between two pages the issue is queued again for those who got it.

wrk has no fixed rate. Forty connections that each rest before they ask again come close to one: a stall
of a tenth of a second is seen by all who would have come in it, and the achieved rate is printed.

Public tools only: Debian's ``wrk`` and ``postfix`` (smtp-sink).
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
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import func, select, update  # noqa: E402

from benchmarks.delivery import find_port, sink  # noqa: E402
from newsletter.config import Settings  # noqa: E402
from newsletter.model import DeliveryStatus, IssueId, IssueStatus, Subscriber, SubscriberId  # noqa: E402
from newsletter.render.issue import render_issue  # noqa: E402
from newsletter.serve.processes import serve_one  # noqa: E402
from newsletter.store.issues import change_issue, save_composed  # noqa: E402
from newsletter.store.planning import plan_deliveries  # noqa: E402
from newsletter.store.schema import deliveries, issues, notices, subscribers  # noqa: E402
from newsletter.subscribers import consent  # noqa: E402
from newsletter.subscribers.addresses import Address, parse_address  # noqa: E402
from newsletter.subscribers.tokens import Purpose, sign  # noqa: E402
from newsletter.subscribers.transfer import import_lines  # noqa: E402
from newsletter.wiring import Installation  # noqa: E402
from tests.support.factories import make_issue, make_issue_story  # noqa: E402

LIMIT_MS = 50.0  # p99 that the pages must keep
CONNECTIONS = 40
AIM = 1.04  # times the rate: a connection rests after its answer, which takes some of its time
ISSUES = 60
FIRST_DAY = date(2026, 1, 1)
FORM = "application/x-www-form-urlencoded"
# Each request comes from another network, as readers do: nobody meets the limits of one.
SCRIPT = """
local rest = %d
local all = {}
for line in io.lines("%s") do
  local method, path, body = line:match("^(%%S+) (%%S+) ?(.*)$")
  all[#all + 1] = {method, path, body}
end
local number = 0
function delay() return math.random(0, rest * 2) end
function request()
  number = number + 1
  local one = all[(number - 1) %% #all + 1]
  local network = math.random(1, 223) .. "." .. math.random(0, 255) .. "." .. math.random(0, 255) .. ".9"
  local headers = {["Content-Type"] = "application/x-www-form-urlencoded", ["X-Forwarded-For"] = network}
  return wrk.format(one[1], one[2], headers, one[3] ~= "" and one[3] or nil)
end
"""


def open_installation(folder: Path, *, port: int = 8080, relay: int = 25) -> Installation:
    many = 10_000_000
    return Installation(
        settings=Settings(
            newsletter={
                "base_url": f"http://127.0.0.1:{port}",
                "from_address": "daily@news.example",
                "postal_address": "1 Bench Street",
            },
            storage={"data": folder},
            relay={"host": "127.0.0.1", "port": relay},
            preflight={"waive": ("trial",)},  # the relay mails nobody
            web={
                "port": port,
                "trusted_proxies": ("127.0.0.1/32",),
                "signups_total_hour": many,
                "signups_per_network_hour": many,
            },
        )
    )


def fill(folder: Path, people: int, joining: int) -> tuple[list[int], list[int]]:
    """Fill a ledger; return the ids of those who may leave and of those who may confirm."""
    app = open_installation(folder)
    now = datetime.now(UTC)
    lines = (f"reader{number}@example{number % 997}.org\n" for number in range(people))
    import_lines(app.register, lines, now=now)
    occasion = consent.Occasion(at=now - timedelta(minutes=1), source="form")
    pending = []
    with app.store.write() as connection:
        for number in range(joining):
            address = parse_address(f"pending{number}@example.org")
            assert isinstance(address, Address)
            asked = consent.request(app.register, address, occasion, within=connection)
            assert isinstance(asked, Subscriber)
            pending.append(asked.id)
        connection.execute(update(notices).values(status=DeliveryStatus.SENT.value))  # a while ago
    for number in range(1, ISSUES + 1):
        stories = tuple(make_issue_story(key=f"story-{index}") for index in range(14))
        section = make_issue().sections[0]
        issue = make_issue(
            date=FIRST_DAY + timedelta(days=number),
            number=number,
            sections=(type(section)(key="top", title="Top story", stories=stories),),
        )
        rendered = render_issue(issue, app.settings.newsletter, app.templates)
        save_composed(app.store, issue=issue, rendered=rendered, selection=(), considered=(), now=now)
        state = IssueStatus.SENT if number < ISSUES else IssueStatus.PLANNING
        change_issue(app.store, issue.key, "sent", now, where=(IssueStatus.COMPOSED,), status=state.value)
    with app.store.read() as connection:
        newest = IssueId(connection.scalar(select(func.max(issues.c.id))) or 0)
        active = connection.scalars(select(subscribers.c.id).where(subscribers.c.status == "active")).all()
    plan_deliveries(app.store, newest, domain="news.example", now=now)
    change_issue(
        app.store, issue.key, "frozen", now, where=(IssueStatus.PLANNING,), status="frozen", frozen=now
    )
    app.close()
    return list(active), [int(one) for one in pending]


def run_process(folder: Path, name: str, port: int, relay: int) -> None:
    """Run one process as ``newsletter serve`` does: the web, or the sender."""
    serve_one(open_installation(folder, port=port, relay=relay), name)


def queue_again(folder: Path) -> None:
    """Queue the newest issue anew for all who got it, some at a time as the planner does: the send never ends."""
    app, batch = open_installation(folder), 1_000
    newest = select(func.max(issues.c.id)).scalar_subquery()
    was_sent = (deliveries.c.issue_id == newest) & (deliveries.c.status == DeliveryStatus.SENT.value)
    some = select(deliveries.c.id).where(was_sent).limit(batch)
    again = update(deliveries).where(deliveries.c.id.in_(some))
    number = batch
    while number == batch:
        with app.store.write() as connection:
            number = connection.execute(again.values(status="queued", attempts=0)).rowcount
    with app.store.write() as connection:
        connection.execute(update(issues).where(issues.c.id == newest).values(status="frozen"))
    app.close()


def count_sent(folder: Path) -> int:
    app = open_installation(folder)
    with app.store.read() as connection:
        query = select(func.count()).where(deliveries.c.status == DeliveryStatus.SENT.value)
        number = connection.scalar(query) or 0
    app.close()
    return number


def measure_disk(folder: Path) -> dict[str, Any]:
    """Time what every commit waits for."""
    took = []
    path = folder / "probe"
    with path.open("wb", buffering=0) as file:
        for _ in range(300):
            file.write(b"\0" * 16_384)
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - began) * 1000)
    path.unlink()
    took.sort()
    return {
        "page": "the disk alone: fdatasync of 16 KB",
        "p50_ms": round(took[len(took) // 2], 2),
        "p99_ms": round(took[int(len(took) * 0.99)], 2),
        "max_ms": round(took[-1], 2),
    }


def used_seconds(process: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(
    base: str, name: str, requests: list[str], *, rate: int, seconds: int, process: int
) -> dict[str, Any]:
    """Send ``requests`` ("METHOD PATH BODY") round and round; return what wrk says of the answers.

    Beside it the processor time of the web ``process`` for each request, which no other load distorts.
    """
    before = used_seconds(process)
    with tempfile.TemporaryDirectory() as scratch:
        listed, script = Path(scratch, "requests"), Path(scratch, "script.lua")
        listed.write_text("\n".join(requests) + "\n")
        script.write_text(SCRIPT % (max(1, round(1_000 * CONNECTIONS / (rate * AIM))), listed))
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script), base]
        out = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60).stdout
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    reached = re.search(r"Requests/sec:\s+([\d.]+)", out)
    p99 = _milliseconds(out, r"99%")
    answered = re.search(r"(\d+) requests in", out)
    cpu = (used_seconds(process) - before) * 1000 / int(answered[1]) if answered else float("inf")
    return {
        "page": name,
        "per_second": float(reached[1]) if reached else 0.0,
        "p50_ms": _milliseconds(out, r"50%"),
        "p99_ms": p99,
        "max_ms": _milliseconds(out, r"Latency\s+\S+\s+\S+"),
        "cpu_ms": round(cpu, 2),
        "not_2xx": int(errors[1]) if errors else 0,
        "ok": p99 < LIMIT_MS and errors is None,
        "load": round(os.getloadavg()[0], 1),  # what else the machine does weighs on every figure
    }


def _milliseconds(out: str, mark: str) -> float:
    value = re.search(rf"{mark}\s+([\d.]+)(us|ms|s)", out)
    return round(float(value[1]) * {"us": 0.001, "ms": 1, "s": 1000}[value[2]], 2) if value else float("inf")


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            with socket.create_connection(("127.0.0.1", port), 0.2):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


@contextmanager
def running(folder: Path, port: int, *, sends: bool) -> Iterator[int]:
    """Run the web process and, where ``sends``, a sender and the server it sends to; gives the id of the first."""
    with sink() if sends else nullcontext(25) as relay:
        processes = [
            get_context("spawn").Process(target=run_process, args=(folder, name, port, relay), daemon=True)
            for name in (("web", "sender") if sends else ("web",))
        ]
        for process in processes:
            process.start()
        try:
            wait_for(port)
            yield processes[0].pid or 0
        finally:
            for process in processes:
                process.terminate()
                process.join(10)


def plan_requests(folder: Path, leaving: list[int], joining: list[int], count: int) -> dict[str, list[str]]:
    """Return what each kind of visitor asks for."""
    keys, now = open_installation(folder).keys, datetime.now(UTC)
    leave = [sign(keys, Purpose.UNSUBSCRIBE, SubscriberId(one)) for one in leaving[: 2 * count]]
    confirm = [sign(keys, Purpose.CONFIRM, SubscriberId(one), now=now) for one in joining]
    stamp = sign(keys, Purpose.FORM, SubscriberId(0), now=now - timedelta(minutes=1))
    days = [FIRST_DAY + timedelta(days=number) for number in range(1, ISSUES + 1)]
    forms = [urlencode({"email": f"new{number}@example.org", "stamp": stamp}) for number in range(count)]
    words = ("lynas", "ndpr oxide", "output", "tonnes quarter", "magnet", "nothing-like-it")
    return {
        "feed, first view": ["GET /feed.xml"],
        "home and sign-up form": ["GET /"],
        "issue": [f"GET /issues/{day}" for day in days],
        "story": [f"GET /issues/{day}/story-{number}" for day in days for number in range(14)],
        "archive": ["GET /issues"],
        "feed": ["GET /feed.xml"],
        "search": [f"GET /search?q={word.replace(' ', '+')}" for word in words],
        "privacy": ["GET /privacy"],
        "sign up": [f"POST /subscribe {form}" for form in forms],
        "ask to confirm": [f"GET /c/{token}" for token in confirm],
        "confirm": [f"POST /c/{token}" for token in confirm],
        "ask to leave": [f"GET /u/{token}" for token in leave[count:]],
        "preferences": [f"GET /p/{token}" for token in leave[count:]],
        "leave": [f"POST /u/{token} List-Unsubscribe=One-Click" for token in leave[:count]],
        "pause": [f"POST /p/{token} action=pause&days=14" for token in leave[count:]],
        "healthz": ["GET /healthz"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--subscribers", type=int, default=100_000)
    parser.add_argument("--rate", type=int, default=200, help="requests a second")
    parser.add_argument("--seconds", type=int, default=15, help="for each page")
    parser.add_argument("--only", action="append", help="one kind of page; may be given again")
    parser.add_argument("--no-send", action="store_true", help="without a send at the same time")
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing: apt-get install wrk postfix")
    count = round(given.rate * given.seconds * 1.2) + 100  # nobody joins or leaves twice
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), find_port()
        print(json.dumps(measure_disk(folder)), flush=True)
        active, pending = fill(folder, given.subscribers, count)
        with running(folder, port, sends=not given.no_send) as process:
            for title, asked in plan_requests(folder, active, pending, count).items():
                if given.only and title not in given.only:
                    continue
                seconds = 1 if "first" in title else given.seconds
                base = f"http://127.0.0.1:{port}"
                queue_again(folder)
                began, before = time.monotonic(), count_sent(folder)
                row = measure(base, title, asked, rate=given.rate, seconds=seconds, process=process)
                mails = (count_sent(folder) - before) / (time.monotonic() - began)
                print(json.dumps({**row, "mails_a_second": round(mails)}), flush=True)


if __name__ == "__main__":
    main()
