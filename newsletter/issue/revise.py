"""What an editor changes in a composed issue: its stories, their order and words, and the lines around them. Pure.

Each change gives a new issue; nothing of the stories it does not name changes but their place. Subject and
preheader follow the stories as long as no person has written them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from newsletter.english.stems import content_roots
from newsletter.errors import InputError
from newsletter.gate import check_grounding
from newsletter.issue.compose import arrange_sections
from newsletter.issue.dates_ahead import find_dates_ahead, keep_known, read_statements
from newsletter.issue.difference import spell
from newsletter.issue.subject_line import (
    PREHEADER_CHARS,
    SUBJECT_CHARS,
    THE_WEEK,
    write_lines,
    write_preheader,
    write_subject,
)
from newsletter.model import Author, Highlight, Issue, IssueStory
from newsletter.stories.lexicon import Lexicon

LONGEST_HEADLINE = 200  # characters
LONGEST_NOTE = 1_200  # characters
FITTING = 0.5  # of the words of a subject, in the story that it is of
LONGEST_PREHEADER = PREHEADER_CHARS[1]
_TRIFLE = 1e-6  # of a story's score


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWriter:
    """What the lines around the stories are written with: the sections, and words to fill up with."""

    lexicon: Lexicon
    tagline: str

    def subject(self, issue: Issue, stories: Sequence[IssueStory]) -> str:
        """Return the subject that the program writes over ``stories``, a review's as a review's."""
        lead = THE_WEEK if issue.subject.startswith(THE_WEEK) else ""
        return write_subject(stories, fallback=issue.subject, lead=lead)

    def preheader(self, issue: Issue, subject: str) -> str:
        """Return the preheader that the program writes beside ``subject``."""
        return write_preheader(issue.news, subject=subject, tagline=self.tagline)


def drop_story(issue: Issue, key: str, lines: LineWriter) -> Issue:
    """Take a story out. The last one cannot be dropped: such a day is cancelled, not emptied.

    Where it led, the best of the others leads.
    """
    gone = find_story(issue, key)
    rest = [story for story in issue.stories if story is not gone]
    if not rest:
        raise InputError(
            f"{key} is the only story of the issue.",
            hint="Cancel the issue instead: newsletter issue cancel.",
        )
    return _arrange(issue, _best_first(rest) if gone is issue.stories[0] else rest, lines)


def pin_story(issue: Issue, story: IssueStory, lines: LineWriter) -> Issue:
    """Make ``story`` the top story; one that had stayed out joins the issue."""
    others = [replace(other, pinned=False) for other in issue.stories if other.key != story.key]
    return _arrange(issue, [replace(story, pinned=True), *others], lines)


def add_story(issue: Issue, story: IssueStory, lines: LineWriter) -> Issue:
    """Let a story in that had stayed out, as the last of its section."""
    if any(other.key == story.key for other in issue.stories):
        raise InputError(f"{story.key} is in the issue already.", hint="Move it: newsletter issue move.")
    return _arrange(issue, [*issue.stories, story], lines)


def move_story(
    issue: Issue, key: str, lines: LineWriter, *, before: str = "", after: str = "", section: str = ""
) -> Issue:
    """Move a story ``before`` or ``after`` another one, into that one's section, or to the end of a ``section``.

    Before the top story it is the top story itself. Beside another one it weighs as much, a trifle more or less: the
    mail, which tells its first stories by their weight, follows. Raises InputError where that is no place.
    """
    story = find_story(issue, key)
    rest = [other for other in issue.stories if other is not story]
    if section:
        known = [rule.key for rule in lines.lexicon.sections if not rule.lead]
        if section not in known:
            raise InputError(f"There is no section {section!r}.", hint=f"There are: {', '.join(known)}.")
        led = story is issue.stories[0]
        return _arrange(
            issue, [*(_best_first(rest) if led else rest), replace(story, section=section)], lines
        )
    beside = find_story(issue, before or after)
    if beside is story:
        raise InputError(f"{key} cannot stand beside itself.", hint="Name another story.")
    leads = beside is issue.stories[0] or (story is issue.stories[0] and beside is rest[0])
    place = rest.index(beside) + (0 if before else 1)
    joined = replace(
        story,
        section=story.section if leads else beside.section,
        score=beside.score + (_TRIFLE if before else -_TRIFLE),
    )
    return _arrange(issue, [*rest[:place], joined, *rest[place:]], lines)


def split_story(issue: Issue, left: IssueStory, parted: IssueStory, lines: LineWriter) -> Issue:
    """Put ``left`` in the place of the story with its key, and what was ``parted`` from it right below."""
    place = issue.stories.index(find_story(issue, left.key))
    before, after = issue.stories[:place], issue.stories[place + 1 :]
    return _arrange(issue, [*before, left, parted, *after], lines)


def join_story(issue: Issue, whole: IssueStory, gone: str, lines: LineWriter) -> Issue:
    """Put ``whole`` in the place of the story with its key, or of the one that is ``gone`` where that led."""
    rest = [whole if story.key == whole.key else story for story in issue.stories if story.key != gone]
    if issue.stories[0].key == gone:
        rest = [whole, *(story for story in rest if story is not whole)]
    return _arrange(issue, rest, lines)


def _best_first(stories: Sequence[IssueStory]) -> list[IssueStory]:
    """The best one leads, the others keep their order."""
    best = sorted(stories, key=lambda story: -story.score)[:1]
    return [*best, *(story for story in stories if story not in best)]


def retitle_story(issue: Issue, key: str, headline: str, lines: LineWriter) -> Issue:
    """Give a story another headline."""
    headline = _one_line(headline, "A headline", LONGEST_HEADLINE)
    return _change(issue, key, lines, headline=headline)


def set_highlights(issue: Issue, key: str, highlights: Sequence[Highlight], lines: LineWriter) -> Issue:
    """Give a story other highlights, or in another order. Its one line goes with the sentence that it tells."""
    if not highlights:
        raise InputError(
            f"That is the only highlight of {key}.", hint="Drop the story instead: newsletter issue drop."
        )
    return _change(issue, key, lines, highlights=tuple(highlights), line=None)


def retitle_issue(issue: Issue, subject: str, lines: LineWriter) -> Issue:
    """Give the issue another subject."""
    subject = _one_line(subject, "A subject", SUBJECT_CHARS)
    kept = issue.preheader if _wrote_preheader(issue, lines) else ""
    return replace(issue, subject=subject, preheader=kept or lines.preheader(issue, subject))


def set_preheader(issue: Issue, preheader: str) -> Issue:
    """Give the issue another preheader: what a mailbox shows beside the subject."""
    return replace(issue, preheader=_one_line(preheader, "A preheader", LONGEST_PREHEADER))


def set_note(issue: Issue, note: str) -> Issue:
    """Put an editor's note on top, paragraphs parted by empty lines; an empty one takes it away."""
    paragraphs = [" ".join(part.split()) for part in note.replace("\r\n", "\n").split("\n\n")]
    text = "\n\n".join(part for part in paragraphs if part)
    if len(text) > LONGEST_NOTE:
        raise InputError(
            f"A note has at most {LONGEST_NOTE} characters; this one has {len(text)}.", hint="Shorten it."
        )
    return replace(issue, editors_note=text or None)


