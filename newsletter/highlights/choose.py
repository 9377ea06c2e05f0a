"""Choose the facts of one story: its event first, then the set that says most beside it, in which every bullet stands. Pure.

What a set is worth is `set_value.py`'s matter. Conditions come before worth: what the gate refuses, what is no sentence, what points at
something untold is out; what must not be told alone (`companions.py`) comes with its other half, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from newsletter.config import Editorial
from newsletter.english.promotion import has_checkable_fact, sets_scene
from newsletter.english.references import find_surname, find_untied
from newsletter.english.sentences import split_sentences
from newsletter.english.speech import is_speech
from newsletter.english.stems import content_roots
from newsletter.gate import check_bullet
from newsletter.highlights.candidates import Candidate, find_story_candidates, join_neighbours
from newsletter.highlights.companions import find_missing
from newsletter.highlights.publisher_highlights import Support, find_support
from newsletter.highlights.same_facts import Fact, find_facts
from newsletter.highlights.set_value import (
    Ground,
    Scored,
    Tally,
    score_candidates,
    tally_set,
    value_set,
    weigh_story,
)
from newsletter.highlights.teasers import drop_short_forms
from newsletter.highlights.weaknesses import BROKEN, GENERAL, GRAVE, JUDGEMENT, PROMOTION, UNFIT
from newsletter.model import Article

# What makes a sentence tell the story's event: words of the headline, its place (a sentence further down), its own worth.
EVENT_TITLE, EVENT_PLACE, EVENT_WORTH = 1.0, 0.05, 2.0
EVENT_GRAVE, EVENT_JUDGED = 0.75, 0.25  # what speaks against it
LATE = 0.2  # what the last sentence of an article counts less than the first
FIGURED = 1.1  # what a sentence with a figure counts more
SHORTLIST = 40  # candidates that are tried, the best alone


def choose_facts(
    articles: Sequence[Article], *, settings: Editorial, terms: Callable[[str], float] | None
) -> list[tuple[Fact, Scored]]:
    """Choose what the highlights of one story tell, its event first; nothing where no sentence is fit."""
    ground = weigh_story(articles)
    found = drop_short_forms(
        find_story_candidates(
            articles, max_words=settings.max_words, least=settings.min_highlights, weigh=ground.weigh
        )
    )
    support = find_support(articles, found)
    said = {key: found.said for key, found in support.items()}
    scored = [
        _with_support(item, support) for item in score_candidates(found, ground, terms=terms, support=said)
    ]
    facts = {id(fact.candidate): fact for fact in find_facts(_best_first(scored, ground))}
    joined = join_neighbours(articles, found, max_words=settings.max_words, weigh=ground.weigh)
    items = [item for item in scored if id(item.candidate) in facts]
    choosing = _Choosing(
        articles=articles,
        ground=ground,
        facts=facts,
        items=[*items, *score_candidates(joined, ground, terms=terms)],
        count=settings.max_highlights,
        words=settings.max_verbatim_words,
    )
    return [
        (facts.get(id(item.candidate)) or Fact(candidate=item.candidate), item) for item in choosing.choose()
    ]


def _with_support(item: Scored, support: Mapping[int, Support]) -> Scored:
    found = support.get(id(item.candidate))
    return item.because(found.reason) if found else item


def _best_first(scored: Sequence[Scored], ground: Ground) -> list[Candidate]:
    """By article, what is worth most first: of sentences that tell one fact the best stands for all, not the earliest."""
    articles = list(dict.fromkeys(item.candidate.article.id for item in scored))
    ordered = sorted(
        scored,
        key=lambda item: (
            articles.index(item.candidate.article.id),
            not GRAVE.isdisjoint(item.candidate.weak),
            -value_set([item], ground),
        ),
    )
    return [item.candidate for item in ordered]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choosing:
    """What there is to choose from for one story."""

    articles: Sequence[Article]
    ground: Ground
    facts: Mapping[int, Fact]  # by id(candidate)
    items: Sequence[Scored]
    count: int  # bullets at most
    words: int  # verbatim from one article at most
    verdicts: dict[int, bool] = field(default_factory=dict)  # of the gate, by id(candidate): it is asked once

    def choose(self) -> list[Scored]:
        """The event, then what says most beside it, in reading order."""
        chosen = self._find_event()
        refused: set[int] = set()
        for pool in self._pools():
            chosen = self._grow(chosen, [item for item in pool if id(item) not in refused])
            chosen = self._with_companions(chosen, refused)
            chosen = self._grow(chosen, [item for item in pool if id(item) not in refused])
            if len(chosen) >= min(self.count, ENOUGH):
                break
        return self._arrange(self._with_companions(chosen, refused))

    def _pools(self) -> Iterator[list[Scored]]:
        """What is without a grave fault; then, where that is not enough, all that can be printed."""
        fit = [item for item in self.items if UNFIT.isdisjoint(item.candidate.weak)]
        best = sorted(fit, key=lambda item: -value_set([item], self.ground))
        sound = [i for i in best if GRAVE.isdisjoint(i.candidate.weak) and not _is_empty(i.candidate)]
        yield sound[:SHORTLIST]
        yield [item for item in best if BROKEN.isdisjoint(item.candidate.weak)][:SHORTLIST]

    def _find_event(self) -> list[Scored]:
        """The bullet that tells what the headline and the first sentences announce; below what it points at, where it does."""
        lead = self.articles[0]
        title = frozenset(content_roots(lead.title))
        fit = [
            item
            for item in self.items
            if item.candidate.article.id == lead.id and (UNFIT | BROKEN).isdisjoint(item.candidate.weak)
        ]
        for item in sorted(fit, key=lambda item: -_rate_event(item, title)):
            if self._may_join(item, []):
                return [item]
            index = item.candidate.sentence.index
            above = [i for i in fit if 0 < index - i.candidate.sentence.index <= BEFORE]
            for other in sorted(above, key=lambda i: -i.candidate.sentence.index):
                if self._may_join(other, []) and self._may_join(item, [other]):
                    return [other, item]
        return []

    def _grow(self, chosen: Sequence[Scored], pool: Sequence[Scored]) -> list[Scored]:
        """Add the best of ``pool``, one after the other, while there is room."""
        chosen = list(chosen)
        while len(chosen) < self.count:
            best = next((item for item in self._rank(pool, chosen) if self._may_join(item, chosen)), None)
            if best is None:
                break
            chosen.append(best)
        return chosen

    def _rank(self, pool: Sequence[Scored], chosen: Sequence[Scored]) -> list[Scored]:
        """What of ``pool`` can stand beside ``chosen``, by what the set is worth with it."""
        tally = tally_set(chosen)
        apart = (item for item in pool if not _overlaps(item, chosen))
        return sorted(apart, key=lambda item: -self._gain(item, tally))

    def _gain(self, item: Scored, tally: Tally) -> float:
        """What the set of ``tally`` is worth with ``item``: sooner rather than later, figures before none."""
        candidate = item.candidate
        place = candidate.sentence.index / max(1, len(split_sentences(candidate.article.text)))
        figured = FIGURED if any(char.isdigit() for char in candidate.text) else 1.0
        return tally.value_with(item, self.ground) * (1 - LATE * place) * figured

    def _with_companions(self, chosen: Sequence[Scored], refused: set[int]) -> list[Scored]:
        """The set with what its bullets must not be told without; a bullet whose other half cannot be told goes."""
        chosen = list(chosen)
        for item in tuple(chosen):
            for index in self._find_missing(item, chosen):
                if item not in chosen or not self._find_missing(item, chosen):
                    break
                joined = self._join_companion(item, index, chosen)
                if joined:
                    chosen = joined
                elif item is not chosen[0]:
                    chosen.remove(item)
                    refused.add(id(item))
        return chosen

    def _find_missing(self, item: Scored, chosen: Sequence[Scored]) -> list[int]:
        """The sentences of its article that it must not be told without, and that the set does not tell."""
        candidate = item.candidate
        told = [other.candidate.shown for other in chosen]
        sentences = split_sentences(candidate.article.text)
        missing = find_missing(told, candidate.sentence.index, candidate.text, sentences)
        return [index for _, index in missing]

    def _join_companion(self, item: Scored, index: int, chosen: Sequence[Scored]) -> list[Scored]:
        """The set with a bullet of the sentence ``index``, in the place of what brings least; empty where none is fit."""
        others = [
            other
            for other in self.items
            if other.candidate.article.id == item.candidate.article.id
            and index in other.candidate.indices
            and UNFIT.isdisjoint(other.candidate.weak)
        ]
        for other in sorted(others, key=lambda other: -other.worth):
            if item.candidate.indices < other.candidate.indices:  # both in one bullet
                rest = [one for one in chosen if one is not item]
                if not _overlaps(other, rest) and self._may_join(other, rest):
                    place = chosen.index(item)
                    return [*chosen[:place], other, *chosen[place + 1 :]]
                continue
            rest = [one for one in chosen if one is item or one is chosen[0] or not _overlaps(other, [one])]
            if _overlaps(other, rest):
                continue
            if len(rest) >= self.count:
                free = [one for one in rest if one is not item and one is not chosen[0]]
                if not free:
                    continue
                rest.remove(min(free, key=lambda one: one.worth))
            if self._may_join(other, rest):
                return [*rest, other.because("what another bullet says would mislead without it")]
        return []

    def _may_join(self, item: Scored, chosen: Sequence[Scored]) -> bool:
        """Whether nothing is amiss with the set and ``item``: no fact twice, no second view, nothing untold pointed at, the gate passes it."""
        if _overlaps(item, chosen) or not self._has_room(item, chosen):
            return False
        if _is_opinion(item) and any(_is_opinion(other) for other in chosen):
            return False
        told = self.articles[0].title
        for one in self._arrange([*chosen, item]):
            if _points(one.candidate, told):
                return False
            told = f"{told} {one.candidate.shown}"
        return self._passes(item)

    def _has_room(self, item: Scored, chosen: Sequence[Scored]) -> bool:
        article = item.candidate.article.id
        taken = [i.candidate.text for i in (*chosen, item) if i.candidate.article.id == article]
        return sum(len(text.split()) for text in taken) <= self.words

    def _arrange(self, chosen: Sequence[Scored]) -> list[Scored]:
        """The event first, then by article and place; the publisher's own view last."""
        order = {article.id: place for place, article in enumerate(self.articles)}
        rest = sorted(
            chosen[1:],
            key=lambda item: (
                item.candidate.is_view,
                order[item.candidate.article.id],
                item.candidate.sentence.start,
                item.candidate.place,
            ),
        )
        return [*chosen[:1], *rest]

    def _passes(self, item: Scored) -> bool:
        """Whether the gate passes it, and whoever tells its fact with another figure."""
        key = id(item.candidate)
        if key not in self.verdicts:
            fact = self.facts.get(key)
            told = [item.candidate, *([fact.rival] if fact and fact.rival else [])]
            self.verdicts[key] = all(_is_grounded(candidate) for candidate in told)
        return self.verdicts[key]


