"""One issue to one subscriber, and what the relay answered. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newsletter.model.ids import DeliveryId, IssueId, SubscriberId


class DeliveryStatus(StrEnum):
    """Where one delivery stands."""

    QUEUED = "queued"
    SENDING = "sending"
    DEFERRED = "deferred"
    UNCERTAIN = "uncertain"  # handed over, the answer was not recorded
    SENT = "sent"
    BOUNCED = "bounced"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


OPEN_STATUSES = (
    DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.DEFERRED, DeliveryStatus.UNCERTAIN
)  # fmt: skip
FINAL_STATUSES = frozenset(DeliveryStatus).difference(OPEN_STATUSES)


class NoticeKind(StrEnum):
    """A system mail to one address."""

    CONFIRM = "confirm"
    WELCOME = "welcome"
    GOODBYE = "goodbye"
    LEAVE = "leave"  # a link, to whoever may have asked by mail
    CORRECTION = "correction"  # of an issue that this reader got


class DeskMail(StrEnum):
    """A system mail to an address that stands in it: an editor's, or one that a reader gives or had."""

    SIGN_IN = "sign-in"  # a link that opens the desk
    MORNING = "morning"  # an issue that was composed, as readers will get it
    REMINDER = "reminder"  # the same, where nobody answered
    NEW_ADDRESS = "new address"  # a link that moves a subscription to it
    OLD_ADDRESS = "old address"  # word that it was moved
    ARCHIVE = "archive"  # a link that opens a private archive


def notice_kind(text: str) -> NoticeKind | DeskMail:
    """Return what kind of system mail the ledger names."""
    return DeskMail(text) if text in set(DeskMail) else NoticeKind(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedNotice:
    """A system mail to one address. ``html`` is empty where text is all it has."""

    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The relay's own words: an SMTP reply code, its enhanced code (RFC 3463) and text."""

    code: int
    enhanced: str | None
    text: str

    @property
    def words(self) -> str:
        """All of it on one line."""
        return " ".join(str(part) for part in (self.code, self.enhanced, self.text) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one attempt at a delivery ended, decided from the relay's answer."""

    status: DeliveryStatus
    reply: Reply | None = None
    next_try: datetime | None = None
    reason: str = ""
    saw_content: bool = False  # refused after the content: the answer may be a filter's


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One issue to one subscriber."""

    id: DeliveryId
    issue: IssueId
    subscriber: SubscriberId
    status: DeliveryStatus
    attempts: int
    message_id: str
    next_try: datetime | None = None
    changed: datetime
    relay: str | None = None
    reply: Reply | None = None
    reason: str = ""
