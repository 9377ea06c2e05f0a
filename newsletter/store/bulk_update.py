"""Changing many rows of a ledger in one statement that is a transaction by itself. I/O (database: SQLite).

Whoever writes SQLite keeps all others waiting. A transaction of several statements gives the interpreter away at
each step, waits to have it back, and holds the lock meanwhile: a sender short of a core held it for 50 to 440 ms
with 2 ms of work. So everything is read and decided beforehand, and a row changes only if it is still what it was.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy.dialects import sqlite

from newsletter.model import DeliveryStatus
from newsletter.store.engine import Store
from newsletter.store.ledger import Ledger, Recorded
from newsletter.store.schema import UTCDateTime

_SENDING = DeliveryStatus.SENDING.value
_SQLITE = sqlite.dialect()
_AS_STORED = UTCDateTime().dialect_impl(_SQLITE).bind_processor(_SQLITE)


class Step(IntEnum):
    """What is done to a row: each writes what the one before it does, and more."""

    LEASE = 0  # it is somebody's until a time
    REFUSAL = 1  # it ends, or waits, with a reason
    ANSWER = 2  # a relay said something


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a row becomes, if it is still what it was."""

    step: Step
    id: int
    was: str
    owner: str | None  # before
    attempts: int | None  # before; None: whatever it is
    status: str
    tries: int  # to be added
    at: datetime
    lease_owner: str | None = None
    lease_until: datetime | None = None
    next_try: datetime | None = None
    reason: str | None = None
    sent_at: datetime | None = None
    relay: str | None = None
    code: int | None = None
    enhanced: str | None = None
    words: str | None = None


# In the order of _COLUMNS: JSON arrays take a third less time than objects.
_COLUMNS = tuple(Change.__dataclass_fields__)
_NEW = ", ".join(f"json_extract(value, '$[{number}]') AS {name}" for number, name in enumerate(_COLUMNS))
_TIMES = frozenset({"at", "lease_until", "next_try", "sent_at"})
_MAY_LEAVE = "issue_id IN (SELECT id FROM issues WHERE status = 'frozen' AND NOT held)"
_STATEMENT = {
    ledger: f"""
UPDATE {ledger.table.name} AS old SET
  status = new.status, attempts = old.attempts + new.tries, changed = new.at,
  lease_owner = new.lease_owner, lease_until = new.lease_until,
  next_try = CASE WHEN new.step >= {Step.REFUSAL:d} THEN new.next_try ELSE old.next_try END,
  reason = CASE WHEN new.step >= {Step.REFUSAL:d} THEN new.reason ELSE old.reason END,
  sent_at = CASE WHEN new.step = {Step.ANSWER:d} THEN new.sent_at ELSE old.sent_at END,
  relay = CASE WHEN new.step = {Step.ANSWER:d} THEN new.relay ELSE old.relay END,
  reply_code = CASE WHEN new.step = {Step.ANSWER:d} THEN new.code ELSE old.reply_code END,
  reply_enhanced = CASE WHEN new.step = {Step.ANSWER:d} THEN new.enhanced ELSE old.reply_enhanced END,
  reply_text = CASE WHEN new.step = {Step.ANSWER:d} THEN new.words ELSE old.reply_text END
FROM (SELECT {_NEW} FROM json_each(?)) AS new
WHERE old.id = new.id AND old.status = new.was AND old.lease_owner IS new.owner
  AND (new.attempts IS NULL OR old.attempts = new.attempts)
  {f"AND (new.step <> {Step.LEASE:d} OR old.{_MAY_LEAVE})" if ledger is Ledger.DELIVERIES else ""}
"""  # noqa: S608 - names of our own
    for ledger in Ledger
}


def write_changes(store: Store, ledger: Ledger, changes: Sequence[Change]) -> int:
    """Change the rows that are still what they were; return how many. One statement, one commit."""
    if not changes:
        return 0
    return store.write_at_once(_STATEMENT[ledger], (_dump(changes),))


def _dump(changes: Sequence[Change]) -> str:
    return json.dumps([_values(change) for change in changes], ensure_ascii=False)


def _values(change: Change) -> list[Any]:
    return [
        _as_stored(getattr(change, name)) if name in _TIMES else getattr(change, name) for name in _COLUMNS
    ]


def _as_stored(time: datetime | None) -> Any:
    """Return a time as every other statement writes it."""
    return _AS_STORED(time) if _AS_STORED is not None else time


def answer_change(item: Recorded) -> Change:
    """Return what an answer makes of the row that its sender still holds."""
    outcome, reply = item.outcome, item.outcome.reply
    return Change(
        step=Step.ANSWER,
        id=item.claim.id,
        was=_SENDING,
        owner=item.claim.lease_owner,
        attempts=None,
        status=outcome.status.value,
        tries=0 if item.tried else -1,
        at=item.at,
        next_try=outcome.next_try,
        reason=outcome.reason or None,
        sent_at=item.at if outcome.status is DeliveryStatus.SENT else None,
        relay=item.relay,
        code=reply.code if reply else None,
        enhanced=reply.enhanced if reply else None,
        words=reply.text if reply else None,
    )
