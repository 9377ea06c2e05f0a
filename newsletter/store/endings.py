"""Pausing, cancelling and ending the deliveries of an issue, and forgetting who got which. I/O (database)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from sqlalchemy import Connection, and_, delete, exists, or_, select

from newsletter.model import (
    BY_PROGRAM,
    FINAL_STATUSES,
    OPEN_STATUSES,
    By,
    DeliveryStatus,
    IssueId,
    IssueStatus,
)
from newsletter.store.acts import record_issue_act
from newsletter.store.deliveries import keep_history
from newsletter.store.engine import Store, change
from newsletter.store.schema import bounces, deliveries, delivery_events, issues, notices

RESUMED = "resumed"
TOO_LATE = "too late for this issue"
_IS_GOING = issues.c.status.in_([IssueStatus.PLANNING, IssueStatus.FROZEN])
_WAITING = (DeliveryStatus.QUEUED, DeliveryStatus.DEFERRED)
# The first row that is open answers: counting a million would take a tenth of a second.
_IS_FINISHED = and_(
    issues.c.status == IssueStatus.FROZEN,
    ~exists().where(deliveries.c.issue_id == issues.c.id, deliveries.c.status.in_(OPEN_STATUSES)),
)


def list_sending(store: Store) -> tuple[IssueId, ...]:
    """Return the issues that are being sent and not paused."""
    query = select(issues.c.id).where(issues.c.status == IssueStatus.FROZEN, issues.c.held.is_(False))
    return tuple(IssueId(issue) for issue in store.find(query).scalars())


def pause_sending(
    store: Store, issue_id: IssueId, *, now: datetime, why: str = "paused", by: By = BY_PROGRAM
) -> bool:
    """Stop claiming deliveries of a frozen issue until it is resumed. False where it is not being sent."""
    return _set_held(store, issue_id, held=True, now=now, what=why, by=by)


def resume_sending(store: Store, issue_id: IssueId, *, now: datetime, by: By = BY_PROGRAM) -> bool:
    """Go on with a paused issue. False where it was not paused."""
    return _set_held(store, issue_id, held=False, now=now, what=RESUMED, by=by)


def _set_held(store: Store, issue_id: IssueId, *, held: bool, now: datetime, what: str, by: By) -> bool:
    with store.write() as connection:
        going = (issues.c.id == issue_id, _IS_GOING, issues.c.held.is_(not held))
        changed = change(connection, issues, *going, held=held)
        if changed:
            record_issue_act(connection, issue_id, what, now, by=by)
    return bool(changed)


def cancel_sending(store: Store, issue_id: IssueId, *, now: datetime, by: By = BY_PROGRAM) -> int:
    """Cancel an issue that is planned or being sent; return how many deliveries were cancelled by it.

    What is being handed over at this moment still ends with the relay's answer.
    """
    why = "cancelled"
    with store.write() as connection:
        ended = {"status": IssueStatus.CANCELLED, "finished": now, "note": why}
        if not change(connection, issues, issues.c.id == issue_id, _IS_GOING, **ended):
            return 0
        record_issue_act(connection, issue_id, why, now, by=by)
        return end_deliveries(connection, issue_id, DeliveryStatus.CANCELLED, why, now)


def end_deliveries(
    connection: Connection, issue_id: IssueId, status: DeliveryStatus, why: str, now: datetime
) -> int:
    """End what waits and what is held uncertain; an uncertain one keeps saying that it may have arrived."""
    waiting = and_(deliveries.c.issue_id == issue_id, deliveries.c.status.in_(_WAITING))
    unsure = and_(deliveries.c.issue_id == issue_id, deliveries.c.status == DeliveryStatus.UNCERTAIN)
    tried = and_(waiting, deliveries.c.attempts > 0)
    keep_history(connection, or_(tried, unsure))
    ended = {"status": status, "next_try": None, "changed": now}
    may_have = f"{why}; it was handed over once and may have arrived"
    return change(connection, deliveries, waiting, reason=why, **ended) + change(
        connection, deliveries, unsure, reason=may_have, **ended
    )


def expire_deliveries(store: Store, *, now: datetime, frozen_before: datetime) -> int:
    """End what is still open of issues frozen before that time: a morning mail is not sent next week."""
    query = select(issues.c.id).where(issues.c.status == IssueStatus.FROZEN, issues.c.frozen < frozen_before)
    if not store.has_any(query):
        return 0
    count = 0
    with store.write() as connection:
        for issue_id in connection.scalars(query).all():
            count += end_deliveries(connection, IssueId(issue_id), DeliveryStatus.EXPIRED, TOO_LATE, now)
    return count


def end_cancelled(store: Store, *, now: datetime) -> int:
    """End what senders gave back, or put off, after its issue was cancelled; return how many deliveries."""
    stray = (*_WAITING, DeliveryStatus.UNCERTAIN)
    query = select(issues.c.id).where(
        issues.c.status == IssueStatus.CANCELLED,
        exists().where(deliveries.c.issue_id == issues.c.id, deliveries.c.status.in_(stray)),
    )
    count = 0
    for issue_id in store.find(query).scalars():
        with store.write() as connection:
            count += end_deliveries(connection, IssueId(issue_id), DeliveryStatus.CANCELLED, "cancelled", now)
    return count


def finish_issues(store: Store, *, now: datetime) -> tuple[IssueId, ...]:
    """Mark every frozen issue whose last delivery has ended as sent; return which."""
    finished = []
    for issue in store.find(select(issues.c.id).where(_IS_FINISHED)).scalars():
        with store.write() as connection:
            which = (issues.c.id == issue, _IS_FINISHED)
            if change(connection, issues, *which, status=IssueStatus.SENT, finished=now):
                record_issue_act(connection, issue, "every delivery has ended", now)
                finished.append(IssueId(issue))
    return tuple(finished)


_FINAL = tuple(FINAL_STATUSES)


def forget_deliveries(store: Store, *, before: date) -> int:
    """Delete the deliveries of issues dated before ``before``; return how many.

    What is still open stays. Each issue is one transaction, so that a sender at work waits for one only.
    Notices and reports of bounces of that time go as well; suppressions stay for ever.
    """
    has_any = exists().where(deliveries.c.issue_id == issues.c.id, deliveries.c.status.in_(_FINAL))
    old = store.find(select(issues.c.id).where(issues.c.date < before, has_any)).scalars().all()
    gone = sum(_forget_issue(store, issue) for issue in old)
    _forget_words(store, datetime.combine(before, time(), UTC))
    return gone


def _forget_issue(store: Store, issue: int) -> int:
    which = (deliveries.c.issue_id == issue, deliveries.c.status.in_(_FINAL))
    with store.write() as connection:
        own = select(deliveries.c.id).where(*which)
        connection.execute(delete(delivery_events).where(delivery_events.c.delivery_id.in_(own)))
        change(connection, bounces, bounces.c.delivery_id.in_(own), delivery_id=None)
        return connection.execute(delete(deliveries).where(*which)).rowcount


def _forget_words(store: Store, before: datetime) -> None:
    with store.write() as connection:
        connection.execute(delete(notices).where(notices.c.created < before, notices.c.status.in_(_FINAL)))
        connection.execute(delete(bounces).where(bounces.c.at < before))
