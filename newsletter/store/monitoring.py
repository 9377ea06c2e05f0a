"""What a monitoring asks the ledger, in a few small queries. I/O (database)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from newsletter.model import OPEN_STATUSES, DeliveryStatus, EditionKey, IssueStatus
from newsletter.store.engine import Store
from newsletter.store.installation import BEAT, save_fact
from newsletter.store.schema import deliveries, issues, meta, notices

_SENDER = "sender:"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenSender:
    """What a machine that sends said last of itself and of its relays."""

    machine: str
    at: datetime
    relays: Mapping[str, bool]  # whether it works, by name


def note_sender(store: Store, machine: str, now: datetime, relays: Mapping[str, bool]) -> None:
    """Record that a machine sends, and which of its relays work, over what it said before."""
    save_fact(store, f"{_SENDER}{machine}"[:64], json.dumps({"at": now.isoformat(), "relays": dict(relays)}))


def list_senders(store: Store, *, since: datetime) -> tuple[SeenSender, ...]:
    """Return the machines that sent something or waited for it since then."""
    return tuple(one for one in _read_senders(store) if one.at >= since)


def forget_senders(store: Store, *, before: datetime) -> None:
    """Forget machines that were not seen since: each new container has a name of its own."""
    gone = [f"{_SENDER}{one.machine}" for one in _read_senders(store) if one.at < before]
    if gone:
        store.run(delete(meta).where(meta.c.key.in_(gone)))


def _read_senders(store: Store) -> Iterable[SeenSender]:
    for machine, value in _read_facts(store, _SENDER).items():
        said = json.loads(value)
        yield SeenSender(machine=machine, at=datetime.fromisoformat(said["at"]), relays=dict(said["relays"]))


def list_beats(store: Store) -> dict[str, datetime]:
    """Return when each process was last alive, by its name."""
    return {name: datetime.fromisoformat(value) for name, value in _read_facts(store, BEAT).items()}


def _read_facts(store: Store, prefix: str) -> dict[str, str]:
    query = select(meta.c.key, meta.c.value).where(meta.c.key.startswith(prefix)).order_by(meta.c.key)
    return {row.key.removeprefix(prefix): row.value for row in store.find(query)}


def count_queue(store: Store) -> dict[DeliveryStatus, int]:
    """Return how many deliveries of issues that are being sent have not ended, by state, zeros included."""
    going = select(issues.c.id).where(issues.c.status.in_((IssueStatus.PLANNING, IssueStatus.FROZEN)))
    which = (deliveries.c.issue_id.in_(going), deliveries.c.status.in_(OPEN_STATUSES))
    found = store.count_by(deliveries.c.status, *which)
    return {status: found.get(status, 0) for status in OPEN_STATUSES}


def count_notices(store: Store) -> int:
    """Return how many confirm, welcome, goodbye and leave mails wait to be sent."""
    query = select(func.count()).where(notices.c.status.in_(OPEN_STATUSES))
    return store.find(query).scalar() or 0


def last_ends(store: Store) -> dict[tuple[EditionKey, IssueStatus], datetime]:
    """Return when an issue of each edition last ended as sent, empty, missed or cancelled, where it ever was."""
    query = (
        select(issues.c.edition, issues.c.status, func.max(issues.c.finished).label("at"))
        .where(issues.c.finished.is_not(None))
        .group_by(issues.c.edition, issues.c.status)
    )
    return {(EditionKey(row.edition), IssueStatus(row.status)): row.at for row in store.find(query)}
