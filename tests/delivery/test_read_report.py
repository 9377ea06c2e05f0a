from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.failed_recipient import judge
from newsletter.delivery.read_report import read_report
from newsletter.delivery.reasons import Reason, find_reason
from newsletter.delivery.stage import stage_bounce
from newsletter.model import BounceKind

DSN = """\
From: Mail Delivery System <MAILER-DAEMON@mx.example.org>
To: bounce@news.example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; reader@example.net
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}

--b
Content-Type: message/rfc822

To: reader@example.net
Subject: Lynas

text
--b--
"""
ARF = """\
From: <abuse@mail.example.net>
To: <bounce@news.example.org>
Subject: FW: Lynas
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

An abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Some/1.0
Version: 1
Original-Rcpt-To: <reader@example.net>

--b
Content-Type: message/rfc822

To: <reader@example.net>
Subject: Lynas

text
--b--
"""


def dsn(words: str, status: str = "5.0.0", action: str = "failed") -> bytes:
    return DSN.format(words=words, status=status, action=action).encode()


@pytest.mark.parametrize(
    ("words", "status", "kind", "reason", "suppressed"),
    [
        ("550 5.1.1 <reader@example.net>: User unknown", "5.1.1", "hard", Reason.USER_UNKNOWN, True),
        ("550 No such user here", "5.0.0", "hard", Reason.USER_UNKNOWN, True),
        ("552 5.2.2 Mailbox full", "5.2.2", "hard", Reason.MAILBOX_FULL, False),
        ("554 5.7.1 Message identified as spam", "5.7.1", "hard", Reason.SPAM, False),
        ("550 5.7.26 unauthenticated mail", "5.7.26", "hard", Reason.AUTHENTICATION, False),
        ("550 5.7.1 Client host blocked using zen.spamhaus.org", "5.7.1", "hard", Reason.BLOCKED, False),
        ("450 4.2.2 quota exceeded", "4.2.2", "soft", Reason.MAILBOX_FULL, False),
        ("450 4.1.1 User unknown", "4.1.1", "soft", Reason.USER_UNKNOWN, False),
        ("Host or domain name not found", "5.4.4", "hard", Reason.HOST_UNKNOWN, True),
        ("551 5.1.6 recipient no longer on server", "5.1.6", "hard", Reason.MOVED, True),
    ],
)
def test_a_dsn_suppresses_on_a_dead_address_only(
    words: str, status: str, kind: str, reason: Reason, suppressed: bool
) -> None:
    (failed,) = read_report(dsn(words, status)).failed
    assert (failed.address, failed.kind, failed.reason) == ("reader@example.net", kind, reason)
    assert failed.suppresses is suppressed


def test_a_delayed_or_delivered_recipient_is_not_lost() -> None:
    assert read_report(dsn("", "4.4.1", "delayed")).kind is BounceKind.SOFT
    assert read_report(dsn("250 2.0.0 ok", "2.0.0", "delivered")).kind is BounceKind.NONE


def test_a_complaint_names_who_complained_and_other_feedback_is_none() -> None:
    report = read_report(ARF.format(kind="abuse").encode())
    assert report.kind is BounceKind.COMPLAINT
    assert report.complained == ("reader@example.net",)
    assert read_report(ARF.format(kind="not-spam").encode()).kind is BounceKind.NONE
    assert read_report(ARF.format(kind="auth-failure").encode()).kind is BounceKind.NONE


def test_an_automatic_reply_and_a_letter_are_nothing() -> None:
    away = b"From: a@b.example\nSubject: Out of office\nAuto-Submitted: auto-replied\n\nreader@example.net is away\n"
    letter = (
        b"From: a@b.example\nSubject: delivery problem\n\nIt says user unknown for reader@example.net. Why?\n"
    )
    for raw in (away, letter, b"", b"\x00\xff"):
        assert read_report(raw).kind is BounceKind.NONE


def test_a_report_whose_parts_are_lost_is_still_read() -> None:
    raw = dsn("550 5.1.1 no such user", "5.1.1").replace(b"--b\n", b"--other\n").replace(b"--b--", b"")
    (failed,) = read_report(raw).failed
    assert failed.suppresses


def test_a_refusal_after_the_content_was_seen_is_a_filters() -> None:
    assert not judge("r@y.example", "550 Unknown user (in reply to end of DATA command)").suppresses
    assert judge("r@y.example", "550 Unknown user (in reply to RCPT TO command)").suppresses


def test_words_inside_an_address_are_no_reason() -> None:
    assert (
        find_reason("550 5.1.1 <spam-quota-full@example.net>: user unknown", "5.1.1") is Reason.USER_UNKNOWN
    )


@given(st.binary(max_size=2000))
def test_any_bytes_give_an_answer(raw: bytes) -> None:
    assert read_report(raw).kind in BounceKind


@given(st.data())
def test_a_damaged_report_gives_an_answer(data: st.DataObject) -> None:
    raw = bytearray(dsn("550 5.1.1 user unknown", "5.1.1") if data.draw(st.booleans()) else ARF.encode())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=20))
        if not raw:
            break
    assert read_report(bytes(raw)).kind in BounceKind


def test_a_header_inside_a_header_is_read_all_the_same() -> None:
    raw = ARF.replace("User-Agent: Some/1.0\n", "User-Agent:\x0b")  # as_string would refuse it
    assert read_report(raw.encode()).kind is BounceKind.COMPLAINT


@pytest.mark.parametrize("field", ["content-type", "content-transfer-encoding", "from", "subject", "to"])
def test_a_header_that_holds_another_header_is_no_exception(field: str) -> None:
    report = dsn("550 5.1.1 user unknown", "5.1.1")
    damaged = f"{field}: \xe4\n\t\x85x: y\n".encode("latin-1") + report
    assert read_report(damaged).kind in BounceKind
    assert read_report(report.replace(b"From:", b"From: \xe4\r\rBcc: x\rFrom:")).kind in BounceKind


def test_the_stage_prints_one_line_for_a_file(tmp_path: Path) -> None:
    path = tmp_path / "m.eml"
    path.write_bytes(dsn("550 5.1.1 user unknown", "5.1.1"))
    line = stage_bounce({"path": str(path)})
    assert (line["kind"], line["recipients"], line["status"]) == ("hard", ["reader@example.net"], "5.1.1")
    assert line["reason"] == "user unknown"
    with pytest.raises(ValueError, match="absent"):
        stage_bounce({"path": str(tmp_path / "absent")})
