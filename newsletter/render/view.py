"""What a reader sees of an issue, word by word, before it is HTML or text. Pure.

Both parts of the mail, and the web version, are rendered from one ``IssueView``: so they say the
same. Every foreign text in it is cleaned and every address is safe; templates only lay out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from newsletter import links
from newsletter.config import Identity
from newsletter.model import (
    AlsoNoted,
    Coverage,
    DateAhead,
    Highlight,
    HighlightKind,
    Issue,
    IssueStory,
    Publisher,
    PublisherKind,
    Reference,
    SourceReport,
)
from newsletter.render.evidence import (
    SentenceKey,
    anchor,
    find_numbers,
    index_numbers,
    number_sentences,
)
from newsletter.render.words import (
    Direction,
    clean,
    count_noun,
    count_words,
    is_trustworthy,
    join_words,
    language_direction,
    local_day,
    possessive,
    reading_minutes,
    safe_url,
    write_date,
)

_FIRST_SIGHT = "dated by first sight"
_RELAYING = "relaying "  # the line of sources says whose words, so the label need not
_LOWERED = frozenset({"A", "An", "It", "No", "The", "There"})
_REASONS = 2  # failures beyond which the reasons are left to the web version
_SHOWN_FAILURES = 5
_QUOTES = '“”"«»„'


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


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every story of an issue is shown with."""

    issue: Issue
    identity: Identity

    def link(self, url: str | None) -> str | None:
        """Return ``url`` where it may be linked.

        From a public newsletter only https addresses of named hosts are: filters distrust the others, so
        they are left to the story's page. On a trial whose own address is http all are linked.
        """
        found = safe_url(url)
        public = self.identity.base_url.startswith("https://")
        return None if found and public and not is_trustworthy(found) else found

    def page(self, story_key: str) -> str:
        identity = self.identity
        return links.story_url(identity.base_url, self.issue.date, story_key, identity.archive_secret)

    def dated(self, reference: Reference, *, first_sight: bool) -> str:
        if reference.published is None:
            return "undated"
        day = local_day(reference.published, self.identity.zone, is_date=reference.published_is_date)
        return f"first seen {write_date(day)}" if first_sight else write_date(day)


def _name_origin(origin: Publisher) -> str:
    name = clean(origin.name)
    return name if origin.kind is PublisherKind.OTHER else f"{origin.kind.value} ({name})"


def _show_sources(
    story: IssueStory, frame: _Frame, numbers: Mapping[SentenceKey, int]
) -> tuple[SourceLine, ...]:
    page = frame.page(story.key)
    several = len(story.references) > 1
    told = {PublisherKind.OTHER.value, *story.labels[:1]}  # the label leads the line already
    lines = []
    for reference in story.references:
        own = sorted(number for key, number in numbers.items() if key[0] == reference.article)
        lines.append(
            SourceLine(
                name=clean(reference.publisher.name),
                url=frame.link(reference.url) or page,
                kind=reference.publisher.kind.value
                if several and reference.publisher.kind.value not in told
                else "",
                dated=frame.dated(reference, first_sight=_FIRST_SIGHT in story.flags),
                relaying=_name_origin(reference.origin) if reference.origin else "",
                marks=_mark(own, page) if several else (),
            )
        )
    return tuple(lines)


def _mark(numbers: Iterable[int], page: str) -> tuple[Mark, ...]:
    return tuple(Mark(number=number, url=f"{page}#{anchor(number)}") for number in numbers)


def _quote(text: str, sentence: str) -> str:
    """Put quotation marks around words that are verbatim and hold none."""
    verbatim = text.rstrip(".") in sentence
    return f"“{text}”" if verbatim and not any(mark in text for mark in _QUOTES) else text


def _show_bullet(
    highlight: Highlight, story: IssueStory, numbers: Mapping[SentenceKey, int], page: str
) -> Bullet:
    text = clean(highlight.text)
    lead_in = clean(highlight.lead_in.text) if highlight.lead_in else ""
    is_view = highlight.kind is HighlightKind.VIEW
    if is_view:
        text = _quote(text, clean(highlight.citation.sentence))
        if not lead_in:
            speaker = next(
                (
                    item.publisher.name
                    for item in story.references
                    if item.article == highlight.citation.article
                ),
                "The publisher",
            )
            lead_in = f"{possessive(clean(speaker))} view:"
    elif highlight.kind is HighlightKind.DIFFERS and not text.casefold().startswith("reports differ"):
        lead_in = lead_in or "Reports differ:"
    found = find_numbers(numbers, (highlight.citation, *highlight.more))
    return Bullet(
        text=text,
        marks=_mark(found, page),
        lead_in=lead_in,
        remark="reworded by a language model" if highlight.rewritten else "",
        is_view=is_view,
    )


