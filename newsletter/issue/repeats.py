"""Nothing is told twice in one issue: what an earlier story tells, a later one leaves out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newsletter.english.stems import content_roots
from newsletter.highlights.same_facts import figures_differ, have_own_figures, tells_same
from newsletter.model import Highlight, Story
from newsletter.stories.fingerprint import read_stems

ALIKE = 0.35  # share of the words of the shorter in common, from which two sentences tell of one event
_LEAST_ALIKE = 5  # such words
_LEAST_LEFT = 2  # highlights of a story, below which it tells an event again to be understood
ALL_TOLD = "all that it says is told by another story"


def drop_repeats(stories: Sequence[Story]) -> tuple[Story, ...]:
    """Return ``stories``, the best first, without highlights that an earlier kept story has already.

    A story that is left without any is not kept, and says why. Where reports differ, both stay. What a story says of an
    event that an earlier one tells it leaves out, too, where enough of its own is left.
    """
    told: list[Highlight] = []
    done = []
    for story in stories:
        fresh = tuple(
            own
            for own in story.highlights
            if not any(own.citation == other.citation or tells_same(own.text, other.text) for other in told)
        )
        own_news = tuple(one for one in fresh if not any(tells_alike(one.text, other.text) for other in told))
        if len(own_news) >= _LEAST_LEFT:
            fresh = own_news
        if not story.kept or len(fresh) == len(story.highlights):
            done.append(story)
        elif fresh:
            done.append(replace(story, highlights=fresh))
        else:
            done.append(replace(story, kept=False, highlights=(), reasons=(ALL_TOLD, *story.reasons)))
        if story.kept:
            told += fresh
    return tuple(done)


def tells_alike(one: str, other: str) -> bool:
    """Whether two sentences have so many words in common that they tell of one event, in whatever words.

    Not so the quarters of two companies, each with its own name and its own figure, nor where the figures of one kind
    are others ("two people hurt", "three people hurt").
    """
    first, second = set(content_roots(one)), set(content_roots(other))
    alike = len(first & second) >= max(_LEAST_ALIKE, ALIKE * min(len(first), len(second)))
    apart = figures_differ(one, other) or (have_own_figures(one, other) and _have_own_subjects(one, other))
    return alike and not apart


def _have_own_subjects(one: str, other: str) -> bool:
    """Whether the name that stands first in each is not in the other: two companies, and not one event."""
    first, second = (next((word for word in text.split() if word[0].isupper()), "") for text in (one, other))
    return set(read_stems(first)).isdisjoint(read_stems(other)) and set(read_stems(second)).isdisjoint(
        read_stems(one)
    )
