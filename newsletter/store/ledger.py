"""The two tables that a sender works through, and what it holds of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Table

from newsletter.model import (
    ContentHash,
    DeliveryStatus,
    DeskMail,
    IssueId,
    NoticeKind,
    Outcome,
    Reply,
    SubscriberId,
)
from newsletter.store.schema import deliveries, notices


class Ledger(StrEnum):
    """Which table a row is in."""

    DELIVERIES = "deliveries"
    NOTICES = "notices"

    @property
    def table(self) -> Table:
        """The table itself."""
        return deliveries if self is Ledger.DELIVERIES else notices


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One row in a sender's hands until ``lease_until``."""

    ledger: Ledger
    id: int
    subscriber: SubscriberId
    address: str
    domain: str  # of the address, ASCII
    message_id: str
    attempts: int  # this one counted
    was: DeliveryStatus  # before it was claimed
    lease_owner: str
    lease_until: datetime
    issue: IssueId | None = None  # of a delivery
    content: ContentHash | None = None  # of the issue when it was claimed
    notice: NoticeKind | DeskMail | None = None  # of a notice
    ref: str | None = None  # what the notice is about
    created: datetime | None = None  # when the notice was queued


Attempt = tuple[Ledger, int, int]  # one attempt at a row: its ledger, its id, and how many there were


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """That a relay took the message of an attempt."""

    at: datetime
    relay: str
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What came of a claim: an outcome at a time, by a relay."""

    claim: Claim
    outcome: Outcome
    at: datetime
    relay: str
    tried: bool = True  # False: deferred before anything was said to a relay; no attempt is counted
