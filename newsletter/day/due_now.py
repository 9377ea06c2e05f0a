"""What is due now, by the clock and the ledger. I/O (database)."""

from __future__ import annotations

from datetime import datetime, timedelta

from newsletter.config import Settings
from newsletter.day.schedule import Action, Due, decide_due
from newsletter.day.timetable import tell_next_times
from newsletter.model import IssueKey, IssueStatus
from newsletter.store import installation
from newsletter.store.engine import Store
from newsletter.store.issues import find_record
from newsletter.store.restored import find_restored


def look(store: Store, settings: Settings, now: datetime) -> Due:
    """Return what is due now, from the clock and the ledger."""
    zone = settings.newsletter.zone
    today = now.astimezone(zone).date()
    if (made := find_restored(store)) is not None:
        reason = f"the database is as of {made:%Y-%m-%d %H:%M} UTC, from a backup: newsletter restored lets it go on"
        return Due(action=Action.NOTHING, issue=IssueKey(date=today), reason=reason)
    days = (today - timedelta(days=1), today)
    keys = [IssueKey(date=day) for day in days]
    records = {key: record for key in keys if (record := find_record(store, key)) is not None}
    tried = installation.read_fact(store, "last_attempt")
    return decide_due(
        now,
        schedule=settings.schedule,
        zone=zone,
        records=records,
        installed=installation.installed_at(store, now),
        last_attempt=datetime.fromisoformat(tried) if tried else None,
    )


def describe_due(store: Store, settings: Settings, now: datetime) -> tuple[bool, str]:
    """Return whether no issue was missed, and what is due now, what comes next and when, in words."""
    due = look(store, settings, now)
    record = find_record(store, due.issue)
    missed = due.action is Action.REPORT_MISSED or (
        record is not None and record.status is IssueStatus.MISSED
    )
    words = f"{due.action} for {due.issue}: {due.reason} (next: {tell_next_times(settings, now)})"
    return not missed, words
