"""An editor's choices for one highlight: another one, a shorter one, words of their own. Pure.

Each passes the gate that every highlight passes. What a change would leave behind is looked at too: a bullet that
points at what was dropped is told as a loose end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from newsletter.config import Editorial
from newsletter.english.sentences import Sentence, split_sentences
from newsletter.english.speech.sayings import is_attributed
from newsletter.english.stems import content_roots
from newsletter.highlights.candidates import (
    Candidate,
    find_candidates,
    find_story_candidates,
)
from newsletter.highlights.choose import judge_candidate
from newsletter.highlights.loose_ends import LOST, Clues, find_clues, find_loose_end
from newsletter.highlights.model_question import Offer, make_offer
from newsletter.highlights.same_facts import tells_same
from newsletter.highlights.set_value import score_candidates
from newsletter.highlights.weaknesses import UNFIT
from newsletter.highlights.writer import Draft, find_faults
from newsletter.issue.difference import spell
from newsletter.model import Article, Author, Citation, Highlight, HighlightKind

MOST_OFFERED = 6  # highlights that an editor is offered in place of one
SHORTER = (0.8, 0.6, 0.4)  # of the words that a highlight has
MORE_CITED = 2  # sentences that an editor's words may rest on beside those of the highlight they replace
_NO_BUDGET = 10**9  # tokens: nobody asks a model, so that no sentence is left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What there is to choose from for one story: its articles, ``articles[0]`` leads, and how it was chosen from."""

    headline: str
    highlights: tuple[Highlight, ...]
    articles: tuple[Article, ...]
    settings: Editorial
    weigh: Callable[[str], float]  # how much of the newsletter's subject a text holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What may be done with one highlight: the story holds together after each of them."""

    runner_ups: tuple[Highlight, ...] = ()
    shorter: tuple[Highlight, ...] = ()
    moves: tuple[int, ...] = ()  # the numbers that it may have instead: one less, one more
    can_go: bool = False  # whether it may be dropped


def find_choices(material: Material, number: int) -> Choices:
    """Return what may be done with a highlight, by its number from 1."""
    known = find_loose_ends(material)

    def holds(highlights: Sequence[Highlight]) -> bool:
        return not find_new_ends(material, highlights, known)

    def fits(instead: Highlight) -> bool:
        return holds(put_instead(material.highlights, number, instead))

    moves = [place for place in (number - 1, number + 1) if 1 <= place <= len(material.highlights)]
    return Choices(
        runner_ups=_find_runner_ups(material, fits),
        shorter=_find_shorter(material, material.highlights[number - 1], fits),
        moves=tuple(place for place in moves if holds(move(material.highlights, number, place))),
        can_go=len(material.highlights) > 1 and holds(put_instead(material.highlights, number, None)),
    )


def put_instead(
    highlights: Sequence[Highlight], number: int, instead: Highlight | None
) -> tuple[Highlight, ...]:
    """Return highlights with another one, or none, in the place of one."""
    own = (instead,) if instead else ()
    return (*highlights[: number - 1], *own, *highlights[number:])


def move(highlights: Sequence[Highlight], number: int, place: int) -> tuple[Highlight, ...]:
    """Return highlights with one of them at another place; both count from 1."""
    rest = [*highlights[: number - 1], *highlights[number:]]
    return (*rest[: place - 1], highlights[number - 1], *rest[place - 1 :])


def find_new_ends(
    material: Material, highlights: Sequence[Highlight], known: Sequence[str]
) -> tuple[str, ...]:
    """Say what would be wrong with other ``highlights`` as a set that is not ``known`` of those there are."""
    ends = find_loose_ends(replace(material, highlights=tuple(highlights)))
    return tuple(end for end in ends if end not in known)


def _find_runner_ups(material: Material, fits: Callable[[Highlight], bool]) -> tuple[Highlight, ...]:
    """Return the sentences of the story that may be told instead, the best first: gated, untold, and they fit."""
    if not material.articles:
        return ()
    found = find_story_candidates(material.articles, max_words=material.settings.max_words)
    scored = score_candidates(found, terms=material.weigh)
    offered: list[Highlight] = []
    places = [citation for highlight in material.highlights for citation in highlight.citations]
    for item in sorted(scored, key=lambda item: -item.worth):
        one = item.candidate
        if len(offered) == MOST_OFFERED:
            break
        if one.is_view or not UNFIT.isdisjoint(one.weak) or any(place in places for place in one.citations):
            continue
        highlight = _make(one, item.reasons)
        told = (*material.highlights, *offered)
        is_told = any(tells_same(one.text, other.text) for other in told)
        if not is_told and judge_candidate(one).grounded and fits(highlight):
            offered.append(highlight)
            places += one.citations
    return tuple(offered)


