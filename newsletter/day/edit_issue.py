"""What an editor does with a composed issue before it leaves. I/O (database).

Every change of content is a new frozen version with a hash of its own, and takes back an approval of
the old one. Nothing here works on an issue that has begun to leave.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from newsletter.config import Settings
from newsletter.day.fetch_link import find_article, make_story
from newsletter.day.pipeline import find_corrections, load_history
from newsletter.errors import InputError
from newsletter.highlights.summarize import summarize_story
from newsletter.issue import revise
from newsletter.issue.compose import drop_copies, show_story
from newsletter.issue.difference import compare_issues, spell
from newsletter.issue.highlight_edits import (
    Choices,
    Material,
    find_choices,
    find_loose_ends,
    find_new_ends,
    move,
    put_instead,
    rewrite,
)
from newsletter.issue.story_faults import find_headline_fault, find_text_fault, leave_out_faults
from newsletter.model import (
    BY_COMMAND,
    Article,
    Author,
    By,
    ContentHash,
    Highlight,
    Issue,
    IssueKey,
    IssueStatus,
    IssueStory,
    Source,
    Story,
    parse_number,
)
from newsletter.render.issue import render_issue
from newsletter.render.templates import Templates
from newsletter.store.endings import cancel_sending, pause_sending, resume_sending
from newsletter.store.engine import Store
from newsletter.store.issues import (
    StoredIssue,
    change_issue,
    list_versions,
    load_issue,
    open_issue,
    reopen_day,
    revise_issue,
)
from newsletter.store.sources import load_articles
from newsletter.stories.lexicon import Lexicon

_IN_A_MAILBOX = ("Subject", "Preheader")  # the acts say what else was moved
_COMPOSED = (IssueStatus.COMPOSED,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freezing:
    """What freezing an issue anew needs."""

    store: Store
    settings: Settings
    templates: Templates
    by: By = BY_COMMAND  # whose act it is, for the record
    seen: str = ""  # the content that was looked at, its hash or the beginning of it; "": nobody says


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing(Freezing):
    """What changing its stories needs."""

    lexicon: Lexicon
    read_sources: Callable[[], tuple[Source, ...]]  # of sources.toml, for who publishes a link; may raise

    @property
    def lines(self) -> revise.LineWriter:
        """For the lines around the stories."""
        return revise.LineWriter(lexicon=self.lexicon, tagline=self.settings.newsletter.tagline)


def _open_to_edit(freezing: Freezing, key: IssueKey) -> StoredIssue:
    """Return an issue that an editor may still change.

    Raises StaleError where it has another content by now than was seen, InputError where it has begun to leave.
    """
    stored = open_issue(freezing.store, key)
    if stored.status is not IssueStatus.COMPOSED:
        raise InputError(
            f"The issue of {key} cannot be changed: it is {stored.status}.",
            hint="Only a composed issue that has not begun to leave can be changed.",
        )
    if not stored.hash.startswith(freezing.seen.lower()):
        raise StaleError(stored, tell_since(freezing.store, stored, freezing.seen))
    return stored


def refuse_stale(store: Store, key: IssueKey, seen: str) -> None:
    """Raise StaleError where the content of an issue is not the one that was ``seen``, its whole hash."""
    stored = open_issue(store, key)
    if stored.hash != seen:
        raise StaleError(stored, tell_since(store, stored, seen))


class StaleError(InputError):
    """The content changed since the editor looked at it. ``changes`` says what and how."""

    def __init__(self, stored: StoredIssue, changes: tuple[str, ...]) -> None:
        told = f" Since then: {'; '.join(changes)}." if changes else ""
        super().__init__(
            f"The issue of {stored.record.key} is no longer the one you looked at: its content is now "
            f"{stored.hash[:12]}.{told}",
            hint="Look at it again, then decide.",
        )
        self.changes = changes


def tell_since(store: Store, stored: StoredIssue, seen: str) -> tuple[str, ...]:
    """Say what was changed since the content ``seen``: the acts, and what differs in the words."""
    versions = list_versions(store, stored.record.id)
    same = (n for n, one in enumerate(versions) if seen and one.hash.startswith(seen.lower()))
    place = max(same, default=None)  # after an undo it is there once more
    if place is None:
        return ()
    before = load_issue(store, stored.record.key, version=versions[place].version)
    difference = compare_issues(before.issue, stored.issue) if before else None
    lines = [line for line in difference.lines if line[0] in _IN_A_MAILBOX] if difference else ()
    return (
        *(name_stories(one.change, stored) for one in versions[place + 1 :]),
        *(f"{what} was “{old}”, is “{new}”" for what, old, new in lines),
        *(f"{one.kind}: “{one.headline}”" for one in (difference.stories if difference else ())),
    )


def tell_undone(store: Store, stored: StoredIssue) -> str:
    """Say which change ``undo`` takes back next; "" where there is none."""
    origin = stored.restores or stored.version
    made = next(one.change for one in list_versions(store, stored.record.id) if one.version == origin)
    return name_stories(made, stored) if origin > 1 else ""


def name_stories(text: str, stored: StoredIssue) -> str:
    """Return a text of the record with headlines in place of the keys of its issue's stories."""
    names = {story.key: story.articles[0].title for story in stored.selection}
    names |= {story.key: story.headline for story in stored.issue.stories}
    keys = "|".join(re.escape(key) for key in sorted(names, key=len, reverse=True))  # one may begin another
    if not keys:
        return text
    return re.sub(rf"(?<![\w-])(?:{keys})(?![\w-])", lambda found: f"“{names[found[0]]}”", text)


