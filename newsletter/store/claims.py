"""Handing due deliveries and notices to a sender, and writing down its answers. I/O (database).

A claim is a lease: the row says ``sending``, whose it is and until when. No transaction is open while the
network is waited for. Of two senders, on one machine or on two, only one ever holds a row: SQLite lets
one writer in at a time (``BEGIN IMMEDIATE``), PostgreSQL skips rows another one has locked
(``FOR UPDATE SKIP LOCKED``). Deliveries and notices share these functions, as they share their columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, bindparam, case, or_, select, update

from newsletter.model import (
    DeliveryStatus,
    IssueId,
    IssueStatus,
    NoticeKind,
    Outcome,
    SubscriberId,
    SubscriberStatus,
)
from newsletter.store.deliveries import keep_history
from newsletter.store.engine import Store
from newsletter.store.schema import deliveries, issues, notices, subscribers, suppressions

RESEND_REASON = "sent once more: the answer to an earlier attempt was not recorded"
HOLD_REASON = "held: handed over, the answer was not recorded; the operator decides"
_SENDING = DeliveryStatus.SENDING.value
_QUEUED = DeliveryStatus.QUEUED.value
_DEFERRED = DeliveryStatus.DEFERRED.value


After = Callable[[Connection], None]  # what else follows, in the same transaction


class Ledger(StrEnum):
    """Which table a row is in."""

    DELIVERIES = "deliveries"
    NOTICES = "notices"

    @property
    def table(self) -> Table:
        """The table itself."""
        return deliveries if self is Ledger.DELIVERIES else notices


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One row in a sender's hands until ``lease_until``."""

    ledger: Ledger
    id: int
    subscriber: SubscriberId
    address: str
    domain: str  # of the address, ASCII
    message_id: str
    attempts: int  # this one counted
    lease_owner: str
    lease_until: datetime
    issue: IssueId | None = None  # of a delivery
    notice: NoticeKind | None = None  # of a notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What came of a claim: an outcome at a time, by a relay."""

    claim: Claim
    outcome: Outcome
    at: datetime
    relay: str
    tried: bool = True  # False: deferred before anything was said to a relay; no attempt is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lease:
    owner: str
    began: datetime
    until: datetime

    @classmethod
    def begin(cls, owner: str, now: datetime, seconds: float) -> _Lease:
        return cls(owner=owner, began=now, until=now + timedelta(seconds=seconds))


# ── claiming ─────────────────────────────────────────────────────────────────────────────────────


def claim_deliveries(
    store: Store, owner: str, *, limit: int, now: datetime, lease_seconds: float
) -> tuple[Claim, ...]:
    """Take up to ``limit`` due deliveries of frozen issues that are not held.

    Who left, was suppressed or erased since the planning is ended here as suppressed and not returned.
    """
    with store.write() as connection:
        return _claim_deliveries(connection, _Lease.begin(owner, now, lease_seconds), limit)


def claim_notices(
    store: Store, owner: str, *, limit: int, now: datetime, lease_seconds: float
) -> tuple[Claim, ...]:
    """Take up to ``limit`` due notices; a suppressed address gets none."""
    with store.write() as connection:
        return _claim_notices(connection, _Lease.begin(owner, now, lease_seconds), limit)


