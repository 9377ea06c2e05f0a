"""Choose the set of highlights that together say most of what matters. Pure.

Sentences are not ranked one by one: a set is grown and then improved by exchange, and its value is
the F1 that it can expect against an editor's highlights, from the chance of each word and pair of words
to be in them. So repeating a fact gains nothing, and words that say nothing cost.
"""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from newsletter.english.sentences import split_sentences
from newsletter.english.stems import STOP
from newsletter.highlights.candidates import Candidate
from newsletter.highlights.word_model import (
    Merit,
    describe_sentence,
    find_traits,
    is_results_talk,
    tokenize,
    weigh_pairs,
    weigh_sentence,
    weigh_words,
)
from newsletter.model import Article, HighlightKind

CUT_PAIRS = 0.5  # how much a pair counts beside a word where a sentence is shortened
PAIRS = 1.0  # how much the F1 of pairs counts beside the F1 of words
GOLD_WORDS = 100.0  # the longest set that costs little for its length
ALONE = 1.25  # how much the sentences' own worth counts beside the set's
ALONE_SPOKEN = 4.0  # the same in transcripts, whose talk repeats itself: repetition there tells little
MOST = 0.95  # no word is surer than this
TALK = 0.7  # share of first-person words (x20) from which an article is somebody's talk
OWN = 0.05  # for a fact that the publisher put among its own highlights
TERM = 0.03  # for each point of the newsletter's subject, up to five


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A candidate with what it brings to a set."""

    candidate: Candidate
    words: dict[str, float]
    pairs: dict[tuple[str, str], float]
    length: int
    factor: float
    alone: float
    reasons: tuple[str, ...]

    @property
    def worth(self) -> float:
        """What it is worth by itself."""
        return self.alone * self.factor

    def because(self, reason: str) -> Scored:
        """The same with one more reason."""
        return replace(self, reasons=(*self.reasons, reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What one sentence is worth alone, and how much likelier than elsewhere its words and pairs are in it."""

    alone: float = 0.0
    words: float = 1.0
    pairs: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The chances of words and pairs over all articles of one story."""

    words: dict[str, float]
    pairs: dict[tuple[str, str], float]
    title: frozenset[str]
    sentences: dict[tuple[str, int], Promise]  # by article and start
    trust: float = ALONE  # how much the sentences' own worth counts

    def weigh(self, text: str) -> float:
        """What the words and pairs of ``text`` are worth, each counted once."""
        tokens = tokenize(text)
        words = sum(self.words.get(word, 0.0) for word in set(tokens))
        return words + CUT_PAIRS * sum(self.pairs.get(pair, 0.0) for pair in set(itertools.pairwise(tokens)))


def weigh_story(articles: Sequence[Article]) -> Ground:
    """Weigh the words and pairs of all ``articles``; a word counts as much as where it counts most."""
    words: dict[str, float] = {}
    pairs: dict[tuple[str, str], float] = {}
    promises: dict[tuple[str, int], Promise] = {}
    spoken = False
    for article in articles:
        body = [sentence for sentence in split_sentences(article.text) if sentence.is_prose][:120]
        sentences = [tokenize(sentence.text) for sentence in body]
        traits = find_traits(article.text)
        spoken = spoken or traits.speech > TALK or is_results_talk(sentences, traits)
        own = weigh_words(sentences, traits=traits, title=article.title)
        for word, chance in own.items():
            words[word] = max(chance, words.get(word, 0.0))
        both = weigh_pairs(sentences, own, traits=traits)
        for pair, chance in both.items():
            pairs[pair] = max(chance, pairs.get(pair, 0.0))
        for place, (sentence, tokens) in enumerate(zip(body, sentences, strict=True)):
            row = describe_sentence(
                tokens,
                place=place,
                total=len(body),
                chances=own,
                pairs=both,
                traits=traits,
                quoted=sentence.text[:1] in "\"“`'‘",
            )
            promises[article.id, sentence.start] = _promise(tokens, own, both, weigh_sentence(row))
    title = frozenset(word for article in articles for word in tokenize(article.title))
    return Ground(
        words=words,
        pairs=pairs,
        title=title,
        sentences=promises,
        trust=ALONE_SPOKEN if spoken else ALONE,
    )


def _promise(
    tokens: Sequence[str], words: Mapping[str, float], pairs: Mapping[tuple[str, str], float], merit: Merit
) -> Promise:
    """Compare what a sentence promises with what its words and pairs promise wherever they stand."""
    expected = sum(words.get(word, 0.0) for word in set(tokens))
    both = sum(pairs.get(pair, 0.0) for pair in set(itertools.pairwise(tokens)))
    return Promise(
        alone=merit.alone,
        words=merit.words * len(tokens) / max(0.05, expected),
        pairs=merit.pairs * len(tokens) / max(0.02, both),
    )


def score_candidates(
    candidates: Sequence[Candidate],
    ground: Ground,
    *,
    terms: Callable[[str], float] | None,
    support: Mapping[int, float] | None = None,
) -> list[Scored]:
    """Describe what each candidate brings, and why; ``support`` (by ``id``) is what the publisher's own highlights say."""
    found = []
    for candidate in candidates:
        tokens = tokenize(candidate.text)
        weight = min(5.0, terms(candidate.text)) if terms else 0.0
        factor = (1 + TERM * weight) * (1 + OWN * (support or {}).get(id(candidate), 0.0))
        promise = ground.sentences.get((candidate.article.id, candidate.sentence.start), Promise())
        found.append(
            Scored(
                candidate=candidate,
                words={
                    word: factor * min(MOST, promise.words * ground.words.get(word, 0.0))
                    for word in set(tokens)
                },
                pairs={
                    pair: factor * min(MOST, promise.pairs * ground.pairs.get(pair, 0.0))
                    for pair in set(itertools.pairwise(tokens))
                },
                length=len(tokens),
                factor=factor,
                alone=promise.alone,
                reasons=_explain(candidate, tokens, ground, weight),
            )
        )
    return found


