"""Which articles tell the same story. Pure.

Each pair of articles that shares a rare word gets a likelihood (pairs.py); groups are joined by
average linkage, so that one article in between never chains two stories together; a pair that names
different companies, figures or periods of one kind of news is kept apart whatever it shares
(vetoes.py). The order in which articles come does not matter, and none is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from newsletter.english.letters import compile_latin
from newsletter.english.quantities import find_prices
from newsletter.model import Article, PublisherKind
from newsletter.stories.fingerprint import Fingerprint, take_fingerprint
from newsletter.stories.happenings import MOVE, QUOTES, find_happenings
from newsletter.stories.headline import read_claim
from newsletter.stories.lexicon import Lexicon
from newsletter.stories.linkage import attach_small, link_average
from newsletter.stories.opinion import stands_alone
from newsletter.stories.pairs import rate_pairs
from newsletter.stories.vetoes import Slots, read_slots, tell_apart

# Chances that two articles tell one event, as pairs.py gives them.
THRESHOLD = 0.5  # the mean of all pairs of two groups, from which these are one story
ATTACH = 0.2  # the mean over a large story's nearest articles, from which one or two join it
RELATED = 0.4  # likelihood from which two stories are of one matter
SURE = 0.95  # of the text of a numbered act and what tells of it under its number
# What the headline of a price report says, and what the house says in it of a price.
_PRICE_REPORT = re.compile(r"\b(?:prices?|weekly|daily|assessments?|markets?)\b", re.IGNORECASE)
_HOUSES = frozenset({PublisherKind.ANALYST, PublisherKind.TRADE_PRESS})
_ASSESSED = re.compile(r"\bassess(?:ed|es|ments?)\b", re.IGNORECASE)
_ACT = compile_latin(
    r"\b(?:announcement|notice|decree|order|regulation|directive|circular|proclamation|resolution|bill|rule|decision)"
    r"\s(?:\([A-Z]+\)\s)?(?:no\.?\s?)?(?P<number>\d[\d/-]*)",
    re.IGNORECASE,
)
_ACT_CHARS = 1_500  # of a text in which what it is about is named
_ACT_DAYS = timedelta(days=3)  # after which an act is the background of other news


def group_articles(
    articles: Sequence[Article], *, lexicon: Lexicon | None = None
) -> tuple[tuple[Article, ...], ...]:
    """Return the articles as stories, each article in exactly one.

    With a lexicon, articles whose titles name different things of one kind (two elements, two mines)
    are kept apart too. An opinion, and an article of several things, is a story of its own. The text of a numbered act
    ("Announcement No. 71") and what tells of it under its number are one. The price reports of two houses are two:
    each has figures of its own, of which none bears out the other's. And none is one with what it names as the reason.

    Groups and their members come in an order that does not depend on the order given.
    """
    ordered = sorted(articles, key=_order)
    claims = [read_claim(article.title, article.publisher) for article in ordered]
    prints = [_read(article, claim) for article, claim in zip(ordered, claims, strict=True)]
    alone = {number for number, article in enumerate(ordered) if stands_alone(article)}
    links = rate_pairs(prints) | dict.fromkeys(_pair_acts(ordered), SURE)
    reports = {number for number, article in enumerate(ordered) if _reports_prices(article)}
    reasons = {  # of what a price did
        number
        for number, article in enumerate(ordered)
        if reports and find_happenings(article).isdisjoint((QUOTES, MOVE))
    }
    links = {
        pair: odds
        for pair, odds in links.items()
        if alone.isdisjoint(pair) and (reports.isdisjoint(pair) or reasons.isdisjoint(pair))
    }
    slots = [
        read_slots(claim, article.text, item, lexicon)
        for article, claim, item in zip(ordered, claims, prints, strict=True)
    ]
    groups = group_prints(len(ordered), links, slots)
    return tuple(part for group in groups for part in _part_houses([ordered[index] for index in group]))


def group_prints(
    count: int, links: Mapping[tuple[int, int], float], slots: Sequence[Slots]
) -> tuple[tuple[int, ...], ...]:
    """Return groups of the numbers 0…count-1 by the likelihoods of pairs, and by what keeps pairs apart."""
    vetoes = {pair for pair in links if tell_apart(slots[pair[0]], slots[pair[1]])}
    groups = link_average(count, links, threshold=THRESHOLD, vetoes=vetoes)
    return attach_small(groups, links, least=ATTACH, vetoes=vetoes)


def count_publishers(articles: Iterable[Article]) -> int:
    """Return how many independent publishers stand behind a story."""
    return len(
        {
            article.publisher.independence
            for article in articles
            if article.publisher.kind is not PublisherKind.AGGREGATOR
        }
    )


def find_related(articles: Sequence[Article]) -> set[tuple[int, int]]:
    """Return which pairs, numbers ``(low, high)``, are likelier of one matter than not, if of two stories."""
    prints = [_read(article, read_claim(article.title, article.publisher)) for article in articles]
    return {pair for pair, odds in rate_pairs(prints).items() if odds >= RELATED}


def _pair_acts(articles: Sequence[Article]) -> Iterator[tuple[int, int]]:
    """Give the pairs of an authority's numbered act and what names it in these days."""
    named = [frozenset(_ACT.findall(f"{one.title}\n{one.text[:_ACT_CHARS]}")) for one in articles]
    for number, act in enumerate(articles):
        if act.publisher.kind is PublisherKind.REGULATOR:
            acts = frozenset(_ACT.findall(act.title))
            for other, article in enumerate(articles):
                is_near = abs(act.occurred - article.occurred) <= _ACT_DAYS
                if other != number and is_near and acts & named[other]:
                    yield min(number, other), max(number, other)


def _part_houses(group: Sequence[Article]) -> Iterator[tuple[Article, ...]]:
    """Give a group; where it has price reports of several houses, those of each and what else it has apart."""
    houses = [one.publisher.independence if _assesses_prices(one) else "" for one in group]
    if len({*houses} - {""}) <= 1:
        yield tuple(group)
        return
    for house in sorted({*houses}):
        yield tuple(one for one, own in zip(group, houses, strict=True) if own == house)


def _assesses_prices(article: Article) -> bool:
    """Whether an article gives prices that its publisher itself found out."""
    if article.publisher.kind not in _HOUSES:
        return False
    assessed = any(_ASSESSED.search(part) and find_prices(part) for part in article.text.split("\n\n"))
    return assessed or _reports_prices(article)


def _reports_prices(article: Article) -> bool:
    """Whether it is the price report of a house, by its headline and the prices that it gives."""
    is_house = article.publisher.kind in _HOUSES
    return is_house and bool(_PRICE_REPORT.search(article.title)) and QUOTES in find_happenings(article)


def _order(article: Article) -> tuple[str, ...]:
    when = article.occurred.isoformat()
    return when, article.id, article.entry_key, article.source, article.title, article.text


def _read(article: Article, claim: str) -> Fingerprint:
    host = urlsplit(article.url).hostname if article.url and not article.publisher.name else None
    dated = article.published is not None and not article.published_is_date
    return take_fingerprint(
        claim,
        article.text,
        publisher=article.publisher.independence or host or "",
        hours=article.occurred.timestamp() / 3600 if dated else None,
    )
