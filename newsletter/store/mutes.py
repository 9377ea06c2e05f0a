"""What editors want to hear nothing of. I/O (database)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, or_, select

from newsletter.model import By, Mute, MuteKind
from newsletter.store.acts import record_act
from newsletter.store.engine import Store, add_row, change, read_as
from newsletter.store.schema import mutes


def add_mute(
    store: Store, kind: MuteKind, value: str, *, until: date | None, reason: str, now: datetime, by: By
) -> Mute:
    """Remember a choice."""
    row = {"kind": kind, "value": value, "until": until, "reason": reason, "at": now, "actor": by.name}
    with store.write() as connection:
        number = add_row(connection, mutes, row)
        how_long = f"until {until}" if until else "for ever"
        record_act(connection, by, f"muted {how_long}: {reason}", f"{kind} {value}", now)
    return Mute(id=number, kind=kind, value=value, until=until, reason=reason, at=now, by=by.name)


def lift_mute(store: Store, number: int, *, now: datetime, by: By) -> Mute | None:
    """Take a choice back; None where it is not there, or taken back already."""
    with store.write() as connection:
        which = (mutes.c.id == number, mutes.c.lifted.is_(None))
        if change(connection, mutes, *which, lifted=now) == 0:
            return None
        found = _read(connection.execute(select(mutes).where(mutes.c.id == number)).one())
        record_act(connection, by, "unmuted", f"{found.kind} {found.value}", now)
    return found


def list_mutes(store: Store, today: date | None = None) -> tuple[Mute, ...]:
    """Return every choice, the newest first; with ``today`` only those that hold then."""
    query = select(mutes).order_by(mutes.c.id.desc())
    if today is not None:
        query = query.where(mutes.c.lifted.is_(None), or_(mutes.c.until.is_(None), mutes.c.until > today))
    return tuple(map(_read, store.find(query)))


def _read(row: Row[Any]) -> Mute:
    return read_as(Mute, row, by=row.actor)
