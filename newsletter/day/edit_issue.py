"""What an editor does with a composed issue before it leaves. I/O (database).

Every change of content is a new frozen version with a hash of its own, and takes back an approval of
the old one. Nothing here works on an issue that has begun to leave.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from newsletter.app import App
from newsletter.errors import InputError
from newsletter.highlights.summarize import summarize_story
from newsletter.issue import revise
from newsletter.issue.compose import drop_copies, show_story
from newsletter.model import ContentHash, Issue, IssueStatus, IssueStory
from newsletter.render.issue import render_issue
from newsletter.store.endings import cancel_sending, pause_sending, resume_sending
from newsletter.store.issues import StoredIssue, change_issue, find_record, load_issue, revise_issue
from newsletter.store.sources import load_articles

_COMPOSED = (IssueStatus.COMPOSED,)


def open_issue(app: App, day: date) -> StoredIssue:
    """Return the issue of a date. Raises InputError where there is none."""
    stored = load_issue(app.store, day)
    if stored is None:
        record = find_record(app.store, day)
        why = f" ({record.status}: {record.note})" if record else ""
        raise InputError(
            f"There is no issue of {day}{why}.",
            hint="newsletter issue list shows those there are; newsletter run makes today's.",
        )
    return stored


def _open_to_edit(app: App, day: date) -> StoredIssue:
    """Return the issue of a date that an editor may still change. Raises InputError where it has begun to leave."""
    stored = open_issue(app, day)
    if stored.status is not IssueStatus.COMPOSED:
        raise InputError(
            f"The issue of {day} cannot be changed: it is {stored.status}.",
            hint="Only a composed issue that has not begun to leave can be changed.",
        )
    return stored


def drop_story(app: App, day: date, key: str, now: datetime) -> StoredIssue:
    """Take a story out of the issue of ``day``."""
    stored = _open_to_edit(app, day)
    issue = revise.drop_story(stored.issue, key, lexicon=app.lexicon, tagline=app.settings.newsletter.tagline)
    return _freeze(app, stored, issue, f"dropped {key}", now)


def pin_story(app: App, day: date, key: str, now: datetime) -> StoredIssue:
    """Make a story the top story; one that stayed out comes in, with highlights through the same gate."""
    stored = _open_to_edit(app, day)
    story = next((story for story in stored.issue.stories if story.key == key), None) or _bring_in(
        app, stored, key, now
    )
    issue = revise.pin_story(
        stored.issue, story, lexicon=app.lexicon, tagline=app.settings.newsletter.tagline
    )
    return _freeze(app, stored, issue, f"pinned {key}", now)


def _bring_in(app: App, stored: StoredIssue, key: str, now: datetime) -> IssueStory:
    story = next((story for story in stored.selection if story.key == key), None)
    if story is None:
        keys = ", ".join(
            [*(item.key for item in stored.issue.stories), *(item.key for item in stored.selection)]
        )
        raise InputError(f"Nothing was weighed under the key {key!r}.", hint=f"There are: {keys}.")
    texts = load_articles(app.store, [article.id for article in story.articles])
    articles = tuple(texts[article.id] for article in story.articles if article.id in texts)
    # What it had when the issue was composed stands, a model's rewording with its label included: bringing a
    # story back asks no model again, and must not change its words. One that never had any gets the extract.
    highlights = story.highlights or summarize_story(
        drop_copies(articles), settings=app.settings.editorial, terms=app.lexicon.weigh
    )
    if not articles or not highlights:
        raise InputError(
            f"{key} cannot come in: no sentence of it passes the gate, or its text is no longer kept.",
            hint="See why: newsletter explain --story KEY.",
        )
    whole = replace(story, articles=articles, highlights=highlights, kept=True)
    return show_story(whole, settings=app.settings.editorial, lexicon=app.lexicon, now=now)


def retitle(app: App, day: date, title: str, now: datetime, *, key: str | None = None) -> StoredIssue:
    """Give a story another headline or, without a key, the issue another subject."""
    stored = _open_to_edit(app, day)
    if key is None:
        issue = revise.retitle_issue(stored.issue, title)
        change = "retitled the issue"
    else:
        issue = revise.retitle_story(
            stored.issue, key, title, lexicon=app.lexicon, tagline=app.settings.newsletter.tagline
        )
        change = f"retitled {key}"
    return _freeze(app, stored, issue, change, now)


def refreeze_issue(app: App, day: date, now: datetime) -> StoredIssue:
    """Freeze the same stories anew with today's templates, theme and settings of the newsletter.

    For an issue that was frozen before a template was corrected. Raises InputError where it has begun to
    leave, and where today's templates give the frozen content to the byte.
    """
    stored = open_issue(app, day)
    if stored.status is not IssueStatus.COMPOSED:
        raise InputError(
            f"The issue of {day} cannot be frozen anew: it is {stored.status}.",
            hint="What has begun to leave is the same for everyone. The next issue takes today's templates.",
        )
    fresh = _freeze(app, stored, stored.issue, "frozen anew with today's templates", now)
    if fresh.hash == stored.hash:
        raise InputError(
            f"Today's templates give the content of {day} that is frozen already: {stored.hash[:12]}.",
            hint="Nothing was changed. newsletter preview shows what a template gives.",
        )
    return fresh


def _freeze(app: App, stored: StoredIssue, issue: Issue, change: str, now: datetime) -> StoredIssue:
    rendered = render_issue(issue, app.settings.newsletter, environment=app.environment, theme=app.theme)
    if rendered.hash != stored.hash:
        revise_issue(app.store, stored, issue=issue, rendered=rendered, change=change, now=now)
    return open_issue(app, stored.record.date)


def hold_issue(app: App, day: date, now: datetime) -> None:
    """Keep the issue from leaving until it is released."""
    _change(app, day, "held", now, where=_COMPOSED, held=True)


def release_issue(app: App, day: date, now: datetime) -> None:
    """Let a held issue leave at its time."""
    _change(app, day, "released", now, where=_COMPOSED, held=False)


def approve_issue(app: App, day: date, given: str, now: datetime) -> ContentHash:
    """Approve the content that was seen: ``given`` is its hash or the first 8 or more characters of it."""
    stored = open_issue(app, day)
    if len(given) < 8 or not stored.hash.startswith(given.lower()):  # noqa: PLR2004 - said in the message
        raise InputError(
            f"The content of {day} has the hash {stored.hash[:12]}…, not {given}.",
            hint="Look at it again (newsletter issue show), then approve the hash it shows, 8 characters or more.",
        )
    _change(
        app,
        day,
        f"approved {stored.hash[:12]}",
        now,
        where=_COMPOSED,
        expected=stored.hash,
        approved_hash=stored.hash,
    )
    return stored.hash


def cancel_issue(app: App, day: date, now: datetime) -> None:
    """Give up an issue: one that has not left, or what is left of one that is being sent."""
    stored = open_issue(app, day)
    if stored.status in {IssueStatus.PLANNING, IssueStatus.FROZEN}:
        cancel_sending(app.store, stored.record.id, now=now)
        return
    _change(app, day, "cancelled", now, where=_COMPOSED, status=IssueStatus.CANCELLED.value, finished=now)


def pause_issue(app: App, day: date, now: datetime) -> None:
    """Stop sending an issue that is being sent."""
    stored = open_issue(app, day)
    if not pause_sending(app.store, stored.record.id, now=now):
        raise InputError(
            f"The issue of {day} is not being sent: it is {stored.status}.",
            hint="To keep one from leaving: newsletter issue hold.",
        )


def resume_issue(app: App, day: date, now: datetime) -> None:
    """Go on with a paused issue."""
    stored = open_issue(app, day)
    if not resume_sending(app.store, stored.record.id, now=now):
        raise InputError(
            f"The issue of {day} is not paused: it is {stored.status}.",
            hint="newsletter issue show says where it stands.",
        )


def _change(
    app: App,
    day: date,
    what: str,
    now: datetime,
    *,
    where: tuple[IssueStatus, ...],
    expected: ContentHash | None = None,
    **values: object,
) -> None:
    if change_issue(app.store, day, what, now, where=where, hash=expected, **values):
        return
    status = open_issue(app, day).status
    raise InputError(
        f"The issue of {day} cannot be {what.split(maxsplit=1)[0]}: it is {status}.",
        hint="Only a composed issue that has not begun to leave can be changed.",
    )
