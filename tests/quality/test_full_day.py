"""A full day as its reader meets it: twenty articles of two days, composed whole, in the mail of one phone.

``full_day.jsonl`` holds the articles, written for this: six publishers, a rule, results, prices, an opinion.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from newsletter.day.pipeline import Composed, compose_day
from newsletter.model import Article, Issue, IssueKey, Publisher, PublisherKind
from tests.render.mail_sample import look, write_mail
from tests.render.render_sample import render
from tests.support.app_factory import make_app
from tests.support.factories import make_article
from tests.support.web_browser import needs_browser, open_browser

DATA = Path(__file__).parents[1] / "data" / "full_day.jsonl"
EVENING = datetime(2026, 11, 27, 18, tzinfo=UTC)
SCREEN = {"width": 375, "height": 812}
MOST_BYTES = 30_000
MOST_SCREENS = 5.0


def _read(line: str) -> Article:
    row = json.loads(line)
    publisher = Publisher(name=row["publisher"], kind=PublisherKind(row["kind"]))
    return make_article(
        row["id"],
        title=row["title"],
        text=row["text"],
        byline=row["byline"],
        publisher=publisher,
        published=datetime.fromisoformat(row["published"]),
        url=f"https://www.{row['id'].partition('-')[0]}.example/2026/11/{row['id']}",
    )


@pytest.fixture(scope="module")
def issue(tmp_path_factory: pytest.TempPathFactory) -> Issue:
    app = make_app(tmp_path_factory.mktemp("full-day"))
    articles = [_read(line) for line in DATA.read_text("utf-8").splitlines()]
    key = IssueKey(date=date(2026, 11, 27))
    composed = compose_day(app.composing, key, EVENING, reports=(), extra=articles)
    assert isinstance(composed, Composed)
    return composed.issue


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
