"""Changing many rows of a ledger in one statement, each only if it is still what was read. I/O (database).

Everything that a sender writes of rows in its hands goes this way, on both engines: what it claims, what may not
leave, what a relay answered, what it gives back (what nobody has in hand: ``recovery.give_back``). One row of JSON
holds all of it. On SQLite, where a writer keeps all others waiting, the statement is a transaction by itself: no step
of Python is among what they wait for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite

from newsletter.model import DeliveryStatus, Reply
from newsletter.store.engine import Store
from newsletter.store.ledger import Claim, Ledger, Recorded
from newsletter.store.schema import UTCDateTime

_SENDING = DeliveryStatus.SENDING


class Step(IntEnum):
    """What is done to a row: each writes what the one before it does, and more."""

    RETURN = 0  # nothing was handed over: it waits as before
    LEASE = 1  # it is somebody's until a time
    REFUSAL = 2  # it ends, or waits, with a reason
    ANSWER = 3  # a relay said something


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a row becomes, if it is still what it was."""

    step: Step
    id: int
    was: str = _SENDING
    owner: str | None  # before
    attempts: int | None = None  # before; None: whatever it is
    status: str
    tries: int = 0  # to be added
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


def answer_change(item: Recorded) -> Change:
    """Return what an answer makes of the row that its sender still holds."""
    outcome, reply = item.outcome, item.outcome.reply
    return Change(
        step=Step.ANSWER,
        id=item.claim.id,
        owner=item.claim.lease_owner,
        status=outcome.status,
        tries=0 if item.tried else -1,
        at=item.at,
        next_try=outcome.next_try,
        reason=outcome.reason or None,
        sent_at=item.at if outcome.status is DeliveryStatus.SENT else None,
        relay=item.relay,
        **(reply_values(reply) if reply else {}),
    )


def reply_values(reply: Reply) -> dict[str, Any]:
    """Return what a change says of a relay's answer."""
    return {"code": reply.code, "enhanced": reply.enhanced, "words": reply.text}


def return_change(claim: Claim, now: datetime) -> Change:
    """Return what becomes of a row that was not handed over: the attempt does not count, it is due at once."""
    return Change(
        step=Step.RETURN,
        id=claim.id,
        owner=claim.lease_owner,
        status=claim.was,
        tries=-1,
        at=now,
    )


def change_rows(connection: Connection, ledger: Ledger, changes: Sequence[Change]) -> int:
    """Change the rows that are still what they were, in the caller's transaction; return how many."""
    if not changes:
        return 0
    engine = connection.dialect.name
    parameters: list[Any] = [_dump(changes, engine)]
    # PostgreSQL cannot tell how many rows the JSON names, and would read the whole table.
    if engine == "postgresql":
        parameters.append([change.id for change in changes])
    return connection.exec_driver_sql(_STATEMENTS[engine, ledger], tuple(parameters)).rowcount


def change_rows_at_once(store: Store, ledger: Ledger, changes: Sequence[Change]) -> int:
    """Do the same on SQLite in a transaction that is this one statement."""
    if not changes:
        return 0
    return store.write_at_once(_STATEMENTS["sqlite", ledger], (_dump(changes, "sqlite"),))


# ── the statement ────────────────────────────────────────────────────────────────────────────────

# In the order of _COLUMNS: JSON arrays take a third less time than objects.
_COLUMNS = tuple(Change.__dataclass_fields__)
_TIMES = frozenset({"at", "lease_until", "next_try", "sent_at"})
_NUMBERS = frozenset({"step", "id", "attempts", "tries", "code"})
_MAY_LEAVE = "issue_id IN (SELECT id FROM issues WHERE status = 'frozen' AND NOT held)"


def _read_array(engine: str) -> str:
    """Return the query that reads the JSON as rows, in the words of the engine."""
    if engine == "sqlite":
        columns = (f"json_extract(value, '$[{at}]') AS {name}" for at, name in enumerate(_COLUMNS))
        return f"SELECT {', '.join(columns)} FROM json_each(?)"  # noqa: S608 - names of our own
    columns = (f"CAST(value->>{at} AS {_type_of(name)}) AS {name}" for at, name in enumerate(_COLUMNS))
    # OFFSET 0: each value is read once, not wherever the statement names it.
    rows = "jsonb_array_elements(CAST(%s AS jsonb)) OFFSET 0"
    return f"SELECT {', '.join(columns)} FROM {rows}"  # noqa: S608 - the same


def _type_of(column: str) -> str:
    if column in _TIMES:
        return "timestamptz"
    return "bigint" if column in _NUMBERS else "text"


def _write_statement(engine: str, ledger: Ledger) -> str:
    return f"""
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
FROM ({_read_array(engine)}) AS new
WHERE old.id = new.id AND old.status = new.was {"AND old.id = ANY(%s)" if engine == "postgresql" else ""}
  AND (old.lease_owner = new.owner OR old.lease_owner IS NULL AND new.owner IS NULL)
  AND (new.attempts IS NULL OR old.attempts = new.attempts)
  {f"AND (new.step <> {Step.LEASE:d} OR old.{_MAY_LEAVE})" if ledger is Ledger.DELIVERIES else ""}
"""  # noqa: S608 - names of our own


_STATEMENTS = {
    (engine, ledger): _write_statement(engine, ledger)
    for engine in ("sqlite", "postgresql")
    for ledger in Ledger
}
_SQLITE = sqlite.dialect()
_IN_SQLITE = UTCDateTime().dialect_impl(_SQLITE).bind_processor(_SQLITE)
assert _IN_SQLITE is not None
_TIME_WORDS: dict[str, Callable[[datetime], Any]] = {  # as every other statement writes a time
    "sqlite": _IN_SQLITE,
    "postgresql": datetime.isoformat,
}


def _dump(changes: Sequence[Change], engine: str) -> str:
    words = _TIME_WORDS[engine]
    rows = ([getattr(change, name) for name in _COLUMNS] for change in changes)
    values = [[words(each) if isinstance(each, datetime) else each for each in row] for row in rows]
    return json.dumps(values, ensure_ascii=False)
