"""How likely each word and pair of words of an article is to be in a good set of highlights. Pure.

A small learned model: for every word type of an article a few plain features (how often, where first,
how spread, how rare, what editors usually make of it) go through one hidden layer. Part of the answer comes
from a model that sees positions and part from one that does not, because news leads with its facts and
analyses bury them. The weights are plain data in ``word_model.json``, made by ``benchmarks/train_word_model.py``.
"""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand
# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import exp, log
from operator import mul
from typing import Any

from newsletter.data_files import read_data
from newsletter.english.sentences import split_sentences
from newsletter.english.stems import stem
from newsletter.model import Article

CUT_PAIRS = 0.5  # how much a pair counts beside a word where a sentence is shortened

_WORD = re.compile(r"[a-z0-9]+")
POSITION_FREE = 0.6  # the share of the model that does not see positions
FEATURES = 26  # of a word
SPOKEN = 0.4  # share of first-person words (x20) from which an article is a transcript
RESULTS_TALK = 0.25  # tenths of its words that are words of results


_INSIDE = re.compile(r"(?<=[a-z,;] )([A-Za-z]+)")
_FIGURE = re.compile(
    r"[$£€¥]\s?\d[\d.,]*|(?<!\d)(?<!\d[.,])\d[\d.,]*\s?(?:%|per ?cent\b|million\b|billion\b|basis points\b)",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(?:we|our|us|I|I'm|we're|we've)\b", re.IGNORECASE)
# What companies, prices and policies are reported by: words of results, deals, output and rules.
_RESULTS = frozenset(
    stem(word)
    for word in (
        "earnings profit loss revenue sales income share guidance forecast outlook dividend margin quarter "
        "record growth output production price tariff quota export import stake acquire merger deal agreement "
        "contract offer invest fund loan grant approve permit launch build plant capacity supply demand study "
        "trial result risk rise fall increase decrease raise cut expect adjusted cash debt buyback license "
        "ban rule law court sue"
    ).split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What the raw text shows of its words. ``capitals`` is empty for text without case."""

    capitals: dict[str, float]
    figures: dict[str, float]
    numbers: frozenset[str]
    speech: float


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
    talk: dict[str, Any] | None = None  # how editors report talk about results


@cache
def load_weights() -> Weights:
    """Read the weights that ship with the package."""
    return parse_weights(read_data("newsletter.highlights", "word_model.json"))


def parse_weights(data: dict[str, Any]) -> Weights:
    """Make weights of the plain data that the training script writes."""
    return Weights(
        documents=data["documents"],
        known={word: (pair[0], pair[1]) for word, pair in data["known"].items()},
        networks=tuple(data["networks"]),
        pairs=tuple(data["pairs"]),
        talk=data.get("talk"),
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
    traits: Traits,
    known: dict[str, tuple[float, float]],
    documents: int,
    title: frozenset[str] = frozenset(),
) -> tuple[list[str], list[list[float]]]:
    """The features of every word type, in order of first occurrence."""
    where = count_words(sentences)
    total = max(1, len(sentences))
    length = sum(len(words) for words in sentences)
    repeated = _repeated_neighbours(sentences)
    results = share_results(sentences)
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
                traits.capitals.get(word, 0.0),
                float(bool(traits.capitals)),
                float(word in title),
                float(bool(title)),
                repeated.get(word, 0.0),
                places[-1] / total,
                min(len(word), 12) / 12,
                log(total) / 4,
                log(1 + length / total) / 4,
                traits.figures.get(word, 0.0),
                float(word in traits.numbers),
                float(word in _RESULTS),
                results,
                traits.speech,
                traits.speech * traits.figures.get(word, 0.0),
            ]
        )
        types.append(word)
    return types, rows


def share_results(sentences: Sequence[Sequence[str]]) -> float:
    """How many of the words, in tenths, are words of results."""
    length = sum(len(words) for words in sentences)
    return 10 * sum(word in _RESULTS for words in sentences for word in words) / max(1, length)


def is_results_talk(sentences: Sequence[Sequence[str]], traits: Traits) -> bool:
    """Whether somebody speaks about results: a call, an interview, a chairman's letter."""
    return traits.speech > SPOKEN and share_results(sentences) > RESULTS_TALK


def _repeated_neighbours(sentences: Sequence[Sequence[str]]) -> dict[str, float]:
    """Words of pairs that the article repeats, by the logarithm of how often."""
    pairs: dict[tuple[str, str], int] = {}
    for words in sentences:
        for pair in itertools.pairwise(words):
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
    return _chance(out)


def _chance(odds: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, odds))))


