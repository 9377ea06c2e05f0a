"""What an editor does to an issue, at the desk or by the ``issue`` command: named fields in, words out.

I/O (database, relay).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from newsletter.day import edit_issue, remember_choice
from newsletter.day.ask_editors import tell_state
from newsletter.day.correct_issue import Fix, correct_issue
from newsletter.day.edit_issue import Editing, Freezing, HighlightPlace, parse_place
from newsletter.day.scheduled_jobs import compose_by_hand
from newsletter.delivery.send_waiting import send_test
from newsletter.errors import InputError
from newsletter.issue.revise import find_misfits
from newsletter.model import By, IssueKey, Mistake, Mute, MuteKind, parse_number
from newsletter.store.engine import Store
from newsletter.wiring import Installation

_LONGEST_MUTE = 3650  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One decision: whose, about which issue, on which content, and what its form says."""

    app: Installation
    by: By
    key: IssueKey
    given: Mapping[str, str]
    seen: str = ""  # as in ``Freezing``

    def read(self, name: str) -> str:
        """Return what the form says under ``name``; "" where it does not."""
        return self.given.get(name, "")

    @property
    def now(self) -> datetime:
        """The current time."""
        return self.app.clock()

    @property
    def store(self) -> Store:
        """The ledger."""
        return self.app.store

    @property
    def freezing(self) -> Freezing:
        """For what needs no story."""
        return replace(self.app.freezing, by=self.by, seen=self.seen)

    @property
    def editing(self) -> Editing:
        """For what does."""
        return replace(self.app.editing, by=self.by, seen=self.seen)

    @property
    def story(self) -> str:
        """The key of the story that it is about, or ""."""
        return self.read("key")

    @property
    def place(self) -> HighlightPlace:
        """The highlight that it is about. Raises InputError where none is named."""
        return parse_place(self.story, self.read("number"))


def _move_highlight(act: Act) -> str:
    to = parse_place(act.story, act.read("to")).number
    edit_issue.move_highlight(act.editing, act.key, act.place, to, act.now)
    return "The highlight was moved."


def _move(act: Act) -> str:
    where = {name: act.read(name) for name in ("before", "after", "section")}
    done = edit_issue.move_story(act.editing, act.key, act.story, act.now, **where)
    leads = done.issue.stories[0].key == act.story
    return "The story was moved. It is the top story now." if leads else "The story was moved."


def _split(act: Act) -> str:
    number = parse_place(act.story, act.read("number")).number
    edit_issue.split_story(act.editing, act.key, act.story, number, act.now)
    return "The article is a story of its own."


def _join(act: Act) -> str:
    edit_issue.join_story(act.editing, act.key, act.story, act.read("into"), act.now)
    return "The two are one story."


def _bring_link(act: Act) -> str:
    whose = {name: act.read(name) for name in ("publisher", "kind")}
    edit_issue.bring_link(act.editing, act.key, act.read("url"), act.now, **whose)
    return "The story is in."


def _retitle(act: Act) -> str:
    if act.story:
        edit_issue.retitle_story(act.editing, act.key, act.story, act.read("title"), act.now)
        return "The headline was changed."
    done = edit_issue.retitle_issue(act.editing, act.key, act.read("title"), act.now)
    return " ".join(["The subject was changed.", *find_misfits(done.issue, act.editing.lines)])


def _note(act: Act) -> str:
    done = edit_issue.set_note(act.freezing, act.key, act.read("words"), act.now)
    return "The note stands on top." if done.issue.editors_note else "The issue has no note."


def _correct(act: Act) -> str:
    story, _, number = act.read("place").partition("/")
    done = correct_issue(
        act.editing,
        act.key,
        Mistake(wrong=act.read("wrong"), right=act.read("right"), why=act.read("why")),
        Fix(
            story=story,
            number=parse_place(story, number).number if number else 0,
            words=act.read("words") if act.read("fix") == "words" else "",
            drop=act.read("fix") == "drop",
        ),
        act.now,
        mail=act.read("mail") == "yes",
    )
    waits = " The rest waits with the right text: let it go on." if done.is_paused else ""
    return f"Corrected on the web; the next issue says so. Told by mail: {done.told}.{waits}{done.still}"


def _mute(act: Act) -> str:
    editing, days = act.editing, act.read("days")
    number, until = parse_number(days), None
    if number is not None and number <= _LONGEST_MUTE:
        until = act.now.astimezone(editing.settings.newsletter.zone).date() + timedelta(days=number)
    elif days:
        raise InputError(f"{days!r} is no number of days.", hint=f"At most {_LONGEST_MUTE}, or for ever.")
    kind, _, value = act.read("what").partition(":")
    value, reason = value or act.read("value"), act.read("reason")
    made = remember_choice.mute(editing, kind, value, until=until, reason=reason, now=act.now)
    return f"{_name(act, made)} is muted {f'until {made.until}' if made.until else 'for ever'}, from the next issue on."


def _unmute(act: Act) -> str:
    number = parse_number(act.read("number"))
    if number is None:
        raise InputError("That is no number of a mute.", hint="Take one back from the list.")
    return f"{_name(act, remember_choice.unmute(act.editing, number, act.now))} is heard of again."


