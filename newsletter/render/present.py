"""From an issue to what its reader sees of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from newsletter import links
from newsletter.config import Identity
from newsletter.model import AlsoNoted, DateAhead, Issue, IssueKey, PublisherKind
from newsletter.render.coverage import describe_coverage
from newsletter.render.evidence import find_numbers, index_numbers, number_sentences
from newsletter.render.present_story import Frame, mark, show_story
from newsletter.render.view import Addresses, DateLine, IssueView, Mark, NotedLine, SectionView
from newsletter.render.words import (
    clean,
    count_words,
    language_direction,
    local_day,
    reading_minutes,
    write_date,
)


def present_issue(issue: Issue, identity: Identity) -> IssueView:
    """Return what a reader sees of ``issue``. The same for the same arguments."""
    frame = Frame(issue, identity)
    sections = tuple(
        SectionView(
            key=section.key,
            title=clean(section.title),
            stories=tuple(show_story(story, frame) for story in section.stories),
        )
        for section in issue.sections
        if section.stories
    )
    noted = tuple(_show_noted(item, frame) for item in issue.also_noted if item.read)
    unread = tuple(_show_noted(item, frame) for item in issue.also_noted if not item.read)
    dates = tuple(_show_date(item, issue, frame) for item in issue.dates_ahead)
    one_line, beside = _write_one_line(issue, clean(identity.tagline))
    note = clean(issue.note or "")
    editors_note = tuple(clean(part) for part in (issue.editors_note or "").split("\n\n") if part)
    lines = [
        note,
        *editors_note,
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
        editors_note=editors_note,
        catching_up=f"This issue also covers what came in since {write_date(since)}." if since else "",
        sections=sections,
        noted=noted,
        unread=unread,
        dates=dates,
        coverage=describe_coverage(issue.coverage),
        labels=_find_labels(issue),
        links=find_addresses(identity, issue.key, links.UNSUBSCRIBE_SLOT),
        why=clean(identity.why),
        postal=tuple(line for part in identity.postal_address.splitlines() if (line := clean(part))),
    )


def find_addresses(identity: Identity, issue: IssueKey, unsubscribe_token: str) -> Addresses:
    """Return where the links around an issue lead; a private archive has no list: ""."""
    base = identity.base_url
    return Addresses(
        web=links.issue_url(base, issue, identity.archive_secret),
        archive="" if identity.archive_secret else links.archive_url(base),
        home=links.home_url(base),
        privacy=links.privacy_url(base),
        unsubscribe=links.unsubscribe_url(base, unsubscribe_token),
    )


def _show_noted(noted: AlsoNoted, frame: Frame) -> NotedLine:
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


def _show_date(ahead: DateAhead, issue: Issue, frame: Frame) -> DateLine:
    page = frame.page(ahead.story)
    story = next((item for item in issue.stories if item.key == ahead.story), None)
    marks: tuple[Mark, ...] = ()
    if story is not None:
        numbers = index_numbers(number_sentences(story, issue.dates_ahead))
        marks = mark(find_numbers(numbers, (ahead.citation,)), page)
    return DateLine(day=write_date(ahead.date), text=clean(ahead.text), marks=marks)


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
