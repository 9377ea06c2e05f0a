"""The readers' story from end to end: a real browser, the real server, the real sender, a Maildir.

Jane joins by the page, Bob by a form on another site. Both confirm by the notice that arrived, get the
welcome with the latest issue, and then do what readers do: read, pause, leave, come back.
"""

from __future__ import annotations

import asyncio
import re
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from newsletter.delivery.local_inbox import DemoInbox, InboxMail
from newsletter.delivery.plan_issue import plan_issue
from newsletter.model import DAILY, EditionKey, NoticeKind, SubscriberStatus
from newsletter.render.issue import render_issue
from newsletter.store.issues import save_composed
from newsletter.store.notices import list_notices
from newsletter.wiring import Installation
from tests.support.app_factory import Clock, make_app
from tests.support.factories import make_issue
from tests.support.free_port import free_port
from tests.support.sending import send_all
from tests.support.subscriber_factories import find_by_key
from tests.support.web_browser import needs_browser, open_browser, served

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = needs_browser
ELSEWHERE = "http://other-site.example/"
JANE, BOB = "Jane+ree@example.org", "bob@example.org"


@dataclass(kw_only=True)
class World:
    """An installation whose relay is an inbox on this machine."""

    app: Installation
    clock: Clock
    inbox: DemoInbox
    base: str
    read: set[str] = field(default_factory=set)

    def send(self) -> dict[str, InboxMail]:
        """Let the sender do its work; return what arrived since the last time, by recipient."""

        def run() -> None:
            asyncio.run(send_all(self.app, 5))

        with ThreadPoolExecutor(1) as pool:  # Playwright keeps an event loop in this thread
            pool.submit(run).result(60)
        new = [mail for mail in self.inbox.list_mails() if mail.key not in self.read]
        self.read |= {mail.key for mail in new}
        assert len({mail.recipient for mail in new}) == len(new), "one mail each"
        return {mail.recipient: mail for mail in new}

    def publish(self, day: date, number: int, edition: EditionKey = DAILY) -> dict[str, InboxMail]:
        """Compose, freeze and send an edition's issue of a day."""
        issue = make_issue(date=day, number=number, subject=f"News of day {number}", edition=edition)
        app = self.app
        rendered = render_issue(issue, app.settings.newsletter, app.templates)
        now = self.clock.now
        assert save_composed(app.store, issue=issue, rendered=rendered, selection=(), considered=(), now=now)
        plan_issue(app.store, app.settings, issue.key, now)
        return self.send()

    def status(self, address: str) -> SubscriberStatus | None:
        with self.app.store.read() as connection:
            found = find_by_key(connection, address.lower())
        return found.status if found else None


TWO = [
    {"key": "daily", "name": "Daily", "about": "Every morning", "default": True},
    {"key": "weekly", "name": "Week in review", "about": "Fridays, each story once"},
]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield from open_world(tmp_path)


@pytest.fixture
def world_of_two(tmp_path: Path) -> Iterator[World]:
    """The same with two editions."""
    yield from open_world(tmp_path, edition=TWO)


def open_world(tmp_path: Path, **tables: Any) -> Iterator[World]:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    clock = Clock()
    with DemoInbox(tmp_path / "inbox") as inbox:
        app = make_app(
            tmp_path / "data",
            clock=clock,
            relay={"host": "127.0.0.1", "port": inbox.port, "connections": 1},
            web={"port": port},
            newsletter={
                "name": "Rare Earth Daily",
                "base_url": base,
                "from_address": "daily@rare-earth.example",
                "notice_from": "hello@notices.rare-earth.example",
                "postal_address": "1 Ore Street",
            },
            **tables,
        )
        with served(app.web_services, app.settings.web):
            yield World(app=app, clock=clock, inbox=inbox, base=base)
        app.close()


def link(mail: InboxMail, door: str) -> str:
    """Return the link of a mail's text that leads to ``/c/``, ``/u/`` or an issue."""
    found = re.search(rf"http://127\.0\.0\.1:\d+/{door}/[\w-]+", mail.part("plain") or "")
    assert found is not None, mail.part("plain")
    return found[0]


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def fill_in(page: Page, world: World, address: str) -> None:
    page.goto(world.base + "/")
    world.clock.forward(seconds=5)  # a person takes longer than a robot
    page.get_by_label("Your email address").fill(address)
    page.get_by_role("button", name="Subscribe").click()
    if heading(page) == "One more press":  # the browser kept the page for longer than its stamp holds
        world.clock.forward(seconds=5)
        page.get_by_role("button", name="Subscribe").click()
    assert heading(page) == "Look into your inbox"