def _due(table: Table, now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Two conditions, each served by the claim index in its own order: fresh rows first, then retries."""
    return (
        table.c.status == _QUEUED,
        and_(table.c.status == _DEFERRED, table.c.next_try <= now),
    )


def _candidates(table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
    suppressed = suppressions.c.reason.label("suppressed")
    return (
        select(
            table.c.id,
            table.c.subscriber_id,
            table.c.message_id,
            table.c.attempts,
            subscribers.c.address,
            subscribers.c.domain,
            subscribers.c.status.label("consent"),
            suppressed,
            *columns,
        )
        .outerjoin(subscribers, subscribers.c.id == table.c.subscriber_id)
        .outerjoin(suppressions, suppressions.c.address_hmac == subscribers.c.address_hmac)
        .order_by(table.c.next_try, table.c.id)
        .with_for_update(skip_locked=True, of=table)
    )


def _claim_deliveries(connection: Connection, lease: _Lease, limit: int) -> tuple[Claim, ...]:
    claims: list[Claim] = []
    sendable = connection.scalars(
        select(issues.c.id)
        .where(issues.c.status == IssueStatus.FROZEN.value, issues.c.held.is_(False))
        .order_by(issues.c.date)
    ).all()
    for issue_id in sendable:
        for due in _due(deliveries, lease.began):
            # One round more where some of a batch may not be sent to: a short batch means "nothing left".
            while (room := limit - len(claims)) > 0:
                query = (
                    _candidates(deliveries, deliveries.c.issue_id)
                    .where(deliveries.c.issue_id == issue_id, due)
                    .limit(room)
                )
                rows = connection.execute(query).mappings().all()
                claims += _take(connection, Ledger.DELIVERIES, rows, lease)
                if len(rows) < room:
                    break
    return tuple(claims)


def _claim_notices(connection: Connection, lease: _Lease, limit: int) -> tuple[Claim, ...]:
    claims: list[Claim] = []
    for due in _due(notices, lease.began):
        room = limit - len(claims)
        if room <= 0:
            break
        query = _candidates(notices, notices.c.kind).where(due).limit(room)
        rows = connection.execute(query).mappings().all()
        claims += _take(connection, Ledger.NOTICES, rows, lease)
    return tuple(claims)


# Statements that run with every turn are made once: building one costs more than running it.
_LEASE = {
    ledger: update(ledger.table)
    .where(ledger.table.c.id.in_(bindparam("rows", expanding=True)))
    .values(
        status=_SENDING,
        attempts=ledger.table.c.attempts + 1,
        lease_owner=bindparam("owner"),
        lease_until=bindparam("until"),
        changed=bindparam("at"),
    )
    for ledger in Ledger
}


def _take(
    connection: Connection, ledger: Ledger, rows: Sequence[Mapping[Any, Any]], lease: _Lease
) -> list[Claim]:
    """Mark the rows that may be sent as sending, end the others; return the former."""
    table = ledger.table
    granted: list[Mapping[Any, Any]] = []
    refused: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        reason = why_not(ledger, row.get("kind"), row["consent"], row["suppressed"])
        if reason is None:
            granted.append(row)
        else:
            refused[reason].append(row["id"])
    for reason, ids in refused.items():
        connection.execute(
            update(table)
            .where(table.c.id.in_(ids))
            .values(status=DeliveryStatus.SUPPRESSED.value, next_try=None, reason=reason, changed=lease.began)
        )
    if tried := [row["id"] for row in granted if row["attempts"] and ledger is Ledger.DELIVERIES]:
        keep_history(connection, deliveries.c.id.in_(tried))
    if granted:
        leased = {"owner": lease.owner, "until": lease.until, "at": lease.began}
        connection.execute(_LEASE[ledger], {"rows": [row["id"] for row in granted], **leased})
    return [_claim(ledger, row, lease) for row in granted]


def _claim(ledger: Ledger, row: Mapping[Any, Any], lease: _Lease) -> Claim:
    of_issue = ledger is Ledger.DELIVERIES
    return Claim(
        ledger=ledger,
        id=row["id"],
        subscriber=SubscriberId(row["subscriber_id"]),
        address=row["address"],
        domain=row["domain"],
        message_id=row["message_id"],
        attempts=row["attempts"] + 1,
        lease_owner=lease.owner,
        lease_until=lease.until,
        issue=IssueId(row["issue_id"]) if of_issue else None,
        notice=None if of_issue else NoticeKind(row["kind"]),
    )


def why_not(ledger: Ledger, kind: str | None, consent: str | None, suppressed: str | None) -> str | None:
    """Return why this mail may not go to this subscriber now, or None where it may."""
    if consent is None:
        return "erased"
    if suppressed is not None:
        return f"suppressed: {suppressed}"
    if ledger is Ledger.DELIVERIES and consent != SubscriberStatus.ACTIVE.value:
        return "unsubscribed" if consent == SubscriberStatus.UNSUBSCRIBED.value else consent
    if kind == NoticeKind.CONFIRM.value and consent != SubscriberStatus.PENDING.value:
        return f"already {consent}"
    if kind == NoticeKind.WELCOME.value and consent != SubscriberStatus.ACTIVE.value:
        return f"no longer active: {consent}"
    return None


# ── the last look ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """Rows in a sender's hands that must not be handed over after all, with the reason of each."""

    reasons: Mapping[tuple[Ledger, int], str]
    held: frozenset[IssueId]  # issues paused or cancelled meanwhile


_CONSENT = (
    select(subscribers.c.id, subscribers.c.status, suppressions.c.reason)
    .outerjoin(suppressions, suppressions.c.address_hmac == subscribers.c.address_hmac)
    .where(subscribers.c.id.in_(bindparam("ids", expanding=True)))
)


def find_withdrawn(store: Store, claims: Iterable[Claim]) -> Withdrawn:
    """Look once more whether what was claimed may still be sent: consent, suppression, pause, cancel."""
    with store.read() as connection:
        return _find_withdrawn(connection, claims)


def _find_withdrawn(connection: Connection, claims: Iterable[Claim]) -> Withdrawn:
    claims = tuple(claims)
    consent: dict[int, tuple[str, str | None]] = {}
    ids = sorted({claim.subscriber for claim in claims})
    if ids:
        consent = {row[0]: (row[1], row[2]) for row in connection.execute(_CONSENT, {"ids": ids})}
    reasons = {}
    for claim in claims:
        status, suppressed = consent.get(claim.subscriber, (None, None))
        reason = why_not(claim.ledger, claim.notice, status, suppressed)
        if reason is not None:
            reasons[claim.ledger, claim.id] = reason
    wanted = {claim.issue for claim in claims if claim.issue is not None}
    going: set[int] = set()
    if wanted:
        going = set(
            connection.scalars(
                select(issues.c.id).where(
                    issues.c.id.in_(wanted),
                    issues.c.status == IssueStatus.FROZEN.value,
                    issues.c.held.is_(False),
                )
            )
        )
    return Withdrawn(reasons=reasons, held=frozenset(wanted - going))


# ── recording ────────────────────────────────────────────────────────────────────────────────────

_RECORD = {
    ledger: update(ledger.table)
    .where(
        ledger.table.c.id == bindparam("row"),
        ledger.table.c.lease_owner == bindparam("owner"),
        ledger.table.c.status == _SENDING,
    )
    .values(
        status=bindparam("new_status"),
        next_try=bindparam("due"),
        attempts=ledger.table.c.attempts - bindparam("untried"),
        lease_owner=None,
        lease_until=None,
        changed=bindparam("at"),
        sent_at=bindparam("sent"),
        relay=bindparam("by"),
        reply_code=bindparam("code"),
        reply_enhanced=bindparam("enhanced"),
        reply_text=bindparam("words"),
        reason=bindparam("why"),
    )
    for ledger in Ledger
}


def record_outcomes(store: Store, outcomes: Iterable[Recorded]) -> int:
    """Write answers down in one transaction; return how many rows took them.

    A row that its sender no longer holds (the lease ended, another took it) is left alone.
    """
    with store.write() as connection:
        return _record(connection, outcomes)


def _record(connection: Connection, outcomes: Iterable[Recorded]) -> int:
    rows: dict[Ledger, list[dict[str, Any]]] = defaultdict(list)
    for item in outcomes:
        outcome, reply = item.outcome, item.outcome.reply
        rows[item.claim.ledger].append(
            {
                "row": item.claim.id,
                "owner": item.claim.lease_owner,
                "new_status": outcome.status.value,
                "due": outcome.next_try,
                "untried": 0 if item.tried else 1,
                "at": item.at,
                "sent": item.at if outcome.status is DeliveryStatus.SENT else None,
                "by": item.relay,
                "code": reply.code if reply else None,
                "enhanced": reply.enhanced if reply else None,
                "words": reply.text if reply else None,
                "why": outcome.reason or None,
            }
        )
    count = 0
    for ledger, values in rows.items():
        values.sort(key=lambda value: value["row"])  # one order for all senders: no deadlock
        count += connection.execute(_RECORD[ledger], values).rowcount
    return count


def release_claims(store: Store, claims: Iterable[Claim], *, now: datetime) -> int:
    """Give back what was never handed over: nothing is marked and the attempt does not count."""
    with store.write() as connection:
        return _release(connection, claims, now)


def _release(connection: Connection, claims: Iterable[Claim], now: datetime) -> int:
    by_ledger: dict[tuple[Ledger, str], list[int]] = defaultdict(list)
    for claim in claims:
        by_ledger[claim.ledger, claim.lease_owner].append(claim.id)
    return sum(
        _give_back(
            connection,
            ledger.table,
            and_(ledger.table.c.id.in_(ids), ledger.table.c.lease_owner == owner),
            now,
        )
        for (ledger, owner), ids in by_ledger.items()
    )


def _give_back(connection: Connection, table: Table, which: ColumnElement[bool], now: datetime) -> int:
    """Return sending rows to the queue; who was deferred before stays so, and is due at once."""
    return connection.execute(
        update(table)
        .where(which, table.c.status == _SENDING)
        .values(
            status=case((table.c.next_try.is_not(None), _DEFERRED), else_=_QUEUED),
            attempts=table.c.attempts - 1,
            lease_owner=None,
            lease_until=None,
            changed=now,
        )
    ).rowcount


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """What one turn with the database gave."""

    claims: tuple[Claim, ...]
    recorded: int
    withdrawn: Withdrawn


def exchange(
    store: Store,
    owner: str,
    *,
    outcomes: Sequence[Recorded],
    after: After | None = None,
    released: Sequence[Claim],
    in_hand: Sequence[Claim],
    want: int,
    now: datetime,
    lease_seconds: float,
) -> Exchanged:
    """Do a sender's whole turn in one transaction: record, give back, look once more, claim.

    One commit for many answers is what makes a safe ledger fast; ``in_hand`` are claims taken earlier
    and not yet handed over; ``after`` is what else follows from the outcomes (bounces).
    """
    claims: tuple[Claim, ...] = ()
    with store.write() as connection:
        recorded = _record(connection, outcomes) if outcomes else 0
        if after is not None:
            after(connection)
        if released:
            _release(connection, released, now)
        withdrawn = _find_withdrawn(connection, in_hand)
        if want > 0:
            lease = _Lease.begin(owner, now, lease_seconds)
            claims = _claim_notices(connection, lease, want)
            claims += _claim_deliveries(connection, lease, want - len(claims))
    return Exchanged(claims=claims, recorded=recorded, withdrawn=withdrawn)


def renew_leases(store: Store, owner: str, *, now: datetime, lease_seconds: float) -> datetime:
    """Hold everything that ``owner`` has in hand for longer; return until when."""
    until = now + timedelta(seconds=lease_seconds)
    with store.write() as connection:
        for ledger in Ledger:
            connection.execute(
                update(ledger.table)
                .where(_in_hands(ledger), ledger.table.c.lease_owner == owner)
                .values(lease_until=until)
            )
    return until


# ── after a crash ────────────────────────────────────────────────────────────────────────────────


def _in_hands(ledger: Ledger) -> ColumnElement[bool]:
    """Rows that say sending; for deliveries only of issues that can hold any, so that the index serves."""
    table = ledger.table
    sending = table.c.status == _SENDING
    if ledger is Ledger.NOTICES:
        return sending
    alive = [IssueStatus.FROZEN.value, IssueStatus.CANCELLED.value]
    return and_(table.c.issue_id.in_(select(issues.c.id).where(issues.c.status.in_(alive))), sending)


def recover_expired(store: Store, *, now: datetime, alive: AbstractSet[str] = frozenset()) -> int:
    """Make what dead senders left behind uncertain; return how many rows.

    ``alive`` are owners known to live, whatever a jumping clock says of their leases.
    """
    count = 0
    with store.write() as connection:
        for ledger in Ledger:
            table = ledger.table
            condition = [_in_hands(ledger), table.c.lease_until <= now]
            if alive:
                condition.append(table.c.lease_owner.not_in(sorted(alive)))
            count += _make_uncertain(connection, table, and_(*condition), now)
    return count


def recover_owner(
    store: Store, owner: str, *, now: datetime, handed_over: AbstractSet[tuple[Ledger, int, int]] | None
) -> tuple[int, int]:
    """Settle at once what a sender left that is known to be dead; return (uncertain, given back).

    ``handed_over`` holds (ledger, id, attempts) of each message whose final dot it began to write: only
    those are uncertain. None where that is not known: then all are.
    """
    uncertain = back = 0
    with store.write() as connection:
        for ledger in Ledger:
            table = ledger.table
            mine = and_(_in_hands(ledger), table.c.lease_owner == owner)
            if handed_over is None:
                uncertain += _make_uncertain(connection, table, mine, now)
                continue
            rows = connection.execute(select(table.c.id, table.c.attempts).where(mine)).all()
            unsure = [row.id for row in rows if (ledger, row.id, row.attempts) in handed_over]
            safe = [row.id for row in rows if (ledger, row.id, row.attempts) not in handed_over]
            if unsure:
                uncertain += _make_uncertain(connection, table, and_(mine, table.c.id.in_(unsure)), now)
            if safe:
                back += _give_back(connection, table, and_(mine, table.c.id.in_(safe)), now)
    return uncertain, back


def _make_uncertain(connection: Connection, table: Table, which: ColumnElement[bool], now: datetime) -> int:
    return connection.execute(
        update(table)
        .where(which)
        .values(
            status=DeliveryStatus.UNCERTAIN.value,
            lease_owner=None,
            lease_until=None,
            next_try=None,
            relay=None,
            reply_code=None,
            reply_enhanced=None,
            reply_text=None,
            reason="handed over, the answer was not recorded",
            changed=now,
        )
    ).rowcount


def settle_uncertain(
    store: Store,
    *,
    rule: Literal["resend", "hold"],
    now: datetime,
    issue: IssueId | None = None,
    even_held: bool = False,
) -> tuple[int, int]:
    """Apply the rule to uncertain rows; return (sent once more, held).

    ``resend`` sends each once more under the same Message-ID; what was sent again already is held.
    ``even_held`` is the operator's own decision to send held ones again.
    """
    again = held = 0
    with store.write() as connection:
        for ledger in Ledger:
            table = ledger.table
            unsure: ColumnElement[bool] = table.c.status == DeliveryStatus.UNCERTAIN.value
            if ledger is Ledger.DELIVERIES:
                open_issues = select(issues.c.id).where(issues.c.status == IssueStatus.FROZEN.value)
                if issue is not None:
                    open_issues = open_issues.where(issues.c.id == issue)
                unsure = and_(table.c.issue_id.in_(open_issues), unsure)
            elif issue is not None:
                continue
            fresh = and_(unsure, table.c.resends == 0) if not even_held else unsure
            if rule == "resend":
                if ledger is Ledger.DELIVERIES:
                    keep_history(connection, fresh)
                again += connection.execute(
                    update(table)
                    .where(fresh)
                    .values(
                        # Due at once, but after all who got nothing yet: who may have it can wait.
                        status=_DEFERRED,
                        next_try=now,
                        resends=table.c.resends + 1,
                        reason=RESEND_REASON,
                        changed=now,
                    )
                ).rowcount
            held += connection.execute(
                update(table)
                .where(unsure, or_(table.c.reason.is_(None), table.c.reason != HOLD_REASON))
                .values(reason=HOLD_REASON, changed=now)
            ).rowcount
    return again, held


def settle_by_hand(
    store: Store, issue: IssueId, *, arrived: bool, now: datetime, only: Iterable[int] | None = None
) -> int:
    """End held deliveries as the operator knows it: they arrived (sent), or they go out again (queued)."""
    which = and_(deliveries.c.issue_id == issue, deliveries.c.status == DeliveryStatus.UNCERTAIN.value)
    if only is not None:
        which = and_(which, deliveries.c.id.in_(sorted(only)))
    values: dict[str, Any] = (
        {"status": DeliveryStatus.SENT.value, "sent_at": now, "reason": "arrived, says the operator"}
        if arrived
        else {"status": _QUEUED, "reason": "sent again by the operator"}
    )
    with store.write() as connection:
        keep_history(connection, which)
        return connection.execute(update(deliveries).where(which).values(changed=now, **values)).rowcount
