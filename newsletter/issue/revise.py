"""What an editor changes in a composed issue: drop, pin, retitle. Pure.

Each change gives a new issue; nothing of the stories it does not name changes but their place. The
subject follows the top story as long as no person has written it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from newsletter.errors import InputError
from newsletter.issue.compose import arrange_sections
from newsletter.issue.subject_line import SUBJECT_CHARS, write_preheader, write_subject
from newsletter.model import Issue, IssueStory
from newsletter.stories.lexicon import Lexicon

LONGEST_HEADLINE = 200  # characters


def drop_story(issue: Issue, key: str, *, lexicon: Lexicon, tagline: str) -> Issue:
    """Take a story out. The last one cannot be dropped: such a day is cancelled, not emptied."""
    find_story(issue, key)
    rest = [story for story in issue.stories if story.key != key]
    if not rest:
        raise InputError(
            f"{key} is the only story of the issue.",
            hint="Cancel the issue instead: newsletter issue cancel.",
        )
    return _arrange(issue, rest, lexicon=lexicon, tagline=tagline)


def pin_story(issue: Issue, story: IssueStory, *, lexicon: Lexicon, tagline: str) -> Issue:
    """Make ``story`` the top story; one that had stayed out joins the issue."""
    others = [replace(other, pinned=False) for other in issue.stories if other.key != story.key]
    return _arrange(issue, [replace(story, pinned=True), *others], lexicon=lexicon, tagline=tagline)


def retitle_story(issue: Issue, key: str, headline: str, *, lexicon: Lexicon, tagline: str) -> Issue:
    """Give a story another headline."""
    headline = " ".join(headline.split())
    if not headline or len(headline) > LONGEST_HEADLINE:
        raise InputError(
            f"A headline has 1 to {LONGEST_HEADLINE} characters; this one has {len(headline)}.",
            hint="Shorten it.",
        )
    old = find_story(issue, key)
    changed = [replace(old, headline=headline) if story is old else story for story in issue.stories]
    return _arrange(issue, changed, lexicon=lexicon, tagline=tagline)


def retitle_issue(issue: Issue, subject: str) -> Issue:
    """Give the issue another subject."""
    subject = " ".join(subject.split())
    if not subject or len(subject) > SUBJECT_CHARS:
        raise InputError(
            f"A subject has 1 to {SUBJECT_CHARS} characters; this one has {len(subject)}.", hint="Shorten it."
        )
    return replace(issue, subject=subject)


def find_story(issue: Issue, key: str) -> IssueStory:
    """Return a story of the issue by its key. Raises InputError that lists the keys there are."""
    for story in issue.stories:
        if story.key == key:
            return story
    keys = ", ".join(story.key for story in issue.stories) or "none"
    raise InputError(f"The issue of {issue.date} has no story {key!r}.", hint=f"Its stories are: {keys}.")


def _arrange(issue: Issue, stories: Iterable[IssueStory], *, lexicon: Lexicon, tagline: str) -> Issue:
    """Put the stories in order: the pinned one first, then by score; write subject and preheader anew."""
    written_by_hand = issue.subject != write_subject(
        issue.stories, fallback=issue.subject, weigh=lexicon.weigh
    )
    ordered = sorted(stories, key=lambda story: (not story.pinned, -story.score))
    sections = arrange_sections(ordered, lexicon)
    in_order = [story for section in sections for story in section.stories]
    subject = (
        issue.subject
        if written_by_hand
        else write_subject(in_order, fallback=issue.subject, weigh=lexicon.weigh)
    )
    keys = {story.key for story in in_order}
    return replace(
        issue,
        sections=sections,
        subject=subject,
        preheader=write_preheader(in_order, subject=subject, tagline=tagline, weigh=lexicon.weigh),
        dates_ahead=tuple(ahead for ahead in issue.dates_ahead if ahead.story in keys),
        coverage=replace(issue.coverage, stories_kept=len(in_order)),
    )
