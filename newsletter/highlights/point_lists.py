"""Several points of one list in one bullet, below the line that they go on from. Pure.

"Post-tax NPV: $612 million; IRR: 24.1%; payback: 3.9 years": each alone says too little for a bullet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from newsletter.english.fragments import lacks_verb
from newsletter.english.rules import compile_pattern
from newsletter.english.sentences import BlockKind, Sentence, split_sentences
from newsletter.highlights.candidates import Candidate, word_line
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
        sentences = split_sentences(article.text)
        for sentence in sentences:
            below = sentences[sentence.index + 1 :]
            first = mine.get(sentence.index)
            if first and sentence.kind is BlockKind.FACT and UNFIT.isdisjoint(first.weak):
                joined += _gather(first, _find_like(sentence, below), max_words)
            elif sentence.text.endswith(":") and (points := _find_points(below)):
                line = word_line(article, sentence, max_words=max_words)
                joined += _gather(line, points, max_words, every=_TAKES_ALL.search(sentence.text) is not None)
    return tuple(joined)


def _find_like(sentence: Sentence, below: Sequence[Sentence]) -> list[Sentence]:
    """The short points of the same list next below one that states a figure."""
    like: list[Sentence] = []
    for one in below:
        short = len(one.text.split()) <= POINT and not _DATED.match(sentence.text)
        if one.kind is not BlockKind.FACT or one.heading != sentence.heading or not short:
            break
        like.append(one)
    return like


def _find_points(below: Sequence[Sentence]) -> list[Sentence]:
    """The points of a list that are no sentences and go on from the line above them."""
    points: list[Sentence] = []
    for one in below:
        goes_on = one.kind is BlockKind.BULLET and (one.text[:1].islower() or lacks_verb(one.text))
        if one.kind is not BlockKind.FACT and not goes_on:
            break
        points.append(one)
    return points


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
