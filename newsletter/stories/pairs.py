"""How likely two articles tell one story. Pure.

A logistic model over what the two share: words, title, names, beginning, figures, and how close in
time they came. All of it is measured twice, with words rare among the articles of the day and with
words rare in news at large: the first knows the day's own common words, the second holds on a day of
two articles as on one of thousands. What lies around a pair does not count, so that a likelihood
does not depend on how many other stories there are. The weights were fitted on three public
collections of grouped news (ECB+, the UCI News Aggregator, scoop) with benchmarks/train_group.py, which writes
``pair_weights.json`` and tells how they do on stories that they were not fitted on. The weight of time is the
likelihood ratio of the batch itself: where all articles have one date it says nothing.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from newsletter.stories.commonness import Commonness, load_commonness
from newsletter.stories.fingerprint import Fingerprint
from newsletter.stories.vectors import Pair, Space, build_space, find_candidates, weigh_words

FLOOR = 0.03  # keeps logarithms finite
LEAST_COSINE = 0.02  # below it a pair is not looked at
CAP = 9.0  # the most that rarity counts
CAPPED = 4.0  # where no single word may decide
OWN_REPEAT = 0.6  # cosine of titles from which two articles of one publisher can be one story
_HOURS = (0.0, 1.0, 3.0, 6.0, 12.0, 24.0, 48.0, 96.0)
_TYPICAL_HOURS = 8.0  # after which another publisher has the same story
_BY_CHANCE = 0.03  # of two articles, whatever their distance in time
_TIME_BOUNDS = (-1.5, 1.0)  # more than that time does not say


@dataclass(frozen=True, slots=True)
class _Bags:
    """The words of all articles, counted, each by where they stand."""

    full: tuple[Counter[str], ...]
    lead: tuple[Counter[str], ...]
    title: tuple[Counter[str], ...]
    names: tuple[Counter[str], ...]


@dataclass(frozen=True, slots=True)
class _Spaces:
    words: Space
    words_capped: Space
    title: Space
    title_capped: Space
    names: Space
    lead: Space
    title_masses: tuple[float, ...]  # of each article's title, by the rarities of ``words``
    lead_masses: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Shared:
    """The words that two articles share, by where they stand."""

    full: Collection[str]
    title: Collection[str]
    lead: Collection[str]
    titles_elsewhere: tuple[Collection[str], Collection[str]]  # of each one's title, in the other's full text
    leads_elsewhere: tuple[Collection[str], Collection[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairModel:
    """What was fitted."""

    bias: float
    weights: Mapping[str, float]  # of each feature of ``measure_pairs``


@cache
def _load_model() -> PairModel:
    return PairModel(
        **json.loads(files("newsletter.stories").joinpath("pair_weights.json").read_text("utf-8"))
    )


def rate_pairs(prints: Sequence[Fingerprint], model: PairModel | None = None) -> dict[Pair, float]:
    """Return the likelihood, 0.0–1.0, for each pair worth a look; any other pair counts as 0."""
    model, rated = model or _load_model(), {}
    for pair, features in measure_pairs(prints).items():
        one, other = prints[pair[0]], prints[pair[1]]
        if one.publisher and one.publisher == other.publisher and features["own"] > 0:
            continue
        total = model.bias + math.fsum(weight * features[name] for name, weight in model.weights.items())
        rated[pair] = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
    return rated


def measure_pairs(prints: Sequence[Fingerprint]) -> dict[Pair, dict[str, float]]:
    """Return the features of each pair worth a look."""
    bags = _fill_bags(prints)
    day, large = _build_spaces(bags), _build_spaces(bags, load_commonness())
    pairs = [pair for pair in find_candidates(large.words) if large.words.cosine(*pair) > LEAST_COSINE]
    times = _rate_times(prints, pairs)
    measured = {}
    for pair in pairs:
        shared = _share(bags, pair)
        measured[pair] = {
            **{f"day_{name}": value for name, value in _measure(day, shared, pair).items()},
            **{f"large_{name}": value for name, value in _measure(large, shared, pair).items()},
            **_compare(prints[pair[0]], prints[pair[1]], day.title.cosine(*pair)),
            "time": times.get(pair, 0.0),
        }
    return measured


def _share(bags: _Bags, pair: Pair) -> _Shared:
    low, high = pair
    full, title, lead = bags.full, bags.title, bags.lead
    return _Shared(
        full=full[low].keys() & full[high].keys(),
        title=title[low].keys() & title[high].keys(),
        lead=lead[low].keys() & lead[high].keys(),
        titles_elsewhere=(title[low].keys() & full[high].keys(), title[high].keys() & full[low].keys()),
        leads_elsewhere=(lead[low].keys() & full[high].keys(), lead[high].keys() & full[low].keys()),
    )


def _fill_bags(prints: Sequence[Fingerprint]) -> _Bags:
    full = tuple(Counter(item.words) for item in prints)
    lead = tuple(Counter(item.lead) for item in prints)
    for item, words, beginning in zip(prints, full, lead, strict=True):
        for word in item.title:
            words[word] += 2
            beginning[word] += 1
    return _Bags(
        full=full,
        lead=lead,
        title=tuple(Counter(item.title) for item in prints),
        names=tuple(Counter(item.names) for item in prints),
    )


def _build_spaces(bags: _Bags, commonness: Commonness | None = None) -> _Spaces:
    words = build_space(bags.full, cap=CAP, commonness=commonness)
    return _Spaces(
        words=words,
        words_capped=build_space(bags.full, cap=CAPPED, commonness=commonness),
        title=build_space(bags.title, cap=CAP, commonness=commonness),
        title_capped=build_space(bags.title, cap=CAPPED, commonness=commonness),
        names=build_space(bags.names, cap=CAP, commonness=commonness),
        lead=build_space(bags.lead, cap=CAP, commonness=commonness),
        title_masses=tuple(weigh_words(words, title) for title in bags.title),
        lead_masses=tuple(weigh_words(words, lead) for lead in bags.lead),
    )


def _measure(spaces: _Spaces, shared: _Shared, pair: Pair) -> dict[str, float]:
    """Measure what depends on which words are rare."""
    low, high = pair
    words, title, names, lead = (
        space.cosine(low, high) for space in (spaces.words, spaces.title, spaces.names, spaces.lead)
    )
    rarities = sorted((spaces.words.rarity[word] for word in shared.title), reverse=True)
    title_covers = _cover(spaces.words, spaces.title_masses, shared.titles_elsewhere, pair)
    lead_covers = _cover(spaces.words, spaces.lead_masses, shared.leads_elsewhere, pair)
    masses = spaces.title.masses
    return {
        "words": words,
        "words_log": _log(words),
        "words_capped": spaces.words_capped.cosine(low, high),
        "words_shared": math.log1p(weigh_words(spaces.words, shared.full)),
        "title": title,
        "title_log": _log(title),
        "title_capped": spaces.title_capped.cosine(low, high),
        "title_shared": math.fsum(rarities),
        "title_rarest": rarities[0] if rarities else 0.0,
        "title_second": rarities[1] if len(rarities) > 1 else 0.0,
        "title_covered": max(title_covers),
        "title_covered_least": min(title_covers),
        "title_open": math.log1p(
            min((1 - share) * masses[place] for share, place in zip(title_covers, pair, strict=True))
        ),
        "names": names,
        "names_log": _log(names),
        "lead": lead,
        "lead_log": _log(lead),
        "lead_shared": math.log1p(weigh_words(spaces.lead, shared.lead)),
        "lead_least": math.log1p(min(spaces.lead.masses[low], spaces.lead.masses[high])),
        "lead_covered": max(lead_covers),
        "lead_covered_least": min(lead_covers),
    }


def _cover(
    space: Space, masses: Sequence[float], found: tuple[Collection[str], Collection[str]], pair: Pair
) -> tuple[float, float]:
    """Return the share of each article's words, weighed by rarity, that the other one has too."""
    one, other = (
        min(1.0, weigh_words(space, words) / masses[place]) if masses[place] else 0.0
        for words, place in zip(found, pair, strict=True)
    )
    return one, other


