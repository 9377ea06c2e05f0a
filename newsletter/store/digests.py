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
    done, renewed, after = 0, 0, 0
    columns = (subscribers.c.id, subscribers.c.address_key, subscribers.c.address_hmac)
    while True:
        query = select(*columns).where(subscribers.c.id > after).order_by(subscribers.c.id).limit(_BATCH)
        rows = [
            {"row": row.id, "old": row.address_hmac, "new": digest(row.address_key)}
            for row in connection.execute(query)
        ]
        if not rows:
            break
        held = suppressions.c.address_hmac == bindparam("old")
        suppressed = select(subscribers.c.id).join(
            suppressions, suppressions.c.address_hmac == subscribers.c.address_hmac
        )
        mine = set(
            connection.scalars(suppressed.where(subscribers.c.id.between(rows[0]["row"], rows[-1]["row"])))
        )
        blind = [row for row in rows if row["row"] in mine]
        if blind:
            connection.execute(update(suppressions).where(held).values(address_hmac=bindparam("new")), blind)
        connection.execute(
            update(subscribers)
            .where(subscribers.c.id == bindparam("row"))
            .values(address_hmac=bindparam("new")),
            rows,
        )
        done, renewed, after = done + len(rows), renewed + len(blind), rows[-1]["row"]
    total = connection.scalar(select(func.count()).select_from(suppressions)) or 0
    return done, total - renewed
