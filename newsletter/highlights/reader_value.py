"""What a reader learns from a candidate, as editors see it: learned from articles whose facts editors marked. Pure.

Two things are known of a candidate: how it is made and where it stands (`describe`), and which phrases stand in it
(`phrases.py`: names are one sign, figures another, so that no industry is learned). Regression trees over both give
three answers (`Value`). More trees correct them by how the sentence stands in its text (`describe_course`): they
learned also from interviews, columns, features, notices and corrections, in which the news seldom stands on top, and
from the sentences of which editors made their own bullets. What is refused they correct everywhere, what is told only
where the news may stand anywhere. The weights are plain data in ``reader_value.json``, made by
``benchmarks/train_reader_value.py``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from math import log

from newsletter.data_files import read_data
from newsletter.english.rules import matches
from newsletter.english.sentences import BlockKind, Sentence, split_sentences
from newsletter.english.speech import is_attributed
from newsletter.english.stems import content_roots
from newsletter.highlights.candidates import Candidate
from newsletter.highlights.phrases import PhraseTrees, find_phrases
from newsletter.highlights.structure import TextKind, Unit, read_structure
from newsletter.highlights.word_model import Words, tokenize, weigh_article
from newsletter.model import Article, HighlightKind, PublisherKind
from newsletter.trees import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What a candidate is worth to a reader. A fact is 3 points, the news itself, or 2, important, or 1, useful."""

    told: float  # points of the facts that it tells
    news: float  # the chance that it tells the news itself
    faulty: float  # the chance that an editor refuses it: praise, scene, small print, misleading alone

    def add(self, other: Value) -> Value:
        """That of a bullet which tells both."""
        return Value(
            told=self.told + other.told,
            news=1 - (1 - self.news) * (1 - other.news),
            faulty=max(self.faulty, other.faulty),
        )


# Where the news may stand anywhere: in texts of these kinds, and where the chance that it stands on top is below this.
ANYWHERE = frozenset({TextKind.INTERVIEW, TextKind.OPINION, TextKind.LIVE, TextKind.ROUND_UP})
_ON_TOP = 0.2
# Points of bad news, and of that of a company in its own release: on fresh articles editors gave it .14 and .54 more
# than the trees, and all else .07 and .14 less.
BAD_NEWS, BAD_NEWS_OF_ITS_OWN = 0.2, 0.4
FORGIVEN = 0.25  # of these points an editor's refusal is less likely
VERDICT = 0.6  # points of what an authority grants or refuses
_TOP = 3  # the last sentence that is on top


def value_candidates(candidates: Sequence[Candidate]) -> list[Value]:
    """Value all candidates of a story, in their order."""
    model = load_model()
    phrases = [find_phrases(candidate.shown) for candidate in candidates]
    answers = [model.ask(row, own) for row, own in zip(describe(candidates), phrases, strict=True)]
    top: dict[str, float] = {}
    for candidate, (_, answer) in zip(candidates, answers, strict=True):
        if candidate.sentence.order <= _TOP:
            top[candidate.article.id] = max(answer["news"], top.get(candidate.article.id, 0.0))
    values = []
    for candidate, (row, answer), own in zip(candidates, answers, phrases, strict=True):
        article = candidate.article
        corrected = model.correct(candidate, row, answer, own)
        anywhere = read_structure(article).kind in ANYWHERE or top.get(article.id, 0.0) < _ON_TOP
        tells = corrected if anywhere else answer
        bad = (BAD_NEWS_OF_ITS_OWN if candidate.commercial else BAD_NEWS) * matches(
            "bad news", candidate.text
        )
        official = article.publisher.kind is PublisherKind.REGULATOR
        decides = VERDICT * (official and matches("verdict", candidate.text))
        values.append(
            Value(
                told=max(0.0, tells["told"] + bad),
                news=tells["news"] + decides,
                faulty=min(1.0, max(0.0, corrected["faulty"] - FORGIVEN * (bad + decides))),
            )
        )
    return values


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueModel:
    """Trees, and those that correct them where the news may stand anywhere."""

    first: PhraseTrees
    more: PhraseTrees

    def ask(self, row: Row, phrases: Sequence[str]) -> tuple[Row, dict[str, float]]:
        """The features with what the phrases say, and the three answers by name."""
        whole = [*row, *self.first.weigh_phrases(phrases)]
        return whole, {name: self.first.ask(name, whole) for name in self.first.names}

    def correct(
        self, candidate: Candidate, row: Row, answers: Mapping[str, float], phrases: Sequence[str]
    ) -> dict[str, float]:
        """The ``answers`` of `ask` for ``candidate``, corrected by how its sentence stands in its text."""
        whole = [*row, *describe_course(candidate), *self.more.weigh_phrases(phrases)]
        return {name: answer + self.more.ask(name, whole) for name, answer in answers.items()}


