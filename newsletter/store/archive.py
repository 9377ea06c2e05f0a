"""Small questions about the issues that left, cheap enough to ask at every request. I/O (database)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from newsletter.model import IssueStatus
from newsletter.store.engine import Store
from newsletter.store.schema import issues

PUBLISHED = (IssueStatus.FROZEN, IssueStatus.SENT)  # frozen: it is leaving, and its links are in mails
_IS_PUBLISHED = issues.c.status.in_([status.value for status in PUBLISHED])


def archive_version(store: Store) -> str:
    """Return a text that changes whenever an issue joins or quits the archive; content never changes there."""
    query = select(func.count(), func.max(issues.c.id), func.sum(issues.c.id)).where(_IS_PUBLISHED)
    with store.read() as connection:
        return "/".join(str(value) for value in connection.execute(query).one())


def find_neighbours(store: Store, day: date) -> tuple[date | None, date | None]:
    """Return the dates of the published issues before and after ``day``."""
    with store.read() as connection:
        older = connection.scalar(select(func.max(issues.c.date)).where(_IS_PUBLISHED, issues.c.date < day))
        newer = connection.scalar(select(func.min(issues.c.date)).where(_IS_PUBLISHED, issues.c.date > day))
    return older, newer