def _is_grounded(candidate: Candidate) -> bool:
    article, lead = candidate.article, candidate.lead_in
    cited = [citation.sentence for citation in candidate.citations]
    verdict = check_bullet(
        candidate.shown,
        headline=article.title,
        publisher=f"{article.publisher.name} {article.byline or ''}",
        cited=[*cited, *([lead.citation.sentence] if lead else [])],
        source=article.text,
    )
    return verdict.grounded


BEFORE = 2  # sentences above one that points back, within which what it points at is told
ENOUGH = 2  # bullets without a grave fault, and those with one stay out


def _rate_event(item: Scored, title: frozenset[str]) -> float:
    candidate = item.candidate
    told = len(title & frozenset(content_roots(candidate.text))) / max(1, len(title))
    against = EVENT_GRAVE * (not GRAVE.isdisjoint(candidate.weak)) + EVENT_JUDGED * (
        JUDGEMENT in candidate.weak
    )
    against += EVENT_GRAVE * sets_scene(candidate.text)
    return EVENT_TITLE * told - EVENT_PLACE * candidate.sentence.index + EVENT_WORTH * item.worth - against


def _is_empty(candidate: Candidate) -> bool:
    """Whether it speaks for a company and is a general truth or a judgement without a fact."""
    vague = GENERAL in candidate.weak or JUDGEMENT in candidate.weak
    return vague and candidate.commercial and not has_checkable_fact(candidate.text)


def _is_opinion(item: Scored) -> bool:
    return item.candidate.is_view or PROMOTION in item.candidate.weak


def _overlaps(item: Scored, chosen: Sequence[Scored]) -> bool:
    """Whether a sentence of ``item`` is told by one of ``chosen``: but for the other half of one."""
    mine = item.candidate
    return any(
        mine.article.id == other.candidate.article.id
        and not mine.indices.isdisjoint(other.candidate.indices)
        and (mine.place == other.candidate.place or len(mine.indices | other.candidate.indices) > 1)
        for other in chosen
    )


def _points(candidate: Candidate, told: str) -> bool:
    """Whether it points at something that neither ``told`` (headline, earlier bullets) nor its own lead-in names."""
    text = candidate.article.text
    if candidate.lead_in:
        told = f"{told} {candidate.lead_in.text}"
    untied = find_untied(
        candidate.text,
        told,
        sentence=candidate.sentence,
        sentences=split_sentences(text),
        title=candidate.article.title,
    )
    return bool(untied) or (is_speech(candidate.text) and find_surname(candidate.text, told, text) != "")
