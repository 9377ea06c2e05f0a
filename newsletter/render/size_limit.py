"""Keeping a mail under the size at which a mailbox provider cuts it. Pure.

Gmail shows about the first 102 KB of a message's HTML and hides the rest, the unsubscribe link with
it. An issue of ordinary size is never touched. From ``TIGHT_STORIES`` stories on, one that is over
``light_budget`` is first set tight, which loses nothing: the numbers of a story share one link, and a
publisher is not linked a second time to where the headline leads already. Only what is still over
``MOST_ENCODED`` bytes, as they travel, is then shortened: from the last story upward, highlights
beyond the first are left to the story's page, and the mail says how many.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable
from dataclasses import replace

from newsletter.render.view import IssueView, SectionView, StoryView

TIGHT_STORIES = 20
MOST_ENCODED = 79_000  # bytes of quoted-printable; checks warn at 80,000 and refuse at 95,000
_LIGHT = 25_000  # bytes of HTML for 20 stories
_LIGHT_STORY = 687  # bytes for each further one, so that a hundred stay under 80,000
_BULLET = 40  # bytes of markup about a highlight's words
_MORE = 30  # bytes to say that more is elsewhere


def measure_encoded(html: str) -> int:
    """Return how many bytes ``html`` takes in a message, quoted-printable (RFC 2045, section 6.7)."""
    encoded = binascii.b2a_qp(html.encode(), istext=True)
    return len(encoded) + encoded.count(b"\n")  # each line ends in CRLF


def light_budget(stories: int) -> int:
    """Return the bytes of HTML beyond which an issue of so many stories is set tight."""
    return _LIGHT + max(0, stories - TIGHT_STORIES) * _LIGHT_STORY


def needs_tight(view: IssueView, html: str) -> bool:
    """Whether the issue should be set tight: it has many stories and its HTML is over the light budget."""
    stories = len(view.stories)
    size = len(html.encode())
    over_light = stories >= TIGHT_STORIES and size > light_budget(stories)
    return not view.tight and (over_light or measure_encoded(html) > MOST_ENCODED)


def _tighten_story(story: StoryView) -> StoryView:
    sources = tuple(
        replace(source, url="") if source.url == story.url else source for source in story.sources
    )
    return replace(story, sources=sources, shared_link=len(story.marks) > 1)


def tighten(view: IssueView) -> IssueView:
    """Return ``view`` set tight: the same words, fewer links."""
    return replace(_map_stories(view, _tighten_story), tight=True)


def _map_stories(view: IssueView, change: Callable[[StoryView], StoryView]) -> IssueView:
    sections = tuple(
        SectionView(key=section.key, title=section.title, stories=tuple(map(change, section.stories)))
        for section in view.sections
    )
    return replace(view, sections=sections)


def _weigh(text: str) -> int:
    return measure_encoded(text) + _BULLET


def _shorten_story(story: StoryView, keep: int) -> tuple[StoryView, int]:
    """Keep ``keep`` highlights of a story; also return about how many bytes that saves."""
    left = (*story.bullets[keep:], *story.views)
    if not left:
        return story, 0
    saved = sum(_weigh(bullet.lead_in + bullet.text) for bullet in left) - (0 if story.more else _MORE)
    bullets = story.bullets[:keep]
    shown = {mark.number for bullet in bullets for mark in bullet.marks}
    sources = tuple(
        replace(source, marks=tuple(mark for mark in source.marks if mark.number in shown))
        for source in story.sources
    )
    shorter = replace(
        story, bullets=bullets, views=(), sources=sources, more=story.more + len(left), shared_link=True
    )
    return shorter, saved


def shorten(view: IssueView, excess: int) -> IssueView:
    """Return ``view`` with about ``excess`` encoded bytes of highlights left to the stories' pages.

    The last stories lose first, the top story never. No headline, source or caution is ever lost.
    """
    stories = list(view.stories)
    for keep in (1, 0):
        for index in range(len(stories) - 1, 0, -1):
            if excess <= 0:
                break
            stories[index], saved = _shorten_story(stories[index], keep)
            excess -= saved
    shortened = iter(stories)
    return _map_stories(view, lambda _story: next(shortened))
