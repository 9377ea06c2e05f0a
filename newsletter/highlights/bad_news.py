"""How bad the news of a sentence is for the company that tells it. Pure.

Learned from sentences that readers marked: the weights are plain data in ``bad_news.json``, made by
``benchmarks/train_bad_news.py``. What such texts tell coyly is found by two rows of the table and by a figure that is
much lower than a year ago.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from math import exp
from typing import Any

from newsletter.data_files import read_data
from newsletter.english.rules import matches, remembered
from newsletter.highlights.phrases import find_phrases, weigh_phrases

BAD = 0.4  # gravity from which a company's own release is not told without it
WORSE = 0.6  # that of another one
BESIDE = 0.3  # of the chance that it is bad news at all
GRAVE, SETBACK = 0.6, 0.4  # of the two rows


@dataclass(frozen=True, slots=True, kw_only=True)
class BadNews:
    """The chance that a sentence is bad news, and that it decides how its reader must see the company."""

    any: float
    decides: float


@remembered(4096)  # asked anew for each bullet that may give way
def weigh_bad_news(text: str) -> BadNews:
    """What the phrases of ``text`` say."""
    model = _load_model()
    sums = weigh_phrases(find_phrases(text), model["phrases"], model["usual"])
    some, decides = (1 / (1 + exp(-one)) for one in sums)
    return BadNews(any=some, decides=decides)


@remembered(4096)
def find_gravity(text: str) -> float:
    """How much a reader must know it, from 0: the chance that it decides, and what the table says."""
    found = weigh_bad_news(text)
    rows = GRAVE * matches("grave", text) + SETBACK * _is_setback(text)
    return found.decides + BESIDE * found.any + rows


@cache
def _load_model() -> dict[str, Any]:
    return dict(read_data("newsletter.highlights", "bad_news.json"))


# "EBIT amounted to SEK 21.4 million (37.9)", "of SEK –57 million (38)": what it was a year ago, in brackets.
_FIGURE = r"\d+(?:,\d{3})*(?:\.\d+)?"
_YEAR_AGO = re.compile(
    rf"(?<![\d.,])(?P<loss>[–−-])?(?P<now>{_FIGURE})"
    rf"(?:\s(?:million|billion|per ?cent)|[mb]n?|\s?%)?\s\((?P<then>{_FIGURE})\)"
)
_LESS_IS_BETTER = re.compile(
    r"\b(?:costs?|debt|loss(?:es)?|expens\w+|expenditures?|inventor\w+|emissions|accidents)\b"
)
FELL = 0.8  # of what it was


def _is_setback(text: str) -> bool:
    """Whether it tells what went wrong, in words or by a figure that is much lower than a year ago."""
    if matches("setback", text):
        return True
    found = [] if _LESS_IS_BETTER.search(text) else _YEAR_AGO.finditer(text)
    return any(match["loss"] or _read(match["now"]) < FELL * _read(match["then"]) for match in found)


def _read(figure: str) -> float:
    return float(figure.replace(",", ""))
