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
from dataclasses import dataclass, replace
from functools import cache
from math import log

from newsletter.data_files import read_data
from newsletter.english.hedges import HedgeKind, find_hedges
from newsletter.english.rules import find, matches, remembered
from newsletter.english.sentences import BlockKind, Sentence, split_sentences
from newsletter.english.speech.sayings import is_attributed
from newsletter.english.stems import content_roots
from newsletter.highlights.bad_news import weigh_bad_news
from newsletter.highlights.candidates import Candidate
from newsletter.highlights.phrases import PhraseTrees, find_phrases, weigh_phrases
from newsletter.highlights.structure import TextKind, read_structure
from newsletter.model import Article, HighlightKind, PublisherKind
from newsletter.trees import Row

POINTS_OF_NEWS = 3.0  # of a fact that is the news itself


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

    def without_news(self) -> Value:
        """What is left of it where the news itself is told by another."""
        return replace(self, told=max(0.0, self.told - POINTS_OF_NEWS * self.news), news=0.0)


# Points of what is bad or not yet sure, and of the chance that it is bad news of a company in its own release: editors
# give both more than the trees, and all else less.
UNSURE, UNSURE_OF_ITS_OWN, BAD_NEWS_OF_ITS_OWN = 0.2, 0.4, 0.5
FORGIVEN = 0.25  # of these points an editor's refusal is less likely
VERDICT = 0.6  # points of what an authority grants or refuses
PROCEDURE = 0.5  # of the history of its case: how much likelier an editor refuses it, and how much less it is the news
DEMAND, DEMAND_IS_NEWS = 0.6, 0.35  # points of what a column asks for, and how much likelier it is its news


def value_candidates(candidates: Sequence[Candidate]) -> list[Value]:
    """Value all candidates of a story, in their order."""
    model = _load_model()
    usual = [model.usual[name] for name in model.names]
    values = []
    for candidate, row in zip(candidates, describe(candidates), strict=True):
        whole = [*row, *weigh_phrases(find_phrases(candidate.shown), model.phrases, usual)]
        answer = {name: model.ask(name, whole) for name in model.names}
        own = candidate.commercial
        unsure = (UNSURE_OF_ITS_OWN if own else UNSURE) * matches("bad news", candidate.text)
        bad = BAD_NEWS_OF_ITS_OWN * weigh_bad_news(candidate.text)[0] if own else 0.0
        official = candidate.article.publisher.kind is PublisherKind.REGULATOR
        decides = VERDICT * (official and matches("verdict", candidate.text))
        history = PROCEDURE * (official and _is_history(candidate))
        opinion = read_structure(candidate.article).kind is TextKind.OPINION
        asks = opinion and matches("demand", candidate.text)
        values.append(
            Value(
                told=max(0.0, answer["told"] + unsure + bad + DEMAND * asks),
                news=answer["news"] + decides - history + DEMAND_IS_NEWS * asks,
                faulty=min(1.0, max(0.0, answer["faulty"] - FORGIVEN * (unsure + decides) + history)),
            )
        )
    return values


def _is_history(candidate: Candidate) -> bool:
    """Whether it tells how the case of a notice began, or stands above what the notice orders."""
    above = candidate.sentence.end <= _read_text(candidate.article).ordered
    return above or matches("procedure", candidate.text)


@cache
def _load_model() -> PhraseTrees:
    return PhraseTrees(**read_data("newsletter.highlights", "reader_value.json"))


# ── how a candidate is made, and where it stands ─────────────────────────────────────────────────

RANKED = 4  # the first features of a row, which also count by their rank among the candidates
ENDS = 3  # sentences at either end of a text
_REFERS = frozenset("it he she they his her their this that these those its".split())  # noqa: SIM905 - a line of words
_MONEY = re.compile(r"[$€£¥]")
_FIRST_PERSON = re.compile(r"(?<![\w.])(?:I|we|our|us|my|We|Our|My)(?![\w.&])")
_THEN = re.compile(r"\b(?:was|were|had|did|\w+ed)\b")
_NOW = re.compile(r"\b(?:is|are|has|have|will|can|must|should)\b")
_ANNOUNCES = re.compile(  # that there is something to tell, and perhaps not what
    r"\b(?:announc|report|releas|publish|provid|present|unveil|discuss|outlin)(?:es?|ed|ing|s)\b.{0,80}"
    r"\b(?:results?|figures|updates?|findings|outcomes?|stud(?:y|ies)|report|survey|assessment|estimate|details"
    r"|plans?)\b"
)
_TURNS = re.compile(r"(?:But|Yet|Still|And|So|Instead|Now|The point|What)\b")


