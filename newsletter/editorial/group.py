"""Which articles tell the same story. Pure.

Articles are compared by their rare words, names and numbers (TF-IDF cosine), and joined by average
linkage: a group takes in another only while its members resemble each other on average, so that
one article in between never chains two stories together. Only articles that share a rare word are
ever compared. The order in which articles come does not matter.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from newsletter.editorial.fingerprint import Fingerprint, take_fingerprint
from newsletter.editorial.linkage import link_average
from newsletter.model import Article, PublisherKind

THRESHOLD = 0.22
TITLE_WEIGHT = 2.0


def group_articles(articles: Sequence[Article]) -> tuple[tuple[Article, ...], ...]:
    """Return the articles as stories, each article in exactly one.

    Groups and their members come in an order that does not depend on the order given.
    """
    ordered = sorted(articles, key=_order)
    prints = [take_fingerprint(article.title, article.text) for article in ordered]
    links = _compare(_vectors(prints))
    groups = link_average(len(ordered), links, threshold=THRESHOLD)
    return tuple(tuple(ordered[index] for index in group) for group in groups)


def _order(article: Article) -> tuple[str, str, str, str]:
    return (article.occurred.isoformat(), article.id, article.entry_key, article.source)


def _vectors(prints: Sequence[Fingerprint]) -> list[dict[str, float]]:
    seen: defaultdict[str, int] = defaultdict(int)
    for item in prints:
        for word in {*item.words, *item.title}:
            seen[word] += 1
    count = len(prints)
    return [_vector(item, seen, count) for item in prints]


def _vector(item: Fingerprint, seen: Mapping[str, int], count: int) -> dict[str, float]:
    weights: dict[str, float] = {}
    for word, times in item.words.items():
        weights[word] = 1 + math.log(times)
    for word in item.title:
        weights[word] = weights.get(word, 0.0) + TITLE_WEIGHT
    for word in weights:
        weights[word] *= math.log((count + 1) / (seen[word] + 0.5)) + 0.1
    size = math.sqrt(sum(value * value for value in weights.values())) or 1.0
    return {word: value / size for word, value in weights.items()}


def _compare(vectors: Sequence[Mapping[str, float]]) -> dict[tuple[int, int], float]:
    index: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    links: defaultdict[tuple[int, int], float] = defaultdict(float)
    for here, vector in enumerate(vectors):
        for word, value in vector.items():
            for there, other in index[word]:
                links[there, here] += value * other
            index[word].append((here, value))
    return dict(links)


def count_publishers(articles: Iterable[Article]) -> int:
    """Return how many independent publishers stand behind a story."""
    return len(
        {
            item.publisher.independence
            for item in articles
            if item.publisher.kind is not PublisherKind.AGGREGATOR
        }
    )
