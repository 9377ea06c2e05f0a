"""Choose the facts of one story: its event first, then the set that says most beside it. Pure.

What a set is worth is `set_value.py`'s matter. Conditions come before worth: what the gate refuses, what is no
sentence, what points at something untold is out; what limits the news is told with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from operator import attrgetter

from newsletter.config import Editorial
from newsletter.english.rules import matches, remembered, scan
from newsletter.english.sentences import BlockKind
from newsletter.english.stems import content_roots
from newsletter.gate import check_bullet
from newsletter.highlights.bad_news import BAD, WORSE, find_gravity
from newsletter.highlights.candidates import (
    LONGEST_EVENT,
    TOP,
    Candidate,
    find_story_candidates,
    is_decision,
    join,
    join_denial,
    join_neighbours,
    turns_news,
)
from newsletter.highlights.lead_ins import name_voices
from newsletter.highlights.loose_ends import find_loose_end
from newsletter.highlights.point_lists import join_points
from newsletter.highlights.reduce import LONGEST
from newsletter.highlights.same_facts import are_one_fact, find_facts
from newsletter.highlights.set_value import Scored, score_candidates
from newsletter.highlights.structure import TextKind, read_structure
from newsletter.highlights.weaknesses import FILLER, PAST, UNFIT
from newsletter.model import Article, Beside, Citation, PublisherKind, Verdict

# Chance that an editor refuses it, from which a candidate only tells the event or what must not be left out.
REFUSED, REFUSED_OF_ITS_OWN = 0.6, 0.4  # and in what speaks for a company, whose rest is praise
DECIDES = 0.6  # how much surer what an authority decides or asks for tells the event of its notice
LATE = (
    0.05  # how much less surely each sentence further down tells the event of a release that opens with news
)
LOST_EVENT = 0.2  # what the chance that its reader asks who or what is meant counts against an event
SPARED = 36  # words of a bullet above which it must be worth its length
LONG, LONG_TURN = 3.0, 1.5  # points that it must have; that what turns the news must have
FILLS = 0.5  # points of a sentence worth telling beside another
DOUBTED = 0.2  # chance that an editor refuses it, from which it is told beside none
OWN_WORDS = 0.5  # of its points, which what an issuer says of itself keeps beside a report of it
MILDER = 0.5  # of its gravity, by which bad news gives way to worse
HURT_WITHIN = 5  # sentences after the first, among which an accident's dead and hurt are told
SAYS = 0.5  # points of a sentence that may be told for another's sake
# "Acme opens its mill, but output falls", "Acme opens its mill; owners sue"
_SECOND_HALF = re.compile(
    r"(?:;|,?\s(?:[–—-]\s)?(?:but|though|although|despite|yet))\s(?P<half>[^;]+)$", re.IGNORECASE
)
SHORTLIST = 40  # candidates that are tried, the best alone

_worth = attrgetter("worth")


def choose_facts(
    articles: Sequence[Article], *, settings: Editorial, terms: Callable[[str], float] | None
) -> list[Scored]:
    """Choose what the highlights of one story tell, its event first; nothing where no sentence is fit."""
    found = find_story_candidates(articles, max_words=settings.max_words)
    joined = [
        *join_neighbours(articles, found, max_words=settings.max_words),
        *join_points(articles, found, max_words=settings.max_words),
    ]
    scored = [_leave_news_to(articles[0], item) for item in score_candidates([*found, *joined], terms=terms)]
    order = {article.id: place for place, article in enumerate(articles)}
    # Of sentences that tell one fact the best stands for all, of the first article that has one.
    scored.sort(key=lambda item: (order[item.candidate.article.id], -item.worth))
    alone = find_facts([item for item in scored if item.candidate.alone])
    items = [*alone, *(item for item in scored if not item.candidate.alone)]
    return _Choosing(articles=articles, settings=settings, items=items).choose()


def _leave_news_to(lead: Article, item: Scored) -> Scored:
    """What a candidate brings beside the event, which ``lead`` tells: the news of another article is the same news.

    And beside a report an issuer's own words count less.
    """
    article = item.candidate.article
    if article.id == lead.id:
        return item
    own = OWN_WORDS if article.publisher.kind is PublisherKind.ISSUER else 1
    return replace(item, value=item.value.without_news(), factor=item.factor * own)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choosing:
    """What there is to choose from for one story. Each step takes a set and gives one.

    What must hold of a set: so many bullets and words of one article as the settings allow at most, no fact twice, one
    view, nothing that the gate refuses. What points at something that is not told above it is worth less.
    """

    articles: Sequence[Article]
    settings: Editorial
    items: Sequence[Scored]

    def choose(self) -> list[Scored]:
        """The event, then what says most beside it and what must not be left out, in reading order."""
        telling = (item for item in self._fit() if self._is_worth_its_length(item) and not _is_refused(item))
        pool = sorted(telling, key=_worth, reverse=True)[:SHORTLIST]
        chosen = self._grow_with_pairs(self._find_event(), pool)
        if not chosen:
            return []
        chosen = self._tell_setback(self._tell_second_half(chosen))
        chosen = self._tell_one_of(_binds_nobody, chosen, Beside.NOT_BINDING)  # however little else it says
        chosen = self._tell_one_of(_limits, chosen, Beside.LIMIT, least=SAYS)
        chosen = self._tell_one_of(partial(_has, "in force"), chosen, Beside.BEGINS)
        if any(_has("accuses", item) for item in chosen):
            chosen = self._tell_one_of(partial(_has, "denies"), chosen, Beside.DENIAL, least=SAYS)
        chosen = self._tell_one_of(_hurts, chosen, Beside.HURT)
        chosen = self._tell_one_of(partial(_has, "jobs"), chosen, Beside.JOBS)
        chosen = self._tell_denied(chosen)
        return self._arrange([item for item in chosen if not _is_orphan(item, chosen)])

    def _leads(self, kind: PublisherKind) -> bool:
        return self.articles[0].publisher.kind is kind

    def _fit(self) -> list[Scored]:
        return [
            item
            for item in self.items
            if UNFIT.isdisjoint(item.candidate.weak) and not _is_listed_thing(item.candidate)
        ]

    def _is_worth_its_length(self, item: Scored) -> bool:
        """Whether it is no longer than others, or opens the text, tells much or turns the news and may be longer."""
        candidate = item.candidate
        words = len(candidate.text.split())
        if words <= max(self.settings.max_words, SPARED):
            return True
        longest = LONGEST_EVENT if _limits(item) else LONGEST
        least = LONG_TURN if turns_news(candidate.text) else LONG
        return words <= longest and (candidate.sentence.order < TOP or item.worth >= least)

    def _find_event(self) -> list[Scored]:
        """The bullet that tells what the headline and the first sentences announce."""
        lead = self.articles[0].id
        fit = [
            item
            for item in self._fit()
            if item.candidate.article.id == lead
            and _may_open(item.candidate)
            and PAST not in item.candidate.weak
        ]

        opens_with_news = self._leads(PublisherKind.ISSUER) and not any(
            item.candidate.sentence.order == 0 and FILLER in item.candidate.weak for item in self.items
        )

        def rank(item: Scored) -> float:
            decides = self._leads(PublisherKind.REGULATOR) and _decides(item.candidate)
            late = LATE * item.candidate.sentence.order * opens_with_news
            return item.event + DECIDES * decides - LOST_EVENT * self._lost(item, []) - late

        return self._add_best(fit, [], by=rank)

    def _add_best(
        self, items: Iterable[Scored], chosen: list[Scored], *, by: Callable[[Scored], float]
    ) -> list[Scored]:
        """The set with the best of ``items`` that fits it; the set itself where none does."""
        ranked = sorted(items, key=by, reverse=True)
        return next(([*chosen, item] for item in ranked if self._fits(item, chosen)), chosen)

    def _grow_with_pairs(self, chosen: list[Scored], pool: Sequence[Scored]) -> list[Scored]:
        """Add the best of ``pool``, two neighbours in one bullet where the room so made is worth it."""
        plain, pairs = self._grow(chosen, pool), self._pair(pool)
        packed = self._grow(chosen, [*pool, *pairs]) if pairs else plain
        return packed if sum(map(_worth, packed)) - sum(map(_worth, plain)) >= FILLS else plain

    def _pair(self, pool: Sequence[Scored]) -> list[Scored]:
        """Two neighbours of one paragraph in one bullet, where both fit: each brings what it is worth."""
        pairs = []
        seconds = [item for item in pool if item.worth >= FILLS and item.value.faulty < DOUBTED]
        for first, second in product(pool, seconds):
            joined = join(first.candidate, second.candidate, max_words=self.settings.max_words)
            if joined:
                whole = replace(
                    first,
                    candidate=joined,
                    value=first.value.add(second.value),
                    roots=first.roots | second.roots,
                )
                pairs.append(whole.because("what stands right below it fits beside it"))
        return pairs

    def _grow(self, chosen: list[Scored], pool: Sequence[Scored]) -> list[Scored]:
        """Add the best of ``pool``, one after the other: what brings most to a reader who knows what it is about."""
        told: frozenset[str] = frozenset().union(*(item.roots for item in chosen))

        def bring(item: Scored) -> float:
            return item.gain(told) * (1 - self._lost(item, chosen))

        grown = self._add_best(pool, chosen, by=bring)
        return chosen if grown is chosen else self._grow(grown, pool)

    def _tell_second_half(self, chosen: list[Scored]) -> list[Scored]:
        """The set with what tells more of the headline's second half than its bullets do: "…, but output falls"."""
        match = _SECOND_HALF.search(self.articles[0].title)
        if match is None:
            return chosen
        half = {*content_roots(match["half"])} - {*content_roots(match.string[: match.start()])}

        def tells(item: Scored) -> int:
            return len(half & item.roots)

        least = max(1, *map(tells, chosen))
        found = [
            item.because("the headline tells it, too") for item in self._find_in_lead() if tells(item) > least
        ]
        return self._tell_best(found, chosen, by=tells)

    def _tell_setback(self, chosen: list[Scored]) -> list[Scored]:
        """The set of a company's own release with what is bad of it, the worst first, in the place of what is not."""
        if not self._leads(PublisherKind.ISSUER):
            return chosen
        for _ in range(self.settings.max_highlights + 1):
            least = WORSE if any(_gravity(item) >= BAD for item in chosen) else BAD
            found = [
                item.because(Beside.SETBACK)
                for item in self._find_in_lead()
                if _gravity(item) >= least and not _overlaps(item, chosen)
            ]
            milder = max(BAD, max(map(_gravity, found), default=0.0) - MILDER)
            told = self._tell_best(found, chosen, by=_gravity, grave=milder)
            if told is chosen or len(told) < len(chosen):
                break
            chosen = told
        return _say_why(chosen, [item for item in chosen if _gravity(item) >= BAD], Beside.SETBACK)

    def _tell_denied(self, chosen: list[Scored]) -> list[Scored]:
        """The set in which each bullet has the short sentence right below it that takes it back: "It was not"."""
        for item in chosen:
            longest = LONGEST_EVENT if item is chosen[0] else LONGEST
            joined = join_denial(item.candidate, max_words=longest)
            whole = replace(item, candidate=joined).because("what is right below takes it back")
            rest = [one for one in chosen if one is not item]
            told_by_others = item.more or item.rival  # without the denial
            if joined is not item.candidate and not told_by_others and self._fits(whole, rest):
                chosen = [whole if one is item else one for one in chosen]
        return chosen

    def _tell_one_of(
        self, holds: Callable[[Scored], bool], chosen: list[Scored], why: Beside, *, least: float = 0.0
    ) -> list[Scored]:
        """The set with the best that ``holds``, worth ``least`` points, where no bullet does."""
        if told := [item for item in chosen if holds(item)]:
            return _say_why(chosen, told, why)
        found = (item.because(why) for item in self._find_in_lead() if item.worth >= least and holds(item))
        return self._tell_best(found, chosen)

    def _find_in_lead(self) -> list[Scored]:
        """What may be told of the first article."""
        lead = self.articles[0].id
        mine = (item for item in self._fit() if item.candidate.article.id == lead)
        return [item for item in mine if self._is_worth_its_length(item)]

    def _tell_best(
        self,
        found: Iterable[Scored],
        chosen: list[Scored],
        *,
        by: Callable[[Scored], float] = _worth,
        grave: float = WORSE,
    ) -> list[Scored]:
        """The set with the best of ``found``, by worth or else, that fits it, in the place of the least that may go."""
        may_go = sorted((one for one in chosen[1:] if not _stays(one, grave)), key=_worth)
        for item in sorted(found, key=by, reverse=True):
            rest, spare = list(chosen), list(may_go)
            while spare and not self._has_room(item, rest):
                rest.remove(spare.pop(0))
            if self._fits(item, rest):
                return [*rest, item]
        return chosen

    def _fits(self, item: Scored, chosen: Sequence[Scored]) -> bool:
        """Whether ``item`` fits the set: no fact twice, no second view, grounded."""
        if _is_orphan(item, chosen) or _overlaps(item, chosen) or _is_of_told_item(item, chosen):
            return False
        for other in chosen:
            both_views = item.candidate.is_view and other.candidate.is_view
            if both_views or are_one_fact(item.candidate, other.candidate):
                return False
        return self._has_room(item, chosen) and _passes(item)

    def _has_room(self, item: Scored, chosen: Sequence[Scored]) -> bool:
        article = item.candidate.article.id
        taken = [i.candidate.text for i in (*chosen, item) if i.candidate.article.id == article]
        words = sum(len(text.split()) for text in taken)
        return len(chosen) < self.settings.max_highlights and words <= self.settings.max_verbatim_words

    def _lost(self, item: Scored, chosen: Sequence[Scored]) -> float:
        """The chance that a reader of headline and bullets above ``item`` asks who or what it is about."""
        placed = self._arrange([*chosen, item])
        clues = [one.candidate.find_clues() for one in placed[: placed.index(item) + 1]]
        return find_loose_end(clues[-1], self.articles[0].title, clues[:-1])

    def _arrange(self, chosen: Sequence[Scored]) -> list[Scored]:
        """The event first, then by article and place, what goes on from another right below it; the view last."""
        order = [article.id for article in self.articles]
        rest = sorted(
            chosen[1:],
            key=lambda item: (
                item.candidate.is_view,
                order.index(item.candidate.article.id),
                item.candidate.sentence.start,
                item.candidate.place,
            ),
        )
        placed: list[Scored] = []
        for item in (*chosen[:1], *rest):
            leader = next((n for n, one in enumerate(placed) if one.candidate is item.candidate.after), None)
            placed.insert(len(placed) if leader is None else leader + 1, item)
        return placed


