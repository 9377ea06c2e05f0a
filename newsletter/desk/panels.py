"""The panels beside the mail: stories and why, checks, replay, sending. I/O (through the workbench)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

from newsletter.check.catalogue import CATALOGUE
from newsletter.check.finding import Level
from newsletter.check.mail.content import GMAIL_CLIPS, SIZE_FAIL, SIZE_WARN
from newsletter.check.remote_checks import BYTES, COMMAND
from newsletter.check.result import Preflight
from newsletter.check.run import check_rendered
from newsletter.day import edit_issue
from newsletter.day.draft_link import make_draft_link
from newsletter.day.due_now import list_settled
from newsletter.day.pipeline import NothingToSay, list_unread
from newsletter.day.timetable import tell_next_times
from newsletter.delivery.prepare_messages import Sending
from newsletter.desk.versions import Shown, choose_shown, replay_day
from newsletter.desk.why import explain_issue_story, find_near_misses
from newsletter.desk.workbench import Bench
from newsletter.errors import InputError
from newsletter.issue.approval import describe_status, find_obstacle, is_approved
from newsletter.issue.difference import compare_issues, spell
from newsletter.issue.revise import find_misfits
from newsletter.model import IssueKey, IssueStatus
from newsletter.store.corrections import list_corrections
from newsletter.store.issues import PUBLISHED, StoredIssue, list_events, open_issue
from newsletter.store.mutes import list_mutes
from newsletter.wiring import Installation

_MOST_WORDS = 6
Asked = Mapping[str, str]  # of the address
Drawn = tuple[str, dict[str, Any]]  # a template and what it shows


def show_stories(bench: Bench, key: IssueKey, content: str, asked: Asked) -> Drawn:
    """Show why each story and each highlight is there, and what stayed out."""
    shown = bench.show(key, content)
    stored, is_own = shown.stored, content in {"live", "frozen"}
    can_edit = stored is not None and stored.status is IssueStatus.COMPOSED and is_own
    there = {story.key for story in shown.issue.stories}
    out = [story for story in shown.selection if story.key not in there]
    out.sort(key=lambda story: -story.score)  # the nearest first
    weighed = {article.url for story in out for article in story.articles}
    with bench.use() as app:
        context = {
            "shown": shown,
            "issue": shown.issue,
            "stories": [
                explain_issue_story(story, shown.articles, shown.rendered.text)
                for story in shown.issue.stories
            ],
            "out": out,
            "unread": list_unread(app.store, stored, app.lexicon) if stored else (),
            "noted": [line for line in shown.issue.also_noted if line.url and line.url not in weighed],
            "stored": stored,
            "editable": can_edit,
            "status_leaves": stored is not None and stored.status is IssueStatus.FROZEN,
            "correctable": stored is not None and stored.status in PUBLISHED and is_own,
            "corrections": list_corrections(app.store, key) if stored else (),
            "mutes": list_mutes(app.store, app.today),
            "misfits": find_misfits(shown.issue, app.editing.lines) if can_edit else (),
            "sections": [rule for rule in app.lexicon.sections if not rule.lead],
            "titles": {rule.key: rule.title for rule in app.lexicon.sections},
            "plain": bool(asked.get("plain")),
            "events": (),
            "zone": app.settings.newsletter.zone,
            "times": _tell_times(app, key),
        }
        if stored:
            context |= _tell_stored(app, stored, shown, can_edit=can_edit)
        return "studio/stories.html", context


def _tell_times(app: Installation, key: IssueKey) -> str:
    now = app.clock()
    settled = list_settled(app.store, app.settings, now)
    return tell_next_times(app.settings, now, settled, edition=key.edition)


def _tell_stored(app: Installation, stored: StoredIssue, shown: Shown, *, can_edit: bool) -> dict[str, Any]:
    """Return how the ledger's own issue stands, and what became of it."""
    record, key = stored.record, stored.record.key
    approved = "" if is_approved(record) else record.approved_hash
    return {
        "same": stored.hash == shown.rendered.hash,
        "approved": is_approved(record),
        "since": edit_issue.tell_since(app.store, stored, approved) if approved else (),
        "obstacle": find_obstacle(record, app.settings.of(key.edition).schedule) if can_edit else None,
        "status": describe_status(record),
        "undone": edit_issue.tell_undone(app.store, stored) if can_edit else "",
        "events": [(act, edit_issue.name_stories(act.what, stored)) for act in list_events(app.store, key)],
        "change": edit_issue.name_stories(stored.change, stored),
    }


