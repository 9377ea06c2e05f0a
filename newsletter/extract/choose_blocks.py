"""Several readings of one page, made into one choice of its blocks. Pure, but for reading its data file once.

Each extractor gives a text. Its words are laid along the page's words (longest common subsequence), so
that every block gets the share of it that the extractor kept: a vote. Two logistic regressions, one upon
the other as in `body`, weigh the votes with the block's shape, its links, its surroundings in the page and
its neighbours. What most of them kept needs little more, what they left out needs much.

The weights are in ``choose_weights.json``, made by ``benchmarks/train_choose.py``.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import combinations

import regex
from rapidfuzz.distance import LCSseq

from newsletter.extract.body import choose_body, describe_blocks, describe_surroundings, read_regressions
from newsletter.extract.html_blocks import MOSTLY_LINKS, Block
from newsletter.extract.page import MARKS

_WORD = regex.compile(r"\w+")
_MAX_WORDS = 20_000  # of a page that are laid along: bounds the memory of the alignment to 50 MB
_KEPT = 0.5  # of a block's words: the extractor kept it
_NEXT_TO_NOTHING = 80  # characters; less is looked at again
_MIN_BODY = 250  # characters that another choice must then bring
_LEAD_WORDS, _SAID_WORDS = 8, 6  # of a block that may be the lead, or repeat the description
_LEAST = 2 * _SAID_WORDS - 1  # characters of so many words; most blocks of a page are a word or two
_HELD = 0.8  # of a block's words are in the description
_ENDS = '.!?…"”»“'
_FEW_WORDS = 10  # of others: too few to go by
_FULL = 1_000  # characters of a block that counts as full
_CROSSED = (1, 4, 5, 9, 11)  # places in a block's own row that say most together with a vote


def choose_blocks(blocks: list[Block], votes: list[list[float]], description: str = "") -> list[int]:
    """The places of the page's blocks that are the article, given each block's votes, in order.

    ``description`` is the page's own, as it stands in its head.
    """
    if not blocks:
        return []
    own = describe_blocks(blocks)
    chosen = _settle(blocks, own, votes, description)
    if _size(blocks, chosen) >= _NEXT_TO_NOTHING:
        return chosen
    # Too little is left: one reading alone may have found the body, else the blocks' own shape may tell.
    readings = [
        [place for place, vote in enumerate(votes) if vote[number] > _KEPT] for number in range(len(votes[0]))
    ]
    for places in (max(readings, key=lambda places: _size(blocks, places), default=[]), choose_body(blocks)):
        if _size(blocks, places) >= _MIN_BODY:
            return places
    return chosen


def _size(blocks: list[Block], places: list[int]) -> int:
    return sum(len(blocks[place].text) for place in places)


def _settle(
    blocks: list[Block], own: list[list[float]], votes: list[list[float]], description: str
) -> list[int]:
    """The two regressions' choice; their thresholds are for a block that no reading kept, one did, or more."""
    model = read_regressions("choose_weights.json")
    rows, last = describe_votes(blocks, own, votes, description), len(model.thresholds) - 1
    scores = model.score(rows, partial(describe_around, blocks, own))
    return [
        place
        for place, score in enumerate(scores)
        if score > model.thresholds[min(count_keepers(votes[place]), last)]
    ]


def count_keepers(vote: list[float]) -> int:
    """How many readings kept the block."""
    return sum(share > _KEPT for share in vote)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a page as numbers, along which readings are laid."""

    numbers: dict[str, int]
    page: list[int]
    owner: list[int]  # the place of the block that each word stands in
    counts: list[int]  # words of each block


def split_words(blocks: list[Block]) -> Words:
    """The page's words, the same word always the same number."""
    words = [_WORD.findall(block.text.casefold()) for block in blocks]
    numbers: dict[str, int] = {}
    page = [numbers.setdefault(word, len(numbers)) for own in words for word in own][:_MAX_WORDS]
    owner = [place for place, own in enumerate(words) for _ in own]
    return Words(numbers, page, owner, [len(own) for own in words])


def share_kept(words: Words, text: str) -> list[float]:
    """For each block, the share of its words (0.0–1.0) that a reading keeps, in the order of the page."""
    kept = [0] * len(words.counts)
    found = _WORD.findall(text.casefold())[:_MAX_WORDS]
    reading = [words.numbers.get(word, -1) for word in found]
    for piece in LCSseq.opcodes(words.page, reading):
        if piece.tag == "equal":
            for place in words.owner[piece.src_start : piece.src_end]:
                kept[place] += 1
    return [count / own if own else 0.0 for count, own in zip(kept, words.counts, strict=True)]


def compare_readings(blocks: list[Block], one: list[float], other: list[float]) -> float:
    """How much of what either of two readings keeps both keep (0.0–1.0)."""
    return _compare_votes(blocks, [list(pair) for pair in zip(one, other, strict=True)])[0]


