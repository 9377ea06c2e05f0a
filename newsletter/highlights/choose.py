"""Choose the facts of one story: its event first, then the set that says most beside it. Pure.

What a set is worth is `set_value.py`'s matter. Conditions come before worth: what the gate refuses, what is no
sentence, what points at something untold is out; what limits the news is told with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush
from operator import attrgetter

from newsletter.config import Editorial
from newsletter.english.rules import matches, scan
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
from newsletter.highlights.loose_ends import Clues, find_loose_end
from newsletter.highlights.point_lists import join_points
from newsletter.highlights.reduce import LONGEST
from newsletter.highlights.same_facts import Fact, are_one_fact, find_facts
from newsletter.highlights.set_value import Scored, score_candidates
from newsletter.highlights.structure import TextKind, read_structure
from newsletter.highlights.weaknesses import PAST, UNFIT
from newsletter.model import Article, Beside, Citation, PublisherKind, Verdict

# Chance that an editor refuses it, from which a candidate only tells the event or what must not be left out.
REFUSED, REFUSED_OF_ITS_OWN = 0.6, 0.4  # and in what speaks for a company, whose rest is praise
DECIDES = 0.6  # how much surer what an authority decides or asks for tells the event of its notice
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
HALF = 0.3  # of the roots of a headline’s second half that tell it
_SECOND_HALF = re.compile(
    r"(?:;|,?\s(?:[–—-]\s)?(?:but|though|although|despite|yet))\s(?P<half>[^;]+)$", re.IGNORECASE
)
SHORTLIST = 40  # candidates that are tried, the best alone
_VIEWS = frozenset({TextKind.INTERVIEW, TextKind.OPINION})  # texts without an event that could be limited
_ANYWHERE = _VIEWS | {TextKind.LIVE, TextKind.ROUND_UP}  # where the news may stand anywhere


def choose_facts(
    articles: Sequence[Article], *, settings: Editorial, terms: Callable[[str], float] | None
) -> list[tuple[Fact, Scored]]:
    """Choose what the highlights of one story tell, its event first; nothing where no sentence is fit."""
    found = find_story_candidates(articles, max_words=settings.max_words)
    joined = [
        *join_neighbours(articles, found, max_words=settings.max_words),
        *join_points(articles, found, max_words=settings.max_words),
    ]
    scored = [_leave_news_to(articles[0], item) for item in score_candidates([*found, *joined], terms=terms)]
    facts = {
        id(fact.candidate): fact
        for fact in find_facts([item.candidate for item in _best_first(scored) if item.candidate.alone])
    }
    choosing = _Choosing(
        articles=articles,
        facts=facts,
        items=[item for item in scored if not item.candidate.alone or id(item.candidate) in facts],
        count=settings.max_highlights,
        words=settings.max_verbatim_words,
        most=settings.max_words,
        title=frozenset(content_roots(articles[0].title)),
        opening=read_structure(articles[0]).kind not in _ANYWHERE
        and articles[0].publisher.kind is not PublisherKind.REGULATOR,  # whose notices open with a formula
    )
    return [
        (facts.get(id(item.candidate)) or Fact(candidate=item.candidate), item) for item in choosing.choose()
    ]


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


def _best_first(scored: Sequence[Scored]) -> list[Scored]:
    """By article, what is worth most first: of sentences that tell one fact the best stands for all."""
    articles = list(dict.fromkeys(item.candidate.article.id for item in scored))
    return sorted(
        scored,
        key=lambda item: (
            articles.index(item.candidate.article.id),
            -item.worth,
        ),
    )


@dataclass(slots=True, kw_only=True)
class _Choosing:
    """What there is to choose from for one story. Each step takes a set and gives one.

    In this order: the event, the best beside it, two neighbours in one bullet, the
    headline's second half, what went wrong, the limit of the news, the day from which an order holds, the denial of
    an accusation, the dead and the hurt; then the order of reading. What must hold of a set: ``count`` bullets and
    ``words`` of one article at most, no fact twice, one view, nothing that the gate refuses. What points at something
    that is not told above it is worth less.
    """

    articles: Sequence[Article]
    facts: Mapping[int, Fact]  # by id(candidate)
    items: Sequence[Scored]
    count: int  # bullets at most
    words: int  # verbatim from one article at most
    most: int  # words of a bullet
    title: frozenset[str]  # roots of the headline
    opening: bool  # whether the first sentence is where the event is looked for
    # What the gate said, by id of a candidate, which is kept so that no other gets its id: it is asked once.
    verdicts: dict[int, tuple[Candidate, bool]] = field(default_factory=dict)
    clues: dict[int, Clues] = field(default_factory=dict)  # by id of a candidate

    def choose(self) -> list[Scored]:
        """The event, then what says most beside it, in reading order."""
        fit = (item for item in self._fit() if not _is_refused(item))
        pool = sorted(fit, key=lambda item: -item.worth)[:SHORTLIST]
        chosen = self._tell_second_half(self._grow_with_pairs(self._find_event(), pool))
        chosen = self._tell_limit(self._tell_setback(chosen))
        chosen = self._tell_hurt(self._tell_denial(self._tell_beginning(chosen)))
        return self._arrange(_without_orphans(self._tell_denied(chosen)))

    def _grow_with_pairs(self, chosen: Sequence[Scored], pool: Sequence[Scored]) -> list[Scored]:
        """Add the best of ``pool``, two neighbours in one bullet where the room so made is worth it."""
        plain = self._grow(chosen, pool)
        pairs = self._pair(pool)
        if not pairs or len(plain) < self.count:
            return plain
        packed = self._grow(chosen, sorted([*pool, *pairs], key=lambda item: -item.worth))
        more = sum(item.worth for item in packed) - sum(item.worth for item in plain)
        return packed if more >= FILLS else plain

    def _pair(self, pool: Sequence[Scored]) -> list[Scored]:
        """Two neighbours of one paragraph in one bullet, where both fit: each brings what it is worth."""
        alone = {
            (item.candidate.article.id, item.candidate.sentence.index): item
            for item in pool
            if item.candidate.alone and not item.candidate.place
        }
        pairs = []
        for (article, index), first in alone.items():
            second = alone.get((article, index + 1))
            if second is None or second.worth < FILLS or second.value.faulty >= DOUBTED:
                continue
            joined = join(first.candidate, second.candidate, max_words=self.most)
            if joined:
                both = first.value.add(second.value)
                whole = replace(first, candidate=joined, roots=first.roots | second.roots, value=both)
                pairs.append(whole.because("what stands right below it fits beside it"))
        return pairs

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
        short = len(candidate.text.split()) <= max(self.most, SPARED)
        return short or candidate.sentence.order < TOP or item.worth >= least

    def _find_event(self) -> list[Scored]:
        """The bullet that tells what the headline and the first sentences announce."""
        lead = self.articles[0].id
        fit = [
            item
            for item in self._fit(longest=LONGEST_EVENT)
            if item.candidate.article.id == lead
            and not item.candidate.after
            and item.candidate.place <= 1  # the first statement of a sentence that makes two
            and PAST not in item.candidate.weak
        ]
        official = self.articles[0].publisher.kind is PublisherKind.REGULATOR

        def decides(item: Scored) -> bool:
            candidate = item.candidate
            return official and (candidate.lists_particulars or is_decision(candidate.text))

        def rank(item: Scored) -> float:
            return LOST_EVENT * self._lost(item, []) - (item.event + DECIDES * decides(item))

        return next(([item] for item in sorted(fit, key=rank) if self._fits(item, [])), [])

    def _grow(self, chosen: Sequence[Scored], pool: Sequence[Scored]) -> list[Scored]:
        """Add the best of ``pool``, one after the other, while there is room."""
        chosen = list(chosen)
        while len(chosen) < self.count:
            best = next((item for item in self._rank(pool, chosen) if self._fits(item, chosen)), None)
            if best is None:
                break
            chosen.append(best)
        return chosen

    def _rank(self, pool: Sequence[Scored], chosen: Sequence[Scored]) -> Iterator[Scored]:
        """What of ``pool`` can stand beside ``chosen``, by what it brings to a reader who knows what it is about."""
        told = frozenset().union(*(item.roots for item in chosen))
        apart = (
            (place, item)
            for place, item in enumerate(pool)
            if not _overlaps(item, chosen) and not _is_orphan(item, chosen)
        )
        heap = [(-item.gain(told), place, False) for place, item in apart]
        heapify(heap)
        while heap:
            worth, place, whole = heappop(heap)
            if whole:
                yield pool[place]
            else:  # looked at only where it comes first
                heappush(heap, (worth * (1 - self._lost(pool[place], chosen)), place, True))

    def _tell_second_half(self, chosen: list[Scored]) -> list[Scored]:
        """The set with what the headline says behind "but" or a semicolon: the sentence with most of its words."""
        match = _SECOND_HALF.search(self.articles[0].title)
        if match is None or not chosen:
            return chosen
        half = frozenset(content_roots(match["half"])) - frozenset(
            content_roots(match.string[: match.start()])
        )
        told = max(len(half & item.roots) for item in chosen)
        found = [item for item in self._find_in_lead() if item.candidate.lead_in is None]
        most = max((len(half & item.roots) for item in found), default=0)
        if most <= max(told, 1, HALF * len(half)):
            return chosen
        best = (item for item in found if len(half & item.roots) == most)
        return self._tell_best(
            [item.because("the headline tells it, too") for item in best], chosen, least=0.0
        )

    def _tell_setback(self, chosen: list[Scored]) -> list[Scored]:
        """The set of a company's own release with what is bad of it, the worst first, in the place of what is not."""
        if not chosen or self.articles[0].publisher.kind is not PublisherKind.ISSUER:
            return chosen
        first = () if any(_gravity(item) >= BAD for item in chosen) else (BAD,)
        for least in (*first, *[WORSE] * self.count):
            found = [
                item.because(Beside.SETBACK)
                for item in self._find_in_lead(least=0.0)
                if _gravity(item) >= least and not _overlaps(item, chosen)
            ]
            milder = max(BAD, max(map(_gravity, found), default=0.0) - MILDER)
            more = (
                self._tell_best(found, chosen, least=0.0, by=_gravity, grave=grave) for grave in (BAD, milder)
            )
            told = next((one for one in more if one is not chosen and len(one) >= len(chosen)), None)
            if told is None:
                break
            chosen = told
        bad = [item for item in chosen if _gravity(item) >= BAD]
        return _say_why(chosen, bad, Beside.SETBACK)

    def _tell_limit(self, chosen: list[Scored]) -> list[Scored]:
        """The set with what limits its news, where the text says that and the set does not: the best such sentence."""
        kind = read_structure(self.articles[0]).kind
        if not chosen or kind in _VIEWS or kind is TextKind.ROUND_UP:
            return chosen
        lead = self._find_in_lead()
        binds = [item for item in self._find_in_lead(least=0.0) if _binds_nobody(item)]
        if binds and not any(_binds_nobody(item) for item in chosen):
            own = [item.because(Beside.NOT_BINDING) for item in binds]
            chosen = self._tell_best(own, chosen, least=0.0)  # however little else it says
        about = self.title | chosen[0].roots
        if limits := [item for item in chosen if _limits(item)]:
            own = [item for item in limits if not item.roots.isdisjoint(about)]
            return _say_why(chosen, own, Beside.LIMIT)
        found = [item.because(Beside.LIMIT) for item in lead if _limits(item)]
        own = [item for item in found if not item.roots.isdisjoint(about)]  # and not of something else
        told = self._tell_best(own, chosen)
        return self._tell_best(found, chosen) if told is chosen else told

    def _tell_denial(self, chosen: list[Scored]) -> list[Scored]:
        """The set with a denial, where it tells what somebody is accused of and the text has one."""
        if not any(matches("accuses", item.candidate.shown) for item in chosen):
            return chosen
        return self._tell_one_of("denies", chosen, Beside.DENIAL)

    def _tell_beginning(self, chosen: list[Scored]) -> list[Scored]:
        """The set of an authority's notice with the day from which it holds, where the text says so."""
        if self.articles[0].publisher.kind is not PublisherKind.REGULATOR:
            return chosen
        return self._tell_one_of("in force", chosen, Beside.BEGINS, least=0.0)

    def _tell_denied(self, chosen: list[Scored]) -> list[Scored]:
        """The set in which each bullet has the short sentence right below it that takes it back: "It was not"."""
        why = "what is right below takes it back"
        for item in chosen:
            rest = [one for one in chosen if one is not item]
            longest = LONGEST_EVENT if item is chosen[0] else LONGEST
            whole = replace(item, candidate=join_denial(item.candidate, max_words=longest)).because(why)
            if whole.candidate is not item.candidate and self._may_grow(item, whole, rest):
                chosen = [whole if one is item else one for one in chosen]
        return chosen

    def _may_grow(self, item: Scored, whole: Scored, rest: Sequence[Scored]) -> bool:
        """Whether ``whole`` may stand in the place of ``item`` beside the ``rest``."""
        fact = self.facts.get(id(item.candidate))
        others = fact is not None and bool(fact.rival or fact.more)  # who tell the sentence without it
        if others or _overlaps(whole, rest):
            return False
        return self._has_room(whole, rest) and self._passes(whole)

    def _tell_hurt(self, chosen: list[Scored]) -> list[Scored]:
        """The set with whom the event killed or hurt, or whose job it costs, where the text says so."""
        chosen = self._tell_one_of("casualties", chosen, Beside.HURT, within=HURT_WITHIN, least=0.0)
        return self._tell_one_of("jobs", chosen, Beside.JOBS, least=0.0)

    def _tell_one_of(
        self,
        effect: str,
        chosen: list[Scored],
        why: Beside,
        *,
        within: int | None = None,
        least: float = SAYS,
    ) -> list[Scored]:
        """The set with the best sentence of an ``effect``, of the first ones ``within``, where no bullet has it."""
        if not chosen:
            return chosen
        if told := [item for item in chosen if matches(effect, item.candidate.shown)]:
            return _say_why(chosen, told, why)
        found = [
            item.because(why)
            for item in self._find_in_lead(least=least)
            if (within is None or item.candidate.sentence.order <= within)
            and matches(effect, item.candidate.text)
        ]
        return self._tell_best(found, chosen, least=least)

    def _find_in_lead(self, *, least: float = SAYS) -> list[Scored]:
        """What may be told of the first article; also what editors would refuse, where it need say nothing else."""
        mine = (item for item in self._fit() if item.candidate.article.id == self.articles[0].id)
        return [item for item in mine if least == 0 or not _is_refused(item)]

    def _tell_best(
        self,
        found: Iterable[Scored],
        chosen: list[Scored],
        *,
        least: float = SAYS,
        by: Callable[[Scored], float] = attrgetter("worth"),
        grave: float = WORSE,
    ) -> list[Scored]:
        """The set with the best of ``found``, by worth or else, that fits it, in the place of the least that may go."""
        for item in sorted(found, key=by, reverse=True):
            rest = [one for one in chosen if not one.candidate.indices < item.candidate.indices]
            rest = self._make_room_for(item, rest, _find_spare(rest, chosen[0], grave=grave))
            if len(rest) < self.count and item.worth >= least and self._fits(item, rest):
                return [*rest, item] if chosen[0] in rest else [item, *rest]
        return chosen

    def _make_room_for(self, item: Scored, chosen: Sequence[Scored], spare: Sequence[Scored]) -> list[Scored]:
        """The set without those of ``spare`` worth least whose place and words ``item`` needs."""
        rest = list(chosen)
        while len(rest) >= self.count or not self._has_room(item, rest):
            left = [one for one in spare if one in rest]
            if not left:
                break
            rest.remove(min(left, key=lambda one: one.worth))
        return rest

    def _fits(self, item: Scored, chosen: Sequence[Scored]) -> bool:
        """Whether ``item`` fits the set: no fact twice, no second view, grounded."""
        if _overlaps(item, chosen) or _repeats(item, chosen) or not self._has_room(item, chosen):
            return False
        if _is_orphan(item, chosen) or self._is_of_told_item(item, chosen):
            return False
        if item.candidate.is_view and any(other.candidate.is_view for other in chosen):
            return False
        return self._passes(item)

    def _is_of_told_item(self, item: Scored, chosen: Sequence[Scored]) -> bool:
        """Whether its paragraph of a round-up is told: there are others, and each is a story."""
        article, block = item.candidate.article, item.candidate.sentence.block
        told = any(
            (one.candidate.article.id, one.candidate.sentence.block) == (article.id, block) for one in chosen
        )
        return (
            told and read_structure(article).kind is TextKind.ROUND_UP and matches("round-up", article.title)
        )

    def _lost(self, item: Scored, chosen: Sequence[Scored]) -> float:
        """The chance that a reader of headline and bullets above ``item`` asks who or what it is about."""
        placed = self._arrange([*chosen, item])
        above = [self._clues(one) for one in placed[: placed.index(item)]]
        return find_loose_end(self._clues(item), self.articles[0].title, above)

    def _clues(self, item: Scored) -> Clues:
        key = id(item.candidate)
        if key not in self.clues:
            self.clues[key] = item.candidate.find_clues()
        return self.clues[key]

    def _has_room(self, item: Scored, chosen: Sequence[Scored]) -> bool:
        article = item.candidate.article.id
        taken = [i.candidate.text for i in (*chosen, item) if i.candidate.article.id == article]
        return sum(len(text.split()) for text in taken) <= self.words

    def _arrange(self, chosen: Sequence[Scored]) -> list[Scored]:
        """The event first, then by article and place, what goes on from another right below it; the view last."""
        chosen = self._open(chosen)
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
        placed: list[Scored] = []
        for item in (*chosen[:1], *rest):
            leader = next((n for n, one in enumerate(placed) if one.candidate is item.candidate.after), None)
            placed.insert(len(placed) if leader is None else leader + 1, item)
        return placed

    def _open(self, chosen: Sequence[Scored]) -> Sequence[Scored]:
        """The set with its article's first sentence first, where that tells the event too: readers meet it there."""
        for item in chosen[1:] if self.opening else ():
            event, candidate = chosen[0], item.candidate
            opens = candidate.article.id == event.candidate.article.id and candidate.sentence.order == 0
            opens = opens and not candidate.after and candidate.place <= 1
            if opens and item.value.news >= event.value.news:
                return [item, *(one for one in chosen if one is not item)]
        return chosen

    def _passes(self, item: Scored) -> bool:
        """Whether the gate passes it, and whoever tells its fact with another figure."""
        key = id(item.candidate)
        if key not in self.verdicts:
            fact = self.facts.get(key)
            told = [item.candidate, *([fact.rival] if fact and fact.rival else [])]
            passes = all(judge_candidate(candidate).grounded for candidate in told)
            self.verdicts[key] = item.candidate, passes
        return self.verdicts[key][1]


