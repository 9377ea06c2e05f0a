"""Two days with 40 sources, many of them bad: one right issue each. `make soak` reads 200."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from newsletter.day.compose_today import Day, compose_today
from newsletter.delivery.plan_issue import plan_issue
from newsletter.model import Issue, IssueKey
from tests.collect.loopback import loopback
from tests.e2e.simulated_news import Event, World, make_events, make_sites
from tests.support.app_factory import MORNING, Clock, make_app, subscribe
from tests.support.sending import send_all
from tests.support.whole_sets import WHOLE

FIRST = date(2026, 1, 5)
TENS = 20 if WHOLE else 4


def told(issue: Issue) -> list[set[str]]:
    """Return for each story the true events that its articles report."""
    return [
        {(reference.url or "").rpartition("/")[2] for reference in story.references}
        for story in issue.stories
    ]


def check(made: Day, events: tuple[Event, ...]) -> None:
    assert made.composed is not None, made.nothing
    issue = made.composed.issue
    stories = told(issue)
    assert [slugs for slugs in stories if len(slugs) != 1] == [], "each story tells one event"
    left_out = [
        (story.articles[0].title, story.reasons[0]) for story in made.composed.stories if not story.kept
    ]
    assert [line for line in left_out if "off the subject" not in line[1]] == []
    counts = Counter(slug for slugs in stories for slug in slugs)
    assert counts == Counter(event.slug for event in events), (
        "each true event once, nothing old, nothing else"
    )
    assert [(story.headline, story.reasons[0]) for story in issue.stories if story.update_of] == []
    failed = {report.source for report in issue.coverage.failed}
    assert {name.partition("-")[0] for name in failed} == {"dead", "slow"}
    assert len(failed) == 1.5 * TENS
    assert all(report.error and report.hint for report in issue.coverage.failed)


@pytest.mark.slow
def test_two_days_with_many_bad_sources_give_one_right_issue_each(tmp_path: Path) -> None:
    days = tuple(make_events(day, MORNING + timedelta(days=day)) for day in range(2))
    world = World(make_sites(days, MORNING, tens=TENS))
    assert len(world.sites) == 10 * TENS

    async def live() -> list[Day]:
        clock = Clock()
        async with loopback({"*": world.answer}) as server:
            app = make_app(
                tmp_path / "data",
                clock=clock,
                sources=[site.source(server.url("").rstrip("/")) for site in world.sites.values()],
                collect={
                    "allow_hosts": ("127.0.0.1",),
                    "per_host_delay": 0,
                    "respect_robots": False,
                    "read_timeout": 2.5,
                    "total_timeout": 6,
                },
                editorial={"max_stories": 60, "max_per_section": 60, "max_per_publisher": 60},
            )
            subscribe(app, "ann@example.org")
            made = []
            for day in range(2):
                world.day = day
                today = FIRST + timedelta(days=day)
                made.append(await compose_today(app.making, IssueKey(date=today)))
                again = await compose_today(app.making, IssueKey(date=today))
                assert again.gathered is None, "a day has one issue"
                plan_issue(app.store, app.settings, IssueKey(date=today), clock())
                await send_all(app)
                clock.forward(days=1)
            assert len(list((app.data / "outbox").glob("*.eml"))) == 2
            app.close()
            return made

    for made, events in zip(asyncio.run(live()), days, strict=True):
        check(made, events)
