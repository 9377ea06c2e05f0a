"""A clock that ran ahead and was set back: what the ledger would wait years for is due now. I/O (database)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Column, select

from newsletter.model import DeliveryStatus, IssueStatus
from newsletter.store.endings import TOO_LATE
from newsletter.store.engine import Store, change
from newsletter.store.installation import save_fact
from newsletter.store.schema import (
    alerts,
    deliveries,
    entries,
    issues,
    leases,
    meta,
    notices,
    signups,
    source_states,
)

AHEAD = timedelta(days=1)  # no two machines are that far apart, and a wait of that length passes by itself

# What something waits for, or is counted from. What only tells a history stays as it was written.
_MOMENTS = (
    source_states.c.checked, source_states.c.next_check, entries.c.next_try, deliveries.c.next_try, notices.c.next_try,
    alerts.c.told, signups.c.at, leases.c.until,
)  # fmt: skip


def mend_moments(store: Store, now: datetime) -> int:
    """Put what lies more than ``AHEAD`` in the future to now; return how much it was. Mostly it only looks."""
    return (
        sum(_mend(store, moment, now) for moment in _MOMENTS) + _mend_facts(store, now) + _revive(store, now)
    )


def _mend(store: Store, moment: Column[datetime], now: datetime) -> int:
    far = moment > now + AHEAD
    if not store.has_any(select(moment).where(far)):
        return 0
    with store.write() as connection:
        return change(connection, moment.table, far, **{moment.name: now})


def _revive(store: Store, now: datetime) -> int:
    """Let those have their mail whom it was too late for by that clock alone."""
    too_late = (
        deliveries.c.status == DeliveryStatus.EXPIRED,
        deliveries.c.reason == TOO_LATE,
        deliveries.c.changed > now + AHEAD,
    )
    with store.read() as connection:
        of = connection.scalars(select(deliveries.c.issue_id).where(*too_late).distinct()).all()
    if not of:
        return 0
    with store.write() as connection:
        ended = (issues.c.id.in_(of), issues.c.status == IssueStatus.SENT)
        change(connection, issues, *ended, status=IssueStatus.FROZEN, finished=None)
        return change(connection, deliveries, *too_late, status=DeliveryStatus.QUEUED, reason="", changed=now)


def _mend_facts(store: Store, now: datetime) -> int:
    """Facts are texts; some are moments: the installation's, those of what is done once a day."""
    known = [(row.key, row.value) for row in store.find(select(meta.c.key, meta.c.value))]
    far = [key for key, value in known if _is_after(value, now + AHEAD)]
    for key in far:
        save_fact(store, key, now.isoformat())
    return len(far)


def _is_after(value: str, far: datetime) -> bool:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return False
    return moment.tzinfo is not None and moment > far
