"""Deliveries: counted, listed, and what they were before. I/O (database).

A delivery is one row for (issue, subscriber). ``planning`` writes them, ``claims`` hands them to a sender,
``answers`` records what came of it, ``endings`` stops and ends them; this file is what the rest of the
program asks: did everyone get it, who did not and why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, insert, or_, select

from newsletter.model import Delivery, DeliveryId, DeliveryStatus, IssueId, Reply, SubscriberId
from newsletter.store.engine import Store
from newsletter.store.schema import deliveries, delivery_events, issues, subscribers


def count_deliveries(store: Store, issue_id: IssueId) -> Mapping[DeliveryStatus, int]:
    """Return how many deliveries stand in each state; every state is there, and they add up to the audience."""
    query = (
        select(deliveries.c.status, func.count())
        .where(deliveries.c.issue_id == issue_id)
        .group_by(deliveries.c.status)
    )
    found = {row.status: row[1] for row in store.find(query)}
    return {status: found.get(status, 0) for status in DeliveryStatus}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryEvent:
    """What a delivery was, or is: one attempt or state."""

    at: datetime
    status: DeliveryStatus
    relay: str | None
    reply: Reply | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDelivery:
    """A delivery with the address it goes to; None where the person was erased."""

    delivery: Delivery
    address: str | None
    history: tuple[DeliveryEvent, ...] = ()  # oldest first, the present one included


WITH_ADDRESS = select(deliveries, subscribers.c.address).outerjoin(
    subscribers, subscribers.c.id == deliveries.c.subscriber_id
)


def list_deliveries(
    store: Store,
    issue_id: IssueId,
    *,
    status: DeliveryStatus | None = None,
    after: DeliveryId | None = None,
    limit: int = 100,
    history: bool = False,
) -> tuple[ListedDelivery, ...]:
    """Return who and why, in the order planned; ``after`` is the last id of the page before.

    With ``history`` only those of which something was said before, each with all of it.
    """
    of_issue = (deliveries.c.issue_id == issue_id, deliveries.c.id > (after or 0))
    query = WITH_ADDRESS.where(*of_issue).order_by(deliveries.c.id).limit(limit)
    if status is not None:
        query = query.where(deliveries.c.status == status)
    if history:
        query = query.where(exists().where(delivery_events.c.delivery_id == deliveries.c.id))
    with store.read() as connection:
        rows = connection.execute(query).mappings().all()
        past = _find_events(connection, issue_id, rows) if history and rows else {}
    return tuple(
        ListedDelivery(
            delivery=read_delivery(row),
            address=row["address"],
            history=(*past[row["id"]], read_delivery_event(row, row["changed"])) if history else (),
        )
        for row in rows
    )


def _find_events(
    connection: Connection, issue_id: IssueId, rows: Sequence[Any]
) -> dict[int, list[DeliveryEvent]]:
    """Return the events of the rows, which are in the order of their ids, by delivery."""
    query = (
        select(delivery_events)
        .join(deliveries, deliveries.c.id == delivery_events.c.delivery_id)
        .where(deliveries.c.issue_id == issue_id, deliveries.c.id.between(rows[0]["id"], rows[-1]["id"]))
        .order_by(delivery_events.c.at, delivery_events.c.id)
    )
    found: dict[int, list[DeliveryEvent]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        found[row["delivery_id"]].append(read_delivery_event(row, row["at"]))
    return found


def read_delivery_event(row: Any, at: datetime) -> DeliveryEvent:
    """Return what a row of deliveries or of delivery_events says."""
    return DeliveryEvent(
        at=at,
        status=DeliveryStatus(row["status"]),
        relay=row["relay"],
        reply=_read_reply(row),
        reason=row["reason"] or "",
    )


def list_for_subscriber(store: Store, subscriber: SubscriberId, *, limit: int = 30) -> tuple[Delivery, ...]:
    """Return what one subscriber was sent, newest first."""
    query = (
        select(deliveries)
        .where(deliveries.c.subscriber_id == subscriber)
        .order_by(deliveries.c.id.desc())
        .limit(limit)
    )
    return tuple(read_delivery(row) for row in store.find(query).mappings())


def read_delivery(row: Any) -> Delivery:
    """Return the delivery of a row."""
    return Delivery(
        id=DeliveryId(row["id"]),
        issue=IssueId(row["issue_id"]),
        subscriber=SubscriberId(row["subscriber_id"]),
        status=DeliveryStatus(row["status"]),
        attempts=row["attempts"],
        message_id=row["message_id"],
        next_try=row["next_try"],
        changed=row["changed"],
        relay=row["relay"],
        reply=_read_reply(row),
        reason=row["reason"] or "",
    )


def _read_reply(row: Any) -> Reply | None:
    code = row["reply_code"]
    return None if code is None else Reply(code=code, enhanced=row["reply_enhanced"], text=row["reply_text"])


_PLAUSIBLE = timedelta(days=2)  # a clock that ran ahead fills no limit of today


def sent_times(store: Store, *, relay: str, since: datetime, newest: int) -> tuple[datetime, ...]:
    """Return when the ``newest`` deliveries were taken by that relay since then: limits an hour and a day."""
    # Only issues that left lately can hold any: the index on issues spares a walk over every delivery.
    lately = select(issues.c.id).where(or_(issues.c.frozen >= since, issues.c.finished >= since))
    query = (
        select(deliveries.c.sent_at)
        .where(
            deliveries.c.issue_id.in_(lately),
            deliveries.c.status == DeliveryStatus.SENT,
            deliveries.c.sent_at >= since,
            deliveries.c.sent_at < since + _PLAUSIBLE,
            deliveries.c.relay == relay,
        )
        .order_by(deliveries.c.sent_at.desc())
        .limit(newest)
    )
    return tuple(sorted(store.find(query).scalars()))


def keep_history(connection: Connection, which: ColumnElement[bool]) -> None:
    """Copy what rows say now into delivery_events, before another word takes its place."""
    same = ["status", "relay", "reply_code", "reply_enhanced", "reply_text", "reason"]
    now = select(deliveries.c.id, deliveries.c.changed, *(deliveries.c[name] for name in same)).where(which)
    connection.execute(insert(delivery_events).from_select(["delivery_id", "at", *same], now))