def find_traits(text: str) -> Traits:
    """What can be seen only in the raw text: names, words beside money and percentages, first-person speech."""
    counts: dict[str, list[int]] = {}
    for match in _INSIDE.finditer(text):
        word = match.group(1)
        entry = counts.setdefault(_root(word.lower()), [0, 0])
        entry[0] += word[0].isupper()
        entry[1] += 1
    capitals = {word: upper / every for word, (upper, every) in counts.items() if upper}
    figures: dict[str, float] = {}
    numbers: set[str] = set()
    for match in _FIGURE.finditer(text):
        numbers.update(tokenize(match.group()))
        around = text[max(0, match.start() - 45) : match.end() + 25]
        for word in set(tokenize(around)):
            figures[word] = figures.get(word, 0.0) + 1
    length = max(1, text.count(" "))
    return Traits(
        capitals=capitals,
        figures={word: log(1 + times) for word, times in figures.items()},
        numbers=frozenset(word for word in numbers if word[0].isdigit()),
        speech=min(1.0, 20 * len(_FIRST.findall(text)) / length),
    )


def weigh_words(
    sentences: Sequence[Sequence[str]], *, traits: Traits, title: str = "", weights: Weights | None = None
) -> dict[str, float]:
    """The chance of each word type of an article to be in its highlights."""
    weights = weights or load_weights()
    types, rows = describe_words(
        sentences,
        traits=traits,
        known=weights.known,
        documents=weights.documents,
        title=frozenset(tokenize(title)),
    )
    seeing, blind = weights.networks
    chances = {
        word: (1 - POSITION_FREE) * _run(seeing, row) + POSITION_FREE * _run(blind, row)
        for word, row in zip(types, rows, strict=True)
    }
    if weights.talk and is_results_talk(sentences, traits):
        return {word: _weigh_in_talk(word, chance, weights.talk) for word, chance in chances.items()}
    return chances


def _weigh_in_talk(word: str, chance: float, talk: dict[str, Any]) -> float:
    """Speakers repeat other words than editors report: earnings and guidance, not "our" or "gross"."""
    chance = min(max(chance, 1e-4), 1 - 1e-4)
    out = (
        talk["bias"]
        + talk["chance"] * log(chance / (1 - chance))
        + talk["word"] * talk["words"].get(word, 0.0)
    )
    return 1 / (1 + exp(-out))


def describe_pair(
    pair: tuple[str, str], words: dict[str, float], times: int, first: int, traits: Traits
) -> list[float]:
    """The features of a pair of neighbouring words, given the chance of each."""
    left, right = words[pair[0]], words[pair[1]]
    low, high = min(left, right), max(left, right)
    stops = sum(len(word) <= 3 and word.isalpha() for word in pair)
    names = min(traits.capitals.get(pair[0], 0.0), traits.capitals.get(pair[1], 0.0))
    figures = min(traits.figures.get(pair[0], 0.0), traits.figures.get(pair[1], 0.0))
    return [
        1.0,
        log(max(1e-4, left * right)) / 4,
        log(max(1e-4, low)) / 4,
        high,
        log(times),
        log(1 + first) / 4,
        float(first == 0),
        float(first <= 2),
        float(stops == 1),
        float(stops == 2),
        names,
        figures,
        float(pair[0] in traits.numbers or pair[1] in traits.numbers),
        log(times) * float(stops == 0),
        high * high,
    ]


def count_pairs(sentences: Sequence[Sequence[str]]) -> dict[tuple[str, str], tuple[int, int]]:
    """How often each pair of neighbours occurs, and the sentence where it is first."""
    seen: dict[tuple[str, str], tuple[int, int]] = {}
    for index, sentence in enumerate(sentences):
        for pair in itertools.pairwise(sentence):
            times, first = seen.get(pair, (0, index))
            seen[pair] = (times + 1, first)
    return seen


def weigh_pairs(
    sentences: Sequence[Sequence[str]],
    words: dict[str, float],
    *,
    traits: Traits,
    weights: Weights | None = None,
) -> dict[tuple[str, str], float]:
    """The chance of each pair of neighbouring words to be in the highlights."""
    weights = weights or load_weights()
    found = {}
    for pair, (times, first) in count_pairs(sentences).items():
        row = describe_pair(pair, words, times, first, traits)
        found[pair] = 1 / (1 + exp(-sum(map(mul, weights.pairs, row))))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The chance of each word and pair of one article, and what its raw text shows."""

    words: dict[str, float]
    pairs: dict[tuple[str, str], float]
    traits: Traits


@lru_cache(maxsize=64)
def weigh_article(article: Article) -> Words:
    """Weigh the words and pairs of the prose of ``article``, of its first 120 sentences."""
    body = [sentence for sentence in split_sentences(article.text) if sentence.is_prose][:120]
    sentences = [tokenize(sentence.text) for sentence in body]
    traits = find_traits(article.text)
    words = weigh_words(sentences, traits=traits, title=article.title)
    return Words(words=words, pairs=weigh_pairs(sentences, words, traits=traits), traits=traits)


def weigh_story(articles: Sequence[Article]) -> Callable[[str], float]:
    """What the words and pairs of a text are worth, each counted once and as much as where it counts most."""
    found = [weigh_article(article) for article in articles]

    def weigh(text: str) -> float:
        tokens = tokenize(text)
        words = sum(max(one.words.get(word, 0.0) for one in found) for word in set(tokens))
        pairs = sum(
            max(one.pairs.get(pair, 0.0) for one in found) for pair in set(itertools.pairwise(tokens))
        )
        return words + CUT_PAIRS * pairs

    return weigh
