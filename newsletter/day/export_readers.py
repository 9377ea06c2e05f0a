"""The list of readers leaves the house: on record, and every operator is told. I/O (database, mail)."""

from __future__ import annotations

from typing import TextIO

from newsletter.delivery.operator_alerts import Alerting, tell
from newsletter.model import Alert, By
from newsletter.store.acts import record_act
from newsletter.subscribers.transfer import OnProgress, export_all


async def export_readers(
    alerting: Alerting, out: TextIO, *, by: By, on_progress: OnProgress = lambda _: None
) -> int:
    """Write every reader as CSV; return how many. It stands on record before a line is written."""
    now = alerting.clock()
    with alerting.store.write() as connection:
        record_act(connection, by, "exported all", "readers", now)
    number = export_all(alerting.store, out, on_progress=on_progress)
    who = f"{by.name or 'Somebody'}, by way of the {by.via}"
    body = (
        f"{who}, exported the addresses of all {number} readers at {now:%Y-%m-%d %H:%M} UTC.\n\n"
        "If nobody of you meant to: end that session at the desk, look at what else was done, and tell the readers "
        "what the law of your country asks for."
    )
    key = f"export:{now.isoformat()}"  # each is told
    alert = Alert(key, f"{number} readers were exported", body, for_operators=True)
    await tell(alerting, alert)
    return number
