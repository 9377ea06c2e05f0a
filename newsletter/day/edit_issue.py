"""What an editor does with a composed issue before it leaves. I/O (database).

Every change of content is a new frozen version with a hash of its own, and takes back an approval of
the old one. Nothing here works on an issue that has begun to leave.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from newsletter.config import Settings
from newsletter.errors import InputError
from newsletter.highlights.summarize import summarize_story
from newsletter.issue import revise
from newsletter.issue.compose import drop_copies, show_story
from newsletter.issue.story_faults import find_headline_fault, find_text_fault, leave_out_faults
from newsletter.model import ContentHash, Issue, IssueKey, IssueStatus, IssueStory
from newsletter.render.issue import render_issue
from newsletter.render.templates import Templates
from newsletter.store.endings import cancel_sending, pause_sending, resume_sending
from newsletter.store.engine import Store
from newsletter.store.issues import StoredIssue, change_issue, find_record, load_issue, revise_issue
from newsletter.store.sources import load_articles
from newsletter.stories.lexicon import Lexicon

_COMPOSED = (IssueStatus.COMPOSED,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freezing:
    """What freezing an issue anew needs."""

    store: Store
    settings: Settings
    templates: Templates


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing(Freezing):
    """What changing its stories needs."""

    lexicon: Lexicon


def open_issue(store: Store, key: IssueKey) -> StoredIssue:
    """Return an issue. Raises InputError where there is none."""
    stored = load_issue(store, key)
    if stored is None:
        record = find_record(store, key)
        why = f" ({record.status}: {record.note})" if record else ""
        raise InputError(
            f"There is no issue of {key}{why}.",
            hint="newsletter issue list shows those there are; newsletter run makes today's.",
        )
    return stored


def _open_to_edit(store: Store, key: IssueKey) -> StoredIssue:
    """Return an issue that an editor may still change. Raises InputError where it has begun to leave."""
    stored = open_issue(store, key)
    if stored.status is not IssueStatus.COMPOSED:
        raise InputError(
            f"The issue of {key} cannot be changed: it is {stored.status}.",
            hint="Only a composed issue that has not begun to leave can be changed.",
        )
    return stored


def drop_story(editing: Editing, key: IssueKey, story_key: str, now: datetime) -> StoredIssue:
    """Take a story out of an issue."""
    stored = _open_to_edit(editing.store, key)
    issue = revise.drop_story(
        stored.issue, story_key, lexicon=editing.lexicon, tagline=editing.settings.newsletter.tagline
    )
    return _freeze(editing, stored, issue, f"dropped {story_key}", now)


def pin_story(editing: Editing, key: IssueKey, story_key: str, now: datetime) -> StoredIssue:
    """Make a story the top story; one that stayed out comes in, with highlights through the same gate."""
    stored = _open_to_edit(editing.store, key)
    story = next((story for story in stored.issue.stories if story.key == story_key), None) or _bring_in(
        editing, stored, story_key, now
    )
    issue = revise.pin_story(
        stored.issue, story, lexicon=editing.lexicon, tagline=editing.settings.newsletter.tagline
    )
    return _freeze(editing, stored, issue, f"pinned {story_key}", now)


def _bring_in(editing: Editing, stored: StoredIssue, story_key: str, now: datetime) -> IssueStory:
    story = next((story for story in stored.selection if story.key == story_key), None)
    if story is None:
        keys = ", ".join(
            [*(item.key for item in stored.issue.stories), *(item.key for item in stored.selection)]
        )
        raise InputError(f"Nothing was weighed under the key {story_key!r}.", hint=f"There are: {keys}.")
    texts = load_articles(editing.store, [article.id for article in story.articles])
    articles = tuple(texts[article.id] for article in story.articles if article.id in texts)
    # What it had when the issue was composed stands, a model's rewording with its label included: bringing a
    # story back asks no model again, and must not change its words. One that never had any gets the extract.
    highlights = story.highlights or summarize_story(
        drop_copies(articles), settings=editing.settings.editorial, terms=editing.lexicon.weigh
    )
    if not articles or not highlights:
        raise InputError(
            f"{story_key} cannot come in: no sentence of it passes the gate, or its text is no longer kept.",
            hint="See why: newsletter explain --story KEY.",
        )
    sound, gone = leave_out_faults(replace(story, articles=articles, highlights=highlights, kept=True))
    if not sound.kept:
        raise InputError(f"{story_key} cannot come in: {gone[0]}.", hint="Bring in another story.")
    return show_story(sound, settings=editing.settings.editorial, lexicon=editing.lexicon, now=now)


def retitle_story(editing: Editing, key: IssueKey, story_key: str, title: str, now: datetime) -> StoredIssue:
    """Give a story another headline."""
    _refuse_faults(title)
    stored = _open_to_edit(editing.store, key)
    issue = revise.retitle_story(
        stored.issue, story_key, title, lexicon=editing.lexicon, tagline=editing.settings.newsletter.tagline
    )
    return _freeze(editing, stored, issue, f"retitled {story_key}", now)


def retitle_issue(freezing: Freezing, key: IssueKey, title: str, now: datetime) -> StoredIssue:
    """Give the issue another subject."""
    _refuse_faults(title)
    stored = _open_to_edit(freezing.store, key)
    return _freeze(freezing, stored, revise.retitle_issue(stored.issue, title), "retitled the issue", now)


def _refuse_faults(title: str) -> None:
    """Raise InputError where an editor's line holds what would be left out of a source's."""
    if fault := find_headline_fault(title) or find_text_fault(title):
        raise InputError(f"“{title}” cannot stand in a mail: {fault}.", hint="Write it anew.")


def refreeze_issue(freezing: Freezing, key: IssueKey, now: datetime) -> StoredIssue:
    """Freeze the same stories anew with today's templates, theme and settings of the newsletter.

    For an issue that was frozen before a template was corrected. Raises InputError where it has begun to
    leave, and where today's templates give the frozen content to the byte.
    """
    stored = open_issue(freezing.store, key)
    if stored.status is not IssueStatus.COMPOSED:
        raise InputError(
            f"The issue of {key} cannot be frozen anew: it is {stored.status}.",
            hint="What has begun to leave is the same for everyone. The next issue takes today's templates.",
        )
    fresh = _freeze(freezing, stored, stored.issue, "frozen anew with today's templates", now)
    if fresh.hash == stored.hash:
        raise InputError(
            f"Today's templates give the content of {key} that is frozen already: {stored.hash[:12]}.",
            hint="Nothing was changed. newsletter preview shows what a template gives.",
        )
    return fresh


def _freeze(freezing: Freezing, stored: StoredIssue, issue: Issue, change: str, now: datetime) -> StoredIssue:
    rendered = render_issue(
        issue,
        freezing.settings.newsletter,
        environment=freezing.templates.environment,
        theme=freezing.templates.theme,
    )
    if rendered.hash != stored.hash:
        revise_issue(freezing.store, stored, issue=issue, rendered=rendered, change=change, now=now)
    return open_issue(freezing.store, stored.record.key)


def hold_issue(store: Store, key: IssueKey, now: datetime) -> None:
    """Keep the issue from leaving until it is released."""
    _change(store, key, "held", now, where=_COMPOSED, held=True)


def release_issue(store: Store, key: IssueKey, now: datetime) -> None:
    """Let a held issue leave at its time."""
    _change(store, key, "released", now, where=_COMPOSED, held=False)


def approve_issue(store: Store, key: IssueKey, given: str, now: datetime) -> ContentHash:
    """Approve the content that was seen: ``given`` is its hash or the first 8 or more characters of it."""
    stored = open_issue(store, key)
    if len(given) < 8 or not stored.hash.startswith(given.lower()):  # noqa: PLR2004 - said in the message
        raise InputError(
            f"The content of {key} has the hash {stored.hash[:12]}…, not {given}.",
            hint="Look at it again (newsletter issue show), then approve the hash it shows, 8 characters or more.",
        )
    _change(
        store,
        key,
        f"approved {stored.hash[:12]}",
        now,
        where=_COMPOSED,
        expected=stored.hash,
        approved_hash=stored.hash,
    )
    return stored.hash


def cancel_issue(store: Store, key: IssueKey, now: datetime) -> None:
    """Give up an issue: one that has not left, or what is left of one that is being sent."""
    stored = open_issue(store, key)
    if stored.status in {IssueStatus.PLANNING, IssueStatus.FROZEN}:
        cancel_sending(store, stored.record.id, now=now)
        return
    _change(store, key, "cancelled", now, where=_COMPOSED, status=IssueStatus.CANCELLED.value, finished=now)


def pause_issue(store: Store, key: IssueKey, now: datetime) -> None:
    """Stop sending an issue that is being sent."""
    stored = open_issue(store, key)
    if not pause_sending(store, stored.record.id, now=now):
        raise InputError(
            f"The issue of {key} is not being sent: it is {stored.status}.",
            hint="To keep one from leaving: newsletter issue hold.",
        )


def resume_issue(store: Store, key: IssueKey, now: datetime) -> None:
    """Go on with a paused issue."""
    stored = open_issue(store, key)
    if not resume_sending(store, stored.record.id, now=now):
        raise InputError(
            f"The issue of {key} is not paused: it is {stored.status}.",
            hint="newsletter issue show says where it stands.",
        )


def _change(
    store: Store,
    key: IssueKey,
    what: str,
    now: datetime,
    *,
    where: tuple[IssueStatus, ...],
    expected: ContentHash | None = None,
    **values: object,
) -> None:
    if change_issue(store, key, what, now, where=where, hash=expected, **values):
        return
    status = open_issue(store, key).status
    raise InputError(
        f"The issue of {key} cannot be {what.split(maxsplit=1)[0]}: it is {status}.",
        hint="While it is being sent: newsletter issue pause stops it, resume lets it go on."
        if status in {IssueStatus.PLANNING, IssueStatus.FROZEN}
        else "Only a composed issue that has not begun to leave can be changed.",
    )