def describe_votes(
    blocks: list[Block], own: list[list[float]], votes: list[list[float]], description: str
) -> list[list[float]]:
    """One row of numbers a block: its own row, its place in the page, its votes and its neighbours' votes."""
    lead = _describe_lead(blocks, votes, description)
    none = [[0.0] * len(votes[0])] * 2 if votes else []
    padded = [*none, *votes, *none]  # two blocks that are not there before the first, and after the last
    agreement, share = _compare_votes(blocks, votes)
    rows = []
    for place, (block, shape, vote) in enumerate(zip(blocks, own, votes, strict=True)):
        second_before, before, _, after, second_after = padded[place : place + 5]
        links, most = block.links, max(vote)
        rows.append(
            [
                *shape,
                links,
                float(block.heading),
                float(links > MOSTLY_LINKS),
                min(len(block.text), _FULL) / _FULL * (1 - links),
                *_flag_marks(block.marks),
                *vote,
                *[one * other for one, other in combinations(vote, 2)],
                *before,
                *after,
                *second_before,
                *second_after,
                *[value * shape[number] for number in _CROSSED for value in vote],
                *[value * links for value in vote],
                agreement,
                share,
                agreement * most,
                agreement * min(vote),
                share * most,
                *lead[place],
            ]
        )
    return rows


@lru_cache(maxsize=8_192)
def _flag_marks(marks: frozenset[str]) -> tuple[float, ...]:
    """One number for each mark that a block may have."""
    return tuple(float(mark in marks) for mark in MARKS)


def _compare_votes(blocks: list[Block], votes: list[list[float]]) -> tuple[float, float]:
    """How far the extractors agree on this page, and the share of it that they keep (each 0.0–1.0).

    Where they agree there is little to settle; where they keep little there may be more.
    """
    sizes = [len(block.text) for block in blocks]
    common = sum(size * min(vote) for size, vote in zip(sizes, votes, strict=True))
    any_of = sum(size * max(vote) for size, vote in zip(sizes, votes, strict=True))
    return common / any_of if any_of else 0.0, any_of / (sum(sizes) or 1)


def _describe_lead(blocks: list[Block], votes: list[list[float]], description: str) -> list[list[float]]:
    """Whether a block stands between the title and the body, and reads like the page's own description.

    Readings begin where the running text does, and so drop the lead above it.
    """
    known = set(_WORD.findall(description.casefold()))
    body = [
        place
        for place, (block, vote) in enumerate(zip(blocks, votes, strict=True))
        if 2 * count_keepers(vote) > len(vote) and len(block.text) > _NEXT_TO_NOTHING and not block.level
    ]
    first, last = (body[0], body[-1]) if body else (len(blocks), -1)
    title = _find_title_above(blocks, first)
    rows = []
    for place, block in enumerate(blocks):
        between = -1 < title < place < first
        looked_at = (known or between) and len(block.text) >= _LEAST
        words = _WORD.findall(block.text.casefold()) if looked_at else []
        long = len(words) >= _LEAD_WORDS
        said = known.intersection(words) if known and len(words) >= _SAID_WORDS else set()
        held = sum(word in said for word in words) / max(1, len(words))
        same = held * len(said) / max(1, len(known))
        spoken = between and long and block.links < MOSTLY_LINKS
        rows.append(
            [
                float(between),
                float(spoken),
                float(between and "lead" in block.marks),
                float(spoken and block.text[-1] in _ENDS),
                same,
                between * same,
                spoken / (place - title) if spoken else 0.0,
                float(between and held > _HELD),
                float(place > last),
                float(first < place < last),
                float(between and long and block.heading),
                float(place < title),
            ]
        )
    return rows


def _find_title_above(blocks: list[Block], first: int) -> int:
    """The place of the last heading of the first level that is there above the body; -1 without one."""
    for level in (1, 2):
        above = [place for place, block in enumerate(blocks[: first + 1]) if block.level == level]
        if above:
            return above[-1]
    return -1


def describe_around(blocks: list[Block], own: list[list[float]], first: list[float]) -> list[list[float]]:
    """What the first regression says of a block's neighbours and of its kin, for the second."""
    near = describe_surroundings(own, first)
    kin = _describe_kin(blocks, own, first)
    return [[*one, *other] for one, other in zip(near, kin, strict=True)]


def _describe_kin(blocks: list[Block], own: list[list[float]], first: list[float]) -> list[list[float]]:
    """How much of the other blocks of its kind, and of those in the same box, is likely to be the article.

    A page lays out all paragraphs of its article alike and in one place, and all teasers in another.
    """
    words = [math.expm1(row[1]) for row in own]
    mass = [score * count for score, count in zip(first, words, strict=True)]
    total = sum(mass) or 1.0
    keys = [(block.kind, block.boxes[-2] if len(block.boxes) > 1 else 0) for block in blocks]
    likely: dict[str | int, float] = defaultdict(float)
    all_of: dict[str | int, float] = defaultdict(float)
    for pair, weight, count in zip(keys, mass, words, strict=True):
        for key in pair:
            likely[key] += weight
            all_of[key] += count
    return [
        [
            value
            for key in pair
            for value in ((likely[key] - weight) / (all_of[key] - count + _FEW_WORDS), likely[key] / total)
        ]
        for pair, weight, count in zip(keys, mass, words, strict=True)
    ]
