"""Choose the facts of one story: the set that says most, passes the gate, and in which every bullet stands. Pure.

What a set is worth is `set_value.py`'s matter. Here it is made fit to be read: what the gate refuses goes, what points at
something untold goes or gets the sentence that tells it, and where a company speaks facts come in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from newsletter.config import Editorial
from newsletter.english.promotion import has_checkable_fact, sets_scene
from newsletter.english.references import find_surname, find_untied
from newsletter.english.sentences import split_sentences
from newsletter.english.speech import is_speech
from newsletter.gate import check_grounding
from newsletter.highlights.candidates import Candidate, find_sequels, find_story_candidates
from newsletter.highlights.headline import find_news_words, find_subject, names_subject
from newsletter.highlights.publisher_highlights import Support, find_support
from newsletter.highlights.same_facts import Fact, find_facts
from newsletter.highlights.set_value import (
    Ground,
    Scored,
    choose_set,
    count_told,
    score_candidates,
    value_set,
    weigh_story,
)
from newsletter.highlights.teasers import drop_short_forms, is_teaser, stands_above
from newsletter.highlights.tighten import tighten
from newsletter.highlights.weaknesses import (
    BROKEN,
    EARLIER,
    GENERAL,
    GRAVE,
    JUDGEMENT,
    PRESUMES,
    PROMOTION,
    UNFIT,
)
from newsletter.model import Article

BEFORE = 4  # sentences above one that points back, within which what it points at is told
# What an agreement binds to: a reader must know.
_TERMS = re.compile(
    r"\b(?:non-?binding|binding|non-?exclusive|exclusive|preliminary|conditional|subject to)\b"
)
CLEARLY = 2  # words of the headline (a figure counts twice) by which one bullet tells more of it than another
ENOUGH = 2  # so many good candidates, and those that say nothing new are left out


def choose_facts(
    articles: Sequence[Article], *, settings: Editorial, terms: Callable[[str], float] | None
) -> list[tuple[Fact, Scored]]:
    """Choose what the highlights of one story tell, the headline's news first; nothing where no sentence is fit."""
    ground = weigh_story(articles)
    found = find_story_candidates(articles, max_words=settings.max_words, least=settings.min_highlights)
    candidates = drop_short_forms([tighten(candidate, ground, terms=terms) for candidate in found])
    support = find_support(articles, candidates)
    said = {key: found.said for key, found in support.items()}
    scored = [
        _with_support(item, support)
        for item in score_candidates(candidates, ground, terms=terms, support=said)
    ]
    facts = {id(fact.candidate): fact for fact in find_facts(_best_first(scored, ground))}
    everything = [item for item in scored if id(item.candidate) in facts]
    choosing = _Choosing(
        articles=articles,
        ground=ground,
        facts=facts,
        everything=everything,
        count=settings.max_highlights,
        words=settings.max_verbatim_words,
    )
    chosen = choosing.choose(_leave_out_weak(everything, general=terms is not None))
    sequels = find_sequels([item.candidate for item in chosen], max_words=settings.max_words)
    chosen = choosing.go_on(chosen, score_candidates(sequels, ground, terms=terms))
    chosen = choosing.put_news_first(chosen)
    return [(facts.get(id(item.candidate)) or Fact(candidate=item.candidate), item) for item in chosen]


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


def _leave_out_weak(scored: list[Scored], *, general: bool) -> list[Scored]:
    """Leave out what has a grave fault where enough is without; else at least what is no sentence that can be printed."""
    faultless = [
        item
        for item in scored
        if GRAVE.isdisjoint(item.candidate.weak) and not _is_empty(item.candidate, general=general)
    ]
    whole = [item for item in scored if BROKEN.isdisjoint(item.candidate.weak)]
    return next((fit for fit in (faultless, whole) if len(fit) >= ENOUGH), scored)


def _is_empty(candidate: Candidate, *, general: bool) -> bool:
    """Whether it is a general truth; or, in an article that speaks for a company, one or a judgement without a fact."""
    if _is_unchecked(candidate):
        return GENERAL in candidate.weak or JUDGEMENT in candidate.weak
    return general and GENERAL in candidate.weak


