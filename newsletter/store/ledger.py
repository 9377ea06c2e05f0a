"""The two tables that a sender works through, what it holds of them, and their Message-IDs. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import blake2b

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

_BYTES = 15  # 24 characters of five bits
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"  # base32 (RFC 4648), as mail names hold it
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]  # a list is planned faster by pairs


def make_message_id(day: date, issue: int, subscriber: int, domain: str) -> str:
    """Return the Message-ID of one issue to one subscriber: the same for ever, so a copy shows as one."""
    name = message_name(f"{issue}\0{subscriber}\0{domain}")
    return f"<{day.isoformat().replace('-', '')}.{name}@{domain}>"


def message_name(what: str) -> str:
    """Return a digest of what makes a message one of its own."""
    number = int.from_bytes(blake2b(what.encode(), digest_size=_BYTES, person=b"message-id").digest())
    return "".join([_PAIRS[number >> bits & 1023] for bits in range(8 * _BYTES - 10, -1, -10)])


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
    first_tried: datetime | None = None  # of one that was put off


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
