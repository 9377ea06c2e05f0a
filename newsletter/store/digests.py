"""The keyed digests of addresses, where the key that made them was lost. I/O (database)."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, bindparam, func, select, update

from newsletter.store.schema import subscribers, suppressions

_BATCH = 2_000


def any_digest(connection: Connection) -> tuple[str, str] | None:
    """Return the address key and the digest of one subscriber, or None where there is nobody."""
    query = select(subscribers.c.address_key, subscribers.c.address_hmac).limit(1)
    row = connection.execute(query).first()
    return (row[0], row[1]) if row else None


def renew_digests(connection: Connection, digest: Callable[[str], str]) -> tuple[int, int]:
    """Digest every address anew, in the rows and in the suppressions of subscribers that are still there.

    Return how many subscribers there are, and how many suppressions belong to nobody of them: those
    recognize no address any more.
    """
    done = renewed = after = 0
    query = select(subscribers.c.id, subscribers.c.address_key, subscribers.c.address_hmac)
    query = query.order_by(subscribers.c.id).limit(_BATCH)
    held = update(suppressions).where(suppressions.c.address_hmac == bindparam("old"))
    known = update(subscribers).where(subscribers.c.id == bindparam("row"))
    while found := connection.execute(query.where(subscribers.c.id > after)).all():
        rows = [{"row": one.id, "old": one.address_hmac, "new": digest(one.address_key)} for one in found]
        renewed += connection.execute(held.values(address_hmac=bindparam("new")), rows).rowcount
        connection.execute(known.values(address_hmac=bindparam("new")), rows)
        done, after = done + len(rows), found[-1].id
    total = connection.scalar(select(func.count()).select_from(suppressions)) or 0
    return done, total - renewed
