"""Sentences about the text and not about its subject: who spoke to whom, who did not reply, who attended. Pure."""

from __future__ import annotations

import re

from newsletter.english.blocks import BlockKind
from newsletter.english.rules import find

_LONGEST = 60  # words
# "… to discuss the sale of its 90% stake for up to $63 million": what is discussed is told here, if nowhere else.
_DISCUSSED = re.compile(
    r"\b(?:to\s(?:discuss|talk\sabout|share|outline|explain)|discuss(?:es|ed)|talks?\sabout)\s(?P<content>(?:the"
    r"|its|their|his|her|an?|plans|how|why)\s.*?)(?=\swith\s[A-Z][\w’'.-]+(?:\s[A-Z][\w’'.-]+){0,4}\.?$|[.]?$)"
)
_TELLS = re.compile(r"[$€£¥]\s?\d|\d\s?%|\b\d[\d,.]*\s(?:million|billion|[a-z]{4,})")


def find_aside(sentence: str) -> BlockKind | None:
    """What a sentence is that is about the text and not about its subject; None for any other."""
    found = find("aside", sentence) if len(sentence.split()) <= _LONGEST else None
    return BlockKind(found[0].kind) if found else None


def find_discussed(sentence: str) -> tuple[int, int] | None:
    """The span of what is discussed within a set-up, where it states a figure."""
    match = _DISCUSSED.search(sentence)
    return match.span("content") if match and _TELLS.search(match["content"]) else None
