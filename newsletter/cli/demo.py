"""``newsletter demo``: the main job, on this machine, with nothing configured. I/O (everything, loopback).

It starts its own inbox (SMTP into a Maildir), the public web face and a small site of its own that
serves the seed as an HTML article behind a feed. Then it does what a day does: collect, compose, send
to three readers; and once more, to show that nobody gets an issue twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import shutil
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import uvicorn
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from newsletter.cli.context import print_json, say, steps
from newsletter.collect.decode import decode_bytes
from newsletter.collect.seeds import read_seeds
from newsletter.config import Identity, seed_folder
from newsletter.day.compose_today import compose_today
from newsletter.delivery.local_inbox import DemoInbox
from newsletter.delivery.plan_issue import plan_issue
from newsletter.delivery.send_waiting import send_waiting
from newsletter.errors import ConfigError, NewsletterError, told_as
from newsletter.extract.plain import extract_text
from newsletter.links import issue_url
from newsletter.logs import configure_logs
from newsletter.model import Extracted, IssueKey, Source, SourceKey, SourceType
from newsletter.render.words import count_noun
from newsletter.serve.processes import DEMO_MARKER
from newsletter.store.deliveries import count_deliveries
from newsletter.store.issues import find_record, load_issue
from newsletter.subscribers import consent
from newsletter.subscribers.addresses import Address, parse_address
from newsletter.web.asgi import build_app
from newsletter.web.demo_inbox import build_inbox
from newsletter.wiring import Installation, open_installation

READERS = (("ada@example.org", "Ada"), ("ben@example.org", "Ben"), ("chi@example.org", "Chi"))
SENDER = "daily@newsletter.example"  # where the settings name none
START_SECONDS = 10.0


def run_demo(folder: Path, *, config: Path | None, keep: bool | None, as_json: bool) -> None:
    """Do a day's work in ``folder``, as ``config`` says, and say what was done and where to look at it."""
    began = time.monotonic()
    taken = _reset(folder)
    keep = keep if keep is not None else sys.stdin.isatty() and sys.stdout.isatty() and not as_json
    with contextlib.ExitStack() as stack:
        stack.enter_context(taken)
        inbox = stack.enter_context(DemoInbox(folder / "inbox"))
        pages = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        web = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        app = _open(folder, config, inbox.port, _port(pages), _port(web))
        configure_logs(app.settings.logs)
        stack.callback(app.close)
        seed = _read_seed(app)
        routes = _routes(app, seed, f"http://127.0.0.1:{_port(pages)}")
        site = build_inbox(
            inbox.list_mails,
            templates=app.templates,
            web=lambda: issue_url(app.settings.newsletter.base_url, IssueKey(date=app.today)),
            extra=routes,
        )
        stack.enter_context(_serving(site, pages))
        stack.enter_context(_serving(build_app(app.web_services), web))
        _subscribe(app)
        sent = (asyncio.run(_day(app)), asyncio.run(_day(app)))
        report = _report(app, inbox, folder, sent, f"http://127.0.0.1:{_port(pages)}/")
        report["seconds"] = round(time.monotonic() - began, 1)
        print_json(report) if as_json else _say(report, keep=keep)
        if keep:
            say("\nThe inbox page stays open. Ctrl-C ends the demo.")
            with contextlib.suppress(KeyboardInterrupt):
                threading.Event().wait()


