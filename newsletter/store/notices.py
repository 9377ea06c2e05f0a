"""Notices: system mails to one address, ledgered like deliveries. I/O (database).

``queue_notice`` works inside the caller's transaction, so that a change of consent and the mail it causes
are written together or not at all. ``claims`` hands them to a sender.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select, update

from newsletter.model import DeliveryStatus, DeskMail, NoticeKind, SubscriberId, notice_kind
from newsletter.store.engine import Store, add_row, change, read_as
from newsletter.store.ledger import message_name
from newsletter.store.schema import notices

_WAITING = (DeliveryStatus.QUEUED, DeliveryStatus.DEFERRED)
_OPEN = notices.c.status.in_((*_WAITING, DeliveryStatus.UNCERTAIN))
WAITS_ITS_TURN = "waits its turn: many signed up at once"  # the reason of a notice that was not tried yet
NOBODY = SubscriberId(0)  # whose notice goes to no subscriber
_CANCEL_OLDER = (
    update(notices)
    .where(
        notices.c.subscriber_id == bindparam("of"),
        notices.c.address == bindparam("to"),
        notices.c.kind == bindparam("what"),
        func.coalesce(notices.c.ref, "").startswith(bindparam("about")),
        notices.c.status.in_(_WAITING),
    )
    .values(status=DeliveryStatus.CANCELLED, reason="a newer one takes its place", changed=bindparam("now"))
)


def queue_notice(
    connection: Connection,
    subscriber: SubscriberId,
    kind: NoticeKind | DeskMail,
    *,
    domain: str,
    now: datetime,
    not_before: datetime | None = None,
    address: str = "",
    ref: str | None = None,
    about: str = "",
) -> int:
    """Queue one notice and return its id; ``domain`` is the sending domain of its Message-ID.

    It leaves ``not_before`` its turn. An older notice of the same kind that still waits is cancelled where its ``ref``
    begins with ``about``: nobody needs two confirm mails. Where the recipient is no subscriber (``NOBODY``), it goes to
    ``address``; ``ref`` says what it is about, and of one kind each recipient gets one about it: StoreConflictError
    where there is one.
    """
    connection.execute(
        _CANCEL_OLDER, {"of": subscriber, "to": address, "what": kind, "about": about, "now": now}
    )
    name = message_name(f"{kind}\0{subscriber}\0{now.timestamp()}\0{domain}{address}{ref or ''}")
    row = {
        "subscriber_id": subscriber,
        "address": address,
        "kind": kind,
        "ref": ref,
        "created": now,
        "changed": now,
    }
    waits = {"status": DeliveryStatus.DEFERRED, "next_try": not_before, "reason": WAITS_ITS_TURN}
    row |= waits if not_before else {"status": DeliveryStatus.QUEUED}
    return add_row(connection, notices, {**row, "attempts": 0, "message_id": f"<{kind}.{name}@{domain}>"})


def queue_mail(
    connection: Connection,
    kind: DeskMail,
    address: str,
    ref: str,
    *,
    domain: str,
    now: datetime,
    about: str = "",
) -> None:
    """Queue a notice to an address that is no subscriber's, about ``ref``; the rest as for ``queue_notice``."""
    queue_notice(connection, NOBODY, kind, domain=domain, now=now, address=address, ref=ref, about=about)


def find_last_turn(connection: Connection, now: datetime) -> tuple[int, datetime | None]:
    """Return how many notices wait their turn, and when the last of them has it."""
    waiting = (
        notices.c.status == DeliveryStatus.DEFERRED,
        notices.c.next_try > now,
        notices.c.reason == WAITS_ITS_TURN,
    )
    count, last = connection.execute(select(func.count(), func.max(notices.c.next_try)).where(*waiting)).one()
    return count, last


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedNotice:
    """One notice as the ledger has it."""

    id: int
    subscriber: SubscriberId
    kind: NoticeKind | DeskMail
    created: datetime
    status: DeliveryStatus
    attempts: int
    changed: datetime
    reason: str


def list_notices(
    store: Store, *, subscriber: SubscriberId | None = None, limit: int = 50
) -> tuple[ListedNotice, ...]:
    """Return the newest notices first, of one subscriber or of all."""
    query = select(notices).order_by(notices.c.id.desc()).limit(limit)
    if subscriber is not None:
        query = query.where(notices.c.subscriber_id == subscriber)
    return tuple(
        read_as(ListedNotice, row, subscriber=row.subscriber_id, kind=notice_kind(row.kind))
        for row in store.find(query)
    )


def list_asked(store: Store, kind: DeskMail, ref: str) -> frozenset[str]:
    """Return the addresses that a mail of that kind about that was queued for."""
    query = select(notices.c.address).where(notices.c.kind == kind, notices.c.ref == ref)
    return frozenset(store.find(query).scalars())


def expire_notices(store: Store, *, now: datetime, created_before: datetime) -> int:
    """End notices that still wait or are held and were queued before that time."""
    late = notices.c.created < created_before
    if not store.has_any(select(notices.c.id).where(_OPEN, late)):
        return 0
    with store.write() as connection:
        return end_notices(connection, late, "too late for this notice", now)


def end_notices(connection: Connection, which: ColumnElement[bool], why: str, now: datetime) -> int:
    """End those notices that still wait or are held; return how many."""
    ended = {"status": DeliveryStatus.EXPIRED, "next_try": None, "reason": why, "changed": now}
    return change(connection, notices, _OPEN, which, **ended)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressedNotice:
    """A notice to an address of its own."""

    address: str
    ref: str
    created: datetime


def find_addressed(connection: Connection, kind: DeskMail, notice: int) -> AddressedNotice | None:
    """Return one notice of a kind; None where there is none (any more)."""
    query = select(notices).where(notices.c.id == notice, notices.c.kind == kind)
    row = connection.execute(query).one_or_none()
    return read_as(AddressedNotice, row) if row else None


def find_newest_addressed(connection: Connection, kind: DeskMail, ref: str) -> int | None:
    """Return the newest notice of a kind whose ``ref`` begins so."""
    begins = notices.c.ref.startswith(ref, autoescape=True)
    query = select(func.max(notices.c.id)).where(notices.c.kind == kind, begins)
    newest: int | None = connection.scalar(query)
    return newest


def count_addressed(
    connection: Connection, kind: DeskMail, since: datetime, *, ref: str, address: str
) -> int:
    """Return how many notices of a kind were queued since then whose ``ref`` begins so, or to that address."""
    alike = or_(notices.c.ref.startswith(ref, autoescape=True), notices.c.address == address)
    query = select(func.count()).where(notices.c.kind == kind, notices.c.created > since, alike)
    return connection.scalar(query) or 0
