"""How likely two articles tell one story. Pure.

A logistic model over what the two share: words, title, names, beginning, figures, and how close in
time they came. All of it is measured twice, with words rare among the articles of the day and with
words rare in news at large: the first knows the day's own common words, the second holds on a day of
two articles as on one of thousands. What lies around a pair does not count, so that a likelihood
does not depend on how many other stories there are. The weights were fitted with benchmarks/train_group.py, which
writes ``pair_weights.json`` and tells how they do on stories that they were not fitted on: those of headlines and
briefs on three public collections of grouped news (ECB+, the UCI News Aggregator, scoop), those of two whole texts on
the texts of ECB+ and on 48 events of one trade, each told by three outlets in their own words, beside the same news of
another firm, other news of the same firm, and a thousand texts of other events. Time is a
likelihood ratio: how likely one story has two articles so far apart, beside the same of any two articles of the batch.
On a morning whose articles all came within an hour or two it says next to nothing.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from operator import mul
from typing import NamedTuple

from newsletter.data_files import read_data
from newsletter.stories.commonness import Commonness, load_commonness
from newsletter.stories.fingerprint import Fingerprint
from newsletter.stories.vectors import Bag, Pair, Space, build_space, dampen, find_candidates, number_words

FLOOR = 0.03  # keeps logarithms finite
LEAST_COSINE = 0.04  # below it a pair is not looked at: none of 24,000 real ones had a likelihood over .1
CAP = 9.0  # the most that rarity counts
CAPPED = 4.0  # where no single word may decide
OWN_REPEAT = 0.6  # cosine of titles from which two articles of one publisher can be one story
_HOURS = (0.0, 1.0, 3.0, 6.0, 12.0, 24.0, 48.0, 96.0)
_TYPICAL_HOURS = 8.0  # after which another publisher has the same story
_BY_CHANCE = 0.03  # of two articles, whatever their distance in time
_TIME_BOUNDS = (-1.5, 1.0)  # more than that time does not say


@dataclass(frozen=True, slots=True)
class _Bags:
    """The words of all articles, by where they stand."""

    full: tuple[Bag, ...]
    lead: tuple[Bag, ...]
    title: tuple[Bag, ...]
    names: tuple[Bag, ...]


@dataclass(frozen=True, slots=True)
class _Spaces:
    words: Space
    words_capped: Space
    title: Space
    title_capped: Space
    names: Space
    lead: Space
    # The sums of rarities of each article's title and beginning, by those of ``words``, and by their own.
    title_masses: tuple[float, ...]
    lead_masses: tuple[float, ...]
    own_title_masses: tuple[float, ...]
    own_lead_masses: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Common:
    """The words that two articles share in one place, and the products of their frequencies."""

    words: Collection[int]
    products: Sequence[float]


@dataclass(frozen=True, slots=True)
class _Shared:
    """The words that two articles share, by where they stand."""

    full: _Common
    title: _Common
    lead: _Common
    names: _Common
    titles_elsewhere: tuple[Collection[int], Collection[int]]  # of each one's title, in the other's full text
    leads_elsewhere: tuple[Collection[int], Collection[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairModel:
    """What was fitted."""

    bias: float
    weights: Mapping[str, float]  # of each of ``FEATURES``


class PairModels(NamedTuple):
    """What was fitted on pairs of which one at least is short, and on pairs of two long texts."""

    short: PairModel
    long: PairModel


@cache
def load_models() -> PairModels:
    """Return the weights that come with the program."""
    read = read_data("newsletter.stories", "pair_weights.json")
    return PairModels(*(PairModel(**read[name]) for name in PairModels._fields))


def rate_pairs(prints: Sequence[Fingerprint], models: PairModels | None = None) -> dict[Pair, float]:
    """Return the likelihood, 0.0–1.0, for each pair worth a look; any other pair counts as 0."""
    models, rated, own = models or load_models(), {}, FEATURES.index("own")
    fitted = [(model.bias, [model.weights.get(name, 0.0) for name in FEATURES]) for model in models]
    long = [one.is_long for one in prints]
    for pair, features in measure_pairs(prints):
        if not features[own]:
            bias, weights = fitted[long[pair[0]] and long[pair[1]]]
            total = bias + math.fsum(map(mul, weights, features))
            rated[pair] = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
    return rated


def measure_pairs(prints: Sequence[Fingerprint]) -> Iterator[tuple[Pair, tuple[float, ...]]]:
    """Yield each pair worth a look with its features, in the order of ``FEATURES``."""
    numbers = number_words(
        words for item in prints for words in (item.words, item.lead, item.title, item.names)
    )
    words, bags = list(numbers), _fill_bags(prints, numbers)
    day, large = _build_spaces(bags, words), _build_spaces(bags, words, load_commonness())
    candidates = find_candidates(bags.full, bags.title, large.words)
    times = _rate_times(prints, candidates)
    for pair in candidates:
        full = _intersect(bags.full, pair)
        if large.words.cosine(pair, full.words, full.products) <= LEAST_COSINE:
            continue
        shared = _share(bags, pair, full)
        title = day.title.cosine(pair, shared.title.words, shared.title.products)
        yield (
            pair,
            (
                *_measure(day, shared, pair),
                *_measure(large, shared, pair),
                *_compare(prints[pair[0]], prints[pair[1]], title),
                times.get(pair, 0.0),
            ),
        )


def _intersect(bags: Sequence[Bag], pair: Pair) -> _Common:
    one, other = bags[pair[0]], bags[pair[1]]
    words = one.keys() & other.keys()
    return _Common(words, [one[word] * other[word] for word in words])


def _share(bags: _Bags, pair: Pair, full: _Common) -> _Shared:
    low, high = pair
    text, title, lead = bags.full, bags.title, bags.lead
    return _Shared(
        full=full,
        title=_intersect(title, pair),
        lead=_intersect(lead, pair),
        names=_intersect(bags.names, pair),
        titles_elsewhere=(title[low].keys() & text[high].keys(), title[high].keys() & text[low].keys()),
        leads_elsewhere=(lead[low].keys() & text[high].keys(), lead[high].keys() & text[low].keys()),
    )


def _fill_bags(prints: Sequence[Fingerprint], numbers: Mapping[str, int]) -> _Bags:
    def number(bags: Iterable[Counter[str]]) -> tuple[Bag, ...]:
        return tuple(dampen(bag, numbers) for bag in bags)

    return _Bags(
        full=number(item.words + Counter(dict.fromkeys(item.title, 2)) for item in prints),
        lead=number(item.lead + Counter(item.title) for item in prints),
        title=number(Counter(item.title) for item in prints),
        names=number(Counter(item.names) for item in prints),
    )


def _build_spaces(bags: _Bags, words: Sequence[str], commonness: Commonness | None = None) -> _Spaces:
    def build(kind: Sequence[Bag], cap: float = CAP) -> Space:
        return build_space(kind, words, cap=cap, commonness=commonness)

    full, title, lead = build(bags.full), build(bags.title), build(bags.lead)
    return _Spaces(
        words=full,
        words_capped=build(bags.full, CAPPED),
        title=title,
        title_capped=build(bags.title, CAPPED),
        names=build(bags.names),
        lead=lead,
        title_masses=tuple(map(full.weigh, bags.title)),
        lead_masses=tuple(map(full.weigh, bags.lead)),
        own_title_masses=tuple(map(title.weigh, bags.title)),
        own_lead_masses=tuple(map(lead.weigh, bags.lead)),
    )


_BY_RARITY = (
    "words", "words_log", "words_capped", "words_shared", "title", "title_log", "title_capped", "title_shared",
    "title_rarest", "title_second", "title_covered", "title_covered_least", "title_open", "names", "names_log",
    "lead", "lead_log", "lead_shared", "lead_least", "lead_covered", "lead_covered_least",
)  # fmt: skip
FEATURES = (
    *(f"day_{name}" for name in _BY_RARITY),
    *(f"large_{name}" for name in _BY_RARITY),
    *("bigrams", "title_same", "numbers", "numbers_differ", "names_differ", "publisher", "own", "time"),
)


def _measure(spaces: _Spaces, shared: _Shared, pair: Pair) -> tuple[float, ...]:
    """Measure what depends on which words are rare, in the order of ``_BY_RARITY``."""
    low, high = pair
    full, in_title, in_lead, in_names = shared.full, shared.title, shared.lead, shared.names
    words = spaces.words.cosine(pair, full.words, full.products)
    title = spaces.title.cosine(pair, in_title.words, in_title.products)
    names = spaces.names.cosine(pair, in_names.words, in_names.products)
    lead = spaces.lead.cosine(pair, in_lead.words, in_lead.products)
    rarities = sorted(map(spaces.words.rarity.__getitem__, in_title.words), reverse=True)
    title_covers = _cover(spaces.words, spaces.title_masses, shared.titles_elsewhere, pair)
    lead_covers = _cover(spaces.words, spaces.lead_masses, shared.leads_elsewhere, pair)
    masses = spaces.own_title_masses
    return (
        words,
        _log(words),
        spaces.words_capped.cosine(pair, full.words, full.products),
        math.log1p(spaces.words.weigh(full.words)),
        title,
        _log(title),
        spaces.title_capped.cosine(pair, in_title.words, in_title.products),
        math.fsum(rarities),
        rarities[0] if rarities else 0.0,
        rarities[1] if len(rarities) > 1 else 0.0,
        max(title_covers),
        min(title_covers),
        math.log1p(min((1 - title_covers[0]) * masses[low], (1 - title_covers[1]) * masses[high])),
        names,
        _log(names),
        lead,
        _log(lead),
        math.log1p(spaces.lead.weigh(in_lead.words)),
        math.log1p(min(spaces.own_lead_masses[low], spaces.own_lead_masses[high])),
        max(lead_covers),
        min(lead_covers),
    )


def _cover(
    space: Space, masses: Sequence[float], found: tuple[Collection[int], Collection[int]], pair: Pair
) -> tuple[float, float]:
    """Return the share of each article's words, weighed by rarity, that the other one has too."""
    low, high = masses[pair[0]], masses[pair[1]]
    return (
        min(1.0, space.weigh(found[0]) / low) if low else 0.0,
        min(1.0, space.weigh(found[1]) / high) if high else 0.0,
    )


