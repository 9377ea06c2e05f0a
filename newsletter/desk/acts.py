"""What an editor does from the studio: the same as the ``issue`` command, on the content that was seen.

I/O (database, relay).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from newsletter.day import edit_issue
from newsletter.day.edit_issue import Editing, Freezing
from newsletter.delivery.prepare_messages import Sending
from newsletter.delivery.send_test import send_test
from newsletter.errors import InputError
from newsletter.model import By, IssueKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """What an editor's decisions need; opened by the act that needs it."""

    clock: Callable[[], datetime]
    by: By
    freezing: Freezing
    open_editing: Callable[[], Editing]
    open_sending: Callable[[], Sending]


Act = Callable[[Acting, IssueKey, datetime, Mapping[str, str]], str]


def _key(given: Mapping[str, str]) -> str:
    return given.get("key", "")


def _drop(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    edit_issue.drop_story(acting.open_editing(), key, _key(given), now)
    return "The story was dropped."


def _pin(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    edit_issue.pin_story(acting.open_editing(), key, _key(given), now)
    return "The story is now the top story."


def _retitle(acting: Acting, key: IssueKey, now: datetime, given: Mapping[str, str]) -> str:
    title = given.get("title", "")
    if not _key(given):
        edit_issue.retitle_issue(acting.open_editing(), key, title, now)
        return "The subject was changed."
    edit_issue.retitle_story(acting.open_editing(), key, _key(given), title, now)
    return "The headline was changed."


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
    "pin": _pin,
    "retitle": _retitle,
    "refreeze": _refreeze,
    "hold": _hold,
    "release": _release,
    "approve": _approve,
    "test": _test,
}


def do_act(acting: Acting, key: IssueKey, given: Mapping[str, str]) -> str:
    """Do what ``given["act"]`` names on an issue; return what was done, in words.

    ``given["hash"]`` is the frozen content that the editor looked at. Raises StaleError where it is no longer the
    issue's, InputError and RelayError as the ``issue`` command does.
    """
    act = ACTS.get(given.get("act", ""))
    if act is None:
        raise InputError("There is no such action.", hint=f"There are: {', '.join(ACTS)}.")
    stored = edit_issue.open_issue(acting.freezing.store, key)
    if given.get("hash", "") != stored.hash:
        raise StaleError(
            f"The issue of {key} is no longer the one on the page: its content is now {stored.hash[:12]}.",
            hint="The page shows it in a moment. Look again, then decide.",
        )
    return act(acting, key, acting.clock(), given)


class StaleError(InputError):
    """The content changed since the editor looked at it."""
