"""An editor's morning on a phone, 390 pixels wide, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.desk.studio_site import Studio, make_busy_studio, served
from tests.support.web_browser import CHROMIUM, FLAGS, needs_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = needs_browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return make_busy_studio(tmp_path / "data")


@pytest.fixture
def page(browser: Browser, studio: Studio) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]  # a dict does
    opened = context.new_page()
    broken: list[str] = []
    opened.on("pageerror", lambda error: broken.append(str(error)))
    with served(studio) as url:
        opened.goto(url)
        opened.wait_for_selector("body[data-ready]")
        yield opened
        context.close()
    assert broken == []


def test_an_editor_swaps_reorders_writes_a_note_and_approves(page: Page, studio: Studio) -> None:
    first, second, _ = (story.key for story in studio.stored.issue.stories)
    approve = page.locator("#act-approve")

    def in_reach() -> bool:
        box = approve.bounding_box()
        return box is not None and box["y"] + box["height"] <= PHONE["height"] and box["height"] >= 40

    assert in_reach(), "approving needs no scrolling"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("link", name="Stories").tap()
    highlight = page.locator(f'[data-highlight="{first}/0"]')
    old = studio.stored.issue.stories[0].highlights[0]
    highlight.locator("> summary").tap()
    highlight.get_by_text("Another sentence").tap()
    choice = highlight.locator(".choice").first
    words = choice.locator("p").inner_text().removesuffix(" a shorter cut")
    choice.get_by_role("button", name="Take this").tap()
    page.locator(f'[data-highlight="{first}/0"] > summary', has_text=words).wait_for()
    assert studio.stored.issue.stories[0].highlights[0].text != old.text

    page.locator(f"#up-{second}").tap()
    page.locator(f"#story-{second} + #story-{first}").wait_for()
    assert studio.stored.issue.stories[0].key == second

    page.get_by_text("Subject, preheader, editor’s note").tap()
    page.get_by_label("Editor’s note").fill("The markets are shut today.")
    page.get_by_role("button", name="Save the note").tap()
    page.frame_locator('iframe[title="Phone"]').get_by_text("The markets are shut today.").wait_for()

    assert in_reach(), "nor far down the page"
    seen = studio.stored.hash
    page.locator(f'[data-hash="{seen}"]').wait_for(state="attached")
    page.get_by_role("button", name=f"Approve {seen[:8]}").tap()
    page.locator(".chips .good", has_text="approved").wait_for()
    assert studio.stored.record.approved_hash == seen


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
    path = studio.data / "templates" / "email" / "issue.html"
    path.parent.mkdir(parents=True)
    path.write_text("{% if %}", encoding="utf-8")
    fault = page.get_by_role("alert").filter(has_text="issue.html")
    fault.wait_for()
    assert str(path) in fault.inner_text(), "the whole path"
    assert page.get_by_text("issue.html").count() == 1, "told once"
    page.frame_locator('iframe[title="Phone"]').get_by_text("Lynas").first.wait_for()
    page.locator("article.story").first.wait_for()
    path.unlink()
    fault.wait_for(state="hidden")
