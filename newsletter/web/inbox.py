"""The demo's inbox page: what arrived in a Maildir, as a reader sees it. I/O (reads the Maildir).

Served on loopback only, by ``newsletter demo``. Foreign HTML is shown in a sandboxed frame.
"""

from __future__ import annotations

import email
import email.policy
import mailbox
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from newsletter.render.templates import Environment, Theme, render_template


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail of the Maildir."""

    key: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The parsed mail."""
        parsed = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage), "the default policy makes these"
        return parsed

    def part(self, kind: str) -> str:
        """Return the text of the ``html`` or ``plain`` part, "" where there is none."""
        body = self.message.get_body((kind,))
        return str(body.get_content()) if body is not None else ""


def read_mails(folder: Path) -> tuple[Mail, ...]:
    """Return the mails of a Maildir in the order they arrived."""
    if not folder.is_dir():
        return ()
    box = mailbox.Maildir(folder, create=False)
    found = [(path.stat().st_mtime_ns, key) for key in box.keys() if (path := _path(folder, box, key))]  # noqa: SIM118 - a Maildir is no mapping of paths
    return tuple(Mail(key=key, raw=box.get_bytes(key)) for _, key in sorted(found))


def _path(folder: Path, box: mailbox.Maildir, key: str) -> Path | None:
    return (
        next((path for sub in ("new", "cur") for path in (folder / sub).glob(f"{key}*")), None)
        if key in box
        else None
    )


def build_inbox(
    folder: Path, *, environment: Environment, theme: Theme, web: Callable[[], str], extra: list[Route]
) -> Starlette:
    """Return the application: ``/`` and ``/inbox/…``, and the routes in ``extra``."""

    def show(request: Request) -> Response:
        mails = read_mails(folder)
        key = request.path_params.get("key")
        current = next(
            (mail for mail in mails if mail.key == key), mails[0] if mails and key is None else None
        )
        if key is not None and current is None:
            return RedirectResponse("/")
        context = {
            "mails": [_describe(mail) for mail in mails],
            "current": _describe(current) if current else None,
            "theme": theme,
            "web": web(),
        }
        return HTMLResponse(render_template(environment, "demo/inbox.html", context))

    def part(request: Request) -> Response:
        mail = next((mail for mail in read_mails(folder) if mail.key == request.path_params["key"]), None)
        if mail is None:
            return PlainTextResponse("There is no such mail.", status_code=404)
        what = request.path_params["part"]
        if what == "html":
            return HTMLResponse(
                mail.part("html"),
                headers={
                    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:"
                },
            )
        return PlainTextResponse(
            mail.part("plain") if what == "text" else mail.raw.decode("utf-8", "replace")
        )

    return Starlette(
        routes=[
            Route("/", show),
            Route("/inbox", show),
            Route("/inbox/{key}", show),
            Route("/inbox/{key}/{part}", part),
            *extra,
        ]
    )


def _describe(mail: Mail) -> dict[str, str]:
    message = mail.message
    return {
        "key": mail.key,
        "subject": str(message["Subject"] or ""),
        "recipient": str(message["To"] or ""),
        "sender": str(message["From"] or ""),
        "date": str(message["Date"] or ""),
        "unsubscribe": str(message["List-Unsubscribe"] or "–"),
    }
