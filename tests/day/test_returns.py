"""What comes back by mail reaches the right subscriber."""

from __future__ import annotations

import asyncio
import mailbox
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from newsletter import parser_process
from newsletter.cli.subscribers import parse
from newsletter.day.compose_today import compose_today
from newsletter.day.returns import is_configured, leave_by_mail, take_returns
from newsletter.delivery.mailbox import check_mailbox
from newsletter.delivery.plan_issue import plan_issue
from newsletter.delivery.returned_mail import Intake, take_mail
from newsletter.delivery.verp import encode_sender
from newsletter.errors import InputError, NewsletterError
from newsletter.links import mail_token
from newsletter.model import IssueKey, NoticeKind, SubscriberStatus
from newsletter.store.alerts import list_alerts
from newsletter.store.bounces import Effect, list_bounces
from newsletter.store.issues import open_issue
from newsletter.store.ledger import Ledger
from newsletter.store.notices import list_notices
from newsletter.subscribers import consent
from newsletter.subscribers.tokens import Purpose, sign
from newsletter.wiring import Installation
from tests.delivery.test_read_report import ARF
from tests.support.app_factory import MORNING, make_app, subscribe
from tests.support.ask_doctor import ask_doctor
from tests.support.mail_servers import nothing_is_left_open
from tests.support.sending import send_all
from tests.support.waking import wake

DAY = date(2026, 1, 5)
KEY = IssueKey(date=DAY)


@pytest.fixture
def app(tmp_path: Path) -> Installation:
    folder = tmp_path / "bounced"
    mailbox.Maildir(folder, create=True)
    return make_app(tmp_path / "data", bounces={"maildir": folder})


def put(app: Installation, raw: bytes) -> None:
    assert app.settings.bounces.maildir is not None
    mailbox.Maildir(app.settings.bounces.maildir).add(raw)


def status_of(app: Installation, address: str) -> SubscriberStatus:
    found, _ = consent.look_up(app.register, parse(address))
    assert found is not None
    return found.status


def test_a_mail_to_the_unsubscribe_address_leaves(app: Installation) -> None:
    subscribe(app, "ann@example.org", "bob@example.org")
    found, _ = consent.look_up(app.register, parse("ann@example.org"))
    assert found is not None
    token = sign(app.keys, Purpose.UNSUBSCRIBE, found.id)
    put(
        app,
        f"From: ann@example.org\nTo: unsubscribe@rare-earth.example\nSubject: unsubscribe-{token}\n\n".encode(),
    )
    assert take_returns(app.returning, MORNING) == {"left": 1}
    assert status_of(app, "ann@example.org") is SubscriberStatus.UNSUBSCRIBED
    assert status_of(app, "bob@example.org") is SubscriberStatus.ACTIVE
    assert take_returns(app.returning, MORNING) == {}  # read once


def test_a_forged_token_leaves_nobody(app: Installation) -> None:
    subscribe(app, "ann@example.org")
    found, _ = consent.look_up(app.register, parse("ann@example.org"))
    assert found is not None
    confirm = sign(app.keys, Purpose.CONFIRM, found.id, now=MORNING)
    assert not leave_by_mail(app.register, confirm, MORNING)
    assert not leave_by_mail(app.register, "A" * 40, MORNING)
    assert status_of(app, "ann@example.org") is SubscriberStatus.ACTIVE