def _compare(one: Fingerprint, other: Fingerprint, titles: float) -> dict[str, float]:
    """Measure what does not; ``titles`` is the cosine of the two titles."""
    figures = len(one.numbers & other.numbers)
    pairs, others = (
        set(zip(one.title, one.title[1:], strict=False)),
        set(zip(other.title, other.title[1:], strict=False)),
    )
    own = one.publisher != "" and one.publisher == other.publisher
    return {
        "bigrams": 2 * len(pairs & others) / max(1, len(pairs) + len(others)),
        "title_same": float(set(one.title) == set(other.title)),
        "numbers": 2 * figures / max(1, len(one.numbers) + len(other.numbers)),
        "numbers_differ": float(bool(one.numbers and other.numbers) and not figures),
        "names_differ": float(bool(one.names and other.names) and not one.names & other.names),
        "publisher": float(own),
        "own": float(own and titles < OWN_REPEAT),
    }


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
    total = len(known) * (len(known) - 1) / 2
    ratios = []
    for number, edge in enumerate(_HOURS):
        until = math.exp(-_HOURS[number + 1] / _TYPICAL_HOURS) if number + 1 < len(_HOURS) else 0.0
        same = (1 - _BY_CHANCE) * (math.exp(-edge / _TYPICAL_HOURS) - until) + _BY_CHANCE / len(_HOURS)
        any_two = (1 - _BY_CHANCE) * found[number] / total + _BY_CHANCE / len(_HOURS)
        ratios.append(min(_TIME_BOUNDS[1], max(_TIME_BOUNDS[0], math.log(same / any_two))))
    rated = {}
    for pair in pairs:
        one, other = prints[pair[0]].hours, prints[pair[1]].hours
        if one is not None and other is not None:
            apart = abs(one - other)
            rated[pair] = ratios[max(number for number, edge in enumerate(_HOURS) if apart >= edge)]
    return rated