# ── stories ──────────────────────────────────────────────────────────────────────────────────────


def drop_story(editing: Editing, key: IssueKey, story_key: str, now: datetime) -> StoredIssue:
    """Take a story out of an issue."""
    stored = _open_to_edit(editing, key)
    issue = revise.drop_story(stored.issue, story_key, editing.lines)
    return _freeze(editing, stored, issue, f"dropped {story_key}", now)


def pin_story(editing: Editing, key: IssueKey, story_key: str, now: datetime) -> StoredIssue:
    """Make a story the top story; one that stayed out comes in, with highlights through the same gate."""
    stored = _open_to_edit(editing, key)
    story = next((story for story in stored.issue.stories if story.key == story_key), None) or _bring_in(
        editing, _find_weighed(stored, story_key)
    )
    issue = revise.pin_story(stored.issue, story, editing.lines)
    return _freeze(editing, stored, issue, f"pinned {story_key}", now)


def bring_story(editing: Editing, key: IssueKey, story_key: str, now: datetime) -> StoredIssue:
    """Let a story in that stayed out, as the last of its section, with highlights through the same gate."""
    stored = _open_to_edit(editing, key)
    story = _bring_in(editing, _find_weighed(stored, story_key))
    issue = revise.add_story(stored.issue, story, editing.lines)
    return _freeze(editing, stored, issue, f"brought in {story_key}", now)


def bring_link(
    editing: Editing, key: IssueKey, url: str, now: datetime, *, publisher: str = "", kind: str = ""
) -> StoredIssue:
    """Let the story at an address in: fetched by the guarded client, extracted, and through the same gate."""
    stored = _open_to_edit(editing, key)
    article = find_article(
        editing.store, editing.settings, editing.read_sources(), url, now, publisher=publisher, kind=kind
    )
    inside = {story.key for story in stored.issue.stories}
    used = {reference.article for story in stored.issue.stories for reference in story.references}
    if article.id in used:
        raise InputError(f"“{article.title}” is in the issue already.", hint="Bring in another one.")
    made = _make_own(editing, stored, article, now)
    weighed = (
        one
        for one in stored.selection
        if one.key not in inside and article.id in {each.id for each in one.articles}
    )
    story = next(weighed, made)  # it stays out once, whichever way it comes in and goes
    issue = revise.add_story(stored.issue, _bring_in(editing, story), editing.lines)
    change, joined = f"brought in {story.key} from {article.url}", (made,) if story is made else ()
    return _freeze(editing, stored, issue, change, now, joined=joined)


