"""One story as its reader sees it: headline, sources, highlights and their numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from newsletter import links
from newsletter.config import Identity
from newsletter.issue.key_words import find_last_words, find_telling
from newsletter.model import (
    WHY_IT_MATTERS,
    Author,
    Beside,
    EarlierStory,
    Highlight,
    HighlightKind,
    Issue,
    IssueStory,
    Publisher,
    PublisherKind,
    Reference,
    StoryRef,
)
from newsletter.render.evidence import SentenceKey, anchor, find_numbers, index_numbers, number_sentences
from newsletter.render.view import Bullet, Mark, SourceLine, StoryView
from newsletter.render.words import (
    capitalize,
    clean,
    is_trustworthy,
    local_day,
    possessive,
    safe_url,
    write_date,
    write_days,
    write_weekday,
)
from newsletter.stories.paid_content import is_paid

_FIRST_SIGHT = "dated by first sight"
_RELAYING = "relaying "  # the line of sources says whose words, so the label need not
_REMARKS = {Author.MODEL: "reworded by a language model", Author.EDITOR: "worded by the editor"}
_QUOTES = '“”"«»„'


@dataclass(frozen=True, slots=True)
class Frame:
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
        """Return the story's page on the web version."""
        identity = self.identity
        return links.story_url(identity.base_url, self.issue.key, story_key, identity.archive_secret)

    def dated(self, reference: Reference, *, first_sight: bool) -> str:
        """Return when an article came out, in words."""
        if reference.published is None:
            return "undated"
        day = local_day(reference.published, self.identity.zone, is_date=reference.published_is_date)
        return f"{'first seen ' if first_sight else ''}{write_date(day, seen=self.issue.date)}"


def _name_origin(origin: Publisher) -> str:
    name = clean(origin.name)
    return name if origin.kind is PublisherKind.OTHER else f"{origin.kind.value} ({name})"


def _show_sources(
    story: IssueStory, frame: Frame, numbers: Mapping[SentenceKey, int]
) -> tuple[SourceLine, ...]:
    page = frame.page(story.key)
    several = len(story.references) > 1
    told = {PublisherKind.OTHER.value, *story.labels[:1]}  # the label leads the line already
    lines = []
    for reference in story.references:
        kind = reference.publisher.kind.value
        own = sorted(number for key, number in numbers.items() if key[0] == reference.article)
        lines.append(
            SourceLine(
                name=clean(reference.publisher.name),
                url=frame.link(reference.url) or page,
                kind=kind if several and kind not in told else "",
                dated=frame.dated(reference, first_sight=_FIRST_SIGHT in story.flags),
                relaying=_name_origin(reference.origin) if reference.origin else "",
                marks=mark(own, page) if several else (),
            )
        )
    return tuple(lines)


def mark(numbers: Iterable[int], page: str) -> tuple[Mark, ...]:
    """Return the numbers with where each leads: its sentence on the story's page."""
    return tuple(Mark(number=number, url=f"{page}#{anchor(number)}") for number in numbers)


def _quote(text: str, sentence: str) -> str:
    """Put quotation marks around words that are verbatim and hold none."""
    verbatim = text.rstrip(".") in sentence
    return f"“{text}”" if verbatim and not any(mark in text for mark in _QUOTES) else text


def _show_bullet(
    highlight: Highlight, story: IssueStory, numbers: Mapping[SentenceKey, int], page: str
) -> Bullet:
    text = write_days(clean(highlight.text))
    lead_in = clean(highlight.lead_in.text) if highlight.lead_in else ""
    is_view = highlight.kind is HighlightKind.VIEW
    if is_view and WHY_IT_MATTERS in highlight.reasons and highlight.lead_in:
        lead_in = f"Why it matters, says {clean(highlight.lead_in.speaker)}:"
    elif is_view:
        text = _quote(text, clean(highlight.citation.sentence))
        names = {item.article: item.publisher.name for item in story.references}
        speaker = names.get(highlight.citation.article, "The publisher")
        lead_in = lead_in or f"{possessive(clean(speaker))} view:"
    elif highlight.kind is HighlightKind.DIFFERS and not text.casefold().startswith("reports differ"):
        lead_in = lead_in or "Reports differ:"
    telling = find_telling(text)
    start, end = key = telling or find_last_words(text)
    cited = (one for one in highlight.citations if text[start:end] in one.sentence)
    proof = next(cited, highlight.citation)
    return Bullet(
        text=text,
        key=key,
        is_bold=telling is not None,
        url=mark(find_numbers(numbers, (proof,)), page)[0].url,
        marks=mark(find_numbers(numbers, highlight.citations), page),
        lead_in=lead_in,
        remark=_REMARKS.get(highlight.author, ""),
        is_edited=highlight.author is Author.EDITOR,
        is_view=is_view,
        limits=not frozenset(Beside).isdisjoint(highlight.reasons),
    )


def _show_update(story: IssueStory, frame: Frame) -> tuple[str, str]:
    try:
        earlier = StoryRef.parse(story.update_of or "")
    except ValueError:
        return "", ""
    return f"our story of {write_date(earlier.issue.date)}", _link_earlier(earlier, frame)


def _show_followed(story: IssueStory, frame: Frame) -> tuple[str, str, str] | None:
    """Return when the story was told that this one carries on ("Yesterday"), its headline, and its page."""
    if story.follows is None:
        return None
    weekday, headline, page = _show_earlier(story.follows, frame)
    is_yesterday = frame.issue.date - StoryRef.parse(story.follows.story).issue.date == timedelta(days=1)
    return "Yesterday" if is_yesterday else weekday, headline, page


def _show_earlier(earlier: EarlierStory, frame: Frame) -> tuple[str, str, str]:
    """Return when a story was told, its headline, and its page."""
    told = StoryRef.parse(earlier.story)
    return write_weekday(told.issue.date), clean(earlier.headline), _link_earlier(told, frame)


def _link_earlier(earlier: StoryRef, frame: Frame) -> str:
    identity = frame.identity
    return links.story_url(identity.base_url, earlier.issue, earlier.story, identity.archive_secret)


def show_story(story: IssueStory, frame: Frame, *, rank: int = 0) -> StoryView:
    """Return a story as its reader sees it; ``rank`` is its place by weight, from 0."""
    page = frame.page(story.key)
    numbers = index_numbers(number_sentences(story, frame.issue))
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
        label=capitalize(" · ".join(shown)),
        sources=_show_sources(story, frame, numbers),
        caution=clean(story.caution or "").strip(_QUOTES + " "),
        bullets=tuple(bullet for bullet in bullets if not bullet.is_view),
        views=tuple(bullet for bullet in bullets if bullet.is_view),
        update=update,
        update_url=update_url,
        follows=_show_followed(story, frame),
        # The last state is the headline itself.
        moves=tuple(_show_earlier(move, frame) for move in story.moves if move.headline != story.headline),
        notes=tuple(capitalize(clean(flag)) for flag in story.flags if flag != _FIRST_SIGHT),
        rank=rank,
        is_paid=is_paid(story.labels),
        is_released=PublisherKind.ISSUER.value in story.labels,
    )
