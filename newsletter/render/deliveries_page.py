"""The operator's page of an issue's deliveries: a table that adds up, who did not get it, and why. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from newsletter.model import Delivery, DeliveryStatus, IssueKey, Reply
from newsletter.render.templates import Templates

MEANINGS = {
    DeliveryStatus.SENT: "the relay took it",
    DeliveryStatus.QUEUED: "its turn has not come yet",
    DeliveryStatus.SENDING: "in the hands of a sender now",
    DeliveryStatus.DEFERRED: "put off; it is tried again by itself",
    DeliveryStatus.UNCERTAIN: "handed over, the answer was lost: it may have arrived",
    DeliveryStatus.BOUNCED: "the address was refused, or the mail came back",
    DeliveryStatus.FAILED: "the message was refused",
    DeliveryStatus.SUPPRESSED: "left, paused, suppressed or erased before it was sent",
    DeliveryStatus.CANCELLED: "the issue was cancelled",
    DeliveryStatus.EXPIRED: "not taken in time",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveriesPage:
    """What the page shows. ``rows`` hold those of a state that are listed: address (None: erased), delivery."""

    newsletter: str
    key: IssueKey
    number: int | None
    subject: str
    status: str
    paused: bool
    made: datetime
    counts: Mapping[DeliveryStatus, int]
    rows: Mapping[DeliveryStatus, Sequence[tuple[str | None, Delivery]]]


def render_deliveries(page: DeliveriesPage, templates: Templates) -> str:
    """Return the page as HTML, of the family of the desk. Raises TemplateError."""
    order = [status for status in MEANINGS if page.counts.get(status)]
    context = {
        "newsletter": page.newsletter,
        "date": str(page.key),
        "number": page.number,
        "subject": page.subject,
        "status": page.status,
        "paused": page.paused,
        "made": f"{page.made:%Y-%m-%d %H:%M} UTC",
        "table": [
            {"state": status.value, "count": page.counts[status], "meaning": MEANINGS[status]}
            for status in order
        ],
        "audience": sum(page.counts.values()),
        "todo": _what_to_do(page),
        "groups": [
            {
                "state": status.value,
                "count": page.counts[status],
                "rows": [_row(address, delivery) for address, delivery in page.rows[status]],
            }
            for status in order
            if page.rows.get(status)
        ],
    }
    return templates.render("operator/deliveries.html", context)


def _row(address: str | None, delivery: Delivery) -> dict[str, object]:
    return {
        "who": address or "(erased)",
        "tries": delivery.attempts,
        "when": f"{delivery.changed:%Y-%m-%d %H:%M}",
        "why": explain_delivery(delivery),
    }


def explain_delivery(delivery: Delivery) -> str:
    """Return why a delivery stands as it does: the relay's own words, our reason, when it is tried again."""
    parts = [explain_answer(delivery.reply, delivery.reason)]
    if delivery.next_try is not None and delivery.status is DeliveryStatus.DEFERRED:
        parts.append(f"next try {delivery.next_try:%H:%M} UTC")
    return "; ".join(part for part in parts if part)


def explain_answer(reply: Reply | None, reason: str) -> str:
    """Return the relay's own words, then our reason; empty where there is neither."""
    said = (reply.code, reply.enhanced, reply.text) if reply else ()
    words = " ".join(str(part) for part in said if part)
    return "; ".join(part for part in (words, reason) if part)


def _what_to_do(page: DeliveriesPage) -> list[dict[str, str]]:
    todo = []
    if held := page.counts.get(DeliveryStatus.UNCERTAIN, 0):
        command = f"newsletter issue settle --date {page.key} --arrived"
        words = f"{held} may have arrived. Ask one of them, then settle all with --arrived or --again:"
        todo.append({"words": words, "command": command})
    ends = (DeliveryStatus.FAILED, DeliveryStatus.BOUNCED, DeliveryStatus.EXPIRED)
    if missing := sum(page.counts.get(status, 0) for status in ends):
        words = f"{missing} did not get it. Once more, to exactly those who may receive it:"
        todo.append({"words": words, "command": f"newsletter issue missing --date {page.key}"})
    return todo