def describe(candidates: Sequence[Candidate]) -> list[Row]:
    """The features of all candidates of a story; places and ranks are those within its own article."""
    rows: dict[int, Row] = {}
    for article in {candidate.article.id: candidate.article for candidate in candidates}.values():
        mine = [candidate for candidate in candidates if candidate.article.id == article.id]
        roots = [frozenset(content_roots(candidate.text)) for candidate in mine]
        often = Counter(root for own in roots for root in own)
        text = _read_text(article)
        own = _add_ranks([text.describe(one, told, often) for one, told in zip(mine, roots, strict=True)])
        rows |= {id(candidate): row for candidate, row in zip(mine, own, strict=True)}
    return [rows[id(candidate)] for candidate in candidates]


def _add_ranks(rows: list[Row]) -> list[Row]:
    """The rows with two more features for each ranked one: whether it is the highest, and how far down it stands."""
    for feature in range(RANKED):
        order = sorted(rows, key=lambda row: -row[feature])
        for rank, row in enumerate(order):
            row += [1 / (1 + rank), rank / len(rows)]
    return rows


class _Text:
    """What holds for all sentences of one article. Roots are by the index of a sentence."""

    def __init__(self, article: Article) -> None:
        sentences = split_sentences(article.text)
        prose = [sentence for sentence in sentences if sentence.is_prose]
        structure, ordered = read_structure(article), find("operative part", article.text)
        self.publisher = article.publisher.kind
        self.kind = structure.kind
        self.units = structure.by_sentence()
        self.title = frozenset(content_roots(article.title))
        self.roots = {sentence.index: frozenset(content_roots(sentence.text)) for sentence in sentences}
        # In how many sentences a root stands.
        self.often = Counter(root for sentence in prose for root in self.roots[sentence.index])
        self.blocks: dict[int, list[int]] = {}  # the sentences of each block, in reading order
        for sentence in prose:
            self.blocks.setdefault(sentence.block, []).append(sentence.index)
        self.top, self.opens, self.ends = map(self._join, (prose[:2], prose[:ENDS], prose[-ENDS:]))
        self.questions = {s.index for s in sentences if s.text.rstrip().endswith("?")}
        self.prose = len(prose)
        # Where what a notice orders begins; 0 where no line says so.
        self.ordered = ordered[1].start() if ordered else 0

    def _join(self, sentences: Sequence[Sentence]) -> frozenset[str]:
        return frozenset[str]().union(*(self.roots[sentence.index] for sentence in sentences))

    def describe(self, candidate: Candidate, roots: frozenset[str], often: Mapping[str, int]) -> Row:
        """The features of one candidate, the ranked ones first; ``often``: how many candidates tell each root."""
        text, sentence = candidate.text, candidate.sentence
        size, words = max(1, len(roots)), text.split()
        hedges = {hedge.kind for hedge in find_hedges(text)}
        announces = _ANNOUNCES.search(text) is not None
        length = max(1, len(words))
        return [
            len(self.title & roots) / max(1, len(self.title)),
            -float(sentence.order),
            sum(often[root] > 1 for root in roots) / size,
            sum(self.often[root] for root in roots) / max(1, self.prose),
            len(roots & self.top) / size,
            len(self.title & self.opens) / max(1, len(self.title)),
            len(self.title & roots) - len(self.title & self.opens),
            float(len(self.title)),
            log(1 + sentence.order),
            sentence.order / max(1, self.prose),
            float(self.prose - sentence.order),
            float(sentence.block),
            float(self.prose),
            float(len(candidate.shown.split())),
            length / max(1, len(sentence.text.split())),
            float(len(sentence.text.split())),
            sum(word.lower() in _REFERS for word in words[:2]),
            sum(any(map(str.isdigit, word)) for word in words) / length,
            sum(word[0].isupper() for word in words[1:]) / length,
            float(sum(map(str.isdigit, text))),
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
            float(words[:1] in (["The"], ["These"], ["This"])),
            float(announces),
            float(announces and not any(map(str.isdigit, text))),
            *(float(kind in hedges) for kind in HedgeKind),
            *(float(self.kind is kind) for kind in TextKind),
            *(float(self.publisher is kind) for kind in PublisherKind),
            *self._describe_place(sentence),
        ]

    def _describe_place(self, sentence: Sentence) -> Row:
        """The features of a sentence: where it stands in its unit and its text, and what of these it repeats."""
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
            sum(self.often[root] - 1 for root in own) / size,
            len(own & self.opens) / size,
            len(own & self.ends) / size,
            float(sentence.index - 1 in self.questions),
            sum(len(self.roots[index] & self.title) for index in block) / len(block),
        ]


@remembered(16)
def _read_text(article: Article) -> _Text:
    return _Text(article)