def _find_shorter(
    material: Material, highlight: Highlight, fits: Callable[[Highlight], bool]
) -> tuple[Highlight, ...]:
    """Return the highlight by more cuts of its own sentence, the longest first."""
    article = next((one for one in material.articles if one.id == highlight.citation.article), None)
    if article is None:
        return ()
    words = len(highlight.text.split())
    found: dict[str, Highlight] = {}
    for share in SHORTER:
        for one in find_candidates(article, max_words=max(1, round(words * share))):
            if one.sentence.start != highlight.citation.start or len(one.text.split()) >= words:
                continue
            made = _make(one, highlight.reasons)
            if (
                not one.is_view
                and UNFIT.isdisjoint(one.weak)
                and judge_candidate(one).grounded
                and fits(made)
            ):
                found.setdefault(one.text, made)
    return tuple(sorted(found.values(), key=lambda one: -len(one.text.split())))


def rewrite(material: Material, highlight: Highlight, words: str) -> tuple[Highlight, tuple[str, ...]]:
    """Return a highlight in an editor's ``words``, and why it may not stand; () where it may.

    It rests on the sentences of the one it replaces, and on others of the same story where the words need them.
    """
    text = " ".join(words.split())
    lead = highlight.lead_in
    keeps_lead = lead is not None and text.startswith(f"{lead.text} ")
    own = text.removeprefix(f"{lead.text} ") if lead and keeps_lead else text
    offer = make_offer(material.articles, material.settings, tokens=_NO_BUDGET)
    places = [place for place, one in enumerate(offer.sentences) if one.citation in highlight.cited]

    def judge(places: Sequence[int]) -> tuple[str, ...]:
        return find_faults(Draft(text=text, sentences=tuple(places)), offer, material.settings)

    told = faults = judge(places)
    for place in _find_more(text, places, offer):
        if not faults:
            break
        places.append(place)
        faults = judge(places)
        told = faults if len(faults) <= len(told) else told  # what is wrong beside all that it may rest on
    for place in [] if faults else [*places]:  # those of the words before it that these do without
        rest = [one for one in places if one != place]
        if rest and not judge(rest):
            places = rest
    spoken = {lead.citation} if lead and keeps_lead else set()
    rests_on = tuple(one for place in places if (one := offer.sentences[place].citation) not in spoken)
    written = Highlight(
        text=own,
        citations=rests_on or highlight.citations,
        kind=HighlightKind.CLAIM if is_attributed(text) or keeps_lead else HighlightKind.FACT,
        lead_in=lead if keeps_lead else None,
        author=Author.EDITOR,
        reasons=("an editor wrote it from the sentences it cites",),
    )
    return written, told if faults else ()


def _find_more(text: str, places: Sequence[int], offer: Offer) -> list[int]:
    """Return the sentences, the most telling first, that hold words of ``text`` which those at ``places`` lack."""
    missing = frozenset(content_roots(text))
    missing -= {root for place in places for root in content_roots(offer.sentences[place].sentence.text)}
    more: list[int] = []
    while missing and len(more) < MORE_CITED:
        shares = {
            place: len(missing & frozenset(content_roots(one.sentence.text)))
            for place, one in enumerate(offer.sentences)
            if place not in places and place not in more
        }
        best = max(shares, key=lambda place: shares[place], default=None)
        if best is None or not shares[best]:
            break
        more.append(best)
        missing -= frozenset(content_roots(offer.sentences[best].sentence.text))
    return more


def find_loose_ends(material: Material) -> tuple[str, ...]:
    """Say what is wrong with the highlights as a set: one that points at nothing told, or takes too much."""
    articles = {article.id: article for article in material.articles}
    told = [spell(highlight) for highlight in material.highlights]
    ends: list[str] = []
    above: list[Clues] = []
    for place, highlight in enumerate(material.highlights):
        article = articles.get(highlight.citation.article)
        sentence = _find_sentence(article, highlight.citation) if article else None
        if article is None or sentence is None:
            continue
        lead_in = highlight.lead_in.text if highlight.lead_in else ""
        clues = find_clues(highlight.text, sentence, article.text, lead_in=lead_in)
        if find_loose_end(clues, f"{material.headline} {article.title}", above) >= LOST:
            ends.append(f"“{told[place]}” would speak of something that nothing above it names")
        above.append(clues)
    taken: dict[str, int] = {}
    for highlight in material.highlights:
        name = highlight.citation.article
        taken[name] = taken.get(name, 0) + len(highlight.text.split()) * (highlight.author is Author.EXTRACT)
    most = material.settings.max_verbatim_words
    ends += [f"more than {most} words would be taken from one article" for n in taken.values() if n > most]
    return tuple(dict.fromkeys(ends))


def _find_sentence(article: Article, citation: Citation) -> Sentence | None:
    return next((one for one in split_sentences(article.text) if one.start == citation.start), None)


def _make(candidate: Candidate, reasons: tuple[str, ...]) -> Highlight:
    return Highlight(
        text=candidate.text,
        citations=candidate.citations,
        kind=candidate.kind,
        lead_in=candidate.lead_in,
        cut=candidate.cut,
        reasons=reasons,
    )
