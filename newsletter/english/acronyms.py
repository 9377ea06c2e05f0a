"""Acronyms of an article's own making: "its strategic metals complex (SMC)". Pure.

Where the words are shown and the acronym was cut from them as an aside, the aside is put back: it is the source's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from newsletter.english.rules import compile_pattern, read_class
from newsletter.english.stems import STOP

_ACRONYM = re.compile(r"\b(?P<name>[A-Z]{3,6})s?\b(?!\s*\)|[-–]\d)")
_QUOTED = re.compile(r"[“”\"‘’']")
_INSIDE = re.compile(r"\(([^()]*)")
_TICKER = compile_pattern(r"\b{exchange}[\w .-]{0,12}:\s?([A-Z]{3,6})\b")
_LEGAL = frozenset((*read_class("legal_form"), "Company", "Group"))


def find_acronyms(text: str) -> tuple[str, ...]:
    """Find the acronyms in ``text`` that a reader may not know, each once, without a plural's s."""
    known = read_class("acronym")
    found = (match["name"] for match in _ACRONYM.finditer(text))
    return tuple(dict.fromkeys(name for name in found if name not in known))


def is_explained(name: str, text: str) -> bool:
    """Whether ``text`` itself puts words before ``name`` in parentheses."""
    return re.search(rf"\([^()]{{0,24}}?[“\"‘']?{name}s?\b", text) is not None


def names_ticker(text: str, article: str, title: str) -> bool:
    """Whether ``text`` calls a company by a ticker that ``article`` has only beside its exchange: "(NYSE: ACM)"."""
    return any(name not in title and name in _find_tickers(article) for name in find_acronyms(text))


@lru_cache(maxsize=64)
def _find_tickers(article: str) -> frozenset[str]:
    return frozenset(name for inside in _INSIDE.findall(article) for name in _TICKER.findall(inside))


def explain_within(text: str, source: str, *, told: str = "", later: str = "") -> str:
    """Put back into ``text`` the acronyms that were cut from ``source``, where ``later`` goes on with them.

    ``told`` is what is read before ``text``, ``later`` what comes after it; acronyms within ``text`` count as well.
    """
    for name in find_acronyms(f"{text} {later}"):
        if is_explained(name, f"{told} {text}"):
            continue
        match = re.search(rf"\s?(?P<aside>\({_quote(name)}\))", source)
        if match is None:
            continue
        words = source[: match.start()].split()
        known = _has_initials(name, _split_words(words))
        if not (_QUOTED.search(match["aside"]) or known):
            continue  # "Atlanta (CNN)": a dateline
        for size in range(min(4, len(words)), 0, -1):
            place = re.search(rf"\b{re.escape(' '.join(words[-size:]))}(?!\w)", text, re.IGNORECASE)
            if place:
                text = f"{text[: place.end()]} {match['aside']}{text[place.end() :]}"
                break
    return text


def _quote(name: str) -> str:
    """The pattern of ``name`` as an article defines it: SMC, the “LA SMC”."""
    return rf"(?:(?:the|or)\s)?[“\"‘']?(?:[A-Z]{{2,6}}\s)?{name}s?[”\"’']?"


def _split_words(words: Sequence[str]) -> list[str]:
    """Words with weight, a hyphened one as its parts."""
    parts = [part for word in words for part in re.split(r"[-/]", word.strip(".,’'"))]
    return [part for part in parts if part and part.lower() not in STOP]


def _has_initials(name: str, words: Sequence[str]) -> bool:
    return "".join(word[0] for word in words[-len(name) :]).lower() == name.lower()
