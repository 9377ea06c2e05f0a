"""Writing down what came of claims, and giving back what was not handed over. I/O (database)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, case, update

from newsletter.model import DeliveryStatus
from newsletter.store.ledger import Claim, Ledger, Recorded

_SENDING = DeliveryStatus.SENDING.value
_QUEUED = DeliveryStatus.QUEUED.value
_DEFERRED = DeliveryStatus.DEFERRED.value

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


def write_outcomes(connection: Connection, outcomes: Iterable[Recorded]) -> int:
    """Write answers down in the caller's transaction; return how many rows took them.

    A row that its sender no longer holds (the lease ended, another took it) is left alone.
    """
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


def give_back_claims(connection: Connection, claims: Iterable[Claim], now: datetime) -> int:
    """Give back what was never handed over, in the caller's transaction; return how many rows."""
    by_ledger: dict[tuple[Ledger, str], list[int]] = defaultdict(list)
    for claim in claims:
        by_ledger[claim.ledger, claim.lease_owner].append(claim.id)
    return sum(
        give_back(
            connection,
            ledger.table,
            and_(ledger.table.c.id.in_(ids), ledger.table.c.lease_owner == owner),
            now,
        )
        for (ledger, owner), ids in by_ledger.items()
    )


def give_back(connection: Connection, table: Table, which: ColumnElement[bool], now: datetime) -> int:
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
