"""The deliveries of which only the operator can know what became, and the one question about them. I/O (database)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, select

from newsletter.model import DeliveryStatus, EditionKey, IssueKey, IssueStatus
from newsletter.store.engine import Store
from newsletter.store.recovery import HOLD_REASON
from newsletter.store.schema import deliveries, issues, subscribers


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The deliveries of one issue that may have arrived: tried as often as they may be, never answered."""

    key: IssueKey
    count: int
    sample: tuple[str, ...]  # addresses


def list_held(store: Store, *, sample: int = 3) -> tuple[Held, ...]:
    """Return what only the operator can know, of each issue that is being sent."""
    found = []
    going = (
        select(issues.c.id, issues.c.edition, issues.c.date)
        .where(issues.c.status == IssueStatus.FROZEN)
        .order_by(issues.c.date, issues.c.edition)
    )
    with store.read() as connection:
        for issue, edition, day in connection.execute(going).all():
            unsure = and_(
                deliveries.c.issue_id == issue,
                deliveries.c.status == DeliveryStatus.UNCERTAIN,
                deliveries.c.reason == HOLD_REASON,
            )
            count = connection.scalar(select(func.count()).select_from(deliveries).where(unsure))
            if count:
                addresses = (
                    select(subscribers.c.address)
                    .join(deliveries, deliveries.c.subscriber_id == subscribers.c.id)
                    .where(unsure)
                    .order_by(deliveries.c.id)
                    .limit(sample)
                )
                key = IssueKey(edition=EditionKey(edition), date=day)
                found.append(Held(key=key, count=count, sample=tuple(connection.scalars(addresses))))
    return tuple(found)


def ask_of_held(held: Held) -> str:
    """Return the question to the operator; no address is in it."""
    command = f"newsletter issue settle --date {held.key}"
    return (
        f"{held.count} deliveries of {held.key} may have arrived: a relay was handed each, once more where the "
        f"settings allow it, and never answered. Did they? Its log knows, or one of the readers. {command} --arrived "
        f"counts them as sent, {command} --again sends them once more; without an answer they expire."
    )
