"""What a room of the desk is made of: its addresses, who may enter, and what each answer is given. Pure.

A room is a module with ``ROUTES`` and a line in ``rooms.py``. ``show`` is a page and changes nothing; ``do`` is a
form's POST: what stands before it (``site.py``) has checked role, origin and CSRF token.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from typing import Any
from urllib.parse import quote, unquote, urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from newsletter.desk.commands import Place, find_places
from newsletter.desk.guard import PAGE_POLICY
from newsletter.desk.workbench import Bench
from newsletter.model import DAILY, By, IssueKey
from newsletter.render.templates import render_template
from newsletter.wiring import Installation

SAID = "desk-said"  # the cookie that carries what was done to the next page
FORM_BYTES = 65_536
_SAID_SECONDS = 30
_MOST_SAID = 1_000  # characters


class Role(StrEnum):
    """What a visitor may do: an operator everything."""

    EDITOR = "editor"
    OPERATOR = "operator"

    def may(self, needed: Role) -> bool:
        """Whether this role is enough where ``needed`` is asked for."""
        return self is needed or self is Role.OPERATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who is at the desk."""

    by: By  # what the record of acts says of what they do
    role: Role
    csrf: str = field(repr=False)  # what each POST of theirs must carry
    can_leave: bool = False  # whether there is a session to end


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room: the first part of its addresses ("" is the first room), its name, who may enter, its module."""

    path: str
    title: str
    module: str  # with ROUTES; imported when the room is first entered
    role: Role = Role.EDITOR

    def load_routes(self) -> tuple[DeskRoute, ...]:
        """Import the room and return its addresses."""
        routes: tuple[DeskRoute, ...] = import_module(self.module).ROUTES
        return routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request of somebody who may make it."""

    request: Request
    bench: Bench
    visitor: Visitor
    base: str  # the path of the desk as the browser sees it, without a slash at its end
    room: Room | None = None
    rooms: tuple[Room, ...] = ()  # those that the visitor may enter
    form: Mapping[str, str] = field(default_factory=dict)  # of a POST
    is_https: bool = False  # whether cookies may ask for it

    @property
    def app(self) -> Installation:
        """The installation."""
        return self.bench.last

    @property
    def now(self) -> datetime:
        """The current time."""
        return self.app.clock()

    @property
    def by(self) -> By:
        """Who acts, for the record."""
        return self.visitor.by

    def name_edition(self, key: str) -> str:
        """Return the name of an edition as readers see it."""
        return self.app.settings.name_edition(key)

    def name_issue(self, key: IssueKey) -> str:
        """Return how pages name an issue."""
        return self.app.settings.name_issue(key)

    def say(self, text: str, day: IssueKey | str = "") -> Markup:
        """Return a text with a link where it names a command: to the page of the desk where the same is done.

        It is about the issue ``day``, where it names none itself.
        """
        return Markup("").join(self._link(part, f"{day}") for part in find_places(text))

    def _link(self, part: str | Place, day: str) -> str | Markup:
        if isinstance(part, str):
            return part
        if part.path is None:
            return Markup("<code>{}</code> (on the server)").format(part.words)
        if not any(part.path.startswith(room.path) for room in self.rooms if room.path or not part.path):
            return f"{part.words} (for operators)"
        address = self.address(part.path, day=part.day or ("" if part.path else day))
        return Markup('<a href="{}">{}</a>').format(address, part.words)

    def find_page(self, thing: str) -> str:
        """Return the path of the page about what a record names, such as ``issue weekly/2026-01-09``, or ""."""
        kind, _, key = thing.partition(" ")
        room = _RECORDED.get(kind, "")
        if kind == "issue" and "/" not in key:
            key = f"{DAILY}/{key}"
        return f"{room}{key}" if room and any(room == f"{one.path}/" for one in self.rooms) else ""

    def asked(self, name: str) -> str:
        """Return what the address asks for under ``name``, stripped; "" where it does not."""
        return self.request.query_params.get(name, "").strip()

    def given(self, name: str) -> str:
        """Return what the form says under ``name``, stripped; "" where it does not."""
        return self.form.get(name, "").strip()

    def part(self, name: str) -> str:
        """Return a part of the path, as the route names it."""
        return str(self.request.path_params[name])

    def address(self, path: str = "", **query: object) -> str:
        """Return the address of a page of the desk, such as ``issues/2026-01-05``."""
        asked = {name: value for name, value in query.items() if value not in {"", None}}
        return f"{self.base}/{quote(path)}{'?' if asked else ''}{urlencode(asked)}"

    def page(self, template: str, context: Mapping[str, Any], *, status: int = 200) -> Response:
        """Fill in a template that extends ``desk/layout.html``."""
        settings = self.app.settings.newsletter
        common = {
            "visit": self,
            "newsletter": settings.name,
            "zone": settings.zone,
            "said": unquote(self.request.cookies.get(SAID, "")),
        }
        body = render_template(self.app.templates.environment, template, {**common, **context})
        answer = HTMLResponse(body, status_code=status)
        if common["said"]:
            answer.delete_cookie(SAID, path=f"{self.base}/")
        return answer

    def done(self, words: str, to: str, **query: object) -> Response:
        """Go on to a page of the desk, which says what was done."""
        answer = RedirectResponse(self.address(to, **query), status_code=303)
        answer.set_cookie(
            SAID,
            quote(words[:_MOST_SAID]),
            max_age=_SAID_SECONDS,
            path=f"{self.base}/",
            httponly=True,
            samesite="strict",
            secure=self.is_https,
        )
        return answer


_RECORDED = {
    "issue": "issues/",
    "reader": "readers/",
    "source": "sources/",
}  # the rooms of what acts are about
Answer = Callable[[Visit], Response] | Callable[[Visit], Coroutine[Any, Any, Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRoute:
    """One address of a room and what answers there, in a thread unless it is a coroutine."""

    path: str  # below the room, with {parts}
    answer: Answer
    acts: bool
    role: Role | None = None  # where it takes more than entering the room
    policy: str = PAGE_POLICY
    most_bytes: int = FORM_BYTES  # of a form


def show(path: str, answer: Answer, *, role: Role | None = None, policy: str = PAGE_POLICY) -> DeskRoute:
    """A page: GET and HEAD, and nothing is changed."""
    return DeskRoute(path=path, answer=answer, acts=False, role=role, policy=policy)


def do(path: str, answer: Answer, *, role: Role | None = None, most_bytes: int = FORM_BYTES) -> DeskRoute:
    """What a form asks for: POST alone."""
    return DeskRoute(path=path, answer=answer, acts=True, role=role, most_bytes=most_bytes)
