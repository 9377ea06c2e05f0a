"""A database in use brought up to date: not in the middle of an issue, not without a backup. I/O (database, disk)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select

from newsletter.config import BackupSettings
from newsletter.errors import StoreError
from newsletter.model import IssueStatus
from newsletter.store import migrate
from newsletter.store.backup import Everything, save_in_folder
from newsletter.store.engine import Store
from newsletter.store.schema import issues, leases

_ON_ITS_WAY = (IssueStatus.COMPOSED, IssueStatus.PLANNING, IssueStatus.FROZEN)
_LATELY = timedelta(days=2)  # an issue older than that is on its way no more, whatever it says


def bring_up_to_date(
    everything: Everything, settings: BackupSettings, now: datetime, *, in_the_middle: bool = False
) -> bool:
    """Migrate the database where it is of an earlier version; return whether anything had to be done.

    A backup is made first. Raises StoreError where that fails, and, unless ``in_the_middle``, while an issue is being
    composed, waits for its time or is being sent: a migration may take long, and may fail.
    """
    store = everything.store
    migrate.check_version(store)
    if migrate.is_current(store):
        return False
    if migrate.current_revision(store) is not None:
        if not in_the_middle and (what := _find_on_its_way(store, now)):
            raise StoreError(
                f"The database is of an earlier version, and cannot be upgraded now: {what}.",
                hint="Let the version before this one finish that, then start this one; `newsletter db upgrade --now` "
                "upgrades in the middle of it.",
            )
        save_in_folder(everything, settings, now, why=f"before-{migrate.newest_revision()}")
    return migrate.upgrade(store)


def _find_on_its_way(store: Store, now: datetime) -> str | None:
    """Return what must not be disturbed, in words; the tables are read as every version had them."""
    going = (
        select(issues.c.date, issues.c.status)
        .where(issues.c.status.in_(_ON_ITS_WAY), issues.c.date >= (now - _LATELY).date())
        .order_by(issues.c.date.desc())
        .limit(1)
    )
    composing = select(leases.c.name).where(leases.c.name == "compose", leases.c.until > now)
    with store.read() as connection:
        if (issue := connection.execute(going).one_or_none()) is not None:
            day: date = issue.date
            return f"the issue of {day} is {issue.status}"
        return "an issue is being composed" if connection.execute(composing).first() else None
