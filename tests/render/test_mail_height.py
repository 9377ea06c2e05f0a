"""How high a mail is, as it is reckoned and as Chromium draws it with the faces that readers have, or near ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from newsletter.model import EarlierStory, Issue, IssueStory
from newsletter.render.hard_issues import hard_correction, tricky_issues
from newsletter.render.mail_height import measure
from newsletter.render.present import present_issue
from newsletter.render.size_limit import shorten
from newsletter.store.json_codec import read_issue
from tests.render.cameras import missing_fonts, open_chromium
from tests.render.gallery import DEMO
from tests.render.render_sample import IDENTITY, render, sample_issue
from tests.support.full_day import compose_full_day
from tests.support.web_browser import needs_browser

if TYPE_CHECKING:
    from playwright.sync_api import Page

PHONE = {"width": 375, "height": 812}
FIVE_SCREENS = 5 * PHONE["height"]
MOST_ABOVE = 120  # pixels; of a long mail its twentieth part
HEIGHT = "document.querySelector('.page table').getBoundingClientRect().height"

pytestmark = [*needs_browser, pytest.mark.skipif(bool(missing_fonts()), reason="fonts are not installed")]


@pytest.fixture(scope="module")
def full_day(tmp_path_factory: pytest.TempPathFactory) -> Issue:
    return compose_full_day(tmp_path_factory.mktemp("full-day"))


@pytest.fixture(scope="module")
def phone() -> Iterator[Page]:
    with open_chromium() as page:
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        yield page


def _change(issue: Issue, change: Callable[[IssueStory], IssueStory]) -> Issue:
    sections = (replace(one, stories=tuple(map(change, one.stories))) for one in issue.sections)
    return replace(issue, sections=tuple(sections))


def _say_more(story: IssueStory) -> IssueStory:
    """Each highlight has the sentence of the next one as a second."""
    told = [one.text for one in story.highlights]
    pairs = zip(story.highlights, [*told[1:], *told[:1]], strict=True)
    return replace(story, highlights=tuple(replace(one, text=f"{one.text} {more}") for one, more in pairs))


def _head_long(story: IssueStory) -> IssueStory:
    return replace(
        story, headline=f"{story.headline} as buyers wait for what Beijing does next with licences"
    )


def _have_all(story: IssueStory) -> IssueStory:
    earlier = EarlierStory(
        story="2026-01-02/story-1", headline="China raises its quota by 6% and keeps the limit"
    )
    return replace(
        story,
        caution="the figures should be independently verified before anybody relies on them",
        follows=earlier,
        moves=(earlier, earlier),
    )


def _list_issues(full_day: Issue) -> Iterator[tuple[str, Issue]]:
    yield "full day", full_day
    yield "two sentences", _change(full_day, _say_more)
    yield "long headlines", _change(full_day, _head_long)
    yield "one highlight", _change(full_day, lambda story: replace(story, highlights=story.highlights[:1]))
    yield "nothing ahead", replace(full_day, dates_ahead=(), prices=(), also_noted=())
    yield "a week", _change(replace(full_day, sections=full_day.sections[:3]), _have_all)
    note = "We were wrong about the quota on Tuesday.\n\nIt holds for the whole year, and not for half of it."
    yield "words of the editor", replace(sample_issue(), editors_note=note, corrections=(hard_correction(),))
    yield "seed", read_issue(json.loads(DEMO.read_text(encoding="utf-8")))
    yield "sample", sample_issue()
    yield from tricky_issues()


def test_no_mail_is_higher_than_reckoned_or_much_lower(phone: Page, full_day: Issue) -> None:
    """What it is reckoned to be decides what gives way on five screens: each of its parts has to be in it."""
    wrong = {}
    for name, issue in _list_issues(full_day):
        phone.set_content(render(issue).html)
        real = phone.evaluate(HEIGHT)
        above = measure(shorten(present_issue(issue, IDENTITY))) - real
        if not 0 <= above <= max(MOST_ABOVE, real / 20):
            wrong[name] = (real, above)
    assert wrong == {}


def test_whatever_gives_way_a_full_day_keeps_to_its_five_screens(phone: Page, full_day: Issue) -> None:
    for change in (_say_more, _head_long):
        phone.set_content(render(_change(full_day, change)).html)
        assert phone.evaluate(HEIGHT) <= FIVE_SCREENS
