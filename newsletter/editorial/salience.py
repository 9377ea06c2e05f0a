"""How likely each word and pair of words of an article is to be in a good set of highlights. Pure.

A small learned model: for every word type of an article a few plain features (how often, where first,
how spread, how rare, what editors usually make of it) go through one hidden layer. Half the answer comes
from a model that sees positions and half from one that does not, because news leads with its facts and
analyses bury them. The weights are plain data in ``salience.json``, made by ``benchmarks/train_salience.py``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from math import exp, log
from operator import mul
from typing import Any

from newsletter.editorial.stems import stem

_WORD = re.compile(r"[a-z0-9]+")
POSITION_FREE = 0.4  # the share of the model that does not see positions
FEATURES = 20
_POSITIONAL = (1, 2, 4, 5, 6, 7, 16)  # what the position-free model does not see


@lru_cache(maxsize=65536)
def _root(word: str) -> str:
    return stem(word)


def tokenize(text: str) -> list[str]:
    """The stemmed words of ``text``, as the model counts them."""
    return [_root(word) for word in _WORD.findall(text.lower().replace("’", "'"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A trained model: priors of known words, and two small networks (with and without positions)."""

    documents: int
    known: dict[str, tuple[float, float]]  # stem to (log document frequency, log-odds of being chosen)
    networks: tuple[dict[str, Any], ...]
    pairs: tuple[float, ...]


@cache
def load_weights() -> Weights:
    """Read the weights that ship with the package."""
    return parse_weights(
        json.loads(files("newsletter.editorial").joinpath("salience.json").read_text("utf-8"))
    )


def parse_weights(data: dict[str, Any]) -> Weights:
    """Make weights of the plain data that the training script writes."""
    return Weights(
        documents=data["documents"],
        known={word: (pair[0], pair[1]) for word, pair in data["known"].items()},
        networks=tuple(data["networks"]),
        pairs=tuple(data["pairs"]),
    )


def count_words(sentences: Sequence[Sequence[str]]) -> dict[str, list[int]]:
    """Where each word type occurs: the index of a sentence for each occurrence."""
    where: dict[str, list[int]] = {}
    for index, words in enumerate(sentences):
        for word in words:
            where.setdefault(word, []).append(index)
    return where


def describe_words(
    sentences: Sequence[Sequence[str]],
    *,
    capitals: dict[str, float],
    known: dict[str, tuple[float, float]],
    documents: int,
    title: frozenset[str] = frozenset(),
) -> tuple[list[str], list[list[float]]]:
    """The features of every word type, in order of first occurrence."""
    where = count_words(sentences)
    total = max(1, len(sentences))
    length = sum(len(words) for words in sentences)
    repeated = _repeated_neighbours(sentences)
    unseen = (log(documents + 1.0), -1.0)
    types, rows = [], []
    for word, places in where.items():
        first = places[0]
        spread = len(set(places))
        frequency, odds = known.get(word, (0.0, -9.0))
        rarity = unseen[0] - frequency
        if odds == -9.0:
            odds = unseen[1]
        rows.append(
            [
                log(len(places)),
                log(1 + first) / 4,
                first / total,
                spread / total,
                float(first == 0),
                float(first <= 1),
                float(first <= 2),
                sum(1 for place in places if place <= 4) / 5,
                rarity / 10,
                odds,
                float(word[0].isdigit()),
                capitals.get(word, 0.0),
                float(bool(capitals)),
                float(word in title),
                float(bool(title)),
                repeated.get(word, 0.0),
                places[-1] / total,
                min(len(word), 12) / 12,
                log(total) / 4,
                log(1 + length / total) / 4,
            ]
        )
        types.append(word)
    return types, rows


def _repeated_neighbours(sentences: Sequence[Sequence[str]]) -> dict[str, float]:
    """Words of pairs that the article repeats, by the logarithm of how often."""
    pairs: dict[tuple[str, str], int] = {}
    for words in sentences:
        for pair in zip(words, words[1:], strict=False):
            pairs[pair] = pairs.get(pair, 0) + 1
    found: dict[str, float] = {}
    for (left, right), times in pairs.items():
        if times > 1:
            weight = log(times)
            found[left] = max(found.get(left, 0.0), weight)
            found[right] = max(found.get(right, 0.0), weight)
    return found


def _run(network: dict[str, Any], row: Sequence[float]) -> float:
    hidden = network["hidden"]
    out: float = network["bias"]
    for weights, bias, weight in hidden:
        value = sum(map(mul, weights, row)) + bias
        if value > 0:
            out += weight * value
    return 1 / (1 + exp(-max(-30.0, min(30.0, out))))


def find_capitals(text: str) -> dict[str, float]:
    """The share of a word's occurrences inside sentences that is capitalised: names. Empty for text without case."""
    counts: dict[str, list[int]] = {}
    for match in re.finditer(r"(?<=[a-z,;] )([A-Za-z]+)", text):
        word = match.group(1)
        entry = counts.setdefault(_root(word.lower()), [0, 0])
        entry[0] += word[0].isupper()
        entry[1] += 1
    if not any(upper for upper, _ in counts.values()):
        return {}
    return {word: upper / every for word, (upper, every) in counts.items()}


def weigh_words(
    sentences: Sequence[Sequence[str]], *, text: str, title: str = "", weights: Weights | None = None
) -> dict[str, float]:
    """The chance of each word type of an article to be in its highlights."""
    weights = weights or load_weights()
    types, rows = describe_words(
        sentences,
        capitals=find_capitals(text),
        known=weights.known,
        documents=weights.documents,
        title=frozenset(tokenize(title)),
    )
    seeing, blind = weights.networks
    found = {}
    for word, row in zip(types, rows, strict=True):
        with_place = _run(seeing, row)
        without = _run(blind, row)
        found[word] = (1 - POSITION_FREE) * with_place + POSITION_FREE * without
    return found


def describe_pair(left: float, right: float, times: int, first: int, *, stops: int) -> list[float]:
    """The features of a pair of neighbouring words, given the chances of each."""
    low, high = min(left, right), max(left, right)
    return [
        1.0,
        log(max(1e-4, left * right)) / 4,
        log(max(1e-4, low)) / 4,
        high,
        log(times),
        log(1 + first) / 4,
        float(first == 0),
        float(stops == 1),
        float(stops == 2),
    ]


def weigh_pairs(
    sentences: Sequence[Sequence[str]], words: dict[str, float], *, weights: Weights | None = None
) -> dict[tuple[str, str], float]:
    """The chance of each pair of neighbouring words to be in the highlights."""
    weights = weights or load_weights()
    seen: dict[tuple[str, str], list[int]] = {}
    for index, sentence in enumerate(sentences):
        for pair in zip(sentence, sentence[1:], strict=False):
            entry = seen.setdefault(pair, [0, index])
            entry[0] += 1
    found = {}
    for pair, (times, first) in seen.items():
        stops = sum(len(word) <= 3 and word.isalpha() for word in pair)
        row = describe_pair(words[pair[0]], words[pair[1]], times, first, stops=stops)
        found[pair] = 1 / (1 + exp(-sum(map(mul, weights.pairs, row))))
    return found
