"""Reports as mail systems of all kinds write them, and mail that only looks like one. Written for this test."""

from __future__ import annotations

from email.header import Header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.failed_recipient import Report
from newsletter.delivery.read_report import NOT_UNDERSTOOD, read_report
from newsletter.model import BounceKind

READER = "r@y.example"
DAEMON = "MAILER-DAEMON@mx.example"
RETURNED = (
    f"--b\nContent-Type: message/rfc822\n\nFrom: daily@news.example.org\nTo: {READER}\nSubject: Lynas\n"
    "Message-ID: <a@b.example>\n\nx\n--b--\n"
)


def mail(sender: str, subject: str, body: str, *, more: str = "", kind: str = "text/plain") -> bytes:
    return (
        f"From: {sender}\nTo: bounce@news.example.org\nSubject: {Header(subject, 'utf-8').encode()}\n{more}"
        f"MIME-Version: 1.0\nContent-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{body}"
    ).encode()


def report(fields: str, *, told: str = "It failed.", part: str = "message/delivery-status") -> bytes:
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    body = f"--b\nContent-Type: text/plain; charset=utf-8\n\n{told}\n--b\nContent-Type: {part}\n\n{fields}\n"
    return mail(DAEMON, "Undelivered Mail", body + RETURNED, kind=kind)