def judge_candidate(candidate: Candidate) -> Verdict:
    """Ask the gate about ``candidate`` as it would be shown, beside its own headline, publisher and sentences."""
    article, lead = candidate.article, candidate.lead_in
    cited = (*candidate.citations, *((lead.citation,) if lead else ()))
    return judge_text(candidate.shown, article, cited, headline=article.title, source=article.text)


def judge_text(
    text: str, article: Article, cited: Sequence[Citation], *, headline: str, source: str
) -> Verdict:
    """Ask the gate about ``text`` of ``article``, whose author may be named in it like its publisher."""
    return check_bullet(
        text,
        headline=headline,
        publisher=f"{article.publisher.name} {article.byline or ''}",
        cited=[citation.sentence for citation in cited],
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


def _find_spare(items: Sequence[Scored], event: Scored, *, grave: float = WORSE) -> list[Scored]:
    """Those that another may take the place of: not the event, what limits it, or a company's ``grave`` bad news."""

    def stays(item: Scored) -> bool:
        issued = item.candidate.article.publisher.kind is PublisherKind.ISSUER
        return item is event or _limits(item) or (issued and _gravity(item) >= grave)

    return [item for item in items if not stays(item)]


def _gravity(item: Scored) -> float:
    return find_gravity(item.candidate.text)


def _limits(item: Scored) -> bool:
    return matches("limit", item.candidate.text)


def _is_orphan(item: Scored, chosen: Sequence[Scored]) -> bool:
    """Whether it goes on from a bullet that ``chosen`` does not hold."""
    above = item.candidate.after
    return above is not None and all(other.candidate is not above for other in chosen)


def _without_orphans(chosen: Sequence[Scored]) -> list[Scored]:
    return [item for item in chosen if not _is_orphan(item, chosen)]


def _overlaps(item: Scored, chosen: Sequence[Scored]) -> bool:
    """Whether a sentence of ``item`` is told by one of ``chosen``."""
    return any(item.candidate.overlaps(other.candidate) for other in chosen)


def _repeats(item: Scored, chosen: Sequence[Scored]) -> bool:
    """Whether another bullet tells the same: of two joined sentences `find_facts` folds neither."""
    return any(
        (item.candidate.joined or other.candidate.joined) and are_one_fact(item.candidate, other.candidate)
        for other in chosen
    )
