"""Subscribers: one row an address, for ever under one id. I/O (database).

Every function works inside the caller's transaction, so that a change of consent, its proof and the
notice it causes are written together or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from newsletter.model import DeskMail, EditionKey, NoticeKind, Subscriber, SubscriberId, SubscriberStatus
from newsletter.store.engine import change, in_batches, read_as
from newsletter.store.schema import (
    bounces,
    consent_events,
    deliveries,
    delivery_events,
    notices,
    subscribers,
    subscriptions,
    suppressions,
)
from newsletter.store.subscriptions import insert_subscriptions, save_subscriptions, takes, with_subscriptions
from newsletter.store.suppressions import Suppression, change_given_up

_COLUMNS = [
    column
    for column in subscribers.c
    if column.name not in {"address_key", "address_hmac", "domain", "source"}
]
# What a visitor waits for is made once: building a statement costs as much as running it.
_BY_ID = select(*_COLUMNS).where(subscribers.c.id == bindparam("wanted"))
_SUPPRESSION = (suppressions.c.reason, suppressions.c.at.label("suppressed_at"), suppressions.c.detail)
_BY_ID_WITH_SUPPRESSION = (
    select(*_COLUMNS, subscribers.c.address_hmac, *_SUPPRESSION)
    .select_from(
        subscribers.outerjoin(suppressions, suppressions.c.address_hmac == subscribers.c.address_hmac)
    )
    .where(subscribers.c.id == bindparam("wanted"))
    .with_for_update(of=subscribers)  # two editions left at once: the second sees that no other is kept
)
_HMAC = func.coalesce(subscribers.c.address_hmac, bindparam("hmac"))
_AT_ONCE = 1_000  # in one transaction
_ASKED = select(literal(1).label("one")).subquery("asked")  # one row, whether the address is known or not
_BY_KEY_WITH_SUPPRESSION = select(*_COLUMNS, _HMAC.label("address_hmac"), *_SUPPRESSION).select_from(
    _ASKED.outerjoin(subscribers, subscribers.c.address_key == bindparam("wanted")).outerjoin(
        suppressions, suppressions.c.address_hmac == _HMAC
    )
)
_INSERT = insert(subscribers).returning(subscribers.c.id, sort_by_parameter_order=True)
_SAVE = update(subscribers).where(
    subscribers.c.id == bindparam("of"), subscribers.c.status == bindparam("before")
)
_NOTICES = select(func.count()).where(
    notices.c.subscriber_id == bindparam("of"),
    notices.c.kind == bindparam("what"),
    notices.c.created > bindparam("since"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """An address as the ledger keeps it."""

    address: str
    address_key: str  # one person, one key
    address_hmac: str  # what a suppression remembers
    domain: str


def _subscriber(row: Any) -> Subscriber:
    return read_as(Subscriber, row, subscriptions=())


def find_by_id(connection: Connection, subscriber: SubscriberId) -> Subscriber | None:
    """Return one subscriber, or None where nobody has that id (any more)."""
    return _one(connection, connection.execute(_BY_ID, {"wanted": subscriber}).one_or_none())


def _one(connection: Connection, row: Any) -> Subscriber | None:
    return with_subscriptions(connection, [_subscriber(row)])[0] if row else None


def find_with_suppression(
    connection: Connection, who: Identity | SubscriberId
) -> tuple[Subscriber | None, Suppression | None]:
    """Return a subscriber, and the suppression of the address; each None where there is none."""
    if isinstance(who, Identity):
        wanted = {"wanted": who.address_key, "hmac": who.address_hmac}
        row = connection.execute(_BY_KEY_WITH_SUPPRESSION, wanted).one_or_none()
    else:
        row = connection.execute(_BY_ID_WITH_SUPPRESSION, {"wanted": who}).one_or_none()
    if row is None:
        return None, None
    suppression = None
    if row.reason is not None:
        suppression = read_as(Suppression, row, at=row.suppressed_at)
    return _one(connection, row if row.id is not None else None), suppression


def find_by_keys(connection: Connection, address_keys: Iterable[str]) -> dict[str, Subscriber]:
    """Return those of ``address_keys`` that are known, by key."""
    found: dict[str, Subscriber] = {}
    for keys in in_batches(address_keys):
        query = select(subscribers.c.address_key, *_COLUMNS).where(subscribers.c.address_key.in_(keys))
        known = {row.address_key: _subscriber(row) for row in connection.execute(query)}
        found.update(zip(known, with_subscriptions(connection, tuple(known.values())), strict=True))
    return found


def _consent(subscriber: Subscriber) -> dict[str, Any]:
    """Return the columns that a change of consent may touch."""
    touched = ("name", "status", "confirmed", "unsubscribed", "paused_until")
    return {name: getattr(subscriber, name) for name in touched}


def _identity(identity: Identity) -> dict[str, Any]:
    """Return the columns of an address; ``asdict`` copies deeply, which an import of many notices."""
    return {name: getattr(identity, name) for name in ("address", "address_key", "address_hmac", "domain")}


def insert_subscriber(
    connection: Connection, subscriber: Subscriber, identity: Identity, source: str
) -> SubscriberId:
    """Write a new subscriber (its ``id`` is ignored) and return the id it got."""
    [new] = insert_subscribers(connection, [(subscriber, identity)], source)
    return new


def insert_subscribers(
    connection: Connection, new: Sequence[tuple[Subscriber, Identity]], source: str
) -> list[SubscriberId]:
    """Write many new subscribers (their ``id`` is ignored) and what they chose; return the ids they got."""
    rows = [
        {**_identity(identity), **_consent(subscriber), "created": subscriber.created, "source": source}
        for subscriber, identity in new
    ]
    ids = list(map(SubscriberId, connection.scalars(_INSERT, rows))) if rows else []
    chosen = zip(ids, (subscriber.subscriptions for subscriber, _ in new), strict=True)
    insert_subscriptions(connection, [(new_id, one) for new_id, each in chosen for one in each])
    return ids


def save_consent(connection: Connection, before: Subscriber, after: Subscriber) -> bool:
    """Write the consent of ``after``; False where another process changed the status since ``before``."""
    changed = connection.execute(_SAVE, {"of": before.id, "before": before.status, **_consent(after)})
    if changed.rowcount == 1:
        save_subscriptions(connection, before, after)
    return changed.rowcount == 1


def save_details(connection: Connection, subscriber: Subscriber, identity: Identity | None) -> None:
    """Write a subscriber's name and, where there is an ``identity``, the address that it is of."""
    values = {"name": subscriber.name, **(_identity(identity) if identity else {})}
    change(connection, subscribers, subscribers.c.id == subscriber.id, **values)


