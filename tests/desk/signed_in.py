"""A desk behind its login for tests: the web face with the desk beside it, and an editor who signs in by mail."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cached_property
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient
from starlette.types import ASGIApp

from newsletter.delivery.send_waiting import send_waiting
from newsletter.serve.processes import find_neighbour
from newsletter.web.asgi import build_app
from newsletter.wiring import Installation
from tests.support.app_factory import Clock, make_app
from tests.support.web_client import open_client

BASE = "https://news.example"
EDITOR, OPERATOR = "ed@example.org", "Op@example.org"


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@dataclass
class Desk:
    """One installation with a desk, seen from outside."""

    app: Installation
    clock: Clock
    outbox: Path

    @cached_property
    def site(self) -> ASGIApp:
        """The web face, one for all browsers."""
        return build_app(self.app.web_services, neighbour=find_neighbour(self.app))

    def browse(self, base: str = BASE) -> TestClient:
        """A browser that says where its requests come from, as browsers do."""
        origin = {"origin": base.rstrip("/")}
        return open_client(self.site, base_url=base, headers=origin, follow_redirects=False)

    def take_mails(self) -> list[EmailMessage]:
        """Send what is due; return what left, to whom it went first."""
        with ThreadPoolExecutor(1) as own_loop:  # Playwright's loop may run in this thread
            own_loop.submit(lambda: asyncio.run(self._send())).result()
        found = sorted(self.outbox.glob("*.eml"))
        mails = [message_from_bytes(path.read_bytes(), policy=default) for path in found]
        for path in found:
            path.unlink()
        return mails

    async def _send(self) -> None:
        await send_waiting(self.app.sending, stop=asyncio.Event(), until_idle=True, patience=1)

    def ask(self, browser: TestClient, address: str) -> Any:
        page = browser.get("/desk/sign-in")
        stamp = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert stamp, page.text
        return browser.post("/desk/sign-in", data={"csrf": stamp[1], "address": address})

    def link(self, browser: TestClient, address: str = EDITOR) -> str:
        """Ask for a link and return its path, as the mail has it."""
        self.ask(browser, address)
        [mail] = self.take_mails()
        found = re.search(rf"{re.escape(BASE)}(/\S*/sign-in/\S+)", text_of(mail))
        assert found
        return found[1]

    def sign_in(self, browser: TestClient, address: str = EDITOR) -> str:
        """Sign in; return the token that the forms of the pages carry."""
        answer = browser.post(self.link(browser, address))
        assert answer.status_code == 303, answer.text
        found = re.search(r'data-csrf="([^"]+)"', browser.get("/desk/").text)
        assert found
        return found[1]


def make_desk(data: Path, **overrides: Any) -> Desk:
    clock = Clock()
    desk = {"editors": (EDITOR,), "operators": (OPERATOR,), **overrides.pop("desk", {})}
    newsletter = {
        "from_address": "daily@news.example", "postal_address": "1 Test Street", "base_url": BASE,
        **overrides.pop("newsletter", {}),
    }  # fmt: skip
    app = make_app(data, clock=clock, desk=desk, newsletter=newsletter, **overrides)
    return Desk(app=app, clock=clock, outbox=data / "outbox")
