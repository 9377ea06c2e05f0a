"""What is due and may be sent, looked at when it is claimed and once more before it is handed over. I/O (database).

A claim is a lease: the row says ``sending``, whose it is and until when. No transaction is open while the
network is waited for. Deliveries and notices share these functions, as they share their columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    and_,
    bindparam,
    case,
    cast,
    exists,
    literal,
    or_,
    select,
)

from newsletter.model import (
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
from newsletter.store.notices import NOBODY, WAITS_ITS_TURN
from newsletter.store.schema import (
    corrections,
    deliveries,
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

    def add(self, ledger: Ledger, row: Row, reason: str | None, lease: Lease) -> None:
        """Claim a row, or end it for that ``reason``."""
        self.changes[ledger].append(_due_change(row, reason, lease))
        if reason is None:
            self.claims.append(_as_claim(ledger, row, lease))
            if ledger is Ledger.DELIVERIES and row["attempts"]:
                self.tried.append(row["id"])


def find_due(connection: Connection, lease: Lease, want: int, *, fresh_only: bool) -> tuple[Due, bool]:
    """Return up to ``want`` due rows, locked where the engine can lock rows, and whether some were passed over.

    Notices first: who waits for one looks at the inbox now. Then the issues that may leave, oldest first. Who left,
    paused, was suppressed or erased since the planning ends as suppressed. With ``fresh_only`` the first row that was
    tried before is passed over, and all after it.
    """
    due = Due()
    for ledger, issue, query in _queues(connection, lease.began):
        room = want - len(due.claims)
        if room <= 0:
            break
        for row in connection.execute(query.limit(room)).mappings():
            reason = _why_not_now(ledger, row, issue)
            if fresh_only and reason is None and ledger is Ledger.DELIVERIES and row["attempts"]:
                return due, True
            due.add(ledger, row, reason, lease)
    return due, False


def _queues(connection: Connection, now: datetime) -> Iterator[tuple[Ledger, IssueKey | None, Select[Any]]]:
    """Give the queries of what is due, each with its issue: fresh rows first, then retries."""
    own = (notices.c.ref, notices.c.created, notices.c.address.label("own"))
    query = _candidates(notices, notices.c.kind, _IS_CHOSEN.label("is_chosen"), *own)
    for condition in _due_rows(notices, now):
        yield Ledger.NOTICES, None, query.where(condition)
    for issue, key, content in _list_sendable(connection):
        chosen = and_(
            subscriptions.c.subscriber_id == deliveries.c.subscriber_id,
            subscriptions.c.edition == key.edition,
            subscriptions.c.status == SubscriptionStatus.ACTIVE,
        )
        query = _candidates(
            deliveries,
            deliveries.c.issue_id,
            literal(content, String).label("content"),
            subscriptions.c.subscriber_id.label("is_chosen"),
            subscriptions.c.paused_until.label("edition_paused"),
        )
        query = query.outerjoin(subscriptions, chosen).where(deliveries.c.issue_id == issue)
        for condition in _due_rows(deliveries, now):
            yield Ledger.DELIVERIES, key, query.where(condition)


def find_next_return(store: Store, *, until: datetime) -> datetime | None:
    """Return when the first row that was put off, and may be sent, is due again; None where none is.

    Who was tried and refused counts only where the next try is by ``until``.
    """
    with store.read() as connection:
        was_tried = or_(notices.c.reason.is_(None), notices.c.reason != WAITS_ITS_TURN)
        firsts = [_next_return(connection, notices, was_tried, until)]
        for issue, _, _ in _list_sendable(connection):
            firsts.append(_next_return(connection, deliveries, deliveries.c.issue_id == issue, until))
    return min((first for first in firsts if first is not None), default=None)


def _next_return(
    connection: Connection, table: Table, which: ColumnElement[bool], until: datetime
) -> datetime | None:
    row = table.c
    waits = and_(which, row.status == DeliveryStatus.DEFERRED)
    query = select(row.next_try).where(waits, or_(row.attempts == 0, row.next_try <= until))
    first: datetime | None = connection.scalar(query.order_by(row.next_try).limit(1))
    return first


_SENDABLE = (
    select(issues.c.id, issues.c.edition, issues.c.date, issues.c.hash)
    .where(issues.c.status == IssueStatus.FROZEN, issues.c.held.is_(False))
    .order_by(issues.c.date, issues.c.id)
)


def _list_sendable(connection: Connection) -> list[tuple[IssueId, IssueKey, str | None]]:
    return [(IssueId(row.id), issue_key(row), row.hash) for row in connection.execute(_SENDABLE)]


def _due_rows(table: Table, now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Two conditions, each served by the claim index in its own order."""
    return (
        table.c.status == DeliveryStatus.QUEUED,
        and_(table.c.status == DeliveryStatus.DEFERRED, table.c.next_try <= now),
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
        .where(~exists().where(meta.c.key == RESTORED))  # nothing leaves a restored database until it may
        .order_by(table.c.next_try, table.c.id)
        .with_for_update(skip_locked=True, of=table)
    )