DEAD = {
    "Exim": mail(
        "Mail Delivery System <Mailer-Daemon@h.example>",
        "Mail delivery failed: returning message to sender",
        "A message that you sent could not be delivered to one or more of its recipients. This is a permanent "
        f"error. The following address(es) failed:\n\n  {READER}\n    host mx.y.example [192.0.2.4]\n"
        f"    SMTP error from remote mail server after RCPT TO:<{READER}>:\n    550 5.1.1 No such user here\n\n"
        "------ This is a copy of the message, including all the headers. ------\n\nFrom: daily@news.example.org\n",
        more=f"X-Failed-Recipients: {READER}\n",
    ),
    "Exim, no route": mail(
        "Mailer-Daemon@h.example",
        "Mail delivery failed",
        f"The following address(es) failed:\n\n  {READER}\n    Unrouteable address\n",
        more=f"X-Failed-Recipients: {READER}\n",
    ),
    "qmail": mail(
        "MAILER-DAEMON@h.example",
        "failure notice",
        "Hi. This is the qmail-send program at h.example.\nI'm afraid I wasn't able to deliver your message to the "
        f"following addresses.\n\n<{READER}>:\n192.0.2.4 does not like recipient.\nRemote host said: 550 sorry, no "
        "mailbox here by that name (#5.1.1)\nGiving up on 192.0.2.4.\n\n--- Below this line is a copy of the "
        "message.\n\nReturn-Path: <b@c.example>\n",
    ),
    "Domino": mail(
        "Postmaster@h.example",
        f"DELIVERY FAILURE: User r ({READER}) not listed in Domino Directory",
        f"Your message\n\n  Subject: Lynas\n\nwas not delivered to:\n\n  {READER}\n\nbecause:\n\n"
        f"  User r ({READER}) not listed in Domino Directory\n",
    ),
    "MDaemon": mail(
        "MDaemon at h.example <MDaemon@h.example>",
        "Permanent Delivery Failure",
        f"The attached message had PERMANENT fatal delivery errors!\n\nFailed address: {READER}\n\n"
        f"--- Session Transcript ---\n Mon: --> RCPT To:<{READER}>\n Mon: <-- 550 <{READER}>, Recipient unknown\n"
        " Mon: --> QUIT\n--- End Transcript ---\n",
    ),
    "hMailServer": mail(
        "mailer-daemon@h.example",
        "Message undeliverable: Lynas",
        "Your message did not reach some or all of the intended recipients.\n\nThe following recipient(s) could "
        f"not be reached:\n\n{READER}\n   Error Type: SMTP\n   hMailServer sent: RCPT TO:<{READER}>\n"
        "   Remote server replied: 550 Unknown user\n",
    ),
    "old Exchange": mail(
        "System Administrator <postmaster@h.example>",
        "Undeliverable: Lynas",
        f"Your message\n\n  To:      {READER}\n  Subject: Lynas\n\ndid not reach the following recipient(s):\n\n"
        f"{READER} on Mon, 5 Jan 2026 09:00:00 +0000\n    The e-mail account does not exist at the organization "
        "this message was sent to.\n    <mail.h.example #5.1.1>\n",
    ),
    "Exchange in German": mail(
        "Microsoft Outlook <postmaster@h.example>",
        "Unzustellbar: Lynas",
        f"Fehler bei der Nachrichtenzustellung an folgende Empfänger:\n\n{READER}\nDie E-Mail-Adresse konnte nicht "
        f"gefunden werden.\n\n{READER}\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##\n",
    ),
    "Chinese": mail(
        "PostMaster@mail.example",
        "系统退信",
        f"<html><body><table><tr><td>无法发送到</td><td>{READER}</td></tr><tr><td>退信原因</td><td>收件人邮件地址"
        f"（{READER}）不存在，邮件无法送达。 host mx.y.example[192.0.2.4] said: 550 Mailbox not found (in reply to "
        "RCPT TO command)</td></tr></table></body></html>",
        kind="text/html",
    ),
    "Russian": mail(
        "mailer-daemon@mail.example",
        "Недоставленное сообщение",
        f"К сожалению, Ваше письмо не может быть отправлено.\n\n<{READER}>: host mx.y.example[192.0.2.4] said: 550 "
        "5.1.1 No such user (in reply to RCPT TO command)\n",
    ),
    "Spanish": mail(
        DAEMON, "Mensaje no entregado", f"No entregado a:\n\n{READER}\n\n550 Usuario desconocido\n"
    ),
    "French": mail(
        DAEMON,
        "Message non distribué",
        f"Votre message n'a pas pu être remis à {READER}.\nRaison : 550 5.1.1 Utilisateur inconnu\n",
    ),
    "a forwarded address": report(
        f"Reporting-MTA: dns; h.example\n\nOriginal-Recipient: rfc822;{READER}\nFinal-Recipient: "
        "rfc822;other@z.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp;550 5.1.1 unknown user"
    ),
    "Sendmail": report(
        f"Reporting-MTA: dns; h.example\n\nFinal-Recipient: RFC822; {READER}\nAction: failed\nStatus: 5.1.1\n"
        f"Diagnostic-Code: SMTP; 550 5.1.1 <{READER}>... User unknown",
        told=f"   ----- Transcript of session follows -----\n>>> DATA\n<<< 550 5.1.1 <{READER}>... User unknown\n"
        "<<< 503 5.0.0 Need RCPT (recipient)\n",
    ),
}
SOFT = {
    "Exim's warning": mail(
        "Mail Delivery System <Mailer-Daemon@h.example>",
        "Warning: message 1abc delayed 24 hours",
        "A message that you sent has not yet been delivered to one or more of its recipients after more than 24 "
        f"hours on the queue.\n\n  {READER}\n    Delay reason: SMTP error from remote mail server after RCPT "
        f"TO:<{READER}>:\n    451 4.7.1 greylisted\n\nDelivery attempts will continue for some time.\n",
    ),
    "Postfix's warning": report(
        f"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {READER}\nAction: delayed\nStatus: 4.4.1\n"
        "Diagnostic-Code: X-Postfix; connect to mx.y.example[192.0.2.4]:25: Connection refused"
    ),
}


def away(subject: str) -> bytes:
    body = "I am away until Monday and unable to reply. Mail to alice@y.example fails; she is unknown here.\n"
    return mail(f"Reader <{READER}>", subject, body, more="X-Auto-Response-Suppress: All\n")


