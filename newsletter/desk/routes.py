"""The studio's routes: the page, its frames and panels, what it asks and what it does. I/O (through the workbench)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from newsletter.desk.guard import HEADERS, MAIL_POLICY, PAGE_POLICY, find_refusal, is_token
from newsletter.desk.samples import list_samples
from newsletter.desk.workbench import Bench
from newsletter.errors import NewsletterError
from newsletter.render.templates import render_template

LOOPBACK = ("127.0.0.1", "localhost")
_LOOK_EVERY, _WAIT_SECONDS = 0.025, 20.0  # seconds; a look takes half a millisecond
_LEDGER_EVERY = 12  # looks at the files for one at the ledger
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
        "state": _late("show_state"),
        "panel/{name}": _late("show_panel"),
        "issue.eml": _late("show_download"),
        "issue.html": _late("show_html"),
    }
    return Starlette(
        routes=[
            *(Route(f"/{{token}}/{path}", gate.guard(show, PAGE_POLICY)) for path, show in shows.items()),
            Route("/{token}/mail/{view}", gate.guard(_late("show_mail"), MAIL_POLICY)),
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
            key = self._bench.parse_issue(request.query_params.get("day", ""))
        except NewsletterError as error:
            return JSONResponse({"version": "", "error": str(error)}, headers=HEADERS)
        seen = request.query_params.get("seen", "")
        now = seen
        for look in range(int(_WAIT_SECONDS / _LOOK_EVERY)):
            whole = look % _LEDGER_EVERY == 0
            now = await run_in_threadpool(self._bench.version, key, ledger=whole)
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
        return await run_in_threadpool(_do, self._bench, given)


def _do(bench: Bench, given: dict[str, str]) -> Response:
    from newsletter.desk import page_data  # noqa: PLC0415 - see there

    return page_data.act(bench, given)


def _late(name: str) -> Show:
    """Return the function of that name in ``page_data``, which is imported when it is first called."""

    def show(request: Request, bench: Bench) -> Response:
        from newsletter.desk import page_data  # noqa: PLC0415 - see there

        late: Show = getattr(page_data, name)
        return late(request, bench)

    return show


def _show_fault(bench: Bench, error: NewsletterError) -> Response:
    context = {"error": str(error), "hint": error.hint}
    return HTMLResponse(
        render_template(bench.last.templates.environment, "studio/fault.html", context), status_code=422
    )


def _show_page(request: Request, bench: Bench) -> Response:
    app = bench.last  # the first paint waits for nothing: what the page shows is asked for by the page
    context = {
        "token": request.path_params["token"],
        "name": app.settings.newsletter.name,
        "day": bench.parse_issue(request.query_params.get("day", "")),
        "samples": list(enumerate(list_samples())),
    }
    return HTMLResponse(render_template(app.templates.environment, "studio/page.html", context))


def _show_file(name: str, kind: str) -> Show:
    def show(request: Request, bench: Bench) -> Response:
        del request
        return Response(
            render_template(bench.last.templates.environment, name, {"theme": bench.theme}), media_type=kind
        )

    return show


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
