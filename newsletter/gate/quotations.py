"""Words in quotation marks that are not verbatim in the source. Pure."""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re

from newsletter.english.polarity import NEGATION
from newsletter.gate.pieces import Source, plain_words

_QUOTED = re.compile(r"“([^“”]{3,})”|\"([^\"]{3,})\"|``\s?(.+?)\s?''")


def check_quotations(text: str, source: Source) -> list[str]:
    """Give the quoted words that the source does not have in this order."""
    reasons = []
    for match in _QUOTED.finditer(text):
        words = next(group for group in match.groups() if group)
        parts = [part for part in re.split(r"…|\.\.\.|\[[^\]]*\]", words) if len(plain_words(part)) > 2]
        if any(
            f" {plain_words(part)} " not in source.plain and not _has_one_gap(plain_words(part), source.plain)
            for part in parts
        ):
            reasons.append(f"“{words.strip()}” stands in quotation marks but is not verbatim in the source")
    return reasons


def _has_one_gap(quoted: str, plain: str) -> bool:
    """Whether a longer quotation is verbatim but for one clause left out, which holds no negation."""
    words = quoted.split()
    if len(words) < 8:
        return False
    for size in range(len(words) - 1, 0, -1):
        head = f" {' '.join(words[:size])} "
        at = plain.find(head)
        if at < 0:
            continue
        tail = f" {' '.join(words[size:])} "
        end = plain.find(tail, at + len(head) - 1)
        gap = plain[at + len(head) : end] if end >= 0 else ""
        return end >= 0 and len(gap.split()) <= 14 and not NEGATION.search(gap)
    return False
