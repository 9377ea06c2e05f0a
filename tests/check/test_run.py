"""The preflight of an issue, of a file, of the settings; and the gate that keeps an issue back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest

from newsletter.check import run, sample
from newsletter.check.browser import check_overflow, find_browser
from newsletter.check.catalogue import CATALOGUE, DNS_CHECKS, STORY_CHECKS
from newsletter.check.finding import Level, fail
from newsletter.check.mail.check_mail import find_blocking
from newsletter.check.sender import ledger
from newsletter.check.sender.dns import build_resolver
from newsletter.check.sender.trial import check_trial
from newsletter.config import Identity, RelaySettings
from newsletter.day.compose_today import compose_today
from newsletter.delivery.dkim import dns_record, generate_key
from newsletter.delivery.plan_issue import plan_issue
from newsletter.delivery.signers import load_signers
from newsletter.model import IssueKey, IssueStatus
from newsletter.serve.processes import hold_on_trial
from newsletter.store.alerts import list_alerts
from newsletter.store.issues import find_record, load_issue
from newsletter.wiring import Installation
from tests.support.app_factory import make_app, subscribe
from tests.support.command_line import Done, run_command
from tests.support.dns_zone import Zone
from tests.support.waking import wake

DAY = date(2026, 1, 5)
KEY = IssueKey(date=DAY)
PAGES = {("news.rare-earth.example", "A"): ["127.0.0.1"]}  # where nobody answers: this only warns
PUBLIC = {
    "base_url": "https://news.rare-earth.example",
    "from_address": "daily@rare-earth.example",
    "postal_address": "1 Test Street",
}


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Installation]]:
    opened: list[Installation] = []

    def build(**overrides: Any) -> Installation:
        app = make_app(tmp_path / f"data-{len(opened)}", **overrides)
        opened.append(app)
        subscribe(app, "ann@example.org")
        asyncio.run(compose_today(app.making, KEY))
        return app

    yield build
    for app in opened:
        app.close()


def status(app: Installation) -> IssueStatus:
    record = find_record(app.store, KEY)
    assert record is not None
    return record.status


def test_a_trial_is_kept_back_by_nothing_and_is_told_what_a_public_host_needs(
    make: Callable[..., Installation],
) -> None:
    app = make()
    result = asyncio.run(run.check_issue(app.sending, KEY))
    assert result.blocking == ()
    assert {item.check for item in result.findings if item.level is Level.NOT_RUN} >= DNS_CHECKS
    assert {"list-unsubscribe", "links-https"} <= {
        item.check for item in result.findings if item.level is Level.WARN
    }
    assert set(result.passed) <= set(CATALOGUE)
    assert len(result.passed) > 35


def test_a_public_sender_with_everything_right_fails_nothing(
    make: Callable[..., Installation], tmp_path: Path
) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(generate_key())
    app = make(newsletter=PUBLIC, dkim={"selector": "news", "key_file": key})
    domain = "rare-earth.example"
    records = {
        **PAGES,
        (domain, "TXT"): ['"v=spf1 mx -all"'],
        (domain, "MX"): [f"10 mail.{domain}."],
        (f"mail.{domain}", "A"): ["192.0.2.10"],
        (f"_dmarc.{domain}", "TXT"): ['"v=DMARC1; p=none"'],
        (f"news._domainkey.{domain}", "TXT"): [
            dns_record(load_signers(app.settings)[0]).zone_line.partition("( ")[2].rstrip(" )")
        ],
    }
    with Zone(records) as zone:
        result = asyncio.run(run.check_issue(app.sending, KEY, ask=build_resolver(zone.address)))
    assert [item for item in result.findings if item.level is Level.FAIL] == []
    assert {"dkim-key", "spf", "dmarc", "mx", "dkim-verifies"} <= set(result.passed)


def test_the_scheduler_keeps_a_failing_issue_back_tells_once_and_sends_it_when_it_is_mended(
    make: Callable[..., Installation],
) -> None:
    with Zone({**PAGES, ("rare-earth.example", "A"): ["192.0.2.1"]}) as zone:
        settings = {"resolver": zone.address}
        app = make(newsletter=PUBLIC, preflight=settings, alerts={"mail_to": ["ops@example.org"]})
        asyncio.run(wake(app.waking))
        assert status(app) is IssueStatus.COMPOSED
        asyncio.run(wake(app.waking))
        told = [item for item in list_alerts(app.store) if "preflight" in item.alert.key]
        assert len(told) == 1
        assert told[0].told is not None
        assert "SPF" in told[0].alert.body
        assert 'waive = ["dmarc", "spf"]' in told[0].alert.body
        zone.records = {
            **PAGES,
            ("rare-earth.example", "TXT"): ['"v=spf1 -all"'],
            ("rare-earth.example", "A"): ["192.0.2.1"],
            ("_dmarc.rare-earth.example", "TXT"): ['"v=DMARC1; p=none"'],
        }
        asyncio.run(wake(app.waking))
    assert status(app) is IssueStatus.FROZEN


def test_a_check_that_is_waived_by_name_keeps_nothing_back(make: Callable[..., Installation]) -> None:
    with Zone({**PAGES, ("rare-earth.example", "A"): ["192.0.2.1"]}) as zone:
        settings = {"resolver": zone.address, "waive": ["spf", "dmarc"]}
        app = make(newsletter=PUBLIC, preflight=settings)
        asyncio.run(wake(app.waking))
    assert status(app) is IssueStatus.FROZEN
    assert not [item for item in list_alerts(app.store) if "preflight" in item.alert.key]


def test_no_answer_from_dns_keeps_nothing_back(make: Callable[..., Installation]) -> None:
    below = ("", "_dmarc.", "news.", "mail.")
    with Zone({}, broken=[f"{name}rare-earth.example" for name in below]) as zone:
        app = make(newsletter=PUBLIC, preflight={"resolver": zone.address})
        asyncio.run(wake(app.waking))
        assert zone.asked
    assert status(app) is IssueStatus.FROZEN


def test_a_mailbox_that_is_away_fails_the_check_and_keeps_no_reader_waiting(
    make: Callable[..., Installation],
) -> None:
    """What comes back waits there; the operator hears of it from whoever reads it."""
    mailbox = {"imap_host": "127.0.0.1", "imap_port": 9, "imap_tls": False}
    app = make(bounces=mailbox, preflight={"waive": ["trial"]})
    blocking = asyncio.run(run.check_issue(app.sending, KEY)).blocking
    assert {item.check for item in blocking} == {"bounce-mailbox"}
    asyncio.run(wake(app.waking))
    assert status(app) is IssueStatus.FROZEN
    assert "bounces" in {item.alert.key for item in list_alerts(app.store)}


def test_a_relay_that_is_away_fails_the_check_but_leaves_the_waiting_to_the_sender(
    make: Callable[..., Installation],
) -> None:
    app = make(relay={"host": "127.0.0.1", "port": 9}, preflight={"waive": ["trial"]})
    assert {item.check for item in asyncio.run(run.check_issue(app.sending, KEY)).blocking} == {"relay"}
    asyncio.run(wake(app.waking))
    assert status(app) is IssueStatus.FROZEN


@pytest.mark.parametrize(
    ("newsletter", "relay", "unset"),
    [
        ({}, "smtp", ["base_url", "from_address", "postal_address"]),
        ({"base_url": "https://news.example.org"}, "smtp", ["from_address", "postal_address"]),
        ({"from_address": "daily@example.org", "postal_address": "1 Main St"}, "smtp", ["base_url"]),
        (PUBLIC, "smtp", []),
        ({}, "folder", []),
    ],
)
def test_no_relay_gets_mail_before_readers_can_answer_and_leave(
    newsletter: dict[str, str], relay: Literal["smtp", "folder"], unset: list[str]
) -> None:
    found = check_trial(Identity(**newsletter), RelaySettings(type=relay))
    assert [item.level for item in found] == [Level.FAIL] * bool(unset)
    for name in ("base_url", "from_address", "postal_address"):
        assert any(name in item.message for item in found) == (name in unset)


def test_a_missing_key_is_told_and_does_not_break_the_other_checks(make: Callable[..., Installation]) -> None:
    app = make(dkim={"selector": "news"})
    result = asyncio.run(run.check_issue(app.sending, KEY))
    assert any("cannot be read" in item.message for item in result.findings)
    assert "audience" in result.passed


def test_an_issue_that_has_begun_to_leave_cannot_be_sent_again(make: Callable[..., Installation]) -> None:
    app = make()
    plan_issue(app.store, app.settings, KEY, app.clock())
    assert {item.check for item in asyncio.run(run.check_issue(app.sending, KEY)).blocking} == {"sent"}


def test_a_story_of_last_week_is_told_as_repeated(make: Callable[..., Installation]) -> None:
    app = make()
    stored = load_issue(app.store, KEY)
    assert stored is not None
    found = tuple(ledger.check_repetition(stored.issue, [stored.issue]))
    assert [item.check for item in found] == ["repeated"]
    assert tuple(ledger.check_repetition(stored.issue, [])) == ()


def test_a_saved_mail_is_checked_with_the_signature_in_it(
    make: Callable[..., Installation], tmp_path: Path
) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(generate_key())
    app = make(newsletter=PUBLIC, dkim={"selector": "news", "key_file": key})
    stored = load_issue(app.store, KEY)
    assert stored is not None
    raw = sample.write_sample(app.settings, app.keys, stored.rendered, IssueKey(date=DAY), app.clock())
    good = asyncio.run(run.check_file(app.sending, raw, about="a"))
    assert good.blocking == ()
    bad = asyncio.run(run.check_file(app.sending, raw.replace(b"Baogang", b"Baotang", 3), about="b"))
    assert "dkim-verifies" in {item.check for item in bad.blocking}


def test_every_name_that_a_check_gives_is_in_the_catalogue() -> None:
    folder = Path(run.__file__).parent
    sources = folder.glob("**/*.py")
    names = {
        name
        for path in sources
        for name in re.findall(r'\b(?:fail|warn|told)\(\s*"([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
    }
    assert names - set(CATALOGUE) == set()


def test_the_manual_lists_every_check_once() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    table = manual.partition("### The checks")[2].partition("\n## ")[0]
    told = re.findall(r"^\| `([a-z0-9-]+)` \| (\w+) \|", table, re.MULTILINE)
    assert told == [(name, "story" if name in STORY_CHECKS else "mail") for name in CATALOGUE]
    story_rows = [line for line in table.splitlines() if "` | story |" in line]
    assert story_rows
    assert not any("keeps back" in line for line in story_rows)


def test_what_is_wrong_with_a_story_never_keeps_an_issue_back() -> None:
    found = [fail(name, "x", "y") for name in CATALOGUE]
    kept = {finding.check for finding in find_blocking(found)}
    assert kept == CATALOGUE.keys() - STORY_CHECKS


def test_the_command_prints_json_and_its_exit_code_says_whether_anything_fails(
    make: Callable[..., Installation],
) -> None:
    app = make()
    settings = app.data / "config" / "newsletter.toml"

    def ask(*arguments: str) -> Done:
        return run_command("--config", f"{app.data / 'config'}", "--data", f"{app.data}", "check", *arguments)

    settings.write_text('[relay]\ntype = "folder"\n', encoding="utf-8")
    asked = ask(f"{DAY}", "--json", "--no-browser")
    told = asked.json
    assert (asked.code, told["ok"], told["blocking"]) == (0, True, [])
    settings.write_text('[relay]\nhost = "127.0.0.1"\nport = 9\n', encoding="utf-8")
    asked = ask("--settings")
    assert asked.code == 1
    assert "✗ fail  relay" in asked.out
    assert "127.0.0.1:9" in asked.out


@pytest.mark.browser
@pytest.mark.skipif(find_browser() is None, reason="Chromium is not installed")
@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>short</p>", []),
        ('<div style="width:500px">wide</div>', ["320", "375"]),
        ("<p>" + "x" * 400 + "</p>", ["320", "375", "600", "1280"]),
    ],
)
def test_a_browser_sees_what_overflows_and_at_which_width(html: str, found: list[str]) -> None:
    findings = asyncio.run(check_overflow(f"<!doctype html><body style='margin:0'>{html}"))
    assert [item.message.split()[1] for item in findings] == found
    assert all(item.level is Level.FAIL for item in findings)


def test_without_a_browser_the_widths_are_told_as_not_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [item.level for item in asyncio.run(check_overflow("<p>x</p>"))] == [Level.NOT_RUN]


@pytest.mark.parametrize(
    ("settings", "held"),
    [
        ({}, True),
        ({"preflight": {"waive": ["trial"]}}, False),
        ({"relay": {"type": "folder"}}, False),
        ({"newsletter": PUBLIC}, False),
    ],
)
def test_the_sender_keeps_every_mail_back_on_a_trial_and_says_so(
    make: Callable[..., Installation], settings: dict[str, Any], held: bool
) -> None:
    app = make(**{"relay": {"host": "127.0.0.1", "port": 9}, **settings})
    assert asyncio.run(hold_on_trial(app.alerting)) is held
    told = [item.alert for item in list_alerts(app.store) if item.alert.key == "trial"]
    assert [alert.subject for alert in told] == ["No mail leaves"] * held
    assert all("base_url" in alert.body and "notice" in alert.body for alert in told)
