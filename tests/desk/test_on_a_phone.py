"""An editor's morning on a phone, 390 pixels wide, in a real browser."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from newsletter.day import edit_issue
from newsletter.delivery.plan_issue import plan_issue
from newsletter.delivery.send_waiting import send_waiting
from newsletter.model import IssueKey, IssueStatus
from newsletter.wiring import Installation
from tests.desk.studio_site import DAY, Studio, make_busy_studio, make_studio, served
from tests.support.app_factory import MORNING, subscribe
from tests.support.smtp_peer import listening
from tests.support.web_browser import PHONE, leave_unheard, lend, needs_browser, open_phone

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = needs_browser


class SlowInbox:
    """A real SMTP server that takes its time from the third message on, until it is told not to."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.three = threading.Event()
        self.hurry = threading.Event()
        self.refuses = threading.Event()  # whoever is called "later"

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address.startswith("gone"):
            return "550 5.1.1 no such user here"
        if address.startswith("later") and self.refuses.is_set():
            return "554 5.7.1 not from you, today"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.taken.append((envelope.rcpt_tos[0], envelope.content))
        if len(self.taken) >= 3 and not self.hurry.is_set():
            self.three.set()
            await asyncio.sleep(0.5)
        return "250 taken"

    def holding(self, words: bytes, *, without: bytes | None = None) -> set[str]:
        """Who got a mail with these words, and without those."""
        return {
            who for who, content in self.taken if words in content and not (without and without in content)
        }


@pytest.fixture
def inbox() -> Iterator[tuple[SlowInbox, int]]:
    taking = SlowInbox()
    with listening(taking) as port:
        yield taking, port


@pytest.fixture
def studio(tmp_path: Path, inbox: tuple[SlowInbox, int]) -> Studio:
    relay = {"type": "smtp", "host": "127.0.0.1", "port": inbox[1], "connections": 1, "security": "none"}
    return make_busy_studio(tmp_path / "data", relay=relay)


@contextmanager
def sending(app: Installation) -> Iterator[None]:
    """A sender at work, as `serve` runs one; the installation is closed in the end."""
    ends = threading.Event()

    async def send() -> None:
        stop = asyncio.Event()
        work = asyncio.create_task(send_waiting(app.sending, stop=stop, until_idle=False))
        await asyncio.to_thread(ends.wait)
        stop.set()
        await work

    thread = threading.Thread(target=lambda: asyncio.run(send()))
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join(30)
        app.close()


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Page:
    return open_phone(browser).new_page()


@pytest.fixture
def page(tab: Page, studio: Studio) -> Iterator[Page]:
    broken: list[str] = []
    with served(studio) as url, lend(tab, url, pageerror=lambda error: broken.append(str(error))) as opened:
        opened.wait_for_selector("body[data-ready]")
        yield opened
    assert broken == []


def test_an_editor_swaps_reorders_writes_a_note_and_approves(page: Page, studio: Studio) -> None:
    _, second, _ = (story.key for story in studio.stored.issue.stories)
    at, long = next(
        (n, one) for n, one in enumerate(studio.stored.issue.stories) if one.key.startswith("lynas")
    )
    approve = page.locator("#act-approve")

    def in_reach() -> bool:
        box = approve.bounding_box()
        return box is not None and box["y"] + box["height"] <= PHONE["height"] and box["height"] >= 40

    assert in_reach(), "approving needs no scrolling"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("link", name="Stories").tap()
    last = len(long.highlights) - 1  # nothing leans on it
    highlight = page.locator(f'[data-highlight="{long.key}/{last}"]')
    highlight.locator("> summary").tap()
    highlight.get_by_text("Swap, shorten, move, drop").tap()
    choice = highlight.locator(".choice").first
    words = choice.locator("p").inner_text().removesuffix(" a shorter cut")
    choice.get_by_role("button", name="Take this").tap()
    page.locator(f'[data-highlight="{long.key}/{last}"] > summary', has_text=words).wait_for()
    assert studio.stored.issue.stories[at].highlights[last].text != long.highlights[last].text

    page.locator(f"#up-{second}").tap()
    page.locator(f"#story-{second}:first-of-type").wait_for()
    assert studio.stored.issue.stories[0].key == second

    page.get_by_text("Subject, preheader, editor’s note").tap()
    page.get_by_label("Editor’s note").fill("The markets are shut today.")
    page.get_by_role("button", name="Save the note").tap()
    page.frame_locator('iframe[title="Phone"]').get_by_text("The markets are shut today.").wait_for()

    assert in_reach(), "nor far down the page"
    seen = studio.stored.hash
    page.locator(f'[data-hash="{seen}"]').wait_for(state="attached")
    page.get_by_role("button", name=re.compile(f"^Approve.* {seen[:8]}")).tap()
    page.locator(".chips .good", has_text="approved").wait_for()
    assert studio.stored.record.approved_hash == seen


