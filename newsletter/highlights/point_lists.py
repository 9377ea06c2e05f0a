"""Several points of one list in one bullet, below the line that they go on from. Pure.

"Post-tax NPV: $612 million; IRR: 24.1%; payback: 3.9 years": each alone says too little for a bullet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from newsletter.english.fragments import lacks_verb
from newsletter.english.injection import find_injection
from newsletter.english.rules import matches
from newsletter.english.sentences import BlockKind, Sentence, split_sentences
from newsletter.highlights.candidates import Candidate, find_allowed, word_line
from newsletter.highlights.structure import LISTS_ALL, render_fact
from newsletter.highlights.weaknesses import UNFIT
from newsletter.model import Article

MARK_CHARS = 8
_MARK = re.compile(r"(?:^|(?<=\s))(?P<mark>\(?(?:[IVX]{1,4}|\d{1,2}|[a-z])[.)])\s*(?=$|\S)(?!\d)")
# A line below which an authority or a company names what it is about.
_NAMES = re.compile(r"\bthe following \w+(?: \w+)?[^.;:]{0,50}:$", re.IGNORECASE)


def join_points(
    articles: Sequence[Article], found: Sequence[Candidate], *, max_words: int
) -> tuple[Candidate, ...]:
    """Points next to each other that state figures, as many as a bullet holds; and lines that end with a colon.

    Such a line stands with as many of its points, or with all the parts that it names.
    """
    joined = []
    for article in articles:
        mine = {c.sentence.index: c for c in found if c.article.id == article.id}
        allowed = find_allowed(article)
        for number, sentence in enumerate(allowed, 1):
            # Up to the first that may not be told.
            below = [
                one for step, one in enumerate(allowed[number:], 1) if one.index == sentence.index + step
            ]
            first = mine.get(sentence.index)
            if first and sentence.kind is BlockKind.FACT and UNFIT.isdisjoint(first.weak):
                joined += _gather(first, [*takewhile(_states_figure, below)], max_words)
            elif sentence.text.endswith(":"):
                joined += _go_on(article, sentence, [*takewhile(_goes_on, below)], max_words)
    return tuple(joined)


def _go_on(article: Article, line: Sentence, points: Sequence[Sentence], max_words: int) -> list[Candidate]:
    """A line that ends with a colon and what goes on from it: the parts that it names, or points of a list."""
    parts = _find_parts(article, line) if _NAMES.search(line.text) else []
    worded = word_line(article, line, max_words=max_words) if parts or points else None
    if worded is None:
        return []
    if not parts:
        return _gather(worded, points, max_words, every=LISTS_ALL.search(line.text) is not None)
    text = f"{worded.text.rstrip(' .:')}: {'; '.join(map(_trim, parts))}."
    one = replace(worded, text=text, joined=tuple(parts), weak=())
    return [one] if len(one.shown.split()) <= max_words else []


def _find_parts(article: Article, line: Sentence) -> list[Sentence]:
    """What stands below a line under marks of one kind ("I.", "(1)"), up to where something else is told."""
    parts: list[Sentence] = []
    kind = ""
    for one in split_sentences(article.text)[line.index + 1 :]:
        if find_injection(one.text):
            return []
        mark = _MARK.match(one.text) or _MARK.search(article.text, max(0, one.start - MARK_CHARS), one.start)
        if mark:
            own = re.sub(r"\w+", lambda word: "1" if word.group().isdigit() else "I", mark["mark"])
            kind = kind or own
            if own == kind and matches("duty", one.text):
                break
            if own == kind:
                parts.append(one)
        elif one.place == 0:
            break
    return parts


def _trim(part: Sentence) -> str:
    """A part without its mark, what stands in brackets and its end."""
    text = re.sub(r"\s\([^()]*\)", "", _MARK.sub("", part.text, count=1)).strip(" ;.:")
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _states_figure(point: Sentence) -> bool:
    return point.kind is BlockKind.FACT


def _goes_on(point: Sentence) -> bool:
    """Whether it is a point of a list that is no sentence, and goes on from the line above it."""
    return _states_figure(point) or point.text[:1].islower() or lacks_verb(point.text)


def _gather(
    first: Candidate, points: Sequence[Sentence], max_words: int, *, every: bool = False
) -> list[Candidate]:
    """``first`` with as many of ``points`` as there is room for, where that is one or more, or ``every`` one."""
    text, run = first.text.rstrip("."), []
    room = max_words - len(first.shown.split())
    for point in points:
        words = render_fact(point).rstrip(".")
        words = point.text[0] + words[1:]  # "will: build 12 ferries"
        room -= len(words.split())
        if room < 0:
            break
        text += f"{' ' if text.endswith(':') else '; '}{words}"
        run.append(point)
    enough = len(run) == len(points) if every else bool(run)
    return [replace(first, text=f"{text}.", joined=tuple(run))] if enough else []
