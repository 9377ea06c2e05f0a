"""The studio's routes: the page, its frames and panels, what it asks and what it does. I/O (through the workbench)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from newsletter.errors import NewsletterError
from newsletter.preflight.run import write_sample
from newsletter.render.templates import render_template
from newsletter.web.studio.acts import StaleError, do_act
from newsletter.web.studio.bench import Bench
from newsletter.web.studio.clients import View, show_as
from newsletter.web.studio.guard import HEADERS, MAIL_POLICY, PAGE_POLICY, find_refusal, is_token
from newsletter.web.studio.panels import PANELS, describe_state, page_context

LOOPBACK = ("127.0.0.1", "localhost")
_LOOK_EVERY, _WAIT_SECONDS = 0.05, 20.0  # seconds
_LEDGER_EVERY = 6  # looks at the files for one at the ledger
_MOST_BYTES = 65_536  # of a body
_CSS, _JS = "text/css", "text/javascript"
Show = Callable[[Request, Bench], Response]
_REFUSED = PlainTextResponse("Open the address that the command printed.", status_code=403)


def build_studio(bench: Bench, token: str, hosts: Sequence[str] = LOOPBACK) -> Starlette:
    """Return the application; every route begins with ``/TOKEN``, every request names one of ``hosts``."""
    gate = _Gate(bench, token)
    shows: dict[str, Show] = {
        "": _show_page,
        "studio.css": _show_file("studio/studio.css", _CSS),
        "studio.js": _show_file("studio/studio.js", _JS),
        "state": _show_state,
        "panel/{name}": _show_panel,
        "issue.eml": _show_download,
        "issue.html": _show_html,
    }
    return Starlette(
        routes=[
            *(Route(f"/{{token}}/{path}", gate.guard(show, PAGE_POLICY)) for path, show in shows.items()),
            Route("/{token}/mail/{view}", gate.guard(_show_mail, MAIL_POLICY)),
            Route("/{token}/wait", gate.wait),
            Route("/{token}/act", gate.act, methods=["POST"]),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)],
    )


class _Gate:
    """What stands before every route: the token."""

    def __init__(self, bench: Bench, token: str) -> None:
        self._bench = bench
        self._token = token

    def _is_ours(self, request: Request) -> bool:
        return is_token(request.path_params["token"], self._token)

    def guard(self, show: Show, policy: str) -> Callable[[Request], Awaitable[Response]]:
        """Let ``show`` answer where the token is right, with headers that keep other pages out."""

        async def answer(request: Request) -> Response:
            if not self._is_ours(request):
                return _REFUSED
            try:
                response = await run_in_threadpool(show, request, self._bench)
            except NewsletterError as error:
                response = _show_fault(self._bench, error)
            response.headers.update({**HEADERS, "content-security-policy": policy})
            return response

        return answer

    async def wait(self, request: Request) -> Response:
        """Answer when a file or the ledger changed, or after a while."""
        if not self._is_ours(request):
            return _REFUSED
        try:
            day = self._bench.parse_day(request.query_params.get("day", ""))
        except NewsletterError as error:
            return JSONResponse({"version": "", "error": str(error)}, headers=HEADERS)
        seen = request.query_params.get("seen", "")
        now = seen
        for look in range(int(_WAIT_SECONDS / _LOOK_EVERY)):
            whole = look % _LEDGER_EVERY == 0
            now = await run_in_threadpool(self._bench.version, day, ledger=whole)
            now = now if whole else now + seen.partition("/")[2]
            if now != seen or await request.is_disconnected():
                break
            await asyncio.sleep(_LOOK_EVERY)
        return JSONResponse({"version": now}, headers=HEADERS)

    async def act(self, request: Request) -> Response:
        """Do what the page's own script asks for."""
        if not self._is_ours(request):
            return _REFUSED
        if why := find_refusal(request.headers):
            return JSONResponse({"ok": False, "message": why}, status_code=403, headers=HEADERS)
        if (given := await _read_body(request)) is None:
            message = "That is no JSON object of texts."
            return JSONResponse({"ok": False, "message": message}, status_code=400, headers=HEADERS)
        return await run_in_threadpool(_act, self._bench, given)


def _asked(request: Request, bench: Bench) -> tuple[date, str]:
    return bench.parse_day(request.query_params.get("day", "")), request.query_params.get("content") or "live"


