"""How likely two articles tell one story. Pure.

A logistic model over what the two share (words, title, names, figures), how near each is to its
other neighbours, how many neighbours they have in common, and how close in time they came. Its
weights were fitted on three public collections of grouped news (ECB+, the UCI News Aggregator,
scoop) with benchmarks/fit_group.py, half against half. The weight of time is the likelihood ratio of
the batch itself: where all articles have one date it says nothing.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from newsletter.editorial.fingerprint import Fingerprint
from newsletter.editorial.vectors import Pair, Space, build_space, dot, find_candidates, shared_mass

FLOOR = 0.03  # keeps logarithms finite
LEAST_COSINE = 0.02  # below it a pair is not looked at
NEIGHBOUR = 0.12  # cosine from which an article counts as a neighbour
LINKED = 0.1
OWN_REPEAT = 0.6  # cosine of titles from which two articles of one publisher can be one story
_HOURS = (0.0, 1.0, 3.0, 6.0, 12.0, 24.0, 48.0, 96.0)
_TYPICAL_HOURS = 8.0  # after which another publisher has the same story
_TIME_BOUNDS = (-1.5, 1.0)

WEIGHTS: Mapping[str, float] = {
    "common": 0.367,
    "common_share": 0.151,
    "degree": -0.882,
    "density": -2.092,
    "lead_least": -0.822,
    "lead_log": 0.279,
    "lead_shared": 0.066,
    "linked_log": 0.09,
    "local_1": -0.297,
    "local_10": 0.176,
    "local_3": -0.243,
    "names_differ": -0.574,
    "names_log": 0.374,
    "neighbours_log": 1.122,
    "numbers_differ": -0.586,
    "publisher": -2.294,
    "time": 3.0,
    "title_capped": 1.329,
    "title_log": -0.448,
    "title_rarest": 0.113,
    "title_shared": 0.057,
    "words": 4.22,
    "words_capped": 8.918,
    "words_log": -0.389,
}
BIAS = -1.388


@dataclass(frozen=True, slots=True)
class _Spaces:
    words: Space
    words_capped: Space
    title: Space
    title_capped: Space
    names: Space
    numbers: Space
    lead: Space


def rate_pairs(prints: Sequence[Fingerprint]) -> dict[Pair, float]:
    """Return the likelihood, 0.0–1.0, for each pair worth a look; any other pair counts as 0."""
    rated = {}
    for pair, features in measure_pairs(prints).items():
        one, other = prints[pair[0]], prints[pair[1]]
        if one.publisher and one.publisher == other.publisher and features["own"] > 0:
            continue
        total = BIAS + math.fsum(weight * features[name] for name, weight in WEIGHTS.items())
        rated[pair] = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
    return rated


def measure_pairs(prints: Sequence[Fingerprint]) -> dict[Pair, dict[str, float]]:
    """Return the features of each pair worth a look."""
    spaces = _build_spaces(prints)
    cosines = {
        pair: value
        for pair in find_candidates(spaces.words)
        if (value := spaces.words.cosine(*pair)) > LEAST_COSINE
    }
    around = _Surroundings(len(prints), cosines)
    times = _rate_times(prints, cosines)
    return {
        pair: {
            **_compare(prints, spaces, pair, value),
            **around.compare(pair, value),
            "time": times.get(pair, 0.0),
        }
        for pair, value in cosines.items()
    }


def _build_spaces(prints: Sequence[Fingerprint]) -> _Spaces:
    full = [Counter(item.words) for item in prints]
    leads = [Counter(item.lead) for item in prints]
    for item, words, lead in zip(prints, full, leads, strict=True):
        for word in item.title:
            words[word] += 2
            lead[word] += 1
    titles = [Counter(item.title) for item in prints]
    return _Spaces(
        words=build_space(full, cap=9),
        words_capped=build_space(full, cap=4),
        title=build_space(titles, cap=9),
        title_capped=build_space(titles, cap=4),
        names=build_space([Counter(item.names) for item in prints], cap=9),
        numbers=build_space([Counter(item.numbers) for item in prints], cap=9),
        lead=build_space(leads, cap=9),
    )


def _compare(prints: Sequence[Fingerprint], spaces: _Spaces, pair: Pair, cosine: float) -> dict[str, float]:
    one, other = prints[pair[0]], prints[pair[1]]
    title, names = spaces.title.cosine(*pair), spaces.names.cosine(*pair)
    numbers, lead = spaces.numbers.cosine(*pair), spaces.lead.cosine(*pair)
    title_shared, title_rarest = shared_mass(spaces.title, one.title, other.title)
    lead_shared, _ = shared_mass(spaces.lead, spaces.lead.vectors[pair[0]], spaces.lead.vectors[pair[1]])
    own = one.publisher != "" and one.publisher == other.publisher
    return {
        "words": cosine,
        "words_log": _log(cosine),
        "words_capped": spaces.words_capped.cosine(*pair),
        "title_log": _log(title),
        "title_capped": spaces.title_capped.cosine(*pair),
        "names_log": _log(names),
        "lead_log": _log(lead),
        "lead_shared": math.log1p(lead_shared),
        "lead_least": math.log1p(min(spaces.lead.masses[pair[0]], spaces.lead.masses[pair[1]])),
        "title_shared": title_shared,
        "title_rarest": title_rarest,
        "numbers_differ": float(bool(one.numbers and other.numbers) and numbers == 0),
        "names_differ": float(bool(one.names and other.names) and names == 0),
        "publisher": float(own),
        "own": float(own and title < OWN_REPEAT),
    }


class _Surroundings:
    """The neighbours of every article."""

    def __init__(self, count: int, cosines: Mapping[Pair, float]) -> None:
        rows: list[dict[int, float]] = [{} for _ in range(count)]
        for (low, high), value in sorted(cosines.items()):
            rows[low][high] = rows[high][low] = value
        ranked = [sorted(row.values(), reverse=True) for row in rows]
        self._top = {size: [sum(row[:size]) / size for row in ranked] for size in (1, 3, 6, 10)}
        self._neighbours = [
            frozenset(other for other, value in row.items() if value >= NEIGHBOUR) for row in rows
        ]
        linked = [{other: value for other, value in row.items() if value >= LINKED} for row in rows]
        self._without = [_unit(row) for row in linked]
        self._with = [_unit({**row, index: 1.0}) for index, row in enumerate(linked)]

    def compare(self, pair: Pair, cosine: float) -> dict[str, float]:
        low, high = pair
        common = len(self._neighbours[low] & self._neighbours[high])
        either = len(self._neighbours[low]) + len(self._neighbours[high]) - common
        local = {
            f"local_{size}": math.log(
                min(3.0, max(0.02, cosine / max(FLOOR, math.sqrt(top[low] * top[high]))))
            )
            for size, top in self._top.items()
            if size != 6  # noqa: PLR2004 - the six nearest stand for density
        }
        return {
            **local,
            "density": _log(math.sqrt(self._top[6][low] * self._top[6][high])),
            "degree": math.log1p(min(len(self._neighbours[low]), len(self._neighbours[high]))),
            "common": math.log1p(common),
            "common_share": common / max(either, 1),
            "neighbours_log": _log(dot(self._without[low], self._without[high])),
            "linked_log": _log(dot(self._with[low], self._with[high])),
        }


def _unit(row: dict[int, float]) -> dict[int, float]:
    size = math.sqrt(math.fsum(value * value for value in row.values()))
    return {index: value / size for index, value in row.items()} if size else {}


def _log(value: float) -> float:
    return math.log(value + FLOOR)


def _rate_times(prints: Sequence[Fingerprint], pairs: Mapping[Pair, float]) -> dict[Pair, float]:
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
