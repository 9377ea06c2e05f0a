"""Talks of questions and answers: whom a headline says that one talks with, and who asks. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.english.rules import PATTERNS


def find_talks(text: str) -> Iterator[str]:
    """Whom a headline, or what stands above the questions, says it is a talk with: "Q&A with Ada Brown"."""
    return (found["name"] for found in PATTERNS["talk in a headline"].finditer(text))


# What stands before "spoke to Bo Lund" where Bo Lund asks: "She spoke to Bo Lund".
_IS_ASKED = re.compile(r"\b(?:[Ss]he|[Hh]e|[Tt]hey|who) $")
_WHO = r"[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+){1,3}"
_ASKS = (
    re.compile(
        r"\b(?:speaks?|spoke|talk(?:s|ed)|sat down|chat(?:s|ted)?)\s(?:to|with)\s"
        rf"(?:[\w ,’'&-]{{0,60}}?\s)??(?P<name>{_WHO})"
    ),
    re.compile(
        r"\b(?i:words|text|interview(?:ed)?|questions|asked|put)\s(?:[\w ]{0,30}?\s)??by:?\s"
        rf"(?:[a-z][\w ,-]{{0,40}}?\s)??(?P<name>{_WHO})"
    ),
    re.compile(
        rf"(?P<name>{_WHO})\s(?:asked|interviewed|met|visited)\s(?:her|him|them|the questions)\b"
        rf"|\b(?:[Rr]eporter|[Ee]ditor|[Cc]orrespondent|[Cc]ontributor),?\s"
        rf"(?P<other>{_WHO})\b(?!\s(?:answers|explains|talks))"
    ),
)


def find_asking(text: str, publisher: str) -> set[str]:
    """The names of whoever asks the questions, as far as ``text`` says so: "She spoke to Bo Lund, our editor"."""
    talked, *others = (list(pattern.finditer(text)) for pattern in _ASKS)
    said = [match for match in talked if _IS_ASKED.search(text[: match.start()])]
    own = re.finditer(
        rf"{re.escape(publisher.removeprefix('The '))}[’']s\s(?:[a-z]+\s)?(?P<name>{_WHO})", text
    )
    found = [match.groupdict() for match in (*said, *own, *(one for other in others for one in other))]
    return {name for groups in found for name in groups.values() if name}
