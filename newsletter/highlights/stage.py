"""The stage commands ``summarize`` and ``ground``: one JSON object in, one out. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from newsletter.config import Editorial
from newsletter.extract.clean import clean_text
from newsletter.gate import check_bullet
from newsletter.highlights.summarize import summarize_story
from newsletter.model import Article, ArticleId, Citation, Publisher, PublisherKind, SourceKey

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def stage_summarize(
    line: dict[str, Any], *, settings: Editorial, terms: Callable[[str], float] | None = None
) -> dict[str, Any]:
    """Summarize ``{"id", "title", "text", "publisher", "kind"}`` as an issue would; the last two may be missing.

    The answer: ``{"id", "highlights": [{"text", "start", "end", "sentence"}]}``. A highlight under a lead-in also has
    ``"lead_in"``, of the same form, with the span of the sentence that establishes the speaker. ``start`` and ``end``
    count in the text as an article has it, without marks of Markdown: ``"text"``, where it is another. Raises KeyError
    where a field is missing, ValueError where one is not text or the kind is none.
    """
    article = make_article(line)
    highlights = []
    for highlight in summarize_story((article,), settings=settings, terms=terms)[: settings.max_highlights]:
        shown = {"text": highlight.text, **_span(article.text, *highlight.citations)}
        if lead := highlight.lead_in:
            shown["lead_in"] = {"text": lead.text, **_span(article.text, lead.citation)}
        highlights.append(shown)
    cleaned = {"text": article.text} if article.text != line["text"] else {}
    return {"id": line["id"], "highlights": highlights, **cleaned}


def make_article(line: dict[str, Any]) -> Article:
    """The article of ``{"id", "title", "text", "publisher", "kind"}``. Raises as ``stage_summarize`` does."""
    return Article(
        id=ArticleId(str(line["id"])),
        source=SourceKey("stage"),
        entry_key=str(line["id"]),
        title=_text(line, "title", ""),
        text=clean_text(_text(line, "text")),
        publisher=Publisher(
            name=line.get("publisher") or "The publisher",
            kind=PublisherKind(line.get("kind") or PublisherKind.OTHER),
        ),
        first_seen=_EPOCH,
    )


def stage_ground(line: dict[str, Any]) -> dict[str, Any]:
    """Check ``{"id", "source", "summary"}``, giving ``{"id", "grounded", "reasons"}``.

    ``"rests_on"`` may name the sentences of the source that the summary cites, ``"title"`` the headline (otherwise the
    first line of the source) and ``"publisher"`` the publisher.
    """
    source = _text(line, "source")
    verdict = check_bullet(
        _text(line, "summary"),
        headline=_text(line, "title", source.partition("\n")[0] if "rests_on" in line else ""),
        publisher=_text(line, "publisher", ""),
        cited=[_text({"rests_on": cited}, "rests_on") for cited in line.get("rests_on", ())],
        source=source,
    )
    return {"id": line["id"], "grounded": verdict.grounded, "reasons": list(verdict.reasons)}


def _span(text: str, *citations: Citation) -> dict[str, Any]:
    """The span of all sentences that a highlight or its lead-in rests on."""
    start, end = min(c.start for c in citations), max(c.end for c in citations)
    return {"start": start, "end": end, "sentence": text[start:end]}


def _text(line: dict[str, Any], name: str, default: str | None = None) -> str:
    value = line[name] if default is None else line.get(name, default)
    if not isinstance(value, str):
        raise ValueError(f"{name} must be text, not {type(value).__name__}")  # noqa: TRY004 - one error for a bad line
    return value
