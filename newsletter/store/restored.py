"""A database from a backup: nothing leaves it until the operator has said what happened since. I/O (database)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from newsletter.errors import StoreError
from newsletter.model import (
    DeliveryStatus,
    EditionKey,
    IssueId,
    IssueKey,
    IssueStatus,
    Subscriber,
)
from newsletter.store.acts import record_issue_act
from newsletter.store.endings import end_deliveries
from newsletter.store.engine import Store, add_row, change, read_as
from newsletter.store.installation import BEAT, RESTORED, read_moment
from newsletter.store.notices import end_notices
from newsletter.store.planning import count_as_had
from newsletter.store.schema import (
    consent_events,
    deliveries,
    issues,
    meta,
    notices,
    runs,
    suppressions,
)
from newsletter.store.subscribers import list_subscribers
from newsletter.store.suppressions import Suppression

_OPEN = (IssueStatus.COMPOSED, IssueStatus.PLANNING, IssueStatus.FROZEN)
_LEFT = (IssueStatus.PLANNING, IssueStatus.FROZEN, IssueStatus.SENT)
_HAPPENED = (runs.c.started, consent_events.c.at, deliveries.c.changed, notices.c.changed, suppressions.c.at)
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
    left: tuple[str, ...] = ()  # addresses, as told by hand
    # Of a ledger of after it: everyone of before it who is still there, under the same ids.
    people: tuple[Subscriber, ...] | None = None
    suppressed: tuple[Suppression, ...] = ()


def find_newest(store: Store) -> datetime | None:
    """Return when something last happened that a database knows of; None where nothing did."""
    with store.read() as connection:
        beats = connection.scalars(select(meta.c.value).where(meta.c.key.startswith(BEAT, autoescape=True)))
        moments = [datetime.fromisoformat(beat) for beat in beats]
        moments += [connection.scalar(select(func.max(column))) for column in _HAPPENED]
    return max((moment for moment in moments if moment is not None), default=None)


def find_since(old: Store, made: datetime) -> SinceBackup:
    """Return what a database of after ``made`` knows."""
    sent = select(issues.c.date, issues.c.number, issues.c.edition).where(issues.c.status.in_(_LEFT))
    stopped = select(suppressions).where(suppressions.c.at > made)
    with old.read() as connection:
        return SinceBackup(
            issues=tuple(
                (IssueKey(edition=EditionKey(row.edition), date=row.date), row.number)
                for row in connection.execute(sent.order_by(issues.c.date))
            ),
            people=list_of_before(connection, made),
            suppressed=tuple(read_as(Suppression, row) for row in connection.execute(stopped)),
        )


def list_of_before(connection: Connection, made: datetime) -> tuple[Subscriber, ...]:
    """Return the subscribers that a backup of then has, or had."""
    everyone = list_subscribers(connection, limit=None)
    return tuple(one for one in everyone if one.created <= made)


def settle_issues(
    store: Store,
    went_out: Sequence[tuple[IssueKey, int | None]],
    now: datetime,
    *,
    made: datetime,
    domain: str,
) -> int:
    """Write down which issues went out, so that none is composed or sent again; return how many that changed.

    Whoever was a reader when the backup was ``made`` counts as having had them. ``domain`` is of Message-IDs.
    """
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
                count_as_had(connection, IssueId(row.id), domain=domain, known_by=made, why=why, now=now)
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
