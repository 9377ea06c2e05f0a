"""Several readings of one page, made into one choice of its blocks. Pure, but for reading its data file once.

Each extractor gives a text. Its words are laid along the page's words (longest common subsequence), so
that every block gets the share of it that the extractor kept: a vote. Two logistic regressions, one upon
the other as in `body`, weigh the votes with the block's shape, its links, its surroundings in the page and
its neighbours. What most of them kept needs little more, what they left out needs much.

The weights are in ``choose_weights.json``, made by ``benchmarks/train_choose.py``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

import regex
from rapidfuzz.distance import LCSseq

from newsletter.extract.blocks import Block
from newsletter.extract.body import choose_body, describe_blocks, describe_surroundings, logistic
from newsletter.extract.page import MARKS

_WORD = regex.compile(r"\w+")
_MAX_WORDS = 20_000  # of a page that are laid along: bounds the memory of the alignment to 50 MB
_KEPT = 0.5  # of a block's words: the extractor kept it
_NEXT_TO_NOTHING = 80  # characters; less is looked at again
_MIN_BODY = 250  # characters that another choice must then bring
_FULL = 1_000  # characters of a block that counts as full
_CROSSED = (1, 4, 5, 9, 11)  # places in a block's own row that say most together with a vote


@dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    first: list[float]
    second: list[float]
    keep: float  # what most extractors kept stays above this
    add: float  # what they left out comes in above this


@cache
def _model() -> _Model:
    return _Model(**json.loads(Path(__file__).with_name("choose_weights.json").read_text(encoding="utf-8")))


def choose_blocks(blocks: list[Block], texts: list[str]) -> list[int]:
    """The places of the page's blocks that are the article, given each extractor's text, in order."""
    if not blocks:
        return []
    votes = count_votes(blocks, texts)
    own = describe_blocks(blocks)
    chosen = _settle(blocks, own, votes)
    if _size(blocks, chosen) >= _NEXT_TO_NOTHING:
        return chosen
    # Too little is left: one reading alone may have found the body, else the blocks' own shape may tell.
    readings = [
        [place for place, vote in enumerate(votes) if vote[number] > _KEPT] for number in range(len(texts))
    ]
    for places in (max(readings, key=lambda places: _size(blocks, places), default=[]), choose_body(blocks)):
        if _size(blocks, places) >= _MIN_BODY:
            return places
    return chosen


def _size(blocks: list[Block], places: list[int]) -> int:
    """How much running text stands at the places, in characters."""
    return sum(len(blocks[place].text) for place in places)


def _settle(blocks: list[Block], own: list[list[float]], votes: list[list[float]]) -> list[int]:
    """The two regressions' choice."""
    model = _model()
    rows = describe_votes(blocks, own, votes)
    first = [logistic(model.first, row) for row in rows]
    around = describe_surroundings(own, first)
    scores = [logistic(model.second, [*row, *near]) for row, near in zip(rows, around, strict=True)]
    return [
        place
        for place, score in enumerate(scores)
        if score > (model.keep if is_kept(votes[place]) else model.add)
    ]


def is_kept(vote: list[float]) -> bool:
    """Whether most extractors kept the block."""
    return 2 * sum(share > _KEPT for share in vote) > len(vote)


def count_votes(blocks: list[Block], texts: list[str]) -> list[list[float]]:
    """For each block, the share of its words (0.0–1.0) that each text keeps, in the order of the page."""
    words = [_WORD.findall(block.text.casefold()) for block in blocks]
    numbers: dict[str, int] = {}
    page = [numbers.setdefault(word, len(numbers)) for own in words for word in own][:_MAX_WORDS]
    owner = [place for place, own in enumerate(words) for _ in own]
    columns = []
    for text in texts:
        kept = [0] * len(blocks)
        reading = [
            numbers.setdefault(word, len(numbers)) for word in _WORD.findall(text.casefold())[:_MAX_WORDS]
        ]
        for piece in LCSseq.opcodes(page, reading):
            if piece.tag == "equal":
                for at in range(piece.src_start, piece.src_end):
                    kept[owner[at]] += 1
        columns.append([count / len(own) if own else 0.0 for count, own in zip(kept, words, strict=True)])
    return [list(row) for row in zip(*columns, strict=True)]


def describe_votes(
    blocks: list[Block], own: list[list[float]], votes: list[list[float]]
) -> list[list[float]]:
    """One row of numbers a block: its own row, its place in the page, its votes and its neighbours' votes."""
    empty = [0.0] * len(votes[0]) if votes else []
    agreement, share = _compare_votes(blocks, votes)
    rows = []
    for place, (block, shape, vote) in enumerate(zip(blocks, own, votes, strict=True)):
        near = [
            votes[other] if 0 <= other < len(votes) else empty
            for other in (place - 1, place + 1, place - 2, place + 2)
        ]
        rows.append(
            [
                *shape,
                block.links,
                float(block.heading),
                float(block.links > 0.5),  # noqa: PLR2004 - mostly links
                min(len(block.text), _FULL) / _FULL * (1 - block.links),
                *(float(mark in block.marks) for mark in MARKS),
                *vote,
                *(one * other for one, other in combinations(vote, 2)),
                *(value for row in near for value in row),
                *(value * shape[number] for number in _CROSSED for value in vote),
                *(value * block.links for value in vote),
                agreement,
                share,
                agreement * max(vote),
                agreement * min(vote),
                share * max(vote),
            ]
        )
    return rows


def _compare_votes(blocks: list[Block], votes: list[list[float]]) -> tuple[float, float]:
    """How far the extractors agree on this page, and the share of it that they keep (each 0.0–1.0).

    Where they agree there is little to settle; where they keep little there may be more.
    """
    sizes = [len(block.text) for block in blocks]
    common = sum(size * min(vote) for size, vote in zip(sizes, votes, strict=True))
    any_of = sum(size * max(vote) for size, vote in zip(sizes, votes, strict=True))
    return common / any_of if any_of else 0.0, any_of / (sum(sizes) or 1)
