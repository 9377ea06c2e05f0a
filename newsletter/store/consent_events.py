"""Consent events: the proof of every change of a subscriber's consent. I/O (database).

Events are only ever added; they go when the person is erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from newsletter.model import EditionKey, SubscriberId
from newsletter.store.engine import read_as
from newsletter.store.schema import consent_events

_RECORD = insert(consent_events)
_COPIED = ("at", "what", "source", "network", "detail")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEvent:
    """What happened, when, by which way, and from where."""

    at: datetime
    what: str  # requested, confirmed, added, imported, unsubscribed, paused, resumed, returned
    source: str  # form, page, one-click, mail, command, import file
    network: str | None = None  # the client's network, shortened: never a whole address
    detail: str | None = None  # the reason given, the consent an import states
    editions: tuple[EditionKey, ...] = ()  # that it changed


def record_event(connection: Connection, subscriber: SubscriberId, event: ConsentEvent) -> None:
    """Write one event of one subscriber."""
    record_events(connection, [(subscriber, event)])


def record_events(connection: Connection, events: Sequence[tuple[SubscriberId, ConsentEvent]]) -> None:
    """Write many events at once."""
    rows = [
        {
            "subscriber_id": subscriber,
            "editions": " ".join(event.editions) or None,
            **{name: getattr(event, name) for name in _COPIED},
        }
        for subscriber, event in events
    ]
    if rows:
        connection.execute(_RECORD, rows)


def find_proofs(
    connection: Connection, subscribers: Sequence[SubscriberId], kinds: Sequence[str]
) -> dict[SubscriberId, tuple[str, str]]:
    """Return by which way and from which network each last agreed: its newest event among ``kinds``."""
    query = select(consent_events.c.subscriber_id, consent_events.c.source, consent_events.c.network).where(
        consent_events.c.subscriber_id.in_(subscribers), consent_events.c.what.in_(kinds)
    )
    return {
        SubscriberId(row.subscriber_id): (row.source or "", row.network or "")
        for row in connection.execute(query.order_by(consent_events.c.id))
    }


def count_events(connection: Connection, subscriber: SubscriberId, what: str, since: datetime) -> int:
    """Return how many events of one kind a subscriber has after ``since``."""
    query = select(func.count()).where(
        consent_events.c.subscriber_id == subscriber,
        consent_events.c.what == what,
        consent_events.c.at > since,
    )
    return connection.scalar(query) or 0


def list_events(connection: Connection, subscriber: SubscriberId) -> tuple[ConsentEvent, ...]:
    """Return a subscriber's events, oldest first."""
    query = select(consent_events).where(consent_events.c.subscriber_id == subscriber)
    return tuple(
        read_as(ConsentEvent, row, editions=tuple(map(EditionKey, (row.editions or "").split())))
        for row in connection.execute(query.order_by(consent_events.c.id))
    )
