"""How an issue and a story of it are named."""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.model import DAILY, EditionKey, IssueKey, StoryRef

DAY = date(2026, 1, 5)
WEEKLY = IssueKey(edition=EditionKey("weekly"), date=DAY)


def test_the_daily_edition_is_named_by_its_date_alone() -> None:
    assert str(IssueKey(date=DAY)) == "2026-01-05"
    assert IssueKey(date=DAY).edition == DAILY


def test_another_edition_is_another_issue_of_the_same_date() -> None:
    assert str(WEEKLY) == "weekly/2026-01-05"
    assert IssueKey(date=DAY) != WEEKLY
    assert IssueKey(date=DAY) < IssueKey(date=date(2026, 1, 6)) < WEEKLY


@pytest.mark.parametrize("issue", [IssueKey(date=DAY), WEEKLY])
def test_a_story_is_found_again_by_its_text(issue: IssueKey) -> None:
    named = StoryRef(issue=issue, story="lynas-lifts-output")
    assert StoryRef.parse(str(named)) == named


def test_the_references_that_were_archived_are_read() -> None:
    assert StoryRef.parse("2026-01-05/quota").issue == IssueKey(date=DAY)


@pytest.mark.parametrize("text", ["", "quota", "2026-13-05/quota", "someday/quota"])
def test_what_names_no_story_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        StoryRef.parse(text)