def join_elsewhere(context: BrowserContext, world: World, address: str) -> None:
    """Join by the form that the embed page offers, on a site that is not ours."""
    page = context.new_page()
    page.goto(world.base + "/embed")
    form = page.locator("pre code").inner_text()
    page.route(ELSEWHERE, lambda route: route.fulfill(body=f"<!DOCTYPE html><h1>Shop</h1>{form}"))
    page.goto(ELSEWHERE)
    page.get_by_label("Your email address").fill(address)
    page.get_by_role("button", name="Subscribe").click()
    assert world.status(address) is None, "a form that proves nothing gets one more page"
    world.clock.forward(seconds=5)
    page.get_by_role("button", name="Subscribe").click()
    assert heading(page) == "Look into your inbox"
    page.close()


def press_one_click(mail: InboxMail) -> int:
    """Do what a mail program does with the header of RFC 8058."""
    message = mail.parse()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = next(
        part for part in re.findall(r"<([^>]+)>", message["List-Unsubscribe"]) if part.startswith("http")
    )
    request = urllib.request.Request(url, data=b"List-Unsubscribe=One-Click", method="POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.url == url, "no redirect"
        assert answer.headers["set-cookie"] is None
        return int(answer.status)


def test_readers_join_read_pause_leave_and_return(world: World) -> None:
    world.publish(date(2026, 1, 5), 1)  # to nobody yet
    outside: list[str] = []
    with open_browser() as browser:
        context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 700})
        context.on(
            "request",
            lambda r: (
                outside.append(r.url) if not r.url.startswith((world.base, ELSEWHERE, "data:")) else None
            ),
        )
        page = context.new_page()

        # ── joining ──
        fill_in(page, world, JANE)
        join_elsewhere(context, world, BOB)
        confirms = world.send()
        assert set(confirms) == {JANE, BOB}
        for mail in confirms.values():
            assert mail.parse()["From"].addresses[0].addr_spec == "hello@notices.rare-earth.example"
            assert mail.parse()["List-Unsubscribe-Post"] is None
        assert len(list_notices(world.app.store)) == 2, "each is in the ledger"

        for address, mail in confirms.items():
            page.goto(link(mail, "c"))
            assert world.status(address) is SubscriberStatus.PENDING, "opening the page confirms nothing"
            page.get_by_role("button", name="Yes, subscribe me").click()
            assert heading(page) == "You are in"
            assert world.status(address) is SubscriberStatus.ACTIVE

        # ── the welcome, with the latest issue ──
        welcomes = world.send()
        assert set(welcomes) == {JANE, BOB}
        _, _, latest = (welcomes[JANE].part("plain") or "").partition("THE LATEST ISSUE")
        assert "/issues/2026-01-05/lynas-lifts-ndpr-output" in latest
        page.goto(link(welcomes[JANE], "issues"))
        assert heading(page) == "News of day 1"
        page.get_by_role("link", name="[1]").first.click()
        assert page.url.endswith("/issues/2026-01-05/lynas-lifts-ndpr-output#s1")
        assert world.send() == {}, "nothing is mailed twice"

        # ── pausing: the next issue goes to Bob alone ──
        page.goto(link(welcomes[JANE], "u"))
        page.get_by_role("link", name="Pause it instead").click()
        page.get_by_role("button", name="14 days").click()
        world.clock.forward(days=1)
        second = world.publish(date(2026, 1, 6), 2)
        assert set(second) == {BOB}

        # ── one click from the mail: the next issue goes to nobody ──
        assert press_one_click(second[BOB]) == 200
        assert world.status(BOB) is SubscriberStatus.UNSUBSCRIBED
        assert press_one_click(second[BOB]) == 200, "again is no error"
        world.clock.forward(days=1)
        assert world.publish(date(2026, 1, 7), 3) == {}

        # ── resuming, leaving by the page, the way back within a day ──
        page.goto(link(welcomes[JANE], "u").replace("/u/", "/p/"))
        page.get_by_role("button", name="Send it again from now on").click()
        world.clock.forward(days=1)
        fourth = world.publish(date(2026, 1, 8), 4)
        assert set(fourth) == {JANE}
        page.goto(link(fourth[JANE], "u"))
        assert world.status(JANE) is SubscriberStatus.ACTIVE, "opening the page changes nothing"
        page.get_by_label("Too many mails").check()
        page.get_by_role("button", name="Unsubscribe").click()
        assert world.status(JANE) is SubscriberStatus.UNSUBSCRIBED
        page.get_by_role("button", name="Bring me back").click()
        assert world.status(JANE) is SubscriberStatus.ACTIVE

        # ── Bob's way back is the form, and an old confirm link brings nobody back ──
        page.goto(link(confirms[BOB], "c"))
        assert page.get_by_role("button", name="Yes, subscribe me").count() == 0
        fill_in(page, world, BOB)
        page.goto(link(world.send()[BOB], "c"))
        page.get_by_role("button", name="Yes, subscribe me").click()
        assert world.status(BOB) is SubscriberStatus.ACTIVE
        assert set(world.send()) == {BOB}

        assert context.cookies() == []
    assert outside == [], "nothing is asked of another host"
    kinds = [notice.kind for notice in list_notices(world.app.store)]
    assert kinds.count(NoticeKind.CONFIRM) == 3
    assert kinds.count(NoticeKind.WELCOME) == 3


