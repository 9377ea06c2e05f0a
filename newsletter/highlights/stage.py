"""The stage commands ``summarize`` and ``ground``: one JSON object in, one out. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from newsletter.config import Editorial
from newsletter.gate import check_bullet
from newsletter.highlights.summarize import summarize_story
from newsletter.model import Article, ArticleId, Citation, Publisher, SourceKey

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_WORDS = 40  # the most that any setting allows


def stage_summarize(line: dict[str, Any], *, max_highlights: int = 3) -> dict[str, Any]:
    """Summarize ``{"id", "title", "text"}``: ``{"id", "highlights": [{"text", "start", "end", "sentence"}]}``.

    A highlight under a lead-in also has ``"lead_in"``, of the same form, with the span of the sentence that
    establishes the speaker. Raises KeyError where a field is missing, ValueError where one is not text.
    """
    text, title = _text(line, "text"), _text({"title": "", **line}, "title")
    article = Article(
        id=ArticleId(str(line["id"])),
        source=SourceKey("stage"),
        entry_key=str(line["id"]),
        title=title,
        text=text,
        publisher=Publisher(name="The publisher"),
        first_seen=_EPOCH,
    )
    settings = Editorial(
        max_highlights=max_highlights, min_highlights=min(2, max_highlights), max_words=_MAX_WORDS
    )
    highlights = []
    for highlight in summarize_story((article,), settings=settings, terms=None)[:max_highlights]:
        shown = {"text": highlight.text, **_span(highlight.citation)}
        if highlight.lead_in:
            shown["lead_in"] = {"text": highlight.lead_in.text, **_span(highlight.lead_in.citation)}
        highlights.append(shown)
    return {"id": line["id"], "highlights": highlights}


def stage_ground(line: dict[str, Any]) -> dict[str, Any]:
    """Check ``{"id", "source", "summary"}``, giving ``{"id", "grounded", "reasons"}``.

    ``"rests_on"`` may name the sentences of the source that the summary cites, ``"title"`` the headline (otherwise the
    first line of the source) and ``"publisher"`` the publisher.
    """
    source = _text(line, "source")
    verdict = check_bullet(
        _text(line, "summary"),
        headline=_text({"title": source.partition("\n")[0] if "rests_on" in line else "", **line}, "title"),
        publisher=_text({"publisher": "", **line}, "publisher"),
        cited=[_text({"rests_on": cited}, "rests_on") for cited in line.get("rests_on", ())],
        source=source,
    )
    return {"id": line["id"], "grounded": verdict.grounded, "reasons": list(verdict.reasons)}


def _span(citation: Citation) -> dict[str, Any]:
    return {"start": citation.start, "end": citation.end, "sentence": citation.sentence}


def _text(line: dict[str, Any], name: str) -> str:
    value = line[name]
    if not isinstance(value, str):
        raise ValueError(f"{name} must be text, not {type(value).__name__}")  # noqa: TRY004 - one error for a bad line
    return value
