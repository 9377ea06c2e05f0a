"""The extractive summarizer: two to four highlights for a story, each cited and passed by the gate. Pure.

It chooses a *set* of sentences, over all articles of the story, so that together they say what matters
and no fact twice (`choose.py`). Words are never made up: a highlight is its sentence, shortened by deletion, under a
lead-in from a closed set where the sentence does not name its speaker.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from newsletter.config import Editorial
from newsletter.english.speech.judgement import says_why
from newsletter.english.speech.speakers import lead_in_text
from newsletter.highlights.candidates import LONGEST, Candidate, find_candidates
from newsletter.highlights.choose import choose_facts
from newsletter.highlights.lead_ins import introduce_speaker
from newsletter.highlights.same_facts import Fact
from newsletter.highlights.set_value import Scored
from newsletter.highlights.weaknesses import speaks
from newsletter.model import WHY_IT_MATTERS, Article, Highlight, HighlightKind, LeadIn


def summarize_story(
    articles: Sequence[Article], *, settings: Editorial, terms: Callable[[str], float] | None = None
) -> tuple[Highlight, ...]:
    """Give the highlights of one story, the news first, else in reading order; the publisher's view comes last.

    ``articles[0]`` leads. ``terms`` weighs how much of the newsletter's subject a text holds. At most
    ``settings.max_highlights`` besides the view; fewer where fewer sentences are fit, none where none is.
    """
    chosen = choose_facts(articles, settings=settings, terms=terms)
    told = _introduce_speakers([fact.candidate for fact, _ in chosen])
    chosen = [
        (replace(fact, candidate=bullet), item) for bullet, (fact, item) in zip(told, chosen, strict=True)
    ]
    highlights: list[Highlight] = []
    for fact, scored in chosen:
        room = settings.max_highlights - len(highlights)
        highlights += _present(fact, scored)[:room]
    taken = sum(len(highlight.text.split()) for highlight in highlights)
    view = _find_stated_view(articles, settings, highlights)
    if view and taken + len(view.text.split()) <= settings.max_verbatim_words:
        highlights.append(view)
    return tuple(highlights)


def _introduce_speakers(told: Sequence[Candidate]) -> list[Candidate]:
    """The bullets, where each speaker that none above names is told with who that is, if there is room."""
    shown: list[Candidate] = []
    for one in told:
        whole = one
        if (
            one.lead_in
            and one.lead_in.speaker
            and not any(one.lead_in.speaker in above.shown for above in shown)
        ):
            whole = replace(one, lead_in=introduce_speaker(one.lead_in, one.article))
        shown.append(whole if len(whole.shown.split()) <= LONGEST else one)
    return shown


def _present(fact: Fact, scored: Scored) -> list[Highlight]:
    """One highlight, or two where reports differ: each under its own source."""
    if fact.rival is None:
        return [_highlight(fact.candidate, more=fact, reasons=scored.reasons)]
    first, second = fact.candidate, fact.rival
    reason = ("another publisher gives another figure, so both are given",)
    return [
        _highlight(
            first, more=fact, reasons=(*scored.reasons, *reason), lead=_differing(first, "Reports differ:")
        ),
        _highlight(
            second, reasons=reason, lead=_differing(second, f"{second.article.publisher.name} reports:")
        ),
    ]


def _differing(candidate: Candidate, text: str) -> LeadIn:
    own = candidate.lead_in
    return LeadIn(
        text=f"{text} {own.text}" if own else text,
        speaker=own.speaker if own else candidate.article.publisher.name,
        citation=own.citation if own else candidate.citation,
    )


def _highlight(
    candidate: Candidate, *, reasons: tuple[str, ...], more: Fact | None = None, lead: LeadIn | None = None
) -> Highlight:
    if lead is None and candidate.lead_in is None and candidate.is_view:
        return _as_view(candidate, reasons=reasons)
    return Highlight(
        text=_quote(candidate),
        citations=(*candidate.citations, *(more.more if more else ())),
        kind=HighlightKind.DIFFERS if lead else candidate.kind,
        lead_in=lead or candidate.lead_in,
        cut=candidate.cut,
        reasons=reasons,
    )


def _quote(candidate: Candidate) -> str:
    """Its words, in quotation marks where they are in the first person and word for word those of who is named."""
    text = candidate.text
    parts = [sentence.text.strip('“”" ') for sentence in (candidate.sentence, *candidate.joined)]
    named = candidate.lead_in is not None and candidate.lead_in.speaker and speaks(text)
    said = " ".join(parts)
    whole = _bare(text) == _bare(said) and not re.search(r"[“”\"]", said)
    return f"“{said}”" if named and whole else text


def _bare(text: str) -> str:
    """The words of a text, whatever stands between two of its sentences."""
    return re.sub(r"[.;]?\s", " ", text).rstrip(".").casefold()


def _as_view(candidate: Candidate, *, reasons: tuple[str, ...]) -> Highlight:
    """The candidate under its publisher's name."""
    name = candidate.article.publisher.name
    return Highlight(
        text=candidate.text,
        citations=(candidate.citation,),
        kind=HighlightKind.VIEW,
        lead_in=LeadIn(text=lead_in_text(name, "view"), speaker=name, citation=candidate.citation),
        cut=candidate.cut,
        reasons=reasons,
    )


def _find_stated_view(
    articles: Sequence[Article], settings: Editorial, highlights: Sequence[Highlight]
) -> Highlight | None:
    """A sentence in which an article that relays someone says itself why it matters, where it has such a part."""
    if any(highlight.kind is HighlightKind.VIEW for highlight in highlights):
        return None
    if not any(highlight.lead_in for highlight in highlights):
        return None  # nobody is relayed: the article is the publisher's own throughout
    used = {(highlight.citation.article, highlight.citation.start) for highlight in highlights}
    for candidate in find_candidates(articles[0], max_words=settings.max_words):
        place = (candidate.article.id, candidate.sentence.start)
        if candidate.is_view and says_why(candidate.sentence) and place not in used:
            return _as_view(candidate, reasons=(WHY_IT_MATTERS,))
    return None
