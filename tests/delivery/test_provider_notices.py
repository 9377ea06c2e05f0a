"""Notices of providers in the shapes of their documentation, by mail and as documents."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.provider_notices import read_notice
from newsletter.delivery.read_report import read_report
from newsletter.model import BounceKind, Consequence

READER = "Reader@example.net"


def ses(kind: str, **parts: Any) -> dict[str, Any]:
    mail = {"source": "bounce@news.example.org", "messageId": "1", "destination": [READER]}
    return {"notificationType": kind, "mail": mail, **parts}


def ses_bounce(kind: str, sub: str, said: str = "", status: str = "") -> dict[str, Any]:
    row = {"emailAddress": READER, "action": "failed", "status": status, "diagnosticCode": said}
    row = {name: value for name, value in row.items() if value}
    return ses("Bounce", bounce={"bounceType": kind, "bounceSubType": sub, "bouncedRecipients": [row]})


def postmark(kind: str, what: str = "", said: str = "") -> dict[str, Any]:
    return {"RecordType": kind, "Type": what, "Email": READER, "Details": said, "ID": 7, "MessageID": "x"}


def mailgun(
    event: str, severity: str = "", reason: str = "", code: int = 550, said: str = ""
) -> dict[str, Any]:
    status = {"code": code, "message": said}
    data = {
        "event": event,
        "severity": severity,
        "reason": reason,
        "recipient": READER,
        "delivery-status": status,
    }
    return {"signature": {"timestamp": "1", "token": "t", "signature": "s"}, "event-data": data}


DEAD = [
    ses_bounce("Permanent", "General", "smtp; 550 5.1.1 user unknown", "5.1.1"),
    ses_bounce("Permanent", "NoEmail"),
    ses_bounce("Permanent", "OnAccountSuppressionList"),
    postmark(
        "Bounce", "HardBounce", "smtp;550 5.1.1 The email account that you tried to reach does not exist"
    ),
    postmark("Bounce", "BadEmailAddress"),
    mailgun("failed", "permanent", "bounce", 550, "5.1.1 No such user"),
    mailgun("failed", "permanent", "suppress-bounce", 605, "Not delivering to previously bounced address"),
]
ALIVE = [
    (ses_bounce("Permanent", "General", "smtp; 554 5.7.1 blocked by spamhaus", "5.7.1"), BounceKind.HARD),
    (ses_bounce("Transient", "General", "smtp; 550 5.1.1 user unknown", "5.1.1"), BounceKind.SOFT),
    (ses_bounce("Transient", "MailboxFull"), BounceKind.SOFT),
    (postmark("Bounce", "SoftBounce", "smtp;550 5.1.1 user unknown"), BounceKind.SOFT),
    (postmark("Bounce", "Blocked", "smtp;550 user unknown"), BounceKind.HARD),
    (postmark("Bounce", "DMARCPolicy", ""), BounceKind.HARD),
    (mailgun("failed", "temporary", "generic", 451, "4.7.1 greylisted"), BounceKind.SOFT),
    (mailgun("failed", "permanent", "bounce", 552, "5.2.2 mailbox full"), BounceKind.HARD),
]
COMPLAINTS = [
    ses(
        "Complaint",
        complaint={"complainedRecipients": [{"emailAddress": READER}], "complaintFeedbackType": "abuse"},
    ),
    {**postmark("SpamComplaint", "SpamComplaint")},
    mailgun("complained"),
    mailgun("failed", "permanent", "suppress-complaint", 607),
]
NO_CONCERN = [
    ses("Delivery", delivery={"recipients": [READER], "smtpResponse": "250 2.0.0 user unknown but taken"}),
    ses(
        "Complaint",
        complaint={"complainedRecipients": [{"emailAddress": READER}], "complaintFeedbackType": "not-spam"},
    ),
    ses_bounce("Transient", "General"),  # a reply of whoever is away
    {**ses("x"), "eventType": "Open"},
    postmark("Delivery"),
    postmark("Bounce", "AutoResponder", "I am away; user unknown"),
    postmark("SubscriptionChange"),
    mailgun("delivered", code=250),
    mailgun("opened"),
    mailgun("failed", "permanent", "suppress-unsubscribe", 606),
]


def by_mail(document: Any) -> bytes:
    head = "From: AWS Notifications <no-reply@sns.amazonaws.com>\nTo: bounces@news.example.org\nSubject: Notice\n"
    return f"{head}\n{json.dumps(document, indent=1)}\n\n--\nTo stop, visit https://sns.example/\n".encode()


def wrapped(document: Any) -> dict[str, Any]:
    return {"Type": "Notification", "TopicArn": "arn:aws:sns:eu-west-1:1:t", "Message": json.dumps(document)}


@pytest.mark.parametrize("document", DEAD)
def test_a_dead_address_is_told_in_every_form(document: dict[str, Any]) -> None:
    for text in (json.dumps(document), json.dumps(wrapped(document))):
        notice = read_notice(text)
        assert notice is not None
        (failed,) = notice.failed
        assert (failed.address, failed.consequence) == ("reader@example.net", Consequence.DEAD)
    (failed,) = read_report(by_mail(document)).failed
    assert failed.suppresses


@pytest.mark.parametrize(("document", "kind"), ALIVE)
def test_what_is_temporary_or_about_us_suppresses_nobody(document: dict[str, Any], kind: BounceKind) -> None:
    notice = read_notice(json.dumps(document))
    assert notice is not None
    (failed,) = notice.failed
    assert (failed.kind, failed.suppresses) == (kind, False)


@pytest.mark.parametrize("document", COMPLAINTS)
def test_a_complaint_is_a_complaint(document: dict[str, Any]) -> None:
    report = read_report(by_mail(document))
    assert (report.kind, report.complained) == (BounceKind.COMPLAINT, ("reader@example.net",))


@pytest.mark.parametrize("document", NO_CONCERN)
def test_a_delivery_or_an_opening_is_nothing(document: dict[str, Any]) -> None:
    notice = read_notice(json.dumps(document))
    assert notice is not None
    assert notice.kind is BounceKind.NONE
    report = read_report(by_mail(document))
    assert (report.kind, report.understood) == (BounceKind.NONE, True)


SHAPES = [*DEAD, *(document for document, _ in ALIVE), *COMPLAINTS, *NO_CONCERN]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9), st.lists, max_leaves=4
)


@given(st.sampled_from(SHAPES), st.data())
def test_a_document_of_any_shape_gives_an_answer(document: dict[str, Any], data: st.DataObject) -> None:
    changed = json.loads(json.dumps(document))
    table = changed
    while True:
        name = data.draw(st.sampled_from(sorted(table)))
        if not isinstance(table[name], dict) or not table[name] or data.draw(st.booleans()):
            table[name] = data.draw(ANYTHING)
            break
        table = table[name]
    read_notice(json.dumps(changed))


def test_a_document_that_is_nested_too_deep_is_none_of_theirs() -> None:
    assert read_notice("[" * 100_000) is None
    assert read_report(by_mail({}) + b'{"mail":' * 50_000 + b"}").kind is BounceKind.NONE
