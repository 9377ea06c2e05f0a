"""The full name of somebody whom a sentence calls by surname. Pure."""

from __future__ import annotations

import re

from newsletter.english.rules import compile_pattern

_POST = compile_pattern(r"(?i:{post})")  # "Deputy Minister Ada Brown" is no minister
_NAMES = 2  # words of a name


def find_full_name(surname: str, source: str) -> str:
    """The first full name in ``source`` that ends in ``surname``."""
    match = re.search(
        rf"\b(?!The\b|Officer\b|In\b|On\b|At\b|But\b|And\b)(?:[A-Z][a-zé’']+[^\S\n]){{1,2}}(?:[A-Z]\.\s)?(?:de\s|van\s"
        rf"|von\s)?{re.escape(surname)}\b(?![’'\s]*[A-Z])",
        source,
    )
    words = match.group().split() if match else []
    return " ".join(words[1:] if len(words) > _NAMES and _POST.fullmatch(words[0]) else words)
