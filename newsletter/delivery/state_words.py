"""What the state of a delivery means, and why it stands so, in words. Pure."""

from __future__ import annotations

from newsletter.model import Delivery, DeliveryStatus, Reply

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


def explain_delivery(delivery: Delivery) -> str:
    """Return why a delivery stands as it does: the relay's own words, our reason, when it is tried again."""
    parts = [explain_answer(delivery.reply, delivery.reason)]
    if delivery.next_try is not None and delivery.status is DeliveryStatus.DEFERRED:
        parts.append(f"next try {delivery.next_try:%H:%M} UTC")
    return "; ".join(filter(None, parts))


def explain_answer(reply: Reply | None, reason: str) -> str:
    """Return the relay's own words, then our reason; empty where there is neither."""
    return "; ".join(filter(None, (reply.words if reply else "", reason)))