@pytest.mark.parametrize(
    ("head", "came_of_it"),
    [
        ("From: Ann <Ann@Example.org>\nTo: unsubscribe@rare-earth.example\nSubject: bitte abmelden", "link"),
        ("From: ann@example.org\nTo: x@example.org\nDelivered-To: unsubscribe@rare-earth.example", "link"),
        ("From: ann@example.org\nTo: unsubscribe@rare-earth.example\nSubject: unsubscribe-cut0ff", "link"),
        (f"From: ann@example.org\nTo: unsubscribe+{'a' * 48}@rare-earth.example", "link"),
        ("From: ann@example.org\nTo: daily@rare-earth.example\nSubject: unsubscribe", "not understood"),
        ("From: ann@example.org, bob@example.org\nTo: unsubscribe@rare-earth.example", "not understood"),
        ("From: ann@example.org\nTo: unsubscribe@rare-earth.example\nAuto-Submitted: auto-replied", "none"),
        ("From: eve@example.org\nTo: unsubscribe@rare-earth.example", "asked to leave"),
        ("From: nobody@@\nTo: unsubscribe@rare-earth.example", "not understood"),
    ],
)
def test_whoever_writes_to_the_unsubscribe_address_by_hand_leaves(
    app: Installation, head: str, came_of_it: str
) -> None:
    subscribe(app, "ann@example.org", "bob@example.org")
    put(app, f"{head}\n\nPlease take me off your list.\n".encode())
    linked = came_of_it == "link"
    assert take_returns(app.returning, MORNING) == {"got a link to leave" if linked else came_of_it: 1}
    assert status_of(app, "ann@example.org") is SubscriberStatus.ACTIVE
    assert status_of(app, "bob@example.org") is SubscriberStatus.ACTIVE
    assert [notice.kind for notice in list_notices(app.store)] == ([NoticeKind.LEAVE] if linked else [])


PASS = "Authentication-Results: mx.rare-earth.example;\n\tdmarc=pass (p=none) header.from=example.org\n"


@pytest.mark.parametrize(
    ("results", "left"),
    [
        (PASS, True),
        (PASS + "Authentication-Results: mx.rare-earth.example; spf=fail smtp.mailfrom=x.example\n", True),
        (PASS.replace("mx.rare-earth", "MX.rare-earth"), True),
        ("", False),
        (PASS.replace("=pass", "=fail"), False),
        (PASS + PASS.replace("=pass", "=fail"), False),
        (PASS.replace("mx.rare-earth", "mx.evil"), False),
        (PASS.replace("header.from=example.org", "header.from=evil.example"), False),
        (PASS.replace(" header.from=example.org", ""), False),
        (PASS.replace("dmarc=pass", "spf=pass"), False),
        (
            "Authentication-Results: mx.evil (mx.rare-earth.example; dmarc=pass header.from=example.org)\n",
            False,
        ),
    ],
)
def test_the_sender_of_a_mail_by_hand_leaves_where_our_host_vouches_for_the_address(
    tmp_path: Path, results: str, left: bool
) -> None:
    folder = tmp_path / "bounced"
    mailbox.Maildir(folder, create=True)
    trusted = {"maildir": folder, "authserv_id": "mx.rare-earth.example"}
    app = make_app(tmp_path / "data", bounces=trusted)
    subscribe(app, "ann@example.org")
    put(app, f"{results}From: ann@example.org\nTo: unsubscribe@rare-earth.example\n\nOff.\n".encode())
    take_returns(app.returning, MORNING)
    assert (status_of(app, "ann@example.org") is SubscriberStatus.UNSUBSCRIBED) is left
    kinds = [notice.kind for notice in list_notices(app.store)]
    assert kinds == [NoticeKind.GOODBYE if left else NoticeKind.LEAVE]


def test_one_link_a_day_however_many_mails_are_forged(app: Installation) -> None:
    subscribe(app, "ann@example.org")
    for number in range(5):
        put(app, f"From: ann@example.org\nTo: unsubscribe@rare-earth.example\n\n{number}\n".encode())
    assert take_returns(app.returning, MORNING) == {"got a link to leave": 1, "asked again": 4}
    assert [notice.kind for notice in list_notices(app.store)] == [NoticeKind.LEAVE]


@pytest.mark.parametrize("spell", [str, str.upper, str.title])
def test_the_address_of_list_unsubscribe_leaves_in_whatever_case_it_arrives(
    app: Installation, spell: Callable[[str], str]
) -> None:
    subscribe(app, "ann@example.org", "bob@example.org")
    found, _ = consent.look_up(app.register, parse("ann@example.org"))
    assert found is not None
    token = mail_token(sign(app.keys, Purpose.UNSUBSCRIBE, found.id))
    local = spell(f"unsubscribe+{token}")
    assert len(local) <= 64
    put(app, f"From: other@example.net\nTo: {local}@rare-earth.example\nSubject: unsubscribe\n\n".encode())
    assert take_returns(app.returning, MORNING) == {"left": 1}
    assert status_of(app, "ann@example.org") is SubscriberStatus.UNSUBSCRIBED
    assert status_of(app, "bob@example.org") is SubscriberStatus.ACTIVE