def split_story(editing: Editing, key: IssueKey, story_key: str, number: int, now: datetime) -> StoredIssue:
    """Make an article of a story, by its number there, a story of its own right below: another event's was put to it.

    What is left keeps its key and what a person or a model wrote of its own articles; an extract is made anew.
    Raises InputError where the story has no other article, and where one of the two has no highlight then.
    """
    stored = _open_to_edit(editing, key)
    whole = revise.find_story(stored.issue, story_key)
    if not 1 <= number <= len(whole.references) or len(whole.references) == 1:
        raise InputError(
            f"No article {number} can be taken out of {story_key}.",
            hint=f"It has {len(whole.references)}, from 1; the only one stays.",
        )
    gone, weighed = whole.references[number - 1].article, _find_weighed(stored, story_key)
    kept = load_articles(editing.store, [article.id for article in weighed.articles])
    rest = tuple(kept[one.id] for one in weighed.articles if one.id in kept and one.id != gone)
    if gone not in kept or not rest:
        raise InputError("Its articles are no longer kept.", hint="Drop its highlights, or the story.")
    made = _make_own(editing, stored, kept[gone], now)
    own = {article.id for article in rest}
    told = tuple(one for one in whole.highlights if {cited.article for cited in one.cited} <= own)
    is_made = _are_extract(told) and told != whole.highlights
    left = replace(
        weighed,
        articles=rest,
        reasons=(f"“{kept[gone].title}” was taken out by an editor",),
        highlights=() if is_made else told,  # the extract has room for more of its own now
        line=None,
    )
    shown = _bring_in(editing, left)
    if gone != weighed.articles[0].id:
        shown = replace(shown, headline=whole.headline)  # it may be an editor's
    shown = replace(shown, section=whole.section, pinned=whole.pinned)
    issue = revise.split_story(stored.issue, shown, _bring_in(editing, made), editing.lines)
    return _freeze(editing, stored, issue, f"split {made.key} off {story_key}", now, joined=(left, made))


def join_story(editing: Editing, key: IssueKey, story_key: str, into: str, now: datetime) -> StoredIssue:
    """Put the articles of a story to another one, which tells the same event, and take it out of the issue.

    What a person or a model wrote of the other stays, an extract is made anew of all articles.
    """
    stored = _open_to_edit(editing, key)
    told, other = revise.find_story(stored.issue, into), revise.find_story(stored.issue, story_key)
    if told is other:
        raise InputError(f"{into} cannot join itself.", hint="Name another story.")
    base, more = _find_weighed(stored, into), _find_weighed(stored, story_key)
    whole = replace(
        base,
        articles=(*base.articles, *more.articles),
        reasons=(*told.reasons, f"“{other.headline}” was put to it by an editor"),
        highlights=() if _are_extract(told.highlights) else told.highlights,
        line=None,
    )
    shown = replace(
        _bring_in(editing, whole), headline=told.headline, section=told.section, pinned=told.pinned
    )
    issue = revise.join_story(stored.issue, shown, story_key, editing.lines)
    return _freeze(editing, stored, issue, f"joined {story_key} to {into}", now, joined=(whole,))


def _are_extract(highlights: Sequence[Highlight]) -> bool:
    return all(one.author is Author.EXTRACT for one in highlights)


def _make_own(editing: Editing, stored: StoredIssue, article: Article, now: datetime) -> Story:
    """Return an article as a story of its own, under a key that the issue does not have."""
    taken = {story.key for story in stored.issue.stories} | {story.key for story in stored.selection}
    return make_story(
        article,
        taken=taken,
        lexicon=editing.lexicon,
        settings=editing.settings,
        history=load_history(editing.store, stored.record.key),
        now=now,
    )


