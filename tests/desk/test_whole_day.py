"""A whole day of an editor who has only a phone, 390 pixels wide: a real browser, mail server, scheduler, sender."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsletter.day.schedule import Action
from newsletter.model import DeliveryStatus, IssueStatus, Via
from newsletter.serve.processes import find_neighbour
from newsletter.store.acts import list_acts
from newsletter.store.deliveries import count_deliveries
from newsletter.store.issues import StoredIssue, load_issue
from newsletter.store.mutes import list_mutes
from newsletter.wiring import Installation
from tests.desk.signed_in import EDITOR, Desk, make_desk, text_of
from tests.desk.studio_site import KEY, save_busy
from tests.desk.test_mail_acts import COMPOSED_AT
from tests.desk.test_on_a_phone import SlowInbox, sending
from tests.desk.test_two_taps import fits, phone
from tests.support.app_factory import make_app, subscribe
from tests.support.free_port import free_port
from tests.support.smtp_peer import listening
from tests.support.waking import wake
from tests.support.web_browser import PHONE, needs_browser, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = needs_browser
READERS = {f"reader{number}@example.org" for number in range(9)}
LATER = "later@example.org"
WRONG = "The smelting and separation quota rose to 254,000"


@dataclass
class Day:
    """The newsletter on that day, and the server that takes its mail."""

    desk: Desk
    inbox: SlowInbox

    @property
    def app(self) -> Installation:
        return self.desk.app

    @property
    def issue(self) -> StoredIssue:
        found = load_issue(self.app.store, KEY)
        assert found is not None
        return found

    def wake(self) -> Action:
        """What the scheduler does each minute."""
        with ThreadPoolExecutor(1) as own_loop:  # Playwright's loop runs in this thread
            return own_loop.submit(lambda: asyncio.run(wake(self.app.waking))).result().action

    def take_mail(self, who: str, words: str) -> EmailMessage:
        """The mail that somebody gets next, with these words in its subject."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            for to, content in tuple(self.inbox.taken):
                mail = message_from_bytes(content, policy=default)
                if to == who and words in mail["Subject"]:
                    return mail
            time.sleep(0.1)
        raise AssertionError(f"no mail to {who}: {words}")


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    inbox, port = SlowInbox(), free_port()
    inbox.hurry.set()  # the mails to editors
    inbox.refuses.set()
    with listening(inbox) as relay:
        overrides = {
            "newsletter": {"base_url": f"http://127.0.0.1:{port}"},
            "web": {"port": port},
            "schedule": {"approval": "required"},
            "relay": {
                "type": "smtp", "host": "127.0.0.1", "port": relay, "connections": 1, "security": "none",
            },
            "preflight": {"waive": ["trial"]},
        }  # fmt: skip
        desk = make_desk(tmp_path / "data", **overrides)
        desk.clock.now = COMPOSED_AT
        subscribe(desk.app, *READERS, "gone@example.org", LATER)
        save_busy(desk.app)
        sender = make_app(tmp_path / "data", clock=desk.clock, **desk.app.settings.model_dump(mode="json"))
        with (
            sending(sender),
            served(desk.app.web_services, desk.app.settings.web, neighbour=find_neighbour(desk.app)),
        ):
            yield Day(desk=desk, inbox=inbox)
        desk.app.close()


def in_reach(button: Locator) -> bool:
    """Whether a finger finds it without scrolling."""
    box = button.bounding_box()
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= PHONE["height"]


def said(page: Page, words: str) -> None:
    page.locator("#said", has_text=words).wait_for()
    assert fits(page)


def test_an_editors_whole_day_from_the_phone(browser: Browser, day: Day) -> None:
    assert day.wake() is Action.COMPOSE
    with phone(browser, day.desk) as page:
        _comes_in_by_the_morning_mail(page, day)
        _changes_the_issue(page, day)
        _approves_and_sees_it_leave(page, day)
        _stops_it_for_a_wrong_figure(page, day)
        _finds_why_one_reader_did_not_get_it(page, day)
        _sends_to_those_who_missed_it(page, day)
        _mutes_a_source(page, day)
    acts = [act.verb for act in list_acts(day.app.store) if (act.actor, act.via) == (EDITOR, Via.DESK)]
    did = (
        "swapped",
        "moved",
        "moved",
        "moved",
        "wrote",
        "approved",
        "paused",
        "corrected",
        "told",
        "resumed",
        "sent",
        "muted",
    )
    assert tuple(acts[::-1]) == did


def _comes_in_by_the_morning_mail(page: Page, day: Day) -> None:
    mail = day.take_mail(EDITOR, "Waits for your approval")
    page.set_content(text_of(mail, "html"))
    desk = page.get_by_role("link", name="Open the desk")
    assert in_reach(desk)
    desk.tap()
    page.get_by_label("Your address").fill(EDITOR)
    page.get_by_role("button", name="Send me a link").tap()
    link = re.search(r"http://\S+/sign-in/\S+", text_of(day.take_mail(EDITOR, "Sign in")))
    assert link
    page.goto(link[0])
    page.get_by_role("button", name="Open the desk").tap()
    page.wait_for_selector("body[data-ready]")
    assert fits(page)


