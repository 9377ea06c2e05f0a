"""Several points of one list in one bullet, below the line that they go on from. Pure.

"Post-tax NPV: $612 million; IRR: 24.1%; payback: 3.9 years": each alone says too little for a bullet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, takewhile

from newsletter.english.fragments import lacks_verb
from newsletter.english.rules import compile_pattern
from newsletter.english.sentences import BlockKind, Sentence
from newsletter.highlights.candidates import Candidate, find_allowed, word_line
from newsletter.highlights.structure import render_fact
from newsletter.highlights.weaknesses import FRAGMENT, UNFIT
from newsletter.model import Article

MOST = 5  # points of a bullet
POINT = 16  # words of a point that others stand beside
_DATED = compile_pattern(r"{timeline_day}(?=[:,]|\s\(|$)")  # of a diary: each is a matter of its own
# A line whose points mislead where one is left out.
_TAKES_ALL = re.compile(
    r"\b(?:consists? of|comprises?|following|as follows|parts|either|any of)\b[^:]{0,40}:$"
)


def join_points(
    articles: Sequence[Article], found: Sequence[Candidate], *, max_words: int
) -> tuple[Candidate, ...]:
    """Points next to each other that state figures, as many as a bullet holds; and lines that end with a colon.

    Such a line stands with the first of its points, or with all.
    """
    joined = []
    for article in articles:
        mine = {c.sentence.index: c for c in found if c.article.id == article.id}
        sentences = find_allowed(article)
        for number, sentence in enumerate(sentences):
            below = _follow(sentences, number)
            first = mine.get(sentence.index)
            if first and sentence.kind is BlockKind.FACT and UNFIT.isdisjoint(first.weak):
                joined += _gather(first, _find_like(sentence, below), max_words)
            elif sentence.text.endswith(":") and (points := [*takewhile(_goes_on, below)]):
                line = word_line(article, sentence, max_words=max_words)
                joined += _gather(line, points, max_words, every=_TAKES_ALL.search(sentence.text) is not None)
    return tuple(joined)


def _follow(sentences: Sequence[Sentence], number: int) -> Iterator[Sentence]:
    """The sentences below one of them, up to the first that may not be told."""
    above = sentences[number].index
    for place in range(number + 1, len(sentences)):
        if sentences[place].index != above + place - number:
            return
        yield sentences[place]


def _find_like(sentence: Sentence, below: Iterable[Sentence]) -> list[Sentence]:
    """The short points of the same list next below one that states a figure."""
    if _DATED.match(sentence.text):
        return []

    def is_like(one: Sentence) -> bool:
        same = one.kind is BlockKind.FACT and one.heading == sentence.heading
        return same and len(one.text.split()) <= POINT

    return [*takewhile(is_like, islice(below, MOST))]


def _goes_on(point: Sentence) -> bool:
    """Whether it is a point of a list that is no sentence, and goes on from the line above it."""
    bare = point.kind is BlockKind.BULLET and (point.text[:1].islower() or lacks_verb(point.text))
    return bare or point.kind is BlockKind.FACT


def _gather(
    first: Candidate | None, points: Sequence[Sentence], max_words: int, *, every: bool = False
) -> list[Candidate]:
    """``first`` with as many of ``points`` as there is room for, where that is one or more, or ``every`` one."""
    if first is None:
        return []
    text, run = first.text.rstrip("."), []
    room = max_words - len(first.shown.split())
    for point in points[:MOST]:
        words = render_fact(point, led=False).rstrip(".")
        words = point.text[0] + words[1:]  # "will: build 12 ferries"
        room -= len(words.split())
        if room < 0:
            break
        text += f"{' ' if text.endswith(':') else '; '}{words}"
        run.append(point)
    if not run or (every and len(run) < len(points)):
        return []
    weak = tuple(one for one in first.weak if one != FRAGMENT)
    return [replace(first, text=f"{text}.", joined=tuple(run), weak=weak)]
