"""What the caps of the sign-up form count: when, which network, which address (keyed). I/O (database).

No address is kept here, and nothing for longer than the caps look back: networks a day, digests a month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from newsletter.store.schema import signups

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignupCounts:
    """How often the form was used lately."""

    address_day: int
    address_month: int
    network_hour: int
    total_hour: int


def _count_since(since: str, *of: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).where(signups.c.at > bindparam(since), *of).scalar_subquery()


_OF_ADDRESS = signups.c.address_hmac == bindparam("address")
_OF_NETWORK = signups.c.network == bindparam("network")
_COUNT = select(
    _count_since("day", _OF_ADDRESS).label("address_day"),
    _count_since("month", _OF_ADDRESS).label("address_month"),
    _count_since("hour", _OF_NETWORK).label("network_hour"),
    _count_since("hour").label("total_hour"),
)
_RECORD = insert(signups)


def count_signups(connection: Connection, now: datetime, *, address_hmac: str, network: str) -> SignupCounts:
    """Count the sign-ups of the address in the last day and month, of the network and of all in the last hour."""
    wanted = {
        "address": address_hmac,
        "network": network,
        "hour": now - HOUR,
        "day": now - DAY,
        "month": now - MONTH,
    }
    row = connection.execute(_COUNT, wanted).one()
    return SignupCounts(
        address_day=row.address_day,
        address_month=row.address_month,
        network_hour=row.network_hour,
        total_hour=row.total_hour,
    )


def record_signup(connection: Connection, now: datetime, *, address_hmac: str, network: str) -> None:
    """Count one sign-up, whether a notice left or not."""
    connection.execute(_RECORD, {"at": now, "address_hmac": address_hmac, "network": network})


def purge_signups(connection: Connection, now: datetime) -> int:
    """Delete what is older than a month, and the network of what is older than a day; return how many went."""
    old = signups.c.at < now - DAY, signups.c.network != ""
    connection.execute(update(signups).where(*old).values(network=""))
    return connection.execute(delete(signups).where(signups.c.at < now - MONTH)).rowcount
