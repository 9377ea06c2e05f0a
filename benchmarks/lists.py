"""How fast the desk's lists answer from a full ledger, on either engine. I/O (processes, disk).

    python -m benchmarks.lists [--engine postgresql] [--readers 100000] [--issues 1000] [--sent 10]

Fills a ledger in a temporary folder: readers, issues, the deliveries of the newest issues to everybody, and what a
year leaves behind (reports, suppressions, entries, acts). Then asks each list as the desk's pages do, its dearest
ways among them, and the pages themselves, and prints one JSON line each.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Table, insert, text
from starlette.testclient import TestClient

from newsletter.desk.entrance import LocalEntrance
from newsletter.desk.site import build_desk
from newsletter.desk.workbench import Bench
from newsletter.model import (
    DAILY,
    BounceKind,
    DeliveryId,
    DeliveryStatus,
    IssueId,
    IssueKey,
    Section,
    SourceKey,
    SubscriberId,
    SubscriberStatus,
)
from newsletter.store import deliveries as delivery_lists
from newsletter.store import monitoring, schema, subscribers, suppressions
from newsletter.store.alerts import list_alerts
from newsletter.store.bounces import count_complaints, list_bounces
from newsletter.store.deliveries import count_deliveries, list_for_subscriber
from newsletter.store.engine import Store
from newsletter.store.installation import list_runs
from newsletter.store.issues import find_record, list_issues
from newsletter.store.json_codec import FORMAT, to_json
from newsletter.store.migrate import upgrade
from newsletter.store.sources import list_entries, list_fetches, load_states
from newsletter.wiring import Installation, open_installation
from tests.support import factories
from tests.support.delivery_factories import subscribe_all
from tests.support.postgres_server import PostgresServer

LIMIT_MS = 100.0
TOKEN = "token-of-this-start"
NOW = datetime(2026, 1, 5, 7, tzinfo=UTC)
LAST = date(2026, 1, 5)
DOMAINS = (
    "gmail.com",
    "outlook.com",
    "yahoo.com",
    "gmx.de",
    "web.de",
    "icloud.com",
    *(f"firm{n}.example" for n in range(400)),
)
FATES = ("bounced", "failed", "suppressed", "expired", "deferred")
_BATCH = 10_000
_ENTRY = to_json(factories.make_entry())
_STORIES = tuple(factories.make_issue_story(f"story-{n}") for n in range(14))
_ISSUE = to_json(factories.make_issue(sections=(Section(key="top", title="Top story", stories=_STORIES),)))


def fill(store: Store, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    while batch := list(islice(rows, _BATCH)):
        with store.write() as connection:
            connection.execute(insert(table), batch)


def fill_ledger(store: Store, readers: int, issues: int, sent: int) -> None:
    """Write a large installation's rows, as they stand after a year."""
    fill(store, schema.subscribers, (make_reader(n) for n in range(1, readers + 1)))
    fill(store, schema.issues, (make_issue(n, issues) for n in range(1, issues + 1)))
    fill(store, schema.issue_contents, (make_content(n) for n in range(1, issues + 1)))
    newest = range(issues - sent + 1, issues + 1)
    fill(
        store,
        schema.deliveries,
        (make_delivery(n, issue, readers) for issue in newest for n in range(1, readers + 1)),
    )
    few = range(1, readers // 5)
    fill(
        store,
        schema.delivery_events,
        ({"delivery_id": n, "at": NOW, "status": "deferred", "relay": "r", "reply_code": 451} for n in few),
    )
    fill(store, schema.bounces, (make_bounce(n, readers) for n in few))
    fill(store, schema.suppressions, (make_suppression(n) for n in few))
    fill(
        store,
        schema.consent_events,
        (
            {"subscriber_id": n, "at": NOW, "what": "confirmed", "source": "page"}
            for n in range(1, readers + 1)
        ),
    )
    fill(store, schema.entries, (make_entry_row(n) for n in range(1, readers + 1)))
    fill(
        store,
        schema.fetches,
        ({"source": f"s{n % 60}", "at": NOW, "ok": True, "seen": 9, "kept": 1} for n in range(readers)),
    )
    fill(
        store,
        schema.runs,
        ({"kind": "send", "date": LAST, "started": NOW, "counts": {}} for _ in range(issues * 2)),
    )
    fill(
        store,
        schema.alerts,
        ({"key": f"k{n}", "raised": NOW, "subject": "s", "body": "b"} for n in range(issues)),
    )
    with store.write() as connection:
        subscribe_all(connection)
        connection.execute(text("ANALYZE"))


def make_reader(n: int) -> dict[str, Any]:
    address = f"reader.{n}@{DOMAINS[(n * 7) % len(DOMAINS)] if n % 3 else DOMAINS[n % 6]}"
    return {
        "id": n, "address": address, "address_key": address, "address_hmac": f"{n:064x}",
        "domain": address.partition("@")[2], "name": f"Ann Lee {n}", "created": NOW, "confirmed": NOW,
        "status": "active" if n % 10 else "unsubscribed",
    }  # fmt: skip


def make_issue(n: int, issues: int) -> dict[str, Any]:
    day = LAST - timedelta(days=issues - n)
    frozen = NOW - timedelta(days=issues - n)
    return {
        "id": n,
        "date": day,
        "number": n,
        "status": "sent" if n < issues else "frozen",
        "hash": f"{n:064x}",
        "held": False,
        "frozen": frozen,
        "finished": frozen,
    }


def make_content(n: int) -> dict[str, Any]:
    return {
        "issue_id": n, "version": 1, "hash": f"{n:064x}", "created": NOW, "change": "composed",
        "issue": _ISSUE, "format": FORMAT,
        "selection": [], "subject": f"News of day {n}", "preheader": "p", "html": "h" * 40_000, "text": "t" * 8_000,
    }  # fmt: skip


def make_delivery(n: int, issue: int, readers: int) -> dict[str, Any]:
    status = FATES[n % len(FATES)] if n % 200 == 0 else "sent"
    return {
        "issue_id": issue, "subscriber_id": n, "status": status, "attempts": 1, "resends": 0, "changed": NOW,
        "message_id": f"<{issue}.{n}.{readers}@news.example>", "sent_at": NOW, "relay": "smtp.example:587",
        "reply_code": 250, "reply_enhanced": "2.0.0", "reply_text": "2.0.0 Ok: queued as 4Xy7abcdef",
    }  # fmt: skip


def make_bounce(n: int, readers: int) -> dict[str, Any]:
    return {
        "at": NOW - timedelta(minutes=n), "subscriber_id": (n * 13) % readers + 1, "delivery_id": n,
        "raw": b"x" * 3_000,
        "kind": "complaint" if n % 500 == 0 else "soft", "status": "4.2.2", "reason": "mailbox full",
        "consequence": "counts",
        "digest": f"{n:064x}",
    }  # fmt: skip


def make_suppression(n: int) -> dict[str, Any]:
    return {
        "address_hmac": f"{n * 3:064x}",
        "reason": "complaint" if n % 50 == 0 else "dead address",
        "at": NOW - timedelta(minutes=n),
        "detail": "no such user",
    }


def make_entry_row(n: int) -> dict[str, Any]:
    return {
        "source": f"s{n % 60}", "key": f"https://s.example/{n}", "digest": f"{n:064x}", "data": _ENTRY,
        "first_seen": NOW - timedelta(minutes=n), "status": "extracted", "attempts": 1,
    }  # fmt: skip


def list_questions(store: Store, readers: int, issues: int) -> dict[str, Callable[[], object]]:
    """Return each question by name, as the pages ask it."""
    newest = IssueId(issues)
    last = readers // 50 * 50 - 50

    def ask_readers(**given: Any) -> object:
        with store.read() as connection:
            return subscribers.list_subscribers(connection, limit=51, **given)

    def count_readers() -> object:
        with store.read() as connection:
            return subscribers.count_subscribers(connection)

    def of_issue(**given: Any) -> object:
        return delivery_lists.list_deliveries(store, newest, limit=51, **given)

    lost = [DeliveryStatus.BOUNCED, DeliveryStatus.FAILED]
    return {
        "issues, newest": lambda: list_issues(store, limit=51),
        "issues, oldest": lambda: list_issues(store, offset=issues - 50, limit=51),
        "issue": lambda: find_record(store, IssueKey(date=LAST)),
        "issue, numbers": lambda: count_deliveries(store, newest),
        "issue, by domain": lambda: delivery_lists.count_by_domain(store, newest),
        "deliveries": of_issue,
        "deliveries, last page": lambda: of_issue(offset=last),
        "deliveries, those lost": lambda: of_issue(statuses=lost),
        "deliveries, search one": lambda: of_issue(search=f"reader.{readers - 1}@"),
        "deliveries, search many": lambda: of_issue(search="gmail"),
        "deliveries, search none": lambda: of_issue(search="nobody-at-all"),
        "deliveries, search those lost": lambda: of_issue(search="gmx", statuses=lost),
        "delivery, history": lambda: delivery_lists.load_delivery(store, DeliveryId(17)),
        "readers": ask_readers,
        "readers, last page": lambda: ask_readers(offset=last),
        "readers, numbers": count_readers,
        "readers, of an edition, last page": lambda: ask_readers(edition=DAILY, offset=last // 10 * 8),
        "readers, search one": lambda: ask_readers(search=f"reader.{readers - 1}@"),
        "readers, search none": lambda: ask_readers(search="nobody-at-all"),
        "readers, who left": lambda: ask_readers(status=SubscriberStatus.UNSUBSCRIBED, offset=last // 10),
        "reader, deliveries": lambda: list_for_subscriber(store, SubscriberId(readers // 2)),
        "reader, reports": lambda: list_bounces(store, subscriber=SubscriberId(readers // 2)),
        "sending, queue": lambda: monitoring.count_queue(store),
        "sending, complaints": lambda: list_bounces(store, kind=BounceKind.COMPLAINT, limit=51),
        "sending, rate of complaints": lambda: count_complaints(store, since=NOW - timedelta(days=7)),
        "sending, suppressions": lambda: suppressions.list_suppressions(store, limit=51),
        "sending, suppressions, last page": lambda: suppressions.list_suppressions(
            store, offset=last // 6, limit=51
        ),
        "sending, suppressions, search": lambda: suppressions.list_suppressions(
            store, search="nobody", limit=51
        ),
        "sending, suppressions, numbers": lambda: suppressions.count_suppressions(store),
        "sources": lambda: load_states(store),
        "source, log": lambda: list_fetches(store, SourceKey("s7"), limit=20),
        "source, entries": lambda: list_entries(store, SourceKey("s7"), limit=20),
        "state, runs": lambda: list_runs(store, limit=51),
        "state, alerts": lambda: list_alerts(store, limit=51),
    }


def measure(store: Store, ask: Callable[[], object], turns: int) -> dict[str, float]:
    """Return the median and the worst, and what processor time a turn takes: that is so on a busy machine, too."""
    ask()
    times = []
    before = use_of(store)
    for _ in range(turns):
        start = time.perf_counter()
        ask()
        times.append((time.perf_counter() - start) * 1000)
    used = (use_of(store) - before) * 1000 / turns
    found = {"median_ms": sorted(times)[turns // 2], "worst_ms": max(times), "cpu_ms": used}
    return {name: round(value, 1) for name, value in found.items()}


def use_of(store: Store) -> float:
    """Return the processor time so far, in seconds, of this process and of the server's for our one connection."""
    own = time.process_time()
    if store.is_sqlite:
        return own
    with store.read() as connection:
        process = connection.scalar(text("SELECT pg_backend_pid()"))
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return own + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def open_app(engine: str) -> Iterator[Installation]:
    """Give an installation with an empty ledger, in a folder or on a server that go afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        url = "" if engine == "sqlite" else stack.enter_context(PostgresServer()).fresh_url("lists")
        storage = {"data": folder, "database": url.replace("+psycopg", "")}
        app = open_installation(None, clock=lambda: NOW, storage=storage)
        stack.callback(app.close)
        upgrade(app.raw_store)
        yield app


def list_pages(app: Installation, readers: int, sent: int) -> dict[str, Callable[[], object]]:
    """Return the pages of lists, as an operator at this machine asks for them."""
    desk = build_desk(Bench(lambda: app, is_watched=False), LocalEntrance(TOKEN))
    client = TestClient(desk, base_url=f"http://127.0.0.1/{TOKEN}/")
    issue = f"issues/daily/{LAST}"
    paths = (
        "issues/", "issues/?page=20", issue, f"{issue}?q=reader.{readers - 1}%40",
        f"{issue}?q=nobody-at-all&state=all", f"{issue}?state=all&page={readers // 50}", f"{issue}/providers",
        f"{issue}/deliveries/{readers * sent}", "readers/", f"readers/?page={readers // 50}",
        f"readers/?q=reader.{readers - 1}%40", "readers/?q=nobody-at-all",
        f"readers/?edition={DAILY}&page={readers // 60}", f"readers/{readers // 2}", f"edit?day={LAST}",
        f"state?day={LAST}", "sources/", f"sources/{next(iter(app.sources)).key}", "sending/",
        "sending/complaints", "sending/suppressions", "status/", "status/runs", "status/alerts", "status/acts",
    )  # fmt: skip

    def see(path: str) -> object:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer

    return {f"page {path}": partial(see, path) for path in paths}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--readers", type=int, default=100_000)
    parser.add_argument("--issues", type=int, default=1_000)
    parser.add_argument("--sent", type=int, default=10, help="newest issues whose deliveries are there")
    parser.add_argument("--turns", type=int, default=15)
    given = parser.parse_args()
    with open_app(given.engine) as app:
        store = app.store
        start = time.perf_counter()
        fill_ledger(store, given.readers, given.issues, given.sent)
        print(json.dumps({"engine": given.engine, "filled_s": round(time.perf_counter() - start)}))
        slow = []
        questions = list_questions(store, given.readers, given.issues) | list_pages(
            app, given.readers, given.sent
        )
        for name, ask in questions.items():
            took = measure(store, ask, given.turns)
            print(json.dumps({"list": name, **took}), flush=True)
            if took["cpu_ms"] > LIMIT_MS:
                slow.append(name)
        print(json.dumps({"more_cpu_than_ms": LIMIT_MS, "lists": slow}))


if __name__ == "__main__":
    main()
