"""The deliveries of an issue: planned, queued again for who missed it, settled by hand. I/O (database)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from newsletter.config import Settings
from newsletter.errors import InputError
from newsletter.logs import get_log
from newsletter.model import BY_COMMAND, By, IssueKey, IssueStatus
from newsletter.store.engine import Store
from newsletter.store.issues import change_issue, find_record, open_record
from newsletter.store.planning import plan_deliveries, send_missing
from newsletter.store.recovery import settle_by_hand
from newsletter.store.restored import refuse_restored

log = get_log("planning")


def plan_issue(
    store: Store,
    settings: Settings,
    key: IssueKey,
    now: datetime,
    *,
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Write the deliveries of a composed issue, then make them count; return how many there are.

    Safe to call again after a crash: planning goes on where it ended. Raises InputError where the issue
    is not there to be sent.
    """
    refuse_restored(store)
    planning = IssueStatus.PLANNING
    change_issue(store, key, "planning began", now, where=(IssueStatus.COMPOSED,), status=planning.value)
    record = find_record(store, key)
    if record is not None and record.status in {IssueStatus.FROZEN, IssueStatus.SENT}:
        return 0
    if record is None or record.status is not planning:
        state = record.status if record else "not there"
        raise InputError(
            f"The issue of {key} cannot be sent: it is {state}.",
            hint="newsletter issue list shows the issues.",
        )
    planned = plan_deliveries(
        store, record.id, domain=settings.newsletter.domain, now=now, on_progress=on_progress
    )
    what, frozen = f"frozen with {planned} deliveries", IssueStatus.FROZEN
    change_issue(store, key, what, now, where=(planning,), status=frozen.value, frozen=now)
    log.info("frozen", date=key.date.isoformat(), deliveries=planned)
    return planned


def send_missing_of(
    store: Store, settings: Settings, key: IssueKey, now: datetime, *, by: By = BY_COMMAND
) -> int:
    """Queue an issue again for exactly those who did not get it; return how many."""
    record = find_record(store, key)
    if record is None or record.status not in {IssueStatus.FROZEN, IssueStatus.SENT}:
        state = record.status if record else "not there"
        raise InputError(f"The issue of {key} was not sent: it is {state}.", hint="newsletter run sends it.")
    today = now.astimezone(settings.newsletter.zone).date()
    oldest = today - timedelta(days=settings.retention.deliveries_days)
    if key.date < oldest:  # without its deliveries everybody would look as if they were missing it
        raise InputError(
            f"Who got the issue of {key} is no longer known.",
            hint=f"Deliveries are kept since {oldest} (retention.deliveries_days).",
        )
    return send_missing(store, record.id, domain=settings.newsletter.domain, now=now, by=by)


def settle_held(
    store: Store,
    key: IssueKey,
    now: datetime,
    *,
    arrived: bool,
    only: Sequence[int] | None = None,
    by: By = BY_COMMAND,
) -> int:
    """End the held deliveries of an issue as the operator knows it; return how many."""
    return settle_by_hand(store, open_record(store, key).id, arrived=arrived, now=now, only=only, by=by)