def _changes_the_issue(page: Page, day: Day) -> None:
    page.get_by_role("link", name="Stories").tap()
    story = next(one for one in day.issue.issue.stories if any("2,080" in h.text for h in one.highlights))
    last = len(story.highlights) - 1
    highlight = page.locator(f'[data-highlight="{story.key}/{last}"]')
    highlight.locator("> summary").tap()
    highlight.get_by_text("Swap, shorten, move, drop").tap()
    choice = highlight.locator(".choice").first
    words = choice.locator("p").inner_text().removesuffix(" a shorter cut")
    choice.get_by_role("button", name="Take this").tap()
    said(page, "The highlight was swapped.")
    page.locator(f'[data-highlight="{story.key}/{last}"] > summary', has_text=words).wait_for()
    assert in_reach(page.locator(f'[data-highlight="{story.key}/{last}"] > summary')), "the page stays there"
    for press, place in (
        ("Up", last - 1),
        ("Down", last),
    ):  # what was moved stays open: the next press moves it again
        page.locator("[data-highlight][open]").get_by_role("button", name=press, exact=True).tap()
        page.locator(f'[data-highlight="{story.key}/{place}"][open] > summary', has_text=words).wait_for()
        said(page, "The highlight was moved.")

    second = day.issue.issue.stories[1].key
    page.locator(f"#up-{second}").tap()
    said(page, "The story was moved.")
    assert day.issue.issue.stories[0].key == second

    page.get_by_text("Subject, preheader, editor’s note").tap()
    page.get_by_label("Editor’s note").fill("The markets are shut today.")
    page.get_by_role("button", name="Save the note").tap()
    said(page, "The note stands on top.")


def _approves_and_sees_it_leave(page: Page, day: Day) -> None:
    approve = page.get_by_role("button", name=re.compile(f"^Approve.* {day.issue.hash[:8]}"))
    approve.wait_for()
    assert in_reach(approve)
    approve.tap()
    page.locator(".chips .good", has_text="approved").wait_for()
    day.inbox.hurry.clear()
    day.desk.clock.forward(minutes=60)
    assert day.wake() is Action.SEND
    page.locator(".chips span", has_text="leaving").wait_for()
    assert page.get_by_text("would keep it back").count() == 0


def _stops_it_for_a_wrong_figure(page: Page, day: Day) -> None:
    assert day.inbox.three.wait(30)
    stop = page.get_by_role("button", name="Stop sending")
    assert in_reach(stop)
    stop.tap()
    page.locator(".chips span", has_text="stopped").wait_for()
    page.get_by_text("Correct it").tap()
    page.get_by_label("Where").select_option(label=f"– {WRONG} tonnes.")
    assert page.get_by_label("What was wrong").input_value() == f"{WRONG} tonnes.", "to be shortened"
    page.get_by_label("What was wrong").fill(f"{WRONG}.")
    page.get_by_label("What is right").fill("It fell to 234,000.")
    page.get_by_role("button", name="Correct", exact=True).tap()
    said(page, "Told by mail")
    page.get_by_role("heading", name="Corrected").wait_for()
    page.get_by_text("Correct it").wait_for()
    assert page.get_by_label("What was wrong").input_value() == "", "no form is left filled in"
    assert page.get_by_label("Where").input_value() == ""
    day.inbox.hurry.set()
    page.get_by_role("button", name="Go on sending").tap()
    page.locator(".chips span", has_text=re.compile("^sent$")).wait_for(timeout=60_000)

    correction = b"We said something wrong"
    had_it = day.inbox.holding(WRONG.encode(), without=correction) - {EDITOR}
    assert 0 < len(had_it) < len(READERS)
    assert day.inbox.holding(correction) == had_it
    assert day.inbox.holding(b"The markets are shut") - {EDITOR} == READERS
    assert day.issue.status is IssueStatus.SENT


def _finds_why_one_reader_did_not_get_it(page: Page, day: Day) -> None:
    page.get_by_role("link", name="Issues").tap()
    page.get_by_role("link", name=day.issue.issue.subject).tap()
    page.get_by_label("Address or name").fill("gone")
    page.get_by_role("button", name="Search").tap()
    page.get_by_role("link", name="gone@example.org").tap()
    page.get_by_text("550 5.1.1 no such user here").first.wait_for()
    assert fits(page)
    counts = count_deliveries(day.app.store, day.issue.record.id)
    assert (counts[DeliveryStatus.SENT], counts[DeliveryStatus.BOUNCED]) == (len(READERS), 2)


def _sends_to_those_who_missed_it(page: Page, day: Day) -> None:
    had = [who for who, _ in day.inbox.taken]
    page.get_by_role("link", name="Back to the issue").tap()
    page.get_by_text("554 5.7.1 not from you, today").wait_for()
    day.inbox.refuses.clear()  # the other side has mended it
    page.get_by_role("button", name="Send to those who missed it").tap()
    page.locator(".said", has_text="Queued once more: 1.").wait_for()
    assert fits(page)
    mail = day.take_mail(LATER, day.issue.issue.subject)
    assert WRONG not in text_of(mail), "as it was put right"
    got = [who for who, _ in day.inbox.taken[len(had) :]]
    assert got == [LATER], "nobody got it twice"


def _mutes_a_source(page: Page, day: Day) -> None:
    page.get_by_role("link", name="Today").tap()
    page.wait_for_selector("body[data-ready]")
    story = page.locator("article.story").first
    story.get_by_text("Mute a source").tap()
    story.get_by_label("Why", exact=True).fill("Too many rumours")
    story.get_by_role("button", name="Mute", exact=True).tap()
    said(page, "from the next issue on")
    page.get_by_text("Too many rumours").wait_for()
    [mute] = list_mutes(day.app.store, day.app.today)
    assert (mute.kind, mute.by) == ("source", EDITOR)