def _show_fault(bench: Bench, error: NewsletterError) -> Response:
    context = {"error": str(error), "hint": error.hint}
    return HTMLResponse(
        render_template(bench.last.environment, "studio/fault.html", context), status_code=422
    )


def _show_page(request: Request, bench: Bench) -> Response:
    day, _ = _asked(request, bench)
    app = bench.last  # the first paint waits for nothing: what the page shows is asked for by the page
    context = page_context(app, day, token=request.path_params["token"])
    return HTMLResponse(render_template(app.environment, "studio/page.html", context))


def _show_file(name: str, kind: str) -> Show:
    def show(request: Request, bench: Bench) -> Response:
        del request
        return Response(
            render_template(bench.last.environment, name, {"theme": bench.theme}), media_type=kind
        )

    return show


def _show_state(request: Request, bench: Bench) -> Response:
    day, content = _asked(request, bench)
    version = bench.version(day)
    try:
        shown = bench.show(day, content)
        return JSONResponse({**describe_state(shown, day), "version": version})
    except NewsletterError as error:
        return JSONResponse({"error": str(error), "hint": error.hint, "version": version, "day": f"{day}"})


def _show_panel(request: Request, bench: Bench) -> Response:
    panel = PANELS.get(request.path_params["name"])
    if panel is None:
        return PlainTextResponse("There is no such panel.", status_code=404)
    day, content = _asked(request, bench)
    template, context = panel(bench, day, content, request.query_params)
    return HTMLResponse(render_template(bench.last.environment, template, context))


def _show_mail(request: Request, bench: Bench) -> Response:
    name = request.path_params["view"]
    day, content = _asked(request, bench)
    shown = bench.show(day, content)
    if name in {"text", "source"}:
        with bench.use() as app:
            raw = "" if name == "text" else _write(bench, day, content).decode("utf-8", "replace")
            head, _, body = raw.partition("\r\n\r\n")
            context: dict[str, Any] = {
                "theme": app.theme,
                "text": shown.rendered.text,
                "head": _split_head(head),
                "body": body,
                "title": "Plain text" if name == "text" else "Raw source",
            }
            return HTMLResponse(render_template(app.environment, f"studio/{name}.html", context))
    if name not in set(View):
        return PlainTextResponse("There is no such view.", status_code=404)
    return HTMLResponse(show_as(shown.rendered.html, View(name)))


def _split_head(head: str) -> list[tuple[str, str]]:
    fields: list[tuple[str, str]] = []
    for line in head.split("\r\n"):
        if line[:1] in {" ", "\t"} and fields:
            fields[-1] = (fields[-1][0], f"{fields[-1][1]}\n{line}")
        elif line:
            name, _, value = line.partition(":")
            fields.append((name, value.strip()))
    return fields


def _write(bench: Bench, day: date, content: str) -> bytes:
    shown = bench.show(day, content)
    with bench.use() as app:
        number = shown.stored.record.id if shown.stored else 0
        return write_sample(app, shown.rendered, shown.issue.date, app.clock(), issue_id=number)


def _show_download(request: Request, bench: Bench) -> Response:
    day, content = _asked(request, bench)
    name = f'attachment; filename="issue-{day}.eml"'
    return Response(
        _write(bench, day, content), media_type="message/rfc822", headers={"content-disposition": name}
    )


def _show_html(request: Request, bench: Bench) -> Response:
    day, content = _asked(request, bench)
    return PlainTextResponse(bench.show(day, content).rendered.html)


async def _read_body(request: Request) -> dict[str, str] | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            return None
    try:
        given = json.loads(body)
    except ValueError:
        return None
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        return None
    return given


def _act(bench: Bench, given: dict[str, str]) -> Response:
    try:
        day = bench.parse_day(given.get("day", ""))
        with bench.use() as app:
            message = do_act(app, day, given)
    except StaleError as error:
        return JSONResponse(
            {"ok": False, "message": str(error), "hint": error.hint}, status_code=409, headers=HEADERS
        )
    except NewsletterError as error:
        return JSONResponse(
            {"ok": False, "message": str(error), "hint": error.hint}, status_code=422, headers=HEADERS
        )
    return JSONResponse({"ok": True, "message": message}, headers=HEADERS)
