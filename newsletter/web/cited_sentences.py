"""The sentences behind a story, grouped by the article they stand in. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from newsletter.model import Issue, IssueStory
from newsletter.render.evidence import number_sentences
from newsletter.render.words import clean, safe_url


def quote_sentences(story: IssueStory, issue: Issue) -> Iterator[dict[str, Any]]:
    """Give what a story cites, an article of its references after the other, each sentence under its number.

    ``url`` is "" where an article has none, ``speakers`` are the sentences that say who speaks.
    """
    evidence = number_sentences(story, issue)
    for reference in story.references:
        quoted = [
            {
                "number": item.number,
                "anchor": item.anchor,
                "text": clean(item.citation.sentence),
                "speakers": [clean(speaker.sentence) for speaker in item.speakers],
            }
            for item in evidence
            if item.citation.article == reference.article
        ]
        if quoted:
            yield {
                "title": clean(reference.title),
                "publisher": clean(reference.publisher.name),
                "url": safe_url(reference.url) or "",
                "sentences": quoted,
            }
