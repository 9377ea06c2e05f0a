"""The writer's own judgement: a tail ("—an explicit move toward …"), or a whole sentence. Pure."""

from __future__ import annotations

import re

from newsletter.english.rules import PATTERNS, matches
from newsletter.english.sentences import Sentence

_OPENS_TAIL = re.compile(r",|\s?[—–]|\s-")


def find_judgement(sentence: str) -> re.Match[str] | None:
    """Find a tail that gives the writer's judgement of what went before ("—an explicit move toward …").

    Group ``cut`` is what to delete.
    """
    starts = (mark.start() for mark in _OPENS_TAIL.finditer(sentence))
    return next((tail for start in starts if (tail := PATTERNS["judging tail"].match(sentence, start))), None)


def says_why(sentence: Sentence) -> bool:
    """Whether it stands under a heading such as "Why this matters"."""
    return matches("view heading", sentence.heading)


def is_judgement(sentence: Sentence) -> bool:
    """Whether the whole sentence is the writer's own judgement rather than news."""
    text = sentence.text
    return matches("judgement opens", text) or matches("judging words", text) or says_why(sentence)
