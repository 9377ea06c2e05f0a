"""Dataclasses to JSON and back, for the columns that hold a whole object. Pure.

An archived issue is never rewritten: it carries the number of its ``FORMAT``, and an upgrader for each step
turns what is read into what this version writes. Whoever changes the shape of an issue, a story or a
highlight raises ``FORMAT`` and adds the step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from newsletter.model import Article, Entry, Issue, Source, Story

FORMAT = 2  # of issues, and of the stories that stayed out of them
Stories = list[dict[str, Any]]
Made = TypeVar("Made")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Made when it is first asked for: who only lists issues waits for none."""
    return TypeAdapter(kind)


def to_json(value: Article | Entry | Issue) -> dict[str, Any]:
    """Return one of these as JSON values; an entry is kept without its body."""
    kept = replace(value, body=None) if isinstance(value, Entry) else value
    dumped: dict[str, Any] = _adapter(cast("Any", type(value))).dump_python(kept, mode="json")
    return dumped


def _read(kind: type[Made], data: Any) -> Made:
    read: Made = _adapter(cast("Any", kind)).validate_python(data)
    return read


def read_entry(data: Any, body: bytes | None) -> Entry:
    """Return the entry that ``to_json`` wrote, with its body."""
    return replace(_read(Entry, data), body=body)


def read_article(data: Any) -> Article:
    """Return the article that ``to_json`` wrote."""
    return _read(Article, data)


def read_issue(data: Any, written: int = FORMAT) -> Issue:
    """Return the issue that ``to_json`` wrote in the format ``written``."""
    for section in data["sections"]:
        _upgrade(section["stories"], written)
    return _read(Issue, data)


def dump_stories(stories: tuple[Story, ...]) -> Stories:
    """Return stories that stayed out of an issue as JSON values, each article without its text."""
    slim = tuple(
        replace(story, articles=tuple(replace(article, text="") for article in story.articles))
        for story in stories
    )
    return cast("Stories", _adapter(tuple[Story, ...]).dump_python(slim, mode="json"))


def read_stories(data: Any, written: int = FORMAT) -> tuple[Story, ...]:
    """Return the stories that ``dump_stories`` wrote in the format ``written``."""
    _upgrade(data, written)
    return _read(tuple[Story, ...], data)


def dump_sources(sources: tuple[Source, ...]) -> str:
    """Return sources as JSON."""
    dumped: bytes = _adapter(tuple[Source, ...]).dump_json(sources)
    return dumped.decode()


def read_sources(dumped: str) -> tuple[Source, ...]:
    """Return the sources that ``dump_sources`` wrote."""
    read: tuple[Source, ...] = _adapter(tuple[Source, ...]).validate_json(dumped)
    return read


def _upgrade(stories: Stories, written: int) -> None:
    for step in range(written, FORMAT):
        _UPGRADERS[step](stories)


def _list_citations(stories: Stories) -> None:
    """From 1: highlights get their list of citations and their author."""
    for highlight in (highlight for story in stories for highlight in story["highlights"]):
        if "citation" in highlight:
            highlight["citations"] = [highlight.pop("citation"), *highlight.pop("more")]
            highlight["author"] = "model" if highlight.pop("rewritten") else "extract"


_UPGRADERS: Mapping[int, Callable[[Stories], None]] = {1: _list_citations}  # from this format to the next