def _find_weighed(stored: StoredIssue, story_key: str) -> Story:
    story = next((story for story in stored.selection if story.key == story_key), None)
    if story is None:
        keys = [*(item.key for item in stored.issue.stories), *(item.key for item in stored.selection)]
        hint = f"There are: {', '.join(keys)}."
        raise InputError(f"Nothing was weighed under the key {story_key!r}.", hint=hint)
    return story


def _bring_in(editing: Editing, story: Story) -> IssueStory:
    texts = {article.id: article for article in story.articles if article.text} or load_articles(
        editing.store, [article.id for article in story.articles]
    )
    articles = tuple(texts[article.id] for article in story.articles if article.id in texts)
    # What it had when the issue was composed stands, a model's rewording with its label included: bringing a
    # story back asks no model again, and must not change its words. One that never had any gets the extract.
    highlights = story.highlights or (
        summarize_story(
            drop_copies(articles), settings=editing.settings.editorial, terms=editing.lexicon.weigh
        )
        if articles
        else ()
    )
    if not articles or not highlights:
        raise InputError(
            f"{story.key} cannot come in: no sentence of it passes the gate, or its text is no longer kept.",
            hint="See why: newsletter explain --story KEY.",
        )
    sound, gone = leave_out_faults(replace(story, articles=articles, highlights=highlights, kept=True))
    if not sound.kept:
        raise InputError(f"{story.key} cannot come in: {gone[0]}.", hint="Bring in another story.")
    return show_story(sound, lexicon=editing.lexicon)


def move_story(
    editing: Editing,
    key: IssueKey,
    story_key: str,
    now: datetime,
    *,
    before: str = "",
    after: str = "",
    section: str = "",
) -> StoredIssue:
    """Move a story before or after another one, or to the end of a section: exactly one of the three."""
    if sum(map(bool, (before, after, section))) != 1:
        raise InputError("A story is moved to one place.", hint="Name before, after or section.")
    stored = _open_to_edit(editing, key)
    issue = revise.move_story(
        stored.issue, story_key, editing.lines, before=before, after=after, section=section
    )
    where = f"before {before}" if before else f"after {after}" if after else f"to {section}"
    return _freeze(editing, stored, issue, f"moved {story_key} {where}", now)


def retitle_story(editing: Editing, key: IssueKey, story_key: str, title: str, now: datetime) -> StoredIssue:
    """Give a story another headline."""
    refuse_faults(title)
    stored = _open_to_edit(editing, key)
    issue = revise.retitle_story(stored.issue, story_key, title, editing.lines)
    return _freeze(editing, stored, issue, f"retitled {story_key}", now)


# ── highlights ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class HighlightPlace:
    """Which highlight: its story's key, and its number there, from 1."""

    story: str
    number: int


def parse_place(story: str, number: str) -> HighlightPlace:
    """Return the place of a highlight as a form names it. Raises InputError where that is no number."""
    if (found := parse_number(number)) is None:
        raise InputError(f"{number!r} is no number of a highlight.", hint="They count from 1.")
    return HighlightPlace(story, found)


def open_material(editing: Editing, stored: StoredIssue, story_key: str) -> Material:
    """Return what there is to choose from for a story of an issue: its articles, as far as they are kept."""
    story = revise.find_story(stored.issue, story_key)
    kept = load_articles(editing.store, [reference.article for reference in story.references])
    return Material(
        headline=story.headline,
        highlights=story.highlights,
        articles=tuple(kept[ref.article] for ref in story.references if ref.article in kept),
        settings=editing.settings.editorial,
        weigh=editing.lexicon.weigh,
    )


def list_choices(editing: Editing, stored: StoredIssue, place: HighlightPlace) -> Choices:
    """Return what may be done with a highlight."""
    material = open_material(editing, stored, place.story)
    pick_highlight(material.highlights, place.number)
    return find_choices(material, place.number)


