"""Deliveries: written, counted, listed, paused and ended. I/O (database).

A delivery is one row for (issue, subscriber). ``claims`` hands rows to a sender and records its answers;
this file is what the rest of the program asks: plan them, did everyone get it, who did not and why.
"""

from __future__ import annotations

import time
from base64 import b32encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Select,
    and_,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from newsletter.errors import InputError
from newsletter.model import (
    FINAL_STATUSES,
    Delivery,
    DeliveryId,
    DeliveryStatus,
    IssueId,
    IssueStatus,
    Reply,
    SubscriberId,
    SubscriberStatus,
)
from newsletter.store.engine import Store
from newsletter.store.refusals import explained
from newsletter.store.schema import (
    deliveries,
    delivery_events,
    issue_events,
    issues,
    subscribers,
    suppressions,
)

PLAN_BATCH = 500
_REST_SECONDS = 0.02  # at most, between batches: SQLite's waiting writers look again every few milliseconds
_STILL_OPEN = tuple(status.value for status in DeliveryStatus if status not in FINAL_STATUSES)
_WAITING = (DeliveryStatus.QUEUED.value, DeliveryStatus.DEFERRED.value)


def make_message_id(day: date, issue: int, subscriber: int, domain: str) -> str:
    """Return the Message-ID of one issue to one subscriber: the same for ever, so a copy shows as one.

    The subscriber's number stays out of it: the digest is short, lower-case and says nothing.
    """
    digest = blake2b(f"{issue}\0{subscriber}\0{domain}".encode(), digest_size=15, person=b"message-id")
    return f"<{day:%Y%m%d}.{b32encode(digest.digest()).decode('ascii').lower()}@{domain}>"


# ── planning ─────────────────────────────────────────────────────────────────────────────────────


def _may_receive(day: date) -> tuple[ColumnElement[bool], ...]:
    """Whom an issue of that day goes to: active, not paused, not suppressed."""
    return (
        subscribers.c.status == SubscriberStatus.ACTIVE.value,
        or_(subscribers.c.paused_until.is_(None), subscribers.c.paused_until <= day),
        ~exists().where(suppressions.c.address_hmac == subscribers.c.address_hmac),
    )


