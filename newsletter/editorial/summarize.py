"""The extractive summarizer: two to four highlights for a story, each cited and passed by the gate. Pure.

It chooses a *set* of sentences, over all articles of the story, so that together they say what matters
and no fact twice. Words are never made up: a highlight is its sentence, shortened by deletion, under a
lead-in from a closed set where the sentence does not name its speaker.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from newsletter.config import Editorial
from newsletter.editorial.attribution import lead_in_text, says_why
from newsletter.editorial.candidates import (
    BACKGROUND,
    CONTRADICTS,
    EARLIER,
    FILLER,
    FIRST_PERSON,
    FRAGMENT,
    GENERAL,
    HEADLINE,
    JUDGEMENT,
    LONGEST,
    MISPRINT,
    PROMOTION,
    QUOTED,
    STALE,
    TICKER,
    Candidate,
    find_candidates,
    points_at_unnamed,
)
from newsletter.editorial.facts import Fact, find_facts
from newsletter.editorial.grounding import check_grounding
from newsletter.editorial.headline import find_subject, names_subject
from newsletter.editorial.own_highlights import Support, find_support
from newsletter.editorial.promotion import has_checkable_fact
from newsletter.editorial.restore import restore_definitions
from newsletter.editorial.selection import (
    Ground,
    Scored,
    choose_set,
    score_candidates,
    value_set,
    weigh_story,
)
from newsletter.editorial.stems import content_roots
from newsletter.editorial.teasers import drop_short_forms, is_teaser, stands_above
from newsletter.editorial.tighten import tighten
from newsletter.model import Article, Highlight, HighlightKind, LeadIn, PublisherKind

# Left out where there is enough without:
GRAVE = frozenset(
    {
        BACKGROUND,
        CONTRADICTS,
        EARLIER,
        FILLER,
        FIRST_PERSON,
        FRAGMENT,
        HEADLINE,
        MISPRINT,
        PROMOTION,
        QUOTED,
        STALE,
        TICKER,
    }
)
BROKEN = frozenset({FRAGMENT, HEADLINE, MISPRINT, QUOTED})
UNFIT = frozenset({FILLER, FRAGMENT, MISPRINT, QUOTED})  # never, however few there are
EARLY = 4  # sentences from the top within which the headline's news is told
BEFORE = 4  # sentences above one that points back, within which what it points at is told
ENOUGH = 2  # so many good candidates, and those that say nothing new are left out


def summarize_story(
    articles: Sequence[Article], *, settings: Editorial, terms: Callable[[str], float] | None = None
) -> tuple[Highlight, ...]:
    """Give the highlights of one story, in reading order; the publisher's view, where there is one, comes last.

    ``articles[0]`` leads. ``terms`` weighs how much of the newsletter's subject a text holds. At most
    ``settings.max_highlights`` besides the view; fewer where fewer sentences are fit, none where none is.
    """
    chosen = choose_facts(articles, settings=settings, terms=terms)
    told = restore_definitions([fact.candidate for fact, _ in chosen], articles[0].title)
    chosen = [
        (replace(fact, candidate=bullet), item) for bullet, (fact, item) in zip(told, chosen, strict=True)
    ]
    highlights: list[Highlight] = []
    for fact, scored in chosen:
        room = settings.max_highlights - len(highlights)
        highlights += _present(fact, scored)[:room]
    taken = sum(len(highlight.text.split()) for highlight in highlights)
    said_most = sorted(chosen, key=lambda pair: -pair[1].alone * pair[1].factor)
    view = _find_view([fact.candidate for fact, _ in said_most]) or _find_stated_view(
        articles, settings, highlights
    )
    if view and taken + len(view.text.split()) <= settings.max_verbatim_words:
        highlights.append(view)
    return tuple(highlights)


def choose_facts(
    articles: Sequence[Article], *, settings: Editorial, terms: Callable[[str], float] | None
) -> list[tuple[Fact, Scored]]:
    """Choose a set that the gate passes: what it refuses is left out and the set is chosen anew."""
    found = _find_all(articles, settings.max_words)
    if settings.max_words < LONGEST:
        found = _with_headline_news(articles, found)
    if len(found) < settings.min_highlights:
        found = _find_all(articles, LONGEST)  # a short article of long sentences
    ground = weigh_story(articles)
    found = drop_short_forms([tighten(candidate, ground, terms=terms) for candidate in found])
    support = find_support(articles, found)
    scored = score_candidates(found, ground, terms=terms, support={key: s.said for key, s in support.items()})
    facts = {id(fact.candidate): fact for fact in find_facts(_best_first(scored, ground))}
    kept = [candidate for candidate in found if id(candidate) in facts]
    fit = {id(candidate) for candidate in _leave_out_weak(kept, general=terms is not None)}
    everything = [item for item in scored if id(item.candidate) in facts]
    scored = [item for item in everything if id(item.candidate) in fit]
    passed: set[int] = set()
    while scored:
        chosen = choose_set(scored, ground, count=settings.max_highlights)
        refused = [
            item for item in chosen if id(item) not in passed and not _passes(facts[id(item.candidate)])
        ]
        if not refused:
            refused = _find_misfits(chosen, articles)[:1]
            pool, count = (scored, everything), settings.max_highlights
            joined = refused and _join_told(refused[0], chosen, pool, articles, ground, count=count)
            if joined and all(_passes(facts[id(item.candidate)]) for item in joined):
                chosen, refused = joined, []
            elif len(scored) <= ENOUGH and refused:
                rest = [item for item in chosen if item not in refused]
                more = _with_facts(rest, everything, facts, articles, ground, count=count)
                if len(more) >= len(chosen):
                    chosen, refused = more, []
                else:  # what points at something may stay
                    refused = _find_surplus_views(chosen)[:1]
        if not refused:
            chosen = _with_facts(chosen, everything, facts, articles, ground, count=settings.max_highlights)
            chosen = _with_subject(chosen, everything, facts, articles, ground, count=settings.max_highlights)
            within, _ = _arrange(_keep_within(chosen, settings.max_verbatim_words), articles)
            return [(facts[id(item.candidate)], _with_support(item, support)) for item in within]
        passed.update(id(item) for item in chosen if item not in refused)
        scored = [item for item in scored if item not in refused]
    return []


def _with_facts(
    chosen: list[Scored],
    everything: Sequence[Scored],
    facts: Mapping[int, Fact],
    articles: Sequence[Article],
    ground: Ground,
    *,
    count: int,
) -> list[Scored]:
    """The set with more than one sentence, and a fact that can be checked where all speak for a company, if there are such.

    What was left out as weak comes before views and talk alone.
    """
    told = list(chosen)
    while len(told) < min(ENOUGH, count) or not any(
        has_checkable_fact(item.candidate.text) or not item.candidate.commercial for item in told
    ):
        room = told if len(told) < count else told[:-1]
        fit = [
            [*room, item]
            for item in everything
            if item not in told
            and has_checkable_fact(item.candidate.text)
            and UNFIT.isdisjoint(item.candidate.weak)
            and _passes(facts[id(item.candidate)])
            and not _find_misfits([*room, item], articles)
        ]
        if not fit:
            return told
        told = max(fit, key=lambda items: value_set(items, ground))
    return told


def _with_subject(
    chosen: list[Scored],
    everything: Sequence[Scored],
    facts: Mapping[int, Fact],
    articles: Sequence[Article],
    ground: Ground,
    *,
    count: int,
) -> list[Scored]:
    """The set with a sentence about whom the headline is about, where the article speaks for a company and has one that is fit.

    A fact comes before praise; it takes the place of what brings least where there is no room.
    """
    lead = articles[0]
    subject = find_subject(lead.title, lead.text)
    if (
        not subject
        or not any(item.candidate.commercial for item in chosen)
        or any(names_subject(item.candidate.shown, subject, lead.text) for item in chosen)
    ):
        return chosen
    rooms = [chosen] if len(chosen) < count else [[i for i in chosen if i is not gone] for gone in chosen]
    fit = [
        [*room, item]
        for item in everything
        if re.search(rf"\b{re.escape(subject)}\b", item.candidate.text)
        and UNFIT.isdisjoint(item.candidate.weak)
        and _passes(facts[id(item.candidate)])
        for room in rooms
        if any(has_checkable_fact(other.candidate.text) for other in (*room, item))
        and not _find_misfits([*room, item], articles)
    ]
    return max(
        fit,
        key=lambda items: (
            GRAVE.isdisjoint(items[-1].candidate.weak),
            has_checkable_fact(items[-1].candidate.text),
            value_set(items, ground),
        ),
        default=chosen,
    )


def _best_first(scored: Sequence[Scored], ground: Ground) -> list[Candidate]:
    """By article, what is worth most first: of sentences that tell one fact the best stands for all, not the earliest."""
    articles = list(dict.fromkeys(item.candidate.article.id for item in scored))
    return [
        item.candidate
        for item in sorted(
            scored,
            key=lambda item: (
                articles.index(item.candidate.article.id),
                not GRAVE.isdisjoint(item.candidate.weak),
                -value_set([item], ground),
            ),
        )
    ]


def _leave_out_weak(kept: list[Candidate], *, general: bool) -> list[Candidate]:
    """Leave out what has a grave fault where enough is without; else at least what is no sentence that can be printed."""
    faultless = [c for c in kept if GRAVE.isdisjoint(c.weak) and not _is_empty(c, general=general)]
    whole = [c for c in kept if not BROKEN.intersection(c.weak)]
    return next((found for found in (faultless, whole) if len(found) >= ENOUGH), kept)


def _is_empty(candidate: Candidate, *, general: bool) -> bool:
    """Whether it is a general truth; or, in an article that speaks for a company, one or a judgement without a fact."""
    if candidate.commercial and not has_checkable_fact(candidate.text):
        return GENERAL in candidate.weak or JUDGEMENT in candidate.weak
    return general and GENERAL in candidate.weak


def _with_headline_news(articles: Sequence[Article], found: list[Candidate]) -> list[Candidate]:
    """Let the sentence that tells the headline's news in even where it is longer than the setting, up to ``LONGEST`` words."""
    lead = articles[0]
    title = frozenset(content_roots(lead.title))
    if not title:
        return found
    whole = find_candidates(lead, max_words=LONGEST)
    best = max(
        whole, key=lambda c: (len(title & frozenset(content_roots(c.text))), -c.sentence.start), default=None
    )
    if best is None or best.sentence.index > EARLY:
        return found
    starts = {(candidate.article.id, candidate.sentence.start) for candidate in found}
    if (lead.id, best.sentence.start) in starts:
        return found
    return sorted(
        [*found, best],
        key=lambda c: ([article.id for article in articles].index(c.article.id), c.sentence.start),
    )


