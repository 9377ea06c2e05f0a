"""The demo's inbox page: what arrived, as a reader sees it. I/O (reads the inbox).

Served on loopback only, by ``newsletter demo``. Foreign HTML is shown in a sandboxed frame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from newsletter.delivery.local_inbox import InboxMail
from newsletter.render.templates import Templates

MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:"


def build_inbox(
    list_mails: Callable[[], Sequence[InboxMail]],
    *,
    templates: Templates,
    web: Callable[[], str],
    extra: Sequence[Route] = (),
) -> Starlette:
    """Return the application: ``/``, ``/inbox/KEY`` and its parts, and the routes in ``extra``.

    ``web`` gives the address of the issue's web version.
    """

    def find(key: str) -> InboxMail | None:
        return next((mail for mail in list_mails() if mail.key == key), None)

    def show(request: Request) -> Response:
        mails = list_mails()
        key = request.path_params.get("key")
        current = find(key) if key else (mails[0] if mails else None)
        if key and current is None:
            return RedirectResponse("/")
        context: dict[str, Any] = {
            "mails": mails,
            "current": current,
            "headers": current.parse() if current else {},
            "web": web(),
        }
        return HTMLResponse(templates.render("demo/inbox.html", context))

    def show_part(request: Request) -> Response:
        mail = find(request.path_params["key"])
        part = request.path_params["part"]
        if mail is None or part not in {"html", "text", "raw"}:
            return PlainTextResponse("There is no such mail.", status_code=404)
        if part == "html":
            return HTMLResponse(mail.part("html") or "", headers={"content-security-policy": MAIL_POLICY})
        raw = mail.raw.decode("utf-8", "replace")
        return PlainTextResponse(raw if part == "raw" else mail.part("plain") or "")

    own = [Route("/", show), Route("/inbox/{key}", show), Route("/inbox/{key}/{part}", show_part)]
    return Starlette(routes=[*own, *extra])
