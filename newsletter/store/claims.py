"""What is due and may be sent, looked at when it is claimed and once more before it is handed over. I/O (database).

A claim is a lease: the row says ``sending``, whose it is and until when. No transaction is open while the
network is waited for. Deliveries and notices share these functions, as they share their columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    Table,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
)

from newsletter.model import (
    ContentHash,
    DeliveryStatus,
    IssueId,
    IssueKey,
    IssueStatus,
    NoticeKind,
    SubscriberId,
    SubscriberStatus,
    SubscriptionStatus,
    notice_kind,
)
from newsletter.store.acts import issue_key
from newsletter.store.bulk_update import Change, Step
from newsletter.store.clock import latest_now
from newsletter.store.engine import Store, change
from newsletter.store.installation import RESTORED
from newsletter.store.ledger import Claim, Ledger
from newsletter.store.notices import WAITS_ITS_TURN
from newsletter.store.schema import (
    corrections,
    deliveries,
    delivery_events,
    issues,
    meta,
    notices,
    subscribers,
    subscriptions,
    suppressions,
)

_SENDING = DeliveryStatus.SENDING

# Whether an active subscriber is asked to confirm a further edition.
_ASKS = exists().where(
    subscriptions.c.subscriber_id == notices.c.subscriber_id,
    subscriptions.c.status == SubscriptionStatus.PENDING,
)

# Whether a correction's reader still takes the edition that it is of.
_TAKES_CORRECTED = exists().where(
    cast(corrections.c.id, String) == notices.c.ref,
    issues.c.id == corrections.c.issue_id,
    subscriptions.c.subscriber_id == notices.c.subscriber_id,
    subscriptions.c.edition == issues.c.edition,
    subscriptions.c.status == SubscriptionStatus.ACTIVE,
)
_IS_CHOSEN = case((notices.c.kind == NoticeKind.CORRECTION, _TAKES_CORRECTED), else_=_ASKS)

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


# ── what is due ──────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True, kw_only=True)
class Due:
    """What was due when it was looked for, and what is to become of it."""

    claims: list[Claim] = field(default_factory=list)
    changes: dict[Ledger, list[Change]] = field(default_factory=lambda: defaultdict(list))
    tried: list[int] = field(default_factory=list)  # deliveries of which something was said before

    def add(self, queue: _Queue, row: Row, reason: str | None, lease: Lease) -> None:
        """Claim a row, or end it for that ``reason``."""
        self.changes[queue.ledger].append(_due_change(row, reason, lease))
        if reason is None:
            self.claims.append(_as_claim(queue, row, lease))
            if queue.issue is not None and row["attempts"]:
                self.tried.append(row["id"])


def find_due(
    connection: Connection,
    lease: Lease,
    want: int,
    *,
    fresh_only: bool,
    avoided: frozenset[str] = frozenset(),
) -> tuple[Due, bool]:
    """Return up to ``want`` due rows, locked where the engine can lock rows, and whether some were passed over.

    Notices first: who waits for one looks at the inbox now. Then the issues that may leave, oldest first, of each the
    fresh rows before the retries. Who left, paused, was suppressed or erased since the planning ends as suppressed.
    With ``fresh_only`` the first row that was tried before is passed over, and all after it. Deliveries to ``avoided``
    domains are left where they are.
    """
    due = Due()
    for queue in _list_queues(connection):
        for query in _DUE_ELSEWHERE if avoided and queue.issue is not None else _DUE[queue.ledger]:
            room = want - len(due.claims)
            if room <= 0:
                return due, False
            bound = {**queue.bound, "now": lease.began, "room": room, "avoided": sorted(avoided)}
            for row in connection.execute(query, bound).mappings():
                reason = _why_not(row, queue)
                if fresh_only and reason is None and queue.issue is not None and row["attempts"]:
                    return due, True
                due.add(queue, row, reason, lease)
    return due, False


def find_next_return(store: Store, *, until: datetime) -> datetime | None:
    """Return when the first row that was put off, and may be sent, is due again; None where none is.

    Who was tried and refused counts only where the next try is by ``until``.
    """
    with store.read() as connection:
        was_tried = or_(notices.c.reason.is_(None), notices.c.reason != WAITS_ITS_TURN)
        firsts = [
            _next_return(connection, deliveries, deliveries.c.issue_id == queue.issue, until)
            if queue.issue is not None
            else _next_return(connection, notices, was_tried, until)
            for queue in _list_queues(connection)
        ]
    return min((first for first in firsts if first is not None), default=None)


def _next_return(
    connection: Connection, table: Table, which: ColumnElement[bool], until: datetime
) -> datetime | None:
    row = table.c
    waits = and_(which, row.status == DeliveryStatus.DEFERRED)
    query = select(row.next_try).where(waits, or_(row.attempts == 0, row.next_try <= until))
    return connection.scalar(query.order_by(row.next_try).limit(1))


_SENDABLE = (
    select(issues.c.id, issues.c.edition, issues.c.date, issues.c.hash)
    .where(issues.c.status == IssueStatus.FROZEN, issues.c.held.is_(False))
    .order_by(issues.c.date, issues.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Queue:
    """What may be sent now: the notices, or the deliveries of an issue with the content that it has."""

    ledger: Ledger
    issue: IssueId | None = None
    key: IssueKey | None = None
    content: ContentHash | None = None

    @property
    def bound(self) -> dict[str, Any]:
        """What its query is bound to."""
        return {} if self.key is None else {"issue": self.issue, "edition": self.key.edition}


def _list_queues(connection: Connection) -> list[_Queue]:
    of_issues = (
        _Queue(ledger=Ledger.DELIVERIES, issue=IssueId(row.id), key=issue_key(row), content=row.hash)
        for row in connection.execute(_SENDABLE)
    )
    return [_Queue(ledger=Ledger.NOTICES), *of_issues]


def _with_consent(table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
    """Return the query of rows with the consent of their subscribers."""
    return (
        select(
            *(table.c[name] for name in ("id", "status", "subscriber_id", "message_id", "attempts")),
            subscribers.c.address,
            subscribers.c.domain,
            subscribers.c.status.label("consent"),
            subscribers.c.paused_until,
            suppressions.c.reason.label("suppressed"),
            *columns,
        )
        .outerjoin(subscribers, subscribers.c.id == table.c.subscriber_id)
        .outerjoin(suppressions, suppressions.c.address_hmac == subscribers.c.address_hmac)
    )


# Made once: building a statement costs as much as running it.
_QUERIES = {
    Ledger.NOTICES: _with_consent(
        notices,
        notices.c.kind,
        notices.c.ref,
        notices.c.created,
        notices.c.address.label("own"),
        _IS_CHOSEN.label("is_chosen"),
    ),
    Ledger.DELIVERIES: _with_consent(
        deliveries,
        subscriptions.c.subscriber_id.label("is_chosen"),
        subscriptions.c.paused_until.label("edition_paused"),
    )
    .outerjoin(
        subscriptions,
        and_(
            subscriptions.c.subscriber_id == deliveries.c.subscriber_id,
            subscriptions.c.edition == bindparam("edition"),
            subscriptions.c.status == SubscriptionStatus.ACTIVE,
        ),
    )
    .where(deliveries.c.issue_id == bindparam("issue")),
}


_FIRST_EVENT = select(func.min(delivery_events.c.at)).where(delivery_events.c.delivery_id == deliveries.c.id)
_FIRST_TRIED: Mapping[Ledger, ColumnElement[datetime]] = {
    Ledger.DELIVERIES: func.coalesce(_FIRST_EVENT.scalar_subquery(), deliveries.c.changed),
    Ledger.NOTICES: notices.c.created,  # what a notice was before is not kept
}


def _due_queries(ledger: Ledger) -> tuple[Select[Any], ...]:
    """Return the query of fresh rows and that of retries, each served by the claim index in its own order."""
    table = ledger.table
    query = (
        _QUERIES[ledger]
        .where(~exists().where(meta.c.key == RESTORED))  # nothing leaves a restored database until it may
        .order_by(table.c.next_try, table.c.id)
        .limit(bindparam("room", type_=Integer))
        .with_for_update(skip_locked=True, of=table)
    )
    retry = and_(table.c.status == DeliveryStatus.DEFERRED, table.c.next_try <= bindparam("now"))
    again = query.where(retry).add_columns(_FIRST_TRIED[ledger].label("first_tried"))
    return query.where(table.c.status == DeliveryStatus.QUEUED), again


_DUE = {ledger: _due_queries(ledger) for ledger in Ledger}
_IS_ELSEWHERE = or_(
    subscribers.c.domain.is_(None), subscribers.c.domain.not_in(bindparam("avoided", expanding=True))
)
# From the other end: who signed up together may share more than a domain.
_DUE_ELSEWHERE = tuple(
    query.where(_IS_ELSEWHERE).order_by(None).order_by(deliveries.c.next_try.desc(), deliveries.c.id.desc())
    for query in _DUE[Ledger.DELIVERIES]
)
_IN_HAND = {
    ledger: query.where(ledger.table.c.id.in_(bindparam("ids", expanding=True)))
    for ledger, query in _QUERIES.items()
}


def _due_change(row: Row, reason: str | None, lease: Lease) -> Change:
    found: dict[str, Any] = {name: row[name] for name in ("id", "attempts")}
    found |= {"was": row["status"], "owner": None, "at": lease.began}
    if reason is not None:
        return Change(step=Step.REFUSAL, status=DeliveryStatus.SUPPRESSED, reason=reason, **found)
    return Change(
        step=Step.LEASE, status=_SENDING, tries=1, lease_owner=lease.owner, lease_until=lease.until, **found
    )


def _as_claim(queue: _Queue, row: Row, lease: Lease) -> Claim:
    own = row.get("own")
    return Claim(
        ledger=queue.ledger,
        id=row["id"],
        subscriber=SubscriberId(row["subscriber_id"]),
        address=own or row["address"],
        domain=own.rpartition("@")[2].lower() if own else row["domain"],
        message_id=row["message_id"],
        attempts=row["attempts"] + 1,
        was=DeliveryStatus(row["status"]),
        lease_owner=lease.owner,
        lease_until=lease.until,
        issue=queue.issue,
        content=queue.content,
        notice=None if queue.issue else notice_kind(row["kind"]),
        ref=row.get("ref"),
        created=row.get("created"),
        first_tried=row.get("first_tried"),
    )


# ── who may get it ───────────────────────────────────────────────────────────────────────────────


def _why_not(row: Row, queue: _Queue) -> str | None:
    """Return why a row may not be sent to its subscriber now, or None where it may.

    ``is_chosen``: the issue's edition, or that of the corrected one; of another notice, whether a further edition is
    asked about.
    """
    consent = row["consent"]
    if row.get("own"):  # it goes to an editor, whose consent is the settings
        return None
    if consent is None:
        return "erased"
    if row["suppressed"] is not None:
        return f"suppressed: {row['suppressed']}"
    if queue.key is None:
        return _why_no_notice(row["kind"], consent, asks=bool(row["is_chosen"]))
    if consent != SubscriberStatus.ACTIVE or not row["is_chosen"]:
        return "left this edition" if consent == SubscriberStatus.ACTIVE else str(consent)
    pauses = (pause for pause in (row["paused_until"], row["edition_paused"]) if pause is not None)
    until = max(pauses, default=queue.key.date)
    return f"paused until {until}" if until > queue.key.date else None


def _why_no_notice(kind: str | None, consent: str, *, asks: bool) -> str | None:
    is_asked = consent == SubscriberStatus.PENDING or (asks and consent == SubscriberStatus.ACTIVE)
    if kind == NoticeKind.CONFIRM and not is_asked:
        return f"already {consent}"
    if kind == NoticeKind.CORRECTION and (consent != SubscriberStatus.ACTIVE or not asks):
        return "left since"
    has_left = kind == NoticeKind.LEAVE and consent == SubscriberStatus.UNSUBSCRIBED
    if has_left or (kind == NoticeKind.WELCOME and consent != SubscriberStatus.ACTIVE):
        return f"no longer active: {consent}"
    return None


# ── the last look ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """Rows in a sender's hands that must not be handed over after all, with the reason of each."""

    reasons: Mapping[tuple[Ledger, int], str]
    held: frozenset[IssueId]  # issues paused or cancelled meanwhile


