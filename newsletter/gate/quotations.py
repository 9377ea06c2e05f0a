"""Words in quotation marks that are not verbatim in the source. Pure."""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re

from newsletter.gate.pieces import Source, plain_words

_QUOTED = re.compile(r"“([^“”]{3,})”|\"([^\"]{3,})\"|``\s?(.+?)\s?''")


def check_quotations(text: str, source: Source) -> list[str]:
    """Give the quoted words that the source does not have in this order."""
    reasons = []
    for match in _QUOTED.finditer(text):
        words = next(group for group in match.groups() if group)
        parts = [part for part in re.split(r"…|\.\.\.|\[[^\]]*\]", words) if len(plain_words(part)) > 2]
        said = [plain_words(part) for part in parts]
        if any(f" {one} " not in source.plain for one in said):
            reasons.append(f"“{words.strip()}” stands in quotation marks but is not verbatim in the source")
    return reasons