def _find_misfits(chosen: Sequence[Scored], articles: Sequence[Article]) -> list[Scored]:
    """What does not fit among the others: it points at a thing that none before it names, or is a second view."""
    return _arrange(chosen, articles)[1] + _find_surplus_views(chosen)


def _find_surplus_views(chosen: Sequence[Scored]) -> list[Scored]:
    """The publisher's own judgements, and praise without a fact, but for the best."""
    views = [item for item in chosen if _is_view(item.candidate) or PROMOTION in item.candidate.weak]
    return sorted(views, key=lambda item: -item.alone * item.factor)[1:]


def _arrange(chosen: Sequence[Scored], articles: Sequence[Article]) -> tuple[list[Scored], list[Scored]]:
    """In reading order; and what points at something that none before it tells.

    A point of a list above the article may presume what the article tells: it stands after that.
    """
    waiting = _in_order(chosen, articles)
    told, order, loose = articles[0].title, [], []
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
    return sorted(order, key=lambda item: _is_view(item.candidate)), loose


def _points(candidate: Candidate, told: str) -> bool:
    """Whether ``candidate`` points at something that neither ``told`` nor its own lead-in tells."""
    lead = candidate.lead_in.text if candidate.lead_in else ""
    return points_at_unnamed(candidate, f"{told} {lead}") != ""