def find_withdrawn(connection: Connection, claims: Iterable[Claim]) -> Withdrawn:
    """Look once more whether what was claimed may still be sent: consent, suppression, pause, cancel."""
    in_hand: dict[IssueId | None, list[int]] = defaultdict(list)
    for claim in claims:
        in_hand[claim.issue].append(claim.id)
    reasons = {}
    for queue in _list_queues(connection) if in_hand else ():
        if ids := in_hand.pop(queue.issue, None):
            for row in connection.execute(_IN_HAND[queue.ledger], {**queue.bound, "ids": ids}).mappings():
                if reason := _why_not(row, queue):
                    reasons[queue.ledger, row["id"]] = reason
    return Withdrawn(reasons=reasons, held=frozenset(issue for issue in in_hand if issue is not None))


# ── leases ───────────────────────────────────────────────────────────────────────────────────────


def renew_leases(store: Store, owner: str, *, now: datetime, lease_seconds: float) -> datetime:
    """Hold everything that ``owner`` has in hand for longer; return until when."""
    with store.write() as connection:
        until = latest_now(connection, now) + timedelta(seconds=lease_seconds)
        for ledger in Ledger:
            mine = (sending_rows(ledger), ledger.table.c.lease_owner == owner)
            change(connection, ledger.table, *mine, lease_until=until)
    return until


def sending_rows(ledger: Ledger) -> ColumnElement[bool]:
    """Rows that say sending; for deliveries only of issues that can hold any, so that the index serves."""
    table = ledger.table
    sending = table.c.status == _SENDING
    if ledger is Ledger.NOTICES:
        return sending
    alive = [IssueStatus.FROZEN, IssueStatus.CANCELLED]
    return and_(table.c.issue_id.in_(select(issues.c.id).where(issues.c.status.in_(alive))), sending)
