"""Which blocks of a document are the article's body. Pure, but for reading its own data file once.

Two logistic regressions, one upon the other. The first judges a block by itself and its neighbours:
length, punctuation, case, furniture words, place, indent. The second sees the first one's answers for
the surroundings and so learns that a short heading amid running text belongs to it, while a lone sentence
of an author's box does not. After Kohlschütter, Fankhauser, Nejdl: "Boilerplate Detection using Shallow
Text Features" (WSDM 2010), which shows that length and density of a block and its neighbours suffice.

The weights are in ``body_weights.json``, made by ``benchmarks/train_body.py``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from operator import mul

import regex

from newsletter.data_files import read_data
from newsletter.extract.chrome import is_chrome, is_related_heading
from newsletter.extract.html_blocks import Block
from newsletter.extract.line_dates import find_date

_WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]{2}|[\w'’-]+")
_SENTENCE_END = regex.compile(r"[.!?…。！？؟।](?:[\"'”’»)\]]*)$")
_DIGIT = regex.compile(r"\d")
_QUOTE = regex.compile(r"[“”„«»「]")
_LINK_MARK = regex.compile(r"[@|»›#:]")
_LINKISH = regex.compile(r"https?://|www\.|\w@[\w.-]{1,80}\.\w|[|»›]|^#|^@")
_BYLINE = regex.compile(r"(?:by|von|par|por|di|written by|author:?)\s+\p{Lu}", regex.IGNORECASE)
_TINY, _PHRASE, _SENTENCE, _HEADLINE, _PARAGRAPH = 2, 8, 12, 15, 30  # words
_LOOKED_AT, _ENDING = 3_000, 40  # characters of a block, from its start and at its end
_DATE_LENGTH = 80  # characters: longer blocks only mention a date
_REACH = 8  # blocks to either side that the second regression sees
_MAX_BLOCKS = 10_000  # beyond this a document is no article; the rest is not read

Rows = list[list[float]]  # numbers, a row a block


@dataclass(frozen=True, slots=True, kw_only=True)
class Regressions:
    """Two regressions, one upon the other: the second also gets what the first says around a block."""

    first: list[float]
    second: list[float]
    thresholds: list[float]

    def score(self, rows: Rows, look_around: Callable[[list[float]], Rows]) -> list[float]:
        """For each block, how sure it is (0.0–1.0) that it belongs to the article."""
        first = [_logistic(self.first, row) for row in rows]
        return [
            _logistic(self.second, [*row, *near]) for row, near in zip(rows, look_around(first), strict=True)
        ]


@cache
def read_regressions(name: str) -> Regressions:
    """The regressions that ship in the package's file ``name``."""
    return Regressions(**read_data("newsletter.extract", name))


def choose_body(blocks: list[Block]) -> list[int]:
    """The places of the blocks that are the body, in order. Empty where nothing reads like an article."""
    model, own = read_regressions("body_weights.json"), describe_blocks(blocks[:_MAX_BLOCKS])
    scores = model.score(own, partial(describe_surroundings, own))
    return [place for place, score in enumerate(scores) if score > model.thresholds[0]]


def _logistic(weights: list[float], row: list[float]) -> float:
    total = sum(map(mul, weights, row))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def describe_blocks(blocks: list[Block]) -> list[list[float]]:
    """One row of numbers a block: its own shape, and its neighbours'."""
    if not blocks:
        return []
    copies = Counter(block.text for block in blocks)
    indents: Counter[int] = Counter()
    for block in blocks:
        indents[block.indent] += len(block.text)
    main_indent, total = indents.most_common(1)[0][0], indents.total() or 1
    shapes = [_describe_shape(block, copies[block.text], main_indent) for block in blocks]
    none = [[0.0] * _SHARED] * 2
    shared = [*none, *(shape[:_SHARED] for shape in shapes), *none]  # what neighbours see of each
    rows, read = [], 0
    for place, (block, shape) in enumerate(zip(blocks, shapes, strict=True)):
        second_before, before, _, after, second_after = shared[place : place + 5]
        rows.append(
            [1.0, *shape, read / total, math.log1p(place) / 5, *second_before, *before, *after, *second_after]
        )
        read += len(block.text)
    return rows


_SHARED = 6  # how many of a shape's numbers its neighbours see


def _describe_shape(block: Block, copies: int, main_indent: int) -> list[float]:
    text = block.text[:_LOOKED_AT]
    words: list[str] = _WORD.findall(text)
    count = len(words)
    ends = _SENTENCE_END.search(block.text[-_ENDING:]) is not None
    lower = 1 - sum([word[0].isupper() for word in words]) / max(1, count)
    return [
        min(math.log1p(count), 5.0),
        float(ends),
        float(block.bullet),
        float(is_chrome(text)),
        lower if count > _TINY else 0.0,
        float(block.indent == main_indent),
        # only the block itself sees what follows
        float(count >= _SENTENCE),
        float(count >= _PARAGRAPH),
        float(ends and count >= _PHRASE),
        float(block.bullet and count > _PHRASE),
        float(_TINY < count <= _HEADLINE and not ends),
        min(text.count(",") + text.count("，") + text.count("、"), 5) / 5,
        len(_DIGIT.findall(text)) / len(text),
        float(text.isupper()),
        float(_is_linkish(text)),
        float(copies > 1),
        float(len(text) < _DATE_LENGTH and find_date(text) is not None),
        float(count <= _HEADLINE and _BYLINE.match(text) is not None),
        float(text.endswith((":", "："))),
        float(_QUOTE.search(text) is not None),
        float(is_related_heading(text)),
        float(count <= _TINY),
        math.log1p(abs(block.indent - main_indent)) / 3,
    ]


def _is_linkish(text: str) -> bool:
    """Whether a block shows an address or the marks of a list of links; the quick look comes first."""
    return ("www." in text or _LINK_MARK.search(text) is not None) and _LINKISH.search(text) is not None


def describe_surroundings(own: list[list[float]], first: list[float]) -> list[list[float]]:
    """For each block, what the first regression says of it and of the blocks around it.

    ``own`` are the rows of `describe_blocks`, of which only the number of words counts here.
    """
    # Words likely to be body.
    mass = [score * math.expm1(row[1]) for row, score in zip(own, first, strict=True)]
    total = sum(mass) or 1.0
    rows, before = [], 0.0
    for place in range(len(own)):
        left = first[max(0, place - _REACH) : place][::-1]
        right = first[place + 1 : place + 1 + _REACH]
        left_mass, right_mass = mass[max(0, place - _REACH) : place], mass[place + 1 : place + 1 + _REACH]
        share_before, share_after = before / total, (total - before - mass[place]) / total
        rows.append(
            [
                _logit(first[place]),
                *_near(left),
                *_near(right),
                math.log1p(sum(left_mass)) / 5,
                math.log1p(sum(right_mass)) / 5,
                math.sqrt(max(0.0, share_before)),
                math.sqrt(max(0.0, share_after)),
                math.sqrt(max(0.0, min(share_before, share_after))),
                max(left, default=0.0) * max(right, default=0.0),
                max(left[:2], default=0.0) * max(right[:2], default=0.0),
            ]
        )
        before += mass[place]
    return rows


def _near(scores: list[float]) -> list[float]:
    """The next block's score, the best of the next three, and the mean of the rest."""
    return [
        scores[0] if scores else 0.0,
        max(scores[:3], default=0.0),
        sum(scores[:4]) / 4,
        sum(scores[4:]) / max(1, _REACH - 4),
    ]


def _logit(score: float) -> float:
    return math.log((score + 1e-6) / (1 - score + 1e-6)) / 5
