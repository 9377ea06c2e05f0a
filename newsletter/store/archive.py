"""Small questions about the issues that left, cheap enough to ask at every request. I/O (database)."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, select

from newsletter.model import IssueKey, IssueStatus
from newsletter.store.engine import Store
from newsletter.store.schema import corrections, issues

PUBLISHED = (IssueStatus.FROZEN, IssueStatus.SENT)  # frozen: it is leaving, and its links are in mails
_IS_PUBLISHED = issues.c.status.in_(list(PUBLISHED))


def archive_version(store: Store) -> str:
    """Return a text that changes whenever an issue joins or quits the archive, or one there is corrected."""
    corrected = select(func.count()).select_from(corrections).scalar_subquery()
    query = select(func.count(), func.max(issues.c.id), func.sum(issues.c.id), corrected).where(_IS_PUBLISHED)
    return "/".join(str(value) for value in store.find(query).one())


def find_neighbours(store: Store, key: IssueKey) -> tuple[IssueKey | None, IssueKey | None]:
    """Return the published issues of the edition before and after this one."""
    alike = (_IS_PUBLISHED, issues.c.edition == key.edition)
    with store.read() as connection:
        older = connection.scalar(select(func.max(issues.c.date)).where(*alike, issues.c.date < key.date))
        newer = connection.scalar(select(func.min(issues.c.date)).where(*alike, issues.c.date > key.date))
    return older and replace(key, date=older), newer and replace(key, date=newer)
