"""Handing due deliveries and notices to a sender, and writing down its answers. I/O (database).

A claim is a lease: the row says ``sending``, whose it is and until when. No transaction is open while the
network is waited for. Of two senders, on one machine or on two, only one ever holds a row: SQLite lets
one writer in at a time (``BEGIN IMMEDIATE``), PostgreSQL skips rows another one has locked
(``FOR UPDATE SKIP LOCKED``). Deliveries and notices share these functions, as they share their columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, bindparam, select, update

from newsletter.model import (
    DeliveryStatus,
    IssueId,
    IssueStatus,
    NoticeKind,
    SubscriberId,
    SubscriberStatus,
)
from newsletter.store.clock import latest_now
from newsletter.store.deliveries import keep_history
from newsletter.store.engine import Store
from newsletter.store.ledger import Claim, Ledger
from newsletter.store.schema import deliveries, issues, notices, subscribers, suppressions

_SENDING = DeliveryStatus.SENDING.value
_QUEUED = DeliveryStatus.QUEUED.value
_DEFERRED = DeliveryStatus.DEFERRED.value

Row = Mapping[Any, Any]  # a due row with the consent of its subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Whose a row is, and until when."""

    owner: str
    began: datetime
    until: datetime

    @classmethod
    def begin(cls, connection: Connection, owner: str, now: datetime, seconds: float) -> Lease:
        """Return a lease that begins now, by the later one of two clocks."""
        until = latest_now(connection, now) + timedelta(seconds=seconds)
        return cls(owner=owner, began=now, until=until)


# ── claiming ─────────────────────────────────────────────────────────────────────────────────────


def due_rows(table: Table, now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
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
            table.c.status,
            table.c.subscriber_id,
            table.c.message_id,
            table.c.attempts,
            subscribers.c.address,
            subscribers.c.domain,
            subscribers.c.status.label("consent"),
            subscribers.c.paused_until,
            suppressed,
            *columns,
        )
        .outerjoin(subscribers, subscribers.c.id == table.c.subscriber_id)
        .outerjoin(suppressions, suppressions.c.address_hmac == subscribers.c.address_hmac)
        .order_by(table.c.next_try, table.c.id)
        .with_for_update(skip_locked=True, of=table)
    )


def take_due(connection: Connection, lease: Lease, limit: int) -> tuple[Claim, ...]:
    """Take notices and then deliveries, up to ``limit``, in the caller's transaction."""
    claims = _claim_notices(connection, lease, limit)
    return claims + _claim_deliveries(connection, lease, limit - len(claims))


def _claim_deliveries(connection: Connection, lease: Lease, limit: int) -> tuple[Claim, ...]:
    claims: list[Claim] = []
    for issue_id, day in find_sendable(connection):
        for due in due_rows(deliveries, lease.began):
            # One round more where some of a batch may not be sent to: a short batch means "nothing left".
            while (room := limit - len(claims)) > 0:
                rows = find_deliveries(connection, issue_id, due, room)
                claims += _take(connection, Ledger.DELIVERIES, rows, lease, day)
                if len(rows) < room:
                    break
    return tuple(claims)


def _claim_notices(connection: Connection, lease: Lease, limit: int) -> tuple[Claim, ...]:
    claims: list[Claim] = []
    for due in due_rows(notices, lease.began):
        room = limit - len(claims)
        if room <= 0:
            break
        claims += _take(connection, Ledger.NOTICES, find_notices(connection, due, room), lease)
    return tuple(claims)


def find_sendable(connection: Connection) -> list[tuple[int, date]]:
    """Return the issues whose deliveries may leave, with their days, oldest first."""
    query = (
        select(issues.c.id, issues.c.date)
        .where(issues.c.status == IssueStatus.FROZEN.value, issues.c.held.is_(False))
        .order_by(issues.c.date)
    )
    return [(row.id, row.date) for row in connection.execute(query)]


def find_deliveries(
    connection: Connection, issue_id: int, due: ColumnElement[bool], limit: int
) -> Sequence[Row]:
    """Return due deliveries of an issue, locked where the engine can lock rows."""
    query = _candidates(deliveries, deliveries.c.issue_id).where(deliveries.c.issue_id == issue_id, due)
    return connection.execute(query.limit(limit)).mappings().all()


