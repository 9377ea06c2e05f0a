"""Whom an issue goes to, and its deliveries written: for everyone, or for those who are missing it. I/O (database)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from newsletter.errors import InputError
from newsletter.model import (
    BY_COMMAND,
    By,
    DeliveryStatus,
    EditionKey,
    IssueId,
    IssueKey,
    IssueStatus,
    SubscriberStatus,
)
from newsletter.store.acts import issue_key, record_issue_act
from newsletter.store.deliveries import keep_history
from newsletter.store.engine import Store, change, insert_into
from newsletter.store.ledger import make_message_id
from newsletter.store.schema import deliveries, issues, subscribers, suppressions
from newsletter.store.subscriptions import count_readers, takes, takes_on

PLAN_BATCH = 250  # rows a transaction: a web write waits for one such at most
_REST = 0.3  # of the time that a batch took, so that the planner is not always the one who writes
_LONGEST_REST = 0.02  # seconds
_QUEUED = DeliveryStatus.QUEUED
_UNSENT = (
    DeliveryStatus.FAILED, DeliveryStatus.BOUNCED, DeliveryStatus.EXPIRED, DeliveryStatus.UNCERTAIN
)  # fmt: skip
_STANDING = select(issues.c.edition, issues.c.date, issues.c.status)


def _may_receive(edition: str, day: date) -> tuple[ColumnElement[bool], ...]:
    """Whom an edition's issue of that day goes to: active, chose it, not paused, not suppressed."""
    return (
        takes_on(edition, day),
        subscribers.c.status == SubscriberStatus.ACTIVE,
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
    key, last = _planned_so_far(store, issue_id)
    while True:
        chosen = _next_subscribers(store, key, last, batch)
        if not chosen:
            break
        began = time.monotonic()
        rows = _fresh_rows(issue_id, key.date, chosen, domain, now)
        # They count only once the issue is frozen, and that commit brings them to the disk. Losing power before it
        # means planning on from where the disk stands.
        with store.write_unhurried() as connection:
            _check_planning(connection, issue_id)
            connection.execute(insert_into(connection, deliveries).on_conflict_do_nothing(), rows)
        last = chosen[-1]
        if on_progress is not None:
            on_progress(len(chosen))
        if len(chosen) == batch:
            time.sleep(min(_REST * (time.monotonic() - began), _LONGEST_REST))
    query = select(func.count()).select_from(deliveries).where(deliveries.c.issue_id == issue_id)
    return store.find(query).scalar() or 0


def _planned_so_far(store: Store, issue_id: IssueId) -> tuple[IssueKey, int]:
    with store.read() as connection:
        key = _check_planning(connection, issue_id)
        newest = connection.scalar(
            select(func.max(deliveries.c.subscriber_id)).where(deliveries.c.issue_id == issue_id)
        )
    return key, newest or 0


def _check_planning(connection: Connection, issue_id: IssueId) -> IssueKey:
    row = connection.execute(_STANDING.where(issues.c.id == issue_id)).first()
    if row is None or row.status != IssueStatus.PLANNING:
        state = "gone" if row is None else row.status
        raise InputError(
            f"The issue {issue_id} is {state}: deliveries are written only while it is being planned.",
            hint="newsletter issue show says where it stands.",
        )
    return issue_key(row)


def _next_subscribers(store: Store, key: IssueKey, last: int, batch: int) -> list[int]:
    query = select(subscribers.c.id).where(subscribers.c.id > last, *_may_receive(key.edition, key.date))
    return list(store.find(query.order_by(subscribers.c.id).limit(batch)).scalars())


def _fresh_rows(
    issue: int, day: date, chosen: Iterable[int], domain: str, now: datetime
) -> list[dict[str, Any]]:
    row = {"issue_id": issue, "status": _QUEUED, "attempts": 0, "changed": now}
    return [
        {**row, "subscriber_id": who, "message_id": make_message_id(day, issue, who, domain)}
        for who in chosen
    ]


def send_missing(store: Store, issue_id: IssueId, *, domain: str, now: datetime, by: By = BY_COMMAND) -> int:
    """Queue an issue for exactly those who are missing it, and open it again; return how many.

    That is everyone who may receive it now and has no delivery of it, and whose delivery failed, bounced,
    expired or was held uncertain. Who got it is never sent it again.
    """
    with store.write() as connection:
        row = connection.execute(_STANDING.where(issues.c.id == issue_id)).first()
        sendable = (IssueStatus.FROZEN, IssueStatus.SENT)
        if row is None or row.status not in sendable:
            raise InputError(
                f"The issue {issue_id} was not sent, so nobody is missing it.",
                hint="newsletter issue send sends it to everyone.",
            )
        entitled = select(subscribers.c.id).where(*_may_receive(row.edition, row.date))
        unsent = and_(
            deliveries.c.issue_id == issue_id,
            deliveries.c.status.in_(_UNSENT),
            deliveries.c.subscriber_id.in_(entitled),
        )
        keep_history(connection, unsent)
        again = {"status": _QUEUED, "next_try": None, "resends": 0, "reason": "sent again by the operator"}
        count = change(connection, deliveries, unsent, changed=now, **again)
        had = select(deliveries.c.subscriber_id).where(deliveries.c.issue_id == issue_id)
        new = connection.scalars(entitled.where(subscribers.c.id.not_in(had))).all()
        if new:
            rows = _fresh_rows(issue_id, row.date, new, domain, now)
            connection.execute(insert_into(connection, deliveries).on_conflict_do_nothing(), rows)
        total = count + len(new)
        if total:
            # The limit of a late send counts from here: the operator asked for it now.
            reopened = {"status": IssueStatus.FROZEN, "frozen": now, "finished": None}
            change(connection, issues, issues.c.id == issue_id, **reopened)
            record_issue_act(connection, issue_id, f"sent again to {total} who were missing it", now, by=by)
    return total


def count_as_had(
    connection: Connection, issue_id: IssueId, *, domain: str, known_by: datetime, why: str, now: datetime
) -> None:
    """Write an ended delivery of an issue that went out unseen to all its readers, so that nobody is missing it.

    Who was confirmed after ``known_by`` did not get it; who is paused may have been reading then.
    """
    key = issue_key(connection.execute(_STANDING.where(issues.c.id == issue_id)).one())
    query = select(subscribers.c.id).where(
        subscribers.c.status == SubscriberStatus.ACTIVE,
        takes(key.edition),
        func.coalesce(subscribers.c.confirmed, subscribers.c.created) <= known_by,
        subscribers.c.id.not_in(select(deliveries.c.subscriber_id).where(deliveries.c.issue_id == issue_id)),
    )
    rows = _fresh_rows(issue_id, key.date, connection.scalars(query), domain, now)
    if rows:
        ended = {"status": DeliveryStatus.CANCELLED, "reason": why}
        connection.execute(insert_into(connection, deliveries), [{**row, **ended} for row in rows])


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """The active subscribers of an issue: who is mailed, who is not and why, and who would be mailed twice."""

    active: int
    paused: int
    suppressed: int  # active, yet on the suppression list: planning leaves them out
    doubled: int  # addresses of more than one active subscriber

    @property
    def mailed(self) -> int:
        """How many get the issue; a suppressed subscriber may also have paused, so this is a floor."""
        return max(0, self.active - self.paused - self.suppressed)


def count_stranded(store: Store, editions: Iterable[EditionKey]) -> dict[EditionKey, int]:
    """Count by what they chose the active readers of none of these ``editions``, whom no issue goes to."""
    with store.read() as connection:
        return count_readers(connection, *(~takes(edition) for edition in editions))


def count_audience(store: Store, key: IssueKey) -> Audience:
    """Count whom an issue would go to."""
    active = and_(subscribers.c.status == SubscriberStatus.ACTIVE, takes(key.edition))
    paused = ~takes_on(key.edition, key.date)
    suppressed = exists().where(suppressions.c.address_hmac == subscribers.c.address_hmac)
    total = select(func.count()).select_from(subscribers).where(active)
    doubled = (
        select(subscribers.c.address_hmac)
        .where(active)
        .group_by(subscribers.c.address_hmac)
        .having(func.count() > 1)
        .subquery()
    )
    with store.read() as connection:
        return Audience(
            active=int(connection.scalar(total) or 0),
            paused=int(connection.scalar(total.where(paused)) or 0),
            suppressed=int(connection.scalar(total.where(suppressed)) or 0),
            doubled=int(connection.scalar(select(func.count()).select_from(doubled)) or 0),
        )
