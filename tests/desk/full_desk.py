"""A desk over a ledger in which something happened: an issue that three of six did not get, and a relay's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from httpx2 import Response
from sqlalchemy import insert, select, update
from starlette.requests import Request
from starlette.responses import Response as Answer
from starlette.testclient import TestClient

from newsletter.delivery.plan_issue import plan_issue
from newsletter.desk.entrance import LocalEntrance
from newsletter.desk.room import Role, Visitor
from newsletter.desk.site import build_desk
from newsletter.desk.workbench import Bench
from newsletter.model import By, DeliveryId, DeliveryStatus, IssueKey, Via
from newsletter.render.issue import render_issue
from newsletter.store.deliveries import list_deliveries
from newsletter.store.issues import save_composed
from newsletter.store.schema import deliveries, delivery_events
from newsletter.wiring import Installation
from tests.support.app_factory import Clock, make_app, subscribe
from tests.support.factories import make_issue
from tests.support.web_client import open_client

BASE = "http://127.0.0.1"
TOKEN = "token-of-this-start"
ISSUE = make_issue()
READERS = ("ann", "bob", "cleo", "dan", "eve", "finn")
WHO = {Role.EDITOR: "ed@example.org", Role.OPERATOR: "olga@example.org"}


class Signed(LocalEntrance):
    """Lets in whoever knows the token, as somebody of that role."""

    def __init__(self, role: Role) -> None:
        super().__init__(TOKEN)
        by = By(name=WHO[role], via=Via.DESK)
        self._who = Visitor(by=by, role=role, csrf=f"csrf-of-{role}", can_leave=True)

    def admit(self, request: Request) -> Visitor | Answer:
        found = super().admit(request)
        return found if isinstance(found, Answer) else self._who


@dataclass
class Desk:
    """A desk, and the client of somebody who came in."""

    bench: Bench
    clock: Clock
    clients: dict[Role, TestClient] = field(default_factory=dict)

    @property
    def app(self) -> Installation:
        return self.bench.last

    def client(self, role: Role = Role.EDITOR) -> TestClient:
        if role not in self.clients:
            site = build_desk(self.bench, Signed(role))
            self.clients[role] = open_client(site, base_url=f"{BASE}/{TOKEN}/", headers={"origin": BASE})
        return self.clients[role]

    def see(self, path: str, role: Role = Role.EDITOR) -> Response:
        answer = self.client(role).get(path)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer

    def do(self, path: str, role: Role = Role.EDITOR, **form: str) -> Response:
        """Send a form as the page does, and follow to the page that says what was done."""
        return self.client(role).post(path, data={"csrf": f"csrf-of-{role}", **form})

    def delivery(self, reader: str) -> DeliveryId:
        listed = list_deliveries(self.app.store, self.issue_id)
        return next(one.delivery.id for one in listed if one.address == f"{reader}@example.org")

    @property
    def issue_id(self) -> Any:
        with self.app.store.read() as connection:
            return connection.scalar(select(deliveries.c.issue_id))


def rows_of(page: Response) -> list[str]:
    """The lines of the page's lists, without markup."""
    found = re.findall(r"<li>\n?(.*?)</li>", page.text.partition("<main")[2], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def said(page: Response) -> str:
    found = re.search(r'<p class="said" role="status">(.*?)</p>', page.text)
    return found[1] if found else ""


@contextmanager
def open_desk(folder: Path, **overrides: Any) -> Iterator[Desk]:
    """A desk after the issue left: cleo's address is dead, dan's mailbox is full, eve's answer was lost."""
    clock = Clock()
    app = make_app(folder, clock=clock, **overrides)
    subscribe(app, *(f"{name}@example.org" for name in READERS[:4]), "eve@mine.example", "finn@mine.example")
    rendered = render_issue(ISSUE, app.settings.newsletter, app.templates)
    assert save_composed(app.store, issue=ISSUE, rendered=rendered, selection=(), considered=(), now=clock())
    plan_issue(app.store, app.settings, IssueKey(date=ISSUE.date), clock())
    fates = {
        3: (DeliveryStatus.BOUNCED, 550, "5.1.1", "no such user <script>alert(1)</script>"),
        4: (DeliveryStatus.DEFERRED, 452, "4.2.2", "mailbox full"),
        5: (DeliveryStatus.UNCERTAIN, None, None, None),
    }
    with app.store.write() as connection:
        connection.execute(
            update(deliveries).values(status="sent", attempts=1, relay="smtp.example", sent_at=clock())
        )
        for number, (status, code, enhanced, text) in fates.items():
            connection.execute(
                update(deliveries)
                .where(deliveries.c.subscriber_id == number)
                .values(
                    status=status.value,
                    reply_code=code,
                    reply_enhanced=enhanced,
                    reply_text=text,
                    sent_at=None,
                )
            )
        first = select(deliveries.c.id).where(deliveries.c.subscriber_id == 4).scalar_subquery()
        connection.execute(
            insert(delivery_events).values(
                delivery_id=first, at=clock() - timedelta(minutes=9), status="deferred", relay="smtp.example",
                reply_code=451, reply_enhanced="4.7.1", reply_text="greylisted, try again",
            )
        )  # fmt: skip
    app.close()
    bench = Bench(lambda: make_app(folder, clock=clock, **overrides), is_watched=False)
    yield Desk(bench=bench, clock=clock)
    bench.close()
