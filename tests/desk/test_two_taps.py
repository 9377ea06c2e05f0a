"""An editor's first morning on a phone, 390 pixels wide: signs in by mail, approves by two taps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from newsletter.model import BY_COMMAND, Via
from newsletter.serve.processes import find_neighbour
from newsletter.store.acts import list_acts
from newsletter.store.issues import load_issue
from newsletter.store.sessions import end_sessions, list_sessions
from tests.desk.signed_in import EDITOR, Desk, make_desk, text_of
from tests.desk.test_mail_acts import COMPOSED_AT, KEY, ask, compose
from tests.support.free_port import free_port
from tests.support.web_browser import PHONE, find_faults, needs_browser, open_phone, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = needs_browser
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    made = make_desk(
        tmp_path / "data",
        newsletter={"base_url": base},
        web={"port": port},
        schedule={"approval": "required"},
    )
    made.clock.now = COMPOSED_AT
    with ThreadPoolExecutor(1) as own_loop:  # Playwright's loop runs in this thread
        own_loop.submit(compose, made).result()
    with served(made.app.web_services, made.app.settings.web, neighbour=find_neighbour(made.app)):
        yield made
    made.app.close()


@contextmanager
def phone(browser: Browser, desk: Desk, *, bypass: bool = False) -> Iterator[Page]:
    """A phone that tells of every request to somebody else, and of every script that breaks."""
    context = open_phone(browser, bypass_csp=bypass)
    page = context.new_page()
    base, wrong = desk.app.settings.newsletter.base_url, list[str]()
    page.on("request", lambda r: wrong.append(r.url) if not r.url.startswith((base, "data:")) else None)
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong == []


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def take_link(desk: Desk) -> str:
    [mail] = desk.take_mails()
    found = re.search(r"http://\S+/sign-in/\S+", text_of(mail))
    assert found
    return found[0]


def test_signing_in_from_a_phone(browser: Browser, desk: Desk) -> None:
    with phone(browser, desk) as page:
        page.goto(f"{desk.app.settings.desk_url}/")
        assert page.url.endswith("/desk/sign-in")
        assert fits(page)
        page.get_by_label("Your address").fill(EDITOR)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Look into your inbox").wait_for()
        page.goto(take_link(desk))
        assert list_sessions(desk.app.store, desk.clock())[0].scope == "link"
        page.get_by_role("button", name="Open the desk").tap()
        page.wait_for_selector("body[data-ready]")
        assert fits(page)
        assert page.get_by_role("link", name="Today").get_attribute("aria-current") == "page"
        assert page.get_by_role("link", name="Readers").count() == 0, "an editor's desk has no readers"
        page.frame_locator('iframe[title="Phone"]').locator("body", has_text="Baogang").wait_for()
        page.get_by_role("button", name="Sign out").tap()
        page.get_by_role("heading", name="Signed out").wait_for()
        page.goto(f"{desk.app.settings.desk_url}/")
        assert page.url.endswith("/desk/sign-in")


def test_who_was_signed_out_meanwhile_is_told_so(browser: Browser, desk: Desk) -> None:
    page = open_phone(browser).new_page()
    page.goto(f"{desk.app.settings.desk_url}/sign-in")
    page.get_by_label("Your address").fill(EDITOR)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Look into your inbox").wait_for()
    page.goto(take_link(desk))
    page.get_by_role("button", name="Open the desk").tap()
    page.wait_for_selector("body[data-ready]")
    assert end_sessions(desk.app.store, BY_COMMAND, desk.clock()) == 1
    page.locator("#act-approve").tap()
    page.locator("#said.on", has_text="Sign in again").wait_for()
    page.get_by_role("alert").filter(has_text="signed out").wait_for()
    page.context.close()


def test_approving_from_the_mail_takes_two_taps(browser: Browser, desk: Desk, tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as own_loop:
        [mail] = own_loop.submit(ask, desk).result()
    shown = tmp_path / "mail.html"
    shown.write_text(text_of(mail, "html"), encoding="utf-8")
    context = open_phone(browser)
    page = context.new_page()
    page.goto(shown.as_uri())
    assert fits(page)
    approve = page.get_by_role("link", name="Approve")
    box = approve.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < PHONE["height"], "no scrolling"
    assert box["height"] >= 44, "a finger's width"
    approve.tap()
    button = page.get_by_role("button", name="Approve")
    button.wait_for()
    assert fits(page)
    assert page.get_by_text(f"This link is {EDITOR}’s").count() == 1
    button.tap()
    page.get_by_role("heading", name="Approved: No. 1").wait_for()
    assert context.cookies() == []
    context.close()
    stored = load_issue(desk.app.store, KEY)
    assert stored is not None
    assert stored.record.approved_hash == stored.hash
    assert list_acts(desk.app.store)[0].via is Via.MAIL


def test_each_page_before_the_door_is_accessible_in_light_and_dark(browser: Browser, desk: Desk) -> None:
    with ThreadPoolExecutor(1) as own_loop:
        [mail] = own_loop.submit(ask, desk).result()
    act = re.search(r"http://\S+/act/hold/\S+", text_of(mail))
    assert act
    found: list[tuple[str, list[str]]] = []
    with phone(browser, desk, bypass=True) as page:

        def look() -> None:
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                found.append((f"{page.title()}, {scheme}", find_faults(page)))

        page.goto(f"{desk.app.settings.desk_url}/sign-in")
        look()
        page.get_by_label("Your address").fill(EDITOR)
        page.get_by_role("button", name="Send me a link").click()
        look()
        page.goto(take_link(desk))
        look()
        page.goto(act[0])
        look()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Held: No. 1").wait_for()
        look()
    assert [(title, faults) for title, faults in found if faults] == []
