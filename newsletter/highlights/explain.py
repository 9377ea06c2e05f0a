"""Why each highlight of a story is there: the data behind ``newsletter explain``. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from newsletter.config import Editorial
from newsletter.highlights.candidates import find_candidates
from newsletter.highlights.choose import judge_candidate, judge_text
from newsletter.highlights.set_value import score_candidates
from newsletter.model import Article, Author, Citation, Highlight, HighlightKind, Verdict

CONTEXT = 160  # characters shown on each side of a source sentence
NEAR_MISSES = 5  # of a story


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSentence:
    """A cited sentence where it stands, with what stands before and after it."""

    citation: Citation
    before: str
    sentence: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A sentence that nearly made it, and what it would have said."""

    text: str
    citation: Citation
    worth: float  # points that a reader would learn: 3 for the news itself, 2 for what is important
    reasons: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class HighlightExplanation:
    """What stands behind one highlight: where it is from, and the gate's verdict.

    ``verdict`` is the one with which it was let in; None where that cannot be told any more.
    """

    sources: tuple[SourceSentence, ...]  # in the order cited; none where the article is no longer kept
    speaker: SourceSentence | None  # the sentence that establishes the speaker of a lead-in
    verdict: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryExplanation:
    """The highlights of one story explained, and the sentences that nearly made it, the best first."""

    highlights: tuple[HighlightExplanation, ...]
    near_misses: tuple[NearMiss, ...]


def show_source(article: Article, citation: Citation) -> SourceSentence:
    """Cut the cited sentence out of ``article`` with some of its surroundings."""
    text = article.text
    return SourceSentence(
        citation=citation,
        before=text[max(0, citation.start - CONTEXT) : citation.start],
        sentence=text[citation.start : citation.end],
        after=text[citation.end : citation.end + CONTEXT],
    )


def explain_highlight(highlight: Highlight, articles: Sequence[Article]) -> HighlightExplanation:
    """Explain one highlight by the articles of its story that are still kept, ``articles[0]`` the leading one."""
    known = {article.id: article for article in articles}
    lead = highlight.lead_in
    speaker = known.get(lead.citation.article) if lead else None
    return HighlightExplanation(
        sources=tuple(
            show_source(known[citation.article], citation)
            for citation in highlight.citations
            if citation.article in known
        ),
        speaker=show_source(speaker, lead.citation) if speaker and lead else None,
        verdict=_judge_view(highlight) or _find_verdict(highlight, articles),
    )


def _find_verdict(highlight: Highlight, articles: Sequence[Article]) -> Verdict | None:
    """Ask the gate what it was asked when the highlight was made: with its headline, publisher and sentences.

    No highlight is let in that it refuses. Where it does so now, a rule has changed since or an article is gone.
    """
    article = next((one for one in articles if one.id == highlight.citation.article), None)
    if article is None:
        return None
    lead = highlight.lead_in
    shown = lead and highlight.kind is not HighlightKind.VIEW  # no article names a view's publisher
    own = f"{lead.text} {highlight.text}" if lead and shown else highlight.text
    # An extract is of one article; what others tell besides was not asked about.
    asked = [article] if highlight.author is Author.EXTRACT else articles
    known = {one.id for one in asked}
    cited = (*highlight.citations, *((lead.citation,) if lead else ()))
    verdict = judge_text(
        own,
        article,
        [citation for citation in cited if citation.article in known],
        headline=asked[0].title,
        source="\n\n".join(one.text for one in asked),
    )
    return verdict if verdict.grounded else None


def _judge_view(highlight: Highlight) -> Verdict | None:
    """A publisher's view is quoted: word for word it passes, though its sentence reports on somebody else."""
    verbatim = highlight.text.rstrip(". ") in highlight.citation.sentence
    if highlight.kind is not HighlightKind.VIEW or not verbatim:
        return None
    return Verdict(grounded=True, reasons=("the publisher's own words, word for word",))


def explain_story(
    articles: Sequence[Article],
    highlights: Sequence[Highlight],
    *,
    settings: Editorial,
    terms: Callable[[str], float] | None = None,
) -> StoryExplanation:
    """Explain the highlights of one story and name up to ``NEAR_MISSES`` sentences that nearly made it."""
    used = {(h.citation.article, h.citation.start) for h in highlights}
    found = [c for article in articles for c in find_candidates(article, max_words=settings.max_words)]
    scored = score_candidates(found, terms=terms)
    scored.sort(key=lambda item: (-item.worth, item.candidate.sentence.start))
    missed = (
        item for item in scored if (item.candidate.article.id, item.candidate.sentence.start) not in used
    )
    return StoryExplanation(
        highlights=tuple(explain_highlight(highlight, articles) for highlight in highlights),
        near_misses=tuple(
            NearMiss(
                text=item.candidate.shown,
                citation=item.candidate.citation,
                worth=round(item.worth, 4),
                reasons=item.reasons,
                verdict=judge_candidate(item.candidate),
            )
            for item in islice(missed, NEAR_MISSES)
        ),
    )
