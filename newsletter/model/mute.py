"""What an editor wants to hear nothing of. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class MuteKind(StrEnum):
    """What is muted."""

    SOURCE = "source"  # its key in sources.toml, or a publisher's name
    COMPANY = "company"  # a name that the headline or the beginning of a story has
    TOPIC = "topic"  # a kind of story: a section's key, or a kind of the lexicon's terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """One remembered choice. It holds until the day before ``until``, or for ever."""

    id: int
    kind: MuteKind
    value: str
    until: date | None
    reason: str
    at: datetime
    by: str  # "" where nobody is named
    lifted: datetime | None = None

    def holds(self, today: date) -> bool:
        """Whether it still counts."""
        return self.lifted is None and (self.until is None or today < self.until)