def pick_highlight(highlights: Sequence[Highlight], number: int) -> Highlight:
    """Return a highlight by its number, from 1."""
    if not 1 <= number <= len(highlights):
        raise InputError(f"There is no highlight {number}.", hint=f"There are {len(highlights)}, from 1.")
    return highlights[number - 1]


def drop_highlight(editing: Editing, key: IssueKey, place: HighlightPlace, now: datetime) -> StoredIssue:
    """Take one highlight out of a story. Raises InputError where another points at it."""
    stored = _open_to_edit(editing, key)
    return _set_highlight(editing, stored, place, Instead("dropped"), now)


def swap_highlight(
    editing: Editing, key: IssueKey, place: HighlightPlace, words: str, now: datetime
) -> StoredIssue:
    """Put one of ``list_choices`` in a highlight's place, named by its ``words``."""
    stored = _open_to_edit(editing, key)
    choices = list_choices(editing, stored, place)
    for what, offered in (("swapped", choices.runner_ups), ("shortened", choices.shorter)):
        chosen = next((one for one in offered if spell(one) == " ".join(words.split())), None)
        if chosen is not None:
            return _set_highlight(editing, stored, place, Instead(what, chosen), now)
    raise InputError(
        "That is none of the sentences that may stand there.",
        hint="Choose one: newsletter issue swap STORY NUMBER lists them. Other words: newsletter issue rewrite.",
    )


def rewrite_highlight(
    editing: Editing, key: IssueKey, place: HighlightPlace, words: str, now: datetime
) -> StoredIssue:
    """Give a highlight an editor's own words, where the gate passes them. Raises InputError with its reasons."""
    refuse_faults(words)
    stored = _open_to_edit(editing, key)
    material = open_material(editing, stored, place.story)
    old = pick_highlight(material.highlights, place.number)
    written = rewrite_or_refuse(material, old, words)
    return _set_highlight(editing, stored, place, Instead("rewrote", written), now)


def rewrite_or_refuse(material: Material, old: Highlight, words: str) -> Highlight:
    """Return a highlight in an editor's words. Raises InputError with the reasons of the gate."""
    if not material.articles:
        raise InputError(
            "Its articles are no longer kept, so that nothing can be checked.", hint="Drop it, or leave it."
        )
    written, refused = rewrite(material, old, words)
    if refused:
        raise InputError(
            f"The gate refuses “{' '.join(words.split())}”: {'; '.join(refused)}.",
            hint="Say what the article says. What is your own belongs in the editor's note.",
        )
    return written


@dataclass(frozen=True, slots=True)
class Instead:
    """What becomes of a highlight, and the word for it: another one in its place, none, or another place."""

    what: str
    highlight: Highlight | None = None
    to: int = 0  # its number from now on


def move_highlight(
    editing: Editing, key: IssueKey, place: HighlightPlace, to: int, now: datetime
) -> StoredIssue:
    """Give a highlight another number in its story. Raises InputError where it, or another one, needs its place."""
    stored = _open_to_edit(editing, key)
    pick_highlight(revise.find_story(stored.issue, place.story).highlights, to)
    return _set_highlight(editing, stored, place, Instead("moved", to=to), now)


def _set_highlight(
    editing: Editing, stored: StoredIssue, place: HighlightPlace, instead: Instead, now: datetime
) -> StoredIssue:
    """Change one highlight; refuse where it, or another one, then points at nothing."""
    material = open_material(editing, stored, place.story)
    pick_highlight(material.highlights, place.number)
    if instead.to:
        fresh = move(material.highlights, place.number, instead.to)
    else:
        fresh = put_instead(material.highlights, place.number, instead.highlight)
    if ends := find_new_ends(material, fresh, find_loose_ends(material)):
        raise InputError(f"Not without more: {'; '.join(ends)}.", hint="Change that one first, or both.")
    issue = revise.set_highlights(stored.issue, place.story, fresh, editing.lines)
    what = f"{instead.what} highlight {place.number} of {place.story}"
    return _freeze(editing, stored, issue, f"{what} to {instead.to}" if instead.to else what, now)


