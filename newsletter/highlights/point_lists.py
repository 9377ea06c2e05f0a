"""Several points of one list in one bullet. Pure.

"Post-tax NPV: $612 million; IRR: 24.1%; payback: 3.9 years": each alone says too little for a bullet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from newsletter.english.sentences import BlockKind, Sentence
from newsletter.highlights.candidates import Candidate, find_fit
from newsletter.highlights.structure import render_fact
from newsletter.highlights.weaknesses import UNFIT
from newsletter.model import Article

MOST = 5  # points that others stand beside
POINT = 16  # words of such a one


def join_points(
    articles: Sequence[Article], found: Sequence[Candidate], *, max_words: int
) -> tuple[Candidate, ...]:
    """Points next to each other that state figures, as many as a bullet holds."""
    joined = []
    for article in articles:
        mine = {c.sentence.index: c for c in found if c.article.id == article.id}
        sentences = find_fit(article)
        for number, sentence in enumerate(sentences):
            first = mine.get(sentence.index)
            if first and sentence.kind is BlockKind.FACT and UNFIT.isdisjoint(first.weak):
                joined += _gather(first, _find_like(sentences, number), max_words)
    return tuple(joined)


def _find_like(sentences: Sequence[Sentence], number: int) -> list[Sentence]:
    """The short points of the same list next below one that states a figure."""
    like = []
    for above, below in pairwise(sentences[number : number + MOST + 1]):
        follows = below.index == above.index + 1 and below.heading == above.heading
        if not follows or below.kind is not BlockKind.FACT or len(below.text.split()) > POINT:
            break
        like.append(below)
    return like


def _gather(first: Candidate, points: Sequence[Sentence], max_words: int) -> list[Candidate]:
    """``first`` with as many of ``points`` as there is room for, where that is one or more."""
    text, run = first.text.rstrip("."), []
    room = max_words - len(first.shown.split())
    for point in points:
        words = render_fact(point, led=False).rstrip(".")
        room -= len(words.split())
        if room < 0:
            break
        text += f"; {point.text[0]}{words[1:]}"
        run.append(point)
    return [replace(first, text=f"{text}.", joined=tuple(run))] if run else []
