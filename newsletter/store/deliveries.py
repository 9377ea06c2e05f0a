"""Deliveries: counted, listed, and what they were before. I/O (database).

A delivery is one row for (issue, subscriber). ``planning`` writes them, ``claims`` hands them to a sender,
``sender_exchange`` records what came of it, ``endings`` stops and ends them; this file is what the rest of the
program asks: did everyone get it, who did not and why. A page waits for its lists: each answers within a tenth of a
second where 100,000 read (benchmarks/lists.py).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, insert, or_, select

from newsletter.model import Delivery, DeliveryId, DeliveryStatus, IssueId, Reply, SubscriberId
from newsletter.store.engine import Store, in_batches, read_as
from newsletter.store.schema import deliveries, delivery_events, issues, subscribers
from newsletter.store.subscribers import matches_search


def count_deliveries(store: Store, issue_id: IssueId) -> Mapping[DeliveryStatus, int]:
    """Return how many deliveries stand in each state; every state is there, and they add up to the audience."""
    found = store.count_by(deliveries.c.status, deliveries.c.issue_id == issue_id)
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


_WITH_ADDRESS = select(deliveries, subscribers.c.address).outerjoin(
    subscribers, subscribers.c.id == deliveries.c.subscriber_id
)


def list_deliveries(
    store: Store,
    issue_id: IssueId,
    *,
    statuses: Collection[DeliveryStatus] = (),
    search: str = "",
    history: bool = False,
    offset: int = 0,
    limit: int = 100,
) -> tuple[ListedDelivery, ...]:
    """Return who and why, in the order planned: all, or those in one of ``statuses``.

    ``search`` is a part of the reader's address or name. With ``history`` only those of which something was said
    before, each with all of it.
    """
    query = _WITH_ADDRESS.where(deliveries.c.issue_id == issue_id).offset(offset).limit(limit)
    query = query.order_by(deliveries.c.subscriber_id)  # in the order planned, by an index there is
    if statuses:
        query = query.where(deliveries.c.status.in_(sorted(statuses)))
    if search:
        # Of the few that are not sent each reader is looked at; of all, the readers are searched first.
        found = matches_search(search)
        is_few = statuses and DeliveryStatus.SENT not in statuses
        among = deliveries.c.subscriber_id.in_(select(subscribers.c.id).where(found))
        query = query.where(found if is_few else among)
    if history:
        query = query.where(exists().where(delivery_events.c.delivery_id == deliveries.c.id))
    with store.read() as connection:
        return _read_all(connection, query, history=history)


def load_delivery(store: Store, delivery: DeliveryId) -> ListedDelivery | None:
    """Return one delivery with all that was said at each try, or None."""
    with store.read() as connection:
        query = _WITH_ADDRESS.where(deliveries.c.id == delivery)
        return next(iter(_read_all(connection, query, history=True)), None)


def _read_all(connection: Connection, query: Select[Any], *, history: bool) -> tuple[ListedDelivery, ...]:
    rows = connection.execute(query).all()
    past = _find_events(connection, [row.id for row in rows]) if history else {}
    return tuple(
        ListedDelivery(
            delivery=_read_delivery(row),
            address=row.address,
            history=(*past.get(row.id, ()), _read_event(row, row.changed)) if history else (),
        )
        for row in rows
    )


def _find_events(connection: Connection, ids: Sequence[int]) -> dict[int, list[DeliveryEvent]]:
    """Return what was said of each delivery before, the oldest first."""
    found: dict[int, list[DeliveryEvent]] = defaultdict(list)
    for some in in_batches(ids):
        query = select(delivery_events).where(delivery_events.c.delivery_id.in_(some))
        for row in connection.execute(query.order_by(delivery_events.c.at, delivery_events.c.id)):
            found[row.delivery_id].append(_read_event(row, row.at))
    return found


def _read_event(row: Any, at: datetime) -> DeliveryEvent:
    """Return what a row of deliveries or of delivery_events says."""
    return read_as(DeliveryEvent, row, at=at, reply=_read_reply(row))


def list_for_subscriber(store: Store, subscriber: SubscriberId, *, limit: int = 30) -> tuple[Delivery, ...]:
    """Return what one subscriber was sent, newest first."""
    query = select(deliveries).where(deliveries.c.subscriber_id == subscriber).limit(limit)
    return tuple(map(_read_delivery, store.find(query.order_by(deliveries.c.id.desc()))))


def _read_delivery(row: Any) -> Delivery:
    """Return the delivery of a row."""
    own = {"issue": row.issue_id, "subscriber": row.subscriber_id, "reply": _read_reply(row)}
    return read_as(Delivery, row, **own)


def _read_reply(row: Any) -> Reply | None:
    code = row.reply_code
    return None if code is None else Reply(code=code, enhanced=row.reply_enhanced, text=row.reply_text)


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


def count_by_domain(store: Store, issue: IssueId) -> dict[str, Counter[DeliveryStatus]]:
    """Return how an issue's deliveries stand by the domain of the address; "" is that of who was erased."""
    query = (
        select(subscribers.c.domain, deliveries.c.status, func.count().label("number"))
        .select_from(deliveries)
        .outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .where(deliveries.c.issue_id == issue)
        .group_by(subscribers.c.domain, deliveries.c.status)
    )
    found: dict[str, Counter[DeliveryStatus]] = {}
    for row in store.find(query):
        found.setdefault(row.domain or "", Counter())[DeliveryStatus(row.status)] = row.number
    return found
