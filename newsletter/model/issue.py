"""One dated, numbered newsletter. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from newsletter.model.correction import Correction
from newsletter.model.highlight import Citation
from newsletter.model.ids import DAILY, ContentHash, EditionKey, IssueKey, LocalDate
from newsletter.model.quote import IssuePrice
from newsletter.model.source import SourceReport
from newsletter.model.story import IssueStory


@dataclass(frozen=True, slots=True, kw_only=True)
class AlsoNoted:
    """One line: a headline seen beside an article, undated and unread, or a story's headline alone."""

    headline: str
    publisher: str
    url: str | None = None
    read: bool = False  # False: only the headline was seen
    language: str | None = None
    published: datetime | None = None
    label: str = ""  # "opinion by Ann Lee", "paid content"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateAhead:
    """A date on which something takes effect, with the sentence that says so."""

    date: LocalDate
    text: str
    citation: Citation
    story: str  # the story's key
    condition: Citation | None = None  # a sentence that says on what it depends, where its own does not


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What stands behind an issue: sources read and failed, articles seen, kept and dropped."""

    sources: tuple[SourceReport, ...] = ()
    articles_read: int = 0
    stories_found: int = 0
    stories_kept: int = 0
    headlines_kept: int = 0
    headlines_dropped: int = 0
    headlines_foreign: int = 0  # in other languages, left out
    dropped: tuple[tuple[str, int], ...] = ()  # (reason, count)

    @property
    def failed(self) -> tuple[SourceReport, ...]:
        """The sources that could not be read."""
        return tuple(report for report in self.sources if not report.ok)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A named, ordered group of stories."""

    key: str
    title: str
    stories: tuple[IssueStory, ...]
    apart: bool = False  # opinion and paid content


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLine:
    """One of the lines that the day's news comes to: an event with its actor and figure."""

    text: str
    story: str  # the story's key


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One dated, numbered newsletter: pure content, no recipient in it."""

    date: LocalDate
    number: int
    newsletter: str
    subject: str  # at most 70 characters
    preheader: str
    composed: datetime
    sections: tuple[Section, ...]
    lines: tuple[DayLine, ...] = ()  # the day in four lines, the top story's first
    prices: tuple[IssuePrice, ...] = ()
    also_noted: tuple[AlsoNoted, ...] = ()
    dates_ahead: tuple[DateAhead, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    covers_since: datetime | None = None  # a late issue covers what was missed
    note: str | None = None  # the quiet-day note
    corrections: tuple[Correction, ...] = ()  # of earlier issues
    abbreviations: tuple[tuple[str, str], ...] = ()  # that a reader may not know, and their words
    editors_note: str | None = None  # on top, in words of one's own; paragraphs parted by an empty line
    edition: EditionKey = DAILY

    @property
    def key(self) -> IssueKey:
        """Which issue it is."""
        return IssueKey(edition=self.edition, date=self.date)

    @property
    def stories(self) -> tuple[IssueStory, ...]:
        """Every story, in reading order."""
        return tuple(story for section in self.sections for story in section.stories)

    @property
    def by_weight(self) -> tuple[IssueStory, ...]:
        """Every story, the weightiest first: the top story, then by score; opinion and paid content last."""
        apart = self._apart
        rest = sorted(self.stories[1:], key=lambda story: (story.key in apart, -story.score))
        return (*self.stories[:1], *rest)

    @property
    def news(self) -> tuple[IssueStory, ...]:
        """The same without opinion and paid content, for which a line has no label, and reports told as prices."""
        told = self._apart | {one.story for one in self.prices}
        return tuple(story for rank, story in enumerate(self.by_weight) if not rank or story.key not in told)

    @property
    def _apart(self) -> set[str]:
        return {story.key for section in self.sections if section.apart for story in section.stories}


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedIssue:
    """The issue as it will leave, but for the recipient's token slots. Its ``hash`` is what is approved."""

    hash: ContentHash
    subject: str
    preheader: str
    html: str
    text: str


class IssueStatus(StrEnum):
    """Where an issue stands. Only ``frozen`` makes its deliveries count."""

    COMPOSED = "composed"  # content exists and can still be edited
    PLANNING = "planning"  # deliveries are being written
    FROZEN = "frozen"  # deliveries are being sent
    SENT = "sent"  # every delivery has ended
    EMPTY = "empty"  # nothing to say that day: nothing new, all sent already, or all failed
    MISSED = "missed"  # too late to start
    CANCELLED = "cancelled"