# ── the lines around them ────────────────────────────────────────────────────────────────────────


def retitle_issue(editing: Editing, key: IssueKey, title: str, now: datetime) -> StoredIssue:
    """Give the issue another subject."""
    refuse_faults(title)
    stored = _open_to_edit(editing, key)
    issue = revise.retitle_issue(stored.issue, title, editing.lines)
    return _freeze(editing, stored, issue, "retitled the issue", now)


def set_preheader(freezing: Freezing, key: IssueKey, preheader: str, now: datetime) -> StoredIssue:
    """Give the issue another preheader."""
    refuse_faults(preheader)
    stored = _open_to_edit(freezing, key)
    issue = revise.set_preheader(stored.issue, preheader)
    return _freeze(freezing, stored, issue, "wrote the preheader", now)


def set_note(freezing: Freezing, key: IssueKey, note: str, now: datetime) -> StoredIssue:
    """Put an editor's note on top of the issue; an empty one takes it away."""
    if note.strip():
        refuse_faults(note)
    stored = _open_to_edit(freezing, key)
    issue = revise.set_note(stored.issue, note)
    what = "wrote the editor's note" if issue.editors_note else "took the editor's note away"
    return _freeze(freezing, stored, issue, what, now)


def refuse_faults(title: str) -> None:
    """Raise InputError where an editor's line holds what would be left out of a source's."""
    if fault := find_headline_fault(title) or find_text_fault(title):
        raise InputError(f"“{title}” cannot stand in a mail: {fault}.", hint="Write it anew.")


# ── versions ─────────────────────────────────────────────────────────────────────────────────────


def undo(freezing: Freezing, key: IssueKey, now: datetime, *, to: int | None = None) -> StoredIssue:
    """Give back the content before the last change, or that of version ``to``; again goes one further back.

    It is the same content to the byte, under its old hash: what was approved then is approved again.
    """
    stored, store = _open_to_edit(freezing, key), freezing.store
    origins = {one.version: one.origin for one in list_versions(store, stored.record.id)}
    wanted = origins.get(origins[stored.version] - 1 if to is None else to)
    back = load_issue(store, key, version=wanted) if wanted else None
    if back is None or wanted is None:
        raise InputError(
            f"There is no version {to} of the issue of {key}." if to else "There is nothing to undo.",
            hint=f"There are versions 1 to {stored.version}.",
        )
    if wanted != origins[stored.version]:
        change = f"went back to version {wanted}"
        revise_issue(
            store,
            stored,
            issue=back.issue,
            rendered=back.rendered,
            change=change,
            now=now,
            by=freezing.by,
            restores=wanted,
        )
    return open_issue(store, key)


def refreeze_issue(freezing: Freezing, key: IssueKey, now: datetime) -> StoredIssue:
    """Freeze the same stories anew with today's templates and settings, and with the corrections made since.

    For one that was frozen before a template, or an earlier issue, was corrected. Raises InputError where it has begun
    to leave, and where today's templates give the frozen content to the byte.
    """
    stored = open_issue(freezing.store, key)
    if stored.status is not IssueStatus.COMPOSED:
        raise InputError(
            f"The issue of {key} cannot be frozen anew: it is {stored.status}.",
            hint="What has begun to leave is the same for everyone. The next issue takes today's templates.",
        )
    due = (*stored.issue.corrections, *find_corrections(freezing.store, key))
    issue = replace(stored.issue, corrections=tuple({one.id: one for one in due}.values()))
    fresh = _freeze(freezing, stored, issue, "frozen anew with today's templates", now)
    if fresh.hash == stored.hash:
        raise InputError(
            f"Today's templates give the content of {key} that is frozen already: {stored.hash[:12]}.",
            hint="Nothing was changed. newsletter preview shows what a template gives.",
        )
    return fresh


