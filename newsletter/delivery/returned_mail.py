"""What comes in by mail, taken to its consequence: bounces, complaints, people who leave. I/O (database).

A report counts only if it carries what nobody can invent: an envelope sender of ours (``verp``), or the unsubscribe
token of the mail that it returns. Any other is written down and counts for nothing: forged reports put nobody
off the list and stop no issue.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from newsletter.config import Bounces, DeliverySettings
from newsletter.delivery.failed_recipient import Report, judge, narrow
from newsletter.delivery.outcomes import Phase
from newsletter.delivery.read_report import NOT_UNDERSTOOD, read_returned
from newsletter.delivery.verp import decode_sender
from newsletter.errors import NewsletterError
from newsletter.links import TOKEN_LENGTH, find_mail_tokens
from newsletter.logs import get_log
from newsletter.model import BounceKind, Consequence, Outcome, SubscriberId
from newsletter.parser_process import NoParserError, begin_apart
from newsletter.store.acts import last_time
from newsletter.store.bounces import (
    FORWARDED,
    Effect,
    NewBounce,
    SoftLimit,
    count_complaints,
    digest_report,
    find_reader,
    newest_complaint,
    record_bounce,
)
from newsletter.store.endings import RESUMED, list_sending, pause_sending
from newsletter.store.engine import Store
from newsletter.store.ledger import Claim, Ledger
from newsletter.subscribers.tokens import Keys, Purpose, Token, check_token

UNREAD = "not understood"
log = get_log("returns")
_TOKEN = re.compile(rf"(?:/u/|unsubscribe-)([A-Za-z0-9_-]{{{TOKEN_LENGTH}}})(?![A-Za-z0-9_-])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one incoming mail was, and what it did."""

    kind: BounceKind
    effects: tuple[Effect, ...] = ()
    left: bool = False  # somebody left the list by mail
    understood: bool = True  # else somebody has to look at it
    forwarded: bool = False  # it is of another address than the reader's