def receipt(sender: str) -> bytes:
    body = (
        "--b\nContent-Type: text/plain\n\nYour message was deleted without being read; there was a problem.\n--b\n"
        f"Content-Type: message/disposition-notification\n\nOriginal-Recipient: rfc822;{READER}\nFinal-Recipient: "
        f"rfc822;{READER}\nDisposition: manual-action/MDN-sent-manually; deleted\n{RETURNED}"
    )
    kind = 'multipart/report; report-type=disposition-notification; boundary="b"'
    return mail(sender, "Not read: Lynas", body, kind=kind)


NOTHING = {
    "a read receipt": receipt(READER),
    "a read receipt by the postmaster": receipt("postmaster@y.example"),
    "a report of success": report(
        f"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {READER}\nAction: relayed\nStatus: 2.0.0\n"
        "Diagnostic-Code: smtp; 250 ok"
    ),
    "a TLS report": mail(
        "noreply-smtp-tls-reporting@big.example",
        "Report Domain: news.example.org Submitter: big.example Report-ID: <2026@big.example>",
        "--b\nContent-Type: text/plain\n\nAn aggregate TLS report. Failures: 3. Ask tls@big.example\n--b\n"
        "Content-Type: application/tlsrpt+gzip\nContent-Transfer-Encoding: base64\n\nH4sI\n--b--\n",
        kind='multipart/report; report-type="tlsrpt"; boundary="b"',
    ),
    "a DMARC report": mail(
        "noreply-dmarc@big.example",
        "Report domain: news.example.org Submitter: big.example Report-ID: 123",
        "--b\nContent-Type: text/plain\n\nAn aggregate report; problems to dmarc@big.example. Failures within.\n--b\n"
        "Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\nUEsD\n--b--\n",
        kind='multipart/mixed; boundary="b"',
    ),
    "a parcel": mail(
        "Parcels <no-reply@parcels.example>",
        "Delivery problem: your parcel could not be delivered",
        "Your parcel could not be delivered because the address is not valid. Write to help@parcels.example.\n",
    ),
    "a shop": mail(
        "Shop <noreply@shop.example>",
        "Your order failed: payment error",
        "We were unable to charge your card of 500 euros. Write to billing@shop.example.\n",
    ),
    "a thief who says he is the postmaster": mail(
        "Postmaster <postmaster@thief.example>",
        "Your mailbox is full: 3 undelivered messages",
        "Your mailbox quota is full and messages could not be delivered. Click http://thief.example to release "
        "them. admin@thief.example\n",
    ),
    "a question whether we are human": mail(
        "Guard <no-reply@guard.example>",
        "Re: Lynas (verification required)",
        f"Your message to {READER} has not been delivered yet. Click http://guard.example/x to verify it.\n",
    ),
    "a letter of thanks": mail(
        "Info <info@y.example>",
        "Thank you for your message",
        "If there is a problem write to support@y.example. Delivery is not guaranteed.\n",
        more="Auto-Submitted: auto-generated\nReturn-Path: <>\n",
    ),
    "somebody who left": mail(
        f"Reader <{READER}>",
        "Automatic reply: Lynas",
        "I no longer work at Y. Please contact bob@y.example\n",
        more="Auto-Submitted: auto-replied\nReturn-Path: <>\n",
    ),
    "a list with a moderator": mail(
        "announce-bounces@lists.example",
        "Your message to announce awaits moderator approval",
        "Your mail is held until the moderator has read it. Write to announce-owner@lists.example\n",
        more="Return-Path: <>\n",
    ),
    "away in German": away("Abwesenheitsnotiz: Lynas"),
    "away in French": away("Réponse automatique : Lynas"),
    "away in Spanish": away("Respuesta automática: Lynas"),
    "away in Japanese": away("自動応答: Lynas"),
    "away in Russian": away("Автоответ: Lynas"),
}


@pytest.mark.parametrize("name", DEAD)
def test_a_report_of_a_dead_address_names_and_suppresses_it(name: str) -> None:
    (failed,) = read_report(DEAD[name]).failed
    assert (failed.address, failed.kind, failed.suppresses) == (READER, BounceKind.HARD, True)


