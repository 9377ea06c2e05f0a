"""Who is signed in to the desk, and the links that open it: digests alone. I/O (database)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete, func, select, update

from newsletter.model import By, Via
from newsletter.store.acts import record_act
from newsletter.store.engine import Store, add_row, change, read_as
from newsletter.store.schema import sessions

KEPT = timedelta(days=90)  # after it is over
_SEEN_EVERY = timedelta(minutes=5)
_BROWSER = 200  # characters


class Scope(StrEnum):
    """What a secret opens."""

    LINK = "link"  # a session, once
    SESSION = "session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session, or one link that opens one."""

    id: int
    scope: Scope
    who: str
    created: datetime
    expires: datetime
    seen: datetime | None
    ended: datetime | None
    network: str | None
    browser: str | None

    def is_open(self, now: datetime) -> bool:
        """Whether it still opens something."""
        return self.ended is None and now < self.expires

    @property
    def name(self) -> str:
        """How the record of acts names it."""
        return f"{self.scope} {self.id}"


_COLUMNS = [column for column in sessions.c if column.name != "digest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """What is to be kept of a secret that was just drawn."""

    scope: Scope
    who: str
    digest: str
    expires: datetime
    network: str | None = None
    browser: str | None = None


def add_session(connection: Connection, new: NewSession, now: datetime) -> int:
    """Keep one, in the caller's transaction; return its number."""
    row = {**asdict(new), "created": now, "browser": (new.browser or "")[:_BROWSER] or None}
    return add_row(connection, sessions, row)


def find_session(store: Store, scope: Scope, digest: str) -> Session | None:
    """Return the one with that digest, open or over."""
    query = select(*_COLUMNS).where(sessions.c.scope == scope, sessions.c.digest == digest)
    row = store.find(query).one_or_none()
    return read_as(Session, row) if row else None


def use_link(connection: Connection, digest: str, now: datetime) -> bool:
    """Use up a link, in the caller's transaction. False where it is over, or was used by another a moment ago."""
    which = (
        sessions.c.scope == Scope.LINK,
        sessions.c.digest == digest,
        sessions.c.ended.is_(None),
        sessions.c.expires > now,
    )
    return change(connection, sessions, *which, ended=now) == 1


def note_seen(store: Store, session: Session, now: datetime) -> None:
    """Write down that a session did something, every few minutes."""
    if session.seen is not None and now - session.seen < _SEEN_EVERY:
        return
    store.run(update(sessions).where(sessions.c.id == session.id).values(seen=now))


def list_sessions(store: Store, now: datetime, *, limit: int = 100) -> tuple[Session, ...]:
    """Return the open sessions and links, the newest first."""
    query = select(*_COLUMNS).where(sessions.c.ended.is_(None), sessions.c.expires > now)
    rows = store.find(query.order_by(sessions.c.id.desc()).limit(limit))
    return tuple(read_as(Session, row) for row in rows)


def end_sessions(store: Store, by: By, now: datetime, *, number: int | None = None, who: str = "") -> int:
    """End one by its number, all of one address, or all there are; return how many were open."""
    which = [sessions.c.ended.is_(None), sessions.c.expires > now]
    if number is not None:
        which.append(sessions.c.id == number)
    if who:
        which.append(func.lower(sessions.c.who) == who.lower())
    verb = "signed out" if by.via is Via.DESK else "revoked"
    with store.write() as connection:
        ended = 0
        for row in connection.execute(select(*_COLUMNS).where(*which)).all():
            if change(connection, sessions, sessions.c.id == row.id, sessions.c.ended.is_(None), ended=now):
                record_act(connection, by, f"{verb} {row.who}", f"{row.scope} {row.id}", now)
                ended += 1
    return ended


def count_links(
    connection: Connection, since: datetime, *, who: str, network: str | None
) -> tuple[int, int, int]:
    """Count the links made since then: for one address, from one network, in all."""
    lately = select(func.count()).where(sessions.c.scope == Scope.LINK, sessions.c.created > since)
    of_one = lately.where(func.lower(sessions.c.who) == who.lower())
    of_network = lately.where(sessions.c.network == network)
    one, near, total = (connection.scalar(query) or 0 for query in (of_one, of_network, lately))
    return one, near, total


def forget_sessions(store: Store, now: datetime) -> int:
    """Delete what was over long ago; return how many."""
    return store.run(delete(sessions).where(sessions.c.expires < now - KEPT))