def _join_told(
    loose: Scored,
    chosen: Sequence[Scored],
    fit: tuple[Sequence[Scored], Sequence[Scored]],
    articles: Sequence[Article],
    ground: Ground,
    *,
    count: int,
) -> list[Scored] | None:
    """The set with the sentence that tells what ``loose`` points at; None where there is none or the set is worth more without both.

    That sentence stands shortly before, and takes the place of what brings least. ``fit`` are the candidates, and those
    that would not be chosen for themselves besides.
    """
    if not has_checkable_fact(loose.candidate.text) or GENERAL in loose.candidate.weak:
        return None
    place, article = loose.candidate.sentence.index, loose.candidate.article.id
    others = [item for item in chosen if item is not loose]
    near = [
        item
        for item in fit[1]
        if item not in chosen
        and item.candidate.article.id == article
        and (GRAVE - {EARLIER} | {GENERAL, JUDGEMENT}).isdisjoint(item.candidate.weak)
        and has_checkable_fact(item.candidate.text)
        and 0 < place - item.candidate.sentence.index <= BEFORE
    ]
    for teller in sorted(near, key=lambda item: -item.candidate.sentence.index):
        for gone in (
            [None] if len(chosen) < count else sorted(others, key=lambda item: item.alone * item.factor)
        ):
            joined = [item for item in (*others, loose, teller) if item is not gone]
            if _find_misfits(joined, articles):
                continue
            without = choose_set([item for item in fit[0] if item is not loose], ground, count=count)
            more = len(joined) > len(without) or value_set(joined, ground) >= value_set(without, ground)
            return joined if more else None
    return None


