"""The studio in a real browser: each switch, the live reload, why, the actions, the checks, the keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from newsletter.day import edit_issue
from newsletter.model import IssueKey, Publisher, Source, SourceKey, SourceType
from tests.desk.studio_site import DAY, Studio, make_studio, served
from tests.support.web_browser import find_faults, leave_unheard, lend, needs_browser

KEY = IssueKey(date=DAY)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Error, FrameLocator, Page, Request

EXPECTED = re.compile(r"\b(?:409|422)\b")  # refused by us: told on the page
pytestmark = needs_browser
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return make_studio(tmp_path / "data")


@pytest.fixture
def page(tab: Page, studio: Studio) -> Iterator[Page]:
    wrong: list[str] = []
    with served(studio) as url:
        base = url.rsplit("/", 2)[0]

        def note_request(request: Request) -> None:
            if not request.url.startswith((base, "data:", "about:")):
                wrong.append(request.url)

        def note_message(message: ConsoleMessage) -> None:
            if message.type == "error" and not EXPECTED.search(message.text):
                wrong.append(message.text)

        def note_error(error: Error) -> None:
            wrong.append(str(error))

        with lend(tab, url, request=note_request, console=note_message, pageerror=note_error) as opened:
            opened.wait_for_selector("body[data-ready]")
            yield opened
    assert wrong == [], "nothing is asked of others, and no script breaks"


def frame(page: Page, name: str) -> FrameLocator:
    page.locator(f'iframe[title="{name}"][data-ready]').wait_for(state="attached")
    return page.frame_locator(f'iframe[title="{name}"]')


def test_every_view_is_a_switch_that_needs_no_reload(page: Page) -> None:
    page.evaluate("window.same = true")
    titles = {
        "Desktop": "Desktop", "Phone": "Phone", "Dark": "Dark", "Forced dark": "Forced dark",
        "Outlook-like": "Outlook-like", "Images off": "Images off", "Plain text": "Plain text",
        "Source": "Source and headers",
    }  # fmt: skip
    for label, title in titles.items():
        button = page.get_by_role("button", name=label, exact=True)
        if button.get_attribute("aria-pressed") == "false":
            button.click()
        assert button.get_attribute("aria-pressed") == "true"
        frame(page, title).locator("body", has_text="Baogang").wait_for()
        button.click()
        assert page.locator(f'iframe[title="{title}"]').is_hidden()
    assert page.get_by_text("No view is chosen").is_visible()
    page.keyboard.press("3")
    page.keyboard.press("8")
    grounds = frame(page, "Dark").locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert grounds == "rgb(20, 18, 16)"
    assert frame(page, "Source and headers").get_by_text("List-Unsubscribe-Post").count() == 1
    assert page.evaluate("window.same")


def test_the_slider_sets_the_width_of_the_desktop(page: Page) -> None:
    page.get_by_label("Width").fill("320")
    assert page.locator('iframe[title="Desktop"]').evaluate("frame => frame.contentWindow.innerWidth") == 320
    page.locator("body").press("]")
    assert page.locator("#pixels").inner_text() == "340 px"
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert page.locator("#pixels").inner_text() == "340 px", "a reload keeps how the page was laid out"


def test_a_saved_template_theme_or_setting_shows_in_a_moment(page: Page, studio: Studio) -> None:
    templates = studio.data / "templates"
    for path, text, seen in (
        (templates / "theme.toml", 'wordmark = "Magnets Weekly"\n', "Magnets Weekly"),
        (templates / "theme.toml", 'wordmark = "Magnets Monthly"\n', "Magnets Monthly"),
        (
            studio.data / "config" / "newsletter.toml",
            '[newsletter]\nwhy = "Because you asked."\n',
            "Because you asked.",
        ),
    ):
        path.write_text(text, encoding="utf-8")
        frame(page, "Desktop").get_by_text(seen).first.wait_for(timeout=10_000)
    assert page.get_by_text("differs from the frozen content").is_visible()
    (templates / "theme.toml").write_text("wordmark = \n", encoding="utf-8")
    fault = page.get_by_role("alert")
    fault.get_by_text(re.compile("theme.toml")).wait_for()
    (templates / "theme.toml").unlink()
    page.get_by_text("Rare Earth Daily").first.wait_for()
    page.locator("#fault").wait_for(state="hidden")


def test_a_click_on_a_highlight_shows_the_sentence_marked_in_its_article(page: Page, studio: Studio) -> None:
    highlight = studio.stored.issue.stories[0].highlights[1]
    frame(page, "Desktop").locator("li").nth(1).click()
    mark = page.locator("[data-highlight][open] mark").first
    mark.wait_for()
    assert mark.inner_text() == highlight.citation.sentence
    assert page.locator("[data-highlight][open] .ok").inner_text() == "passed"
    frame(page, "Phone").locator("h3 a").click()
    page.locator(".why[open]").get_by_text("publisher").first.wait_for()
    page.locator("#said").get_by_text("This link opens").wait_for()
    page.get_by_text("What nearly made it").first.click()
    page.locator(".misses, .near .hush").first.wait_for()


def test_the_keyboard_walks_the_highlights_and_lists_itself(page: Page, studio: Studio) -> None:
    count = len(studio.stored.issue.stories[0].highlights)
    for number in (*range(count), 0):
        page.keyboard.press("j")
        page.locator(f'[data-highlight$="/{number}"][open]').wait_for()
    page.keyboard.press("k")
    page.locator(f'[data-highlight$="/{count - 1}"][open]').wait_for()
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keyboard").is_visible()
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    page.keyboard.press("c")
    page.get_by_role("heading", name="What to do").wait_for()
    page.get_by_role("tab", name="Checks").press("ArrowRight")
    page.get_by_role("heading", name=f"Replay of {DAY}").wait_for()
    page.get_by_role("button", name="Show the replay").click()
    page.get_by_role("button", name="Show the frozen one").wait_for()
    page.keyboard.press("f")
    assert page.get_by_label("Show").input_value() == "frozen"


def test_an_editor_holds_retitles_and_approves_what_is_on_the_page(page: Page, studio: Studio) -> None:
    page.get_by_role("button", name="Hold").click()
    page.get_by_role("button", name="Release").wait_for()
    assert studio.stored.record.held
    page.get_by_role("button", name="Release").click()
    # The panel is new then: what was typed into the old one is gone.
    page.get_by_role("button", name="Hold").wait_for()
    page.get_by_text("Subject, preheader, editor’s note").click()
    page.get_by_label("Subject").fill("Baogang maps its deposit")
    page.get_by_role("button", name="Retitle", exact=True).click()
    page.locator("#subject", has_text="Baogang maps its deposit").wait_for()
    seen = studio.stored.hash
    page.locator(f'[data-hash="{seen}"]').wait_for(state="attached")  # the panel comes after the head
    page.get_by_role("button", name=re.compile(f"^Approve.* {seen[:8]}")).click()
    page.locator(".chips .good", has_text="approved").wait_for()
    assert studio.stored.record.approved_hash == seen


def test_a_decision_on_what_is_no_longer_there_is_refused(page: Page, studio: Studio) -> None:
    leave_unheard(page)
    app = studio.open()
    edit_issue.retitle_issue(app.editing, KEY, "Changed by another", app.clock())
    app.close()
    page.get_by_role("button", name="Hold").click()
    page.locator("#said", has_text="no longer the one you looked at").wait_for()
    assert not studio.stored.record.held
    page.locator("#subject", has_text="Changed by another").wait_for()


def test_the_checks_say_what_to_do_and_show_the_size(page: Page) -> None:
    page.get_by_role("tab", name="Checks").click()
    page.get_by_role("heading", name="Nothing keeps it back").wait_for()
    meter = page.get_by_role("meter")
    assert 5_000 < float(meter.evaluate("bar => bar.value")) < 95_000
    assert page.locator(".findings .warn").count() > 0
    page.get_by_role("button", name="Also ask DNS").click()
    page.locator(".findings", has_text="DNS was not asked").wait_for()


def test_a_test_goes_to_one_address_and_the_html_to_the_clipboard(page: Page, studio: Studio) -> None:
    page.keyboard.press("t")
    page.get_by_label("Address").fill("me@example.org")
    page.get_by_role("button", name="Send", exact=True).click()
    page.locator("#said", has_text="Sent to me@example.org").wait_for()
    assert len(list((studio.data / "outbox").glob("*.eml"))) == 1
    page.get_by_role("button", name="Copy the HTML").click()
    page.locator("#said", has_text="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("<!")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the .eml").click()
    assert download.value.suggested_filename == f"issue-{DAY}.eml"


def test_sample_content_holds_the_hardest_cases_and_no_script_of_it_runs(page: Page) -> None:
    page.get_by_label("Show").select_option("sample-0")
    frame(page, "Desktop").get_by_text("稀土出口管制").first.wait_for()
    page.get_by_text("A sample: there is nothing").wait_for()
    assert page.get_by_role("button", name="Hold").count() == 0


def test_the_page_is_accessible_in_light_and_dark(browser: Browser, studio: Studio) -> None:
    # Without motion nothing fades, which axe would take for pale.
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    found = {}
    with served(studio) as url:
        for width in (1440, 900):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(url)
            page.wait_for_selector("body[data-ready]")
            for tab in ("Stories", "Checks", "Replay", "Send"):
                page.get_by_role("tab", name=tab).click()
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)
                    found[width, tab, scheme] = find_faults(page)
        context.close()
    assert {place: faults for place, faults in found.items() if faults} == {}


def test_where_nothing_can_be_shown_no_frame_stands_empty_and_what_to_do_is_said(
    browser: Browser, tmp_path: Path
) -> None:
    own = Source(
        key=SourceKey("own"),
        type=SourceType.FEED,
        location="https://own.example/feed",
        publisher=Publisher(name="Own"),
    )
    bare = make_studio(tmp_path / "data", compose=False, sources=(own,))
    with served(bare) as url:
        page = browser.new_page()
        try:
            page.goto(url)
            page.wait_for_selector("body[data-ready]")
            assert "“Compose it now” reads them" in page.get_by_role("alert").inner_text()
            assert page.get_by_role("button", name="Compose it now").is_visible()
            assert not any(frame.is_visible() for frame in page.locator("iframe").all())
            page.get_by_label("Show").select_option("sample-0")
            page.locator('iframe[title="Desktop"]').wait_for()
        finally:
            page.close()
