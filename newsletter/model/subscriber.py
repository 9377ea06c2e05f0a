"""An address and its consent. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from newsletter.model.ids import EditionKey, SubscriberId


class SubscriberStatus(StrEnum):
    """A subscriber's consent."""

    PENDING = "pending"
    ACTIVE = "active"
    UNSUBSCRIBED = "unsubscribed"


class SubscriptionStatus(StrEnum):
    """What a subscriber chose of one edition."""

    PENDING = "pending"  # asked for, not confirmed yet
    ACTIVE = "active"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One edition of one subscriber; it counts while the subscriber is active."""

    edition: EditionKey
    status: SubscriptionStatus
    confirmed: datetime | None = None
    left: datetime | None = None
    paused_until: date | None = None  # a pause of this edition alone


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
    paused_until: date | None = None  # of everything
    subscriptions: tuple[Subscription, ...] = ()  # in the order of their editions' keys

    def editions(self, status: SubscriptionStatus = SubscriptionStatus.ACTIVE) -> tuple[EditionKey, ...]:
        """The editions that were chosen; with ``status`` those asked for, or left."""
        return tuple(one.edition for one in self.subscriptions if one.status is status)

    def left_editions(self) -> tuple[EditionKey, ...]:
        """The editions that they left and have not confirmed since: a form that asks for one undoes nothing."""
        gone, active = SubscriptionStatus.LEFT, SubscriptionStatus.ACTIVE
        has_left = (
            one for one in self.subscriptions if one.status is gone or (one.left and one.status is not active)
        )
        return tuple(one.edition for one in has_left)

    def pauses(self, today: date) -> dict[EditionKey, date]:
        """The editions that wait by themselves, and until when."""
        return {
            one.edition: one.paused_until
            for one in self.subscriptions
            if one.status is SubscriptionStatus.ACTIVE and one.paused_until and one.paused_until > today
        }
