"""Whose clock a lease goes by, where senders on several machines share a database. I/O (database).

Clocks of two machines may be hours apart. In PostgreSQL a lease therefore begins at the server's time if
that is the later one, and has ended only where the server says so too: a wrong clock keeps a row for
longer, and never takes it from a living sender. SQLite's senders share one machine and one clock.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select


def latest_now(connection: Connection, now: datetime) -> datetime:
    """Return the later one of our clock and the server's: when a lease begins."""
    return max(now, _server_now(connection, now))


def earliest_now(connection: Connection, now: datetime) -> datetime:
    """Return the earlier one of our clock and the server's: what has ended by then has ended."""
    return min(now, _server_now(connection, now))


def _server_now(connection: Connection, now: datetime) -> datetime:
    if connection.dialect.name != "postgresql":
        return now
    moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return moment
