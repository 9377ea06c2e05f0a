"""Names of things that others point at, and local dates. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NewType, Self

LocalDate = date  # a day in the newsletter's zone; an alias, since fields are called ``date`` too
SourceKey = NewType("SourceKey", str)  # the name of a source in config/sources.toml
ArticleId = NewType("ArticleId", str)  # digest of an immutable version of an article
EditionKey = NewType("EditionKey", str)  # the name of an edition: [a-z0-9-]+
IssueId = NewType("IssueId", int)
SubscriberId = NewType("SubscriberId", int)
DeliveryId = NewType("DeliveryId", int)
ContentHash = NewType("ContentHash", str)  # sha-256, hex, of an issue's frozen content

DAILY = EditionKey("daily")  # the one edition there is, until the settings name others


_MOST_DIGITS = 18  # so that a number fits into 64 bits


def parse_number(text: str) -> int | None:
    """Return the number that a form or an address gives, such as a row's; None for what is none the ledger can hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def parse_day(text: str) -> LocalDate | None:
    """Return the date that a form or an address gives, written as 2026-01-05; None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class IssueKey:
    """Which issue: an edition on a local date. Written as the date alone, but for other editions than the daily."""

    edition: EditionKey = DAILY
    date: LocalDate

    def __str__(self) -> str:
        """Return its text in messages, addresses and references."""
        return f"{self.date}" if self.edition == DAILY else self.whole

    @property
    def whole(self) -> str:
        """Its text with the edition, whichever it is."""
        return f"{self.edition}/{self.date}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of one, with its edition or without. Raises ValueError."""
        edition, _, day = text.rpartition("/")
        return cls(edition=EditionKey(edition or DAILY), date=date.fromisoformat(day))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRef:
    """Which story of which issue."""

    issue: IssueKey
    story: str  # its key

    def __str__(self) -> str:
        """Return its text, as an update names what it goes on from."""
        return f"{self.issue}/{self.story}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of one. Raises ValueError."""
        issue, _, story = text.rpartition("/")
        return cls(issue=IssueKey.parse(issue), story=story)
