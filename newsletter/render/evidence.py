"""Numbers for cited sentences: [1], [2], … within a story. Pure.

The mail, its text part and the story's page on the web number the same sentences alike: a number in
a mail leads to the sentence of that number on the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from newsletter.model import ArticleId, Citation, Highlight, Issue, IssueStory

SentenceKey = tuple[ArticleId, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One numbered sentence, and the sentences that establish who speaks in it."""

    number: int
    citation: Citation
    speakers: tuple[Citation, ...] = ()


def anchor(number: int) -> str:
    """Return the id under which sentence ``number`` stands on the story's page."""
    return f"s{number}"


def _key(citation: Citation) -> SentenceKey:
    return citation.article, citation.start, citation.end


def _cited(highlights: Iterable[Highlight]) -> Iterable[tuple[Citation, Citation | None]]:
    for highlight in highlights:
        first, *others = highlight.citations
        yield first, highlight.lead_in.citation if highlight.lead_in else None
        for other in others:
            yield other, None


def number_sentences(story: IssueStory, issue: Issue) -> tuple[Evidence, ...]:
    """Number the sentences that ``story``, its dates ahead and its prices cite, in reading order, from 1.

    A sentence cited twice has one number. A sentence that only establishes a speaker has none: it
    stands under the sentence it serves.
    """
    speakers: dict[SentenceKey, list[Citation]] = {}
    citations: dict[SentenceKey, Citation] = {}
    pairs = [*_cited(story.highlights)]
    ahead = [date for date in issue.dates_ahead if date.story == story.key]
    pairs += [(one, None) for date in ahead for one in (date.citation, date.condition) if one]
    pairs += [(one.citation, None) for one in issue.prices if one.citation and one.story == story.key]
    for citation, speaker in pairs:
        key = _key(citation)
        citations.setdefault(key, citation)
        known = speakers.setdefault(key, [])
        if speaker is not None and _key(speaker) != key and speaker not in known:
            known.append(speaker)
    return tuple(
        Evidence(number=number, citation=citation, speakers=tuple(speakers[key]))
        for number, (key, citation) in enumerate(citations.items(), start=1)
    )


def index_numbers(evidence: Iterable[Evidence]) -> Mapping[SentenceKey, int]:
    """Return the number of each sentence by article, start and end."""
    return {_key(item.citation): item.number for item in evidence}


def find_numbers(numbers: Mapping[SentenceKey, int], citations: Iterable[Citation]) -> tuple[int, ...]:
    """Return the numbers of ``citations``, each once, in their order."""
    return tuple(dict.fromkeys(numbers[_key(citation)] for citation in citations))
