"""How fast sending is, with everything on, beside Postfix's own smtp-source.

``python -m benchmarks.delivery`` sends N personalized, DKIM-signed (rsa-2048), ledger-recorded messages of
35 KB to Postfix's smtp-sink from two sender processes that share one SQLite ledger, and in the same run
lets smtp-source send as many bytes over as many connections. Five alternating runs; the median ratio counts.

Public tools only: Debian's ``postfix`` package (smtp-sink, smtp-source).
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import json
import pstats
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import uvloop
from sqlalchemy import func, insert, select, update

from newsletter.config import Delivery as DeliverySettings
from newsletter.config import Identity, Logs
from newsletter.config import Relay as RelaySettings
from newsletter.delivery.dkim import generate_key, load_signer
from newsletter.delivery.message import prepare_message
from newsletter.delivery.relay import SMTPRelay
from newsletter.delivery.send import Writing, send_due
from newsletter.delivery.turns import COMMIT_SECONDS
from newsletter.links import UNSUBSCRIBE_SLOT, unsubscribe_url
from newsletter.logs import configure_logs
from newsletter.model import ContentHash, DeliveryStatus, IssueId, RenderedIssue, SubscriberId
from newsletter.store.deliveries import count_deliveries, plan_deliveries
from newsletter.store.engine import Store, open_engine
from newsletter.store.schema import issues, metadata, subscribers
from newsletter.subscribers.keys import load_keys
from newsletter.subscribers.tokens import Purpose, sign

DOMAIN = "news.example.org"
SIZE = 35_000  # of a whole message
IDENTITY = Identity(
    name="Rare Earth Daily", base_url="https://news.example.org", from_address=f"daily@{DOMAIN}"
)


def make_issue() -> RenderedIssue:
    """An issue whose message has 35 KB: a text part of 6 KB, the rest HTML."""
    link = unsubscribe_url(IDENTITY.base_url, UNSUBSCRIBE_SLOT)
    words = "Lynas said it had produced 2,080 tonnes of NdPr oxide – “more than ever” – in the quarter. "
    text = (words * 60 + "\n\n") + f"Leave: {link}\n"
    html = f'<html><body><p style="margin:0">{words * 209}</p><a href="{link}">Leave</a></body></html>'
    return RenderedIssue(hash=ContentHash("b" * 64), subject="Bench", preheader="", html=html, text=text)


async def send_share(database: str, folder: Path, port: int, connections: int, batch: int) -> None:
    """One sender process."""
    configure_logs(Logs())
    store = Store(open_engine(database))
    keys = load_keys(folder)
    signer = load_signer((folder / "dkim.pem").read_bytes(), domain=DOMAIN, selector="bench")
    prepared = prepare_message(make_issue(), IDENTITY, day=date(2026, 1, 5), signers=(signer,))

    def token(subscriber: SubscriberId) -> str:
        return sign(keys, Purpose.UNSUBSCRIBE, subscriber)

    writing = Writing(
        prepare_issue=lambda _: prepared,
        prepare_notice=lambda _claim, _now: prepared,
        sign_token=token,
        secret=keys.address,
        bounce_domain=DOMAIN,
    )
    relay = SMTPRelay(
        RelaySettings(host="127.0.0.1", port=port, connections=connections, messages_per_connection=1000),
        helo=DOMAIN,
    )
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    before, loop_before = time.process_time(), time.thread_time()
    await send_due(
        store,
        [relay],
        writing,
        DeliverySettings(batch=batch),
        flights=folder / "flight",
        stop=asyncio.Event(),
        alert=lambda *words: print(*words, file=sys.stderr),
        until_idle=True,
    )
    print("done", flush=True)
    whole, loop_only = time.process_time() - before, time.thread_time() - loop_before
    print(f"CPU seconds: {whole:.2f}, of the event loop's thread {loop_only:.2f}", file=sys.stderr)


def worker(arguments: argparse.Namespace) -> None:
    """Run one sender, under a profiler where asked."""
    share = send_share(
        arguments.database, arguments.folder, arguments.port, arguments.connections, arguments.batch
    )
    if not arguments.profile:
        uvloop.run(share)
        return
    profile = cProfile.Profile()
    profile.runcall(uvloop.run, share)
    pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(32)


def fill(store: Store, count: int) -> None:
    now = datetime.now(UTC)
    with store.write() as connection:
        known = connection.scalar(select(func.count()).select_from(subscribers)) or 0
        rows = [
            {
                "address": f"reader{n}@example.net",
                "address_key": f"reader{n}@example.net",
                "address_hmac": f"{n:064x}",
                "domain": "example.net",
                "status": "active",
                "created": now,
            }
            for n in range(known, count)
        ]
        if rows:
            connection.execute(insert(subscribers), rows)


def plan(store: Store, number: int) -> IssueId:
    with store.write() as connection:
        connection.execute(
            insert(issues).values(
                id=number,
                date=date.fromordinal(739_000 + number),
                number=number,
                status="planning",
                held=False,
            )
        )
    plan_deliveries(store, IssueId(number), domain=DOMAIN, now=datetime.now(UTC))
    with store.write() as connection:
        connection.execute(
            update(issues).where(issues.c.id == number).values(status="frozen", frozen=datetime.now(UTC))
        )
    return IssueId(number)


def run_ours(arguments: argparse.Namespace, store: Store, folder: Path, port: int, number: int) -> float:
    issue = plan(store, number)
    database = str(store.engine.url)
    command = [sys.executable, "-m", "benchmarks.delivery", "--database", database, "--folder", str(folder)]
    command += ["--port", str(port), "--connections", str(arguments.connections)]
    command += ["--batch", str(arguments.batch)]
    if arguments.profile:
        command.append("--profile")
    senders = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(arguments.processes)
    ]
    for sender in senders:
        assert sender.stdout is not None
        assert sender.stdout.readline().strip() == "ready"
    began = time.perf_counter()
    for sender in senders:
        assert sender.stdin is not None
        sender.stdin.write("go\n")
        sender.stdin.flush()
    for sender in senders:
        assert sender.stdout is not None
        assert sender.stdout.readline().strip() == "done"
    took = time.perf_counter() - began
    for sender in senders:
        sender.communicate()
    counts = count_deliveries(store, issue)
    assert counts[DeliveryStatus.SENT] == arguments.messages, counts
    return took


def run_source(arguments: argparse.Namespace, port: int) -> float:
    began = time.perf_counter()
    subprocess.run(
        [
            *("smtp-source", "-s", str(arguments.connections * arguments.processes)),
            *("-m", str(arguments.messages), "-l", str(SIZE)),
            *("-f", f"a@{DOMAIN}", "-t", "b@example.net", f"127.0.0.1:{port}"),
        ],
        check=True,
    )
    return time.perf_counter() - began


def compare(arguments: argparse.Namespace) -> None:
    if shutil.which("smtp-sink") is None and not Path("/usr/sbin/smtp-sink").exists():
        sys.exit("smtp-sink and smtp-source are missing: apt-get install postfix")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sink = subprocess.Popen(["smtp-sink", "-u", "nobody", f"127.0.0.1:{port}", "1000"])
    ratios, ours, theirs = [], [], []
    try:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            (folder / "dkim.pem").write_bytes(generate_key("rsa"))
            load_keys(folder)
            database = f"sqlite+pysqlite:///{folder / 'ledger.sqlite3'}"
            store = Store(open_engine(database))
            metadata.create_all(store.engine)
            fill(store, arguments.messages)
            for number in range(1, arguments.runs + 1):
                mine = run_ours(arguments, store, folder, port, number)
                other = run_source(arguments, port)
                ours.append(arguments.messages / mine)
                theirs.append(arguments.messages / other)
                ratios.append(other / mine)
                print(
                    f"run {number}: {ours[-1]:.0f}/s beside {theirs[-1]:.0f}/s: {ratios[-1]:.3f}", flush=True
                )
            store.close()
    finally:
        sink.terminate()
        sink.wait()
    print(
        json.dumps(
            {
                "messages": arguments.messages,
                "processes": arguments.processes,
                "connections": arguments.connections * arguments.processes,
                "ours_per_second": round(statistics.median(ours)),
                "smtp_source_per_second": round(statistics.median(theirs)),
                "median_ratio": round(statistics.median(ratios), 3),
                "commit_window_seconds": COMMIT_SECONDS,
                "most_answers_in_a_commit": arguments.batch,
            }
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--connections", type=int, default=4, help="of each process")
    parser.add_argument("--batch", type=int, default=DeliverySettings().batch, help="delivery.batch")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--database", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.database:
        worker(arguments)
    else:
        compare(arguments)


if __name__ == "__main__":
    main()
