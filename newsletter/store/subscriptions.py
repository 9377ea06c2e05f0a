"""Which editions subscribers chose. I/O (database).

Every function works inside the caller's transaction. A subscription counts while its subscriber is active.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
)

from newsletter.model import (
    EditionKey,
    Subscriber,
    SubscriberId,
    SubscriberStatus,
    Subscription,
    SubscriptionStatus,
)
from newsletter.store.engine import in_batches, read_as
from newsletter.store.schema import subscribers, subscriptions

_OF_ONE = select(subscriptions).where(subscriptions.c.subscriber_id == bindparam("of"))
_INSERT = insert(subscriptions)
_DELETE = delete(subscriptions).where(
    subscriptions.c.subscriber_id == bindparam("of"), subscriptions.c.edition == bindparam("named")
)


def takes(edition: str, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition that a row of ``subscribers`` has chosen the edition, and not left it."""
    return exists().where(
        subscriptions.c.edition == edition,
        subscriptions.c.subscriber_id == subscribers.c.id,
        subscriptions.c.status == SubscriptionStatus.ACTIVE,
        *conditions,
    )


def takes_on(edition: str, day: date) -> ColumnElement[bool]:
    """The same, and that neither the subscriber nor this choice is paused on that day."""
    return and_(
        _goes_on(subscribers.c.paused_until, day), takes(edition, _goes_on(subscriptions.c.paused_until, day))
    )


def _goes_on(paused_until: Column[Any], day: date) -> ColumnElement[bool]:
    return or_(paused_until.is_(None), paused_until <= day)


def with_subscriptions(connection: Connection, found: Sequence[Subscriber]) -> tuple[Subscriber, ...]:
    """Return the subscribers with what they chose."""
    chosen: dict[int, list[Subscription]] = {}
    for ids in in_batches(one.id for one in found):
        query = select(subscriptions).where(subscriptions.c.subscriber_id.in_(ids))
        rows = connection.execute(_OF_ONE, {"of": ids[0]}) if len(found) == 1 else connection.execute(query)
        for row in rows:
            chosen.setdefault(row.subscriber_id, []).append(read_as(Subscription, row, left=row.left_at))
    return tuple(
        replace(one, subscriptions=tuple(sorted(chosen.get(one.id, ()), key=lambda each: each.edition)))
        for one in found
    )


def list_changed(before: Subscriber | None, after: Subscriber) -> tuple[Subscription, ...]:
    """Return the subscriptions of ``after`` that are not as they were before."""
    known = set(before.subscriptions) if before else set()
    return tuple(one for one in after.subscriptions if one not in known)


def save_subscriptions(connection: Connection, before: Subscriber, after: Subscriber) -> None:
    """Write what a subscriber chose, as far as it changed."""
    if changed := list_changed(before, after):
        connection.execute(_DELETE, [{"of": after.id, "named": one.edition} for one in changed])
        insert_subscriptions(connection, [(after.id, one) for one in changed])


def insert_subscriptions(connection: Connection, chosen: Iterable[tuple[SubscriberId, Subscription]]) -> None:
    """Write the subscriptions of subscribers that have none of these editions yet."""
    same = ("edition", "status", "confirmed", "paused_until")
    rows = [
        {"subscriber_id": subscriber, "left_at": one.left, **{name: getattr(one, name) for name in same}}
        for subscriber, one in chosen
    ]
    if rows:
        connection.execute(_INSERT, rows)


def count_readers(connection: Connection, *those: ColumnElement[bool]) -> dict[EditionKey, int]:
    """Return how many active subscribers each edition has that anybody chose; of all, or of ``those``."""
    chosen = subscriptions.alias()  # what is asked of those may be of their other subscriptions
    query = (
        select(chosen.c.edition, func.count())
        .join(subscribers, subscribers.c.id == chosen.c.subscriber_id)
        .where(
            subscribers.c.status == SubscriberStatus.ACTIVE,
            chosen.c.status == SubscriptionStatus.ACTIVE,
            *those,
        )
        .group_by(chosen.c.edition)
        .order_by(chosen.c.edition)
    )
    return {EditionKey(row[0]): row[1] for row in connection.execute(query)}
