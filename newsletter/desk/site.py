"""The desk as a site: each room's addresses, and what stands before them. I/O (through the rooms)."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import cast

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from newsletter.desk.commands import tell_plainly
from newsletter.desk.entrance import Entrance
from newsletter.desk.guard import (
    HEADERS,
    JSON,
    PAGE_POLICY,
    TOKEN_FIELD,
    body_kind,
    find_refusal,
    read_fields,
)
from newsletter.desk.room import DeskRoute, Room, Visit
from newsletter.desk.rooms import ROOMS
from newsletter.desk.workbench import Bench
from newsletter.errors import InputError, NewsletterError, StoreConflictError, StoreError, UnstorableError
from newsletter.render.templates import render_template

_THREADS = 8
_ASKED_BY_SCRIPT = "x-csrf"  # the header of a script's request that holds the token


def build_desk(bench: Bench, entrance: Entrance, *, rooms: Sequence[Room] = ROOMS) -> ASGIApp:
    """Return the desk as an application below ``entrance.mount``; a room is imported when it is first entered."""
    desk = _Desk(bench, entrance, rooms)
    mounts = [
        Route(f"{entrance.mount}/desk.css", desk.style),
        *entrance.routes(),
        *(  # the room without a path of its own comes last: it would take all addresses
            Mount(f"{entrance.mount}/{room.path}".rstrip("/"), app=_LateRoom(desk, room))
            for room in sorted(rooms, key=lambda room: room.path, reverse=True)
        ),
    ]
    return ExceptionMiddleware(
        Router(mounts, redirect_slashes=False), handlers={HTTPException: desk.refuse_http}
    )


class _LateRoom:
    """A room's addresses, known once somebody asks for one."""

    def __init__(self, desk: _Desk, room: Room) -> None:
        self._desk = desk
        self._room = room
        self._router: Router | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._router is None:
            routes = await run_in_threadpool(self._room.load_routes)
            self._router = Router([self._route(route) for route in routes], redirect_slashes=False)
        await self._router(scope, receive, send)

    def _route(self, route: DeskRoute) -> Route:
        methods = ["POST"] if route.acts else ["GET"]
        return Route(f"/{route.path}", self._desk.guard(self._room, route), methods=methods)


class _Desk:
    """What stands before every route: who it is, whether they may, and whether their own page asked."""

    def __init__(self, bench: Bench, entrance: Entrance, rooms: Sequence[Room]) -> None:
        self.bench = bench
        self.entrance = entrance
        self.rooms = rooms
        self._threads = CapacityLimiter(_THREADS)  # its own: no act of ours keeps a reader's page waiting

    def guard(self, room: Room, route: DeskRoute) -> Callable[[Request], Awaitable[Response]]:
        """Let ``route`` answer who may ask, with headers that keep other pages out."""

        async def answer(request: Request) -> Response:
            response = await self._answer(request, room, route)
            response.headers.update({**HEADERS, "content-security-policy": route.policy})
            return response

        return answer

    async def _answer(self, request: Request, room: Room, route: DeskRoute) -> Response:
        visitor = await run_sync(self.entrance.admit, request, limiter=self._threads)
        if isinstance(visitor, Response):
            return visitor
        form: Mapping[str, str] | None = {}
        wrong = InputError("That is no form of this page, or too large.", hint="Load the page again.")
        if route.acts:
            try:
                form = await read_fields(request, route.most_bytes)
            except ClientDisconnect:
                return Response(status_code=400)
            except InputError as error:
                form, wrong = None, error
        visit = Visit(
            request=request,
            bench=self.bench,
            visitor=visitor,
            base=self.entrance.base(request),
            room=room,
            rooms=tuple(each for each in self.rooms if visitor.role.may(each.role)),
            form=form or {},
            is_https=self.entrance.is_https,
        )
        if not visitor.role.may(room.role) or (route.role and not visitor.role.may(route.role)):
            return self._fault(visit, 403, "This is for operators.", "Ask one: desk.operators names them.")
        if form is None:
            return self._fault(visit, 400, str(wrong), wrong.hint)
        if route.acts:
            token = request.headers.get(_ASKED_BY_SCRIPT) or form.get(TOKEN_FIELD, "")
            if why := find_refusal(request.headers, token, visitor.csrf):
                return self._fault(visit, 403, why, "Load the page again, then decide.")
        return await self._run(visit, route)

    async def _run(self, visit: Visit, route: DeskRoute) -> Response:
        try:
            if inspect.iscoroutinefunction(route.answer):
                return cast("Response", await route.answer(visit))
            answer = cast("Callable[[Visit], Response]", route.answer)
            try:
                return await run_sync(answer, visit, limiter=self._threads)
            except StoreConflictError:  # as where a button is pressed twice: what it began was taken back
                return await run_sync(answer, visit, limiter=self._threads)
        except NewsletterError as error:
            is_away = isinstance(error, StoreError) and not isinstance(error, UnstorableError)
            return self._fault(visit, 503 if is_away else 422, str(error), error.hint)

    def _fault(self, visit: Visit, status: int, words: str, hint: str) -> Response:
        if body_kind(visit.request) == JSON:
            told = {"ok": False, "message": tell_plainly(words), "hint": tell_plainly(hint)}
            return JSONResponse(told, status_code=status)
        if visit.request.headers.get("sec-fetch-dest", "document") != "document":  # a frame, a part of a page
            return PlainTextResponse(tell_plainly(f"{words}\n\n{hint}"), status_code=status)
        context = {"title": tell_plainly(words), "hint": hint}
        return visit.page("desk/fault.html", context, status=status)

    def style(self, _: Request) -> Response:
        """Give the style sheet of the desk: it tells nothing, the page of signing in needs it too."""
        environment = self.bench.last.templates.environment
        css = render_template(environment, "desk/desk.css", {"theme": self.bench.theme})
        return Response(css, media_type="text/css", headers=HEADERS)

    def refuse_http(self, _: Request, error: Exception) -> Response:
        """Answer an address or a method that there is not."""
        assert isinstance(error, HTTPException)
        headers = {**HEADERS, **(error.headers or {}), "content-security-policy": PAGE_POLICY}
        return PlainTextResponse("There is no such page at the desk.", error.status_code, headers)
