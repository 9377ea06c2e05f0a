"""A send that has ended is put on record, and told where too many did not get the issue. I/O (database, mail)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from newsletter.delivery.operator_alerts import Alerting, tell
from newsletter.logs import get_log
from newsletter.model import Alert, DeliveryStatus, IssueKey, IssueStatus
from newsletter.store import installation
from newsletter.store.deliveries import count_deliveries
from newsletter.store.issues import IssueRecord, find_record

SEND = "send"  # a kind of run
_LOST = (DeliveryStatus.FAILED, DeliveryStatus.BOUNCED, DeliveryStatus.EXPIRED)
_TOO_MANY = 0.05  # of those whom it was sent to

log = get_log("daily")


async def record_endings(alerting: Alerting) -> None:
    """Record how the sends of yesterday's and today's issues ended, each once; `newsletter runs` shows it."""
    for key in _list_recent(alerting):
        record = find_record(alerting.store, key)
        if record is None or record.status is not IssueStatus.SENT or record.finished is None:
            continue
        if not any(run.kind == SEND for run in installation.list_runs(alerting.store, key=key)):
            await _record(alerting, record, record.finished)


def _list_recent(alerting: Alerting) -> Iterator[IssueKey]:
    """Give yesterday's and today's issue of each edition, in its zone."""
    for edition in alerting.settings.edition_keys:
        zone = alerting.settings.of(edition).newsletter.zone
        today = alerting.clock().astimezone(zone).date()
        for day in (today - timedelta(days=1), today):
            yield IssueKey(edition=edition, date=day)


async def _record(alerting: Alerting, record: IssueRecord, ended: datetime) -> None:
    found = count_deliveries(alerting.store, record.id)
    counts = {status.value: number for status, number in found.items() if number}
    run = installation.start_run(alerting.store, SEND, record.key, record.frozen or ended)
    installation.finish_run(alerting.store, run, ended, outcome=record.status.value, counts=counts)
    log.info("sent", issue=str(record.key), **counts)
    lost = sum(found[status] for status in _LOST)
    if lost > _TOO_MANY * (lost + found[DeliveryStatus.SENT]):
        told = ", ".join(f"{number} {name}" for name, number in counts.items())
        body = f"{told}.\n\nWhy, one by one: newsletter deliveries --date {record.key}"
        subject = f"{lost} did not get the issue of {record.key}"
        await tell(alerting, Alert(f"ended:{record.key}", subject, body))