def _passes(item: Scored) -> bool:
    """Whether the gate passes it, and whoever tells its fact with another figure."""
    told = [item.candidate, *([item.rival] if item.rival else [])]
    return all(judge_candidate(candidate).grounded for candidate in told)


_ask_gate = remembered(1024)(check_bullet)  # of each candidate once, however often a set may have it


def judge_candidate(candidate: Candidate) -> Verdict:
    """Ask the gate about ``candidate`` as it would be shown, beside its own headline, publisher and sentences."""
    article, lead = candidate.article, candidate.lead_in
    cited = (*candidate.citations, *((lead.citation,) if lead else ()))
    return judge_text(candidate.shown, article, cited, headline=article.title, source=article.text)


def judge_text(
    text: str, article: Article, cited: Sequence[Citation], *, headline: str, source: str
) -> Verdict:
    """Ask the gate about ``text`` of ``article``, whose author may be named in it like its publisher."""
    return _ask_gate(
        text,
        headline=headline,
        publisher=name_voices(article),
        cited=tuple(citation.sentence for citation in cited),
        source=source,
    )


def _is_listed_thing(candidate: Candidate) -> bool:
    """Whether it is a thing that an authority lists: "Steel plates of a width of 6 metres"."""
    official = candidate.article.publisher.kind is PublisherKind.REGULATOR
    listed = candidate.sentence.kind in {BlockKind.BULLET, BlockKind.FACT}
    return official and listed and not (_decides(candidate) or matches("main verb", candidate.text))


