"""Acronyms of an article's own making: "its strategic metals complex (SMC)". Pure.

Where the words are shown and the acronym was cut from them as an aside, the aside is put back: it is the source's own.
"""

from __future__ import annotations

import re

from newsletter.english.letters import compile_latin
from newsletter.english.rules import compile_pattern, read_class, remembered

_ACRONYM = compile_latin(r"\b(?P<name>[A-Z]{3,6})s?\b(?!\s*\)|[-–]\d)")

_INSIDE = re.compile(r"\(([^()]*)")
_TICKER = compile_pattern(r"\b{exchange}[\w .-]{0,12}:\s?([A-Z]{3,6})\b")


def find_acronyms(text: str) -> tuple[str, ...]:
    """Find the acronyms in ``text`` that a reader may not know, each once, without a plural's s."""
    known = read_class("acronym")
    found = (match["name"] for match in _ACRONYM.finditer(text))
    return tuple(dict.fromkeys(name for name in found if name not in known))


def names_ticker(text: str, article: str, title: str) -> bool:
    """Whether ``text`` calls a company by a ticker that ``article`` has only beside its exchange: "(NYSE: ACM)"."""
    return any(name not in title and name in _find_tickers(article) for name in find_acronyms(text))


@remembered(64)
def _find_tickers(article: str) -> frozenset[str]:
    return frozenset(name for inside in _INSIDE.findall(article) for name in _TICKER.findall(inside))
