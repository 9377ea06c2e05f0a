"""Why each story and each highlight is there, as the panel shows it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from newsletter.config import Editorial
from newsletter.highlights.explain import (
    CONTEXT,
    HighlightExplanation,
    NearMiss,
    SourceSentence,
    explain_highlight,
    explain_story,
)
from newsletter.issue.difference import spell
from newsletter.model import Article, ArticleId, IssueStory
from newsletter.render.words import clean, write_days
from newsletter.stories.lexicon import Lexicon


def explain_issue_story(
    story: IssueStory, articles: Mapping[ArticleId, Article], mail: str
) -> dict[str, Any]:
    """Return one story of an issue with what stands behind it, as much of its articles as is still kept.

    ``mail`` is its text, which leaves highlights out.
    """
    said = _squeeze(mail)
    publishers = {reference.article: reference.publisher.name for reference in story.references}
    known = [articles[ref.article] for ref in story.references if ref.article in articles]
    highlights = [
        {
            "words": spell(highlight),
            "highlight": highlight,
            "is_in_mail": _squeeze(write_days(clean(highlight.text))) in said,
            "explained": _whole(explain_highlight(highlight, known)),
            "publisher": publishers.get(highlight.citation.article, ""),
        }
        for highlight in story.highlights
    ]
    return {"story": story, "highlights": highlights, "kept": bool(known)}


def _squeeze(text: str) -> str:
    """Return a text by which it is found however its lines are broken or marked, and whatever letter it begins with."""
    return "".join(text.replace(">", " ").split()).casefold()


def _whole(explained: HighlightExplanation) -> HighlightExplanation:
    return replace(
        explained,
        sources=tuple(map(_trim, explained.sources)),
        speaker=explained.speaker and _trim(explained.speaker),
    )


def _trim(source: SourceSentence) -> SourceSentence:
    """Leave out the words that the surroundings of a sentence were cut through; "…" stands where they were."""
    before, after = source.before, source.after
    if source.citation.start > len(before):
        before = f"…{before.partition(' ')[2]}"
    if len(after) >= CONTEXT:
        after = f"{after.rpartition(' ')[0]}…"
    return replace(source, before=before, after=after)


def find_near_misses(
    story: IssueStory, articles: Mapping[ArticleId, Article], *, settings: Editorial, lexicon: Lexicon
) -> tuple[NearMiss, ...]:
    """Return the sentences that nearly made it, the best first."""
    known = [articles[ref.article] for ref in story.references if ref.article in articles]
    if not known:
        return ()
    return explain_story(known, story.highlights, settings=settings, terms=lexicon.weigh).near_misses
