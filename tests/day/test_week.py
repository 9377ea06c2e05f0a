"""The week in review from the ledger: what left, edits included, and what came after; checked, sent, never twice."""

from __future__ import annotations

import asyncio
import email
import email.policy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsletter.day import edit_issue
from newsletter.day.correct_issue import Fix, correct_issue
from newsletter.model import DAILY, EditionKey, Issue, IssueKey, IssueStatus, Mistake
from newsletter.store.issues import find_record, load_issue
from newsletter.subscribers import consent
from newsletter.wiring import Installation
from tests.support.app_factory import Clock, make_app
from tests.support.sending import send_all
from tests.support.subscriber_factories import make_address
from tests.support.waking import wake

MONDAY, FRIDAY = date(2026, 1, 5), date(2026, 1, 9)
WEEKLY = EditionKey("weekly")
TWO: list[dict[str, Any]] = [
    {"key": "daily", "name": "Daily", "default": True},
    {
        "key": "weekly",
        "name": "Week in review",
        "span": "week",
        "send_days": ["fri"],
        "compose_at": "15:00",
        "send_at": "16:00",
    },
]


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 1, 5, 5, 0, tzinfo=UTC))


@pytest.fixture
def app(tmp_path: Path, clock: Clock) -> Installation:
    app = make_app(tmp_path / "data", clock=clock, edition=TWO)
    occasion = consent.Occasion(at=clock(), source="command")
    consent.add(app.register, make_address("ann@example.org"), occasion, editions=[WEEKLY])
    consent.add(app.register, make_address("ben@example.org"), occasion)
    return app


def wake_at(app: Installation, clock: Clock, day: date, hour: int, minute: int = 1) -> list[tuple[str, str]]:
    """Do what is due then; return the recipients and subjects of what is in the outbox."""
    clock.now = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
    asyncio.run(wake(app.waking))
    asyncio.run(send_all(app))
    mails = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted((app.data / "outbox").glob("*.eml"))
    ]
    return [(str(mail["To"]), str(mail["From"])) for mail in mails]


def send_monday(app: Installation, clock: Clock) -> Issue:
    """Let the issue of Monday be composed and leave."""
    for hour, minute in ((5, 0), (5, 31), (6, 31)):
        wake_at(app, clock, MONDAY, hour, minute)
    stored = load_issue(app.store, IssueKey(date=MONDAY))
    assert stored is not None
    return stored.issue


def test_the_week_is_told_as_it_was_sent_and_not_again(app: Installation, clock: Clock) -> None:
    wake_at(app, clock, MONDAY, 5, 0)
    wake_at(app, clock, MONDAY, 5, 31)
    stored = load_issue(app.store, IssueKey(date=MONDAY))
    assert stored is not None
    key = stored.issue.stories[0].key
    edit_issue.retitle_story(app.editing, IssueKey(date=MONDAY), key, "Baogang raises its exports", clock())
    assert [to for to, _ in wake_at(app, clock, MONDAY, 6, 31)] == ["ben@example.org"]
    for number in range(1, 5):
        wake_at(app, clock, MONDAY + timedelta(days=number), 5, 31)
    wake_at(app, clock, FRIDAY, 15)
    review = load_issue(app.store, IssueKey(edition=WEEKLY, date=FRIDAY))
    assert review is not None
    assert [story.headline for story in review.issue.stories] == ["Baogang raises its exports"]
    assert review.issue.stories[0].highlights == stored.issue.stories[0].highlights
    assert "What mattered most" in review.rendered.html
    mails = wake_at(app, clock, FRIDAY, 16)
    assert [to for to, _ in mails] == ["ann@example.org", "ben@example.org"] or mails[-1][
        0
    ] == "ann@example.org"
    assert len(mails) == 2
    assert "Week in review" in str(mails)
    later = FRIDAY + timedelta(days=7)
    wake_at(app, clock, later, 15)
    record = find_record(app.store, IssueKey(edition=WEEKLY, date=later))
    assert record is not None
    assert record.status is IssueStatus.EMPTY, "last week is told"


def test_what_was_corrected_in_the_week_stands_on_top_of_its_review(app: Installation, clock: Clock) -> None:
    story = send_monday(app, clock).stories[0].key
    clock.forward(days=1)
    mistake = Mistake(wrong="60% of it", right="62% of it", why="We misread a table.")
    fix = Fix(story=story, words="Baogang counts anew")
    correct_issue(app.editing, IssueKey(date=MONDAY), mistake, fix, clock(), mail=False)
    wake_at(app, clock, FRIDAY, 15)
    review = load_issue(app.store, IssueKey(edition=WEEKLY, date=FRIDAY))
    assert review is not None
    assert [one.mistake for one in review.issue.corrections] == [mistake]
    assert review.issue.stories[0].headline == "Baogang counts anew", "the week is told as it is right"
    assert "Correction to our issue of 5 January 2026" in review.rendered.html


def test_a_story_that_was_corrected_keeps_no_review_back(app: Installation, clock: Clock) -> None:
    story = send_monday(app, clock).stories[0]
    mistake, fix = Mistake(wrong="60%", right="62%"), Fix(story=story.key, number=1, drop=True)
    correct_issue(app.editing, IssueKey(date=MONDAY), mistake, fix, clock(), mail=False)
    wake_at(app, clock, FRIDAY, 15)
    review = load_issue(app.store, IssueKey(edition=WEEKLY, date=FRIDAY))
    assert review is not None
    assert review.rendered.html.count(f">{story.headline}</a>") == 2, "in the correction, and as a story"
    assert "ann@example.org" in [to for to, _ in wake_at(app, clock, FRIDAY, 16)]


def test_without_a_daily_issue_the_review_is_made_of_articles(app: Installation, clock: Clock) -> None:
    wake_at(app, clock, FRIDAY, 14)
    wake_at(app, clock, FRIDAY, 15)
    assert find_record(app.store, IssueKey(edition=DAILY, date=FRIDAY)) is None
    review = load_issue(app.store, IssueKey(edition=WEEKLY, date=FRIDAY))
    assert review is not None
    assert review.issue.stories[0].headline.startswith("Baogang Group Signals")
