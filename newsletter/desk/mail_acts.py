"""What the links of the morning mail do: a page that says what, for whom; its button does it. I/O (database).

A link is bound to one act of one editor on one content of one issue, until the latest start. It opens no session.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from newsletter.config import Settings
from newsletter.day.ask_editors import describe_state, tell_state
from newsletter.day.edit_issue import approve_issue, hold_issue, tell_since
from newsletter.day.schedule import Moments, moments_of
from newsletter.delivery.desk_mails import ACT_PATH, ACTS, act_path
from newsletter.desk.commands import tell_plainly
from newsletter.desk.guard import find_refusal
from newsletter.errors import InputError
from newsletter.issue.approval import is_approved
from newsletter.model import By, EditionKey, IssueKey, IssueStatus, Via, parse_day
from newsletter.store.issues import IssueRecord, StoredIssue, load_issue
from newsletter.subscribers.tokens import sign_act
from newsletter.wiring import Installation

Page = Callable[..., Response]
_WORDS = {"approve": ("Approve", "Approved"), "hold": ("Hold", "Held")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a link asks for, once its proof holds."""

    act: str
    who: str
    content: str
    stored: StoredIssue
    path: str
    own: Settings  # of its edition
    moments: Moments


class MailActs:
    """The pages behind the links; ``page`` shows one to somebody who is not signed in."""

    def __init__(self, find_app: Callable[[], Installation], page: Page, base: str) -> None:
        self._find_app = find_app
        self._page = page
        self._base = base

    def routes(self, mount: str) -> Sequence[BaseRoute]:
        """Return their addresses."""
        path = f"{mount}/{ACT_PATH}"
        return (Route(path, self._show, methods=["GET"]), Route(path, self._do, methods=["POST"]))

    def _read(self, request: Request) -> Asked | None:
        """Return what is asked for; None where the link is none of ours."""
        app, parts = self._find_app(), request.path_params
        act, content, token = parts["act"], parts["content"], parts["token"]
        day = parse_day(parts["day"])
        if act not in ACTS or day is None:
            return None
        key = IssueKey(edition=EditionKey(parts["edition"]), date=day)
        given = token.encode("utf-8", "replace")
        proofs = {who: sign_act(app.keys, act, f"{key}", content, who) for who in app.settings.desk.people}
        owners = [who for who, proof in proofs.items() if hmac.compare_digest(given, proof.encode())]
        stored = load_issue(app.store, key) if owners else None
        if stored is None:
            return None
        own = app.settings.of(key.edition)
        return Asked(
            act=act,
            who=owners[0],
            content=content,
            stored=stored,
            path=f"{self._base}/{act_path(act, key, content, token)}",
            own=own,
            moments=moments_of(key, own),
        )

    def _open(self, request: Request) -> Asked | Response:
        """Return what is asked for, or the answer where nothing can be decided any more, or never could by it."""
        app, asked = self._find_app(), self._read(request)
        if asked is None:
            return self._say("This is no link of ours", "Open the one in the mail, whole.", 404)
        record, latest = asked.stored.record, asked.moments.latest
        if record.status is not IssueStatus.COMPOSED:
            told = (
                f"The issue of {record.key} is {record.status}. To stop one that is leaving, open the desk."
            )
            return self._say("It is too late for that", told, 410)
        if app.clock() > latest:
            return self._say("This link is over", f"It was good until {latest:%H:%M} UTC.", 410)
        if asked.stored.hash != asked.content:
            told = "The button is for content that is no longer the issue’s. Look at it at the desk, then decide."
            since = tell_since(app.store, asked.stored, asked.content)
            return self._say("It was changed since that mail", told, 409, since=since)
        return asked

    def _say(self, title: str, text: str, status: int = 200, **more: Any) -> Response:
        context = {"title": title, "text": text, "links": ((f"{self._base}/", "Open the desk"),), **more}
        return self._page(context, status=status)

    def _show(self, request: Request) -> Response:
        asked = self._open(request)
        if isinstance(asked, Response):
            return asked
        record, app = asked.stored.record, self._find_app()
        word, past = _WORDS[asked.act]
        named = _name(app, record)
        is_done = record.held if asked.act == "hold" else is_approved(record)
        held = " It stays held all the same." if asked.act == "approve" and record.held else ""
        return self._say(
            f"{named} is {past.lower()} already" if is_done else f"{word} {named}?",
            asked.stored.rendered.subject,
            notes=(
                f"{describe_state(record, asked.moments, asked.own, app.clock())}.{held}",
                f"Content {asked.content[:12]}, as in the mail.",
                f"This link is {asked.who}’s: what is pressed here counts as theirs. Not you? Close this page.",
            ),
            action="" if is_done else asked.path,
            buttons=(("", word),),
        )

    def _do(self, request: Request) -> Response:
        token = request.path_params["token"]
        if why := find_refusal(request.headers, token, token):
            return self._say(why, "Open the link of the mail again.", 403)
        asked = self._open(request)
        if isinstance(asked, Response):
            return asked
        app, record = self._find_app(), asked.stored.record
        now, by = app.clock(), By(name=asked.who, via=Via.MAIL)
        try:
            if asked.act == "hold":
                hold_issue(app.store, record.key, now, by=by)
            else:
                approve_issue(app.store, record.key, asked.content, now, by=by)
        except InputError as error:
            return self._say(str(error), tell_plainly(error.hint), 409)
        state = tell_state(app.store, app.settings, record.key, now)
        return self._say(f"{_WORDS[asked.act][1]}: {_name(app, record)}", f"{state}.")


def _name(app: Installation, record: IssueRecord) -> str:
    """Return the number of an issue, after its edition where there are several."""
    named = f"{app.settings.name_edition(record.edition)} " if app.settings.offered else ""
    return f"{named}No. {record.number}"
