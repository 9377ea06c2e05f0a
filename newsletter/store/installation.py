"""Facts about this installation, its runs and its locks. I/O (database)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from newsletter.errors import StoreConflictError
from newsletter.model import EditionKey, IssueKey
from newsletter.store.engine import Store
from newsletter.store.schema import leases, meta, runs

BEAT = "alive:"  # before the name of a process
RESTORED = "restored"  # of which moment the backup is that this database comes from, until that is settled


def read_fact(store: Store, key: str) -> str | None:
    """Return one fact, or None."""
    with store.read() as connection:
        return connection.scalar(select(meta.c.value).where(meta.c.key == key))


def save_fact(store: Store, key: str, value: str) -> None:
    """Write one fact over what was there."""
    with store.write() as connection:
        write_fact(connection, key, value)


def write_fact(connection: Connection, key: str, value: str) -> None:
    """Write one fact over what was there, in the caller's transaction."""
    if connection.execute(update(meta).where(meta.c.key == key).values(value=value)).rowcount == 0:
        connection.execute(insert(meta).values(key=key, value=value))


def note_installed(store: Store, now: datetime) -> None:
    """Note down when this installation began, unless it is known."""
    with store.write() as connection:
        if connection.scalar(select(meta.c.value).where(meta.c.key == "installed_at")) is None:
            connection.execute(insert(meta).values(key="installed_at", value=now.isoformat()))


def installed_at(store: Store, now: datetime) -> datetime:
    """Return when this installation began: now, where it never ran."""
    known = read_fact(store, "installed_at")
    return datetime.fromisoformat(known) if known else now


def beat(store: Store, process: str, now: datetime) -> None:
    """Record that a process is alive; /readyz reads it."""
    save_fact(store, f"{BEAT}{process}", now.isoformat())


def last_beat(store: Store, process: str) -> datetime | None:
    """Return when a process was last alive."""
    value = read_fact(store, f"{BEAT}{process}")
    return datetime.fromisoformat(value) if value else None


def was_done(store: Store, fact: str, now: datetime, *, within: timedelta) -> bool:
    """Whether the moment kept as ``fact`` was less than ``within`` ago; one to come (a clock set back) is none."""
    moment = read_fact(store, fact)
    return moment is not None and timedelta(0) <= now - datetime.fromisoformat(moment) < within


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a stage of the day."""

    id: int
    kind: str
    edition: EditionKey
    date: date
    started: datetime
    finished: datetime | None
    outcome: str | None
    counts: Mapping[str, Any]
    error: str | None


def start_run(store: Store, kind: str, key: IssueKey, now: datetime) -> int:
    """Record that a run for an issue began; return its id."""
    with store.write() as connection:
        result = connection.execute(
            insert(runs).values(kind=kind, edition=key.edition, date=key.date, started=now)
        )
        made = result.inserted_primary_key
        if made is None:
            raise RuntimeError("the database gave no key for the run")
        return int(made[0])


def finish_run(
    store: Store,
    run: int,
    now: datetime,
    *,
    outcome: str,
    counts: Mapping[str, Any],
    error: str | None = None,
) -> None:
    """Record how a run ended."""
    with store.write() as connection:
        connection.execute(
            update(runs)
            .where(runs.c.id == run)
            .values(finished=now, outcome=outcome, counts=dict(counts), error=error)
        )


def list_runs(
    store: Store, *, key: IssueKey | None = None, offset: int = 0, limit: int = 50
) -> tuple[Run, ...]:
    """Return the newest runs first, for one issue or all."""
    query = select(runs).order_by(runs.c.id.desc()).offset(offset).limit(limit)
    if key is not None:
        query = query.where(runs.c.edition == key.edition, runs.c.date == key.date)
    with store.read() as connection:
        rows = connection.execute(query).mappings().all()
    return tuple(Run(**{**row, "counts": row["counts"] or {}}) for row in rows)


def take_lease(store: Store, name: str, owner: str, now: datetime, *, seconds: float) -> bool:
    """Whether ``owner`` now holds the lock ``name``: it was free, its own, or its time was over."""
    until = now + timedelta(seconds=seconds)
    try:
        with store.write() as connection:
            taken = connection.execute(
                update(leases)
                .where(leases.c.name == name, or_(leases.c.owner == owner, leases.c.until <= now))
                .values(owner=owner, until=until)
            )
            if taken.rowcount:
                return True
            if connection.scalar(select(leases.c.owner).where(leases.c.name == name)) is not None:
                return False
            connection.execute(insert(leases).values(name=name, owner=owner, until=until))
            return True
    except StoreConflictError:  # another took it between the two statements
        return False


def drop_lease(store: Store, name: str, owner: str) -> None:
    """Give the lock back, if it is still ours."""
    with store.write() as connection:
        connection.execute(delete(leases).where(leases.c.name == name, leases.c.owner == owner))