def _name(act: Act, mute: Mute) -> str:
    """Return what is muted as the page names it."""
    titles = {rule.key: rule.title for rule in act.app.lexicon.sections}
    return titles.get(mute.value, mute.value) if mute.kind is MuteKind.TOPIC else mute.value


def _undo(act: Act) -> str:
    to = parse_number(act.read("to"))
    if act.read("to") and to is None:
        raise InputError(f"{act.read('to')!r} is no version.", hint="Undo takes back the last change.")
    done = edit_issue.undo(act.freezing, act.key, act.now, to=to)
    return f"Undone: version {done.restores or done.version} stands again."


def _compose(act: Act) -> str:
    return asyncio.run(compose_by_hand(act.app.waking, act.key, act.by))


def _cancel(act: Act) -> str:
    if act.read("sure") != "yes":
        raise InputError("Nothing was given up.", hint="Tick that you are sure: it cannot be undone.")
    edit_issue.cancel_issue(act.store, act.key, act.now, by=act.by)
    return "The issue is given up: nobody gets it any more."


def _reopen(act: Act) -> str:
    yesterday = act.app.today_of(act.key.edition) - timedelta(days=1)
    if act.key.date < yesterday:
        hint = f"newsletter run --date {act.key} --late"
        raise InputError(f"The issue of {act.key} is too old to leave by itself.", hint=hint)
    edit_issue.reopen_issue(act.store, act.key, act.now, by=act.by)
    return "It may leave until the end of the next day: at once where nothing holds it and it is approved."


def _approve(act: Act) -> str:
    approved = edit_issue.approve_issue(act.store, act.key, act.seen, act.now, by=act.by)
    return (
        f"Content {approved[:12]} is approved. {tell_state(act.store, act.app.settings, act.key, act.now)}."
    )


def _test(act: Act) -> str:
    address = act.read("address").strip()
    words = asyncio.run(send_test(act.app.sending, act.key, address))
    return f"Sent to {address}: {words}"


def _edit(edit: Callable[..., object], said: str, *named: str) -> Callable[[Act], str]:
    """Return the act that changes content: ``named`` is what it takes of the form, or of the act."""
    of_story = {"story", "place"}

    def do(act: Act) -> str:
        given = (getattr(act, name) if name in of_story else act.read(name) for name in named)
        edit(act.freezing if of_story.isdisjoint(named) else act.editing, act.key, *given, act.now)
        return said

    return do


def _set_state(change: Callable[..., object], said: str) -> Callable[[Act], str]:
    """Return the act that changes where an issue stands."""

    def do(act: Act) -> str:
        change(act.store, act.key, act.now, by=act.by)
        return said

    return do


ACTS: dict[str, Callable[[Act], str]] = {
    "compose": _compose,
    "drop": _edit(edit_issue.drop_story, "The story was dropped.", "story"),
    "drop-highlight": _edit(edit_issue.drop_highlight, "The highlight was dropped.", "place"),
    "move-highlight": _move_highlight,
    "swap": _edit(edit_issue.swap_highlight, "The highlight was swapped.", "place", "words"),
    "rewrite": _edit(
        edit_issue.rewrite_highlight,
        "Your words stand: no figure, unit, name or turn in them is another than the article’s. "
        "Whether they are true the gate cannot tell.",
        "place",
        "words",
    ),
    "pin": _edit(edit_issue.pin_story, "The story is now the top story.", "story"),
    "move": _move,
    "split": _split,
    "join": _join,
    "bring": _edit(edit_issue.bring_story, "The story is in.", "story"),
    "bring-link": _bring_link,
    "retitle": _retitle,
    "preheader": _edit(edit_issue.set_preheader, "The preheader was changed.", "title"),
    "note": _note,
    "undo": _undo,
    "correct": _correct,
    "mute": _mute,
    "unmute": _unmute,
    "refreeze": _edit(edit_issue.refreeze_issue, "Frozen anew with today’s templates."),
    "hold": _set_state(edit_issue.hold_issue, "The issue is held until it is released."),
    "release": _set_state(edit_issue.release_issue, "The issue is released and leaves at its time."),
    "cancel": _cancel,
    "approve": _approve,
    "reopen": _reopen,
    "pause": _set_state(edit_issue.pause_issue, "Sending is stopped; what was being handed over still ends."),
    "resume": _set_state(edit_issue.resume_issue, "Sending goes on."),
    "test": _test,
}


SLOW = frozenset({"bring-link", "compose", "correct", "test"})  # they wait for others
WITHOUT_ISSUE = frozenset({"compose"})  # on no content: there is none yet


def do_act(act: Act, verb: str) -> str:
    """Do what ``verb`` names on an issue as it was seen; return what was done, in words.

    Raises StaleError where the content is another by now, InputError and RelayError.
    """
    if verb not in ACTS:
        raise InputError("There is no such action.", hint=f"There are: {', '.join(ACTS)}.")
    return ACTS[verb](act)