def _in_order(chosen: Sequence[Scored], articles: Sequence[Article]) -> list[Scored]:
    """As they will be read: by article and place, a list above an article after it, the publisher's own views last."""
    order = {article.id: place for place, article in enumerate(articles)}
    return sorted(
        chosen,
        key=lambda item: (
            _is_view(item.candidate),
            order[item.candidate.article.id],
            stands_above(item.candidate),
            item.candidate.sentence.start,
        ),
    )


def _find_all(articles: Sequence[Article], max_words: int) -> list[Candidate]:
    return [candidate for article in articles for candidate in find_candidates(article, max_words=max_words)]


def _keep_within(chosen: Sequence[Scored], limit: int) -> list[Scored]:
    """Leave out, from the last chosen, what would take more than ``limit`` words verbatim from one article."""
    taken: dict[str, int] = {}
    kept = []
    for item in chosen:
        words = len(item.candidate.text.split())
        article = item.candidate.article.id
        if taken.get(article, 0) + words <= limit:
            taken[article] = taken.get(article, 0) + words
            kept.append(item)
    return kept


def _with_support(item: Scored, support: dict[int, Support]) -> Scored:
    found = support.get(id(item.candidate))
    return item.because(found.reason) if found else item


def _passes(fact: Fact) -> bool:
    told = [fact.candidate, *([fact.rival] if fact.rival else [])]
    return all(check_grounding(candidate.article.text, candidate.shown).grounded for candidate in told)


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
    if lead is None and candidate.lead_in is None and _is_view(candidate):
        return _as_view(candidate, reasons=reasons)
    return Highlight(
        text=candidate.text,
        citation=candidate.citation,
        kind=HighlightKind.DIFFERS if lead else candidate.kind,
        lead_in=lead or candidate.lead_in,
        more=more.more if more else (),
        cut=candidate.cut,
        reasons=reasons,
    )


def _is_view(candidate: Candidate) -> bool:
    """Whether a sentence is the publisher's own judgement, to be given under the publisher's name."""
    own = candidate.article.publisher.kind not in {PublisherKind.ISSUER, PublisherKind.REGULATOR}
    return own and JUDGEMENT in candidate.weak and candidate.kind is HighlightKind.FACT


def _as_view(candidate: Candidate, *, reasons: tuple[str, ...]) -> Highlight:
    name = candidate.article.publisher.name
    return Highlight(
        text=candidate.text,
        citation=candidate.citation,
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
    for candidate in _find_all(articles[:1], settings.max_words):
        place = (candidate.article.id, candidate.sentence.start)
        if (
            _is_view(candidate)
            and says_why(candidate.sentence)
            and place not in used
            and check_grounding(candidate.article.text, candidate.shown).grounded
        ):
            return _as_view(candidate, reasons=("it is where the publisher says why this matters",))
    return None


def _find_view(chosen: Sequence[Candidate]) -> Highlight | None:
    """The publisher's own judgement that was cut from under someone else's words, where it stands alone."""
    own = [
        candidate
        for candidate in chosen
        if candidate.view
        and candidate.kind is HighlightKind.CLAIM
        and (candidate.lead_in or candidate.article.origin)  # else there is nobody to keep it apart from
        and candidate.article.publisher.kind not in {PublisherKind.ISSUER, PublisherKind.REGULATOR}
    ]
    if not own:
        return None
    best = own[0]  # of the sentence that says most
    name = best.article.publisher.name
    return Highlight(
        text=best.view,
        citation=best.citation,
        kind=HighlightKind.VIEW,
        lead_in=LeadIn(text=lead_in_text(name, "view"), speaker=name, citation=best.citation),
        cut=(best.sentence.text.replace(best.view, " … ").strip(" ."),),
        reasons=("it is the publisher's judgement, kept apart from the words of the one it reports on",),
    )
