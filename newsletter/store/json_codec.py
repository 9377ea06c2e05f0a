"""Dataclasses to JSON and back, for the columns that hold a whole object. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from newsletter.model import Article, Entry, Issue, Story

_ENTRY = TypeAdapter(Entry)
_ARTICLE = TypeAdapter(Article)
_ISSUE = TypeAdapter(Issue)
_STORIES = TypeAdapter(tuple[Story, ...])


def dump_entry(entry: Entry) -> dict[str, Any]:
    """Return an entry without its body as JSON values."""
    data: dict[str, Any] = _ENTRY.dump_python(replace(entry, body=None), mode="json")
    return data


def read_entry(data: Any, body: bytes | None) -> Entry:
    """Return the entry that ``dump_entry`` wrote, with its body."""
    return replace(_ENTRY.validate_python(data), body=body)


def dump_article(article: Article) -> dict[str, Any]:
    """Return an article as JSON values."""
    data: dict[str, Any] = _ARTICLE.dump_python(article, mode="json")
    return data


def read_article(data: Any) -> Article:
    """Return the article that ``dump_article`` wrote."""
    return _ARTICLE.validate_python(data)


def dump_issue(issue: Issue) -> dict[str, Any]:
    """Return an issue as JSON values."""
    data: dict[str, Any] = _ISSUE.dump_python(issue, mode="json")
    return data


def read_issue(data: Any) -> Issue:
    """Return the issue that ``dump_issue`` wrote, this version's or an earlier one's."""
    for section in data["sections"]:
        _upgrade_highlights(section["stories"])
    return _ISSUE.validate_python(data)


def dump_stories(stories: tuple[Story, ...]) -> list[dict[str, Any]]:
    """Return stories that stayed out of an issue as JSON values, each article without its text."""
    slim = tuple(
        replace(story, articles=tuple(replace(article, text="") for article in story.articles))
        for story in stories
    )
    data: list[dict[str, Any]] = _STORIES.dump_python(slim, mode="json")
    return data


def read_stories(data: Any) -> tuple[Story, ...]:
    """Return the stories that ``dump_stories`` wrote, this version's or an earlier one's."""
    _upgrade_highlights(data)
    return _STORIES.validate_python(data)


def _upgrade_highlights(stories: list[dict[str, Any]]) -> None:
    """Give highlights archived before 2026-12 their list of citations and their author."""
    for highlight in (highlight for story in stories for highlight in story["highlights"]):
        if "citation" in highlight:
            highlight["citations"] = [highlight.pop("citation"), *highlight.pop("more")]
            highlight["author"] = "model" if highlight.pop("rewritten") else "extract"
