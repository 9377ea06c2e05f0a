"""After a crash: what dead senders left, the uncertain, and the question about those held. I/O (database)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Table, and_, case, func, or_, select, true

from newsletter.model import BY_COMMAND, By, DeliveryStatus, IssueId, IssueKey, IssueStatus
from newsletter.store.acts import issue_key, record_issue_act
from newsletter.store.bulk_update import Change, Step, change_rows, reply_values
from newsletter.store.claims import sending_rows
from newsletter.store.clock import earliest_now
from newsletter.store.deliveries import keep_history
from newsletter.store.engine import Store, change
from newsletter.store.ledger import Attempt, Ledger, Taken
from newsletter.store.schema import deliveries, issues, subscribers

RESEND_REASON = "sent once more: the answer to an earlier attempt was not recorded"
HOLD_REASON = "held: handed over, the answer was not recorded; the operator decides"
_QUEUED = DeliveryStatus.QUEUED
_DEFERRED = DeliveryStatus.DEFERRED
_LEASE = ("lease_owner", "lease_until")
_ANSWER = ("next_try", "relay", "reply_code", "reply_enhanced", "reply_text")


def recover_expired(store: Store, *, now: datetime, alive: AbstractSet[str] = frozenset()) -> int:
    """Make what dead senders left behind uncertain; return how many rows.

    ``alive`` are owners known to live, whatever a jumping clock says of their leases.
    """
    # Their leases have ended by our clock, perhaps not by the server's.
    late = (
        select(ledger.table.c.id).where(sending_rows(ledger), ledger.table.c.lease_until <= now)
        for ledger in Ledger
    )
    if not any(store.has_any(query) for query in late):
        return 0
    count = 0
    with store.write() as connection:
        ended = earliest_now(connection, now)
        for ledger in Ledger:
            table = ledger.table
            condition = [sending_rows(ledger), table.c.lease_until <= ended]
            if alive:
                condition.append(table.c.lease_owner.not_in(sorted(alive)))
            count += _make_uncertain(connection, table, and_(*condition), now)
    return count


def recover_owner(
    store: Store,
    owner: str,
    *,
    now: datetime,
    handed_over: AbstractSet[Attempt] | None,
    taken: Mapping[Attempt, Taken] = MappingProxyType({}),
) -> tuple[int, int, int]:
    """Settle at once what a sender left that is known to be dead; return (sent, uncertain, given back).

    ``handed_over`` holds each attempt whose final dot it began to write, and no answer came: only those are
    uncertain. None where that is not known: then all are. ``taken`` is what a relay took, recorded or not.
    """
    sent = uncertain = back = 0
    with store.write() as connection:
        for ledger in Ledger:
            sent += _record_taken(connection, ledger, owner, taken)
            table = ledger.table
            mine = and_(sending_rows(ledger), table.c.lease_owner == owner)
            if handed_over is None:
                uncertain += _make_uncertain(connection, table, mine, now)
                continue
            rows = connection.execute(select(table.c.id, table.c.attempts).where(mine)).all()
            unsure = [row.id for row in rows if (ledger, row.id, row.attempts) in handed_over]
            safe = [row.id for row in rows if (ledger, row.id, row.attempts) not in handed_over]
            if unsure:
                uncertain += _make_uncertain(connection, table, and_(mine, table.c.id.in_(unsure)), now)
            if safe:
                back += give_back(connection, table, and_(mine, table.c.id.in_(safe)), now)
    return sent, uncertain, back


def _record_taken(connection: Connection, ledger: Ledger, owner: str, taken: Mapping[Attempt, Taken]) -> int:
    """Record what the relay took of what the sender still holds, or of what was made uncertain without its log."""
    if not taken:
        return 0
    row = ledger.table.c
    mine = and_(sending_rows(ledger), row.lease_owner == owner)
    waiting = and_(_is_being_sent(ledger), row.status == _DEFERRED, row.reason == RESEND_REASON)
    open_rows = select(row.id, row.status, row.lease_owner, row.attempts).where(
        or_(mine, waiting, _unsure_rows(ledger))
    )
    changes = [
        Change(
            step=Step.ANSWER,
            id=found.id,
            was=found.status,
            owner=found.lease_owner,
            attempts=found.attempts,
            status=DeliveryStatus.SENT,
            at=answer.at,
            sent_at=answer.at,
            relay=answer.relay,
            **reply_values(answer.reply),
        )
        for found in connection.execute(open_rows)
        if (answer := taken.get((ledger, found.id, found.attempts))) is not None
    ]
    return change_rows(connection, ledger, changes)


def give_back(connection: Connection, table: Table, which: ColumnElement[bool], now: datetime) -> int:
    """Return sending rows that nobody has in hand to the queue: after a crash, or where a claim's answer was lost.

    As ``return_change`` does with a claim in hand: the attempt does not count, and who was deferred stays so.
    """
    was = case((table.c.next_try.is_not(None), _DEFERRED), else_=_QUEUED)
    values = {"status": was, "attempts": table.c.attempts - 1, "changed": now, **dict.fromkeys(_LEASE)}
    return change(connection, table, which, table.c.status == DeliveryStatus.SENDING, **values)


def _make_uncertain(connection: Connection, table: Table, which: ColumnElement[bool], now: datetime) -> int:
    values = {"status": DeliveryStatus.UNCERTAIN, "reason": "handed over, the answer was not recorded"}
    return change(connection, table, which, changed=now, **values, **dict.fromkeys((*_LEASE, *_ANSWER)))


def settle_uncertain(store: Store, *, rule: Literal["resend", "hold"], now: datetime) -> tuple[int, int]:
    """Apply the rule to uncertain rows; return (sent once more, held).

    ``resend`` sends each once more under the same Message-ID; what was sent again already is held.
    """
    again = held = 0
    if not any(store.has_any(select(ledger.table.c.id).where(_unsure_rows(ledger))) for ledger in Ledger):
        return 0, 0
    with store.write() as connection:
        for ledger in Ledger:
            table, unsure = ledger.table, _unsure_rows(ledger)
            if rule == "resend":
                fresh = and_(unsure, table.c.resends == 0)
                if ledger is Ledger.DELIVERIES:
                    keep_history(connection, fresh)
                # After all who got nothing yet: who may have it can wait. Minutes, where the relay gave no answer;
                # where it was ours that died, it is due at once.
                due, resends = func.coalesce(table.c.next_try, now), table.c.resends + 1
                values = {"status": _DEFERRED, "next_try": due, "resends": resends, "changed": now}
                again += change(connection, table, fresh, reason=RESEND_REASON, **values)
            is_new = or_(table.c.reason.is_(None), table.c.reason != HOLD_REASON)
            held += change(connection, table, unsure, is_new, reason=HOLD_REASON, next_try=None, changed=now)
    return again, held


def _unsure_rows(ledger: Ledger) -> ColumnElement[bool]:
    """Uncertain rows; for deliveries only of issues that are being sent, so that the index serves."""
    return and_(_is_being_sent(ledger), ledger.table.c.status == DeliveryStatus.UNCERTAIN)


def _is_being_sent(ledger: Ledger) -> ColumnElement[bool]:
    if ledger is Ledger.NOTICES:
        return true()
    going = select(issues.c.id).where(issues.c.status == IssueStatus.FROZEN)
    return deliveries.c.issue_id.in_(going)


def settle_by_hand(
    store: Store,
    issue: IssueId,
    *,
    arrived: bool,
    now: datetime,
    only: Iterable[int] | None = None,
    by: By = BY_COMMAND,
) -> int:
    """End held deliveries as the operator knows it: they arrived (sent), or they go out again (queued)."""
    which = and_(deliveries.c.issue_id == issue, deliveries.c.status == DeliveryStatus.UNCERTAIN)
    if only is not None:
        which = and_(which, deliveries.c.id.in_(sorted(only)))
    values: dict[str, Any] = (
        {"status": DeliveryStatus.SENT, "sent_at": now, "reason": "arrived, says the operator"}
        if arrived
        else {"status": _QUEUED, "reason": "sent again by the operator"}
    )
    with store.write() as connection:
        keep_history(connection, which)
        count = change(connection, deliveries, which, changed=now, next_try=None, **values)
        if count:
            answer = "arrived" if arrived else "go out once more"
            record_issue_act(connection, issue, f"settled {count} deliveries: they {answer}", now, by=by)
    return count


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The deliveries of one issue that may have arrived: tried as often as they may be, never answered."""

    key: IssueKey
    count: int
    sample: tuple[str, ...]  # addresses


