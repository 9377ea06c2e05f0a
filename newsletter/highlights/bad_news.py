"""How bad the news of a sentence is for the company that tells it. Pure.

Learned from sentences that readers marked: the weights are plain data in ``bad_news.json``, made by
``benchmarks/train_bad_news.py``. What such texts tell coyly is found by two rows of the table.
"""

from __future__ import annotations

from functools import cache
from math import exp
from typing import Any

from newsletter.data_files import read_data
from newsletter.english.rules import matches, remembered
from newsletter.highlights.phrases import find_phrases, weigh_phrases

BAD = 0.4  # gravity from which a company's own release is not told without it
WORSE = 0.6  # that of each other one
BESIDE = 0.3  # of the chance that it is bad news at all
GRAVE, SETBACK = 0.6, 0.4  # of the two rows


@remembered(4096)  # asked anew for each bullet that may give way
def weigh_bad_news(text: str) -> tuple[float, float]:
    """The chances that it is bad news, and that it decides how its reader must see the company."""
    model = _load_model()
    sums = weigh_phrases(find_phrases(text), model["phrases"], model["usual"])
    some, decides = (1 / (1 + exp(-one)) for one in sums)
    return some, decides


@remembered(4096)
def find_gravity(text: str) -> float:
    """How much a reader must know it, from 0: the chance that it decides, and what the table says."""
    some, decides = weigh_bad_news(text)
    rows = GRAVE * matches("grave", text) + SETBACK * matches("setback", text)
    return decides + BESIDE * some + rows


@cache
def _load_model() -> dict[str, Any]:
    return dict(read_data("newsletter.highlights", "bad_news.json"))