def find_misfits(issue: Issue, lines: LineWriter) -> tuple[str, ...]:
    """Say what an editor wrote that no longer fits: a subject about something else than the top story."""
    if not issue.stories or issue.subject == lines.subject(issue, issue.stories):
        return ()
    top = issue.stories[0]
    cited = (citation.sentence for highlight in top.highlights for citation in highlight.citations)
    names = (reference.publisher.name for reference in top.references)
    written = (spell(one) for one in top.highlights if one.author is not Author.EXTRACT)
    told = "\n".join([top.headline, *written, *cited, *names])
    subject = issue.subject.removeprefix("Update: ")
    own, known = content_roots(subject), frozenset(content_roots(told))
    if own and sum(root in known for root in own) < FITTING * len(own):
        why = "most of its words do not stand there"
    else:
        why = "; ".join(check_grounding(told, subject).reasons)
    return (f"The subject does not fit the top story, “{top.headline}”: {why}.",) if why else ()


def find_story(issue: Issue, key: str) -> IssueStory:
    """Return a story of the issue by its key. Raises InputError that lists the keys there are."""
    for story in issue.stories:
        if story.key == key:
            return story
    keys = ", ".join(story.key for story in issue.stories) or "none"
    raise InputError(f"The issue of {issue.date} has no story {key!r}.", hint=f"Its stories are: {keys}.")


def _one_line(text: str, what: str, longest: int) -> str:
    line = " ".join(text.split())
    if not line or len(line) > longest:
        raise InputError(
            f"{what} has 1 to {longest} characters; this one has {len(line)}.", hint="Shorten it."
        )
    return line


def _change(issue: Issue, key: str, lines: LineWriter, **values: Any) -> Issue:
    old = find_story(issue, key)
    changed = replace(old, **values)
    return _arrange(issue, [changed if story is old else story for story in issue.stories], lines)


def _wrote_preheader(issue: Issue, lines: LineWriter) -> bool:
    """Whether a person wrote the preheader."""
    return issue.preheader != lines.preheader(issue, issue.subject)


def _arrange(issue: Issue, stories: Sequence[IssueStory], lines: LineWriter) -> Issue:
    """Put the stories in that order, the first one on top; write anew what follows from them."""
    sections = arrange_sections(stories, lines.lexicon)
    in_order = [story for section in sections for story in section.stories]
    shown = {address for story in in_order for address in _name(story)}
    ahead = find_dates_ahead(read_statements(sections), today=issue.date)
    arranged = replace(
        issue,
        sections=sections,
        also_noted=tuple(line for line in issue.also_noted if not shown & {line.url, line.headline}),
        dates_ahead=keep_known(
            ahead, issue.dates_ahead, {story.key for story in in_order}, read_statements(issue.sections)
        ),
        coverage=replace(issue.coverage, stories_kept=len(in_order)),
        note=None,
    )
    by_hand = issue.subject != lines.subject(issue, issue.stories)
    subject = issue.subject if by_hand else lines.subject(issue, in_order)
    return replace(
        arranged,
        lines=write_lines(arranged.news),
        subject=subject,
        preheader=issue.preheader if _wrote_preheader(issue, lines) else lines.preheader(arranged, subject),
    )


def _name(story: IssueStory) -> Iterator[str]:
    """Give what a line of "also noted" would call a story."""
    yield story.headline
    for reference in story.references:
        yield reference.title
        if reference.url:
            yield reference.url
