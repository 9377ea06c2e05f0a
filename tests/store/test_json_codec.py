"""What earlier versions archived is read as it was meant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from newsletter.model import Author
from newsletter.store.json_codec import dump_stories, read_issue, read_stories, to_json
from tests.support.factories import make_citation, make_highlight, make_issue, make_story


def as_archived(highlight: dict[str, Any], *, rewritten: bool) -> None:
    """Write a highlight in the form of the first versions."""
    first, *others = highlight.pop("citations")
    del highlight["author"]
    highlight.update(citation=first, more=others, rewritten=rewritten)


def test_an_issue_is_read_as_it_was_written() -> None:
    issue = make_issue()
    assert read_issue(to_json(issue)) == issue


def test_an_issue_archived_before_highlights_had_several_citations_is_read_as_before() -> None:
    issue = make_issue()
    data = to_json(issue)
    story = data["sections"][0]["stories"][0]
    story.update(occurred_is_date=True, show_date=False)  # which no story has any more
    as_archived(story["highlights"][0], rewritten=True)
    (highlight,) = read_issue(data, written=1).stories[0].highlights
    assert highlight.author is Author.MODEL
    assert highlight.citations == issue.stories[0].highlights[0].citations


def test_stories_archived_before_highlights_had_several_citations_are_read_as_before() -> None:
    both = (make_citation(), make_citation(sentence="Analysts had forecast 1,900 tonnes."))
    data = dump_stories((make_story(highlights=(replace(make_highlight(), citations=both),)),))
    as_archived(data[0]["highlights"][0], rewritten=False)
    (highlight,) = read_stories(data, written=1)[0].highlights
    assert highlight.author is Author.EXTRACT
    assert highlight.citations == both
