"""The short phrases of a text; every name is one sign and every figure another, so no industry is learned. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Any

from newsletter.trees import Row, Trees

_TOKEN = re.compile(r"[A-Za-z]+|\d[\d,.]*|[$€£¥%]")


def find_phrases(text: str) -> list[str]:
    """The words and pairs of words in ``text``, each once: a name is "N", a figure "0"."""
    signs: list[str] = []
    for place, piece in enumerate(_TOKEN.findall(text)):
        sign = "0" if piece[0].isdigit() else piece.lower()
        if place and piece[0].isupper() and piece != "I":
            sign = "N"
        if sign != "N" or signs[-1:] != ["N"]:
            signs.append(sign)
    return sorted({*signs, *(f"{one} {two}" for one, two in pairwise(signs))})


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseTrees(Trees):
    """Trained weights: trees, and what the phrases alone say."""

    names: tuple[str, ...]
    phrases: Mapping[str, Sequence[float]]  # by phrase, one weight a name
    usual: Mapping[str, float]  # by name, the answer where no phrase is known

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> PhraseTrees:
        """From ``data`` as it ships."""
        return cls(**{**data, "names": tuple(data["names"])})

    def weigh_phrases(self, phrases: Sequence[str]) -> Row:
        """What the phrases alone say, an answer a name."""
        known = [self.phrases[phrase] for phrase in phrases if phrase in self.phrases]
        size = sqrt(max(1, len(known)))
        return [
            self.usual[name] + sum(weights[place] for weights in known) / size
            for place, name in enumerate(self.names)
        ]
