"""What the operator was told, and when, so that the same thing is not told every minute. I/O (database)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from newsletter.model import Alert
from newsletter.store.engine import Store, add_row, change, hold, read_as
from newsletter.store.schema import alerts


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedAlert:
    """An alert in the ledger."""

    id: int
    alert: Alert
    raised: datetime
    told: datetime | None
    route: str | None
    error: str | None


def raise_alert(store: Store, alert: Alert, now: datetime, *, not_since: datetime) -> int | None:
    """Record an alert and return its id; None where the same one was told since ``not_since``.

    One that has reached nobody yet is the same row, so that what cannot be told fills no table.
    """
    with store.write() as connection:
        same = select(alerts.c.id, alerts.c.told).where(alerts.c.key == alert.key)
        newest = connection.execute(same.order_by(alerts.c.id.desc()).limit(1)).one_or_none()
        words = {"subject": alert.subject, "body": alert.body, "raised": now}
        if newest is not None and newest.told is None:
            change(connection, alerts, alerts.c.id == newest.id, **words)
            return int(newest.id)
        if newest is not None and newest.told > not_since:
            return None
        return add_row(connection, alerts, {"key": alert.key, **words})


def record_told(store: Store, alert_id: int, now: datetime, *, route: str, error: str | None = None) -> None:
    """Record that the operator was reached by ``route``, or why not."""
    said = {"told": None if error else now, "route": route, "error": error}
    store.run(update(alerts).where(alerts.c.id == alert_id).values(said))


def list_alerts(
    store: Store, limit: int = 50, *, words: str = "", offset: int = 0
) -> tuple[RaisedAlert, ...]:
    """Return the newest alerts first, with ``words`` in key, subject or body."""
    query = select(alerts).order_by(alerts.c.id.desc()).offset(offset).limit(limit)
    if words:
        query = query.where(hold(words, alerts.c.key, alerts.c.subject, alerts.c.body))
    rows = store.find(query)
    return tuple(read_as(RaisedAlert, row, alert=Alert(row.key, row.subject, row.body)) for row in rows)