def _reset(folder: Path) -> IO[bytes]:
    """Empty the demo's folder; it is ours until the file that is returned is closed."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / DEMO_MARKER).exists():
        raise ConfigError(
            f"{folder} is not a folder of the demo.", hint="Give the demo a folder of its own with --data."
        )
    hint = "Give it a folder of its own that is writable: newsletter --data /tmp/demo demo."
    with told_as(ConfigError, f"The demo cannot write to {folder}", hint):
        folder.mkdir(parents=True, exist_ok=True)
        taken = (folder / DEMO_MARKER).open("ab")
        try:
            fcntl.flock(taken, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            taken.close()
            raise ConfigError(
                f"Another demo is running in {folder}.",
                hint="End it first, or give this one a folder of its own: newsletter --data /tmp/demo demo.",
            ) from error
        for path in folder.iterdir():  # emptied, not removed: it may be a mount point
            if path.name == DEMO_MARKER:
                continue
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return taken


def _port(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


def _open(folder: Path, config: Path | None, relay: int, pages: int, web: int) -> Installation:
    """Return the operator's installation, but for all that reaches out of ``folder`` and this machine."""
    own, unset = open_installation(config, data=folder).settings.newsletter, Identity()
    app = open_installation(
        config,
        data=folder,
        storage={"database": ""},
        newsletter={
            "base_url": f"http://127.0.0.1:{web}",
            "from_address": SENDER if own.from_address == unset.from_address else own.from_address,
            "postal_address": own.postal_address or "1 Demo Street, 00000 Nowhere",
        },
        schedule={"approval": "none"},
        model={"endpoint": ""},
        dkim={"selector": ""},
        relay={
            "type": "smtp",
            "host": "127.0.0.1",
            "port": relay,
            "security": "none",
            "username": "",
            "password": "",
        },
        relay_failover={"host": ""},
        alerts={"mail_to": (), "webhook_url": "", "heartbeat_url": ""},
        web={"port": web},
        # What answers at all answers quickly; without a network every listed feed fails at once.
        collect={
            "allow_hosts": (f"127.0.0.1:{pages}",),
            "connect_timeout": 2,
            "read_timeout": 2,
            "total_timeout": 3,
            "per_host_delay": 0,
            "max_entries": 3,
        },
        logs={"level": "error"},
    )
    seeds = next((source for source in app.sources if source.type is SourceType.SEED), None)
    if seeds is None:
        raise ConfigError(
            "sources.toml lists no seed source.", hint="The demo shows its first document: list one."
        )
    feed = Source(
        key=SourceKey("demo-feed"),
        type=SourceType.FEED,
        location=f"http://127.0.0.1:{pages}/feed.xml",
        publisher=seeds.publisher,
        trusted=True,
        enabled=True,
    )
    return replace(app, given_sources=(*app.sources, feed))


def _read_seed(app: Installation) -> Extracted:
    source = next(source for source in app.sources if source.type is SourceType.SEED)
    folder = seed_folder(source, app.config_folder)
    read = read_seeds(source, folder)
    if not read.entries:
        problem = read.errors[0] if read.errors else None
        raise ConfigError(
            problem.message if problem else f"{folder} holds no seed document.",
            hint=problem.hint if problem else "The demo needs at least one.",
        )
    return extract_text(decode_bytes(read.entries[0].body or b""))


def _routes(app: Installation, seed: Extracted, home: str) -> list[Route]:
    publisher = next(source for source in app.sources if source.key == "demo-feed").publisher.name
    day = seed.published
    context = {
        "title": seed.title,
        "publisher": publisher,
        "byline": seed.byline or publisher,
        "published": f"{day:%Y-%m-%d}" if day else "",
        "published_words": f"{day:%b} {day.day}, {day.year}" if day else "",
        "highlights": seed.publisher_highlights,
        "blocks": _blocks(seed.text),
        "disclaimer": seed.disclaimer or "",
        "related": seed.related,
        "home": f"{home}/",
        "link": f"{home}/article",
        "lead": seed.text.partition("\n\n")[0],
    }

    def article(_: Request) -> Response:
        return HTMLResponse(app.templates.render("demo/article.html", context))

    def feed(_: Request) -> Response:
        return Response(app.templates.render("demo/feed.xml", context), media_type="application/rss+xml")

    return [Route("/article", article), Route("/feed.xml", feed)]


def _blocks(text: str) -> list[tuple[str, list[str]]]:
    """Return clean text as headings, paragraphs and lists, for the demo's HTML page."""
    blocks: list[tuple[str, list[str]]] = []
    for block in text.split("\n\n"):
        if block.startswith("• "):
            if blocks and blocks[-1][0] == "bullets":
                blocks[-1][1].append(block[2:])
            else:
                blocks.append(("bullets", [block[2:]]))
        else:
            blocks.append(("paragraph" if block.endswith((".", ":", "!", "?", "”")) else "heading", [block]))
    return blocks


