"""What must not be told without what stands beside it: an accusation without its denial. Learned. Pure.

For each two sentences of an article: the chance that whoever reads the first without the second comes away with a wrong
picture (the denial, what a deal does not bind to, the caveat of a result, the bad half beside the good). Regression
trees weigh how both are made, where they stand, what they have in common and what a reader learns from each; they are
plain data in ``companions.json``, made by ``benchmarks/train_companions.py`` from articles that editors marked. It has
two parts: one learned what misleads alone, the other what the bullets of editors' own sets need beside them, also who
or what is meant. The surer of both counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from newsletter.english.hedges import find_hedges
from newsletter.english.polarity import KEEPS_DENIAL, NEGATION
from newsletter.english.sentences import Sentence, split_sentences
from newsletter.english.speech import find_attribution
from newsletter.english.stems import content_roots
from newsletter.highlights.candidates import Candidate
from newsletter.highlights.phrases import PhraseTrees, find_phrases
from newsletter.highlights.reader_value import Value
from newsletter.highlights.trees import Row, read_weights
from newsletter.model import Article

NEEDED = 0.05  # chance from which the other half is told as well
MISLEADS = 0.14  # chance from which the first half is not told without it
LOOKED_AT = 16  # sentences of an article, by their words the likeliest other halves
_NAME = re.compile(r"[A-Z][\w’'&-]+")
_NUMBER = re.compile(r"\d[\d,.]*")
_POINTS = re.compile(r"(?:It|They|He|She|This|That|These|Those|The|Its|Their)\b")
_NOT_TOLD = Value(told=-1.0, news=-1.0, faulty=2.0)  # of a sentence that gives no candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stand:
    """One sentence: what is looked at."""

    index: int
    block: int
    roots: frozenset[str]
    names: frozenset[str]
    row: Row
    value: Row
    chances: tuple[
        Row, ...
    ]  # by its phrases, for each part: that it misleads alone, that it is another's other half


@dataclass(frozen=True, slots=True, kw_only=True)
class Companions:
    """The sentences of one article, by their index."""

    stands: Mapping[int, _Stand]
    likeliest: tuple[_Stand, ...]

    def find(self, told: int, *, least: float = NEEDED) -> list[tuple[int, float]]:
        """The sentences that ``told`` must not be told without, each with its chance, the likeliest first."""
        if told not in self.stands:
            return []
        first, models = self.stands[told], _load_models()
        asked = [
            (
                other.index,
                max(model.ask("needed", describe(first, other, part)) for part, model in enumerate(models)),
            )
            for other in self.likeliest
            if other.index != told
        ]
        return sorted(
            ((index, chance) for index, chance in asked if chance >= least), key=lambda one: -one[1]
        )


def read_companions(
    article: Article, candidates: Sequence[Candidate], values: Sequence[Value], *, most: int = LOOKED_AT
) -> Companions:
    """Look at the sentences of ``article``; ``values`` are those of its ``candidates``, in their order."""
    best: dict[int, Value] = {}
    for candidate, value in zip(candidates, values, strict=True):
        if candidate.joined is None and candidate.article.id == article.id:
            place = candidate.sentence.index
            before = best.get(place, value)
            best[place] = Value(
                told=max(before.told, value.told),
                news=max(before.news, value.news),
                faulty=min(before.faulty, value.faulty),
            )
    sentences = split_sentences(article.text)
    title = frozenset(content_roots(article.title))
    stands = {
        one.index: _look_at(one, len(sentences), title, best.get(one.index, _NOT_TOLD))
        for one in sentences
        if one.is_prose
    }
    likeliest = sorted(stands.values(), key=lambda one: -max(chance for _, chance in one.chances))[:most]
    return Companions(stands=stands, likeliest=tuple(likeliest))


@cache
def _load_models() -> tuple[PhraseTrees, ...]:
    return tuple(PhraseTrees.of(part) for part in read_weights("companions.json").values())


def _look_at(sentence: Sentence, total: int, title: frozenset[str], value: Value) -> _Stand:
    text = sentence.text
    roots, phrases = frozenset(content_roots(text)), find_phrases(text)
    return _Stand(
        index=sentence.index,
        block=sentence.block,
        roots=roots,
        names=frozenset(_NAME.findall(text[1:])),
        row=[
            float(sentence.index),
            sentence.index / max(1, total),
            float(len(NEGATION.findall(text))),
            float(len(KEEPS_DENIAL.findall(text))),
            float(_POINTS.match(text) is not None),
            float(len(_NUMBER.findall(text))),
            float(len(text.split())),
            float(len(find_hedges(text))),
            float(find_attribution(text) is not None),
            float(len(title & roots)),
            float("“" in text or '"' in text),
        ],
        value=[value.told, value.news, value.faulty],
        chances=tuple(model.weigh_phrases(phrases) for model in _load_models()),
    )


def describe(first: _Stand, other: _Stand, part: int = 0) -> Row:
    """The features of ``other`` as what ``first`` must not be told without, for a ``part`` of the weights."""
    both = first.roots & other.roots
    away = float(other.index - first.index)
    return [
        *first.row,
        *other.row,
        first.chances[part][0],
        other.chances[part][1],
        away,
        abs(away),
        float(first.block == other.block),
        float(len(both)),
        len(both) / max(1, len(first.roots)),
        len(both) / max(1, len(other.roots)),
        float(len(first.names & other.names)),
        *first.value,
        *other.value,
    ]
