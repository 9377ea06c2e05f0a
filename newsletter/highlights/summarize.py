"""The extractive summarizer: two to four highlights for a story, each cited and passed by the gate. Pure.

It chooses a *set* of sentences, over all articles of the story, so that together they say what matters
and no fact twice (`choose.py`). Words are never made up: a highlight is its sentence, shortened by deletion, under a
lead-in from a closed set where the sentence does not name its speaker.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from newsletter.config import Editorial
from newsletter.english.speech.judgement import says_why
from newsletter.english.speech.people import introduce
from newsletter.english.speech.sayings import find_attribution
from newsletter.english.speech.speakers import lead_in_text
from newsletter.highlights.candidates import Candidate, find_candidates
from newsletter.highlights.choose import choose_facts
from newsletter.highlights.lead_ins import introduce_speaker
from newsletter.highlights.reduce import LONGEST
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
    told = _introduce_speakers([item.candidate for item in chosen])
    highlights: list[Highlight] = []
    for candidate, item in zip(told, chosen, strict=True):
        highlights += _present(replace(item, candidate=candidate))
    del highlights[settings.max_highlights :]
    told_view = any(highlight.kind is HighlightKind.VIEW for highlight in highlights)
    relays = any(highlight.lead_in for highlight in highlights)  # else all of it is the publisher's own
    view = next(_find_stated_views(articles[0], settings), None) if relays and not told_view else None
    words = sum(len(one.text.split()) for one in (*highlights, *([view] if view else [])))
    return (*highlights, view) if view and words <= settings.max_verbatim_words else tuple(highlights)


def _introduce_speakers(told: Sequence[Candidate]) -> list[Candidate]:
    """The bullets, where each speaker that none above names is told with who that is, if there is room."""
    shown: list[Candidate] = []
    for one in told:
        lead, whole = one.lead_in, one
        said = None if lead else find_attribution(one.text)
        name = lead.speaker if lead else said.subject if said else ""
        if name and not any(name in above.shown for above in shown):
            if lead:
                whole = replace(one, lead_in=introduce_speaker(lead, one.article))
            elif one.text.startswith(f"{name} "):
                who = introduce(name, one.article.text, one.article.title)
                whole = replace(one, text=f"{who}{one.text.removeprefix(name)}")
        shown.append(whole if len(whole.shown.split()) <= LONGEST else one)
    return shown


def _present(item: Scored) -> list[Highlight]:
    """One highlight, or two where reports differ: each under its own source."""
    first, second = item.candidate, item.rival
    if second is None and first.is_view:
        return [_as_view(first, item.reasons)]
    told = replace(_highlight(first, item.reasons), citations=(*first.citations, *item.more))
    if second is None:
        return [told]
    ours, theirs = first.article.publisher.name, second.article.publisher.name
    return [
        _differing(told, "Reports differ:", ours),
        _differing(_highlight(second, ()), f"{theirs} reports:", theirs),
    ]


def _differing(highlight: Highlight, text: str, publisher: str) -> Highlight:
    """The highlight below ``text``, which says that another publisher gives another figure."""
    own = highlight.lead_in
    if own:
        lead = replace(own, text=f"{text} {own.text}")
    else:
        lead = LeadIn(text=text, speaker=publisher, citation=highlight.citation)
    reasons = (*highlight.reasons, "another publisher gives another figure, so both are given")
    return replace(highlight, kind=HighlightKind.DIFFERS, lead_in=lead, reasons=reasons)


def _highlight(candidate: Candidate, reasons: tuple[str, ...]) -> Highlight:
    return Highlight(
        text=_quote(candidate),
        citations=candidate.citations,
        kind=candidate.kind,
        lead_in=candidate.lead_in,
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


def _as_view(candidate: Candidate, reasons: tuple[str, ...]) -> Highlight:
    """The candidate under its publisher's name."""
    name = candidate.article.publisher.name
    lead = LeadIn(text=lead_in_text(name, "view"), speaker=name, citation=candidate.citation)
    told = _highlight(candidate, reasons)
    return replace(told, text=candidate.text, kind=HighlightKind.VIEW, lead_in=lead)


def _find_stated_views(article: Article, settings: Editorial) -> Iterator[Highlight]:
    """The sentences in which an article says itself why it matters, where it has such a part."""
    for one in find_candidates(article, max_words=settings.max_words):
        if one.is_view and says_why(one.sentence):
            yield _as_view(one, (WHY_IT_MATTERS,))