@contextlib.contextmanager
def _serving(application: Any, listener: socket.socket) -> Iterator[None]:
    """Serve from a thread of its own."""
    server = uvicorn.Server(
        uvicorn.Config(application, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    if not server.started:
        raise NewsletterError("The demo's page could not be started.", hint="See the log above.")
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(3)


def _subscribe(app: Installation) -> None:
    occasion = consent.Occasion(at=app.clock(), source="command")
    for text, name in READERS:
        address = parse_address(text, any_domain=True)
        assert isinstance(address, Address), text
        consent.add(app.register, address, occasion, name=name)


async def _day(app: Installation) -> int:
    """Do a day's work; return how many messages were sent."""
    key = IssueKey(date=app.today)
    with steps("Reading sources", len(app.sources)) as progress:
        made = await compose_today(app.making, key, on_source=lambda report: progress.advance(report.source))
    if made.nothing is not None:
        raise NewsletterError(
            f"There is no issue: {made.nothing.note}.", hint="See: newsletter sources check."
        )
    record = find_record(app.store, key)
    if record is not None and record.frozen is None:
        await asyncio.to_thread(plan_issue, app.store, app.settings, key, app.clock())
    report = await send_waiting(app.sending, stop=asyncio.Event(), until_idle=True, patience=5)
    return sum(report.outcomes.values())


def _report(
    app: Installation, inbox: DemoInbox, folder: Path, sent: tuple[int, int], page: str
) -> dict[str, Any]:
    stored = load_issue(app.store, IssueKey(date=app.today))
    if stored is None:
        raise NewsletterError("The issue was not composed.", hint="See the log above.")
    (folder / "issue.html").write_text(stored.rendered.html, encoding="utf-8")
    (folder / "issue.txt").write_text(stored.rendered.text, encoding="utf-8")
    mails = inbox.list_mails()
    for number, mail in enumerate(mails, 1):
        (folder / f"mail-{number}.eml").write_bytes(mail.raw)
    coverage, counts = stored.issue.coverage, count_deliveries(app.store, stored.record.id)
    return {
        "folder": folder,
        "newsletter": stored.issue.newsletter,
        "date": app.today,
        "number": stored.issue.number,
        "subject": stored.issue.subject,
        "stories": len(stored.issue.stories),
        "articles": coverage.articles_read,
        "sources_read": sum(report.ok for report in coverage.sources),
        "sources_failed": len(coverage.failed),
        "first_run_sent": sent[0],
        "second_run_sent": sent[1],
        "deliveries": {status: number for status, number in counts.items() if number},
        "inbox": [
            {"to": mail.recipient, "subject": mail.subject, "message_id": mail.message_id} for mail in mails
        ],
        "look": {
            "inbox_page": page,
            "web_version": issue_url(app.settings.newsletter.base_url, IssueKey(date=app.today)),
            "html": folder / "issue.html",
            "text": folder / "issue.txt",
            "mails": [folder / f"mail-{number}.eml" for number in range(1, len(mails) + 1)],
        },
    }


def _say(report: dict[str, Any], *, keep: bool) -> None:
    articles = count_noun(report["articles"], "article")
    read = count_noun(report["sources_read"], "source")
    say(f"\n{report['newsletter']} No. {report['number']} of {report['date']}: {report['subject']}")
    say(f"  read      {articles} from {read}; {report['sources_failed']} could not be reached")
    say(f"  composed  {count_noun(report['stories'], 'story', 'stories')} of them")
    say(f"  sent      {report['first_run_sent']} mails over SMTP; run again: {report['second_run_sent']}")
    for mail in report["inbox"]:
        say(f"            to {mail['to']}")
    look = report["look"]
    say("Look at it")
    if keep:
        say(f"  in the inbox      {look['inbox_page']}")
        say(f"  on the web        {look['web_version']}")
    say(f"  as files          {look['html']}, {look['text']}, {look['mails'][0]}")
    say(f"  why it says so    {name_program()} --data {report['folder']} explain")
    if not keep:
        say("Its inbox page is closed again: on a terminal, or with --keep, it stays open until Ctrl-C.")
    say(f"Done in {report['seconds']} s.")


def name_program() -> str:
    """Return how this program is called from where we are: `make demo` puts it on nobody's PATH."""
    beside = Path(sys.executable).parent / "newsletter"
    if shutil.which("newsletter") or not beside.exists():
        return "newsletter"
    here = Path.cwd()
    return str(beside.relative_to(here) if beside.is_relative_to(here) else beside)
