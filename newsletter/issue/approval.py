"""Whether a composed issue may leave: nobody holds it, and it is approved where it must be. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.config import Schedule
from newsletter.model import IssueStatus
from newsletter.store.issues import IssueRecord

_LEAVING = frozenset({IssueStatus.PLANNING, IssueStatus.FROZEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why an issue may not leave yet, and what to do where there is a terminal."""

    why: str
    command: str

    def __str__(self) -> str:
        """Return both, as commands say it."""
        return f"{self.why}: {self.command}"


def is_approved(record: IssueRecord) -> bool:
    """Whether the content that an issue has now was approved."""
    return record.hash is not None and record.approved_hash == record.hash


def find_obstacle(record: IssueRecord, schedule: Schedule) -> Obstacle | None:
    """Return why a composed issue may not leave yet, or None."""
    if record.held:
        return Obstacle(why="the issue is held", command=f"newsletter issue release --date {record.key}")
    if schedule.approval == "required" and not is_approved(record):
        seen = record.hash[:12] if record.hash else "…"
        approve = f"newsletter issue approve --hash {seen} --date {record.key}"
        return Obstacle(why="the issue waits for approval", command=approve)
    return None


def describe_status(record: IssueRecord) -> str:
    """Say where an issue stands in the words of the desk."""
    if record.status in _LEAVING:
        return "stopped" if record.held else "leaving"
    is_held = record.held and record.status is not IssueStatus.CANCELLED
    return f"{record.status}{', reopened' if record.is_reopened else ''}{', held' if is_held else ''}"
