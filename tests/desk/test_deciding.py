"""An editor decides in the studio, by mouse and keyboard, on an issue of several stories; in two browsers."""

from __future__ import annotations

import email
import os
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from newsletter.day import edit_issue
from newsletter.errors import InputError
from newsletter.model import IssueKey, IssueStatus
from newsletter.store.issues import change_issue, open_issue
from tests.desk.studio_site import DAY, Studio, make_busy_studio, served
from tests.support.smtp_peer import listening
from tests.support.web_browser import lend, needs_browser
from tests.web.marionette import FIREFOX, open_firefox

KEY = IssueKey(date=DAY)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = needs_browser


class Inbox:
    """Takes what a real SMTP client hands over."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.taken.append((envelope.rcpt_tos, envelope.content))
        return "250 taken by the inbox"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    taking = Inbox()
    with listening(taking) as port:
        yield taking, port


@pytest.fixture
def studio(tmp_path: Path, inbox: tuple[Inbox, int]) -> Studio:
    relay = {"type": "smtp", "host": "127.0.0.1", "port": inbox[1]}
    return make_busy_studio(tmp_path / "data", relay=relay)


@pytest.fixture
def page(tab: Page, studio: Studio) -> Iterator[Page]:
    with served(studio) as url, lend(tab, url) as opened:
        opened.wait_for_selector("body[data-ready]")
        yield opened


def _keys(studio: Studio) -> list[str]:
    return [story.key for story in studio.stored.issue.stories]


def _seen_hash(page: Page) -> str | None:
    return page.locator("[data-hash]").get_attribute("data-hash")


def _wait_for_hash(page: Page, studio: Studio) -> str:
    page.locator(f'[data-hash="{studio.stored.hash}"]').wait_for()
    return studio.stored.hash


def test_each_click_changes_the_issue_and_the_hash_in_sight(page: Page, studio: Studio) -> None:
    first, second, third = _keys(studio)
    hashes = [_wait_for_hash(page, studio)]

    page.locator(f"#pin-{third}").click()
    page.locator(f"#story-{third} .kicker", has_text="pinned").wait_for()
    assert _keys(studio)[0] == third
    hashes.append(_wait_for_hash(page, studio))

    page.locator(f"#drop-{second}").click()
    page.locator(f"#story-{second}").wait_for(state="detached")
    assert second not in _keys(studio)
    hashes.append(_wait_for_hash(page, studio))

    fresh = next(story for story in studio.stored.selection if not story.kept)
    page.locator(f"#pin-{fresh.key}").click()
    page.locator(f"article#story-{fresh.key}").wait_for()
    assert studio.stored.issue.stories[0].key == fresh.key
    hashes.append(_wait_for_hash(page, studio))

    story = page.locator(f"#story-{first}")
    story.get_by_text("Headline, section").click()
    story.get_by_label("Headline").fill("Lynas makes more")
    story.get_by_role("button", name="Save", exact=True).click()
    story.locator("h3", has_text="Lynas makes more").wait_for()
    hashes.append(_wait_for_hash(page, studio))
    page.frame_locator('iframe[title="Desktop"]').locator("h3", has_text="Lynas makes more").wait_for()

    page.get_by_role("button", name="Hold").click()
    page.locator(".chips span.warn", has_text="held").wait_for()
    assert studio.stored.record.held
    page.get_by_role("button", name="Release").click()
    page.locator(".chips span.warn", has_text="held").wait_for(state="detached")
    assert _seen_hash(page) == hashes[-1], "holding and releasing change no content"

    page.get_by_role("button", name=re.compile(f"^Approve.* {hashes[-1][:8]}")).click()
    page.locator(".chips .good", has_text="approved").wait_for()
    assert studio.stored.record.approved_hash == hashes[-1]
    assert len(set(hashes)) == len(hashes), "each change is another content"
    assert page.locator(".events li").count() >= len(hashes)


def test_a_corrected_template_is_frozen_anew_and_takes_back_the_approval(page: Page, studio: Studio) -> None:
    page.get_by_role("button", name="Approve").click()
    page.locator(".chips .good", has_text="approved").wait_for()
    before = studio.stored.hash
    assert page.locator("#act-refreeze").count() == 0, "nothing differs yet"
    (studio.data / "templates" / "theme.toml").write_text('wordmark = "Magnets Weekly"\n', encoding="utf-8")
    page.locator("#act-refreeze").click()
    page.locator("#said", has_text="Frozen anew").wait_for()
    after = _wait_for_hash(page, studio)
    assert after != before
    assert "Magnets Weekly" in studio.stored.rendered.html
    assert studio.stored.record.approved_hash != after
    page.locator(".chips .good", has_text="approved").wait_for(state="detached")


def test_what_has_begun_to_leave_is_never_frozen_anew(tmp_path: Path) -> None:
    studio = make_busy_studio(tmp_path / "data")
    app = studio.open()
    with pytest.raises(InputError, match="frozen already"):
        edit_issue.refreeze_issue(app.freezing, KEY, app.clock())
    (studio.data / "templates" / "theme.toml").write_text('wordmark = "Magnets Weekly"\n', encoding="utf-8")
    change_issue(
        app.store, KEY, "sending", app.clock(), where=[IssueStatus.COMPOSED], status=IssueStatus.FROZEN.value
    )
    app.close()
    app = studio.open()
    before = open_issue(app.store, KEY).hash
    with pytest.raises(InputError, match="cannot be frozen anew") as caught:
        edit_issue.refreeze_issue(app.freezing, KEY, app.clock())
    assert caught.value.hint
    assert open_issue(app.store, KEY).hash == before
    app.close()
    studio.bench.close()


def test_a_click_shows_why_the_sentence_the_story_and_what_stayed_out(page: Page, studio: Studio) -> None:
    lynas = next(story for story in studio.stored.issue.stories if "Lynas" in story.headline)
    frame = page.frame_locator('iframe[title="Desktop"][data-ready]')
    frame.locator("li", has_text="Lynas Rare Earths said it had produced").first.click()
    opened = page.locator("[data-highlight][open]")
    opened.locator("mark").first.wait_for()
    assert opened.locator("mark").first.inner_text() == lynas.highlights[0].citation.sentence
    assert opened.locator(".ok").inner_text() == "passed"
    frame.locator("h3 a", has_text=lynas.headline).click()
    why = page.locator(f"#story-{lynas.key} .why[open]")
    why.wait_for()
    assert re.search(r"score \d+\.\d\d", page.locator(f"#story-{lynas.key} .kicker").inner_text())
    for reference in lynas.references:
        assert reference.publisher.name in why.inner_text()
    assert len(lynas.references) == 2
    assert why.locator("li").count() > len(lynas.references), "its reasons stand there too"
    out = page.locator(".out")
    stayed = next(story for story in studio.stored.selection if not story.kept)
    assert stayed.articles[0].title in out.inner_text()
    assert re.search(r"score \d+\.\d\d · \S", out.inner_text()), "what stayed out says why"


def test_a_test_mail_a_file_and_the_html_are_the_content_on_the_page(
    page: Page, studio: Studio, inbox: tuple[Inbox, int]
) -> None:
    page.keyboard.press("t")
    page.get_by_label("Address").fill("me@example.org")
    page.get_by_role("button", name="Send", exact=True).click()
    page.locator("#said", has_text="taken by the inbox").wait_for()
    ((recipients, content),) = inbox[0].taken
    assert recipients == ["me@example.org"]
    sent = email.message_from_bytes(content, _class=EmailMessage, policy=email.policy.default)
    assert studio.stored.issue.subject in str(sent["Subject"])
    with page.expect_download() as download:
        page.keyboard.press("d")
    saved = email.message_from_bytes(
        Path(download.value.path()).read_bytes(), _class=EmailMessage, policy=email.policy.default
    )
    bodies = [message.get_body(("plain",)) for message in (sent, saved)]
    texts = [re.sub(r"/[pu]/\S+", "", body.get_content()) for body in bodies if body is not None]
    assert len(texts) == 2
    assert texts[0].split() == texts[1].split()
    page.keyboard.press("h")
    page.locator("#said", has_text="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == studio.stored.rendered.html


def test_a_replay_shows_what_todays_settings_change(browser: Browser, tmp_path: Path) -> None:
    studio = make_busy_studio(tmp_path / "data")
    (studio.data / "config").mkdir(exist_ok=True)
    studio.bench.close()
    studio.overrides["editorial"] = {"max_stories": 2}
    studio.bench = type(studio.bench)(studio.open)
    opened = browser.new_page()
    with served(studio) as url:
        opened.goto(f"{url}#tab=replay")
        difference = opened.locator("#difference")
        difference.get_by_text("removed").wait_for()
        assert "What differs" in difference.inner_text()
        opened.keyboard.press("s")
        opened.locator("article.story").first.wait_for()
        opened.close()
    assert studio.stored.change == "composed", "a replay writes nothing"


@pytest.mark.skipif(FIREFOX is None and not os.environ.get("CI"), reason="Firefox is not installed")
def test_firefox_shows_switches_reloads_explains_and_decides(tmp_path: Path) -> None:
    studio = make_busy_studio(tmp_path / "data")
    with served(studio) as url, open_firefox(tmp_path / "profile") as firefox:
        firefox.do("WebDriver:SetWindowRect", width=1440, height=900)
        firefox.do("WebDriver:Navigate", url=url)
        firefox.find("body[data-ready]")
        for view, title in (("dark", "Dark"), ("outlook", "Outlook-like"), ("text", "Plain text")):
            firefox.click(f'[data-toggle="{view}"]')
            frame = f"document.querySelector('iframe[title=\"{title}\"]')"
            firefox.wait(f"return {frame}.contentDocument.body.textContent.includes('Lynas')")
            firefox.click(f'[data-toggle="{view}"]')
            assert firefox.ask(f"return {frame}.closest('figure').hidden")
        with firefox.inside('iframe[title="Desktop"][data-ready]'):
            firefox.click("h3 ~ ul li")
        firefox.find("[data-highlight][open] mark")
        sentence = studio.stored.issue.stories[0].highlights[0].citation.sentence
        assert (
            firefox.ask("return document.querySelector('[data-highlight][open] mark').textContent")
            == sentence
        )
        firefox.type("body", "c")
        firefox.wait("return document.querySelector('#tab-checks').getAttribute('aria-selected') === 'true'")
        firefox.find("meter")
        firefox.type("body", "s")
        (studio.data / "templates" / "theme.toml").write_text(
            'wordmark = "Magnets Weekly"\n', encoding="utf-8"
        )
        page = "document.querySelector('iframe[title=\"Desktop\"]').contentDocument.body.textContent"
        firefox.wait(f"return {page}.includes('Magnets Weekly')")
        firefox.wait("return document.querySelector('#act-refreeze') !== null")
        firefox.click("#act-hold")
        firefox.wait("return document.querySelector('#chips').textContent.includes('held')")
        assert studio.stored.record.held
        assert firefox.ask("return document.documentElement.scrollWidth <= innerWidth")
