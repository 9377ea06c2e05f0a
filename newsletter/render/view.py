"""What a reader sees of an issue, word by word, before it is HTML or text. Pure.

Both parts of the mail, and the web version, are rendered from one ``IssueView``: so they say the
same. Every foreign text in it is cleaned and every address is safe; templates only lay out.
``newsletter.render.present`` makes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from newsletter.english.speech.speakers import leave_role
from newsletter.render.words import Direction, capitalize, count_words, reading_minutes

_BEGINNING = 12  # characters by which a subject is found to be cut from a line


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A number beside a statement, and where it leads: [1]."""

    number: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """Words of which some say most at a glance, and where these lead."""

    text: str
    key: tuple[int, int]  # of characters; empty where none says more than the others
    url: str
    is_bold: bool = True  # False: none says more than the others, so that the last ones lead there

    @property
    def parts(self) -> tuple[str, str, str]:
        """What stands before the key, the key, and what follows."""
        start, end = self.key
        return self.text[:start], self.text[start:end], self.text[end:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullet(Keyed):
    """One highlight. ``lead_in`` ends with a colon; ``remark`` says what was done to the words."""

    marks: tuple[Mark, ...]
    lead_in: str = ""
    remark: str = ""
    is_view: bool = False
    limits: bool = False  # the highlight before it, which would mislead alone
    is_edited: bool = False  # an editor worded it


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Highlights in one list. ``lead_in`` stands over them all; under none, each says itself who speaks."""

    lead_in: str
    bullets: tuple[Bullet, ...]


def _join_voices(bullets: Iterable[Bullet]) -> Iterator[Voice]:
    """Give the highlights in lists: each run of one speaker under one lead-in, what stands between as it is."""
    alone: list[Bullet] = []
    for _, group in groupby(bullets, key=lambda bullet: leave_role(bullet.lead_in)):
        run = tuple(group)
        lead_in = run[0].lead_in  # where who that is may stand too
        if not lead_in or len(run) == 1:
            alone += run
            continue
        if alone:
            yield Voice(lead_in="", bullets=tuple(alone))
            alone = []
        said = (replace(one, text=capitalize(one.text), lead_in="") for one in run)
        yield Voice(lead_in=lead_in, bullets=tuple(said))
    if alone:
        yield Voice(lead_in="", bullets=tuple(alone))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """Who published, when, and whose words it relays; ``kind`` only among several sources."""

    name: str
    url: str
    kind: str = ""
    dated: str = ""
    relaying: str = ""
    marks: tuple[Mark, ...] = ()

    @property
    def details(self) -> str:
        """What follows the name: ", 4 January, relaying state-owned media (Baogang Daily)"."""
        return self._follow(self.dated)

    @property
    def undated(self) -> str:
        """The same without the date, where the next source has it."""
        return self._follow("")

    def _follow(self, dated: str) -> str:
        relaying = f"relaying {self.relaying}" if self.relaying else ""
        if not self.kind or self.name.endswith(")"):
            return "".join(f", {part}" for part in (self.kind, dated, relaying) if part)
        return f" ({self.kind})" + "".join(f", {part}" for part in (dated, relaying) if part)


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
    moves: tuple[tuple[str, str, str], ...] = ()  # as ``follows``, for each day of a week
    notes: tuple[str, ...] = ()
    rank: int = 0  # by weight: 0 is the top story
    is_brief: bool = False  # one line of a list, with at most one highlight, or two that belong together
    has_more: bool = (
        False  # its page, another than ``url``, has highlights, whether its one line has any or not
    )
    is_paid: bool = False  # somebody paid for it
    is_released: bool = False  # a company says it of itself
    kicker: str = ""  # its section, where it stands under none
    heading: str = ""  # in place of the headline, which the day's first line is, in all its words

    @property
    def told_by(self) -> str:
        """Who published it, in one line: the first of the sources, and how many more."""
        first, *more = self.sources
        others = f" and {more[0].name}" if len(more) == 1 else f" and {len(more)} others" if more else ""
        return f"{first.name}{first.details}{others}"

    @property
    def voices(self) -> tuple[Voice, ...]:
        """The highlights by who speaks, each speaker named once where it does not change."""
        return tuple(_join_voices(self.bullets))

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Every number that the story's highlights carry, in order."""
        found = {mark.number: mark for bullet in (*self.bullets, *self.views) for mark in bullet.marks}
        return tuple(found[number] for number in sorted(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """A section with its stories."""

    key: str
    title: str
    stories: tuple[StoryView, ...]
    apart: bool = False  # opinion and paid content

    @property
    def full(self) -> tuple[StoryView, ...]:
        """The stories with a headline of their own."""
        return tuple(story for story in self.stories if not story.is_brief)

    @property
    def brief(self) -> tuple[StoryView, ...]:
        """The stories of one line each."""
        return tuple(story for story in self.stories if story.is_brief)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """One price at a glance."""

    product: str
    value: str  # "$640–720 per kilogram"
    url: str  # the sentence that quotes it, or the operator's source; "" where none is known
    change: str  # "down 2.1% from a week earlier"; "" where the source gives none
    bar: int  # the change, -50 (ten per cent down and more) to 50
    what: str  # purity and basis: "99.5%, cif Rotterdam"; "" where none is given
    who: str  # and when: "Rare Metals Bulletin, 4 January 2026"
    series: tuple[str, ...]


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

    day: str  # "4 May 2026", "By 4 May 2026"
    text: str
    url: str  # the sentence that says so; "" where its story is gone
    marks: tuple[Mark, ...]
    rank: int = 0  # of its story, by weight
    is_told: bool = False  # by a highlight of its story, too


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    """What an issue said wrongly."""

    day: str  # of that issue
    url: str  # its web version, or the story's page
    headline: str  # of the story; "" where it is of the whole issue
    wrong: str
    right: str
    why: str
    at: str  # the day on which it was put right


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the links around an issue lead. ``unsubscribe`` and ``preferences`` hold the slot of the token."""

    web: str
    archive: str
    home: str
    privacy: str
    unsubscribe: str
    preferences: str


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
    lines: tuple[Keyed, ...]  # the day in four lines, one a story; none where there is but one
    prices: tuple[PriceLine, ...]
    note: str
    editors_note: tuple[str, ...]  # paragraphs
    corrections: tuple[CorrectionView, ...]  # of earlier issues
    catching_up: str  # "" unless the issue also covers days that were missed
    sections: tuple[SectionView, ...]
    noted: tuple[NotedLine, ...]  # read, or at least dated
    unread: tuple[NotedLine, ...]  # headlines alone: undated, unread
    dates: tuple[DateLine, ...]
    abbreviations: tuple[tuple[str, str], ...]  # with their words
    coverage: tuple[str, ...]  # sentences
    coverage_line: str  # the same in short
    links: Addresses
    why: str
    postal: tuple[str, ...]  # lines

    @property
    def title(self) -> str:
        """The subject as pages show it: whole, where it was cut for a mailbox ("Update: Lynas lifts …")."""
        head, cut, _ = self.subject.partition("…")
        wholes = (*(line.text for line in self.lines[:1]), *(story.headline for story in self.stories))
        for whole in wholes if cut else ():
            place = head.find(whole[:_BEGINNING])
            if place >= 0 and whole.startswith(head[place:]):
                return head[:place] + whole
        return self.subject

    @property
    def stories(self) -> tuple[StoryView, ...]:
        """Every story, in reading order."""
        return tuple(story for section in self.sections for story in section.stories)

    @property
    def minutes(self) -> int:
        """How long it takes to read."""
        return reading_minutes(count_words(self.texts))

    @property
    def texts(self) -> tuple[str, ...]:
        """All that it says, but for what stands around it."""
        texts = [self.note, *self.editors_note]
        texts += [line.text for line in self.lines]
        texts += [line.text for line in self.dates]
        texts += [f"{price.product} {price.what} {price.value} {price.change}" for price in self.prices]
        texts += [line.headline for line in (*self.noted, *self.unread)]
        for story in self.stories:
            texts += [story.headline, story.caution]
            texts += [source.name + source.details for source in story.sources]
            texts += [f"{bullet.lead_in} {bullet.text}" for bullet in (*story.bullets, *story.views)]
        return tuple(texts)
