"""A sender's whole exchange with the ledger: record, give back, look once more, claim. I/O (database).

One commit for many answers is what makes a safe ledger fast. Both engines take the same steps: look at what is due,
then change each ledger by one statement (``bulk_update``), which leaves alone what is no longer as it was looked at. On
PostgreSQL an exchange is one transaction, which locks what it looks at and passes over what others lock (``FOR
UPDATE SKIP LOCKED``). On SQLite looking holds no lock, and each statement is a transaction by itself; one around
them is needed only for what is rare there: a bounce, a second attempt, an exchange whose answer was lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, and_, select

from newsletter.model import DeliveryStatus
from newsletter.store.bulk_update import (
    Change,
    answer_change,
    change_rows,
    change_rows_at_once,
    return_change,
)
from newsletter.store.claims import Due, Lease, Withdrawn, find_due, find_withdrawn, sending_rows
from newsletter.store.deliveries import keep_history
from newsletter.store.engine import Store
from newsletter.store.ledger import Claim, Ledger, Recorded
from newsletter.store.recovery import give_back
from newsletter.store.schema import deliveries

After = Callable[[Connection], None]  # what else follows, in the same transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRequest:
    """What a sender wants of one exchange.

    ``in_hand`` are claims taken earlier and not yet handed over; ``after`` is what else follows from the
    outcomes (bounces). Deliveries to ``avoided`` domains are not wanted. ``unsure`` says that an earlier one failed and
    may have been committed all the same: what it claimed is given back.
    """

    outcomes: Sequence[Recorded] = ()
    after: After | None = None
    released: Sequence[Claim] = ()
    in_hand: Sequence[Claim] = ()
    want: int
    avoided: frozenset[str] = frozenset()
    now: datetime
    lease_seconds: float
    unsure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """What one exchange with the database gave. Nothing claimed means that nothing is due."""

    claims: tuple[Claim, ...]
    recorded: int  # rows that took what their sender said of them: an answer, or that they come back
    withdrawn: Withdrawn


def exchange(store: Store, owner: str, request: ExchangeRequest) -> Exchanged:
    """Do a sender's exchange; return what it gave once it is committed."""
    if not store.is_sqlite or request.after is not None or request.unsure:
        return _exchange_in_one(store, owner, request)
    access = _Access(look=store.read, change=partial(change_rows_at_once, store))
    brief, is_all = _exchange(access, owner, request)
    if is_all:
        return brief
    rest = replace(request, outcomes=(), released=(), want=request.want - len(brief.claims))
    return replace(brief, claims=brief.claims + _exchange_in_one(store, owner, rest).claims)


def _exchange_in_one(store: Store, owner: str, request: ExchangeRequest) -> Exchanged:
    with store.write() as connection:
        if request.after is not None:
            request.after(connection)
        if request.unsure:
            _give_back_strays(connection, owner, request)
        access = _Access(
            look=lambda: nullcontext(connection),
            change=partial(change_rows, connection),
            keep=lambda tried: keep_history(connection, deliveries.c.id.in_(tried)),
        )
        return _exchange(access, owner, request)[0]


def _give_back_strays(connection: Connection, owner: str, request: ExchangeRequest) -> None:
    """Give back what says that ``owner`` has it, and it has not: the answer to that claim was lost."""
    held = (*request.in_hand, *request.released, *(item.claim for item in request.outcomes))
    for ledger in Ledger:
        table = ledger.table
        known = [claim.id for claim in held if claim.ledger is ledger]
        strays = and_(sending_rows(ledger), table.c.lease_owner == owner, table.c.id.not_in(known))
        give_back(connection, table, strays, request.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Access:
    """How an exchange reads and writes: all in one transaction, or each by itself."""

    look: Callable[[], AbstractContextManager[Connection]]
    change: Callable[[Ledger, Sequence[Change]], int]
    keep: Callable[[Sequence[int]], None] | None = None  # what rows say, before they are claimed again


def _exchange(access: _Access, owner: str, request: ExchangeRequest) -> tuple[Exchanged, bool]:
    """Do the exchange; return what it gave, and whether that is all there is for it."""
    said = _what_was_said(request)
    recorded = 0
    while True:
        with access.look() as connection:
            withdrawn = find_withdrawn(connection, request.in_hand)
            due, is_all = _look_for_more(connection, owner, request, fresh_only=access.keep is None)
        if access.keep is not None and due.tried:
            access.keep(due.tried)
        claims, count = _write(access, said, due)
        recorded += count
        may_be_more = due.changes or (said and request.released)
        if claims or not is_all or request.want <= 0 or not may_be_more:
            break
        said = {}  # many left at once, others were quicker, or all that is due was given back just now
    return Exchanged(claims=tuple(claims), recorded=recorded, withdrawn=withdrawn), is_all


def _what_was_said(request: ExchangeRequest) -> Mapping[Ledger, list[Change]]:
    said: dict[Ledger, list[Change]] = defaultdict(list)
    for item in request.outcomes:
        said[item.claim.ledger].append(answer_change(item))
    for claim in request.released:
        said[claim.ledger].append(return_change(claim, request.now))
    return said


def _look_for_more(
    connection: Connection, owner: str, request: ExchangeRequest, *, fresh_only: bool
) -> tuple[Due, bool]:
    if request.want <= 0:
        return Due(), True
    lease = Lease.begin(connection, owner, request.now, request.lease_seconds)
    due, passed_over = find_due(
        connection, lease, request.want, fresh_only=fresh_only, avoided=request.avoided
    )
    return due, not passed_over


def _write(access: _Access, said: Mapping[Ledger, list[Change]], due: Due) -> tuple[list[Claim], int]:
    """Write what was said and what is due; return what is ours now, and how many took what was said of them."""
    ours: list[Claim] = []
    recorded = 0
    for ledger in (Ledger.NOTICES, Ledger.DELIVERIES):  # who waits for a notice looks at the inbox now
        claims = [claim for claim in due.claims if claim.ledger is ledger]
        own = said.get(ledger, [])
        every = [*own, *due.changes.get(ledger, [])]
        written = access.change(ledger, every)
        if written < len(every) and claims:  # another was quicker, or took what we held
            with access.look() as connection:
                claims = _still_ours(connection, ledger, claims)
        ours += claims
        recorded += min(len(own), written - len(claims))  # the rest ended unsent
    return ours, recorded


def _still_ours(connection: Connection, ledger: Ledger, claims: Sequence[Claim]) -> list[Claim]:
    row = ledger.table.c
    query = select(row.id).where(
        row.id.in_([claim.id for claim in claims]),
        row.status == DeliveryStatus.SENDING,
        row.lease_owner == claims[0].lease_owner,
    )
    held = set(connection.scalars(query))
    return [claim for claim in claims if claim.id in held]
