"""Bounces: what came back, and what follows from it. I/O (database).

A dead address and a complaint suppress at once; a report that does not agree with itself waits for a second one.
Soft bounces count within a window, and are forgotten with a good delivery. A report is counted once, however often
it is read.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from newsletter.model import BounceKind, Consequence, DeliveryStatus, SubscriberId
from newsletter.store.deliveries import keep_history
from newsletter.store.engine import Store, add_row, change, read_as
from newsletter.store.held_suppressions import are_too_many
from newsletter.store.ledger import Ledger
from newsletter.store.schema import bounces, deliveries, issues, subscribers
from newsletter.store.suppressions import COMPLAINT, DEAD, Suppression, add_suppression

FORWARDED = "of another address"  # not the reader's: a forward, or the one before it was changed
_MAX_RAW = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBounce:
    """One report about one recipient, ready to be counted."""

    at: datetime
    kind: BounceKind
    reason: str
    status: str | None = None
    consequence: Consequence = Consequence.NONE  # none where it is not proved to be about our mail
    ledger: Ledger | None = None  # the row that the envelope sender named
    row: int | None = None
    subscriber: SubscriberId | None = None  # where no row is known: whose token the report carries
    address_key: str | None = None  # where neither is known: whose address the report names
    digest: str  # of the report: read twice, counted once
    raw: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftLimit:
    """So many soft bounces within so many days, without a good delivery between them, are a dead address.

    More dead addresses in an hour, or of one issue, than both ``likely`` and that share of the readers are no chance:
    they are held until the operator has looked.
    """

    count: int
    days: int
    likely: int
    likely_share: float


class Effect(StrEnum):
    """What a bounce did."""

    KNOWN = "read before"
    NOBODY = "about nobody we know"
    COUNTED = "counted"
    SUPPRESSED = "suppressed"
    HELD = "held"


def digest_report(raw: bytes, recipient: str) -> str:
    """Return what tells one report about one recipient from another."""
    return sha256(recipient.encode() + b"\0" + raw).hexdigest()


def record_bounce(store: Store, bounce: NewBounce, limit: SoftLimit) -> Effect:
    """Write one report down and draw its consequences, in one transaction."""
    with store.write() as connection:
        return _record(connection, bounce, limit)


def _record(connection: Connection, bounce: NewBounce, limit: SoftLimit) -> Effect:
    if connection.scalar(select(bounces.c.id).where(bounces.c.digest == bounce.digest)) is not None:
        return Effect.KNOWN
    subscriber = _find_subscriber(connection, bounce)
    is_known = connection.scalar(select(subscribers.c.id).where(subscribers.c.id == subscriber)) is not None
    named = (bounce.row, bounce.subscriber, bounce.address_key) != (None, None, None)
    is_kept = is_known or not named  # of the erased no word is kept
    of_delivery = bounce.ledger is Ledger.DELIVERIES
    same = ("at", "kind", "status", "reason", "consequence", "digest")
    row = {name: getattr(bounce, name) for name in same}
    row |= {"subscriber_id": subscriber, "delivery_id": bounce.row if of_delivery else None}
    row["raw"] = bounce.raw[:_MAX_RAW] if bounce.raw and is_kept else None
    number = add_row(connection, bounces, row)
    if subscriber is None:
        return Effect.NOBODY
    if of_delivery and bounce.row is not None:
        _mark_returned(connection, bounce.row, bounce)
    why = _why_dead(connection, subscriber, bounce, limit)
    if why is None:
        return Effect.COUNTED
    hmac = connection.scalar(select(subscribers.c.address_hmac).where(subscribers.c.id == subscriber))
    if hmac is None:
        return Effect.COUNTED
    held = bounce.kind is not BounceKind.COMPLAINT and are_too_many(
        connection, subscriber, row["delivery_id"], bounce.at, likely=limit.likely, share=limit.likely_share
    )
    followed = Consequence.HELD if held else Consequence.DEAD
    change(connection, bounces, bounces.c.id == number, consequence=followed)
    if held:
        return Effect.HELD
    reason = COMPLAINT if bounce.kind is BounceKind.COMPLAINT else DEAD
    add_suppression(connection, Suppression(address_hmac=hmac, reason=reason, at=bounce.at, detail=why))
    return Effect.SUPPRESSED


def _why_dead(connection: Connection, subscriber: int, bounce: NewBounce, limit: SoftLimit) -> str | None:
    """Why an address is suppressed after this report, which is written down already; None where it is not."""
    if bounce.consequence is Consequence.DEAD:
        return bounce.reason
    if bounce.consequence is Consequence.NONE or bounce.kind not in {BounceKind.HARD, BounceKind.SOFT}:
        return None
    since = _count_from(connection, subscriber, bounce.at, limit)
    waits, counted = {Consequence.WAITS}, {*Consequence} - {Consequence.NONE}
    if bounce.consequence in waits and _count(connection, subscriber, since, waits) > 1:
        return f"a second time: {bounce.reason}"
    if _count(connection, subscriber, since, counted) >= limit.count:
        return f"{limit.count} times in {limit.days} days: {bounce.reason}"
    return None


def record_bounces(connection: Connection, found: Sequence[NewBounce], limit: SoftLimit) -> None:
    """Write several reports down in the caller's transaction, with their consequences."""
    for bounce in found:
        _record(connection, bounce, limit)


