"""What an editor does from the studio: the same as the ``issue`` command, on the content that was seen.

I/O (database, relay).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter.day import edit_issue, remember_choice
from newsletter.day.correct_issue import Fix, correct_issue
from newsletter.day.edit_issue import Editing, Freezing, HighlightPlace, parse_place
from newsletter.delivery.prepare_messages import Sending
from newsletter.delivery.send_test import send_test
from newsletter.errors import InputError
from newsletter.model import By, IssueKey, Mistake, parse_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """What an editor's decisions need; opened by the act that needs it."""

    clock: Callable[[], datetime]
    by: By
    freezing: Freezing
    open_editing: Callable[[], Editing]
    open_sending: Callable[[], Sending]


_LONGEST_MUTE = 3650  # days
Act = Callable[[Acting, IssueKey, datetime, Mapping[str, str]], str]


def _key(given: Mapping[str, str]) -> str:
    return given.get("key", "")


def _place(given: Mapping[str, str]) -> HighlightPlace:
    return parse_place(_key(given), given.get("number", ""))


def _drop(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    edit_issue.drop_story(acting.open_editing(), key, _key(given), now)
    return "The story was dropped."


def _drop_highlight(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    edit_issue.drop_highlight(acting.open_editing(), key, _place(given), now)
    return "The highlight was dropped."


def _move_highlight(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    to = parse_place(_key(given), given.get("to", "")).number
    edit_issue.move_highlight(acting.open_editing(), key, _place(given), to, now)
    return "The highlight was moved."


def _swap(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    edit_issue.swap_highlight(acting.open_editing(), key, _place(given), given.get("words", ""), now)
    return "The highlight was swapped."


def _rewrite(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    edit_issue.rewrite_highlight(acting.open_editing(), key, _place(given), given.get("words", ""), now)
    return "The gate passed your words."


def _pin(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    edit_issue.pin_story(acting.open_editing(), key, _key(given), now)
    return "The story is now the top story."


def _move(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    where = {name: given.get(name, "") for name in ("before", "after", "section")}
    edit_issue.move_story(acting.open_editing(), key, _key(given), now, **where)
    return "The story was moved."


def _bring(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    edit_issue.bring_story(acting.open_editing(), key, _key(given), now)
    return "The story is in."


def _bring_link(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    edit_issue.bring_link(acting.open_editing(), key, given.get("url", ""), now)
    return "The story is in."


def _retitle(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    title = given.get("title", "")
    if not _key(given):
        done = edit_issue.retitle_issue(acting.open_editing(), key, title, now)
        return " ".join(
            ["The subject was changed.", *edit_issue.find_misfits(acting.open_editing(), done.issue)]
        )
    edit_issue.retitle_story(acting.open_editing(), key, _key(given), title, now)
    return "The headline was changed."


def _preheader(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    edit_issue.set_preheader(acting.freezing, key, given.get("title", ""), now)
    return "The preheader was changed."


def _note(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    done = edit_issue.set_note(acting.freezing, key, given.get("words", ""), now)
    return "The note stands on top." if done.issue.editors_note else "The issue has no note."


def _correct(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    story, _, number = given.get("place", "").partition("/")
    done = correct_issue(
        acting.open_editing(),
        key,
        Mistake(wrong=given.get("wrong", ""), right=given.get("right", ""), why=given.get("why", "")),
        Fix(
            story=story,
            number=parse_place(story, number).number if number else 0,
            words=given.get("words", "") if given.get("fix") == "words" else "",
            drop=given.get("fix") == "drop",
        ),
        now,
        mail=given.get("mail", "") == "yes",
    )
    waits = " The rest waits with the right text: let it go on." if done.is_paused else ""
    return f"Corrected on the web; the next issue says so. Told by mail: {done.told}.{waits}"


def _mute(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    del key
    editing, days = acting.open_editing(), given.get("days", "")
    until = None
    number = parse_number(days)
    if number is not None and number <= _LONGEST_MUTE:
        until = now.astimezone(editing.settings.newsletter.zone).date() + timedelta(days=number)
    elif days:
        raise InputError(f"{days!r} is no number of days.", hint=f"At most {_LONGEST_MUTE}, or for ever.")
    kind, _, value = given.get("what", "").partition(":")
    made = remember_choice.mute(
        editing, kind, value or given.get("value", ""), until=until, reason=given.get("reason", ""), now=now
    )
    return f"{made.value} is muted {f'until {made.until}' if made.until else 'for ever'}, from the next issue on."


def _unmute(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    del key
    number = parse_number(given.get("number", ""))
    if number is None:
        raise InputError("That is no number of a mute.", hint="Take one back from the list.")
    return f"{remember_choice.unmute(acting.open_editing(), number, now).value} is heard of again."


def _undo(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    del given
    done = edit_issue.undo(acting.freezing.store, key, now, by=acting.by)
    return f"Version {done.restores or done.version} again."


def _pause(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    del given
    edit_issue.pause_issue(acting.freezing.store, key, now, by=acting.by)
    return "Sending is stopped; what was being handed over still ends."


def _resume(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    del given
    edit_issue.resume_issue(acting.freezing.store, key, now, by=acting.by)
    return "Sending goes on."


def _refreeze(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    del given
    fresh = edit_issue.refreeze_issue(acting.freezing, key, now)
    return f"Frozen anew with today’s templates: the content is now {fresh.hash[:12]}."


def _hold(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    del given
    edit_issue.hold_issue(acting.freezing.store, key, now, by=acting.by)
    return "The issue is held until it is released."


def _release(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    del given
    edit_issue.release_issue(acting.freezing.store, key, now, by=acting.by)
    return "The issue is released and leaves at its time."


def _approve(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    approved = edit_issue.approve_issue(acting.freezing.store, key, given.get("hash", ""), now, by=acting.by)
    return f"Content {approved[:12]} is approved."


def _test(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    del now
    address = given.get("address", "").strip()
    words = asyncio.run(send_test(acting.open_sending(), key, address))
    return f"Sent to {address}: {words}"


ACTS: dict[str, Act] = {
    "drop": _drop,
    "drop-highlight": _drop_highlight,
    "move-highlight": _move_highlight,
    "swap": _swap,
    "rewrite": _rewrite,
    "pin": _pin,
    "move": _move,
    "bring": _bring,
    "bring-link": _bring_link,
    "retitle": _retitle,
    "preheader": _preheader,
    "note": _note,
    "undo": _undo,
    "correct": _correct,
    "mute": _mute,
    "unmute": _unmute,
    "refreeze": _refreeze,
    "hold": _hold,
    "release": _release,
    "approve": _approve,
    "pause": _pause,
    "resume": _resume,
    "test": _test,
}


SLOW = frozenset({"bring-link", "correct", "test"})  # they wait for others


def do_act(acting: Acting, key: IssueKey, given: Mapping[str, str]) -> str:
    """Do what ``given["act"]`` names on an issue; return what was done, in words.

    ``given["hash"]`` is the frozen content that the editor looked at. Raises StaleError where it is no longer the
    issue's, InputError and RelayError as the ``issue`` command does.
    """
    act = ACTS.get(given.get("act", ""))
    if act is None:
        raise InputError("There is no such action.", hint=f"There are: {', '.join(ACTS)}.")
    edit_issue.refuse_stale(acting.freezing.store, key, given.get("hash", ""))
    return act(acting, key, acting.clock(), given)