def show_near(bench: Bench, key: IssueKey, content: str, asked: Asked) -> Drawn:
    """Show the sentences of one story that nearly made it."""
    shown = bench.show(key, content)
    story = next((item for item in shown.issue.stories if item.key == asked.get("key", "")), None)
    if story is None:
        raise InputError("There is no such story in this issue.", hint="Look again.")
    with bench.use() as app:
        misses = find_near_misses(story, shown.articles, settings=app.settings.editorial, lexicon=app.lexicon)
    return "studio/near.html", {"misses": misses}


def show_choices(bench: Bench, key: IssueKey, _: str, asked: Asked) -> Drawn:
    """Show what may be done with a highlight."""
    story, number = asked.get("key", ""), asked.get("number", "")
    with bench.use() as app:
        stored = open_issue(app.store, key)
        place = edit_issue.parse_place(story, number)
        choices = edit_issue.list_choices(app.editing, stored, place)
    context = {"choices": choices, "key": story, "number": place.number, "stored": stored, "spell": spell}
    return "studio/choices.html", context


def show_checks(bench: Bench, key: IssueKey, content: str, asked: Asked) -> Drawn:
    """Show pass, warn and fail, and what to do; with ``deep`` also ask DNS and the relay."""
    shown = bench.show(key, content)
    deep = asked.get("deep") == "1"
    if deep:  # takes seconds: with an installation of its own, so that the page goes on
        with closing(bench.open_another()) as other:
            result = _check(other.sending, choose_shown(other, key, content), deep=True)
    else:
        with bench.use() as app:
            result = _check(app.sending, shown, deep=False)
    order = {Level.FAIL: 0, Level.WARN: 1, Level.NOT_RUN: 2}
    return "studio/checks.html", {
        "result": result,
        "findings": sorted(result.findings, key=lambda finding: order[finding.level]),
        "counts": _count_checks(result),
        "catalogue": CATALOGUE,
        "deep": deep,
        "clips": GMAIL_CLIPS,
        "warn_at": SIZE_WARN,
        "fail_at": SIZE_FAIL,
    }


def _count_checks(result: Preflight) -> dict[str, int]:
    """Count checks, not what each found: the same that the heading counts."""
    found = result.findings
    named = {level: {one.check for one in found if one.level is level} for level in Level}
    counts = {level.name.lower(): len(checks) for level, checks in named.items()}
    blocking = {finding.check for finding in result.blocking}
    return {**counts, "fail": len(blocking), "waived": len(named[Level.FAIL] - blocking)}


def sum_up_checks(bench: Bench, key: IssueKey, content: str) -> dict[str, Any]:
    """Return how many checks would keep what is shown back, how many warn, and the first words of each."""
    shown = bench.show(key, content)
    with bench.use() as app:
        result = _check(app.sending, shown, deep=False)
    counts = _count_checks(result)
    words = [f"{one.check}: {one.message}" for one in result.findings if one.level is not Level.NOT_RUN]
    return {"fail": counts["fail"], "warn": counts["warn"], "words": words[:_MOST_WORDS]}


def _check(checking: Sending, shown: Shown, *, deep: bool) -> Preflight:
    """Judge what is shown as what would leave; one that has left as the next one under the same templates."""
    leaves = shown.stored if shown.stored and shown.stored.status is IssueStatus.COMPOSED else None
    scope = COMMAND if deep else BYTES
    return asyncio.run(
        check_rendered(
            checking, shown.rendered, shown.issue, now=checking.clock(), stored=leaves, scope=scope
        )
    )


def show_replay(bench: Bench, key: IssueKey, content: str, _: Asked) -> Drawn:
    """Compose the date again under today's settings and show what differs."""
    shown = bench.show(key, content)
    stored = shown.stored
    nothing, difference = "", None
    if stored is not None:
        with bench.use() as app:
            composed = replay_day(app.making, key, stored)
        if isinstance(composed, NothingToSay):
            nothing = composed.note
        else:
            difference = compare_issues(stored.issue, composed.issue)
    context = {"day": key, "stored": stored, "difference": difference, "nothing": nothing, "content": content}
    return "studio/replay.html", context


def show_sending(bench: Bench, key: IssueKey, content: str, _: Asked) -> Drawn:
    """Show how to take the mail away: a test, a file, its HTML."""
    shown = bench.show(key, content)
    stored = shown.stored
    with bench.use() as app:
        draft = None
        if stored is not None and stored.status is IssueStatus.COMPOSED:
            draft = make_draft_link(app.settings, app.keys, stored, app.clock())[0]
        return "studio/sending.html", {
            "draft": draft,
            "shown": shown,
            "stored": stored,
            "where": app.settings.relay.place,
            "day": key,
            "times": _tell_times(app, key),
        }


PANELS: dict[str, Callable[[Bench, IssueKey, str, Asked], Drawn]] = {
    "stories": show_stories,
    "near": show_near,
    "choices": show_choices,
    "checks": show_checks,
    "replay": show_replay,
    "sending": show_sending,
}