def test_a_reader_chooses_two_editions_changes_the_choice_and_leaves_one_by_one_click(
    world_of_two: World,
) -> None:
    world, weekly = world_of_two, EditionKey("weekly")

    def chosen() -> tuple[EditionKey, ...]:
        with world.app.store.read() as connection:
            found = find_by_key(connection, JANE.lower())
        assert found is not None
        return found.editions()

    with open_browser() as browser:
        context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 700})
        page = context.new_page()

        # ── signing up: the default is ticked, the second one too ──
        page.goto(world.base + "/")
        world.clock.forward(seconds=5)
        assert page.get_by_role("checkbox", name="Daily").is_checked()
        page.get_by_role("checkbox", name="Week in review").check()
        page.get_by_label("Your email address").fill(JANE)
        page.get_by_role("button", name="Subscribe").click()
        assert heading(page) == "Look into your inbox"
        asked = world.send()[JANE]
        page.goto(link(asked, "c"))
        assert "You chose: Daily, Week in review." in page.inner_text("main")
        page.get_by_role("button", name="Yes, subscribe me").click()
        assert "You chose: Daily, Week in review." in page.inner_text("main")
        assert chosen() == (DAILY, weekly)
        for mail in (asked, world.send()[JANE]):  # the welcome
            for part in ("plain", "html"):
                told = " ".join(re.sub(r"<[^>]+>", "", mail.part(part) or "").split())
                assert "Daily. Every morning" in told
                assert "Week in review. Fridays, each story once" in told

        # ── a change of choice: the daily one goes, the week stays, and back ──
        first = world.publish(date(2026, 1, 5), 1)[JANE]
        page.goto(link(first, "p"))
        page.get_by_role("checkbox", name="Daily").uncheck()
        page.get_by_role("button", name="Save").click()
        assert chosen() == (weekly,)
        world.clock.forward(days=1)
        assert world.publish(date(2026, 1, 6), 2) == {}
        page.get_by_role("checkbox", name="Daily").check()
        page.get_by_role("button", name="Save").click()

        # ── the daily one waits, the week does not ──
        page.get_by_label("What waits").select_option(label="Daily")
        page.get_by_role("button", name="30 days").click()
        assert "“Daily” is paused until 5 February 2026." in page.inner_text("main")
        assert world.publish(date(2026, 1, 8), 3) == {}

        # ── one click from the week's mail leaves the week alone ──
        week = world.publish(date(2026, 1, 9), 1, weekly)[JANE]
        assert f"/issues/weekly/{date(2026, 1, 9)}" in (week.part("plain") or "")
        assert press_one_click(week) == 200
        assert chosen() == (DAILY,)
        world.clock.forward(days=1)
        assert world.publish(date(2026, 1, 16), 2, weekly) == {}
        page.goto(link(week, "p"))
        page.get_by_role("button", name="Send “Daily” again from now on").click()
        last = world.publish(date(2026, 1, 17), 4)
        assert set(last) == {JANE}
        page.goto(link(last[JANE], "u"))
        assert page.get_by_role("button", name="Unsubscribe").count() == 1, (
            "it is the last one: all or nothing"
        )
        page.goto(link(last[JANE], "p"))
        page.get_by_role("button", name="Leave everything").click()
        assert world.status(JANE) is SubscriberStatus.UNSUBSCRIBED