def test_the_operator_hears_of_whoever_wants_to_leave_and_is_not_found(app: Installation) -> None:
    put(app, b"From: eve@example.org\nTo: unsubscribe@rare-earth.example\n\nStop it.\n")
    asyncio.run(wake(app.waking))
    [alert] = [item.alert for item in list_alerts(app.store) if item.alert.key.startswith("leaving")]
    assert "newsletter subscribers unsubscribe ADDRESS" in alert.body
    assert "eve@" not in alert.subject + alert.body


def test_a_mailbox_that_cannot_be_read_is_told_and_stops_nothing(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data", bounces={"maildir": tmp_path / "missing"})
    assert is_configured(app.settings.bounces)
    with pytest.raises(NewsletterError, match="no Maildir"):
        take_returns(app.returning, MORNING)
    asyncio.run(wake(app.waking))
    assert "bounces" in {item.alert.key for item in list_alerts(app.store)}


def test_a_report_that_cannot_be_taken_keeps_back_no_other(app: Installation) -> None:
    """The rights of a folder stop everybody but root: a name in the way does, too."""
    for number in range(3):
        put(app, f"From: a@b.example\nSubject: {number}\n\nx\n".encode())
    assert app.settings.bounces.maildir is not None
    first = min((app.settings.bounces.maildir / "new").iterdir())
    (app.settings.bounces.maildir / "cur" / f"{first.name}:2,S").mkdir()
    (app.settings.bounces.maildir / "cur" / f"{first.name}:2,FS").mkdir()
    with pytest.raises(NewsletterError, match=r"1 messages in .* cannot be taken"):
        take_returns(app.returning, MORNING)
    assert [file.name for file in (app.settings.bounces.maildir / "new").iterdir()] == [first.name]


@pytest.mark.parametrize("said", [b"", b"* BYE restarting\r\n", b"\xff\x00 what\r\n", b"* OK hello\r\n"])
def test_a_mail_server_that_hangs_up_is_told_and_stops_nothing(tmp_path: Path, said: bytes) -> None:
    def hang_up() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.sendall(said)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        answering = threading.Thread(target=hang_up)
        answering.start()
        imap = {"imap_host": "127.0.0.1", "imap_port": listening.getsockname()[1], "imap_tls": False}
        app = make_app(tmp_path / "data", bounces={**imap, "imap_username": "u", "imap_password": "p"})
        with pytest.raises(NewsletterError, match=r"bounce mailbox on 127\.0\.0\.1 cannot be read"):
            take_returns(app.returning, MORNING)
        asyncio.run(wake(app.waking))
        assert "bounces" in {item.alert.key for item in list_alerts(app.store)}
        listening.shutdown(socket.SHUT_RDWR)
    answering.join(5)


def test_a_mail_server_that_drips_is_left_in_time(tmp_path: Path) -> None:
    """Each single time-out was passed, and nothing was read, forgotten or backed up any more."""

    def drip() -> None:
        with suppress(OSError), listening.accept()[0] as connection:
            connection.sendall(b"* OK ")
            while True:
                connection.sendall(b".")
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=drip, daemon=True).start()
        imap = {"imap_host": "127.0.0.1", "imap_port": listening.getsockname()[1], "imap_tls": False}
        app = make_app(tmp_path / "data", bounces=imap)
        with pytest.raises(NewsletterError, match="cannot be read"):
            check_mailbox(app.settings.bounces, seconds=0.5)


