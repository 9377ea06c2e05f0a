"""Words as weighted vectors, and which articles are worth comparing. Pure.

The weight of a word is its frequency, dampened, times its rarity among the articles of the day
(TF-IDF, Spärck Jones 1972), or in news at large as well (commonness.py). Articles are candidates for one story
only where they share a word that is rare enough, found through an inverted index; each keeps its nearest only,
so that the number of pairs grows with the number of articles and not with its square.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from newsletter.stories.commonness import Commonness

Key = TypeVar("Key", str, int)
Pair = tuple[int, int]
Vector = dict[str, float]
LEAST_RARITY = 0.05
RARE = 60  # a word in more articles than this makes no candidates
NEAREST = 60  # candidates that an article keeps
OTHERS = 40  # articles of other stories that every day is taken to have besides


@dataclass(frozen=True, slots=True)
class Space:
    """The vectors of one kind of words, of length 1, and each article's sum of rarities."""

    vectors: tuple[Vector, ...]
    rarity: Mapping[str, float]
    masses: tuple[float, ...]

    def cosine(self, one: int, other: int) -> float:
        """Return the cosine of two articles."""
        return dot(self.vectors[one], self.vectors[other])


def build_space(
    bags: Sequence[Mapping[str, int]], *, cap: float, commonness: Commonness | None = None
) -> Space:
    """Weigh the bags of words of all articles; ``cap`` is the most that rarity counts.

    The articles count as if there were ``OTHERS`` more, so that two articles alone can be compared
    too. With ``commonness`` a word is rare that is rare both in them and in news at large.
    """
    seen = Counter(word for bag in bags for word in bag)
    rarity = {
        word: max(LEAST_RARITY, min(cap, _rate_rarity(times, len(bags), word, commonness)))
        for word, times in seen.items()
    }
    vectors = tuple(
        unit({word: (1 + math.log(times)) * rarity[word] for word, times in bag.items()}) for bag in bags
    )
    return Space(vectors, rarity, tuple(math.fsum(rarity[word] for word in bag) for bag in bags))


def _rate_rarity(times: int, count: int, word: str, commonness: Commonness | None) -> float:
    if commonness is None:
        return math.log((count + OTHERS + 1) / (times + 0.5))
    return -math.log(commonness.share(word) + times / (count + OTHERS))


def unit(vector: Vector) -> Vector:
    """Return the vector at length 1; an empty one stays empty."""
    size = math.sqrt(sum(value * value for value in vector.values()))
    return {word: value / size for word, value in vector.items()} if size else {}


def dot(one: Mapping[Key, float], other: Mapping[Key, float]) -> float:
    """Return the sum of products of what both hold, added exactly, so that order does not matter."""
    return math.fsum([one[word] * other[word] for word in one.keys() & other.keys()])


def find_candidates(space: Space) -> list[Pair]:
    """Return the pairs ``(low, high)`` of articles that share a rare word and are near each other."""
    postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for index, vector in enumerate(space.vectors):
        for word, value in vector.items():
            postings[word].append((index, value))
    pairs: set[Pair] = set()
    for here, vector in enumerate(space.vectors):
        near: defaultdict[int, float] = defaultdict(float)
        for word in sorted(vector):
            places = postings[word]
            if 1 < len(places) <= RARE:
                value = vector[word]
                for there, other in places:
                    near[there] += value * other
        near.pop(here, None)
        for _, there in heapq.nsmallest(NEAREST, [(-value, there) for there, value in near.items()]):
            pairs.add((min(here, there), max(here, there)))
    return sorted(pairs)


def weigh_words(space: Space, words: Iterable[str]) -> float:
    """Return the sum of the rarities of the words, added exactly, so that their order does not matter."""
    return math.fsum([space.rarity.get(word, LEAST_RARITY) for word in words])
