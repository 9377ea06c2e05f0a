"""The extractive summarizer: two to four highlights for a story, each cited and passed by the gate. Pure.

It chooses a *set* of sentences, over all articles of the story, so that together they say what matters
and no fact twice. Words are never made up: a highlight is its sentence, shortened by deletion, under a
lead-in from a closed set where the sentence does not name its speaker.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from newsletter.config import Editorial
from newsletter.editorial.attribution import lead_in_text
from newsletter.editorial.candidates import FILLER, Candidate, find_candidates
from newsletter.editorial.grounding import check_grounding
from newsletter.editorial.stems import stem
from newsletter.editorial.selection import choose_set, score_candidates, weigh_story
from newsletter.model import Article, Highlight, HighlightKind, LeadIn, PublisherKind


ENOUGH = 2  # so many good candidates, and those that say nothing new are left out


def summarize_story(
    articles: Sequence[Article], *, settings: Editorial, terms: Callable[[str], float] | None = None
) -> tuple[Highlight, ...]:
    """Give the highlights of one story, in reading order; the publisher's view, where there is one, comes last.

    ``articles[0]`` leads. ``terms`` weighs how much of the newsletter's subject a text holds. A story whose
    articles hold no fit sentence gets no highlights.
    """
    candidates = [
        candidate
        for article in articles
        for candidate in find_candidates(article, max_words=settings.max_words)
    ]
    chosen = _choose_passed(candidates, articles, count=settings.max_highlights, terms=terms)
    ordered = sorted(chosen, key=lambda pair: (list(articles).index(pair[0].article), pair[0].sentence.start))
    highlights = [
        Highlight(
            text=candidate.text,
            citation=candidate.citation,
            kind=candidate.kind,
            lead_in=candidate.lead_in,
            cut=candidate.cut,
            reasons=reasons,
        )
        for candidate, reasons in ordered
    ]
    if view := _find_view([candidate for candidate, _ in ordered]):
        highlights.append(view)
    return tuple(highlights)


def _choose_passed(
    candidates: Sequence[Candidate],
    articles: Sequence[Article],
    *,
    count: int,
    terms: Callable[[str], float] | None,
) -> list[tuple[Candidate, tuple[str, ...]]]:
    """Choose a set that the gate passes: what it refuses is left out and the set is chosen anew."""
    ground = weigh_story(articles)
    full = [candidate for candidate in candidates if FILLER not in candidate.weak]
    scored = score_candidates(full if len(full) >= ENOUGH else candidates, ground, terms=terms)
    passed: set[int] = set()
    while scored:
        chosen = choose_set(scored, ground, count=count)
        refused = []
        for item in chosen:
            if id(item) in passed:
                continue
            if check_grounding(item.candidate.article.text, item.candidate.shown).grounded:
                passed.add(id(item))
            else:
                refused.append(item)
        if not refused:
            return [(item.candidate, item.reasons) for item in chosen]
        scored = [item for item in scored if item not in refused]
    return []


def _find_view(chosen: Sequence[Candidate]) -> Highlight | None:
    """The publisher's own judgement that was cut from under someone else's words, where it stands alone."""
    own = [
        c
        for c in chosen
        if c.view and c.kind is HighlightKind.CLAIM and c.article.publisher.kind is not PublisherKind.ISSUER
    ]
    if not own:
        return None
    best = max(own, key=lambda c: (len(c.view), -c.sentence.start))
    name = best.article.publisher.name
    rest = best.sentence.text.replace(best.view, " ").strip(" .")
    return Highlight(
        text=best.view,
        citation=best.citation,
        kind=HighlightKind.VIEW,
        lead_in=LeadIn(text=lead_in_text(name, "view"), speaker=name, citation=best.citation),
        cut=(rest,),
        reasons=(
            "it is the publisher's judgement of the sentence above, kept apart from the speaker's words",
        ),
    )


def overlap(left: str, right: str) -> float:
    """Share of the shorter text's words that the other has too."""
    a, b = ({stem(word) for word in text.split()} for text in (left, right))
    return len(a & b) / max(1, min(len(a), len(b)))
