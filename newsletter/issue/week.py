"""The week in review: the week's stories as they were sent, each told once in its last state. Pure.

Built on what left (edits and corrections included), and on stories of articles that no issue weighed. What was told on
several days is one story: it carries the other on, is its update, or cites the same article.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

from newsletter.config import Editorial
from newsletter.issue.compose import arrange_sections, show_story
from newsletter.issue.dates_ahead import find_dates_ahead, keep_known, read_statements
from newsletter.issue.subject_line import THE_WEEK, write_front
from newsletter.model import (
    ArticleId,
    EarlierStory,
    Issue,
    IssueStory,
    LocalDate,
    Section,
    Story,
    StoryRef,
)
from newsletter.stories.lexicon import Lexicon
from newsletter.stories.rank import part_keys

MATTERED = 3  # stories at the head
TITLE = "What mattered most"
AHEAD = timedelta(days=7)  # what comes next week
_MOVED = 0.5  # of weight, for each further day on which a story moved


@dataclass(slots=True)
class _Thread:
    """One story through the week, in the order told."""

    told: list[tuple[LocalDate, str, IssueStory]]  # date, its StoryRef, the story

    @property
    def articles(self) -> set[ArticleId]:
        return {reference.article for _, _, story in self.told for reference in story.references}

    @property
    def weight(self) -> float:
        return max(story.score for _, _, story in self.told) + _MOVED * (len(self.moves) - 1)

    @property
    def moves(self) -> tuple[EarlierStory, ...]:
        """Its headline on each day, where that is another one; of two issues of a day the last."""
        by_day = {day: EarlierStory(story=ref, headline=story.headline) for day, ref, story in self.told}
        in_order = [by_day[day] for day in sorted(by_day)]
        kept = in_order[:1]
        kept += [move for before, move in pairwise(in_order) if move.headline != before.headline]
        return tuple(kept)


def compose_week(
    begun: Issue,
    issues: Sequence[Issue],
    untold: Sequence[Story],
    *,
    settings: Editorial,
    lexicon: Lexicon,
    tagline: str,
) -> Issue:
    """Return the review of the ``issues`` that left, the oldest first, and of stories that none told.

    Of two issues of a day the last one's words are taken.

    Of ``untold`` (kept and not kept) one that is an update of a story, or carries it on, is its last state.
    """
    key = begun.key
    fresh = [show_story(story, lexicon=lexicon) for story in untold if story.kept and story.highlights]
    threads = _follow(
        [
            *((issue.date, str(StoryRef(issue=issue.key, story=story.key)), story)
              for issue in issues for story in issue.stories),
            *((key.date, str(StoryRef(issue=key, story=story.key)), story) for story in fresh),
        ]
    )  # fmt: skip
    apart = {rule.key for rule in lexicon.sections if rule.apart}
    ordered = sorted(
        threads, key=lambda thread: (thread.told[-1][2].section in apart, -thread.weight, thread.told[0][1])
    )[: settings.max_stories]
    told = [_tell(thread) for thread in ordered]
    # Each has a key of its own: two days may have used one for different stories.
    keys = part_keys(story.key for story in told)
    stories = [replace(story, key=key) for story, key in zip(told, keys, strict=True)]
    head, rest = stories[:MATTERED], stories[MATTERED:]
    lead = next((rule.key for rule in lexicon.sections if rule.lead), "top")
    others = arrange_sections([*head[:1], *rest], lexicon)
    sections = (
        Section(key=lead, title=TITLE, stories=tuple(head)),
        *(section for section in others if section.key != lead),
    )
    shown = [story for section in sections for story in section.stories]
    ahead = keep_known(
        find_dates_ahead(read_statements(sections), today=key.date),
        (one for issue in issues for one in issue.dates_ahead if one.date > key.date),
        {story.key for story in shown},
        (one for issue in issues for one in read_statements(issue.sections)),
    )
    issue = replace(
        begun,
        sections=sections,
        dates_ahead=tuple(one for one in ahead if one.date <= key.date + AHEAD),
        coverage=replace(begun.coverage, stories_found=len(threads), stories_kept=len(shown)),
    )
    return write_front(issue, tagline=tagline, lead=THE_WEEK)


def _follow(told: Iterable[tuple[LocalDate, str, IssueStory]]) -> list[_Thread]:
    """Join what tells one story: by what it goes on from, or by an article that both cite."""
    threads: list[_Thread] = []
    for day, ref, story in told:
        earlier = {story.update_of, story.follows.story if story.follows else None}
        cited = {reference.article for reference in story.references}
        mine = [
            thread
            for thread in threads
            if any(known in earlier for _, known, _ in thread.told) or cited & thread.articles
        ]
        before = sorted((one for thread in mine for one in thread.told), key=lambda one: one[0])
        whole = _Thread([*before, (day, ref, story)])
        threads = [thread for thread in threads if thread not in mine] + [whole]
    return threads


def _tell(thread: _Thread) -> IssueStory:
    """Return the story in its last state, with how it moved and every remark of the week: what was corrected, too."""
    _, _, last = thread.told[-1]
    known = {ref for _, ref, _ in thread.told}
    flags = dict.fromkeys(flag for _, _, story in thread.told for flag in story.flags)
    moves = thread.moves
    return replace(
        last,
        flags=tuple(flags),
        moves=moves if len(moves) > 1 else (),
        update_of=None if last.update_of in known else last.update_of,
        follows=None if last.follows and last.follows.story in known else last.follows,
        score=round(thread.weight, 3),
        pinned=False,
    )
