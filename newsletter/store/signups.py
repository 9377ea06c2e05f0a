"""What the caps of the sign-up form count: when, which network, which address (keyed). I/O (database).

No address is kept here, and nothing for longer than the caps look back: networks a day, digests a month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

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


def count_signups(connection: Connection, now: datetime, *, address_hmac: str, network: str) -> SignupCounts:
    """Count the sign-ups of the address in the last day and month, of the network and of all in the last hour."""
    count = select(func.count()).select_from(signups)
    hour = count.where(signups.c.at > now - HOUR)

    def scalar(query: object) -> int:
        return int(connection.scalar(query) or 0)  # type: ignore[call-overload]  # any select of a count

    return SignupCounts(
        address_day=scalar(count.where(signups.c.at > now - DAY, signups.c.address_hmac == address_hmac)),
        address_month=scalar(count.where(signups.c.at > now - MONTH, signups.c.address_hmac == address_hmac)),
        network_hour=scalar(hour.where(signups.c.network == network)),
        total_hour=scalar(hour),
    )


def record_signup(connection: Connection, now: datetime, *, address_hmac: str, network: str) -> None:
    """Count one sign-up, whether a notice left or not."""
    connection.execute(insert(signups).values(at=now, address_hmac=address_hmac, network=network))


def purge_signups(connection: Connection, now: datetime) -> int:
    """Delete what is older than a month, and the network of what is older than a day; return how many went."""
    old = signups.c.at < now - DAY, signups.c.network != ""
    connection.execute(update(signups).where(*old).values(network=""))
    return connection.execute(delete(signups).where(signups.c.at < now - MONTH)).rowcount