def _compare(one: Fingerprint, other: Fingerprint, titles: float) -> tuple[float, ...]:
    """Measure what does not, "bigrams" to "own"; ``titles`` is the cosine of the two titles."""
    figures = len(one.numbers & other.numbers)
    pairs, others = set(pairwise(one.title)), set(pairwise(other.title))
    own = one.publisher != "" and one.publisher == other.publisher
    return (
        2 * len(pairs & others) / max(1, len(pairs) + len(others)),
        float(set(one.title) == set(other.title)),
        2 * figures / max(1, len(one.numbers) + len(other.numbers)),
        float(bool(one.numbers and other.numbers) and not figures),
        float(bool(one.names and other.names) and not one.names & other.names),
        float(own),
        float(own and titles < OWN_REPEAT),
    )


def _log(value: float) -> float:
    return math.log(value + FLOOR)


def _rate_times(prints: Sequence[Fingerprint], pairs: Sequence[Pair]) -> dict[Pair, float]:
    """Return the log-likelihood ratio of each pair's distance in time: one story against any two articles."""
    known = sorted(item.hours for item in prints if item.hours is not None)
    if len(known) < 2:  # noqa: PLR2004 - no pair
        return {}
    found: defaultdict[int, int] = defaultdict(int)
    start = [0] * len(_HOURS)
    for place, hours in enumerate(known):  # for each, how many later ones lie in each bin
        edges = []
        for number, edge in enumerate(_HOURS):
            index = max(start[number], place + 1)
            while index < len(known) and known[index] - hours < edge:
                index += 1
            start[number] = index
            edges.append(index)
        for number, index in enumerate(edges):
            found[number] += (edges[number + 1] if number + 1 < len(edges) else len(known)) - index
    total = math.comb(len(known), 2)
    likely = []  # for each bin, per hour: how likely one story has two articles so far apart
    for number, edge in enumerate(_HOURS):
        stop = _HOURS[number + 1] if number + 1 < len(_HOURS) else 2 * edge
        one_story = (math.exp(-edge / _TYPICAL_HOURS) - math.exp(-stop / _TYPICAL_HOURS)) / (stop - edge)
        likely.append((1 - _BY_CHANCE) * one_story + _BY_CHANCE / (2 * _HOURS[-1]))
    usual = math.fsum(found[number] / total * one for number, one in enumerate(likely))
    ratios = [min(_TIME_BOUNDS[1], max(_TIME_BOUNDS[0], math.log(one / usual))) for one in likely]
    rated = {}
    for pair in pairs:
        one, other = prints[pair[0]].hours, prints[pair[1]].hours
        if one is not None and other is not None:
            apart = abs(one - other)
            rated[pair] = ratios[max(number for number, edge in enumerate(_HOURS) if apart >= edge)]
    return rated
