"""Cut from a candidate what is not worth its words: asides that hold little of what matters in this story. Pure.

Where cutting pays is learned, not ruled: a phrase goes where the words that only it holds have, together, less chance
to be in an editor's highlights than words of a good set have. Attribution, hedges, figures and the words of
the newsletter's subject never go; nor does a price.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace

from newsletter.english.hedges import find_hedges
from newsletter.highlights import shorten
from newsletter.highlights.candidates import Candidate
from newsletter.highlights.set_value import Ground
from newsletter.highlights.tails import LIMITS
from newsletter.highlights.word_model import tokenize

WORTH = 0.2  # what a word of a good set brings: about half the F1 that it can expect
PAIRS = 0.5  # how much a pair counts beside a word
_LEAST = 8  # words that must be left
_FIGURE = re.compile(r"\d")
_UNFINISHED = re.compile(r"\b(?:an?|the|his|her|its|their)\s+[\w-]+$")  # "a quiet, hardworking boy"


def tighten(candidate: Candidate, ground: Ground, *, terms: Callable[[str], float] | None) -> Candidate:
    """Give ``candidate`` without the asides that do not pay, each told in ``cut``; itself where there is none."""
    text, cut = candidate.text, list(candidate.cut)
    if shorten.is_price(text):
        return candidate
    for pattern in shorten.ASIDES:
        match = pattern.search(text)
        if match is None:
            continue
        start, end = match.span("cut") if "cut" in pattern.groupindex else match.span()
        gone, rest = text[start:end], _join(text[:start], text[end:], text)
        if _UNFINISHED.search(text[:start]) and pattern is shorten.WITH_IT:
            continue
        if _may_go(gone, rest, terms) and _measure(gone, rest, text, ground) < WORTH:
            cut.append(gone.strip(" ,—–-"))
            text = rest
    return replace(candidate, text=text, cut=tuple(cut)) if text != candidate.text else candidate


def _join(head: str, tail: str, whole: str) -> str:
    """What is left, beginning and ending as it did: in lower case after a lead-in, with its full stop."""
    gap = " " if head[-1:].isalnum() and tail[:1].isalnum() else ""
    rest = shorten.tidy(head + gap + tail)
    if rest[-1:].isalnum() and whole[-1:] in {".", "!"}:
        rest += whole[-1]
    return head[:1] + rest[1:] if head else rest


def _may_go(gone: str, rest: str, terms: Callable[[str], float] | None) -> bool:
    return not (
        find_hedges(gone)
        or LIMITS.search(gone)
        or shorten.drops_party(gone)
        or _FIGURE.search(gone)
        or not shorten.is_balanced(rest)
        or not shorten.stands_without(rest)
        or len(rest.split()) < _LEAST
        or (terms is not None and terms(gone) > 0)
    )


def _measure(gone: str, rest: str, text: str, ground: Ground) -> float:
    """What each word of ``gone`` brings that ``rest`` does not hold."""
    words, left = tokenize(gone), tokenize(rest)
    before, after = set(itertools.pairwise(tokenize(text))), set(itertools.pairwise(left))
    brings = sum(ground.words.get(word, 0.0) for word in set(words).difference(left))
    brings += PAIRS * sum(ground.pairs.get(pair, 0.0) for pair in before - after)
    brings -= PAIRS * sum(ground.pairs.get(pair, 0.0) for pair in after - before)
    return brings / max(1, len(words))
