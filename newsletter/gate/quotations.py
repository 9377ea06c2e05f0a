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
        said = [plain_words(part) for part in parts]
        if any(
            f" {one} " not in source.plain and not _has_one_gap(one.split(), source.plain) for one in said
        ):
            reasons.append(f"“{words.strip()}” stands in quotation marks but is not verbatim in the source")
    return reasons


def _has_one_gap(words: list[str], plain: str) -> bool:
    """Whether a longer quotation is verbatim but for one clause left out, which holds no negation."""
    cuts = range(1, len(words)) if len(words) >= 8 else ()
    halves = ((" ".join(words[:cut]), " ".join(words[cut:])) for cut in cuts)
    gaps = (
        re.search(rf" {re.escape(head)} ((?:\w+ ){{1,14}}?){re.escape(tail)} ", plain)
        for head, tail in halves
    )
    return any(gap is not None and not NEGATION.search(gap[1]) for gap in gaps)
