"""A sender's whole turn with the ledger: record, give back, look once more, claim. I/O (database).

One commit for many answers is what makes a safe ledger fast. In PostgreSQL a turn is one transaction. In SQLite the
reading comes first and holds no lock; then each ledger changes in one statement (``bulk_update``), which leaves alone
what another sender took meanwhile. What is rare there (a bounce, a second attempt, a claim given back) is one
transaction as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, select

from newsletter.model import DeliveryStatus
from newsletter.store.answers import give_back, give_back_claims, write_outcomes
from newsletter.store.bulk_update import Change, Step, answer_change, write_changes
from newsletter.store.claims import (
    Lease,
    Row,
    Withdrawn,
    as_claim,
    due_rows,
    find_deliveries,
    find_notices,
    find_sendable,
    judge_rows,
    look_again,
    sending_rows,
    take_due,
)
from newsletter.store.engine import Store
from newsletter.store.ledger import Claim, Ledger, Recorded
from newsletter.store.schema import deliveries, notices

After = Callable[[Connection], None]  # what else follows, in the same transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a sender wants of one turn.

    ``in_hand`` are claims taken earlier and not yet handed over; ``after`` is what else follows from the
    outcomes (bounces). ``unsure`` says that an earlier turn failed and may have been committed all the same: what
    it claimed is given back.
    """

    outcomes: Sequence[Recorded] = ()
    after: After | None = None
    released: Sequence[Claim] = ()
    in_hand: Sequence[Claim] = ()
    want: int
    now: datetime
    lease_seconds: float
    unsure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """What one turn with the database gave."""

    claims: tuple[Claim, ...]
    recorded: int
    withdrawn: Withdrawn


def exchange(store: Store, owner: str, turn: Turn) -> Exchanged:
    """Do a sender's turn; return what it gave once it is committed."""
    if not store.is_sqlite or turn.after is not None or turn.released or turn.unsure:
        return _exchange_in_one(store, owner, turn)
    return _exchange_briefly(store, owner, turn)


# ── one transaction ──────────────────────────────────────────────────────────────────────────────


def _exchange_in_one(store: Store, owner: str, turn: Turn) -> Exchanged:
    claims: tuple[Claim, ...] = ()
    with store.write() as connection:
        recorded = write_outcomes(connection, turn.outcomes) if turn.outcomes else 0
        if turn.after is not None:
            turn.after(connection)
        if turn.released:
            give_back_claims(connection, turn.released, turn.now)
        if turn.unsure:
            _give_back_strays(connection, owner, turn.in_hand, turn.now)
        withdrawn = look_again(connection, turn.in_hand)
        if turn.want > 0:
            lease = Lease.begin(connection, owner, turn.now, turn.lease_seconds)
            claims = take_due(connection, lease, turn.want)
    return Exchanged(claims=claims, recorded=recorded, withdrawn=withdrawn)


def _give_back_strays(connection: Connection, owner: str, in_hand: Sequence[Claim], now: datetime) -> None:
    """Give back what says that ``owner`` has it, and it has not: the answer to that claim was lost."""
    for ledger in Ledger:
        table = ledger.table
        known = [claim.id for claim in in_hand if claim.ledger is ledger]
        strays = and_(sending_rows(ledger), table.c.lease_owner == owner, table.c.id.not_in(known))
        give_back(connection, table, strays, now)


# ── one statement a ledger ───────────────────────────────────────────────────────────────────────


@dataclass(slots=True, kw_only=True)
class _Found:
    """What was due when nothing was locked."""

    claims: list[Claim] = field(default_factory=list)
    changes: dict[Ledger, list[Change]] = field(default_factory=lambda: defaultdict(list))
    needs_transaction: bool = False
    is_refused: bool = False  # a whole batch: that says nothing of what comes after it

    def add(self, ledger: Ledger, rows: Sequence[Row], lease: Lease, day: date | None = None) -> None:
        granted, refused = judge_rows(ledger, rows, day)
        if ledger is Ledger.DELIVERIES and any(row["attempts"] for row in granted):
            self.needs_transaction = True  # what the rows said of the attempt before is kept with the claim
            return
        for row in granted:
            self.claims.append(as_claim(ledger, row, lease))
            self.changes[ledger].append(
                Change(
                    step=Step.LEASE,
                    status=DeliveryStatus.SENDING.value,
                    tries=1,
                    lease_owner=lease.owner,
                    lease_until=lease.until,
                    **_as_it_was(row, lease),
                )
            )
        for row, reason in refused:
            ended = DeliveryStatus.SUPPRESSED.value
            self.changes[ledger].append(
                Change(step=Step.REFUSAL, status=ended, tries=0, reason=reason, **_as_it_was(row, lease))
            )
        self.is_refused = self.is_refused or (bool(refused) and not granted)


