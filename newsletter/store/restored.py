"""A database from a backup: nothing leaves it until the operator has said what happened since. I/O (database)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, and_, cast, delete, func, inspect, literal, not_, select

from newsletter.errors import StoreError
from newsletter.model import (
    DAILY,
    DeliveryStatus,
    EditionKey,
    IssueId,
    IssueKey,
    IssueStatus,
    SubscriberStatus,
    SubscriptionStatus,
)
from newsletter.store.acts import record_issue_act
from newsletter.store.endings import end_deliveries
from newsletter.store.engine import Store, add_row, change, read_as
from newsletter.store.installation import RESTORED, read_moment
from newsletter.store.notices import end_notices
from newsletter.store.schema import issues, meta, notices, subscribers, subscriptions, suppressions
from newsletter.store.suppressions import MOVED, Suppression

_OPEN = (IssueStatus.COMPOSED, IssueStatus.PLANNING, IssueStatus.FROZEN)
_LEFT = (IssueStatus.PLANNING, IssueStatus.FROZEN, IssueStatus.SENT)
_WHY = "went out after the backup that was restored was made"


def find_restored(store: Store) -> datetime | None:
    """Return when the backup was made that this database comes from, until the operator has answered."""
    return read_moment(store, RESTORED)


def refuse_restored(store: Store) -> None:
    """Raise StoreError while the operator has not said what happened after the backup was made."""
    if (made := find_restored(store)) is not None:
        raise StoreError(
            f"The database is as of {made:%Y-%m-%d %H:%M} UTC, from a backup: nothing is composed or sent yet.",
            hint="`newsletter restored` asks what went out and who left since, and lets it go on.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SinceBackup:
    """What happened after the backup was made."""

    # That went out, with their numbers where they are known.
    issues: tuple[tuple[IssueKey, int | None], ...] = ()
    left: tuple[str, ...] = ()  # addresses
    parted: tuple[tuple[str, EditionKey], ...] = ()  # who left one edition
    suppressed: tuple[Suppression, ...] = ()


def find_since(old: Store, made: datetime) -> SinceBackup:
    """Return what a database of after ``made`` knows, of whatever revision it is."""
    sent = select(issues.c.date, issues.c.number).where(issues.c.status.in_(_LEFT)).order_by(issues.c.date)
    parted = (
        select(subscribers.c.address, subscriptions.c.edition)
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
        .where(subscribers.c.status == SubscriberStatus.ACTIVE, subscriptions.c.left_at > made)
        .where(subscriptions.c.status != SubscriptionStatus.ACTIVE)  # asked for again, by whomever, is left
    )
    left = select(subscribers.c.address).where(
        subscribers.c.status == SubscriberStatus.UNSUBSCRIBED, subscribers.c.unsubscribed > made
    )
    # Who moved since is here under the address before, and would get nothing.
    reads_on = select(subscribers.c.id).where(
        subscribers.c.status == SubscriberStatus.ACTIVE,
        suppressions.c.detail == literal("reader ") + cast(subscribers.c.id, String),
    )
    given_up = and_(suppressions.c.reason == MOVED, reads_on.correlate(suppressions).exists())
    stopped = select(suppressions).where(suppressions.c.at > made, not_(given_up))
    with old.read() as connection:
        there = inspect(connection)
        if any(column["name"] == "edition" for column in there.get_columns("issues")):
            sent = sent.add_columns(issues.c.edition)
        return SinceBackup(
            issues=tuple(
                (IssueKey(edition=EditionKey(getattr(row, "edition", DAILY)), date=row.date), row.number)
                for row in connection.execute(sent)
            ),
            left=tuple(connection.scalars(left)),
            parted=tuple((row.address, EditionKey(row.edition)) for row in connection.execute(parted))
            if there.has_table("subscriptions")
            else (),
            suppressed=tuple(read_as(Suppression, row) for row in connection.execute(stopped)),
        )


def find_addresses(store: Store, hmacs: Sequence[str]) -> tuple[str, ...]:
    """Return the addresses of those subscribers."""
    query = select(subscribers.c.address).where(subscribers.c.address_hmac.in_(hmacs))
    return tuple(store.find(query).scalars())


def settle_issues(store: Store, went_out: Sequence[tuple[IssueKey, int | None]], now: datetime) -> int:
    """Write down which issues went out, so that none is composed or sent again; return how many that changed."""
    changed = 0
    ended = {"finished": now, "note": f"it {_WHY}"}
    with store.write() as connection:
        for key, number in went_out:
            of_edition = issues.c.edition == key.edition
            query = select(issues.c.id, issues.c.status).where(issues.c.date == key.date, of_edition)
            row = connection.execute(query).one_or_none()
            if row is None:
                newest = connection.scalar(select(func.max(issues.c.number)).where(of_edition)) or 0
                unseen = {"number": number or newest + 1, "status": IssueStatus.MISSED, "held": False}
                add_row(connection, issues, {"edition": key.edition, "date": key.date, **unseen, **ended})
            elif row.status in _OPEN:
                why = f"the issue {_WHY}"
                end_deliveries(connection, IssueId(row.id), DeliveryStatus.CANCELLED, why, now)
                change(connection, issues, issues.c.id == row.id, status=IssueStatus.SENT, **ended)
                record_issue_act(connection, row.id, _WHY, now)
            else:
                continue
            changed += 1
    return changed


def end_wait(store: Store, now: datetime) -> None:
    """Let sending go on; notices of before the restore went out then, or are too old."""
    with store.write() as connection:
        made = connection.scalar(select(meta.c.value).where(meta.c.key == RESTORED))
        if made is not None:
            end_notices(connection, notices.c.created <= datetime.fromisoformat(made), f"it {_WHY}", now)
        connection.execute(delete(meta).where(meta.c.key == RESTORED))