@pytest.mark.parametrize("name", SOFT)
def test_a_warning_is_soft(name: str) -> None:
    (failed,) = read_report(SOFT[name]).failed
    assert (failed.address, failed.kind) == (READER, BounceKind.SOFT)


@pytest.mark.parametrize("name", NOTHING)
def test_mail_that_only_looks_like_a_report_is_nothing(name: str) -> None:
    assert read_report(NOTHING[name]).kind is BounceKind.NONE


LEAVE = "I am on leave: my account is temporarily disabled, and the mailbox is full."
RULE = "a rule of Exchange that calls itself nothing"
MARKS = {
    "an assistant of Exchange": "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n",
    RULE: "X-Auto-Response-Suppress: All\n",
    "an assistant of another system": "Auto-Submitted: auto-generated\n",
}


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("subject", ["RE: Lynas", "Ann: new e-mail address"])
@pytest.mark.parametrize(
    "words", [LEAVE, "Mail to this address is forwarded, and then it will no longer exist."]
)
def test_what_an_assistant_writes_in_a_persons_name_is_nothing(mark: str, subject: str, words: str) -> None:
    raw = mail("Ann Miller <a.miller@y.example>", subject, words, more=f"Return-Path: <>\n{MARKS[mark]}")
    assert read_report(raw, returned=True) == Report()


@pytest.mark.parametrize(
    "mail_of",
    [
        mail(f"Ann <{READER}>", "Re: Lynas", LEAVE, more="Return-Path: <>\n"),
        mail(
            "Desk <no-reply@y.example>",
            "Ticket 550 created: mailbox unavailable",
            "Made.",
            more="Return-Path: <>\n",
        ),
        mail(
            "Guard <no-reply@y.example>",
            "Notice",
            "Your user is unknown",
            more="Auto-Submitted: auto-generated\n",
        ),
    ],
)
def test_without_a_code_or_the_message_only_a_mail_systems_own_words_count(mail_of: bytes) -> None:
    assert read_report(mail_of, returned=True) == NOT_UNDERSTOOD
    by_daemon = mail(DAEMON, "Notice", LEAVE, more="Return-Path: <>\n")
    assert read_report(by_daemon, returned=True).kind is BounceKind.HARD


def test_a_rule_that_returns_the_message_with_a_code_is_a_report() -> None:
    body = f"--b\nContent-Type: text/plain\n\n550 5.1.1 <{READER}>: user unknown\n{RETURNED}"
    kind = 'multipart/mixed; boundary="b"'
    raw = mail(
        "Gate <gate@y.example>", "Undeliverable", body, more=f"Return-Path: <>\n{MARKS[RULE]}", kind=kind
    )
    (failed,) = read_report(raw, returned=True).failed
    assert failed.kind is BounceKind.HARD


def test_an_address_beyond_ascii_is_read_from_a_report_of_its_kind() -> None:
    fields = (
        "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: utf-8; bücher@bücher.example\nAction: failed\n"
        "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown"
    )
    (failed,) = read_report(report(fields, part="message/global-delivery-status")).failed
    assert failed.address == "bücher@bücher.example"
    assert failed.suppresses


PIECES = (
    b"\r", b"\n\n", b"\x00", b"\xff\xfe", b"\xc3", b"\x85", b"--b\n", b"=?utf-8?b?", b'boundary="', b"report-type*0=",
    b"Content-Type: message/rfc822\n", b"Content-Transfer-Encoding: base64\n",
    b"Content-Type: text/plain; charset=x-none\n",
)  # fmt: skip


@given(st.data())
def test_a_report_of_any_kind_with_any_damage_gives_an_answer(data: st.DataObject) -> None:
    known = [*DEAD.values(), *SOFT.values(), *NOTHING.values()]
    raw = bytearray(data.draw(st.sampled_from(known)))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 40))] = data.draw(
            st.sampled_from(PIECES) | st.binary(max_size=9)
        )
    assert read_report(bytes(raw)).kind in BounceKind
