"""Suppressions: addresses that are never mailed again, known by keyed digest only. I/O (database).

The digest outlives the person's erasure, so that nobody comes back with the next import.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from newsletter.model import SubscriberId
from newsletter.store.acts import name_reader
from newsletter.store.engine import Store, change, insert_into, read_as
from newsletter.store.schema import subscribers, suppressions

DEAD, COMPLAINT = "dead address", "complaint"  # the reasons of suppressions that a report makes
MOVED = "moved away"  # its reader has another address: no import brings this one back, but its owner does


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Why an address is never mailed again."""

    address_hmac: str
    reason: str  # dead address, complaint, erased, left long ago, moved away, operator
    at: datetime
    detail: str = ""


def add_suppression(connection: Connection, suppression: Suppression, *, over: Collection[str] = ()) -> bool:
    """Suppress an address inside the caller's transaction. False where it was already: the first reason stays.

    But for the reasons ``over``, which give way, also where another process writes it at this moment.
    """
    row = {**asdict(suppression), "detail": suppression.detail or None}
    adding = insert_into(connection, suppressions).values(row)
    if over:
        adding = adding.on_conflict_do_update(
            index_elements=[suppressions.c.address_hmac], set_=row, where=suppressions.c.reason.in_(over)
        )
    else:
        adding = adding.on_conflict_do_nothing()
    return connection.execute(adding).rowcount == 1


def suppress_given_up(
    connection: Connection, address_hmac: str, subscriber: SubscriberId, now: datetime
) -> None:
    """Suppress the address that a reader gave up for another one."""
    given_up = Suppression(address_hmac=address_hmac, reason=MOVED, at=now, detail=name_reader(subscriber))
    add_suppression(connection, given_up)


def change_given_up(connection: Connection, subscriber: SubscriberId, **values: object) -> None:
    """Change the suppressions of the addresses that a reader gave up; nothing leads from them to anybody then."""
    theirs = (suppressions.c.reason == MOVED) & (suppressions.c.detail == name_reader(subscriber))
    change(connection, suppressions, theirs, detail=None, **values)


def release_suppression(connection: Connection, address_hmac: str) -> bool:
    """Let the operator release an address: it may be mailed again. False where it was not suppressed."""
    return bool(
        connection.execute(delete(suppressions).where(suppressions.c.address_hmac == address_hmac)).rowcount
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSuppression:
    """A suppression with the address, where somebody still has it."""

    address: str | None
    reason: str
    at: datetime
    detail: str


def list_suppressions(
    store: Store, *, reason: str = "", search: str = "", offset: int = 0, limit: int = 100
) -> tuple[ListedSuppression, ...]:
    """Return the newest suppressions first; ``search`` is a part of an address that is still known."""
    query = (
        select(suppressions, subscribers.c.address)
        .outerjoin(subscribers, subscribers.c.address_hmac == suppressions.c.address_hmac)
        .order_by(suppressions.c.at.desc(), suppressions.c.address_hmac)
    )
    if reason:
        query = query.where(suppressions.c.reason == reason)
    if search:
        query = query.where(subscribers.c.address_key.contains(search.lower(), autoescape=True))
    return tuple(read_as(ListedSuppression, row) for row in store.find(query.offset(offset).limit(limit)))


def count_suppressions(store: Store) -> dict[str, int]:
    """Return how many addresses are suppressed, by reason."""
    return store.count_by(suppressions.c.reason)
