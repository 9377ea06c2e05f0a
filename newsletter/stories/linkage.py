"""Average-linkage clustering over a sparse graph of similarities. Pure.

A pair that is not in the graph has similarity 0. Groups merge, the most similar pair first, while
the mean similarity over all pairs of members (UPGMA, Sokal and Michener 1958) reaches the threshold.
Pairs that are vetoed keep their groups apart.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Collection, Mapping

Pair = tuple[int, int]
LARGE = 4  # articles of a group that others can be attached to
SMALL = 2  # articles of a group that can be attached to a large one
VETO_SHARE = 1 / 3  # of the pairs between two groups, from which they stay apart
NEARER = 0.6  # of a large group


def link_average(
    count: int, links: Mapping[Pair, float], *, threshold: float, vetoes: Collection[Pair] = ()
) -> tuple[tuple[int, ...], ...]:
    """Return groups of the items 0…count-1, each item in one; groups in the order of their first item.

    ``links`` holds the similarity of pairs ``(low, high)``. A vetoed pair has none, and two groups
    never merge where the vetoed ones are ``VETO_SHARE`` of the pairs between them. Ties are broken
    by the items' numbers.
    """
    alike = _make_rows(count, {pair: value for pair, value in links.items() if pair not in vetoes})
    apart = _make_rows(count, dict.fromkeys(vetoes, 1.0))
    members: dict[int, tuple[int, ...]] = {item: (item,) for item in range(count)}
    heap = [(-value, low, high) for low in range(count) for high, value in alike[low].items() if low < high]
    heapq.heapify(heap)
    while heap and -heap[0][0] >= threshold:
        _, low, high = heapq.heappop(heap)
        pairs = len(members.get(low, ())) * len(members.get(high, ()))
        if not pairs or apart[low].get(high, 0.0) >= VETO_SHARE * pairs:
            continue  # merged meanwhile (every merge makes a new number), or kept apart
        born = len(alike)
        members[born] = members.pop(low) + members.pop(high)
        for rows in (alike, apart):
            _merge(rows, low, high)
        for other, total in alike[born].items():
            heapq.heappush(heap, (-total / (len(members[born]) * len(members[other])), other, born))
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
    large = {item: group for group in groups if len(group) >= LARGE for item in group}
    rows = _make_rows(sum(map(len, groups)), links)
    joined: dict[tuple[int, ...], list[int]] = {group: list(group) for group in groups}
    for group in groups:
        if len(group) > SMALL:
            continue
        best = max(
            (
                (_nearer(group, other, links), [-item for item in other])
                for other in {large[near] for item in group for near in rows[item] if near in large}
                if _vetoed(group, other, vetoes) < VETO_SHARE * len(group) * len(other)
            ),
            default=None,
        )
        if best is not None and best[0] >= least:
            joined[tuple(-item for item in best[1])] += joined.pop(group)
    return tuple(sorted(tuple(sorted(group)) for group in joined.values()))


def _vetoed(group: tuple[int, ...], other: tuple[int, ...], vetoes: Collection[Pair]) -> int:
    return sum((min(a, b), max(a, b)) in vetoes for a in group for b in other)


def _nearer(group: tuple[int, ...], other: tuple[int, ...], links: Mapping[Pair, float]) -> float:
    means = sorted(
        (sum(links.get((min(a, b), max(a, b)), 0.0) for a in group) / len(group) for b in other), reverse=True
    )
    nearest = means[: math.ceil(NEARER * len(means))]
    return sum(nearest) / len(nearest)


def _make_rows(count: int, values: Mapping[Pair, float]) -> list[dict[int, float]]:
    rows: list[dict[int, float]] = [{} for _ in range(count)]
    for (low, high), value in sorted(values.items()):
        rows[low][high] = rows[high][low] = value
    return rows


def _merge(rows: list[dict[int, float]], low: int, high: int) -> None:
    """Append the summed values of ``low`` and ``high`` as those of a new item; forget the two."""
    merged: dict[int, float] = {}
    born = len(rows)
    for source in (low, high):
        for other, value in rows[source].items():
            if other not in (low, high):
                merged[other] = merged.get(other, 0.0) + value
                rows[other].pop(source, None)
    for other, value in merged.items():
        rows[other][born] = value
    rows[low], rows[high] = {}, {}
    rows.append(merged)
