"""The sentences behind a story, grouped by the article they stand in. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.model import Citation, Issue, IssueStory
from newsletter.render.evidence import number_sentences
from newsletter.render.words import clean, safe_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """One cited sentence, word by word, under its number."""

    number: int
    anchor: str
    text: str
    speakers: tuple[str, ...]  # the sentences that say who speaks


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedArticle:
    """The cited sentences of one article."""

    title: str
    publisher: str
    url: str  # "" where it has none
    sentences: tuple[Quoted, ...]


def quote_sentences(story: IssueStory, issue: Issue) -> tuple[QuotedArticle, ...]:
    """Return what a story cites, in the order of its references."""
    evidence = number_sentences(story, issue)

    def words(citation: Citation) -> str:
        return clean(citation.sentence)

    articles = []
    for reference in story.references:
        quoted = tuple(
            Quoted(
                number=item.number,
                anchor=item.anchor,
                text=words(item.citation),
                speakers=tuple(words(speaker) for speaker in item.speakers),
            )
            for item in evidence
            if item.citation.article == reference.article
        )
        if quoted:
            articles.append(
                QuotedArticle(
                    title=clean(reference.title),
                    publisher=clean(reference.publisher.name),
                    url=safe_url(reference.url) or "",
                    sentences=quoted,
                )
            )
    return tuple(articles)