def plan_deliveries(
    store: Store,
    issue_id: IssueId,
    *,
    domain: str,
    now: datetime,
    batch: int = PLAN_BATCH,
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Write a queued delivery for everyone who may receive a ``planning`` issue; return how many rows it has.

    Resumes where an earlier call ended, and a second call writes nothing. Each batch is a short
    transaction with a rest after it, so that a web write finds its turn.
    Raises InputError where the issue is not being planned.
    """
    day, last = _planned_so_far(store, issue_id)
    while True:
        chosen = _next_subscribers(store, day, last, batch)
        if not chosen:
            break
        began = time.monotonic()
        rows = [_fresh_row(issue_id, who, make_message_id(day, issue_id, who, domain), now) for who in chosen]
        with _unhurried(store) as connection:
            _check_planning(connection, issue_id)
            connection.execute(_insert_new(connection), rows)
        last = chosen[-1]
        if on_progress is not None:
            on_progress(len(chosen))
        if len(chosen) == batch:
            time.sleep(min(time.monotonic() - began, _REST_SECONDS))
    with store.read() as connection:
        return _count_rows(connection, issue_id)


@contextmanager
def _unhurried(store: Store) -> Iterator[Connection]:
    """A write that does not wait for the disk, where SQLite is the engine.

    Planned rows count only once the issue is frozen, and that commit brings everything before it to the
    disk as well (the write-ahead log is one file). Losing power before it means planning on from where
    the disk stands. So a web write waits for five milliseconds of planning, not for a disk.
    """
    if store.engine.dialect.name != "sqlite":
        with store.write() as connection:
            yield connection
        return
    with explained(), store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA synchronous=NORMAL")  # type: ignore[union-attr]
        try:
            with connection.begin():
                yield connection
        finally:
            driver.execute("PRAGMA synchronous=FULL")  # type: ignore[union-attr]


def _planned_so_far(store: Store, issue_id: IssueId) -> tuple[date, int]:
    with store.read() as connection:
        day = _check_planning(connection, issue_id)
        newest = connection.scalar(
            select(func.max(deliveries.c.subscriber_id)).where(deliveries.c.issue_id == issue_id)
        )
    return day, newest or 0


def _check_planning(connection: Connection, issue_id: IssueId) -> date:
    row = connection.execute(select(issues.c.date, issues.c.status).where(issues.c.id == issue_id)).first()
    if row is None or row.status != IssueStatus.PLANNING.value:
        state = "gone" if row is None else row.status
        raise InputError(
            f"The issue {issue_id} is {state}: deliveries are written only while it is being planned.",
            hint="newsletter issue show says where it stands.",
        )
    day: date = row.date
    return day


def _next_subscribers(store: Store, day: date, last: int, batch: int) -> list[int]:
    query: Select[Any] = (
        select(subscribers.c.id)
        .where(subscribers.c.id > last, *_may_receive(day))
        .order_by(subscribers.c.id)
        .limit(batch)
    )
    with store.read() as connection:
        return list(connection.scalars(query))


def _fresh_row(issue_id: int, subscriber: int, message_id: str, now: datetime) -> dict[str, Any]:
    return {
        "issue_id": issue_id,
        "subscriber_id": subscriber,
        "status": DeliveryStatus.QUEUED.value,
        "attempts": 0,
        "resends": 0,
        "message_id": message_id,
        "changed": now,
    }


def _insert_new(connection: Connection) -> Insert:
    """An insert that leaves a row already there alone, in the words of the engine."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(deliveries).on_conflict_do_nothing()
    return postgresql.insert(deliveries).on_conflict_do_nothing()


def _count_rows(connection: Connection, issue_id: IssueId) -> int:
    query = select(func.count()).select_from(deliveries).where(deliveries.c.issue_id == issue_id)
    return int(connection.scalar(query) or 0)


def send_missing(store: Store, issue_id: IssueId, *, domain: str, now: datetime) -> int:
    """Queue an issue for exactly those who are missing it, and open it again; return how many.

    That is everyone who may receive it now and has no delivery of it, and whose delivery failed, bounced,
    expired or was held uncertain. Who got it is never sent it again.
    """
    again = [
        status.value
        for status in (
            DeliveryStatus.FAILED,
            DeliveryStatus.BOUNCED,
            DeliveryStatus.EXPIRED,
            DeliveryStatus.UNCERTAIN,
        )
    ]
    with store.write() as connection:
        row = connection.execute(
            select(issues.c.date, issues.c.status).where(issues.c.id == issue_id)
        ).first()
        sendable = (IssueStatus.FROZEN.value, IssueStatus.SENT.value)
        if row is None or row.status not in sendable:
            raise InputError(
                f"The issue {issue_id} was not sent, so nobody is missing it.",
                hint="newsletter issue send sends it to everyone.",
            )
        entitled = select(subscribers.c.id).where(*_may_receive(row.date))
        unsent = and_(
            deliveries.c.issue_id == issue_id,
            deliveries.c.status.in_(again),
            deliveries.c.subscriber_id.in_(entitled),
        )
        keep_history(connection, unsent)
        count = connection.execute(
            update(deliveries)
            .where(unsent)
            .values(
                status=DeliveryStatus.QUEUED.value,
                next_try=None,
                resends=0,
                reason="sent again by the operator",
                changed=now,
            )
        ).rowcount
        had = select(deliveries.c.subscriber_id).where(deliveries.c.issue_id == issue_id)
        new = connection.scalars(entitled.where(subscribers.c.id.not_in(had))).all()
        if new:
            connection.execute(
                _insert_new(connection),
                [
                    _fresh_row(issue_id, who, make_message_id(row.date, issue_id, who, domain), now)
                    for who in new
                ],
            )
        total = count + len(new)
        if total:
            # The limit of a late send counts from here: the operator asked for it now.
            connection.execute(
                update(issues)
                .where(issues.c.id == issue_id)
                .values(status=IssueStatus.FROZEN.value, frozen=now, finished=None)
            )
            _log(connection, issue_id, f"sent again to {total} who were missing it", now)
    return total


def keep_history(connection: Connection, which: ColumnElement[bool]) -> None:
    """Copy what rows say now into delivery_events, before another word takes its place."""
    source = deliveries.c
    connection.execute(
        insert(delivery_events).from_select(
            ["delivery_id", "at", "status", "relay", "reply_code", "reply_enhanced", "reply_text", "reason"],
            select(
                source.id,
                source.changed,
                source.status,
                source.relay,
                source.reply_code,
                source.reply_enhanced,
                source.reply_text,
                source.reason,
            ).where(which),
        )
    )


# ── looking ──────────────────────────────────────────────────────────────────────────────────────


def count_deliveries(store: Store, issue_id: IssueId) -> Mapping[DeliveryStatus, int]:
    """Return how many deliveries stand in each state; every state is there, and they add up to the audience."""
    query = (
        select(deliveries.c.status, func.count())
        .where(deliveries.c.issue_id == issue_id)
        .group_by(deliveries.c.status)
    )
    with store.read() as connection:
        found = {row.status: row[1] for row in connection.execute(query)}
    return {status: found.get(status.value, 0) for status in DeliveryStatus}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDelivery:
    """A delivery with the address it goes to; None where the person was erased."""

    delivery: Delivery
    address: str | None


def list_deliveries(
    store: Store,
    issue_id: IssueId,
    *,
    status: DeliveryStatus | None = None,
    after: DeliveryId | None = None,
    limit: int = 100,
) -> tuple[ListedDelivery, ...]:
    """Return who and why, in the order planned; ``after`` is the last id of the page before."""
    query = (
        select(deliveries, subscribers.c.address)
        .outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .where(deliveries.c.issue_id == issue_id, deliveries.c.id > (after or 0))
        .order_by(deliveries.c.id)
        .limit(limit)
    )
    if status is not None:
        query = query.where(deliveries.c.status == status.value)
    with store.read() as connection:
        return tuple(
            ListedDelivery(delivery=_read(row), address=row["address"])
            for row in connection.execute(query).mappings()
        )


def list_for_subscriber(store: Store, subscriber: SubscriberId, *, limit: int = 30) -> tuple[Delivery, ...]:
    """Return what one subscriber was sent, newest first."""
    query = (
        select(deliveries)
        .where(deliveries.c.subscriber_id == subscriber)
        .order_by(deliveries.c.id.desc())
        .limit(limit)
    )
    with store.read() as connection:
        return tuple(_read(row) for row in connection.execute(query).mappings())


def _read(row: Any) -> Delivery:
    code = row["reply_code"]
    return Delivery(
        id=DeliveryId(row["id"]),
        issue=IssueId(row["issue_id"]),
        subscriber=SubscriberId(row["subscriber_id"]),
        status=DeliveryStatus(row["status"]),
        attempts=row["attempts"],
        message_id=row["message_id"],
        next_try=row["next_try"],
        changed=row["changed"],
        relay=row["relay"],
        reply=None
        if code is None
        else Reply(code=code, enhanced=row["reply_enhanced"], text=row["reply_text"]),
        reason=row["reason"] or "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryEvent:
    """What a delivery was before: one earlier attempt or state."""

    at: datetime
    status: DeliveryStatus
    relay: str | None
    reply: Reply | None
    reason: str


def list_delivery_events(store: Store, delivery: DeliveryId) -> tuple[DeliveryEvent, ...]:
    """Return the earlier states of a delivery, oldest first; the row itself is the newest."""
    query = (
        select(delivery_events)
        .where(delivery_events.c.delivery_id == delivery)
        .order_by(delivery_events.c.at, delivery_events.c.id)
    )
    with store.read() as connection:
        return tuple(
            DeliveryEvent(
                at=row["at"],
                status=DeliveryStatus(row["status"]),
                relay=row["relay"],
                reply=None
                if row["reply_code"] is None
                else Reply(code=row["reply_code"], enhanced=row["reply_enhanced"], text=row["reply_text"]),
                reason=row["reason"] or "",
            )
            for row in connection.execute(query).mappings()
        )


def next_try_of(store: Store, issue_id: IssueId) -> datetime | None:
    """Return when the next deferred delivery of an issue is due, or None."""
    query = select(func.min(deliveries.c.next_try)).where(
        deliveries.c.issue_id == issue_id, deliveries.c.status == DeliveryStatus.DEFERRED.value
    )
    with store.read() as connection:
        due: datetime | None = connection.scalar(query)
    return due


def sent_times(store: Store, *, relay: str, since: datetime, newest: int) -> tuple[datetime, ...]:
    """Return when the ``newest`` deliveries were taken by that relay since then: limits an hour and a day."""
    # Only issues that left lately can hold any: the index on issues spares a walk over every delivery.
    lately = select(issues.c.id).where(or_(issues.c.frozen >= since, issues.c.finished >= since))
    query = (
        select(deliveries.c.sent_at)
        .where(
            deliveries.c.issue_id.in_(lately),
            deliveries.c.status == DeliveryStatus.SENT.value,
            deliveries.c.sent_at >= since,
            deliveries.c.relay == relay,
        )
        .order_by(deliveries.c.sent_at.desc())
        .limit(newest)
    )
    with store.read() as connection:
        return tuple(sorted(connection.scalars(query)))


def is_finished(store: Store, issue_id: IssueId) -> bool:
    """Whether every delivery of the issue has ended."""
    with store.read() as connection:
        return _is_finished(connection, issue_id)


def _is_finished(connection: Connection, issue_id: IssueId) -> bool:
    # One probe of the index a state: counting a million rows would take a tenth of a second.
    return not any(
        connection.scalar(
            select(deliveries.c.id)
            .where(deliveries.c.issue_id == issue_id, deliveries.c.status == status)
            .limit(1)
        )
        for status in _STILL_OPEN
    )


# ── pausing and ending ───────────────────────────────────────────────────────────────────────────


def list_sending(store: Store) -> tuple[IssueId, ...]:
    """Return the issues that are being sent and not paused."""
    query = select(issues.c.id).where(issues.c.status == IssueStatus.FROZEN.value, issues.c.held.is_(False))
    with store.read() as connection:
        return tuple(IssueId(issue) for issue in connection.scalars(query))


def pause_sending(store: Store, issue_id: IssueId, *, now: datetime, why: str = "paused") -> bool:
    """Stop claiming deliveries of a frozen issue until it is resumed. False where it is not being sent."""
    return _set_held(store, issue_id, held=True, now=now, what=why)


def resume_sending(store: Store, issue_id: IssueId, *, now: datetime) -> bool:
    """Go on with a paused issue. False where it was not paused."""
    return _set_held(store, issue_id, held=False, now=now, what="resumed")


def _set_held(store: Store, issue_id: IssueId, *, held: bool, now: datetime, what: str) -> bool:
    with store.write() as connection:
        changed = connection.execute(
            update(issues)
            .where(
                issues.c.id == issue_id,
                issues.c.status.in_([IssueStatus.PLANNING.value, IssueStatus.FROZEN.value]),
                issues.c.held.is_(not held),
            )
            .values(held=held)
        ).rowcount
        if changed:
            _log(connection, issue_id, what, now)
    return bool(changed)


def cancel_sending(store: Store, issue_id: IssueId, *, now: datetime, why: str = "cancelled") -> int:
    """Cancel an issue that is planned or being sent; return how many deliveries were cancelled by it.

    What is being handed over at this moment still ends with the relay's answer.
    """
    with store.write() as connection:
        changed = connection.execute(
            update(issues)
            .where(
                issues.c.id == issue_id,
                issues.c.status.in_([IssueStatus.PLANNING.value, IssueStatus.FROZEN.value]),
            )
            .values(status=IssueStatus.CANCELLED.value, finished=now, note=why)
        ).rowcount
        if not changed:
            return 0
        _log(connection, issue_id, why, now)
        return end_deliveries(connection, issue_id, DeliveryStatus.CANCELLED, why, now)


def end_deliveries(
    connection: Connection, issue_id: IssueId, status: DeliveryStatus, why: str, now: datetime
) -> int:
    """End what waits and what is held uncertain; an uncertain one keeps saying that it may have arrived."""
    waiting = and_(deliveries.c.issue_id == issue_id, deliveries.c.status.in_(_WAITING))
    unsure = and_(deliveries.c.issue_id == issue_id, deliveries.c.status == DeliveryStatus.UNCERTAIN.value)
    tried = and_(waiting, deliveries.c.attempts > 0)
    keep_history(connection, or_(tried, unsure))
    count = 0
    for which, reason in ((waiting, why), (unsure, f"{why}; it was handed over once and may have arrived")):
        count += connection.execute(
            update(deliveries)
            .where(which)
            .values(status=status.value, next_try=None, reason=reason, changed=now)
        ).rowcount
    return count


def expire_deliveries(store: Store, *, now: datetime, frozen_before: datetime) -> int:
    """End what is still open of issues frozen before that time: a morning mail is not sent next week."""
    count = 0
    with store.write() as connection:
        late = connection.scalars(
            select(issues.c.id).where(
                issues.c.status == IssueStatus.FROZEN.value, issues.c.frozen < frozen_before
            )
        ).all()
        for issue_id in late:
            count += end_deliveries(
                connection, IssueId(issue_id), DeliveryStatus.EXPIRED, "too late for this issue", now
            )
    return count


def finish_issues(store: Store, *, now: datetime) -> tuple[IssueId, ...]:
    """Mark every frozen issue whose last delivery has ended as sent; return which."""
    with store.read() as connection:
        candidates = connection.scalars(
            select(issues.c.id).where(issues.c.status == IssueStatus.FROZEN.value)
        ).all()
        done = [issue for issue in candidates if _is_finished(connection, IssueId(issue))]
    finished = []
    for issue in done:
        with store.write() as connection:
            if not _is_finished(connection, IssueId(issue)):
                continue
            if connection.execute(
                update(issues)
                .where(issues.c.id == issue, issues.c.status == IssueStatus.FROZEN.value)
                .values(status=IssueStatus.SENT.value, finished=now)
            ).rowcount:
                _log(connection, issue, "every delivery has ended", now)
                finished.append(IssueId(issue))
    return tuple(finished)


def _log(connection: Connection, issue_id: int, what: str, now: datetime) -> None:
    connection.execute(insert(issue_events).values(issue_id=issue_id, at=now, what=what))
