"""The short phrases of a text; names, figures and units are one sign each, so no industry is learned. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from newsletter.english.letters import compile_latin
from newsletter.trees import Row, Trees

_TOKEN = compile_latin(r"[A-Za-z]+|\d[\d,.]*|[$€£¥%]")
# What stands behind a figure and is no unit of an industry.
_NO_UNIT = frozenset(
    """
    a about after an and are as at basis before below billion bn but by cent cents day days for from has have higher
    hours in into is last less lower m million minutes month months more of on or over people per percent points quarter
    shares since than that the this times to trillion under until was week weeks were when while who will with workers
    year years yuan
    """.split()  # noqa: SIM905 - lines of words
)


def find_phrases(text: str) -> list[str]:
    """The words and pairs of words in ``text``, each once: a name is "N", a figure "0", its unit "U"."""
    signs: list[str] = []
    for place, piece in enumerate(_TOKEN.findall(text)):
        sign = "0" if piece[0].isdigit() else piece.lower()
        if place and piece[0].isupper() and piece != "I":
            sign = "N"
        elif signs[-1:] == ["0"] and sign.isalpha() and sign not in _NO_UNIT:
            sign = "U"
        if sign != "N" or signs[-1:] != ["N"]:
            signs.append(sign)
    return sorted({*signs, *(f"{one} {two}" for one, two in pairwise(signs))})


def weigh_phrases(
    found: Sequence[str], weights: Mapping[str, Sequence[float]], usual: Sequence[float]
) -> Row:
    """The answers for a text with the phrases ``found``: the ``usual`` ones, moved by what is known of its phrases."""
    known = [weights[phrase] for phrase in found if phrase in weights]
    size = sqrt(max(1, len(known)))
    return [one + sum(own[place] for own in known) / size for place, one in enumerate(usual)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseTrees(Trees):
    """Trained weights: trees, and what the phrases alone say."""

    names: Sequence[str]
    phrases: Mapping[str, Sequence[float]]  # by phrase, one weight a name
    usual: Mapping[str, float]  # by name, the answer where no phrase is known
