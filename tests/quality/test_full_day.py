"""A full day as its reader meets it: twenty articles of two days, composed whole, in the mail on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from newsletter.model import Issue
from newsletter.render.hard_issues import tricky_issues
from tests.render.mail_sample import look, write_mail
from tests.render.render_sample import render
from tests.support.full_day import compose_full_day
from tests.support.web_browser import needs_browser, open_browser

SCREEN = {"width": 375, "height": 812}
MOST_BYTES = 30_000
MOST_SCREENS = 5.0


@pytest.fixture(scope="module")
def issue(tmp_path_factory: pytest.TempPathFactory) -> Issue:
    return compose_full_day(tmp_path_factory.mktemp("full-day"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as chromium:
        yield chromium


@pytest.mark.quality
def test_a_full_day_is_light_and_tells_its_four_stories_first(issue: Issue) -> None:
    assert len(issue.stories) >= 13
    assert len({line.story for line in issue.lines}) == 4
    assert len(render(issue).html.encode()) <= MOST_BYTES


@pytest.mark.quality
def test_a_story_of_a_full_day_has_the_outlets_of_its_event_and_no_other(issue: Issue) -> None:
    told = {story.headline: {one.publisher.name for one in story.references} for story in issue.stories}
    assert {title[:13]: outlets for title, outlets in told.items() if len(outlets) > 1} == {
        "Malaysia to e": {"Strategic Metals Wire", "Rare Earth Review"},
        "China raises ": {"Strategic Metals Wire", "Magnet & Motor Weekly"},
        "Pentagon puts": {"Rare Earth Review", "US Government Newsroom"},
    }
    assert [one.price.product for one in issue.prices] == ["Dysprosium oxide", "Terbium oxide", "NdPr oxide"]


@pytest.mark.quality
def test_nothing_is_wrong_with_the_mail_of_a_full_day(issue: Issue) -> None:
    assert [finding for finding in look(write_mail(render(issue), issue)) if finding.check != "date"] == []


def _measure(browser: Any, issue: Issue) -> tuple[float, float]:
    """Return how many screens a mail has on a phone, and how many its lines of the day end within."""
    context = browser.new_context(viewport=SCREEN, is_mobile=True, offline=True)
    page = context.new_page()
    page.set_content(render(issue).html)
    whole, lines = page.evaluate(
        "[document.documentElement.scrollHeight, document.querySelector('ol')?.getBoundingClientRect().bottom ?? 0]"
    )
    context.close()
    return whole / SCREEN["height"], lines / SCREEN["height"]


@pytest.mark.quality
class TestOnAPhone:
    pytestmark = needs_browser

    def test_a_full_day_is_five_screens_and_its_lines_are_on_the_first(
        self, browser: Any, issue: Issue
    ) -> None:
        whole, lines = _measure(browser, issue)
        assert whole <= MOST_SCREENS
        assert 0 < lines < 1

    @pytest.mark.parametrize("quiet", ["no stories", "one story"])
    def test_a_quiet_day_is_one_screen(self, browser: Any, quiet: str) -> None:
        whole, _ = _measure(browser, dict(tricky_issues())[quiet])
        assert whole <= 1