def _as_it_was(row: Row, lease: Lease) -> dict[str, Any]:
    return {
        "id": row["id"],
        "was": row["status"],
        "owner": None,
        "attempts": row["attempts"],
        "at": lease.began,
    }


def _exchange_briefly(store: Store, owner: str, turn: Turn) -> Exchanged:
    answers: dict[Ledger, list[Change]] = defaultdict(list)
    for item in turn.outcomes:
        answers[item.claim.ledger].append(answer_change(item))
    with store.read() as connection:
        withdrawn = look_again(connection, turn.in_hand)
        found = _find_due(connection, owner, turn)
    claims, recorded, is_done = _write(store, answers, found)
    while is_done and found.is_refused and not claims:  # many left at once: a short write for each batch
        with store.read() as connection:
            found = _find_due(connection, owner, turn)
        claims, _, is_done = _write(store, {}, found)
    if found.needs_transaction or (turn.want > 0 and not is_done and not claims):
        rest = Turn(
            in_hand=turn.in_hand, want=turn.want - len(claims), now=turn.now, lease_seconds=turn.lease_seconds
        )
        claims += _exchange_in_one(store, owner, rest).claims
    return Exchanged(claims=tuple(claims), recorded=recorded, withdrawn=withdrawn)


def _write(
    store: Store, answers: Mapping[Ledger, list[Change]], found: _Found
) -> tuple[list[Claim], int, bool]:
    """Write answers and what was found; return what is ours now, how many answers took, and whether all did."""
    claims: list[Claim] = []
    recorded, is_done = 0, True
    for ledger in (Ledger.NOTICES, Ledger.DELIVERIES):  # who waits for a notice looks at the inbox now
        wanted = [claim for claim in found.claims if claim.ledger is ledger]
        own = answers.get(ledger, [])
        every = own + found.changes[ledger]
        written = write_changes(store, ledger, every)
        if written < len(every):  # another was quicker, or took what we held
            is_done = False
            wanted = _ours(store, wanted)
        claims += wanted
        recorded += min(len(own), written - len(wanted))  # the rest ended unsent
    return claims, recorded, is_done


def _find_due(connection: Connection, owner: str, turn: Turn) -> _Found:
    found = _Found()
    if turn.want <= 0:
        return found
    lease = Lease.begin(connection, owner, turn.now, turn.lease_seconds)
    for due in due_rows(notices, turn.now):
        if (room := turn.want - len(found.claims)) > 0:
            found.add(Ledger.NOTICES, find_notices(connection, due, room), lease)
    for issue_id, day in find_sendable(connection):
        for due in due_rows(deliveries, turn.now):
            if (room := turn.want - len(found.claims)) > 0 and not found.needs_transaction:
                found.add(Ledger.DELIVERIES, find_deliveries(connection, issue_id, due, room), lease, day)
    return found


def _ours(store: Store, claims: Sequence[Claim]) -> list[Claim]:
    """Return those that this sender did get."""
    ours = []
    with store.read() as connection:
        for ledger in Ledger:
            of_it = {claim.id: claim for claim in claims if claim.ledger is ledger}
            if not of_it:
                continue
            row = ledger.table.c
            owner = next(iter(of_it.values())).lease_owner
            held = select(row.id).where(
                row.id.in_(of_it), row.status == DeliveryStatus.SENDING.value, row.lease_owner == owner
            )
            ours += [of_it[one] for one in connection.scalars(held.order_by(row.id))]
    return ours
