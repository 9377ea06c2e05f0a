"""Forgetting who got which issue, once nobody needs to know it any more. I/O (database)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from sqlalchemy import delete, exists, select

from newsletter.model import FINAL_STATUSES
from newsletter.store.engine import Store, change
from newsletter.store.schema import bounces, deliveries, delivery_events, issues, notices

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