def _explain(candidate: Candidate, tokens: Sequence[str], ground: Ground, weight: float) -> tuple[str, ...]:
    reasons = []
    if candidate.sentence.index <= 2:
        reasons.append("it stands at the top of the article")
    best = sorted(
        {word for word in tokens if len(word) > 3 and word not in STOP},
        key=lambda word: (-ground.words.get(word, 0.0), word),
    )[:3]
    if best:
        reasons.append("it holds the words that matter most here: " + ", ".join(best))
    if len(set(tokens) & ground.title) >= 2:
        reasons.append("it shares words with the title")
    if any(char.isdigit() for char in candidate.text):
        reasons.append("it states a figure")
    if candidate.kind is HighlightKind.CLAIM:
        reasons.append("it says whose statement it is")
    if weight > 0:
        reasons.append("it names what the newsletter is about")
    return (*reasons, *(f"against it: it {weak}" for weak in candidate.weak))


@dataclass(frozen=True, slots=True)
class Tally:
    """What a set brings: the most that each word and pair brings in any of its sentences."""

    words: dict[str, float]
    pairs: dict[tuple[str, str], float]
    hit: float = 0.0
    both: float = 0.0
    length: int = 0
    alone: float = 0.0
    size: int = 0

    def add(self, item: Scored) -> Tally:
        """The set with ``item``."""
        words, pairs = dict(self.words), dict(self.pairs)
        for word, chance in item.words.items():
            words[word] = max(words.get(word, 0.0), chance)
        for pair, chance in item.pairs.items():
            pairs[pair] = max(pairs.get(pair, 0.0), chance)
        return Tally(
            words,
            pairs,
            sum(words.values()),
            sum(pairs.values()),
            self.length + item.length,
            self.alone + item.worth,
            self.size + 1,
        )

    def value_with(self, item: Scored, ground: Ground) -> float:
        """The F1 that the set with ``item`` can expect: of words, and of pairs."""
        hit, both, words, pairs = self.hit, self.both, self.words, self.pairs
        for word, chance in item.words.items():
            more = chance - words.get(word, 0.0)
            if more > 0:
                hit += more
        for pair, chance in item.pairs.items():
            more = chance - pairs.get(pair, 0.0)
            if more > 0:
                both += more
        alone = (self.alone + item.worth) / (self.size + 1)
        return 2 * (hit + PAIRS * both) / (self.length + item.length + GOLD_WORDS) + ground.trust * alone


def tally_set(chosen: Sequence[Scored]) -> Tally:
    """What a set brings, for asking what it is worth with one more."""
    tally = Tally({}, {})
    for item in chosen:
        tally = tally.add(item)
    return tally


def value_set(chosen: Sequence[Scored], ground: Ground) -> float:
    """The F1 that a set can expect: of words, and of pairs."""
    return tally_set(chosen[:-1]).value_with(chosen[-1], ground) if chosen else 0.0
