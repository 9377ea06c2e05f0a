"""Nothing is told twice in one issue: what an earlier story tells, a later one leaves out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newsletter.highlights.same_facts import tells_same
from newsletter.model import Highlight, Story

ALL_TOLD = "all that it says is told by another story"


def drop_repeats(stories: Sequence[Story]) -> tuple[Story, ...]:
    """Return ``stories``, the best first, without highlights that an earlier kept story has already.

    A story that is left without any is not kept, and says why. Where reports differ, both stay.
    """
    told: list[Highlight] = []
    done = []
    for story in stories:
        fresh = tuple(
            own
            for own in story.highlights
            if not any(own.citation == other.citation or tells_same(own.text, other.text) for other in told)
        )
        if not story.kept or len(fresh) == len(story.highlights):
            done.append(story)
        elif fresh:
            done.append(replace(story, highlights=fresh))
        else:
            done.append(replace(story, kept=False, highlights=(), reasons=(ALL_TOLD, *story.reasons)))
        if story.kept:
            told += fresh
    return tuple(done)