def _freeze(
    freezing: Freezing,
    stored: StoredIssue,
    issue: Issue,
    change: str,
    now: datetime,
    *,
    joined: tuple[Story, ...] = (),
) -> StoredIssue:
    identity = freezing.settings.of(stored.record.edition).newsletter
    rendered = render_issue(issue, identity, freezing.templates)
    if not stored.holds(issue, rendered):
        revise_issue(
            freezing.store,
            stored,
            issue=issue,
            rendered=rendered,
            change=change,
            now=now,
            by=freezing.by,
            joined=joined,
        )
    return open_issue(freezing.store, stored.record.key)


def hold_issue(store: Store, key: IssueKey, now: datetime, *, by: By = BY_COMMAND) -> None:
    """Keep the issue from leaving until it is released."""
    _change(store, key, "held", now, by=by, held=True)


def release_issue(store: Store, key: IssueKey, now: datetime, *, by: By = BY_COMMAND) -> None:
    """Let a held issue leave at its time."""
    _change(store, key, "released", now, by=by, held=False)


def approve_issue(
    store: Store, key: IssueKey, given: str, now: datetime, *, by: By = BY_COMMAND
) -> ContentHash:
    """Approve the content that was seen: ``given`` is its hash or the first 8 or more characters of it."""
    stored = open_issue(store, key)
    if len(given) < 8 or not stored.hash.startswith(given.lower()):  # noqa: PLR2004 - said in the message
        raise InputError(
            f"The content of {key} has the hash {stored.hash[:12]}…, not {given}.",
            hint="Look at it again (newsletter issue show), then approve the hash it shows, 8 characters or more.",
        )
    _change(store, key, "approved", now, by=by, expected=stored.hash, approved_hash=stored.hash)
    return stored.hash


def reopen_issue(store: Store, key: IssueKey, now: datetime, *, by: By = BY_COMMAND) -> None:
    """Let an issue leave that was composed and missed: at once where nothing holds it and it is approved."""
    if not reopen_day(store, key, now, by=by):
        raise InputError(f"The issue of {key} was not missed.", hint="Look at it again.")


def cancel_issue(store: Store, key: IssueKey, now: datetime, *, by: By = BY_COMMAND) -> None:
    """Give up an issue: one that has not left, or what is left of one that is being sent."""
    stored = open_issue(store, key)
    if stored.status in {IssueStatus.PLANNING, IssueStatus.FROZEN}:
        cancel_sending(store, stored.record.id, now=now, by=by)
        return
    _change(store, key, "cancelled", now, by=by, status=IssueStatus.CANCELLED.value, finished=now)


def pause_issue(store: Store, key: IssueKey, now: datetime, *, by: By = BY_COMMAND) -> None:
    """Stop sending an issue that is being sent."""
    stored = open_issue(store, key)
    if not pause_sending(store, stored.record.id, now=now, by=by):
        raise InputError(
            f"The issue of {key} is not being sent: it is {stored.status}.",
            hint="newsletter issue hold keeps one from leaving."
            if stored.status is IssueStatus.COMPOSED
            else "newsletter deliveries shows who got it.",
        )


def resume_issue(store: Store, key: IssueKey, now: datetime, *, by: By = BY_COMMAND) -> None:
    """Go on with a paused issue."""
    stored = open_issue(store, key)
    if not resume_sending(store, stored.record.id, now=now, by=by):
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
    by: By,
    expected: ContentHash | None = None,
    **values: object,
) -> None:
    if change_issue(store, key, what, now, where=_COMPOSED, hash=expected, by=by, **values):
        return
    status = open_issue(store, key).status
    raise InputError(
        f"The issue of {key} cannot be {what.split(maxsplit=1)[0]}: it is {status}.",
        hint="While it is being sent: newsletter issue pause stops it, resume lets it go on."
        if status in {IssueStatus.PLANNING, IssueStatus.FROZEN}
        else "Only a composed issue that has not begun to leave can be changed.",
    )
