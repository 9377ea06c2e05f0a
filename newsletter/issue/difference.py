"""What differs between two issues of one date. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.model import Highlight, Issue, IssueStory


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryChange:
    """One story that is new, gone, or says something else."""

    kind: str  # added, removed, changed
    headline: str
    before: tuple[str, ...] = ()  # what only the earlier one says
    after: tuple[str, ...] = ()  # what only the later one says


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """All that differs. Empty where nothing does."""

    lines: tuple[tuple[str, str, str], ...]  # (what, before, after)
    stories: tuple[StoryChange, ...]

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.lines or self.stories)


def compare_issues(before: Issue, after: Issue) -> Difference:
    """Compare subject, preheader, order and every story; the number and the moment do not count."""
    lines = [
        (what, one, other)
        for what, one, other in (
            ("Subject", before.subject, after.subject),
            ("Preheader", before.preheader, after.preheader),
            ("Stories", str(len(before.stories)), str(len(after.stories))),
            ("Order", _order(before), _order(after)),
            ("Also noted", str(len(before.also_noted)), str(len(after.also_noted))),
        )
        if one != other
    ]
    old = {story.references[0].article: story for story in before.stories}
    new = {story.references[0].article: story for story in after.stories}
    changes = [StoryChange(kind="removed", headline=old[key].headline) for key in old if key not in new]
    changes += [StoryChange(kind="added", headline=new[key].headline) for key in new if key not in old]
    changes += [change for key in old if key in new and (change := _compare(old[key], new[key]))]
    return Difference(lines=tuple(lines), stories=tuple(changes))


def _order(issue: Issue) -> str:
    return ", ".join(f"{section.title}: {len(section.stories)}" for section in issue.sections)


def spell(highlight: Highlight) -> str:
    """Return a highlight as a reader reads it."""
    return f"{highlight.lead_in.text} {highlight.text}" if highlight.lead_in else highlight.text


def _says(story: IssueStory) -> tuple[str, ...]:
    return (story.headline, *map(spell, story.highlights), *story.labels, *filter(None, [story.caution]))


def _compare(old: IssueStory, new: IssueStory) -> StoryChange | None:
    before, after = _says(old), _says(new)
    if before == after:
        return None
    return StoryChange(
        kind="changed",
        headline=new.headline,
        before=tuple(words for words in before if words not in after),
        after=tuple(words for words in after if words not in before),
    )