def _find_subscriber(connection: Connection, bounce: NewBounce) -> int | None:
    if bounce.ledger is not None and bounce.row is not None:
        row = bounce.ledger.table.c
        return connection.scalar(select(row.subscriber_id).where(row.id == bounce.row))
    if bounce.subscriber is not None:
        return connection.scalar(select(subscribers.c.id).where(subscribers.c.id == bounce.subscriber))
    if bounce.address_key is None:
        return None
    query = select(subscribers.c.id).where(subscribers.c.address_key == bounce.address_key)
    return connection.scalar(query)


def find_reader(
    store: Store, *, ledger: Ledger | None, row: int | None, subscriber: SubscriberId | None
) -> str | None:
    """Return the address of the reader whose row or token it is; None where there is no such reader."""
    if ledger is not None and row is not None:
        rows = ledger.table
        joined = select(subscribers.c.address).join(rows, rows.c.subscriber_id == subscribers.c.id)
        return store.find(joined.where(rows.c.id == row)).scalar()
    return store.find(select(subscribers.c.address).where(subscribers.c.id == subscriber)).scalar()


def count_forwards(store: Store, now: datetime) -> int:
    """Return of how many readers another address failed within the last day, for the first time in a month."""
    first = (
        select(bounces.c.subscriber_id)
        .where(
            bounces.c.kind == BounceKind.NONE,
            bounces.c.reason == FORWARDED,
            bounces.c.at > now - timedelta(days=30),
        )
        .group_by(bounces.c.subscriber_id)
        .having(func.min(bounces.c.at) > now - timedelta(days=1))
    )
    return int(store.find(select(func.count()).select_from(first.subquery())).scalar_one())


def _mark_returned(connection: Connection, row: int, bounce: NewBounce) -> None:
    """A delivery that another host returned did not arrive after all; any report shows that the relay took it."""
    returned = bounce.kind is BounceKind.HARD
    unsure = or_(
        deliveries.c.status == DeliveryStatus.UNCERTAIN,
        and_(deliveries.c.status == DeliveryStatus.DEFERRED, deliveries.c.resends > 0),
    )
    taken = or_(deliveries.c.status == DeliveryStatus.SENT, unsure) if returned else unsure
    which = and_(deliveries.c.id == row, taken)
    keep_history(connection, which)
    values: dict[str, Any] = {"reply_code": None, "reply_text": None, "next_try": None, "changed": bounce.at}
    if returned:
        why = f"returned: {bounce.reason}"
        values |= {"status": DeliveryStatus.BOUNCED, "reply_enhanced": bounce.status, "reason": why}
    else:
        why = f"a report shows that it was taken: {bounce.reason}"
        values |= {"status": DeliveryStatus.SENT, "reply_enhanced": None, "sent_at": bounce.at, "reason": why}
    change(connection, deliveries, which, **values)


