"""How fast sending is, with everything on, beside Postfix's own smtp-source.

``python -m benchmarks.delivery`` sends N personalized, DKIM-signed (rsa-2048), ledger-recorded messages of
35 KB to Postfix's smtp-sink from two sender processes that share one SQLite ledger, and in the same run
lets smtp-source send as many bytes over as many connections. Five alternating runs; the median ratio counts.

``--nodemailer FOLDER`` lets nodemailer's pool send the same issue with DKIM in the same runs over as many
connections (``npm install nodemailer`` in that folder), from one process, as it comes;
``--nodemailer-processes 2`` gives it as many as ours. ``--workers 2`` asks another
question: how much faster are two senders than one, where the relay and not the processor is the limit? Its relay
answers each message after ``--relay-ms`` milliseconds.

Public tools only: Debian's ``postfix`` package (smtp-sink, smtp-source), nodejs, npm.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
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
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import uvloop
from sqlalchemy import insert, update

from newsletter.config import DeliverySettings, Identity, Logs, RelaySettings
from newsletter.delivery.dkim import generate_key, load_signer
from newsletter.delivery.ledger_sync import COMMIT_SECONDS
from newsletter.delivery.message import prepare_message
from newsletter.delivery.message_writer import MessageWriter
from newsletter.delivery.relay import SMTPRelay
from newsletter.delivery.send import send_due
from newsletter.links import UNSUBSCRIBE_SLOT, unsubscribe_url
from newsletter.logs import configure_logs
from newsletter.model import (
    DAILY,
    ContentHash,
    DeliveryStatus,
    EditionKey,
    IssueId,
    IssueKey,
    RenderedIssue,
    SubscriberId,
)
from newsletter.store.deliveries import count_deliveries
from newsletter.store.engine import Store, open_engine
from newsletter.store.planning import plan_deliveries
from newsletter.store.schema import issues, metadata, subscribers
from newsletter.subscribers.keys import load_keys
from newsletter.subscribers.tokens import Purpose, sign
from tests.support.delivery_factories import subscribe_all
from tests.support.postgres_server import PostgresServer

DOMAIN = "news.example.org"
SIZE = 35_000  # of a whole message
BLOCK = 20_000  # subscribers that are written at once
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
    prepared = prepare_message(make_issue(), IDENTITY, key=IssueKey(date=date(2026, 1, 5)), signers=(signer,))

    def token(subscriber: SubscriberId, edition: EditionKey | None) -> str:
        return sign(keys, Purpose.UNSUBSCRIBE, subscriber, edition=edition)

    writer = MessageWriter(
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
        writer,
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


def fill(store: Store, count: int, editions: Sequence[EditionKey] = (DAILY,)) -> None:
    """Write so many subscribers, who get each of the editions."""
    now = datetime.now(UTC)
    for start in range(0, count, BLOCK):
        rows = [
            {
                "address": f"reader{n}@example.net",
                "address_key": f"reader{n}@example.net",
                "address_hmac": f"{n:064x}",
                "domain": "example.net",
                "status": "active",
                "created": now,
            }
            for n in range(start, min(start + BLOCK, count))
        ]
        with store.write() as connection:
            connection.execute(insert(subscribers), rows)
    with store.write() as connection:
        for edition in editions:
            subscribe_all(connection, edition)


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


def time_together(processes: list[subprocess.Popen[str]]) -> float:
    """Let processes that said "ready" begin together; return the seconds until the last one is done."""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
    began = time.perf_counter()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "done"
    took = time.perf_counter() - began
    for process in processes:
        process.communicate()
    return took


def run_ours(
    arguments: argparse.Namespace, place: tuple[Store, Path], port: int, number: int, processes: int
) -> float:
    """Plan the issue of that number, let so many processes send it; return the seconds that took."""
    store, folder = place
    issue = plan(store, number)
    database = store.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "benchmarks.delivery", "--database", database, "--folder", str(folder)]
    command += ["--port", str(port), "--connections", str(arguments.connections)]
    command += ["--batch", str(arguments.batch)]
    if arguments.profile:
        command.append("--profile")
    senders = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    took = time_together(senders)
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


def run_nodemailer(arguments: argparse.Namespace, folder: Path, port: int) -> float:
    """Let nodemailer's pool send the same issue, signed, over as many connections as ours."""
    issue = make_issue()
    mail = {
        "domain": DOMAIN,
        "key": (folder / "dkim.pem").read_text(encoding="ascii"),
        "slot": UNSUBSCRIBE_SLOT,
        "link": unsubscribe_url(IDENTITY.base_url, UNSUBSCRIBE_SLOT),
        "subject": issue.subject,
        "text": issue.text,
        "html": issue.html,
    }
    (folder / "mail.json").write_text(json.dumps(mail), encoding="utf-8")
    script = Path(__file__).with_name("nodemailer.cjs")
    processes = arguments.nodemailer_processes
    share = arguments.messages // processes
    connections = arguments.connections * arguments.processes // processes
    command = ["node", str(script), str(arguments.nodemailer), str(port), str(connections)]
    senders = [
        subprocess.Popen(
            [*command, str(share), str(folder / "mail.json")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    took = time_together(senders)
    return float(took * arguments.messages / (share * len(senders)))


def find_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextlib.contextmanager
def sink() -> Iterator[int]:
    """Postfix's smtp-sink, which swallows mail; give its port."""
    path = shutil.which("smtp-sink") or shutil.which("smtp-sink", path="/usr/sbin")
    if path is None:
        sys.exit("smtp-sink and smtp-source are missing: apt-get install postfix")
    port = find_port()
    process = subprocess.Popen([path, "-u", "nobody", f"127.0.0.1:{port}", "1000"])
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def ledger(messages: int, *, engine: str = "sqlite") -> Iterator[tuple[Store, Path]]:
    """A fresh ledger with so many subscribers, and the folder with the keys."""
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        folder = Path(scratch)
        (folder / "dkim.pem").write_bytes(generate_key("rsa"))
        load_keys(folder)
        url = f"sqlite+pysqlite:///{folder / 'ledger.sqlite3'}"
        if engine == "postgresql":
            url = stack.enter_context(PostgresServer(durable=True)).fresh_url("ledger")
        store = Store(open_engine(url))
        metadata.create_all(store.engine)
        fill(store, messages)
        yield store, folder
        store.close()


def compare(arguments: argparse.Namespace) -> None:
    """Ours, smtp-source and nodemailer, in turns."""
    speeds: dict[str, list[float]] = {"ours": [], "smtp_source": [], "nodemailer": []}
    with sink() as port, ledger(arguments.messages, engine=arguments.engine) as (store, folder):
        for number in range(1, arguments.runs + 1):
            took = {
                "ours": run_ours(arguments, (store, folder), port, number, arguments.processes),
                "smtp_source": run_source(arguments, port),
            }
            if arguments.nodemailer:
                took["nodemailer"] = run_nodemailer(arguments, folder, port)
            for name, seconds in took.items():
                speeds[name].append(arguments.messages / seconds)
            line = ", ".join(f"{name} {speeds[name][-1]:.0f}/s" for name in took)
            print(f"run {number}: {line}", flush=True)
    ratios = {
        f"ours_to_{name}": round(
            statistics.median(mine / other for mine, other in zip(speeds["ours"], of, strict=True)), 3
        )
        for name, of in speeds.items()
        if of and name != "ours"
    }
    print(
        json.dumps(
            {
                "messages": arguments.messages,
                "processes": arguments.processes,
                "connections": arguments.connections * arguments.processes,
                **{f"{name}_per_second": round(statistics.median(of)) for name, of in speeds.items() if of},
                **ratios,
                "commit_window_seconds": COMMIT_SECONDS,
                "most_answers_in_a_commit": arguments.batch,
            }
        )
    )


@contextlib.contextmanager
def slow_relay(milliseconds: int) -> Iterator[int]:
    """A relay in a process of its own that takes each message only after a while; give its port."""
    command = [sys.executable, "-m", "benchmarks.delivery", "--be-relay", str(milliseconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


async def be_relay(milliseconds: int) -> None:
    """Answer every command at once and every message late: what a relay behind a network does."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 slow ESMTP\r\n")
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"EHLO":
                    writer.write(b"250-slow\r\n250 PIPELINING\r\n")
                elif verb == b"DATA":
                    writer.write(b"354 go on\r\n")
                    await reader.readuntil(b"\r\n.\r\n")
                    await asyncio.sleep(milliseconds / 1000)
                    writer.write(b"250 taken\r\n")
                else:
                    writer.write(b"250 ok\r\n")
                    if verb == b"QUIT":
                        break
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 20)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def scale(arguments: argparse.Namespace) -> None:
    """One sender and several, in turns, over a relay that takes its time; the ratio counts."""
    alone, together = [], []
    with slow_relay(arguments.relay_ms) as port, ledger(arguments.messages) as (store, folder):
        for number in range(1, arguments.runs + 1):
            one = run_ours(arguments, (store, folder), port, 2 * number - 1, 1)
            several = run_ours(arguments, (store, folder), port, 2 * number, arguments.workers)
            alone.append(arguments.messages / one)
            together.append(arguments.messages / several)
            print(f"run {number}: {alone[-1]:.0f}/s alone, {together[-1]:.0f}/s together", flush=True)
    print(
        json.dumps(
            {
                "messages": arguments.messages,
                "relay_milliseconds": arguments.relay_ms,
                "connections_of_each": arguments.connections,
                "workers": arguments.workers,
                "one_per_second": round(statistics.median(alone)),
                "together_per_second": round(statistics.median(together)),
                "times_faster": round(
                    statistics.median(more / one for one, more in zip(alone, together, strict=True)), 2
                ),
            }
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--connections", type=int, default=4, help="of each process")
    parser.add_argument("--batch", type=int, default=DeliverySettings().batch, help="delivery.batch")
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--nodemailer", type=Path, metavar="FOLDER", help="where it is installed")
    parser.add_argument("--nodemailer-processes", type=int, default=1)
    parser.add_argument("--workers", type=int, help="compare one sender with so many")
    parser.add_argument("--relay-ms", type=int, default=30, help="of the relay, with --workers")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--be-relay", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--database", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.database:
        worker(arguments)
    elif arguments.be_relay is not None:
        with contextlib.suppress(KeyboardInterrupt):
            uvloop.run(be_relay(arguments.be_relay))
    elif arguments.workers:
        scale(arguments)
    else:
        compare(arguments)


if __name__ == "__main__":
    main()