def delete_subscriber(connection: Connection, subscriber: SubscriberId) -> bool:
    """Delete the row, its consent events, and what others said of the address. False where there is none.

    Deliveries stay, under a number that leads to nobody; relays and bounces like to quote the address,
    so their words go.
    """
    theirs = select(deliveries.c.id).where(deliveries.c.subscriber_id == subscriber)
    for table, condition in (
        (deliveries, deliveries.c.subscriber_id == subscriber),
        (delivery_events, delivery_events.c.delivery_id.in_(theirs)),
        (notices, notices.c.subscriber_id == subscriber),
    ):
        change(connection, table, condition, reply_text=None, reason=None)
    begins = notices.c.ref.startswith(f"{subscriber}:", autoescape=True)
    addressed = notices.c.kind.in_([DeskMail.NEW_ADDRESS, DeskMail.OLD_ADDRESS])
    connection.execute(delete(notices).where(addressed, begins))
    hmac = select(subscribers.c.address_hmac).where(subscribers.c.id == subscriber).scalar_subquery()
    change(connection, suppressions, suppressions.c.address_hmac == hmac, detail=None)
    change_given_up(connection, subscriber)
    about = bounces.c.subscriber_id == subscriber
    change(connection, bounces, about, raw=None, reason="erased")
    for own in (consent_events, subscriptions):
        connection.execute(delete(own).where(own.c.subscriber_id == subscriber))
    return connection.execute(delete(subscribers).where(subscribers.c.id == subscriber)).rowcount == 1


