"""Structured notices of mail providers: Amazon SES, Postmark, Mailgun, as they come by webhook and by mail. Pure.

They say what a report says in fields of their own. Only a permanent failure in whose words a host calls the address
dead suppresses; a delivery, an opening, a click is nothing; a complaint is a complaint. Formats:
https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html,
https://postmarkapp.com/developer/webhooks/bounce-webhook,
https://documentation.mailgun.com/docs/mailgun/user-manual/events/event-structure
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

from newsletter.delivery.failed_recipient import NOTHING, Failed, Report, find_address, judge


class Provider(StrEnum):
    """Whose notices are understood."""

    SES = "ses"
    POSTMARK = "postmark"
    MAILGUN = "mailgun"


def read_notice(text: str) -> Report | None:
    """Return what a JSON document of a provider says; None where it is none of theirs. Never raises."""
    try:
        document = json.loads(text)
        if isinstance(document, dict) and isinstance(document.get("Message"), str) and "TopicArn" in document:
            document = json.loads(document["Message"])  # Amazon SNS around Amazon SES
    except (ValueError, RecursionError):
        return None
    shapes = (
        ("event-data", dict, _read_mailgun),
        ("RecordType", str, _read_postmark),
        ("mail", dict, _read_ses),
    )
    for name, shape, read in shapes:
        if isinstance(document, dict) and isinstance(document.get(name), shape):
            return read(document)
    return None


def _text(table: dict[str, Any], name: str) -> str:
    value = table.get(name)
    return make_whole(str(value)) if isinstance(value, str | int) else ""


def make_whole(text: str) -> str:
    """Return ``text`` with "?" for each half of a surrogate pair: JSON can name one, which no database takes."""
    return text.encode("utf-8", "replace").decode()


def _table(table: dict[str, Any], name: str) -> dict[str, Any]:
    value = table.get(name)
    return value if isinstance(value, dict) else {}


def _rows(table: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = table.get(name)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _judge(address: str, words: str, *, code: str, is_permanent: bool) -> tuple[Failed, ...]:
    """Judge a host's words; where the provider calls it temporary, no word of them makes it permanent."""
    found = judge(
        find_address(address) or address.strip().lower(), words, status=code or None, delayed=not is_permanent
    )
    return (found,) if found.address else ()


# What a provider says of an address in a field of its own, in the words that are judged.
_SES_SAYS = {
    "NoEmail": "550 5.1.1 no such user",
    "Suppressed": "550 5.1.1 no such user",
    "OnAccountSuppressionList": "550 5.1.1 no such user",
    "MailboxFull": "552 5.2.2 mailbox full",
    "MessageTooLarge": "552 5.3.4 message too big",
    "ContentRejected": "554 5.7.1 content rejected",
    "AttachmentRejected": "554 5.7.1 attachment rejected",
}


def _read_ses(document: dict[str, Any]) -> Report:
    event = _text(document, "notificationType") or _text(document, "eventType")
    if event == "Complaint":
        complaint = _table(document, "complaint")
        if _text(complaint, "complaintFeedbackType") == "not-spam":
            return NOTHING
        rows = _rows(complaint, "complainedRecipients")
        return Report(complained=tuple(_text(row, "emailAddress").lower() for row in rows))
    if event != "Bounce":
        return NOTHING
    bounce = _table(document, "bounce")
    kind, what = _text(bounce, "bounceType"), _text(bounce, "bounceSubType")
    permanent = kind == "Permanent"
    failed: list[Failed] = []
    for row in _rows(bounce, "bouncedRecipients"):
        words = _text(row, "diagnosticCode") or _SES_SAYS.get(what, "")
        code = _text(row, "status")
        if (kind, what) == ("Transient", "General") and not words and not code:
            continue  # nobody refused anything: so come the replies of whoever is away
        failed += _judge(_text(row, "emailAddress"), words, code=code, is_permanent=permanent)
    return Report(failed=tuple(failed))


_POSTMARK_SAYS = {
    "BadEmailAddress": "550 5.1.3 invalid address",
    "DMARCPolicy": "550 5.7.1 DMARC",
    "SpamNotification": "550 5.7.1 spam",
    "VirusNotification": "550 5.7.1 virus",
    "Blocked": "550 5.7.1 blocked",
}
_POSTMARK_PERMANENT = {"HardBounce", *_POSTMARK_SAYS}
_POSTMARK_TEMPORARY = {"Transient", "SoftBounce", "DnsError", "Unknown", "Undeliverable"}


def _read_postmark(document: dict[str, Any]) -> Report:
    kind, what = _text(document, "RecordType"), _text(document, "Type")
    address = _text(document, "Email")
    if kind == "SpamComplaint" or (kind == "Bounce" and what == "SpamComplaint"):
        return Report(complained=(address.lower(),))
    if kind != "Bounce" or what not in _POSTMARK_PERMANENT | _POSTMARK_TEMPORARY:
        return NOTHING
    words = _POSTMARK_SAYS.get(what) or _text(document, "Details")
    return Report(failed=_judge(address, words, code="", is_permanent=what in _POSTMARK_PERMANENT))


# Mailgun sends no mail to whom it had no luck with before; these are its own codes.
_MAILGUN_SAYS = {"suppress-bounce": "550 5.1.1 no such user"}


def _read_mailgun(document: dict[str, Any]) -> Report:
    event = _table(document, "event-data")
    kind, reason = _text(event, "event"), _text(event, "reason")
    address = _text(event, "recipient")
    if kind == "complained" or (kind == "failed" and reason == "suppress-complaint"):
        return Report(complained=(address.lower(),))
    if kind != "failed" or reason == "suppress-unsubscribe":
        return NOTHING
    status = _table(event, "delivery-status")
    code = _text(status, "enhanced-code")
    said = f"{_text(status, 'code')} {_text(status, 'message') or _text(status, 'description')}".strip()
    words = _MAILGUN_SAYS.get(reason, said)
    permanent = _text(event, "severity") == "permanent"
    return Report(failed=_judge(address, words, code=code, is_permanent=permanent))
