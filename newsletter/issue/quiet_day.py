"""The short note of a quiet day, where the operator wants one. Pure."""

from __future__ import annotations

from datetime import datetime

from newsletter.config import Identity
from newsletter.model import Coverage, Issue, IssueKey


def compose_quiet(
    *,
    key: IssueKey,
    number: int,
    identity: Identity,
    coverage: Coverage,
    now: datetime,
    covers_since: datetime | None,
) -> Issue:
    """Return an issue without stories that says so, and what was read to know it."""
    read = sum(report.ok for report in coverage.sources)
    sources = f"{read} {'source' if read == 1 else 'sources'}"
    note = f"A quiet day: nothing new in {sources} read since the last issue. The next one comes as usual."
    return Issue(
        edition=key.edition,
        date=key.date,
        number=number,
        newsletter=identity.title,
        subject=f"A quiet day, {key.date.day} {key.date:%B %Y}",
        preheader=f"Nothing new in {sources} read since the last issue of {identity.title}"[:110],
        composed=now,
        sections=(),
        coverage=coverage,
        covers_since=covers_since,
        note=note,
    )
