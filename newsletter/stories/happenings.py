"""What an article tells that its form shows, whatever its words: prices quoted, a market that moved, a study. Pure.

A section may count votes for each, beside those of words and publishers (``votes`` in lexicon.toml).
"""

from __future__ import annotations

import re

from newsletter.english.quantities import find_prices
from newsletter.model import Article

QUOTES = "price quotes"
MOVE = "market move"
STUDY = "study told"
HAPPENINGS = frozenset({QUOTES, MOVE, STUDY})
_MASS = frozenset({"kg", "tonne", "ton", "lb"})
_QUOTED = 3  # rates of a price report; a company tells its own price and its cost
_LEVEL = re.compile(
    r"\b(?:prices?|premiums?|discounts?|rates?|index|payables|exports?|imports?|shipments|inventories|demand"
    r"|spot|futures|squeeze|shortage|glut|deficit|surplus)\b",
    re.IGNORECASE,
)
_MOVED = re.compile(
    r"\b(?:ris|ros|fall|fell|climb|jump|surg|soar|drop|declin|slump|plung|dip|gain|grow|grew|shrink|shrank|halv|doubl"
    r"|tripl|narrow|widen|edg|eas|slip|slid|sink|sank|firm|steady|stabili[sz]|tumbl|rebound|soften|diverg|hit|spik"
    r"|rall|last|slow|whipsaw|swing|swung|weaken|strengthen|recover|retreat|top)(?:e|e?s|p?ed|p?ing|y|ies|en|er)?\b",
    re.IGNORECASE,
)
_SCIENCE = re.compile(
    r"\b(?:researchers?|scientists?|chemists?|physicists?|universit(?:y|ies)|institute|laborator(?:y|ies)|prototype"
    r"|professor|doctoral|postdoc\w*|stud(?:y|ies)|journal|doi|et al|co-workers|authors?|peer[- ]review\w*|experiments?"
    r"|(?:research )?group at|team (?:led|at|from)|issue of [A-Z]|in this issue)\b",
    re.IGNORECASE,
)
_STUDIED = 4  # signs of a study: fewer are its background
_ET_AL = "et al"  # is sign enough: only those who tell of a study name its authors like that


def find_happenings(article: Article) -> frozenset[str]:
    """Return which of ``HAPPENINGS`` an article tells."""
    signs = {found[0].lower() for found in _SCIENCE.finditer(article.text)}
    told = {
        QUOTES: len({one.text for one, rate in find_prices(article.text) if rate.per in _MASS}) >= _QUOTED,
        MOVE: _moves(article.title),
        STUDY: len(signs) >= _STUDIED or _ET_AL in signs,
    }
    return frozenset(name for name, is_told in told.items() if is_told)


def _moves(title: str) -> bool:
    """Whether a title says that a price or a flow of trade went somewhere."""
    return bool(_LEVEL.search(title) and _MOVED.search(title))
