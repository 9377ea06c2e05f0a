"""How likely two articles tell one story. Pure.

A logistic model over what the two share: words, title, names, beginning, figures, and how close in
time they came. All of it is measured twice, with words rare among the articles of the day and with
words rare in news at large: the first knows the day's own common words, the second holds on a day of
two articles as on one of thousands. What lies around a pair does not count, so that a likelihood
does not depend on how many other stories there are. The weights were fitted on three public
collections of grouped news (ECB+, the UCI News Aggregator, scoop) with benchmarks/train_group.py, which
also tells how they do on stories that they were not fitted on. The weight of time is the likelihood
ratio of the batch itself: where all articles have one date it says nothing.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

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
_TIME_BOUNDS = (-1.5, 1.0)

WEIGHTS: Mapping[str, float] = {
    "bigrams": -1.563,
    "day_lead": -1.067,
    "day_lead_covered": -0.07,
    "day_lead_covered_least": 3.34,
    "day_lead_least": 0.387,
    "day_lead_log": -0.305,
    "day_lead_shared": 0.01,
    "day_names": 1.656,
    "day_names_log": -0.139,
    "day_title": -2.037,
    "day_title_capped": 6.161,
    "day_title_covered": 1.529,
    "day_title_covered_least": -1.237,
    "day_title_log": -0.617,
    "day_title_open": 0.876,
    "day_title_rarest": 0.056,
    "day_title_second": 0.458,
    "day_title_shared": 0.067,
    "day_words": -4.102,
    "day_words_capped": 6.443,
    "day_words_log": -0.374,
    "day_words_shared": -0.078,
    "large_lead": 0.612,
    "large_lead_covered": 1.366,
    "large_lead_covered_least": 3.87,
    "large_lead_least": -1.048,
    "large_lead_log": 0.533,
    "large_lead_shared": -0.122,
    "large_names": 2.008,
    "large_names_log": -0.032,
    "large_title": -1.854,
    "large_title_capped": 2.281,
    "large_title_covered": 1.261,
    "large_title_covered_least": 0.193,
    "large_title_log": -0.375,
    "large_title_open": -0.139,
    "large_title_rarest": 0.548,
    "large_title_second": -0.507,
    "large_title_shared": -0.075,
    "large_words": -2.157,
    "large_words_capped": 3.859,
    "large_words_log": 0.885,
    "large_words_shared": -0.105,
    "names_differ": -0.286,
    "numbers": 0.798,
    "numbers_differ": -0.514,
    "publisher": -3.745,
    "time": 3.0,
    "title_same": 5.185,
}
BIAS = -7.528


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


def rate_pairs(
    prints: Sequence[Fingerprint], *, weights: Mapping[str, float] = WEIGHTS, bias: float = BIAS
) -> dict[Pair, float]:
    """Return the likelihood, 0.0–1.0, for each pair worth a look; any other pair counts as 0."""
    rated = {}
    for pair, features in measure_pairs(prints).items():
        one, other = prints[pair[0]], prints[pair[1]]
        if one.publisher and one.publisher == other.publisher and features["own"] > 0:
            continue
        total = bias + math.fsum(weight * features[name] for name, weight in weights.items())
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
        same = 0.97 * (math.exp(-edge / _TYPICAL_HOURS) - until) + 0.03 / len(_HOURS)
        any_two = 0.97 * found[number] / total + 0.03 / len(_HOURS)
        ratios.append(min(_TIME_BOUNDS[1], max(_TIME_BOUNDS[0], math.log(same / any_two))))
    rated = {}
    for pair in pairs:
        one, other = prints[pair[0]].hours, prints[pair[1]].hours
        if one is not None and other is not None:
            apart = abs(one - other)
            rated[pair] = ratios[max(number for number, edge in enumerate(_HOURS) if apart >= edge)]
    return rated