def _due_change(row: Row, reason: str | None, lease: Lease) -> Change:
    ends = reason is not None
    return Change(
        step=Step.REFUSAL if ends else Step.LEASE,
        id=row["id"],
        was=row["status"],
        owner=None,
        attempts=row["attempts"],
        status=DeliveryStatus.SUPPRESSED if ends else _SENDING,
        tries=0 if ends else 1,
        at=lease.began,
        lease_owner=None if ends else lease.owner,
        lease_until=None if ends else lease.until,
        reason=reason,
    )


def _as_claim(ledger: Ledger, row: Row, lease: Lease) -> Claim:
    of_issue = ledger is Ledger.DELIVERIES
    own = "" if of_issue else row["own"]
    return Claim(
        ledger=ledger,
        id=row["id"],
        subscriber=SubscriberId(row["subscriber_id"]),
        address=own or row["address"],
        domain=own.rpartition("@")[2].lower() if own else row["domain"],
        message_id=row["message_id"],
        attempts=row["attempts"] + 1,
        was=DeliveryStatus(row["status"]),
        lease_owner=lease.owner,
        lease_until=lease.until,
        issue=IssueId(row["issue_id"]) if of_issue else None,
        content=row["content"] if of_issue else None,
        notice=None if of_issue else notice_kind(row["kind"]),
        ref=None if of_issue else row["ref"],
        created=None if of_issue else row["created"],
    )


# ── who may get it ───────────────────────────────────────────────────────────────────────────────


def _why_not_now(ledger: Ledger, row: Row, issue: IssueKey | None) -> str | None:
    """Return why a due row may not be sent."""
    if row.get("own"):  # it goes to an editor, whose consent is the settings
        return None
    reason = _why_not(
        ledger, row.get("kind"), row["consent"], row["suppressed"], is_chosen=bool(row["is_chosen"])
    )
    if reason is None and issue is not None:
        reason = _why_paused(issue.date, row["paused_until"], row["edition_paused"])
    return reason


def _why_not(
    ledger: Ledger, kind: str | None, consent: str | None, suppressed: str | None, *, is_chosen: bool
) -> str | None:
    """Return why this mail may not go to this subscriber now, or None where it may.

    ``is_chosen``: the issue's edition, or that of the corrected one; of another notice, whether a further edition is
    asked about.
    """
    if consent is None:
        return "erased"
    if suppressed is not None:
        return f"suppressed: {suppressed}"
    if ledger is Ledger.DELIVERIES:
        if consent != SubscriberStatus.ACTIVE:
            return "unsubscribed" if consent == SubscriberStatus.UNSUBSCRIBED else consent
        return None if is_chosen else "left this edition"
    return _why_no_notice(kind, consent, asks=is_chosen)


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


def _why_paused(day: date, *pauses: date | None) -> str | None:
    until = max((pause for pause in pauses if pause is not None), default=day)
    return f"paused until {until}" if until > day else None


# ── the last look ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """Rows in a sender's hands that must not be handed over after all, with the reason of each."""

    reasons: Mapping[tuple[Ledger, int], str]
    held: frozenset[IssueId]  # issues paused or cancelled meanwhile


