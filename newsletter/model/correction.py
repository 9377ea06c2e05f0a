"""What an issue said wrongly, and what is right. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsletter.model.ids import IssueKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What an editor says of a mistake in print, in words of one's own."""

    wrong: str
    right: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A mistake in an issue that left, and when it was put right."""

    id: int
    issue: IssueKey
    story: str = ""  # its key; "": of the issue as a whole
    headline: str = ""
    mistake: Mistake
    at: datetime