def _is_unchecked(candidate: Candidate) -> bool:
    """Whether it speaks for a company and states nothing that can be checked."""
    return candidate.commercial and not has_checkable_fact(candidate.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choosing:
    """What there is to choose from for one story. Its methods take a set and give a set."""

    articles: Sequence[Article]
    ground: Ground
    facts: Mapping[int, Fact]  # by id(candidate)
    everything: Sequence[Scored]  # one candidate for each fact, also what would not be chosen for itself
    count: int  # bullets at most
    words: int  # verbatim from one article at most
    verdicts: dict[int, bool] = field(default_factory=dict)  # of the gate, by id(candidate): it is asked once

    def choose(self, fit: Sequence[Scored]) -> list[Scored]:
        """Choose the best set of ``fit``, and what it lacks from everything; in reading order."""
        chosen = self._settle(fit)
        if not chosen:
            return []
        chosen = self._with_facts(chosen)
        chosen = self._with_subject(chosen)
        chosen = self._keep_within(chosen)
        return self._arrange(chosen)[0]

    def go_on(self, chosen: list[Scored], sequels: Sequence[Scored]) -> list[Scored]:
        """The set with the best of ``sequels`` below what it goes on from, where there is room.

        In an article that speaks for a company it may take the place of what cannot be checked.
        """
        for sequel in sorted(sequels, key=lambda item: -item.worth):
            item = sequel.because("it goes on from the bullet above it")
            candidate = item.candidate
            place = (candidate.article.id, candidate.sentence.index - 1)
            above = next(
                (i for i in chosen if (i.candidate.article.id, i.candidate.sentence.index) == place), None
            )
            if above is None or not (has_checkable_fact(candidate.text) or _TERMS.search(candidate.text)):
                continue
            if not GRAVE.isdisjoint(candidate.weak) or JUDGEMENT in candidate.weak:
                continue
            idle = [i for i in chosen if i is not above and _is_unchecked(i.candidate)]
            for room in self._make_room(chosen, idle):
                joined = self._keep_within([*room, item])
                same = len(find_facts([i.candidate for i in joined])) < len(joined)
                if item in joined and not same and self._passes(item) and not self._find_misfits(joined):
                    return self._arrange(joined)[0]
        return chosen

    def put_news_first(self, chosen: list[Scored]) -> list[Scored]:
        """The set with the bullet first that tells most of the headline, where that is clearly another and nothing then hangs in the air.

        What only sets the scene is not first where anything else is.
        """
        lead = self.articles[0]
        headline = find_news_words(lead.title, lead.text)
        facts = [
            item for item in chosen if not item.candidate.is_view and not sets_scene(item.candidate.text)
        ]
        told = {id(item): count_told(item.candidate.text, headline) for item in (*chosen[:1], *facts)}
        news = max(facts, key=lambda item: told[id(item)], default=None)
        if news is None or any(item.candidate.follows for item in chosen):
            return chosen
        if chosen[0] in facts and told[id(news)] < told[id(chosen[0])] + CLEARLY:
            return chosen
        if PRESUMES in news.candidate.weak or find_surname(news.candidate.text, lead.title, lead.text):
            return chosen
        order = [news, *(item for item in chosen if item is not news)]
        before = lead.title
        for item in order:
            if _points(item.candidate, before):
                return chosen
            before = f"{before} {item.candidate.shown}"
        return order

    def _settle(self, fit: Sequence[Scored]) -> list[Scored]:
        """The best set in which nothing is refused: what is goes, and the set is chosen anew."""
        while fit:
            chosen = choose_set(fit, self.ground, count=self.count)
            refused = [item for item in chosen if not self._passes(item)]
            if not refused:
                chosen, refused = self._mend(chosen, fit)
            if not refused:
                return chosen
            fit = [item for item in fit if item not in refused]
        return []

    def _mend(self, chosen: list[Scored], fit: Sequence[Scored]) -> tuple[list[Scored], list[Scored]]:
        """The set with its first misfit mended; or as it is, and what must go from it."""
        misfits = self._find_misfits(chosen)[:1]
        if not misfits:
            return chosen, []
        if joined := self._join_told(misfits[0], chosen, fit):
            return joined, []
        if len(fit) > ENOUGH:
            return chosen, misfits
        others = self._with_facts([item for item in chosen if item not in misfits])
        if len(others) >= len(chosen):
            return others, []
        return chosen, _find_surplus_views(chosen)[:1]  # what points at something may stay

    def _join_told(self, loose: Scored, chosen: Sequence[Scored], fit: Sequence[Scored]) -> list[Scored]:
        """The set with the sentence that tells what ``loose`` points at, in the place of what brings least.

        Empty where there is none, or the set is worth more without both.
        """
        if not has_checkable_fact(loose.candidate.text) or GENERAL in loose.candidate.weak:
            return []
        others = [*(item for item in chosen if item is not loose), loose]
        joined = next(
            (
                [*room, teller]
                for teller in self._find_tellers(loose, chosen)
                for room in self._make_room(others)
                if any(item is loose for item in room) and not self._find_misfits([*room, teller])
            ),
            [],
        )
        if not joined or not all(self._passes(item) for item in joined):
            return []
        without = choose_set([item for item in fit if item is not loose], self.ground, count=self.count)
        more = len(joined) > len(without) or self._value(joined) >= self._value(without)
        return joined if more else []

    def _find_tellers(self, loose: Scored, chosen: Sequence[Scored]) -> list[Scored]:
        """The facts that stand shortly before ``loose``, the nearest first."""
        sentence, article = loose.candidate.sentence, loose.candidate.article.id
        near = [
            item
            for item in self.everything
            if item not in chosen
            and item.candidate.article.id == article
            and (GRAVE - {EARLIER} | {GENERAL, JUDGEMENT}).isdisjoint(item.candidate.weak)
            and has_checkable_fact(item.candidate.text)
            and 0 < sentence.index - item.candidate.sentence.index <= BEFORE
        ]
        return sorted(near, key=lambda item: -item.candidate.sentence.index)

    def _with_facts(self, chosen: Sequence[Scored]) -> list[Scored]:
        """The set with more than one sentence, and a fact that can be checked where all speak for a company, if there are such.

        What was left out as weak comes before views and talk alone.
        """
        told = list(chosen)
        while len(told) < min(ENOUGH, self.count) or all(_is_unchecked(item.candidate) for item in told):
            room = told if len(told) < self.count else told[:-1]
            more = [
                [*room, item]
                for item in self.everything
                if item not in told and has_checkable_fact(item.candidate.text) and self._may_join(item, room)
            ]
            if not more:
                break
            told = max(more, key=self._value)
        return told

    def _with_subject(self, chosen: list[Scored]) -> list[Scored]:
        """The set with a sentence about whom the headline is about, where the article speaks for a company and has one that is fit.

        A fact comes before praise; it takes the place of what brings least where there is no room.
        """
        lead = self.articles[0]
        subject = find_subject(lead.title, lead.text)
        if (
            not subject
            or not any(item.candidate.commercial for item in chosen)
            or any(names_subject(item.candidate.shown, subject, lead.text) for item in chosen)
        ):
            return chosen
        about = [i for i in self.everything if re.search(rf"\b{re.escape(subject)}\b", i.candidate.text)]
        more = [
            [*room, item]
            for item in about
            for room in self._make_room(chosen)
            if any(has_checkable_fact(other.candidate.text) for other in (*room, item))
            and self._may_join(item, room)
        ]
        return max(
            more,
            key=lambda items: (
                GRAVE.isdisjoint(items[-1].candidate.weak),
                has_checkable_fact(items[-1].candidate.text),
                self._value(items),
            ),
            default=chosen,
        )

    def _keep_within(self, chosen: Sequence[Scored]) -> list[Scored]:
        """Leave out, from the last chosen, what would take too many words verbatim from one article."""
        taken: dict[str, int] = {}
        kept = []
        for item in chosen:
            article = item.candidate.article.id
            words = taken.get(article, 0) + len(item.candidate.text.split())
            if words <= self.words:
                taken[article] = words
                kept.append(item)
        return kept

    def _arrange(self, chosen: Sequence[Scored]) -> tuple[list[Scored], list[Scored]]:
        """In reading order; and what points at something that none before it tells.

        A point of a list above the article may presume what the article tells: it stands after that.
        """
        waiting = self._in_order(chosen)
        told, order, loose = self.articles[0].title, [], []
        while waiting:
            item = waiting.pop(0)
            if _points(item.candidate, told):
                later = " ".join(other.candidate.shown for other in waiting)
                if later and is_teaser(item.candidate) and not _points(item.candidate, f"{told} {later}"):
                    waiting.append(item)
                    continue
                loose.append(item)
            order.append(item)
            told = f"{told} {item.candidate.shown}"
        return sorted(order, key=lambda item: item.candidate.is_view), loose

    def _in_order(self, chosen: Sequence[Scored]) -> list[Scored]:
        """By article and place, a list above an article after it, the publisher's own views last."""
        order = {article.id: place for place, article in enumerate(self.articles)}
        return sorted(
            chosen,
            key=lambda item: (
                item.candidate.is_view,
                order[item.candidate.article.id],
                stands_above(item.candidate),
                item.candidate.sentence.start,
            ),
        )

    def _find_misfits(self, chosen: Sequence[Scored]) -> list[Scored]:
        """What does not fit among the others: it points at a thing that none before it names, or is a second view."""
        return self._arrange(chosen)[1] + _find_surplus_views(chosen)

    def _make_room(
        self, chosen: Sequence[Scored], may_go: Sequence[Scored] | None = None
    ) -> Iterator[list[Scored]]:
        """The set where one more has room in it; else the sets without one of ``may_go`` (default: any), what brings least first."""
        if len(chosen) < self.count:
            yield list(chosen)
            return
        for gone in sorted(chosen if may_go is None else may_go, key=lambda item: item.worth):
            yield [item for item in chosen if item is not gone]

    def _may_join(self, item: Scored, room: Sequence[Scored]) -> bool:
        """Whether it is fit to be printed at all, passes the gate, and nothing is amiss with both."""
        fit = UNFIT.isdisjoint(item.candidate.weak) and self._passes(item)
        return fit and not self._find_misfits([*room, item])

    def _passes(self, item: Scored) -> bool:
        """Whether the gate passes it, and whoever tells its fact with another figure."""
        key = id(item.candidate)
        if key not in self.verdicts:
            fact = self.facts.get(key)
            told = [item.candidate, *([fact.rival] if fact and fact.rival else [])]
            self.verdicts[key] = all(check_grounding(c.article.text, c.shown).grounded for c in told)
        return self.verdicts[key]

    def _value(self, chosen: Sequence[Scored]) -> float:
        return value_set(chosen, self.ground)


def _find_surplus_views(chosen: Sequence[Scored]) -> list[Scored]:
    """The publisher's own judgements, and praise without a fact, but for the best."""
    views = [item for item in chosen if item.candidate.is_view or PROMOTION in item.candidate.weak]
    return sorted(views, key=lambda item: -item.worth)[1:]


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