def _decides(candidate: Candidate) -> bool:
    """Whether it tells what an authority does or asks for, or of whom and what its notice is."""
    return candidate.lists_particulars or is_decision(candidate.text)


def _is_refused(item: Scored) -> bool:
    likely = item.value.faulty >= (REFUSED_OF_ITS_OWN if item.candidate.commercial else REFUSED)
    return likely or _has("rumour put right", item)


def _has(effect: str, item: Scored) -> bool:
    return matches(effect, item.candidate.text)


def _hurts(item: Scored) -> bool:
    """Whether it tells an accident's dead and hurt, at the top of the text: farther down they are of another."""
    return item.candidate.sentence.order <= HURT_WITHIN and _has("casualties", item)


def _binds_nobody(item: Scored) -> bool:
    return any(rule.kind == "deal" for rule, _ in scan("limit", item.candidate.text))


def _say_why(chosen: Sequence[Scored], some: Sequence[Scored], why: Beside) -> list[Scored]:
    """The set in which ``some`` say why they stand beside the event, unless that one has it, too."""
    return [item.because(why) if item in some and chosen[0] not in some else item for item in chosen]


def _stays(item: Scored, grave: float) -> bool:
    """Whether no other may take its place: what limits the news, or a company's ``grave`` bad news."""
    issued = item.candidate.article.publisher.kind is PublisherKind.ISSUER
    return _limits(item) or (issued and _gravity(item) >= grave)


def _gravity(item: Scored) -> float:
    return find_gravity(item.candidate.text)


def _limits(item: Scored) -> bool:
    return _has("limit", item)


def _is_orphan(item: Scored, chosen: Sequence[Scored]) -> bool:
    """Whether it goes on from a bullet that ``chosen`` does not hold."""
    above = item.candidate.after
    return above is not None and all(other.candidate is not above for other in chosen)


def _may_open(candidate: Candidate) -> bool:
    """Whether it goes on from no other: of a sentence that makes two the first statement."""
    return candidate.after is None and candidate.place <= 1


def _overlaps(item: Scored, chosen: Sequence[Scored]) -> bool:
    """Whether a sentence of ``item`` is told by one of ``chosen``."""
    return any(item.candidate.overlaps(other.candidate) for other in chosen)


def _is_of_told_item(item: Scored, chosen: Sequence[Scored]) -> bool:
    """Whether its paragraph of a round-up is told: there are others, and each is a story."""
    article, block = item.candidate.article, item.candidate.sentence.block
    told = any(
        (one.candidate.article.id, one.candidate.sentence.block) == (article.id, block) for one in chosen
    )
    return told and read_structure(article).kind is TextKind.ROUND_UP
