"""Whom the next issue would go to, counted before anything is planned. I/O (database)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, exists, func, select

from newsletter.model import IssueKey, SubscriberStatus
from newsletter.store.engine import Store
from newsletter.store.schema import subscribers, suppressions
from newsletter.store.subscriptions import takes, takes_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """The active subscribers of an issue: who is mailed, who is not and why, and who would be mailed twice."""

    active: int
    paused: int
    suppressed: int  # active, yet on the suppression list: planning leaves them out
    doubled: int  # addresses of more than one active subscriber

    @property
    def mailed(self) -> int:
        """How many get the issue; a suppressed subscriber may also have paused, so this is a floor."""
        return max(0, self.active - self.paused - self.suppressed)


def count_audience(store: Store, key: IssueKey) -> Audience:
    """Count whom an issue would go to."""
    active = and_(subscribers.c.status == SubscriberStatus.ACTIVE, takes(key.edition))
    paused = ~takes_on(key.edition, key.date)
    suppressed = exists().where(suppressions.c.address_hmac == subscribers.c.address_hmac)
    total = select(func.count()).select_from(subscribers).where(active)
    doubled = (
        select(subscribers.c.address_hmac)
        .where(active)
        .group_by(subscribers.c.address_hmac)
        .having(func.count() > 1)
        .subquery()
    )
    with store.read() as connection:
        return Audience(
            active=int(connection.scalar(total) or 0),
            paused=int(connection.scalar(total.where(paused)) or 0),
            suppressed=int(connection.scalar(total.where(suppressed)) or 0),
            doubled=int(connection.scalar(select(func.count()).select_from(doubled)) or 0),
        )
