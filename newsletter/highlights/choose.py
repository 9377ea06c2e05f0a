"""Choose the facts of one story: its event first, then the set that says most beside it. Pure.

What a set is worth is `set_value.py`'s matter. Conditions come before worth: what the gate refuses, what is no
sentence, what points at something untold is out; what limits the news is told with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import inf
from operator import attrgetter, itemgetter
from typing import Any

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
from newsletter.highlights.loose_ends import find_loose_end
from newsletter.highlights.point_lists import join_points
from newsletter.highlights.reduce import LONGEST
from newsletter.highlights.same_facts import are_one_fact, find_facts
from newsletter.highlights.set_value import Scored, score_candidates
from newsletter.highlights.structure import TextKind, read_structure
from newsletter.highlights.weaknesses import PAST, UNFIT
from newsletter.model import Article, Beside, Citation, PublisherKind, Verdict

# Chance that an editor refuses it, from which a candidate only tells the event or what must not be left out.
REFUSED, REFUSED_OF_ITS_OWN = 0.6, 0.4  # and in what speaks for a company, whose rest is praise
DECIDES = 0.6  # how much surer what an authority decides or asks for tells the event of its notice
LATE = 0.05  # how much less surely each sentence further down a company's release tells its event
LOST_EVENT = 0.2  # what the chance that its reader asks who or what is meant counts against an event
SPARED = 36  # words of a bullet above which it must be worth its length
LONG, LONG_TURN = 3.0, 1.5  # points that it must have; that what turns the news must have
FILLS = 0.5  # points of a sentence worth telling beside another
DOUBTED = 0.2  # chance that an editor refuses it, from which it is told beside none
OWN_WORDS = 0.5  # of its points, which what an issuer says of itself keeps beside a report of it
HURT_WITHIN = 5  # sentences after the first, among which an accident's dead and hurt are told
MILDER = 0.5  # of its gravity, by which bad news gives way to worse
SAYS = 0.5  # points of a sentence that may be told for another's sake

# "Acme opens its mill, but output falls", "Acme opens its mill; owners sue"
_SECOND_HALF = re.compile(
    r"(?:;|,?\s(?:[–—-]\s)?(?:but|though|although|despite|yet))\s(?P<half>[^;]+)$", re.IGNORECASE
)
SHORTLIST = 40  # candidates that are tried, the best alone
_VIEWS = frozenset({TextKind.INTERVIEW, TextKind.OPINION})  # texts without an event that could be limited
_ANYWHERE = _VIEWS | {TextKind.LIVE, TextKind.ROUND_UP}  # where the news may stand anywhere

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
    is_issuer, leads_issuer = (one.publisher.kind is PublisherKind.ISSUER for one in (article, lead))
    factor = item.factor * (OWN_WORDS if is_issuer and not leads_issuer else 1)
    return replace(item, value=item.value.without_news(), factor=factor)


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
        fit = (item for item in self._fit() if not _is_refused(item))
        pool = sorted(fit, key=_worth, reverse=True)[:SHORTLIST]
        chosen = self._grow_with_pairs(self._find_event(), pool)
        if not chosen:
            return []
        chosen = self._tell_setback(self._tell_second_half(chosen))
        chosen = self._tell_limit(chosen)
        if self._leads(PublisherKind.REGULATOR):
            chosen = self._tell_one_of("in force", chosen, Beside.BEGINS)
        if any(matches("accuses", item.candidate.shown) for item in chosen):
            chosen = self._tell_one_of("denies", chosen, Beside.DENIAL, least=SAYS)
        chosen = self._tell_one_of("casualties", chosen, Beside.HURT, within=HURT_WITHIN)
        chosen = self._tell_one_of("jobs", chosen, Beside.JOBS)
        chosen = self._tell_denied(chosen)
        return self._arrange([item for item in chosen if not _is_orphan(item, chosen)])

    def _leads(self, kind: PublisherKind) -> bool:
        return self.articles[0].publisher.kind is kind

    def _fit(self, *, longest: int = LONGEST) -> list[Scored]:
        return [
            item
            for item in self.items
            if UNFIT.isdisjoint(item.candidate.weak)
            and not _is_listed_thing(item.candidate)
            and len(item.candidate.text.split()) <= (LONGEST_EVENT if _limits(item) else longest)
            and (longest > LONGEST or self._is_worth_its_length(item))
        ]

    def _is_worth_its_length(self, item: Scored) -> bool:
        """Whether it is no longer than others, opens the text, or tells much, or what turns the news."""
        candidate = item.candidate
        least = LONG_TURN if turns_news(candidate.text) else LONG
        short = len(candidate.text.split()) <= max(self.settings.max_words, SPARED)
        return short or candidate.sentence.order < TOP or item.worth >= least

    def _find_event(self) -> list[Scored]:
        """The bullet that tells what the headline and the first sentences announce."""
        fit = [
            item
            for item in self._fit(longest=LONGEST_EVENT)
            if item.candidate.article.id == self.articles[0].id
            and _may_open(item.candidate)
            and PAST not in item.candidate.weak
        ]

        def rank(item: Scored) -> float:
            candidate = item.candidate
            decides = self._leads(PublisherKind.REGULATOR) and (
                candidate.lists_particulars or is_decision(candidate.text)
            )
            late = LATE * candidate.sentence.order * self._leads(PublisherKind.ISSUER)
            return item.event + DECIDES * decides - LOST_EVENT * self._lost(item, []) - late

        return next(([item] for item in sorted(fit, key=rank, reverse=True) if self._fits(item, [])), [])

    def _grow_with_pairs(self, chosen: Sequence[Scored], pool: Sequence[Scored]) -> list[Scored]:
        """Add the best of ``pool``, two neighbours in one bullet where the room so made is worth it."""
        plain = self._grow(chosen, pool)
        pairs = self._pair(pool)
        if not pairs or len(plain) < self.settings.max_highlights:
            return plain
        packed = self._grow(chosen, [*pool, *pairs])
        return packed if sum(map(_worth, packed)) - sum(map(_worth, plain)) >= FILLS else plain

    def _pair(self, pool: Sequence[Scored]) -> list[Scored]:
        """Two neighbours of one paragraph in one bullet, where both fit: each brings what it is worth."""
        pairs = []
        seconds = [item for item in pool if item.worth >= FILLS and item.value.faulty < DOUBTED]
        for first, second in product(pool, seconds):
            joined = join(first.candidate, second.candidate, max_words=self.settings.max_words)
            if joined:
                whole = Scored(
                    candidate=joined,
                    value=first.value.add(second.value),
                    roots=first.roots | second.roots,
                    factor=first.factor,
                    reasons=(*first.reasons, "what stands right below it fits beside it"),
                )
                pairs.append(whole)
        return pairs

    def _grow(self, chosen: Sequence[Scored], pool: Sequence[Scored]) -> list[Scored]:
        """Add the best of ``pool``, one after the other: what brings most to a reader who knows what it is about."""
        chosen = list(chosen)
        while len(chosen) < self.settings.max_highlights:
            told = frozenset().union(*(item.roots for item in chosen))
            best, most = None, -inf
            gains = sorted(((item.gain(told), item) for item in pool), key=itemgetter(0), reverse=True)
            for gain, item in gains:
                if gain <= most:
                    break  # all below bring less, even if their readers miss nothing
                brings = gain * (1 - self._lost(item, chosen))
                if brings > most and self._fits(item, chosen):
                    best, most = item, brings
            if best is None:
                break
            chosen.append(best)
        return chosen

    def _tell_second_half(self, chosen: list[Scored]) -> list[Scored]:
        """The set with what the headline says behind "but" or a semicolon: the sentence with most of its words."""
        match = _SECOND_HALF.search(self.articles[0].title)
        if match is None:
            return chosen
        half = {*content_roots(match["half"])} - {*content_roots(match.string[: match.start()])}

        def tells(item: Scored) -> int:
            return len(half & item.roots)

        least = max(1, *map(tells, chosen))
        found = [item.because("the headline tells it, too") for item in self._find_in_lead()]
        return self._tell_best([item for item in found if tells(item) > least], chosen, by=tells)

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
            sets = (self._tell_best(found, chosen, by=_gravity, grave=grave) for grave in (BAD, milder))
            told = next((one for one in sets if one is not chosen and len(one) >= len(chosen)), None)
            if told is None:
                break
            chosen = told
        return _say_why(chosen, [item for item in chosen if _gravity(item) >= BAD], Beside.SETBACK)

    def _tell_limit(self, chosen: list[Scored]) -> list[Scored]:
        """The set with what limits its news, where the text says that and the set does not: the best such sentence."""
        lead = self.articles[0]
        if read_structure(lead).kind in _VIEWS | {TextKind.ROUND_UP}:
            return chosen
        if not any(_binds_nobody(item) for item in chosen):  # which is told however little else it says
            binds = [item.because(Beside.NOT_BINDING) for item in self._find_in_lead() if _binds_nobody(item)]
            chosen = self._tell_best(binds, chosen)
        about = frozenset(content_roots(lead.title)) | chosen[0].roots

        def is_own(item: Scored) -> bool:
            return not item.roots.isdisjoint(about)  # and not of something else

        if limits := [item for item in chosen if _limits(item)]:
            return _say_why(chosen, [item for item in limits if is_own(item)], Beside.LIMIT)
        found = [item.because(Beside.LIMIT) for item in self._find_in_lead(least=SAYS) if _limits(item)]
        return self._tell_best(found, chosen, by=lambda item: (is_own(item), item.worth))

    def _tell_denied(self, chosen: list[Scored]) -> list[Scored]:
        """The set in which each bullet has the short sentence right below it that takes it back: "It was not"."""
        why = "what is right below takes it back"
        for item in chosen:
            rest = [one for one in chosen if one is not item]
            longest = LONGEST_EVENT if item is chosen[0] else LONGEST
            joined = join_denial(item.candidate, max_words=longest)
            whole = replace(item, candidate=joined).because(why)
            told_by_others = item.more or item.rival  # without the denial
            may_grow = joined is not item.candidate and not told_by_others and not _overlaps(whole, rest)
            if may_grow and self._has_room(whole, rest) and _passes(whole):
                chosen = [whole if one is item else one for one in chosen]
        return chosen

    def _tell_one_of(
        self, effect: str, chosen: list[Scored], why: Beside, *, within: float = inf, least: float = 0.0
    ) -> list[Scored]:
        """The set with the best sentence of an ``effect``, of the first ones ``within``, where no bullet has it."""
        if told := [item for item in chosen if matches(effect, item.candidate.shown)]:
            return _say_why(chosen, told, why)
        found = [
            item.because(why)
            for item in self._find_in_lead(least=least)
            if item.candidate.sentence.order <= within and matches(effect, item.candidate.text)
        ]
        return self._tell_best(found, chosen)

    def _find_in_lead(self, *, least: float = 0.0) -> list[Scored]:
        """What may be told of the first article; where it must say ``least``, nothing that editors would refuse."""
        mine = (item for item in self._fit() if item.candidate.article.id == self.articles[0].id)
        return [item for item in mine if not least or (item.worth >= least and not _is_refused(item))]

    def _tell_best(
        self,
        found: Iterable[Scored],
        chosen: list[Scored],
        *,
        by: Callable[[Scored], Any] = _worth,
        grave: float = WORSE,
    ) -> list[Scored]:
        """The set with the best of ``found``, by worth or else, that fits it, in the place of the least that may go."""
        for item in sorted(found, key=by, reverse=True):
            rest = [one for one in chosen if not one.candidate.indices < item.candidate.indices]
            spare = sorted(
                (one for one in rest if one is not chosen[0] and not _stays(one, grave)), key=_worth
            )
            while spare and not self._has_room(item, rest):
                rest.remove(spare.pop(0))
            if self._fits(item, rest):
                return [*rest, item] if chosen[0] in rest else [item, *rest]
        return chosen

    def _fits(self, item: Scored, chosen: Sequence[Scored]) -> bool:
        """Whether ``item`` fits the set: no fact twice, no second view, grounded."""
        told = _overlaps(item, chosen) or _repeats(item, chosen) or _is_of_told_item(item, chosen)
        views = item.candidate.is_view and any(other.candidate.is_view for other in chosen)
        out = told or views or _is_orphan(item, chosen) or not self._has_room(item, chosen)
        return not out and _passes(item)

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
        chosen = self._open(chosen)
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

    def _open(self, chosen: Sequence[Scored]) -> Sequence[Scored]:
        """The set with its article's first sentence first, where that tells the event too: readers meet it there.

        Not where the news may stand anywhere, or where a notice opens with a formula.
        """
        anywhere = read_structure(self.articles[0]).kind in _ANYWHERE
        if anywhere or self._leads(PublisherKind.REGULATOR):
            return chosen
        for item in chosen[1:]:
            event, candidate = chosen[0], item.candidate
            first = candidate.article.id == event.candidate.article.id and candidate.sentence.order == 0
            if first and _may_open(candidate) and item.value.news >= event.value.news:
                return [item, *(one for one in chosen if one is not item)]
        return chosen


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
        publisher=f"{article.publisher.name} {article.byline or ''}",
        cited=tuple(citation.sentence for citation in cited),
        source=source,
    )


def _is_listed_thing(candidate: Candidate) -> bool:
    """Whether it is a thing that an authority lists: "Steel plates of a width of 6 metres"."""
    official = candidate.article.publisher.kind is PublisherKind.REGULATOR
    listed = candidate.sentence.kind in {BlockKind.BULLET, BlockKind.FACT} and not candidate.lists_particulars
    return official and listed and not (matches("main verb", candidate.text) or is_decision(candidate.text))


def _is_refused(item: Scored) -> bool:
    own = item.candidate.commercial or item.candidate.article.publisher.kind is PublisherKind.ISSUER
    likely = item.value.faulty >= (REFUSED_OF_ITS_OWN if own else REFUSED)
    return likely or matches("rumour put right", item.candidate.text)


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
    return matches("limit", item.candidate.text)


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


def _repeats(item: Scored, chosen: Sequence[Scored]) -> bool:
    """Whether another bullet tells the same: of two joined sentences `find_facts` folds neither."""
    return any(
        (item.candidate.joined or other.candidate.joined) and are_one_fact(item.candidate, other.candidate)
        for other in chosen
    )


def _is_of_told_item(item: Scored, chosen: Sequence[Scored]) -> bool:
    """Whether its paragraph of a round-up is told: there are others, and each is a story."""
    article, block = item.candidate.article, item.candidate.sentence.block
    told = any(
        (one.candidate.article.id, one.candidate.sentence.block) == (article.id, block) for one in chosen
    )
    return told and read_structure(article).kind is TextKind.ROUND_UP and matches("round-up", article.title)
