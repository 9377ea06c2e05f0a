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
    exists,
    func,
    insert,
    select,
)

from newsletter.model import SubscriberStatus
from newsletter.store.engine import change
from newsletter.store.schema import signups, subscribers

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignupCounts:
    """How often the form was used lately."""

    address_day: int
    address_month: int
    domain_day: int  # of its domain, where nobody is subscribed under it; else 0
    network_hour: int
    total_hour: int


def _count_since(since: str, *of: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).where(signups.c.at > bindparam(since), *of).scalar_subquery()


_OF_ADDRESS = signups.c.address_hmac == bindparam("address")
_OF_NETWORK = signups.c.network == bindparam("network")
_OF_DOMAIN = signups.c.address_hmac == bindparam("domain")
_NOBODY_THERE = ~exists().where(
    subscribers.c.domain == bindparam("name"), subscribers.c.status == SubscriberStatus.ACTIVE
)
_COUNT = select(
    _count_since("day", _OF_ADDRESS).label("address_day"),
    _count_since("month", _OF_ADDRESS).label("address_month"),
    _count_since("hour", _OF_NETWORK).label("network_hour"),
    _count_since("hour", signups.c.network != "").label("total_hour"),
    _count_since("day", _OF_DOMAIN, _NOBODY_THERE).label("domain_day"),
)
_RECORD = insert(signups)


def count_signups(
    connection: Connection, now: datetime, *, address_hmac: str, network: str, domain: str, domain_hmac: str
) -> SignupCounts:
    """Count the sign-ups of the address in the last day and month, of the network and of all in the last hour.

    ``domain_hmac``: "" where its sign-ups are not counted together.
    """
    wanted = {
        "address": address_hmac,
        "network": network,
        "name": domain,
        "domain": domain_hmac,
        "hour": now - HOUR,
        "day": now - DAY,
        "month": now - MONTH,
    }
    return SignupCounts(**connection.execute(_COUNT, wanted).mappings().one())


def find_room(connection: Connection, now: datetime, limit: int) -> datetime:
    """Return when the hour holds fewer than ``limit`` sign-ups again."""
    nth = select(signups.c.at).where(signups.c.network != "").order_by(signups.c.at.desc()).offset(limit - 1)
    oldest = connection.scalar(nth.limit(1))
    return now if oldest is None else max(now, oldest + HOUR)


def record_signup(
    connection: Connection, now: datetime, *, address_hmac: str, network: str, domain_hmac: str
) -> None:
    """Count one sign-up, whether a notice left or not; of its domain by a row without a network."""
    rows = [{"at": now, "address_hmac": address_hmac, "network": network}]
    if domain_hmac:
        rows.append({"at": now, "address_hmac": domain_hmac, "network": ""})
    connection.execute(_RECORD, rows)


def purge_signups(connection: Connection, now: datetime) -> None:
    """Delete what is older than a month, and the network of what is older than a day."""
    old = signups.c.at < now - DAY, signups.c.network != ""
    change(connection, signups, *old, network="")
    connection.execute(delete(signups).where(signups.c.at < now - MONTH))