def test_a_mail_server_that_anybody_could_be_gets_no_password(tmp_path: Path) -> None:
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=127.0.0.1"
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run([*command.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def greet() -> None:
        with (
            suppress(OSError),
            listening.accept()[0] as connection,
            context.wrap_socket(connection, server_side=True) as encrypted,
        ):
            encrypted.sendall(b"* OK hello\r\n")
            said.append(encrypted.recv(100))

    said: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        answering = threading.Thread(target=greet)
        answering.start()
        imap = {"imap_host": "127.0.0.1", "imap_port": listening.getsockname()[1]}
        with pytest.raises(NewsletterError, match="certificate verify failed"):
            check_mailbox(make_app(tmp_path / "data", bounces=imap).settings.bounces)
        answering.join(5)
    assert not said
    assert nothing_is_left_open()


def test_only_an_issue_that_is_being_sent_can_be_paused(app: Installation) -> None:
    from newsletter.day import edit_issue

    subscribe(app, "ann@example.org")
    asyncio.run(compose_today(app.making, KEY))
    with pytest.raises(InputError, match="not being sent"):
        edit_issue.pause_issue(app.store, KEY, MORNING)
    plan_issue(app.store, app.settings, KEY, MORNING)
    edit_issue.pause_issue(app.store, KEY, MORNING)
    with pytest.raises(InputError, match="not being sent"):
        edit_issue.pause_issue(app.store, KEY, MORNING)
    edit_issue.resume_issue(app.store, KEY, MORNING)
    edit_issue.cancel_issue(app.store, KEY, MORNING)
    assert open_issue(app.store, KEY).status == "cancelled"


def test_complaints_that_come_by_the_pipe_warn_without_a_mailbox(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data", alerts={"mail_to": ["operator@example.org"]})
    assert not is_configured(app.settings.bounces)
    names = [f"reader{number}@example.org" for number in range(4)]
    subscribe(app, *names)
    asyncio.run(compose_today(app.making, KEY))
    plan_issue(app.store, app.settings, KEY, MORNING)
    asyncio.run(send_all(app, None))
    for name in names[:3]:
        found, _ = consent.look_up(app.register, parse(name))
        assert found is not None
        token = sign(app.keys, Purpose.UNSUBSCRIBE, found.id)
        raw = ARF.format(kind="abuse").replace("\ntext\n", f"\nhttps://rare-earth.example/u/{token}\n")
        intake = Intake(store=app.store, keys=app.keys, settings=app.settings.delivery, now=MORNING)
        taken = take_mail(intake, raw.encode(), leave=lambda _: False)
        assert taken.effects == (Effect.SUPPRESSED,)
    asyncio.run(wake(app.waking))
    [alert] = [item.alert for item in list_alerts(app.store) if item.alert.key.startswith("complaints")]
    assert "3 complaints about 4 deliveries" in alert.subject
    examined = ask_doctor(app)["complaints"]
    assert not examined.ok
    assert "3 complaints about 4 deliveries" in examined.detail


def returned_to(row: int, app: Installation, head: str, body: str) -> bytes:
    sender = encode_sender(app.keys.address, Ledger.DELIVERIES, row, "rare-earth.example")
    return f"To: {sender}\n{head}\n\n{body}\n".encode()


def send_one(app: Installation) -> None:
    subscribe(app, "ann@example.org")
    asyncio.run(compose_today(app.making, KEY))
    plan_issue(app.store, app.settings, KEY, app.clock())
    asyncio.run(send_all(app, 20))


@pytest.mark.parametrize(
    ("head", "body", "reason"),
    [
        ("From: MAILER-DAEMON@mx.example\nSubject: 退信", "550 5.1.1 no such user", "user unknown"),
        ("From: mail@mx.example\nReturn-Path: <>\nSubject: 5.1.1 user unknown", "", "user unknown"),
        (
            "From: Robot <x@mx.example>\nAuto-Submitted: auto-generated\nContent-Type: text/html",
            "<p>Your mail was <b>refused</b>:<br>552 5.2.2 mailbox full</p>",
            "mailbox full",
        ),
        (
            "From: postmaster@mx.example\nContent-Transfer-Encoding: base64",
            "NTUwIDUuMS4xIFVzZXIgdW5rbm93bg==",
            "user unknown",
        ),
        ("From: MAILER-DAEMON@mx.example", "553 5.1.8 Domain of sender address does not exist", "blocked"),
    ],
)
def test_a_machines_mail_to_our_envelope_sender_is_a_report_whatever_it_looks_like(
    app: Installation, head: str, body: str, reason: str
) -> None:
    send_one(app)
    put(app, returned_to(1, app, head, body))
    take_returns(app.returning, MORNING)
    found, suppression = consent.look_up(app.register, parse("ann@example.org"))
    assert found is not None
    (report,) = list_bounces(app.store, subscriber=found.id)
    assert report.reason == reason
    assert (suppression is not None) is (reason == "user unknown")


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("From: MAILER-DAEMON@mx.example\nSubject: 通知", "您好"),
        ("From: Ann <ann@example.org>\nSubject: Re: Lynas", "Why do you say that? It is unknown to me."),
    ],
)
def test_what_cannot_be_read_goes_to_the_operator(app: Installation, head: str, body: str) -> None:
    send_one(app)
    put(app, returned_to(1, app, head, body))
    put(app, f"To: bounce@rare-earth.example\n{head}\n\n{body}\n".encode())
    asyncio.run(wake(app.waking))
    (alert,) = [item.alert for item in list_alerts(app.store) if item.alert.key.startswith("unread")]
    assert alert.body.startswith("2 came")
    kept = list_bounces(app.store, reason="not understood", whole=True)
    assert [body in one.report for one in kept] == [True, True]
    assert sum(one.subscriber is not None for one in kept) == 1
    assert app.settings.bounces.maildir is not None
    flags = [mail.get_flags() for mail in mailbox.Maildir(app.settings.bounces.maildir)]
    assert flags == ["FS", "FS"]
    assert status_of(app, "ann@example.org") is SubscriberStatus.ACTIVE


def test_the_operator_is_asked_about_a_forward_that_fails(app: Installation) -> None:
    send_one(app)
    said = "Your message to old@gone.example was not delivered: 550 5.1.1 user unknown"
    head = "From: MAILER-DAEMON@mx.example\nX-Failed-Recipients: old@gone.example\nSubject: failure notice"
    put(app, returned_to(1, app, head, said))
    asyncio.run(wake(app.waking))
    (alert,) = [item.alert for item in list_alerts(app.store) if item.alert.key.startswith("forwarded")]
    assert "newsletter bounces --unread" in alert.body
    assert "@" not in alert.subject + alert.body
    assert consent.look_up(app.register, parse("ann@example.org"))[1] is None


HEAD = b"From: MAILER-DAEMON@mx.example\nTo: unsubscribe@rare-earth.example\nSubject: failure\n"
NESTED = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(5_000))
HOSTILE = {
    "parts within parts": HEAD + NESTED + b"\nfailed\n",
    "mails within mails": (HEAD + b"Content-Type: message/rfc822\n\n") * 2_000 + b"x\n",
    "comments within comments": HEAD + b"Cc: " + b"(" * 30_000 + b")" * 30_000 + b" a@b.example\n\nx\n",
    "a head that takes minutes to fold": HEAD + b"X-A: " + b"a " * 500_000 + b"\n\nx\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_is_put_aside_and_the_next_one_counts(app: Installation, name: str) -> None:
    send_one(app)
    assert app.settings.bounces.maildir is not None
    new = app.settings.bounces.maildir / "new"
    (new / "1").write_bytes(HOSTILE[name])
    (new / "2").write_bytes(
        returned_to(1, app, "From: MAILER-DAEMON@mx.example\nSubject: failed", "550 5.1.1 user unknown")
    )
    counts = take_returns(app.returning, MORNING)
    assert counts["hard"] == 1
    assert counts.total() == 2
    assert not list(new.iterdir())
    assert (app.settings.bounces.maildir / "cur" / "1:2,FS").read_bytes() == HOSTILE[name]


def test_a_mail_that_costs_too_much_goes_to_the_operator(
    app: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parser_process, "CPU_SECONDS", 1)
    parameters = b"".join(b"a%d=b; " % number for number in range(150_000))
    put(
        app, b"From: a@mx.example\nTo: bounce@x.example\nContent-Type: text/plain; " + parameters + b"\n\nx\n"
    )
    assert take_returns(app.returning, MORNING) == {"not understood": 1}


def test_an_automatic_reply_to_our_envelope_sender_is_nobodys_concern(app: Installation) -> None:
    send_one(app)
    away = "From: ann@example.org\nAuto-Submitted: auto-replied\nSubject: Out of office"
    put(app, returned_to(1, app, away, "The user unknown to you is away."))
    assert take_returns(app.returning, MORNING) == {"none": 1}
