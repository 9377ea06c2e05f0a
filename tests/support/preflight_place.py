"""An installation that ``newsletter check`` is run on, as an operator types it. I/O (disk, loopback).

Everything is right in it: signature, DNS in a zone of its own, a relay, a mailbox of bounces, a subscriber.
A test spoils one thing. It is made once; each test gets a copy.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from newsletter.cli.main import load_commands
from newsletter.delivery.dkim import dns_record, load_signer
from newsletter.errors import NewsletterError
from newsletter.model import Issue, RenderedIssue
from newsletter.render.issue import render_issue
from newsletter.store.issues import save_composed
from tests.render.mail_sample import signing_key
from tests.render.render_sample import IDENTITY, sample_issue
from tests.support.app_factory import make_app, subscribe
from tests.support.dns_zone import Zone, as_strings
from tests.support.smtp_peer import Peer

DOMAIN = IDENTITY.domain
RELAY = "45.33.32.10"
DAY = date(2026, 1, 5)
COMMANDS = load_commands(["check"])


def good_records() -> dict[tuple[str, str], list[str]]:
    """Return the DNS of a sender with everything right. The web face is on loopback: nobody answers there."""
    signer = load_signer(signing_key(), domain=DOMAIN, selector="s1")
    record = dns_record(signer)
    return {
        (DOMAIN, "TXT"): ['"v=spf1 mx -all"'],
        (DOMAIN, "MX"): [f"10 mail.{DOMAIN}."],
        (DOMAIN, "A"): ["127.0.0.1"],
        (f"mail.{DOMAIN}", "A"): [RELAY],
        ("10.32.33.45.in-addr.arpa", "PTR"): [f"mail.{DOMAIN}."],
        (f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=none"'],
        (record.name, "TXT"): [as_strings(record.value)],
    }


@contextmanager
def running(peer: Peer) -> Iterator[int]:
    """Run an SMTP server in a thread of its own; give its port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(peer.__aenter__(), loop).result(5)
    try:
        yield peer.port
    finally:
        asyncio.run_coroutine_threadsafe(peer.__aexit__(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the command printed, and how it ended."""

    exit_code: int
    levels: Mapping[str, str]  # check ─▶ the worst level
    messages: Mapping[str, str]  # check ─▶ its first words and its hint
    blocking: tuple[str, ...]
    passed: tuple[str, ...]


@dataclass
class Place:
    """One installation, on disk, with its settings in a file."""

    folder: Path
    zone: Zone
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    stack: ExitStack = field(default_factory=ExitStack)  # what a test started: it ends with the test

    def set(self, table: str, **values: Any) -> None:
        self.settings[table] = {**self.settings.get(table, {}), **values}

    def store(
        self, issue: Issue | None = None, rendered: RenderedIssue | None = None, **changes: Any
    ) -> None:
        """Put an issue into the ledger as composed, rendered under the settings; ``changes`` are of the mail."""
        issue = issue or sample_issue()
        identity = IDENTITY.model_copy(update=self.settings["newsletter"])
        app = make_app(self.folder, newsletter=self.settings["newsletter"])
        try:
            made = rendered or render_issue(issue, identity, app.templates)
            save_composed(
                app.store,
                issue=issue,
                rendered=replace(made, **changes),
                selection=(),
                considered=(),
                now=issue.composed,
            )
        finally:
            app.close()

    def change(self, act: Callable[[Any], object]) -> None:
        """Do something to the installation."""
        app = make_app(self.folder, newsletter=self.settings["newsletter"])
        try:
            act(app)
        finally:
            app.close()

    def write_settings(self) -> None:
        lines = []
        for table, values in self.settings.items():
            lines += [f"[{table}]", *(f"{name} = {json.dumps(value)}" for name, value in values.items()), ""]
        (self.folder / "config" / "newsletter.toml").write_text("\n".join(lines), encoding="utf-8")

    def check(self, *arguments: str) -> Told:
        """Run ``newsletter check`` in this process, without a browser and without opening links."""
        self.write_settings()
        where = ["--config", str(self.folder / "config"), "--data", str(self.folder)]
        browser = [] if "--settings" in arguments else ["--no-browser", "--no-links"]
        ran = CliRunner().invoke(COMMANDS, [*where, "check", *arguments, *browser, "--json"])
        if isinstance(ran.exception, NewsletterError):
            raise ran.exception
        assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
        return _read(ran.exit_code, json.loads(ran.stdout))

    def check_mail(self, raw: bytes) -> Told:
        path = self.folder / "mail.eml"
        path.write_bytes(raw)
        return self.check(str(path))

    def check_issue(self) -> Told:
        return self.check(f"{DAY}")

    def check_settings(self) -> Told:
        return self.check("--settings")


def _read(code: int, told: dict[str, Any]) -> Told:
    order = ["not run", "warn", "fail"]
    levels: dict[str, str] = {}
    messages: dict[str, str] = {}
    for finding in told["findings"]:
        name = finding["check"]
        levels[name] = max(levels.get(name, "not run"), finding["level"], key=order.index)
        messages.setdefault(name, f"{finding['message']} {finding['hint']}")
        assert finding["message"], finding
        assert finding["hint"], finding
    assert told["ok"] == (code == 0), told
    return Told(
        exit_code=code,
        levels=levels,
        messages=messages,
        blocking=tuple(told["blocking"]),
        passed=tuple(told["passed"]),
    )


def make_place(folder: Path, zone: Zone) -> Place:
    """Make the installation in ``folder``."""
    identity = {name: getattr(IDENTITY, name) for name in ("base_url", "from_address", "postal_address")}
    key = folder / "s1.pem"
    folder.mkdir(parents=True)
    key.write_bytes(signing_key())
    for name in ("cur", "new", "tmp"):
        (folder / "bounces" / name).mkdir(parents=True)
    app = make_app(folder, newsletter=identity)
    subscribe(app, "ann@example.org")
    app.close()
    return Place(
        folder=folder,
        zone=zone,
        settings={
            "newsletter": identity,
            "relay": {"type": "folder"},
            "dkim": {"selector": "s1", "key_file": str(key)},
            "bounces": {"maildir": str(folder / "bounces")},
            "editorial": {"max_stories": 16},
            "preflight": {"resolver": zone.address, "outgoing": [RELAY], "spamassassin": "", "rspamd": ""},
            "logs": {"level": "error"},
        },
    )


def copy_place(place: Place, folder: Path) -> Place:
    """Return the same installation in another folder, its zone as it was in the beginning."""
    shutil.copytree(place.folder, folder)
    place.zone.records = dict(good_records())
    settings = json.loads(json.dumps(place.settings).replace(str(place.folder), str(folder)))
    return Place(folder=folder, zone=place.zone, settings=settings)
