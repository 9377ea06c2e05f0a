"""The brake: more dead addresses at once than is likely are held until the operator has looked. I/O (database).

A whole list that dies within an hour is a fault of ours, of a relay or of one large host far more often than it is
true. What is held is mailed as before, and every report is kept; complaints are never held.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import Connection, and_, func, or_, select

from newsletter.model import BY_COMMAND, BounceKind, By, Consequence, SubscriberStatus
from newsletter.store import installation
from newsletter.store.acts import record_act
from newsletter.store.engine import Store, change, read_as
from newsletter.store.schema import bounces, deliveries, meta, subscribers, suppressions
from newsletter.store.suppressions import DEAD, Suppression, add_suppression, release_suppression

_WINDOW = timedelta(hours=1)
_SETTLED = "suppressions_settled"
_HELD = bounces.c.consequence == Consequence.HELD
_DEAD = and_(
    bounces.c.consequence.in_([Consequence.DEAD, Consequence.HELD]), bounces.c.kind != BounceKind.COMPLAINT
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSample:
    """One reader who is not suppressed until the operator has looked."""

    address: str
    reason: str
    status: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSuppressions:
    """What the operator is asked about."""

    count: int  # of readers
    done: int  # suppressed in the hour before it stopped: the answer is about them too
    since: datetime
    samples: tuple[HeldSample, ...]


def are_too_many(
    connection: Connection, subscriber: int, delivery: int | None, now: datetime, *, likely: int, share: float
) -> bool:
    """Whether one more dead address is more than is likely, or others wait for the operator already."""
    if connection.scalar(select(bounces.c.id).where(_HELD).limit(1)) is not None:
        return True
    settled = connection.scalar(select(meta.c.value).where(meta.c.key == _SETTLED))
    floor = datetime.fromisoformat(settled) if settled else None
    since = max(floor, now - _WINDOW) if floor else now - _WINDOW
    readers = select(func.count(func.distinct(bounces.c.subscriber_id))).where(
        _DEAD, bounces.c.subscriber_id != subscriber
    )
    counts = [connection.scalar(readers.where(bounces.c.at > since)) or 0]
    if delivery is not None:
        issue = select(deliveries.c.issue_id).where(deliveries.c.id == delivery).scalar_subquery()
        # From the report to its delivery: SQLite would look for reports of each delivery of the issue instead.
        its_issue = select(deliveries.c.issue_id).where(deliveries.c.id == bounces.c.delivery_id)
        of_issue = readers.where(its_issue.scalar_subquery() == issue)
        counts.append(connection.scalar(of_issue.where(bounces.c.at > floor) if floor else of_issue) or 0)
    if max(counts) < likely:
        return False
    enough = ceil((max(counts) + 1) / share)  # so many readers make it likely: no more are counted
    active = select(subscribers.c.id).where(subscribers.c.status == SubscriberStatus.ACTIVE).limit(enough)
    return (connection.scalar(select(func.count()).select_from(active.subquery())) or 0) < enough


def find_held_suppressions(store: Store, *, samples: int = 5) -> HeldSuppressions | None:
    """Return what waits for the operator, or None."""
    with store.read() as connection:
        count, since = connection.execute(
            select(func.count(func.distinct(bounces.c.subscriber_id)), func.min(bounces.c.at)).where(_HELD)
        ).one()
        if not count:
            return None
        rows = connection.execute(
            select(subscribers.c.address, bounces.c.reason, bounces.c.status)
            .join(subscribers, subscribers.c.id == bounces.c.subscriber_id)
            .where(_HELD)
            .order_by(bounces.c.id)
            .limit(samples)
        )
        found = tuple(read_as(HeldSample, row) for row in rows)
        done = len(_list_done(connection, since))
    return HeldSuppressions(count=count, done=done, since=since, samples=found)


def _list_done(connection: Connection, since: datetime) -> list[str]:
    """The digests of those who were suppressed in the hour before, by the reports of the same wave."""
    query = (
        select(suppressions.c.address_hmac)
        .join(subscribers, subscribers.c.address_hmac == suppressions.c.address_hmac)
        .where(
            suppressions.c.reason == DEAD,
            suppressions.c.at > since - _WINDOW,
            subscribers.c.id.in_(
                select(bounces.c.subscriber_id).where(_DEAD, bounces.c.at > since - _WINDOW)
            ),
        )
    )
    return list(connection.scalars(query))


def settle_held_suppressions(store: Store, now: datetime, *, are_dead: bool, by: By = BY_COMMAND) -> int:
    """Suppress the readers who wait, or release them with those of the hour before; return how many readers."""
    with store.write() as connection:
        since = connection.scalar(select(func.min(bounces.c.at)).where(_HELD))
        if since is None:
            return 0
        waiting = connection.execute(
            select(subscribers.c.address_hmac, func.min(bounces.c.reason).label("reason"))
            .join(bounces, bounces.c.subscriber_id == subscribers.c.id)
            .where(_HELD)
            .group_by(subscribers.c.address_hmac)
        ).all()
        followed = Consequence.DEAD if are_dead else Consequence.NONE
        count = len(waiting)
        if are_dead:
            for row in waiting:
                detail = f"{row.reason}; the operator confirmed it"
                add_suppression(
                    connection, Suppression(address_hmac=row.address_hmac, reason=DEAD, at=now, detail=detail)
                )
        else:
            count += sum(release_suppression(connection, hmac) for hmac in _list_done(connection, since))
        wave = _HELD if are_dead else or_(_HELD, and_(_DEAD, bounces.c.at > since - _WINDOW))
        change(connection, bounces, wave, consequence=followed)
        # With the answer: between two transactions a kill would let the brake ask for the same wave again.
        installation.write_fact(connection, _SETTLED, now.isoformat())
        verb = "suppressed" if are_dead else "spared"
        record_act(connection, by, f"{verb} {count} that were held", "readers", now)
    return count