_CONSENT = (
    select(
        subscribers.c.id,
        subscribers.c.status,
        suppressions.c.reason,
        subscribers.c.paused_until,
        subscriptions.c.edition,
        subscriptions.c.status.label("choice"),
        subscriptions.c.paused_until.label("edition_paused"),
    )
    .outerjoin(suppressions, suppressions.c.address_hmac == subscribers.c.address_hmac)
    .outerjoin(subscriptions, subscriptions.c.subscriber_id == subscribers.c.id)
    .where(subscribers.c.id.in_(bindparam("ids", expanding=True)))
)


def find_withdrawn(connection: Connection, claims: Iterable[Claim]) -> Withdrawn:
    """Look once more whether what was claimed may still be sent: consent, suppression, pause, cancel."""
    claims = tuple(claims)
    consent: dict[int, tuple[str, str | None, date | None]] = {}
    chosen: dict[int, dict[str, str]] = defaultdict(dict)
    pauses: dict[tuple[int, str], date | None] = {}
    ids = sorted({claim.subscriber for claim in claims})
    if ids:
        for row in connection.execute(_CONSENT, {"ids": ids}):
            consent[row.id] = (row.status, row.reason, row.paused_until)
            chosen[row.id][row.edition] = row.choice
            pauses[row.id, row.edition] = row.edition_paused
    wanted = {claim.issue for claim in claims if claim.issue is not None}
    going = {issue: key for issue, key, _ in _list_sendable(connection) if issue in wanted} if wanted else {}
    corrected = _find_corrected(connection, claims)
    reasons = {}
    for claim in (each for each in claims if each.subscriber != NOBODY):
        status, suppressed, paused_until = consent.get(claim.subscriber, (None, None, None))
        key = going.get(claim.issue) if claim.issue is not None else None
        choices = chosen[claim.subscriber]
        edition = key.edition if key is not None else corrected.get(claim.ref or "")
        if edition is not None:
            is_chosen = choices.get(edition) == SubscriptionStatus.ACTIVE
        else:  # of an issue that is held or cancelled: it goes back whatever was chosen
            is_chosen = claim.issue is not None or SubscriptionStatus.PENDING in choices.values()
        reason = _why_not(claim.ledger, claim.notice, status, suppressed, is_chosen=is_chosen)
        if reason is None and key is not None:
            reason = _why_paused(key.date, paused_until, pauses.get((claim.subscriber, key.edition)))
        if reason is not None:
            reasons[claim.ledger, claim.id] = reason
    return Withdrawn(reasons=reasons, held=frozenset(wanted - going.keys()))


def _find_corrected(connection: Connection, claims: Iterable[Claim]) -> dict[str, str]:
    """Return of which edition the issue is that each correction among the claims is of, by its number."""
    numbers = sorted({int(claim.ref or 0) for claim in claims if claim.notice is NoticeKind.CORRECTION})
    if not numbers:
        return {}
    query = select(corrections.c.id, issues.c.edition).join(issues, issues.c.id == corrections.c.issue_id)
    rows = connection.execute(query.where(corrections.c.id.in_(numbers)))
    return {str(row.id): row.edition for row in rows}


# ── leases ───────────────────────────────────────────────────────────────────────────────────────


def renew_leases(store: Store, owner: str, *, now: datetime, lease_seconds: float) -> datetime:
    """Hold everything that ``owner`` has in hand for longer; return until when."""
    with store.write() as connection:
        until = latest_now(connection, now) + timedelta(seconds=lease_seconds)
        for ledger in Ledger:
            change(
                connection,
                ledger.table,
                sending_rows(ledger),
                ledger.table.c.lease_owner == owner,
                lease_until=until,
            )
    return until


def sending_rows(ledger: Ledger) -> ColumnElement[bool]:
    """Rows that say sending; for deliveries only of issues that can hold any, so that the index serves."""
    table = ledger.table
    sending = table.c.status == _SENDING
    if ledger is Ledger.NOTICES:
        return sending
    alive = [IssueStatus.FROZEN, IssueStatus.CANCELLED]
    return and_(table.c.issue_id.in_(select(issues.c.id).where(issues.c.status.in_(alive))), sending)