def list_subscribers(
    connection: Connection,
    *,
    status: SubscriberStatus | None = None,
    edition: EditionKey | None = None,
    search: str = "",
    after: SubscriberId | None = None,
    offset: int = 0,
    limit: int | None = 100,
) -> tuple[Subscriber, ...]:
    """Return subscribers by id, those after ``after``, all where ``limit`` is None.

    ``search`` is a part of the address or name.
    """
    query = select(*_COLUMNS)
    if status is not None:
        query = query.where(subscribers.c.status == status)
    if edition is not None:
        query = query.where(takes(edition))
    if search:
        query = query.where(matches_search(search))
    if after is not None:
        query = query.where(subscribers.c.id > after)
    rows = connection.execute(query.order_by(subscribers.c.id).offset(offset).limit(limit))
    return with_subscriptions(connection, [_subscriber(row) for row in rows])


def matches_search(part: str) -> ColumnElement[bool]:
    """Whether the address of a subscriber holds that part, or the name where the part is of no address."""
    in_address = subscribers.c.address_key.contains(part.lower(), autoescape=True)
    return in_address if "@" in part else or_(in_address, subscribers.c.name.icontains(part, autoescape=True))


def needs_keys(connection: Connection) -> bool:
    """Whether the key file was used: addresses have digests, links may have been mailed."""
    return any(
        connection.execute(select(table.c.address_hmac).limit(1)).first()
        for table in (subscribers, suppressions)
    )


def count_subscribers(connection: Connection) -> dict[SubscriberStatus, int]:
    """Return how many subscribers there are in each status, zeros included."""
    query = select(subscribers.c.status, func.count()).group_by(subscribers.c.status)
    counted = {row[0]: row[1] for row in connection.execute(query)}
    return {status: counted.get(status, 0) for status in SubscriberStatus}


def source_of(connection: Connection, subscriber: SubscriberId) -> str | None:
    """Return by which way a subscriber first came."""
    return connection.scalar(select(subscribers.c.source).where(subscribers.c.id == subscriber))


def list_forgettable(
    connection: Connection, status: SubscriberStatus, before: datetime
) -> tuple[Subscriber, ...]:
    """Return some of those who left, or were last asked to confirm and never did, before ``before``."""
    asked = (
        select(func.max(consent_events.c.at))
        .where(consent_events.c.subscriber_id == subscribers.c.id)
        .correlate(subscribers)
        .scalar_subquery()
    )
    has_left = status is SubscriberStatus.UNSUBSCRIBED
    since = subscribers.c.unsubscribed if has_left else func.coalesce(asked, subscribers.c.created)
    query = select(*_COLUMNS).where(subscribers.c.status == status, since < before)
    rows = connection.execute(query.order_by(subscribers.c.id).limit(_AT_ONCE))
    return with_subscriptions(connection, [_subscriber(row) for row in rows])


def count_notices(connection: Connection, subscriber: SubscriberId, kind: NoticeKind, since: datetime) -> int:
    """Return how many notices of one kind were queued for a subscriber after ``since``."""
    return connection.scalar(_NOTICES, {"of": subscriber, "what": kind, "since": since}) or 0


def why_suppressed(connection: Connection, found: Iterable[Subscriber]) -> dict[SubscriberId, str]:
    """Return the reason for each of these subscribers whose address is suppressed."""
    known = {one.id for one in found}
    joined = select(subscribers.c.id, suppressions.c.reason).join_from(
        subscribers, suppressions, suppressions.c.address_hmac == subscribers.c.address_hmac
    )
    return {row.id: row.reason for row in connection.execute(joined.where(subscribers.c.id.in_(known)))}


def suppressed_among(connection: Connection, hmacs: Iterable[str]) -> dict[str, str]:
    """Return those of the keyed digests that are suppressed, each with its reason."""
    row, found = suppressions.c, dict[str, str]()
    for wanted in in_batches(hmacs):
        query = select(row.address_hmac, row.reason).where(row.address_hmac.in_(wanted))
        found.update({each.address_hmac: each.reason for each in connection.execute(query)})
    return found
