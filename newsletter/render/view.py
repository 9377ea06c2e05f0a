"""What a reader sees of an issue, word by word, before it is HTML or text. Pure.

Both parts of the mail, and the web version, are rendered from one ``IssueView``: so they say the
same. Every foreign text in it is cleaned and every address is safe; templates only lay out.
``newsletter.render.present`` makes it.
"""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.render.words import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A number beside a statement, and where it leads: [1]."""

    number: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullet:
    """One highlight. ``lead_in`` ends with a colon; ``remark`` says what was done to the words."""

    text: str
    marks: tuple[Mark, ...]
    lead_in: str = ""
    remark: str = ""
    is_view: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """Who published, when, and whose words it relays; ``kind`` only among several sources."""

    name: str
    url: str  # "" where the headline leads there already and the mail must be short
    kind: str = ""
    dated: str = ""
    relaying: str = ""
    marks: tuple[Mark, ...] = ()

    @property
    def details(self) -> str:
        """What follows the name: ", 4 January 2026, relaying state-owned media (Baogang Daily)"."""
        parts = [self.dated, f"relaying {self.relaying}" if self.relaying else ""]
        kind = f" ({self.kind})" if self.kind else ""
        return kind + "".join(f", {part}" for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryView:
    """One story, ready to be laid out."""

    key: str
    headline: str
    url: str  # the article, or the story's page where the article has no address
    page: str  # the story's page on the web version
    label: str  # "Trade press · state-owned media"
    sources: tuple[SourceLine, ...]
    caution: str  # the source's own; "" where it gave none
    bullets: tuple[Bullet, ...]
    views: tuple[Bullet, ...]  # the publisher's own judgement, apart from the facts
    update: str = ""  # "our story of 3 January 2026"
    update_url: str = ""
    follows: tuple[str, str, str] | None = None  # "Yesterday", the earlier headline, its story's page
    notes: tuple[str, ...] = ()
    more: int = 0  # highlights that only the story's page has
    shared_link: bool = False  # the numbers are not linked one by one: ``page`` is linked once

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Every number that the story's highlights carry, in order."""
        found = {mark.number: mark for bullet in (*self.bullets, *self.views) for mark in bullet.marks}
        return tuple(found[number] for number in sorted(found))

    @property
    def span(self) -> str:
        """The story's numbers in short: "[1]–[4]"."""
        numbers = [mark.number for mark in self.marks]
        if not numbers:
            return ""
        first, last = f"[{numbers[0]}]", f"[{numbers[-1]}]"
        return first if first == last else f"{first}–{last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """A section with its stories."""

    key: str
    title: str
    stories: tuple[StoryView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedLine:
    """One line of "Also noted"."""

    headline: str
    url: str  # "" where none is known
    details: str  # "Rare Earth Exchanges", "Mining Weekly, 4 January 2026"
    language: str  # "" where it is the newsletter's


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLine:
    """One line of "Dates ahead"."""

    day: str
    text: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the links around an issue lead. ``unsubscribe`` holds the slot of the token."""

    web: str
    archive: str
    home: str
    privacy: str
    unsubscribe: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueView:
    """An issue as its reader sees it."""

    newsletter: str
    tagline: str
    language: str
    direction: Direction
    subject: str
    preheader: str
    day: str
    number: int
    minutes: int  # of reading
    one_line: str  # today in one line
    beside: str  # what else the day brought; "" where the line says it all
    note: str
    editors_note: tuple[str, ...]  # paragraphs
    catching_up: str  # "" unless the issue also covers days that were missed
    sections: tuple[SectionView, ...]
    noted: tuple[NotedLine, ...]  # read, or at least dated
    unread: tuple[NotedLine, ...]  # headlines alone: undated, unread
    dates: tuple[DateLine, ...]
    coverage: tuple[str, ...]  # sentences
    labels: tuple[str, ...]  # kinds of source that this issue names
    links: Addresses
    why: str
    postal: tuple[str, ...]  # lines
    tight: bool = False  # set with fewer links, to stay under a provider's limit

    @property
    def stories(self) -> tuple[StoryView, ...]:
        """Every story, in reading order."""
        return tuple(story for section in self.sections for story in section.stories)
