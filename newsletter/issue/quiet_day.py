"""The short note of a quiet day, where the operator wants one. Pure."""

from __future__ import annotations

from dataclasses import replace

from newsletter.model import Issue


def compose_quiet(begun: Issue) -> Issue:
    """Return an issue without stories that says so, and what was read to know it."""
    read = sum(report.ok for report in begun.coverage.sources)
    sources = f"{read} {'source' if read == 1 else 'sources'}"
    return replace(
        begun,
        subject=f"A quiet day, {begun.date.day} {begun.date:%B %Y}",
        preheader=f"Nothing new in {sources} read since the last issue of {begun.newsletter}"[:110],
        note=f"A quiet day: nothing new in {sources} read since the last issue. The next one comes as usual.",
    )