def _show_update(story: IssueStory, frame: _Frame) -> tuple[str, str]:
    day_text, _, key = (story.update_of or "").partition("/")
    try:
        day = date.fromisoformat(day_text)
    except ValueError:
        return "", ""
    base, secret = frame.identity.base_url, frame.identity.archive_secret
    url = links.story_url(base, day, key, secret) if key else links.issue_url(base, day, secret)
    return f"our story of {write_date(day)}", url


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]


def _show_story(story: IssueStory, frame: _Frame) -> StoryView:
    page = frame.page(story.key)
    numbers = index_numbers(number_sentences(story, frame.issue.dates_ahead))
    bullets = [_show_bullet(highlight, story, numbers, page) for highlight in story.highlights]
    update, update_url = _show_update(story, frame)
    first = next((url for item in story.references if (url := frame.link(item.url))), page)
    relays = any(reference.origin for reference in story.references)
    shown = [
        label
        for label in map(clean, story.labels)
        if label != PublisherKind.OTHER.value and not (relays and label.startswith(_RELAYING))
    ]
    return StoryView(
        key=story.key,
        headline=clean(story.headline),
        url=first,
        page=page,
        label=_capitalize(" · ".join(shown)),
        sources=_show_sources(story, frame, numbers),
        caution=clean(story.caution or "").strip(_QUOTES + " "),
        bullets=tuple(bullet for bullet in bullets if not bullet.is_view),
        views=tuple(bullet for bullet in bullets if bullet.is_view),
        update=update,
        update_url=update_url,
        notes=tuple(_capitalize(clean(flag)) for flag in story.flags if flag != _FIRST_SIGHT),
    )


def _show_noted(noted: AlsoNoted, frame: _Frame) -> NotedLine:
    identity = frame.identity
    published = noted.published
    dated = f", {write_date(local_day(published, identity.zone))}" if published else ""
    language = (noted.language or "").split("-")[0].lower()
    return NotedLine(
        headline=clean(noted.headline),
        url=frame.link(noted.url) or "",
        details=clean(noted.publisher) + dated,
        language=language if language.isalpha() and language != identity.language.split("-")[0] else "",
    )


def _show_date(ahead: DateAhead, issue: Issue, frame: _Frame) -> DateLine:
    page = frame.page(ahead.story)
    story = next((item for item in issue.stories if item.key == ahead.story), None)
    marks: tuple[Mark, ...] = ()
    if story is not None:
        numbers = index_numbers(number_sentences(story, issue.dates_ahead))
        marks = _mark(find_numbers(numbers, (ahead.citation,)), page)
    return DateLine(day=write_date(ahead.date), text=clean(ahead.text), marks=marks)


def _name_failed(failed: Sequence[SourceReport]) -> list[str]:
    """Name the sources that failed: a few with the reason, many without."""
    names = [clean(report.publisher) for report in failed[:_SHOWN_FAILURES]]
    if len(failed) <= _REASONS:
        reasons = [_inside(clean(report.error or "")) for report in failed]
        names = [
            f"{name} ({reason})" if reason else name for name, reason in zip(names, reasons, strict=True)
        ]
    left = len(failed) - len(names)
    return [*names, f"{left} more"] if left else names


def _inside(sentence: str) -> str:
    """Write a sentence as it stands inside another: "The server is away." → "the server is away"."""
    first, gap, rest = sentence.rstrip(". ").partition(" ")
    return (first.lower() if first in _LOWERED else first) + gap + rest