def test_an_editor_who_is_up_before_the_hour_composes_it(browser: Browser, tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "data", compose=False)
    studio.clock.now = MORNING.replace(hour=5)
    page = open_phone(browser).new_page()
    with served(studio) as url:
        page.goto(url)
        page.wait_for_selector("body[data-ready]")
        page.get_by_role("button", name="Compose it now").tap()
        page.get_by_role("button", name=re.compile("^Approve.* [0-9a-f]{8}$")).wait_for()
        assert not page.get_by_role("button", name="Compose it now").is_visible()
        page.context.close()
    studio.bench.close()


def test_an_editor_stops_a_send_in_the_middle_corrects_a_figure_and_lets_it_go_on(
    page: Page, studio: Studio, inbox: tuple[SlowInbox, int]
) -> None:
    taking, _ = inbox
    wrong = b"rose to 254,000"  # of the top story: the lines above the stories follow
    readers = {f"reader{number}@example.org" for number in range(9)}
    app = studio.open()
    subscribe(app, *readers)
    key = IssueKey(date=DAY)
    edit_issue.approve_issue(app.store, key, studio.stored.hash, app.clock())
    plan_issue(app.store, app.settings, key, app.clock())
    app.close()
    with sending(studio.open()):
        assert taking.three.wait(30)
        stop = page.get_by_role("button", name="Stop sending")
        stop.wait_for()
        box = stop.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= PHONE["height"], "in reach without scrolling"
        stop.tap()
        page.get_by_role("button", name="Go on sending").wait_for()
        page.get_by_text("Correct it").tap()
        page.get_by_label("Where").select_option(
            label="– The smelting and separation quota rose to 254,000 tonnes."
        )
        page.get_by_label("What was wrong").fill("The quota rose to 254,000.")
        page.get_by_label("What is right").fill("It fell to 234,000.")
        page.get_by_role("button", name="Correct", exact=True).tap()
        page.locator("#said", has_text="Told by mail").wait_for()
        page.get_by_role("heading", name="Corrected").wait_for()
        got_wrong = taking.holding(wrong, without=b"We said something wrong")
        taking.hurry.set()
        page.get_by_role("button", name="Go on sending").tap()
        page.locator(".chips span", has_text="sent").wait_for(timeout=60_000)
    told = taking.holding(b"We said something wrong")
    assert 3 <= len(got_wrong) < len(readers)
    assert told == got_wrong
    assert len(taking.taken) == len(readers) + len(told)
    rest = [content for who, content in taking.taken if who in readers - got_wrong]
    assert len(rest) == len(readers - got_wrong)
    assert not any(wrong in content for content in rest)


def test_an_editor_mutes_a_source_and_takes_it_back(page: Page, studio: Studio) -> None:
    story = page.locator("article.story").first
    story.get_by_text("Mute a source").tap()
    story.get_by_label("Why", exact=True).fill("Too many rumours")
    story.get_by_role("button", name="Mute", exact=True).tap()
    page.get_by_role("heading", name="Muted").wait_for()
    page.get_by_text("Too many rumours").wait_for()
    page.get_by_role("button", name="Take it back").tap()
    page.get_by_role("heading", name="Muted").wait_for(state="detached")
    assert studio.stored.change == "composed", "it is for the next issue"


