"""What a headline tells otherwise than a sentence: the share by which something rose or fell. Pure."""

from __future__ import annotations

import re

from newsletter.english.stems import content_roots


def contradicts(text: str, title: str) -> bool:
    """Whether ``text`` gives another share than ``title`` for what rose or fell there: "374% Revenue Growth"."""
    shares = _SHARE.findall(title)
    found = _SHARE.findall(text)
    if (
        len(shares) != 1
        or not found
        or shares[0] in found
        or not (_CHANGE.search(title) and _CHANGE.search(text))
    ):
        return False
    place = _SHARE.search(title)
    near = _APART.split(title[place.end() :])[0] if place else ""
    measures = frozenset(content_roots(near)) - _CHANGES
    return bool(measures & frozenset(content_roots(text)))


_SHARE = re.compile(r"\b(\d[\d,.]*)\s?(?:%|per ?cent\b)")
_CHANGE = re.compile(
    r"\b(?:increase[sd]?|growth|grew|rise[sn]?|rose|up|jump(?:s|ed)?|surge[sd]?|decline[sd]?|fell|falls?|drop(?:s"
    r"|ped)?|down|decrease[sd]?|higher|lower)\b",
    re.IGNORECASE,
)
# Where what a share is of ends: "Profit falls 11% on weak sales" gives none of sales.
_APART = re.compile(
    r"[,;:–—]|\b(?:on|in|at|by|for|as|from|to|after|with|amid|despite|and|but|while|when)\b", re.IGNORECASE
)
_CHANGES = frozenset(content_roots("increase growth rise year month quarter week up down decline drop"))