def soft_limit(settings: DeliverySettings) -> SoftLimit:
    """Return the settings' limits of soft bounces and of suppressions."""
    return SoftLimit(
        count=settings.soft_bounce_limit,
        days=settings.soft_bounce_days,
        likely=settings.likely_suppressions,
        likely_share=settings.likely_suppressions_share,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What taking mail in needs."""

    store: Store
    keys: Keys
    settings: DeliverySettings
    now: datetime


def take_mail(intake: Intake, raw: bytes, *, leave: Callable[[str], bool]) -> Taken:
    """Take one mail from the bounce address or the unsubscribe address.

    ``leave`` gets the token of a mail that asks to leave and says whether it was one of ours.
    """
    head = raw[:65_536].partition(b"\r\n\r\n" if b"\r\n\r\n" in raw[:65_536] else b"\n\n")[0]
    returned = decode_sender(intake.keys.address, head.decode("latin-1")) is not None
    tokens, report = _read_apart(raw, returned=returned)
    if tokens:
        return Taken(kind=BounceKind.NONE, left=sum(leave(token) for token in tokens) > 0)
    if report.kind is BounceKind.NONE:
        return Taken(kind=BounceKind.NONE, understood=report.understood)
    proof = _find_proof(intake, f"{report.told} {raw.decode('latin-1')}")
    return _take(intake, report, proof, raw, is_proved=proof != _NO_PROOF)


def _read_apart(raw: bytes, *, returned: bool) -> tuple[tuple[str, ...], Report]:
    """Read what strangers wrote in the process for it; what costs too much there somebody has to look at."""
    try:
        return begin_apart(read_returned, raw, returned=returned).result()
    except NoParserError:
        raise  # it stays in the mailbox
    except NewsletterError as error:
        log.warning("a mail cannot be read", error=str(error), bytes=len(raw))
        return (), NOT_UNDERSTOOD


def take_notice(intake: Intake, notice: Report, document: bytes, *, key: str) -> Taken:
    """Take a notice of which its provider's signature was verified: it needs no other proof.

    ``key`` is what its provider names it by: sent again, it does nothing.
    """
    if notice.kind is BounceKind.NONE:
        return Taken(kind=BounceKind.NONE)
    proof = _find_proof(intake, document.decode("utf-8", "replace"))
    return _take(intake, notice, proof, document, is_proved=True, key=key)


def _take(
    intake: Intake, report: Report, proof: _Proof, raw: bytes, *, is_proved: bool, key: str = ""
) -> Taken:
    """Take what a report says of the reader whom it is about, or of each recipient where that is not known."""
    reader = find_reader(intake.store, ledger=proof.ledger, row=proof.row, subscriber=proof.subscriber)
    if reader is not None:
        report, is_forwarded = narrow(report, reader)
        if is_forwarded:
            noted = _record(intake, NOT_UNDERSTOOD, proof, raw, is_proved=True, key=key, unclear=FORWARDED)
            return replace(noted, forwarded=True)
        if report.kind is BounceKind.NONE:
            return Taken(kind=BounceKind.NONE)
    return _record(intake, report, proof, raw, is_proved=is_proved, key=key)


def _record(
    intake: Intake,
    report: Report,
    proof: _Proof,
    raw: bytes,
    *,
    is_proved: bool,
    key: str = "",
    unclear: str = UNREAD,
) -> Taken:
    """Write down what a report says of each recipient, with what follows where it is proved."""
    said: list[tuple[str, str, str | None, Consequence]]
    said = [(one.address, one.reason, one.status, one.consequence) for one in report.failed]
    said += [(address, "complaint", None, Consequence.DEAD) for address in report.complained]
    if not report.understood:
        said = [("", unclear, None, Consequence.NONE)]
    if proof != _NO_PROOF:  # one of our messages has one recipient
        said = [max(said, key=lambda one: one[-1] is Consequence.DEAD)]
    effects = []
    for address, reason, status, consequence in said:
        bounce = NewBounce(
            at=intake.now,
            kind=report.kind if is_proved else BounceKind.NONE,
            reason=reason if is_proved else f"{reason} (no proof that it is about our mail)",
            status=status,
            consequence=consequence if is_proved else Consequence.NONE,
            ledger=proof.ledger,
            row=proof.row,
            subscriber=proof.subscriber,
            address_key=address or None,
            # Mailgun signs no recipient: sent again with another one it is still the same notice.
            digest=digest_report(key.encode() or raw, address if not key or len(said) > 1 else ""),
            raw=raw,
        )
        effects.append(record_bounce(intake.store, bounce, soft_limit(intake.settings)))
    return Taken(kind=report.kind, effects=tuple(effects))


def record_not_understood(intake: Intake, raw: bytes) -> None:
    """Keep a mail that nobody could read, at the reader whom it is about where that can be told."""
    proof = _find_proof(intake, raw.decode("latin-1"))
    _record(intake, NOT_UNDERSTOOD, proof, raw, is_proved=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proof:
    """Whose mail a report is about: a row of the ledger, or only the subscriber."""

    ledger: Ledger | None = None
    row: int | None = None
    subscriber: SubscriberId | None = None


_NO_PROOF = _Proof()


def _find_proof(intake: Intake, text: str) -> _Proof:
    """Return what only our own mail can have told: its envelope sender, or its unsubscribe token.

    Many providers take the envelope sender out of the complaints that they pass on.
    """
    if named := decode_sender(intake.keys.address, text):
        return _Proof(ledger=named[0], row=named[1])
    for token in dict.fromkeys((*_TOKEN.findall(text), *find_mail_tokens(text))):
        found = check_token(intake.keys, token, Purpose.UNSUBSCRIBE, now=intake.now, lifetime=None)
        if isinstance(found, Token):
            return _Proof(subscriber=found.subscriber)
    return _NO_PROOF


class ComplaintLevel(StrEnum):
    """What the rate of complaints asks for."""

    FINE = "fine"
    WARN = "warn"
    STOP = "stop"


_FEWEST_COMPLAINTS = 3  # one angry reader of two hundred is half a percent, and says nothing


def decide_complaints(complaints: int, sent: int, *, warn: float, stop: float) -> ComplaintLevel:
    """Return what ``complaints`` among ``sent`` deliveries ask for; providers warn at 0.1% and refuse at 0.3%."""
    if complaints < _FEWEST_COMPLAINTS or sent == 0:
        return ComplaintLevel.FINE
    rate = complaints / sent
    if rate >= stop:
        return ComplaintLevel.STOP
    return ComplaintLevel.WARN if rate >= warn else ComplaintLevel.FINE


def rate_complaints(store: Store, settings: Bounces, *, now: datetime) -> tuple[ComplaintLevel, str]:
    """Return the level of the last seven days' complaints, and a sentence for the operator."""
    complaints, sent = count_complaints(store, since=now - timedelta(days=7))
    level = decide_complaints(complaints, sent, warn=settings.complaint_warn, stop=settings.complaint_stop)
    share = f" ({complaints / sent:.2%})" if sent else ""
    return level, f"{complaints} complaints about {sent} deliveries in seven days{share}"


def check_complaints(store: Store, settings: Bounces, *, now: datetime) -> tuple[ComplaintLevel, str]:
    """Rate the complaints; at the stop level every issue being sent is paused.

    One that the operator resumed goes on until somebody else complains.
    """
    level, words = rate_complaints(store, settings, now=now)
    newest = newest_complaint(store)
    for issue in list_sending(store) if level is ComplaintLevel.STOP else ():
        resumed = last_time(store, issue, RESUMED)
        if resumed is None or newest is None or newest > resumed:
            pause_sending(store, issue, now=now, why=f"paused: {words}")
    return level, words


def judge_refusal(claim: Claim, outcome: Outcome, at: datetime) -> NewBounce | None:
    """Return the bounce that a relay's refusal of a recipient is, or None where it said nothing."""
    reply = outcome.reply
    if reply is None:
        return None
    refused = Phase.BODY if outcome.saw_content else Phase.RCPT
    failed = judge(claim.address, reply.words, status=reply.enhanced, refused=refused)
    return NewBounce(
        at=at,
        kind=BounceKind.HARD,
        reason=failed.reason.value,
        status=reply.enhanced,
        consequence=failed.consequence,
        ledger=claim.ledger,
        row=claim.id,
        digest=digest_report(f"{claim.message_id}{claim.attempts}".encode(), claim.address),
    )
