"""Lists of an issue's deliveries: searched, filtered, by mailbox provider, each with its history. I/O (database).

What a page waits for: each query answers within a tenth of a second where 100,000 read (benchmarks/lists.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from newsletter.model import DeliveryId, DeliveryStatus, IssueId
from newsletter.store.deliveries import WITH_ADDRESS, ListedDelivery, read_delivery, read_delivery_event
from newsletter.store.engine import Store
from newsletter.store.schema import deliveries, delivery_events, subscribers
from newsletter.store.subscribers import matches_search


def find_deliveries(
    store: Store,
    issue: IssueId,
    *,
    statuses: Collection[DeliveryStatus] = (),
    search: str = "",
    offset: int = 0,
    limit: int = 100,
) -> tuple[ListedDelivery, ...]:
    """Return an issue's deliveries in the order planned, all or those in one of ``statuses``.

    ``search`` is a part of the reader's address or name.
    """
    query = WITH_ADDRESS.where(deliveries.c.issue_id == issue).offset(offset).limit(limit)
    query = query.order_by(deliveries.c.subscriber_id)  # in the order planned, by an index there is
    if statuses:
        query = query.where(deliveries.c.status.in_(sorted(statuses)))
    if search:
        # Of the few that are not sent each reader is looked at; of all, the readers are searched first.
        found = matches_search(search)
        is_few = statuses and DeliveryStatus.SENT not in statuses
        among = deliveries.c.subscriber_id.in_(select(subscribers.c.id).where(found))
        query = query.where(found if is_few else among)
    rows = store.find(query).mappings().all()
    return tuple(ListedDelivery(delivery=read_delivery(row), address=row["address"]) for row in rows)


def load_delivery(store: Store, delivery: DeliveryId) -> ListedDelivery | None:
    """Return one delivery with all that was said at each try, or None."""
    query = WITH_ADDRESS.where(deliveries.c.id == delivery)
    past = (
        select(delivery_events)
        .where(delivery_events.c.delivery_id == delivery)
        .order_by(delivery_events.c.at, delivery_events.c.id)
    )
    with store.read() as connection:
        row = connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        events = [read_delivery_event(event, event["at"]) for event in connection.execute(past).mappings()]
    history = (*events, read_delivery_event(row, row["changed"]))
    return ListedDelivery(delivery=read_delivery(row), address=row["address"], history=history)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainCounts:
    """How an issue's deliveries under one domain stand."""

    domain: str  # "" of readers who were erased
    counts: Mapping[DeliveryStatus, int]

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.counts.values())


def count_by_domain(store: Store, issue: IssueId) -> tuple[DomainCounts, ...]:
    """Return how an issue's deliveries stand by the domain of the address, the largest first."""
    query = (
        select(subscribers.c.domain, deliveries.c.status, func.count().label("number"))
        .select_from(deliveries)
        .outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .where(deliveries.c.issue_id == issue)
        .group_by(subscribers.c.domain, deliveries.c.status)
    )
    found: dict[str, dict[DeliveryStatus, int]] = {}
    for row in store.find(query):
        found.setdefault(row.domain or "", {})[DeliveryStatus(row.status)] = row.number
    counted = (DomainCounts(domain=domain, counts=counts) for domain, counts in found.items())
    return tuple(sorted(counted, key=lambda one: (-one.total, one.domain)))