def test_what_the_gate_refuses_stays_as_it_was_typed_with_the_reason_beside_it(
    page: Page, studio: Studio
) -> None:
    key = studio.stored.issue.stories[0].key
    highlight = page.locator(f'[data-highlight="{key}/0"]')
    highlight.locator("> summary").tap()
    highlight.get_by_text("In your words").tap()
    area = highlight.get_by_role("textbox")
    area.fill("Lynas made 9,999 tonnes of NdPr oxide.")
    highlight.get_by_role("button", name="Save the words").tap()
    highlight.get_by_role("alert").get_by_text("9,999").wait_for()
    assert area.input_value() == "Lynas made 9,999 tonnes of NdPr oxide."


def test_the_second_of_two_editors_is_told_what_changed_until_it_is_tapped_away(
    page: Page, studio: Studio
) -> None:
    leave_unheard(page)
    page.get_by_text("Subject, preheader, editor’s note").tap()
    note = page.get_by_label("Editor’s note")
    note.fill("Mine.")
    app = studio.open()
    edit_issue.set_preheader(app.freezing, IssueKey(date=DAY), "Theirs comes first", app.clock())
    app.close()
    page.get_by_role("button", name="Save the note").tap()
    said = page.locator("#said.on", has_text="“Theirs comes first”")
    said.wait_for()
    page.wait_for_timeout(5000)
    assert said.is_visible()
    assert note.input_value() == "Mine."
    assert studio.stored.issue.editors_note is None
    said.tap()
    said.wait_for(state="hidden")


def test_an_act_without_a_connection_is_told_and_can_be_done_again(page: Page, studio: Studio) -> None:
    page.route("**/act", lambda route: route.abort())
    approve = page.locator("#act-approve")
    approve.tap()
    page.locator("#said.on", has_text="does not answer").wait_for()
    page.get_by_text("Subject, preheader, editor’s note").tap()
    page.get_by_label("Editor’s note").fill("Mine.")
    page.get_by_role("button", name="Save the note").tap()
    page.locator("button:enabled", has_text="Save the note").wait_for()
    page.unroute("**/act")
    page.get_by_role("button", name="Save the note").tap()
    page.locator("#said", has_text="The note stands on top.").wait_for()
    page.get_by_role("button", name=re.compile(f"^Approve.* {studio.stored.hash[:8]}")).tap()
    page.locator(".chips .good", has_text="approved").wait_for()


def test_an_issue_is_given_up_once_that_is_sure(page: Page, studio: Studio) -> None:
    page.get_by_role("link", name="Stories").tap()
    page.get_by_text("Give it up").tap()
    sure, give_up = page.get_by_label("I am sure"), page.get_by_role("button", name="Give up No. 1")
    box = sure.bounding_box()
    assert box is not None
    assert max(box["width"], box["height"]) < 30, "a tick beside its words"
    give_up.tap()
    before = studio.stored.status
    sure.tap()
    give_up.tap()
    page.locator("#said", has_text="The issue is given up").wait_for()
    assert [before, studio.stored.status] == [IssueStatus.COMPOSED, IssueStatus.CANCELLED], (
        "not without the tick"
    )
    page.locator(".chips span", has_text="cancelled").wait_for()


def test_a_wide_view_is_made_small_and_not_cut(page: Page) -> None:
    page.get_by_role("button", name="Phone", exact=True).tap()
    page.get_by_role("button", name="Desktop", exact=True).tap()
    frame = page.locator('iframe[title="Desktop"]')
    frame.wait_for()
    box = frame.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert frame.evaluate("frame => frame.contentWindow.innerWidth") >= 590


def test_a_broken_template_is_told_once_and_the_last_good_view_stays(page: Page, studio: Studio) -> None:
    view = page.frame_locator('iframe[title="Phone"]').locator("h2, h3, li", has_text="Lynas").first
    view.wait_for()  # the good view that is to stay
    path = studio.data / "templates" / "email" / "issue.html"
    path.parent.mkdir(parents=True)
    path.write_text("{% if %}", encoding="utf-8")
    fault = page.get_by_role("alert").filter(has_text="issue.html")
    fault.wait_for()
    assert str(path) in fault.inner_text(), "the whole path"
    assert page.get_by_text("issue.html").count() == 1, "told once"
    view.wait_for()
    page.locator("article.story").first.wait_for()
    path.unlink()
    fault.wait_for(state="hidden")
