"""An address and its consent. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from newsletter.model.ids import SubscriberId


class SubscriberStatus(StrEnum):
    """A subscriber's consent."""

    PENDING = "pending"
    ACTIVE = "active"
    UNSUBSCRIBED = "unsubscribed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """An address and its consent."""

    id: SubscriberId
    address: str
    status: SubscriberStatus
    name: str | None = None
    created: datetime
    confirmed: datetime | None = None
    unsubscribed: datetime | None = None
    paused_until: date | None = None
