"""What an editor does from the studio: the same as the ``issue`` command, on the content that was seen. I/O (database, relay)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import date, datetime

from newsletter.app import App
from newsletter.day import edit_issue
from newsletter.errors import InputError
from newsletter.mailing import send_test

Act = Callable[[App, date, datetime, Mapping[str, str]], str]


def _key(given: Mapping[str, str]) -> str:
    return given.get("key", "")


def _drop(app: App, day: date, now: datetime, given: Mapping[str, str]) -> str:
    edit_issue.drop_story(app, day, _key(given), now)
    return "The story was dropped."


def _pin(app: App, day: date, now: datetime, given: Mapping[str, str]) -> str:
    edit_issue.pin_story(app, day, _key(given), now)
    return "The story is now the top story."


def _retitle(app: App, day: date, now: datetime, given: Mapping[str, str]) -> str:
    edit_issue.retitle(app, day, given.get("title", ""), now, key=_key(given) or None)
    return "The headline was changed." if _key(given) else "The subject was changed."


def _refreeze(app: App, day: date, now: datetime, given: Mapping[str, str]) -> str:
    del given
    fresh = edit_issue.refreeze_issue(app, day, now)
    return f"Frozen anew with today’s templates: the content is now {fresh.hash[:12]}."


def _hold(app: App, day: date, now: datetime, given: Mapping[str, str]) -> str:
    del given
    edit_issue.hold_issue(app, day, now)
    return "The issue is held until it is released."


def _release(app: App, day: date, now: datetime, given: Mapping[str, str]) -> str:
    del given
    edit_issue.release_issue(app, day, now)
    return "The issue is released and leaves at its time."


def _approve(app: App, day: date, now: datetime, given: Mapping[str, str]) -> str:
    approved = edit_issue.approve_issue(app, day, given.get("hash", ""), now)
    return f"Content {approved[:12]} is approved."


def _test(app: App, day: date, now: datetime, given: Mapping[str, str]) -> str:
    del now
    address = given.get("address", "").strip()
    words = asyncio.run(send_test(app, day, address))
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


def do_act(app: App, day: date, given: Mapping[str, str]) -> str:
    """Do what ``given["act"]`` names on the issue of ``day``; return what was done, in words.

    ``given["hash"]`` is the frozen content that the editor looked at. Raises StaleError where it is no longer the
    issue's, InputError and RelayError as the ``issue`` command does.
    """
    act = ACTS.get(given.get("act", ""))
    if act is None:
        raise InputError("There is no such action.", hint=f"There are: {', '.join(ACTS)}.")
    stored = edit_issue.open_issue(app, day)
    if given.get("hash", "") != stored.hash:
        raise StaleError(
            f"The issue of {day} is no longer the one on the page: its content is now {stored.hash[:12]}.",
            hint="The page shows it in a moment. Look again, then decide.",
        )
    return act(app, day, app.clock(), given)


class StaleError(InputError):
    """The content changed since the editor looked at it."""