def _count_from(connection: Connection, subscriber: int, now: datetime, limit: SoftLimit) -> datetime:
    """From when on reports of a subscriber count: the window's begin, or the last good delivery."""
    since = now - timedelta(days=limit.days)
    returned = select(bounces.c.delivery_id).where(
        bounces.c.subscriber_id == subscriber,
        bounces.c.delivery_id.is_not(None),
        bounces.c.reason != FORWARDED,
    )
    # A delivery counts as good once a day has passed without a report of it.
    good = connection.scalar(
        select(func.max(deliveries.c.sent_at)).where(
            deliveries.c.subscriber_id == subscriber,
            deliveries.c.status == DeliveryStatus.SENT,
            deliveries.c.sent_at < now - timedelta(days=1),
            deliveries.c.id.not_in(returned),
        )
    )
    return max(since, good) if good else since


def _count(
    connection: Connection, subscriber: int, since: datetime, consequences: Collection[Consequence]
) -> int:
    """How many messages came back with one of the consequences; several reports of one delivery are one."""
    query = select(func.count(func.distinct(func.coalesce(bounces.c.delivery_id, -bounces.c.id)))).where(
        bounces.c.subscriber_id == subscriber,
        bounces.c.kind.in_([BounceKind.HARD, BounceKind.SOFT]),
        bounces.c.consequence.in_(sorted(consequences)),
        bounces.c.at > since,
    )
    return connection.scalar(query) or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedBounce:
    """One report as the ledger has it."""

    at: datetime
    subscriber: SubscriberId | None
    kind: BounceKind
    status: str | None
    reason: str
    report: str = ""  # as it came, where it was asked for


def list_bounces(
    store: Store,
    *,
    subscriber: SubscriberId | None = None,
    reason: str | None = None,
    kind: BounceKind | None = None,
    offset: int = 0,
    limit: int = 100,
    whole: bool = False,
) -> tuple[ListedBounce, ...]:
    """Return the newest reports first, of one subscriber, reason or kind or of all; ``whole`` ones as they came."""
    query = select(bounces).order_by(bounces.c.id.desc()).offset(offset).limit(limit)
    if subscriber is not None:
        query = query.where(bounces.c.subscriber_id == subscriber)
    if reason is not None:
        query = query.where(bounces.c.reason == reason)
    if kind is not None:
        query = query.where(bounces.c.kind == kind)
    return tuple(
        read_as(
            ListedBounce,
            row,
            subscriber=row.subscriber_id,
            report=(row.raw or b"").decode("utf-8", "replace") if whole else "",
        )
        for row in store.find(query)
    )


_WHO = func.coalesce(bounces.c.subscriber_id, -bounces.c.id)  # one whom we do not know is one


def count_complaints(store: Store, *, since: datetime) -> tuple[int, int]:
    """Return (readers who complained since then, deliveries of the issues that left since then).

    Providers watch their ratio. Who selects a week's issues and calls them spam complains once.
    """
    # Counted from the index alone: a look at each delivery of a week would read millions of rows.
    left = select(issues.c.id).where(or_(issues.c.frozen >= since, issues.c.finished >= since))
    sent = and_(deliveries.c.issue_id.in_(left), deliveries.c.status == DeliveryStatus.SENT)
    with store.read() as connection:
        complaints = connection.scalar(
            select(func.count(func.distinct(_WHO))).where(
                bounces.c.kind == BounceKind.COMPLAINT, bounces.c.at >= since
            )
        )
        count = connection.scalar(select(func.count()).select_from(deliveries).where(sent))
    return complaints or 0, count or 0


def newest_complaint(store: Store) -> datetime | None:
    """Return when the last reader complained who had not done so before."""
    first = select(func.min(bounces.c.at).label("at")).where(bounces.c.kind == BounceKind.COMPLAINT)
    return store.find(select(func.max(first.group_by(_WHO).subquery().c.at))).scalar()