@cache
def load_model() -> ValueModel:
    """Read the weights that ship with the package."""
    data = read_data("newsletter.highlights", "reader_value.json")
    more = data.pop("more")
    return ValueModel(first=PhraseTrees.of(data), more=PhraseTrees.of(more))


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

    words: Words
    course: _Course
    kind: TextKind
    roots: Mapping[int, frozenset[str]]  # of each candidate, by id
    top: frozenset[str]  # roots of the first sentences told
    often: Mapping[str, int]  # in how many candidates a root stands

    @classmethod
    def of(cls, candidates: Sequence[Candidate]) -> _Seen:
        article = candidates[0].article
        roots = {id(c): frozenset(content_roots(c.text)) for c in candidates}
        first = min(c.sentence.index for c in candidates)
        return cls(
            words=weigh_article(article),
            course=_read_course(article),
            kind=read_structure(article).kind,
            roots=roots,
            top=frozenset().union(*(roots[id(c)] for c in candidates if c.sentence.index <= first + 1)),
            often=Counter(root for own in roots.values() for root in own),
        )

    def describe(self, candidate: Candidate) -> Row:
        """The features of one candidate, the ranked ones first."""
        text, sentence, title = candidate.text, candidate.sentence, self.course.title
        roots = self.roots[id(candidate)]
        size = max(1, len(roots))
        tokens = tokenize(text)
        length = max(1, len(tokens))
        chances = sorted((self.words.words.get(word, 0.0) for word in set(tokens)), reverse=True)
        pairs = [self.words.pairs.get(pair, 0.0) for pair in pairwise(tokens)]
        first = text.lower().split()[:2]
        total = sum(map(len, self.course.blocks.values()))  # sentences of prose
        return [
            len(title & roots) / max(1, len(title)),
            sum(chances) + sum(pairs),
            -float(sentence.order),
            sum(self.often[root] > 1 for root in roots) / size,
            (sum(chances) + sum(pairs)) / length,
            len(roots & self.top) / size,
            float(len(title)),
            log(1 + sentence.order),
            sentence.order / max(1, total),
            float(sentence.block),
            float(total),
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
            float(bool(candidate.joined)),
            float(candidate.place),
            float(is_attributed(text)),
            float(candidate.kind is HighlightKind.CLAIM),
            float(sentence.kind is not BlockKind.PARAGRAPH),
            *(float(self.kind is kind) for kind in TextKind),
        ]


# ── how its sentence stands in the text ──────────────────────────────────────────────────────────

_FIRST_PERSON = re.compile(r"(?<![\w.])(?:I|we|our|us|my|We|Our|My)(?![\w.&])")
_THEN = re.compile(r"\b(?:was|were|had|did|\w+ed)\b")
_NOW = re.compile(r"\b(?:is|are|has|have|will|can|must|should)\b")
_TURNS = re.compile(r"(?:But|Yet|Still|And|So|Instead|Now|The point|What)\b")
_ENDS = 3  # sentences at either end of a text


def describe_course(candidate: Candidate) -> Row:
    """Where its sentence stands in its unit and its text, and what of these it repeats."""
    return _read_course(candidate.article).describe(candidate.sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """What holds for every sentence of one article."""

    title: frozenset[str]
    units: Mapping[int, Unit]  # by the index of a sentence
    roots: Mapping[int, frozenset[str]]  # likewise
    often: Mapping[str, int]  # in how many sentences a root stands
    blocks: Mapping[int, Sequence[int]]  # the sentences of each block, in reading order
    opens: frozenset[str]
    ends: frozenset[str]
    asks: frozenset[int]  # sentences that are questions

    @classmethod
    def of(cls, article: Article) -> _Course:
        """Read ``article``."""
        sentences = split_sentences(article.text)
        roots = {sentence.index: frozenset(content_roots(sentence.text)) for sentence in sentences}
        prose = [sentence for sentence in sentences if sentence.is_prose]
        blocks: dict[int, list[int]] = {}
        for sentence in prose:
            blocks.setdefault(sentence.block, []).append(sentence.index)
        return cls(
            title=frozenset(content_roots(article.title)),
            units=read_structure(article).by_sentence(),
            roots=roots,
            often=Counter(root for sentence in prose for root in roots[sentence.index]),
            blocks=blocks,
            opens=frozenset().union(*(roots[s.index] for s in prose[:_ENDS])),
            ends=frozenset().union(*(roots[s.index] for s in prose[-_ENDS:])),
            asks=frozenset(s.index for s in sentences if s.text.rstrip().endswith("?")),
        )

    def describe(self, sentence: Sentence) -> Row:
        """The features of one sentence."""
        text, own = sentence.text, self.roots[sentence.index]
        mine = [one.index for one in self.units[sentence.index].sentences]
        place, size = mine.index(sentence.index), max(1, len(own))
        block = self.blocks.get(sentence.block, (sentence.index,))
        order = list(self.blocks).index(sentence.block) if sentence.block in self.blocks else 0
        return [
            float(place),
            float(len(mine) - 1 - place),
            float(len(mine)),
            order / max(1, len(self.blocks)),
            float(len(_FIRST_PERSON.findall(text))),
            float(len(_THEN.findall(text))),
            float(len(_NOW.findall(text))),
            float(_TURNS.match(text) is not None),
            sum(self.often.get(root, 0) - 1 for root in own) / size,
            len(own & self.opens) / size,
            len(own & self.ends) / size,
            float(sentence.index - 1 in self.asks),
            sum(len(self.roots[index] & self.title) for index in block) / len(block),
        ]


@lru_cache(maxsize=16)
def _read_course(article: Article) -> _Course:
    return _Course.of(article)