def find_notices(connection: Connection, due: ColumnElement[bool], limit: int) -> Sequence[Row]:
    """Return due notices, locked where the engine can lock rows."""
    query = _candidates(notices, notices.c.kind).where(due)
    return connection.execute(query.limit(limit)).mappings().all()


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
    connection: Connection,
    ledger: Ledger,
    rows: Sequence[Row],
    lease: Lease,
    day: date | None = None,
) -> list[Claim]:
    """Mark the rows that may be sent as sending, end the others; return the former. ``day``: of their issue."""
    table = ledger.table
    granted, refused = judge_rows(ledger, rows, day)
    by_reason: dict[str, list[int]] = defaultdict(list)
    for row, reason in refused:
        by_reason[reason].append(row["id"])
    for reason, ids in by_reason.items():
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
    return [as_claim(ledger, row, lease) for row in granted]


def judge_rows(
    ledger: Ledger, rows: Sequence[Row], day: date | None = None
) -> tuple[list[Row], list[tuple[Row, str]]]:
    """Part due rows into those that may be sent, and those that may not with the reason. ``day``: of their issue."""
    granted: list[Row] = []
    refused: list[tuple[Row, str]] = []
    for row in rows:
        reason = why_not(ledger, row.get("kind"), row["consent"], row["suppressed"])
        if reason is None and day is not None:
            reason = _why_paused(row["paused_until"], day)
        if reason is None:
            granted.append(row)
        else:
            refused.append((row, reason))
    return granted, refused


def as_claim(ledger: Ledger, row: Row, lease: Lease) -> Claim:
    """Return a due row as what its sender holds."""
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


def _why_paused(until: date | None, day: date) -> str | None:
    return f"paused until {until}" if until is not None and until > day else None


# ── the last look ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """Rows in a sender's hands that must not be handed over after all, with the reason of each."""

    reasons: Mapping[tuple[Ledger, int], str]
    held: frozenset[IssueId]  # issues paused or cancelled meanwhile


_CONSENT = (
    select(subscribers.c.id, subscribers.c.status, suppressions.c.reason, subscribers.c.paused_until)
    .outerjoin(suppressions, suppressions.c.address_hmac == subscribers.c.address_hmac)
    .where(subscribers.c.id.in_(bindparam("ids", expanding=True)))
)


def find_withdrawn(store: Store, claims: Iterable[Claim]) -> Withdrawn:
    """Look once more whether what was claimed may still be sent: consent, suppression, pause, cancel."""
    with store.read() as connection:
        return look_again(connection, claims)


def look_again(connection: Connection, claims: Iterable[Claim]) -> Withdrawn:
    """``find_withdrawn`` in the caller's transaction."""
    claims = tuple(claims)
    consent: dict[int, tuple[str, str | None, date | None]] = {}
    ids = sorted({claim.subscriber for claim in claims})
    if ids:
        consent = {row[0]: (row[1], row[2], row[3]) for row in connection.execute(_CONSENT, {"ids": ids})}
    wanted = {claim.issue for claim in claims if claim.issue is not None}
    going: dict[int, date] = {}
    if wanted:
        rows = connection.execute(
            select(issues.c.id, issues.c.date).where(
                issues.c.id.in_(wanted),
                issues.c.status == IssueStatus.FROZEN.value,
                issues.c.held.is_(False),
            )
        )
        going = {row[0]: row[1] for row in rows}
    reasons = {}
    for claim in claims:
        status, suppressed, paused_until = consent.get(claim.subscriber, (None, None, None))
        reason = why_not(claim.ledger, claim.notice, status, suppressed)
        if reason is None and claim.issue in going:
            reason = _why_paused(paused_until, going[claim.issue])
        if reason is not None:
            reasons[claim.ledger, claim.id] = reason
    return Withdrawn(reasons=reasons, held=frozenset(wanted - going.keys()))


# ── leases ───────────────────────────────────────────────────────────────────────────────────────


def renew_leases(store: Store, owner: str, *, now: datetime, lease_seconds: float) -> datetime:
    """Hold everything that ``owner`` has in hand for longer; return until when."""
    with store.write() as connection:
        until = latest_now(connection, now) + timedelta(seconds=lease_seconds)
        for ledger in Ledger:
            connection.execute(
                update(ledger.table)
                .where(sending_rows(ledger), ledger.table.c.lease_owner == owner)
                .values(lease_until=until)
            )
    return until


def sending_rows(ledger: Ledger) -> ColumnElement[bool]:
    """Rows that say sending; for deliveries only of issues that can hold any, so that the index serves."""
    table = ledger.table
    sending = table.c.status == _SENDING
    if ledger is Ledger.NOTICES:
        return sending
    alive = [IssueStatus.FROZEN.value, IssueStatus.CANCELLED.value]
    return and_(table.c.issue_id.in_(select(issues.c.id).where(issues.c.status.in_(alive))), sending)
