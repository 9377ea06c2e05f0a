"""Two editors at one issue, each in a browser of their own: what one types is never put on what the other changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsletter.day.correct_issue import Fix, correct_issue
from newsletter.model import IssueStatus, Mistake
from newsletter.store.issues import change_issue
from tests.desk.studio_site import KEY, Studio, make_busy_studio, make_studio, served
from tests.support.web_browser import find_faults, needs_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = needs_browser
MINE = "Baogang is the name of it."


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return make_studio(tmp_path / "data")


@pytest.fixture
def editors(browser: Browser, studio: Studio) -> Iterator[tuple[Page, Page]]:
    with opened_twice(browser, studio) as pages:
        yield pages


@contextmanager
def opened_twice(browser: Browser, studio: Studio) -> Iterator[tuple[Page, Page]]:
    wrong: list[str] = []
    with ExitStack() as stack:
        url = stack.enter_context(served(studio))
        pages = []
        for _ in range(2):
            context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
            stack.callback(context.close)
            page = context.new_page()
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.goto(url)
            page.wait_for_selector("body[data-ready]")
            pages.append(page)
        ed, eva = pages
        yield ed, eva
    assert wrong == []


def open_words(page: Page, studio: Studio, number: int) -> Locator:
    """Open what an editor writes a highlight in, by its number from 1; gives the highlight."""
    highlight = page.locator(f'[data-highlight="{studio.stored.issue.stories[0].key}/{number - 1}"]')
    highlight.locator("> summary").click()
    highlight.get_by_text("In your words").click()
    return highlight


def words_box(page: Page, studio: Studio, number: int) -> Locator:
    return page.locator(f'[id="words-{studio.stored.issue.stories[0].key}-{number}"]')


def drop_highlight(page: Page, studio: Studio, number: int) -> None:
    highlight = page.locator(f'[data-highlight="{studio.stored.issue.stories[0].key}/{number - 1}"]')
    highlight.locator("> summary").click()
    highlight.get_by_text("Swap, shorten, move, drop").click()
    highlight.get_by_role("button", name="Drop this highlight").click()
    page.locator("#said", has_text="The highlight was dropped.").wait_for()


def open_note(page: Page) -> Locator:
    page.get_by_text("Subject, preheader, editor’s note").click()
    return page.get_by_label("Editor’s note")


def save_note(page: Page, words: str) -> None:
    open_note(page).fill(words)
    page.get_by_role("button", name="Save the note").click()
    page.locator("#said", has_text="The note stands on top.").wait_for()


def wait_for_content(page: Page, studio: Studio) -> None:
    page.locator(f'#panel input[name="hash"][value="{studio.stored.hash}"]').first.wait_for(state="attached")


def texts(studio: Studio) -> list[str]:
    return [one.text for one in studio.stored.issue.stories[0].highlights]


def test_words_for_a_highlight_go_along_when_one_before_it_is_dropped(
    editors: tuple[Page, Page], studio: Studio
) -> None:
    ed, eva = editors
    before = texts(studio)
    open_words(ed, studio, 2).get_by_role("textbox").fill(MINE)
    drop_highlight(eva, studio, 1)
    wait_for_content(ed, studio)
    first, second = (words_box(ed, studio, number) for number in (1, 2))
    assert first.input_value() == MINE
    assert first.is_visible()
    assert before[2] in second.input_value()


def test_words_for_what_is_gone_stay_in_sight_and_are_put_on_nothing_else(
    editors: tuple[Page, Page], studio: Studio
) -> None:
    ed, eva = editors
    before = texts(studio)
    highlight = open_words(ed, studio, 2)
    highlight.get_by_role("textbox").fill(MINE)
    drop_highlight(eva, studio, 2)
    wait_for_content(ed, studio)
    told = ed.get_by_role("alert").filter(has_text="Yours, not saved")
    told.get_by_text("This was changed meanwhile").wait_for()
    assert told.get_by_label("What you typed").input_value() == MINE
    assert before[1][:30] in told.inner_text()
    now = texts(studio)
    assert now[1] in words_box(ed, studio, 2).input_value()
    highlight.get_by_role("button", name="Save the words").click()
    ed.locator("#said.on", has_text="no longer the one you looked at").wait_for()
    assert texts(studio) == now
    assert find_faults(ed) == []
    told.get_by_role("button", name="Let it go").click()
    assert told.count() == 0


def test_a_note_is_not_written_over_one_that_was_saved_meanwhile(
    editors: tuple[Page, Page], studio: Studio
) -> None:
    ed, eva = editors
    note = open_note(ed)
    note.fill("Mine.")
    save_note(eva, "Hers.")
    wait_for_content(ed, studio)
    told = ed.get_by_role("alert").filter(has_text="This was changed meanwhile")
    assert told.get_by_label("What you typed").input_value() == "Mine."
    assert note.input_value() == "Hers."
    note.fill("Hers. Mine.")
    ed.get_by_role("button", name="Save the note").click()
    ed.locator("#said.on", has_text="no longer the one you looked at").wait_for()
    assert studio.stored.issue.editors_note == "Hers."
    assert (note.input_value(), told.count()) == ("Hers. Mine.", 1)
    ed.get_by_role("button", name="Save the note").click()
    ed.locator("#said", has_text="The note stands on top.").wait_for()
    assert studio.stored.issue.editors_note == "Hers. Mine.", "who was told decides"
    wait_for_content(ed, studio)
    assert told.count() == 0


def test_what_is_not_saved_outlives_another_tab_and_what_others_do_elsewhere(
    editors: tuple[Page, Page], studio: Studio
) -> None:
    ed, eva = editors
    note = open_note(ed)
    note.fill("Mine.")
    ed.get_by_role("tab", name="Checks").click()
    ed.get_by_role("heading", name="What to do").wait_for()
    drop_highlight(eva, studio, 1)
    ed.locator(f'[data-hash="{studio.stored.hash}"]').wait_for(state="attached")
    ed.get_by_role("tab", name="Stories").click()
    note.wait_for()
    assert note.input_value() == "Mine."
    ed.get_by_role("button", name="Save the note").click()
    ed.locator("#said", has_text="The note stands on top.").wait_for()
    assert studio.stored.issue.editors_note == "Mine."
    wait_for_content(ed, studio)
    assert ed.get_by_role("alert").filter(has_text="Yours, not saved").count() == 0


def test_words_for_a_story_that_is_gone_stay_on_top_and_other_stories_keep_theirs(
    browser: Browser, tmp_path: Path
) -> None:
    busy = make_busy_studio(tmp_path / "data")
    gone, stays = (story.key for story in busy.stored.issue.stories[:2])
    with opened_twice(browser, busy) as (ed, eva):
        for key in (gone, stays):
            ed.locator(f"#story-{key}").get_by_text("Headline, section").click()
            ed.locator(f'[id="title-{key}"]').fill(f"Mine of {key}")
        section = ed.locator(f'[id="section-{stays}"]')
        now, other = section.evaluate("s => [s.value, [...s.options].find(o => o.value !== s.value).value]")
        section.select_option(other)
        eva.locator(f"#drop-{gone}").click()
        ed.locator(f"#story-{gone}").wait_for(state="detached")
        wait_for_content(ed, busy)
        told = ed.locator("#panel > [role=alert]")
        told.get_by_text("What you wrote on is no longer there").wait_for()
        assert told.get_by_label("What you typed").input_value() == f"Mine of {gone}"
        assert ed.locator(f'[id="title-{stays}"]').input_value() == f"Mine of {stays}"
        assert section.input_value() == other != now
        ed.locator(f"#story-{stays}").get_by_role("button", name="Save", exact=True).click()
        ed.locator(f"#story-{stays} h3", has_text=f"Mine of {stays}").wait_for()
        assert told.count() == 1, "until it is let go"


def test_the_place_of_a_correction_goes_along_with_its_highlight(
    editors: tuple[Page, Page], studio: Studio
) -> None:
    ed, _ = editors
    app, key = studio.open(), studio.stored.issue.stories[0].key
    where = [IssueStatus.COMPOSED]
    change_issue(app.store, KEY, "sent", app.clock(), where=where, status=IssueStatus.SENT.value)
    ed.get_by_text("Correct it").click()
    place = ed.get_by_label("Where")
    place.select_option(f"{key}/2")
    ed.get_by_label("What is right").fill("Three.")
    fix = Fix(story=key, number=1, drop=True)
    correct_issue(app.editing, KEY, Mistake(wrong="One.", right="Two.", why=""), fix, app.clock(), mail=False)
    app.close()
    wait_for_content(ed, studio)
    assert place.input_value() == f"{key}/1"
    assert ed.get_by_label("What is right").input_value() == "Three."
