"""How common a word is in news at large. Pure.

A small day tells little about which words are rare: of two articles, any word that both hold is in
all of them. So rarity is also taken from ``commonness.json``: in how many of some eleven thousand
news articles and press releases each word stem stands, rounded to a few levels. It holds counts
alone and is made by ``benchmarks/count_words.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from newsletter.data_files import read_data

_UNLISTED = 2.0  # articles: a stem that is not in the table stands in fewer than the least listed


@dataclass(frozen=True, slots=True)
class Commonness:
    """The share of articles, 0.0–1.0, that a stem stands in."""

    listed: Mapping[str, float]
    unlisted: float

    def share(self, stem: str) -> float:
        """Return how common a stem is."""
        return self.listed.get(stem, self.unlisted)


@cache
def load_commonness() -> Commonness:
    """Return the table that comes with the program."""
    table = read_data("newsletter.stories", "commonness.json")
    articles = table["articles"]
    return Commonness(
        {
            stem: count / articles
            for count, stems in zip(table["counts"], table["stems"], strict=True)
            for stem in stems.split()
        },
        _UNLISTED / articles,
    )
