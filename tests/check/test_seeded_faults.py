"""``newsletter check`` on issues and live settings with one thing wrong: told by the right name, at its level."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsletter.check.finding import Level
from newsletter.check.remote_checks import GATE
from newsletter.check.run import check_issue
from newsletter.day.edit_issue import hold_issue
from newsletter.delivery.dkim import dns_record, generate_key, load_signer
from newsletter.links import UNSUBSCRIBE_SLOT
from newsletter.model import (
    Coverage,
    Issue,
    IssueKey,
    IssueStatus,
    IssueStory,
    RenderedIssue,
    SourceKey,
    SourceReport,
)
from newsletter.render.hard_issues import make_story
from newsletter.store.issues import change_issue, save_composed
from newsletter.wiring import Installation, open_installation
from tests.render.render_sample import render, sample_issue
from tests.support.dns_zone import Zone, as_strings
from tests.support.preflight_place import (
    DAY,
    DOMAIN,
    RELAY,
    Place,
    copy_place,
    good_records,
    make_place,
    running,
)
from tests.support.smtp_peer import Peer

pytestmark = pytest.mark.slow

CLEAN = {"overflow", "unsubscribe-works"}  # no browser was asked for, and nobody answers at the web face
COVERAGE = Coverage(
    sources=(SourceReport(source=SourceKey("a"), publisher="Mining Weekly", ok=True, seen=3, kept=1),),
    articles_read=3, stories_found=2, stories_kept=2,
)  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with Zone(good_records()) as zone:
        yield make_place(tmp_path_factory.mktemp("preflight") / "place", zone)


@pytest.fixture
def place(made: Place, tmp_path: Path) -> Iterator[Place]:
    copy = copy_place(made, tmp_path / "place")
    with copy.stack:
        yield copy


# ── issues ───────────────────────────────────────────────────────────────────────────────────────


def good(**changes: Any) -> Issue:
    return sample_issue(coverage=COVERAGE, **changes)


def with_stories(*stories: IssueStory) -> Issue:
    issue = good(dates_ahead=())
    return replace(issue, sections=(replace(issue.sections[1], stories=stories),))


def plain(number: int = 0, **changes: Any) -> IssueStory:
    story = make_story(number, f"Plant {number} opens for {100 + number} tonnes", plain=True)
    return replace(story, **changes)


def cited(**changes: Any) -> IssueStory:
    story = plain()
    highlight = story.highlights[0]
    return replace(
        story, highlights=(replace(highlight, citations=(replace(highlight.citation, **changes),)),)
    )


def sent_before(place: Place) -> None:
    """Let the issue of the day before be one that was sent."""
    day = date(2026, 1, 4)
    issue = good(date=day, number=1, composed=datetime(2026, 1, 4, 5, 30, tzinfo=UTC))

    def act(app: Installation) -> None:
        save_composed(
            app.store, issue=issue, rendered=render(issue), selection=(), considered=(), now=issue.composed
        )
        change_issue(
            app.store,
            IssueKey(date=day),
            "sent",
            issue.composed,
            where=(IssueStatus.COMPOSED,),
            status=IssueStatus.SENT.value,
        )

    place.change(act)
    place.store(good(number=2))


def spoil_rendered(old: str, new: str) -> Callable[[Place], None]:
    def act(place: Place) -> None:
        made: RenderedIssue = render(good())
        assert old in made.html + made.text
        place.store(
            good(), rendered=replace(made, html=made.html.replace(old, new), text=made.text.replace(old, new))
        )

    return act


def stored(
    issue: Callable[[], Issue], then: Callable[[Installation], object] | None = None
) -> Callable[[Place], None]:
    def act(place: Place) -> None:
        place.store(issue())
        if then is not None:
            place.change(then)

    return act


def configured(**tables: dict[str, Any]) -> Callable[[Place], None]:
    def act(place: Place) -> None:
        place.store(good())
        for table, values in tables.items():
            place.set(table, **values)

    return act


# ── the sender ───────────────────────────────────────────────────────────────────────────────────

ISSUE = IssueKey(date=DAY)
KEY = (f"s1._domainkey.{DOMAIN}", "TXT")
OTHER_KEY = as_strings(dns_record(load_signer(generate_key(), domain=DOMAIN, selector="s1")).value)


def with_issue(then: Callable[[Place], None]) -> Callable[[Place], None]:
    def act(place: Place) -> None:
        place.store(good())
        then(place)

    return act


def records(**changes: Sequence[str]) -> Callable[[Place], None]:
    """Change records of the zone, named ``TXT``, ``MX``, ``A``, ``DMARC``, ``KEY``, ``PTR``."""
    names = {
        "TXT": (DOMAIN, "TXT"), "MX": (DOMAIN, "MX"), "A": (DOMAIN, "A"), "DMARC": (f"_dmarc.{DOMAIN}", "TXT"),
        "KEY": KEY, "PTR": ("10.32.33.45.in-addr.arpa", "PTR"),
    }  # fmt: skip

    def act(place: Place) -> None:
        for name, values in changes.items():
            place.zone.records[names[name]] = list(values)

    return act


def relay(
    table: str = "relay", peer: Callable[[], Peer] | None = None, **values: Any
) -> Callable[[Place], None]:
    """Hand mail to an SMTP server on loopback (``peer``), or to a port where nobody listens."""

    def act(place: Place) -> None:
        if table != "relay":
            place.set("relay", type="smtp", host="127.0.0.1", port=place.stack.enter_context(running(Peer())))
        port = place.stack.enter_context(running(peer())) if peer else 9
        given = {"host": "127.0.0.1", "port": port, "connect_timeout": 3, **values}
        if table == "relay":
            given["type"] = "smtp"
        else:
            del given["connect_timeout"]
        place.set(table, **given)

    return act


def small() -> Peer:
    return Peer(extensions=("PIPELINING", "SIZE 5000"))


def refusing() -> Peer:
    return Peer(extensions=("AUTH PLAIN LOGIN",), on={"AUTH": lambda _: "535 5.7.8 no"})


def template(name: str, words: str) -> Callable[[Place], None]:
    def act(place: Place) -> None:
        file = place.folder / "templates" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(words, encoding="utf-8")

    return act


def short_key(place: Place) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    pem = rsa.generate_private_key(public_exponent=65537, key_size=1024).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = place.folder / "short.pem"
    path.write_bytes(pem)
    place.set("dkim", key_file=str(path))
    signer = load_signer(pem, domain=DOMAIN, selector="s1")
    place.zone.records[KEY] = [as_strings(dns_record(signer).value)]


def at_localhost(place: Place) -> None:
    place.set("newsletter", base_url="https://localhost")
    relay(peer=Peer)(place)


def no_subscriber(place: Place) -> None:
    (place.folder / "newsletter.sqlite3").unlink()
    (place.folder / "keys" / "subscribers.json").unlink()  # else it would be a ledger that was lost


# ── the corpus ───────────────────────────────────────────────────────────────────────────────────

ISSUES: tuple[tuple[str, str, str, Callable[[Place], object]], ...] = (
    ("a story that stands twice", "repeated", "warn", stored(lambda: with_stories(plain(), plain()))),
    ("a headline that stands twice", "repeated", "warn",
     stored(lambda: with_stories(plain(1), replace(plain(2), headline=plain(1).headline)))),
    ("a story of yesterday", "repeated", "warn", sent_before),
    ("yesterday's subject", "subject", "warn", sent_before),
    ("a story without a highlight", "citations", "warn", stored(lambda: with_stories(plain(highlights=())))),
    ("no story and no note", "stories", "fail",
     stored(lambda: good(sections=(), dates_ahead=(), also_noted=()))),
    ("more stories than are set", "stories", "warn",
     stored(lambda: with_stories(*(plain(number) for number in range(1, 18))))),
    ("a highlight without its sentence", "citations", "warn", stored(lambda: with_stories(cited(sentence=" ")))),
    ("a highlight with an empty span", "citations", "warn", stored(lambda: with_stories(cited(start=9, end=9)))),
    ("a highlight of another article", "citations", "warn",
     stored(lambda: with_stories(cited(article="elsewhere")))),
    ("news of last week", "fresh", "warn",
     stored(lambda: with_stories(plain(occurred=datetime(2025, 12, 28, tzinfo=UTC))))),
    ("most sources failed", "fresh", "warn",
     stored(lambda: sample_issue(coverage=replace(COVERAGE, sources=tuple(
         SourceReport(source=SourceKey(key), publisher=key, ok=False, error="timed out") for key in "ab"))))),
    ("an issue composed in the future", "date", "fail",
     stored(lambda: good(composed=datetime.now(UTC) + timedelta(hours=3)))),
    ("an issue that was sent", "sent", "fail",
     stored(good, lambda app: change_issue(app.store, ISSUE, "sent", app.clock(), where=(IssueStatus.COMPOSED,),
                                           status=IssueStatus.SENT.value))),
    ("an issue that was cancelled", "sent", "fail",
     stored(good, lambda app: change_issue(app.store, ISSUE, "cancelled", app.clock(),
                                           where=(IssueStatus.COMPOSED,), status=IssueStatus.CANCELLED.value))),
    ("an issue that is held", "released", "warn", stored(good, lambda app: hold_issue(app.store, ISSUE, app.clock()))),
    ("an issue that nobody approved", "released", "warn", configured(schedule={"approval": "required"})),
    ("another reader's token", "token", "fail",
     spoil_rendered(UNSUBSCRIBE_SLOT, UNSUBSCRIBE_SLOT + '">' + "https://news.example.org/u/" + "Z" * 40)),
    ("a mail without a place for the token", "token", "fail", spoil_rendered(UNSUBSCRIBE_SLOT, "x" * 40)),
    ("a web version of another day", "footer", "fail", spoil_rendered("/issues/2026-01-05", "/issues/2026-01-04")),
    ("an address that was changed afterwards", "token", "fail",
     configured(newsletter={"base_url": "https://www.example.org"})),
    ("a highlight that both parts lack", "text-complete", "fail",
     spoil_rendered("it accounts for 62%", "it makes up 62%")),
    ("a headline that both parts lack", "text-complete", "fail",
     spoil_rendered("Lynas lifts NdPr output to 2,080 tonnes", "Lynas lifts output to 2,080 tonnes")),
    ("answers to the address that takes people off", "reply-to", "fail",
     configured(newsletter={"reply_to": f"unsubscribe@{DOMAIN}"})),
    ("the sender's name as a placeholder", "leftovers", "fail", configured(newsletter={"from_name": "%%Name%%"})),
    ("bounces at another domain", "envelope", "fail", configured(newsletter={"bounce_domain": "mailer.example"})),
    ("no postal address", "footer", "fail", configured(newsletter={"postal_address": ""})),
    ("a second relay that takes small mails only", "relay", "fail",
     with_issue(relay("relay_failover", peer=small))),
    ("a relay that takes small mails only", "relay", "fail",
     with_issue(relay(peer=small))),
    ("a key that is not there", "dkim-key", "fail", configured(dkim={"key_file": "/nowhere/s1.pem"})),
)  # fmt: skip


@pytest.mark.parametrize(
    ("check", "level", "spoil"),
    [pytest.param(check, level, act, id=name) for name, check, level, act in ISSUES],
)
def test_a_defect_of_an_issue_is_told_by_its_name(
    place: Place, check: str, level: str, spoil: Callable[[Place], object]
) -> None:
    spoil(place)
    told = place.check_issue()
    assert told.levels.get(check) == level, told
    assert told.exit_code == (1 if level == "fail" else 0)
    assert level != "fail" or check in told.blocking


def test_an_issue_with_nothing_wrong_is_told_nothing(place: Place) -> None:
    place.store(good())
    told = place.check_issue()
    assert (told.exit_code, set(told.levels)) == (0, CLEAN)


SETTINGS: tuple[tuple[str, str, str, Callable[[Place], object]], ...] = (
    ("no SPF record", "spf", "fail", records(TXT=['"hello"'])),
    ("two SPF records", "spf", "fail", records(TXT=['"v=spf1 mx -all"', '"v=spf1 a -all"'])),
    ("an SPF record without the relay", "spf", "fail", records(TXT=['"v=spf1 ip4:198.51.100.0/24 -all"'])),
    ("eleven look-ups", "spf", "fail",
     records(TXT=['"v=spf1 ' + " ".join(f"a:h{number}.example" for number in range(11)) + ' mx -all"'])),
    ("no DMARC record", "dmarc", "fail", records(DMARC=[])),
    ("a DMARC record without p=", "dmarc", "fail", records(DMARC=['"v=DMARC1; rua=mailto:a@b.example"'])),
    ("no DKIM record", "dkim-key", "fail", records(KEY=[])),
    ("another key in DNS", "dkim-key", "fail", records(KEY=[OTHER_KEY])),
    ("a revoked key", "dkim-key", "fail", records(KEY=['"v=DKIM1; p="'])),
    ("a key of 1,024 bits", "dkim-key", "fail", short_key),
    ("no MX", "mx", "fail", records(MX=[], A=[], TXT=[f'"v=spf1 ip4:{RELAY} -all"'])),
    ("a null MX", "mx", "fail", records(MX=["0 ."], TXT=[f'"v=spf1 ip4:{RELAY} -all"'])),
    ("answers to a domain without MX", "mx", "fail",
     lambda place: place.set("newsletter", reply_to="daily@nomail.example")),
    ("mails to leave to a domain without MX", "mx", "fail",
     lambda place: place.set("newsletter", unsubscribe_address="leave@nomail.example")),
    ("public pages on this machine", "trial", "fail",
     at_localhost),
    ("no PTR", "ptr", "fail", records(PTR=[])),
    ("a PTR that leads elsewhere", "ptr", "fail", records(PTR=["host.isp.example."])),
    ("no address of the web face", "unsubscribe-works", "fail", records(A=[])),
    ("a relay that is away", "relay", "fail", relay()),
    ("a relay without STARTTLS", "relay", "fail", relay(peer=Peer, security="starttls")),
    ("a relay that refuses the password", "relay", "fail",
     relay(peer=refusing, username="daily", password="wrong")),
    ("a relay that takes nobody", "relay", "fail", relay(peer=lambda: Peer(banner="554 no mail today"))),
    ("a second relay that is away", "relay", "fail", relay("relay_failover")),
    ("a second relay without STARTTLS", "relay", "fail", relay("relay_failover", peer=Peer, security="starttls")),
    ("a second relay that refuses the password", "relay", "fail",
     relay("relay_failover", peer=refusing, username="daily", password="wrong")),
    ("no mailbox of bounces", "bounce-mailbox", "warn", lambda place: place.settings.pop("bounces")),
    ("a mailbox of bounces that is none", "bounce-mailbox", "fail",
     lambda place: place.set("bounces", maildir=str(place.folder))),
    ("nobody to mail", "audience", "warn", no_subscriber),
    ("a template that does not render", "template", "fail", template("email/issue.html", "{{ nobody.knows.this }}")),
    ("a template without the unsubscribe link", "template-content", "fail",
     template("email/issue.txt", "Rare Earth Daily\n")),
    ("colours that nobody can read", "theme-contrast", "fail",
     template("theme.toml", '[light]\nink = "#c9c2b8"\n')),
)  # fmt: skip


@pytest.mark.parametrize(
    ("check", "level", "spoil"),
    [pytest.param(check, level, act, id=name) for name, check, level, act in SETTINGS],
)
def test_a_defect_of_the_settings_is_told_by_its_name(
    place: Place, check: str, level: str, spoil: Callable[[Place], object]
) -> None:
    spoil(place)
    told = place.check_settings()
    assert told.levels.get(check) == level, told
    assert told.exit_code == (1 if level == "fail" else 0)
    assert level != "fail" or check in told.blocking


def test_settings_with_nothing_wrong_are_told_nothing(place: Place) -> None:
    told = place.check_settings()
    assert (told.exit_code, set(told.levels)) == (0, {"unsubscribe-works"})


# ── what is waived, and what nobody answers ──────────────────────────────────────────────────────


def test_a_check_that_is_waived_is_told_and_keeps_nothing_back(place: Place) -> None:
    records(TXT=['"hello"'], PTR=[])(place)
    place.set("preflight", waive=["spf"])
    told = place.check_settings()
    assert (told.levels["spf"], told.levels["ptr"]) == ("fail", "fail")
    assert (told.blocking, told.exit_code) == (("ptr",), 1)
    place.set("preflight", waive=["spf", "ptr"])
    told = place.check_settings()
    assert (told.levels["spf"], told.blocking, told.exit_code) == ("fail", (), 0)


def test_a_name_server_that_answers_nothing_warns_and_never_fails(place: Place) -> None:
    place.store(good())
    place.zone.broken = frozenset(name for name, _ in good_records())
    try:
        told = place.check_issue()
    finally:
        place.zone.broken = frozenset()
    assert told.exit_code == 0
    assert {name for name, level in told.levels.items() if level == "warn"} == {
        "dkim-key", "spf", "dmarc", "mx", "ptr", "unsubscribe-works",
    }  # fmt: skip


def test_before_a_send_a_second_relay_with_a_fault_warns_and_the_only_one_keeps_the_issue_back(
    place: Place,
) -> None:
    place.store(good())
    for table, kept in (("relay_failover", []), ("relay", ["relay"])):
        relay(table, peer=refusing, username="daily", password="wrong")(place)
        place.write_settings()
        app = open_installation(place.folder / "config", data=place.folder)
        result = asyncio.run(check_issue(app.sending, ISSUE, scope=GATE))
        app.close()
        assert sorted({item.check for item in result.blocking}) == kept
        assert {item.level for item in result.findings if item.check == "relay"} == {
            Level.FAIL if kept else Level.WARN
        }
        assert not {"links-answer", "spamassassin", "rspamd"} & result.ran


def test_the_corpus_is_as_large_as_promised() -> None:
    names = [name for name, _, _, _ in (*ISSUES, *SETTINGS)]
    assert len(names) == len(set(names)) >= 50
