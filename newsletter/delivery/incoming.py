"""What comes in by mail, taken to its consequence: bounces, complaints, people who leave. I/O (database).

A report counts fully only if it carries an envelope sender of ours, which nobody can invent (``verp``).
Any other report is counted as a soft one for the address it names: forged reports put nobody off the list.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from newsletter.config import Bounces
from newsletter.config import Delivery as DeliverySettings
from newsletter.delivery.bounces import read_report
from newsletter.delivery.failed import Failed, judge
from newsletter.delivery.verp import decode_sender
from newsletter.links import TOKEN_LENGTH
from newsletter.model import BounceKind, Outcome, Reply
from newsletter.store.bounces import (
    Effect,
    NewBounce,
    SoftLimit,
    count_complaints,
    digest_report,
    record_bounce,
)
from newsletter.store.endings import list_sending, pause_sending
from newsletter.store.engine import Store
from newsletter.store.ledger import Claim

_LEAVING = re.compile(rf"(?im)^subject:.*unsubscribe[- ]([A-Za-z0-9_-]{{{TOKEN_LENGTH}}})\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one incoming mail was, and what it did."""

    kind: BounceKind
    effects: tuple[Effect, ...] = ()
    left: bool = False  # somebody left the list by mail


def soft_limit(settings: DeliverySettings) -> SoftLimit:
    """Return the settings' limit of soft bounces."""
    return SoftLimit(count=settings.soft_bounce_limit, days=settings.soft_bounce_days)


def take_mail(
    store: Store,
    raw: bytes,
    *,
    secret: bytes,
    settings: DeliverySettings,
    now: datetime,
    leave: Callable[[str], bool],
) -> Taken:
    """Take one mail from the bounce address or the unsubscribe address.

    ``leave`` gets the token of a mail that asks to leave and says whether it was one of ours.
    """
    head = raw[:65_536].partition(b"\r\n\r\n" if b"\r\n\r\n" in raw[:65_536] else b"\n\n")[0]
    if found := _LEAVING.search(head.decode("latin-1").replace("\r\n", "\n")):
        return Taken(kind=BounceKind.NONE, left=leave(found[1]))
    report = read_report(raw)
    if report.kind is BounceKind.NONE:
        return Taken(kind=BounceKind.NONE)
    row = decode_sender(secret, raw.decode("latin-1"))
    limit = soft_limit(settings)
    named: list[tuple[str, str, str | None, bool]]
    if report.kind is BounceKind.COMPLAINT:
        named = [(address, "complaint", None, True) for address in report.complained] or [
            ("", "complaint", None, True)
        ]
    else:
        named = [(item.address, item.reason.value, item.status, item.suppresses) for item in report.failed]
    if row is not None:
        # One of our messages has one recipient. A report may name where it was forwarded: it is about ours.
        named = [max(named, key=lambda one: one[3])]
    effects = []
    for address, reason, status, suppresses in named:
        kind = report.kind if row is not None or report.kind is not BounceKind.HARD else BounceKind.SOFT
        effects.append(
            record_bounce(
                store,
                NewBounce(
                    at=now,
                    kind=kind,
                    reason=reason if row is not None else f"{reason} (no proof that it is about our mail)",
                    status=status,
                    suppresses=suppresses and row is not None,
                    ledger=row[0] if row else None,
                    row=row[1] if row else None,
                    address_key=address or None,
                    digest=digest_report(raw, address),
                    raw=raw,
                ),
                limit,
            )
        )
    return Taken(kind=report.kind, effects=tuple(effects))


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


def check_complaints(store: Store, settings: Bounces, *, now: datetime) -> tuple[ComplaintLevel, str]:
    """Look at the complaints of the last seven days; at the stop level every issue being sent is paused.

    Returns the level and a sentence for the operator.
    """
    complaints, sent = count_complaints(store, since=now - timedelta(days=7))
    level = decide_complaints(complaints, sent, warn=settings.complaint_warn, stop=settings.complaint_stop)
    words = f"{complaints} complaints about {sent} deliveries in seven days"
    if level is ComplaintLevel.STOP:
        for issue in list_sending(store):
            pause_sending(store, issue, now=now, why=f"paused: {words}")
    return level, words


def judge_refusal(claim: Claim, outcome: Outcome, at: datetime) -> NewBounce | None:
    """Return the bounce that a relay's refusal of a recipient is, or None where it said nothing."""
    reply = outcome.reply
    if reply is None:
        return None
    failed = judge(claim.address, _words(reply), status=reply.enhanced, around="in reply to RCPT")
    return NewBounce(
        at=at,
        kind=BounceKind.HARD,
        reason=failed.reason.value,
        status=reply.enhanced,
        suppresses=_is_dead(failed),
        ledger=claim.ledger,
        row=claim.id,
        digest=digest_report(f"{claim.message_id}{claim.attempts}".encode(), claim.address),
    )


def _is_dead(failed: Failed) -> bool:
    return failed.reason.is_dead and failed.sure


def _words(reply: Reply) -> str:
    return " ".join(str(part) for part in (reply.code, reply.enhanced, reply.text) if part)
