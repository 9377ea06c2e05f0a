"""Sentences about the text and not about its subject: who spoke to whom, who did not reply, who attended. Pure."""

from __future__ import annotations

from newsletter.english.blocks import BlockKind
from newsletter.english.rules import find

_LONGEST = 60  # words


def find_aside(sentence: str) -> BlockKind | None:
    """What a sentence is that is about the text and not about its subject; None for any other."""
    found = find("aside", sentence) if len(sentence.split()) <= _LONGEST else None
    return BlockKind(found[0].kind) if found else None
