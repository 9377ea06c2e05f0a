"""Average-linkage clustering over a sparse graph of similarities. Pure.

A pair that is not in the graph has similarity 0. Groups merge, the most similar pair first, while
the mean similarity over all pairs of members (UPGMA, Sokal and Michener 1958) reaches the threshold.
A pair that is vetoed is never in one group.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Collection, Mapping

Pair = tuple[int, int]
LARGE = 4  # articles of a group that others can be attached to
SMALL = 2
NEARER = 0.6  # of a large group


def link_average(
    count: int, links: Mapping[Pair, float], *, threshold: float, vetoes: Collection[Pair] = ()
) -> tuple[tuple[int, ...], ...]:
    """Return groups of the items 0…count-1, each item in one; groups in the order of their first item.

    ``links`` holds the similarity of pairs ``(low, high)``. Ties are broken by the items' numbers.
    """
    sums: list[dict[int, float]] = [{} for _ in range(count)]
    apart: defaultdict[int, set[int]] = defaultdict(set)
    for (low, high), value in links.items():
        sums[low][high] = sums[high][low] = value
    for low, high in vetoes:
        apart[low].add(high)
        apart[high].add(low)
    members: dict[int, tuple[int, ...]] = {item: (item,) for item in range(count)}
    heap = [(-value, low, high) for (low, high), value in links.items() if value >= threshold]
    heapq.heapify(heap)
    born = count  # every merge makes a new number, so that stale heap entries are known by it
    while heap:
        _, low, high = heapq.heappop(heap)
        if low not in members or high not in members or high in apart[low]:
            continue
        members[born] = members.pop(low) + members.pop(high)
        apart[born] = apart.pop(low, set()) | apart.pop(high, set())
        for other in apart[born]:
            apart[other].add(born)
        _merge(sums, low, high)
        for other, total in sums[born].items():
            if other in members:
                mean = total / (len(members[born]) * len(members[other]))
                if mean >= threshold:
                    heapq.heappush(heap, (-mean, min(other, born), max(other, born)))
        born += 1
    return tuple(sorted(tuple(sorted(group)) for group in members.values()))


def attach_small(
    groups: tuple[tuple[int, ...], ...],
    links: Mapping[Pair, float],
    *,
    least: float,
    vetoes: Collection[Pair] = (),
) -> tuple[tuple[int, ...], ...]:
    """Let groups of one or two join the large group whose nearer members they resemble enough.

    A short headline shares words with some of a large story's articles only; so the mean is taken
    over the nearest ``NEARER`` of them. All decide at once, so that their order does not matter.
    """
    apart = set(vetoes)
    large = [group for group in groups if len(group) >= LARGE]
    joined: dict[tuple[int, ...], list[int]] = {group: list(group) for group in groups}
    for group in groups:
        if len(group) > SMALL:
            continue
        best = max(
            (
                (_nearer(group, other, links), [-item for item in other])
                for other in large
                if not any((min(a, b), max(a, b)) in apart for a in group for b in other)
            ),
            default=None,
        )
        if best is not None and best[0] >= least:
            joined[tuple(-item for item in best[1])] += joined.pop(group)
    return tuple(sorted(tuple(sorted(group)) for group in joined.values()))


def _nearer(group: tuple[int, ...], other: tuple[int, ...], links: Mapping[Pair, float]) -> float:
    means = sorted(
        (sum(links.get((min(a, b), max(a, b)), 0.0) for a in group) / len(group) for b in other),
        reverse=True,
    )
    nearest = means[: math.ceil(NEARER * len(means))]
    return sum(nearest) / len(nearest)


def _merge(sums: list[dict[int, float]], low: int, high: int) -> None:
    """Append the summed links of ``low`` and ``high`` as those of a new item; forget the two."""
    merged: dict[int, float] = {}
    born = len(sums)
    for source in (low, high):
        for other, value in sums[source].items():
            if other not in (low, high):
                merged[other] = merged.get(other, 0.0) + value
                sums[other].pop(source, None)
    for other, value in merged.items():
        sums[other][born] = value
    sums[low], sums[high] = {}, {}
    sums.append(merged)
