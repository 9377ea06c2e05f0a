"""Words as weighted vectors, and which articles are worth comparing. Pure.

The weight of a word is its frequency, dampened, times its rarity among the articles of the day
(TF-IDF, Spärck Jones 1972), or in news at large as well (commonness.py). Articles are candidates for one story
only where they share a word that is rare enough, found through an inverted index; each keeps its nearest only,
so that the number of pairs grows with the number of articles and not with its square. Words are numbers, in the
order of the alphabet, and a bag is kept once however many ways its words are weighed.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, compress
from operator import mul

from newsletter.stories.commonness import Commonness

Pair = tuple[int, int]
Bag = Mapping[int, float]  # the dampened frequency of each word, by its number
LEAST_RARITY = 0.05  # the weight of a word that every article has
RARE = 60  # a word in more articles than this makes no candidates
NEAREST = 60  # candidates that an article keeps
# The least cosine, by the rare words alone, of a candidate; and of one whose title shares no word. What lies below
# had a likelihood of at most .08 and .05 among 39,000 pairs, most of them of public collections.
LEAST_NEAR, LEAST_NEAR_UNTITLED = 0.02, 0.05
OTHERS = 500  # articles of other stories that every day is taken to have besides: rarity must not depend on the day


@dataclass(frozen=True, slots=True)
class Space:
    """How rare each word is, and each article's length."""

    rarity: Sequence[float]  # by the word's number
    squares: Sequence[float]
    lengths: tuple[float, ...]

    def cosine(self, pair: Pair, shared: Collection[int], products: Iterable[float]) -> float:
        """Return the cosine of two articles by the words they share, and the products of their frequencies.

        It is added exactly, so that order does not matter.
        """
        size = self.lengths[pair[0]] * self.lengths[pair[1]]
        return math.fsum(map(mul, products, map(self.squares.__getitem__, shared))) / size if size else 0.0

    def weigh(self, words: Iterable[int]) -> float:
        """Return the sum of the rarities of the words, added exactly."""
        return math.fsum(map(self.rarity.__getitem__, words))


def number_words(bags: Iterable[Iterable[str]]) -> dict[str, int]:
    """Return a number for each word of the bags."""
    return {word: number for number, word in enumerate(sorted(set().union(*bags)))}


def dampen(bag: Mapping[str, int], numbers: Mapping[str, int]) -> dict[int, float]:
    """Return a bag of words as their numbers with their dampened frequencies."""
    return {numbers[word]: _DAMPENED[times] for word, times in bag.items()}


class _Dampened(dict[int, float]):
    """Each value once: a bag holds references."""

    def __missing__(self, times: int) -> float:
        value = self[times] = 1 + math.log(times)
        return value


_DAMPENED = _Dampened()


def build_space(
    bags: Sequence[Bag], words: Sequence[str], *, cap: float, commonness: Commonness | None = None
) -> Space:
    """Weigh the bags of all articles; ``words`` are in the order of their numbers; rarity counts ``cap`` at most.

    The articles count as if there were ``OTHERS`` more, so that two articles alone can be compared
    too. With ``commonness`` a word is rare that is rare both in them and in news at large.
    """
    rarity = [LEAST_RARITY] * len(words)
    for number, times in Counter(chain.from_iterable(bags)).items():
        rated = _rate_rarity(times, len(bags), words[number], commonness)
        rarity[number] = max(LEAST_RARITY, min(cap, rated))
    squares = [value * value for value in rarity]
    sums = (map(mul, map(mul, bag.values(), bag.values()), map(squares.__getitem__, bag)) for bag in bags)
    return Space(rarity, squares, tuple(map(math.sqrt, map(math.fsum, sums))))


def _rate_rarity(times: int, count: int, word: str, commonness: Commonness | None) -> float:
    if commonness is None:
        return math.log((count + OTHERS + 1) / (times + 0.5))
    return -math.log(commonness.share(word) + times / (count + OTHERS))


def find_candidates(bags: Sequence[Bag], titles: Sequence[Bag], space: Space) -> list[Pair]:
    """Return the pairs ``(low, high)`` of articles that share a rare word and are near each other."""
    seen = Counter(chain.from_iterable(bags))
    postings: dict[int, list[tuple[int, float]]] = {word: [] for word, n in seen.items() if 1 < n <= RARE}
    found: list[list[tuple[float, int]]] = [[] for _ in bags]
    for here, bag in enumerate(bags):
        near = [0.0] * here  # half the time of a mapping, and as long as there are articles before this one
        for word in sorted(postings.keys() & bag.keys()):
            value = bag[word] * space.squares[word] / space.lengths[here]
            for there, other in postings[word]:
                near[there] += value * other
            postings[word].append((here, bag[word] / space.lengths[here]))
        title = titles[here].keys()
        # Looked through without a step of Python for each: of all this grows with the square of the articles.
        for there in compress(range(here), map(LEAST_NEAR.__lt__, near)):
            value = near[there]
            if value > LEAST_NEAR_UNTITLED or not title.isdisjoint(titles[there]):
                found[here].append((-value, there))
                found[there].append((-value, here))
    pairs = {
        (min(here, there), max(here, there))
        for here, others in enumerate(found)
        for _, there in heapq.nsmallest(NEAREST, others)
    }
    return sorted(pairs)
