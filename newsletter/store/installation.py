"""Facts about this installation, its runs and its locks. I/O (database)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from newsletter.model import EditionKey, IssueKey
from newsletter.store.engine import Store, add_new, add_row, insert_into, read_as, write_over
from newsletter.store.schema import leases, meta, runs

BEAT = "alive:"  # before the name of a process
RESTORED = "restored"  # of which moment the backup is that this database comes from, until that is settled


def read_fact(store: Store, key: str) -> str | None:
    """Return one fact, or None."""
    return store.find(select(meta.c.value).where(meta.c.key == key)).scalar()


def read_moment(store: Store, key: str) -> datetime | None:
    """Return one fact that is a moment, or None."""
    value = read_fact(store, key)
    return datetime.fromisoformat(value) if value else None


def save_fact(store: Store, key: str, value: str) -> None:
    """Write one fact over what was there."""
    with store.write() as connection:
        write_fact(connection, key, value)


def write_fact(connection: Connection, key: str, value: str) -> None:
    """Write one fact over what was there, in the caller's transaction."""
    write_over(connection, meta, {"key": key, "value": value})


def note_installed(store: Store, now: datetime) -> None:
    """Note down when this installation began, unless it is known."""
    with store.write() as connection:
        add_new(connection, meta, {"key": "installed_at", "value": now.isoformat()})


def installed_at(store: Store, now: datetime) -> datetime:
    """Return when this installation began: now, where it never ran."""
    return read_moment(store, "installed_at") or now


def beat(store: Store, process: str, now: datetime) -> None:
    """Record that a process is alive; /readyz reads it."""
    save_fact(store, f"{BEAT}{process}", now.isoformat())


def last_beat(store: Store, process: str) -> datetime | None:
    """Return when a process was last alive."""
    return read_moment(store, f"{BEAT}{process}")


def say_ago(age: timedelta) -> str:
    """Say how long ago a sign of life was: "40 s ago"."""
    return f"{max(0, round(age.total_seconds()))} s ago"


def was_done(store: Store, fact: str, now: datetime, *, within: timedelta) -> bool:
    """Whether the moment kept as ``fact`` was less than ``within`` ago; one to come (a clock set back) is none."""
    moment = read_moment(store, fact)
    return moment is not None and timedelta(0) <= now - moment < within


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

    @property
    def key(self) -> IssueKey:
        """Which issue it was for."""
        return IssueKey(edition=self.edition, date=self.date)


def start_run(store: Store, kind: str, key: IssueKey, now: datetime) -> int:
    """Record that a run for an issue began; return its id."""
    with store.write() as connection:
        row = {"kind": kind, "edition": key.edition, "date": key.date, "started": now}
        return add_row(connection, runs, row)


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
    ended = {"finished": now, "outcome": outcome, "counts": dict(counts), "error": error}
    store.run(update(runs).where(runs.c.id == run).values(ended))


def list_runs(
    store: Store, *, key: IssueKey | None = None, offset: int = 0, limit: int = 50
) -> tuple[Run, ...]:
    """Return the newest runs first, for one issue or all."""
    query = select(runs).order_by(runs.c.id.desc()).offset(offset).limit(limit)
    if key is not None:
        query = query.where(runs.c.edition == key.edition, runs.c.date == key.date)
    return tuple(read_as(Run, row, counts=row.counts or {}) for row in store.find(query))


def take_lease(store: Store, name: str, owner: str, now: datetime, *, seconds: float) -> bool:
    """Whether ``owner`` now holds the lock ``name``: it was free, its own, or its time was over."""
    lease = {"owner": owner, "until": now + timedelta(seconds=seconds)}
    is_free = or_(leases.c.owner == owner, leases.c.until <= now)
    with store.write() as connection:
        taking = insert_into(connection, leases).values(name=name, **lease)
        taking = taking.on_conflict_do_update(index_elements=["name"], set_=lease, where=is_free)
        return connection.execute(taking).rowcount == 1


def drop_lease(store: Store, name: str, owner: str) -> None:
    """Give the lock back, if it is still ours."""
    store.run(delete(leases).where(leases.c.name == name, leases.c.owner == owner))