def list_held(store: Store, *, sample: int = 3) -> tuple[Held, ...]:
    """Return what only the operator can know, of each issue that is being sent."""
    held = and_(_unsure_rows(Ledger.DELIVERIES), deliveries.c.reason == HOLD_REASON)
    counting = (
        select(issues.c.id, issues.c.edition, issues.c.date, func.count().label("how_many"))
        .join(deliveries, deliveries.c.issue_id == issues.c.id)
        .where(held)
        .group_by(issues.c.id, issues.c.edition, issues.c.date)
        .order_by(issues.c.date, issues.c.edition)
    )
    found = []
    for row in store.find(counting):
        some = (
            select(subscribers.c.address)
            .join(deliveries, deliveries.c.subscriber_id == subscribers.c.id)
            .where(held, deliveries.c.issue_id == row.id)
            .order_by(deliveries.c.id)
            .limit(sample)
        )
        addresses = tuple(one.address for one in store.find(some))
        found.append(Held(key=issue_key(row), count=row.how_many, sample=addresses))
    return tuple(found)


def ask_of_held(held: Held) -> str:
    """Return the question to the operator; no address is in it."""
    command = f"newsletter issue settle --date {held.key}"
    return (
        f"{held.count} deliveries of {held.key} may have arrived: a relay was handed each, once more where the "
        f"settings allow it, and never answered. Did they? Its log knows, or one of the readers. {command} --arrived "
        f"counts them as sent, {command} --again sends them once more; without an answer they expire."
    )
