"""What a reader learns from a candidate, as editors see it: learned from articles whose facts editors marked. Pure.

Two things are known of a candidate: how it is made and where it stands (`describe`), and which phrases stand in it
(`phrases.py`: names are one sign, figures another, so that no industry is learned). Regression trees over both give
three answers (`Value`). The weights are plain data in ``reader_value.json``, made by
``benchmarks/train_reader_value.py``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import log

from newsletter.english.sentences import BlockKind, split_sentences
from newsletter.english.speech import is_attributed
from newsletter.english.stems import content_roots
from newsletter.highlights.candidates import Candidate
from newsletter.highlights.phrases import PhraseTrees, find_phrases
from newsletter.highlights.structure import TextKind, read_structure
from newsletter.highlights.trees import Row, read_weights
from newsletter.highlights.word_model import Words, tokenize, weigh_article
from newsletter.model import Article, HighlightKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What a candidate is worth to a reader. A fact is 3 points, the news itself, or 2, important, or 1, useful."""

    told: float  # points of the facts that it tells
    news: float  # the chance that it tells the news itself
    faulty: float  # the chance that an editor refuses it: praise, scene, small print, misleading alone


def value_candidates(candidates: Sequence[Candidate]) -> list[Value]:
    """Value all candidates of a story, in their order."""
    model = load_model()
    values = []
    for row, candidate in zip(describe(candidates), candidates, strict=True):
        whole = [*row, *model.weigh_phrases(find_phrases(candidate.shown))]
        told, news, faulty = (model.ask(name, whole) for name in model.names)
        values.append(Value(told=max(0.0, told), news=news, faulty=min(1.0, max(0.0, faulty))))
    return values


@cache
def load_model() -> PhraseTrees:
    """Read the weights that ship with the package."""
    return PhraseTrees.of(read_weights("reader_value.json"))


# ── how a candidate is made, and where it stands ─────────────────────────────────────────────────

_REFERS = frozenset("it he she they his her their this that these those its".split())  # noqa: SIM905 - a line of words
_MONEY = re.compile(r"[$€£¥]")


def describe(candidates: Sequence[Candidate]) -> list[Row]:
    """The features of all candidates of a story; places and ranks are those within its own article."""
    rows: dict[int, Row] = {}
    by_article: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        by_article.setdefault(candidate.article.id, []).append(candidate)
    for mine in by_article.values():
        seen = _Seen.of(mine)
        own = [seen.describe(candidate) for candidate in mine]
        for candidate, row, ranks in zip(mine, own, _rank(own), strict=True):
            rows[id(candidate)] = [*row, *ranks]
    return [rows[id(candidate)] for candidate in candidates]


RANKED = 5  # the first features of a row, which also count by their rank among the candidates


def _rank(rows: Sequence[Row]) -> list[Row]:
    """For each ranked feature: whether it is the highest, and how far down it stands."""
    ranks: list[Row] = [[] for _ in rows]
    for feature in range(RANKED):
        order = sorted(range(len(rows)), key=lambda place: -rows[place][feature])
        for rank, place in enumerate(order):
            ranks[place] += [1 / (1 + rank), rank / len(rows)]
    return ranks


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What holds for all candidates of one article."""

    article: Article
    words: Words
    total: int  # sentences of prose
    kind: TextKind
    title: frozenset[str]
    roots: Mapping[int, frozenset[str]]  # of each candidate, by id
    top: frozenset[str]  # roots of the first sentences told
    often: Mapping[str, int]  # in how many candidates a root stands

    @classmethod
    def of(cls, candidates: Sequence[Candidate]) -> _Seen:
        article = candidates[0].article
        roots = {id(c): frozenset(content_roots(c.text)) for c in candidates}
        first = min(c.sentence.index for c in candidates)
        return cls(
            article=article,
            words=weigh_article(article),
            total=sum(s.is_prose for s in split_sentences(article.text)),
            kind=read_structure(article).kind,
            title=frozenset(content_roots(article.title)),
            roots=roots,
            top=frozenset().union(*(roots[id(c)] for c in candidates if c.sentence.index <= first + 1)),
            often=Counter(root for own in roots.values() for root in own),
        )

    def describe(self, candidate: Candidate) -> Row:
        """The features of one candidate, the ranked ones first."""
        text, sentence = candidate.text, candidate.sentence
        roots = self.roots[id(candidate)]
        size = max(1, len(roots))
        tokens = tokenize(text)
        length = max(1, len(tokens))
        chances = sorted((self.words.words.get(word, 0.0) for word in set(tokens)), reverse=True)
        pairs = [self.words.pairs.get(pair, 0.0) for pair in pairwise(tokens)]
        first = text.lower().split()[:2]
        return [
            len(self.title & roots) / max(1, len(self.title)),
            sum(chances) + sum(pairs),
            -float(sentence.index),
            sum(self.often[root] > 1 for root in roots) / size,
            (sum(chances) + sum(pairs)) / length,
            len(roots & self.top) / size,
            float(len(self.title)),
            log(1 + sentence.index),
            sentence.index / max(1, len(split_sentences(self.article.text))),
            float(sentence.block),
            float(self.total),
            float(len(candidate.shown.split())),
            len(text.split()) / max(1, len(sentence.text.split())),
            float(len(sentence.text.split())),
            sum(chances[:5]) / 5,
            sum(chances) / max(1, len(chances)),
            max(pairs, default=0.0),
            sum(pairs) / max(1, len(pairs)),
            sum(word in _REFERS for word in first),
            sum(word[0].isdigit() for word in tokens) / length,
            sum(self.words.traits.capitals.get(word, 0.0) for word in tokens) / length,
            sum(word in self.words.traits.numbers for word in tokens) / length,
            self.words.traits.speech,
            float(sum(char.isdigit() for char in text)),
            float("%" in text),
            float(_MONEY.search(text) is not None),
            float("“" in candidate.shown or '"' in candidate.shown),
            float(candidate.lead_in is not None),
            float(candidate.commercial),
            float(candidate.joined is not None),
            float(candidate.place),
            float(is_attributed(text)),
            float(candidate.kind is HighlightKind.CLAIM),
            float(sentence.kind is not BlockKind.PARAGRAPH),
            *(float(self.kind is kind) for kind in TextKind),
        ]
