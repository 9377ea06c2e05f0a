"""What is due now, by the clock and the ledger. I/O (database)."""

from __future__ import annotations

from datetime import datetime, timedelta

from newsletter.config import Settings
from newsletter.day.schedule import Due, decide_due, find_moments
from newsletter.model import IssueKey
from newsletter.store import installation
from newsletter.store.engine import Store
from newsletter.store.issues import find_record


def look(store: Store, settings: Settings, now: datetime) -> Due:
    """Return what is due now, from the clock and the ledger."""
    zone = settings.newsletter.zone
    today = now.astimezone(zone).date()
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


def describe_due(store: Store, settings: Settings, now: datetime) -> str:
    """Return what is due now, and when the next issue is composed and sent, in words."""
    due = look(store, settings, now)
    zone = settings.newsletter.zone
    moments = find_moments(now.astimezone(zone).date(), settings.schedule, zone)
    next_times = f"composing at {moments.compose:%H:%M} UTC, sending at {moments.send:%H:%M} UTC"
    return f"{due.action} for {due.issue}: {due.reason} ({next_times})"