def describe_coverage(coverage: Coverage) -> tuple[str, ...]:
    """Say in sentences what stands behind an issue: what was read, what failed, what was kept."""
    checked, failed = len(coverage.sources), coverage.failed
    sentences = []
    if checked:
        read = f"{count_noun(checked, 'source')} checked, {len(failed) or 'none'} failed"
        sentences.append(f"{read}: {join_words(_name_failed(failed))}." if failed else f"{read}.")
    sentences.append(
        f"{count_noun(coverage.articles_read, 'article')} read, "
        f"{count_noun(coverage.stories_found, 'story', 'stories')} found, {coverage.stories_kept:,} kept."
    )
    if coverage.headlines_kept or coverage.headlines_dropped:
        sentences.append(
            f"{count_noun(coverage.headlines_kept, 'headline')} kept, {coverage.headlines_dropped:,} dropped."
        )
    return tuple(sentences)


def _write_one_line(issue: Issue, tagline: str) -> tuple[str, str]:
    """Return the day's news in one line, and what the preheader adds to it.

    The tagline that may fill a preheader is no news, and the headline of a day's only story need not
    stand twice.
    """
    subject, preheader = clean(issue.subject), clean(issue.preheader)
    added = preheader.removesuffix(tagline).rstrip(" ·") if tagline else preheader
    if not added or added == subject:
        return subject, ""
    only = issue.stories[0].headline if len(issue.stories) == 1 else ""
    if clean(only).casefold().startswith(subject.rstrip("…").casefold()):
        return added, ""
    return subject, added


def _find_labels(issue: Issue) -> tuple[str, ...]:
    named = {label for story in issue.stories for label in story.labels}
    named |= {
        reference.origin.kind.value
        for story in issue.stories
        for reference in story.references
        if reference.origin
    }
    return tuple(
        kind.value for kind in PublisherKind if kind.value in named and kind is not PublisherKind.OTHER
    )


def _count_reading(sections: Sequence[SectionView], lines: Iterable[str]) -> int:
    texts = [*lines]
    for section in sections:
        for story in section.stories:
            texts += [
                story.headline,
                story.caution,
                *(source.name + source.details for source in story.sources),
            ]
            texts += [bullet.lead_in + " " + bullet.text for bullet in (*story.bullets, *story.views)]
    return reading_minutes(count_words(texts))


def find_addresses(identity: Identity, day: date, unsubscribe_token: str) -> Addresses:
    """Return where the links around the issue of ``day`` lead; a private archive has no list: ""."""
    base = identity.base_url
    return Addresses(
        web=links.issue_url(base, day, identity.archive_secret),
        archive="" if identity.archive_secret else links.archive_url(base),
        home=links.home_url(base),
        privacy=links.privacy_url(base),
        unsubscribe=links.unsubscribe_url(base, unsubscribe_token),
    )


def present_issue(issue: Issue, identity: Identity) -> IssueView:
    """Return what a reader sees of ``issue``. The same for the same arguments."""
    frame = _Frame(issue, identity)
    sections = tuple(
        SectionView(
            key=section.key,
            title=clean(section.title),
            stories=tuple(_show_story(story, frame) for story in section.stories),
        )
        for section in issue.sections
        if section.stories
    )
    noted = tuple(_show_noted(item, frame) for item in issue.also_noted if item.read)
    unread = tuple(_show_noted(item, frame) for item in issue.also_noted if not item.read)
    dates = tuple(_show_date(item, issue, frame) for item in issue.dates_ahead)
    one_line, beside = _write_one_line(issue, clean(identity.tagline))
    note = clean(issue.note or "")
    lines = [
        note,
        one_line,
        beside,
        *(item.headline for item in (*noted, *unread)),
        *(item.text for item in dates),
    ]
    since = local_day(issue.covers_since, identity.zone) if issue.covers_since else None
    return IssueView(
        newsletter=clean(issue.newsletter),
        tagline=clean(identity.tagline),
        language=identity.language,
        direction=language_direction(identity.language),
        subject=clean(issue.subject),
        preheader=clean(issue.preheader),
        day=write_date(issue.date, weekday=True),
        number=issue.number,
        minutes=_count_reading(sections, lines),
        one_line=one_line,
        beside=beside,
        note=note,
        catching_up=f"This issue also covers what came in since {write_date(since)}." if since else "",
        sections=sections,
        noted=noted,
        unread=unread,
        dates=dates,
        coverage=describe_coverage(issue.coverage),
        labels=_find_labels(issue),
        links=find_addresses(identity, issue.date, links.UNSUBSCRIBE_SLOT),
        why=clean(identity.why),
        postal=tuple(line for part in identity.postal_address.splitlines() if (line := clean(part))),
    )
