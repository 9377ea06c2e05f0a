"""Whether a composed issue may leave: nobody holds it, and it is approved where it must be. Pure."""

from __future__ import annotations

from newsletter.config import Schedule
from newsletter.store.issues import IssueRecord


def is_approved(record: IssueRecord) -> bool:
    """Whether the content that an issue has now was approved."""
    return record.hash is not None and record.approved_hash == record.hash


def find_obstacle(record: IssueRecord, schedule: Schedule) -> str | None:
    """Return why a composed issue may not leave yet, or None."""
    if record.held:
        return "the issue is held: newsletter issue release"
    if schedule.approval == "required" and not is_approved(record):
        seen = record.hash[:12] if record.hash else "…"
        return f"the issue waits for approval: newsletter issue approve --hash {seen}"
    return None
