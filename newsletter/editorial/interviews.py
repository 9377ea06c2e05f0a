"""Who answers in an interview: every answer is that person's statement, though none says so. Pure.

"Q&A with Ada Brown" prints a question in bold or plain, then what she answered, without marks and without her name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.editorial.sentences import BlockKind, Sentence

_PERSON = r"(?P<name>(?!Chief\b|Executive\b|The\b)[A-Z][\w’'-]+\s(?:[A-Z]\.\s)?[A-Z][\w’'-]+)"
_SPEAKS = (
    r"\b(?:Q\s?&(?:amp;)?\s?A|[Ii]nterview(?:ed|s)?|[Cc]onversation|[Qq]uestions|[Ss]poke|[Ss]peaks|[Ss]at down|[Ss]its down|"
    r"[Tt]alked)\s(?:with|for|to)\s"
)
_ROLE = r"(?:[\w&’'., -]{2,60}?\s)?(?:CEO|CFO|COO|CTO|[Oo]fficer|[Dd]irector|[Cc]hair\w*|[Pp]resident|[Ff]ounder|[Ee]xecutive),?\s"
_WITH = (
    re.compile(_SPEAKS + _PERSON + r"(?=,|$|\s(?:of|from|at|about|on)\b)"),
    re.compile(_SPEAKS + _ROLE + _PERSON),
)
_FEWEST = 2  # questions that make an interview
_LONGEST = 4  # sentences of a question
_WORDS = 60
_HEAD = 6  # sentences within which an interview says with whom it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """Who answers, the sentence that names them, and the blocks that hold answers."""

    name: str
    sentence: Sentence
    answers: frozenset[int]


def find_interview(title: str, sentences: Sequence[Sentence]) -> Interview | None:
    """Find who answers the questions of an article; None where it is no interview or names nobody."""
    blocks: dict[int, list[Sentence]] = {}
    for sentence in sentences:
        blocks.setdefault(sentence.block, []).append(sentence)
    asked = [number for number, block in blocks.items() if _asks(block)]
    if len(asked) < _FEWEST:
        return None
    head = [title, *(sentence.text for sentence in sentences[:_HEAD])]
    name = next((match["name"] for text in head for pattern in _WITH if (match := pattern.search(text))), "")
    place = next((sentence for sentence in sentences if name in sentence.text), None) if name else None
    if place is None:
        return None
    ends = [n for n, block in blocks.items() if n > asked[-1] and _ends(block)]
    answers = frozenset(n for n in blocks if asked[0] < n < min(ends, default=n + 1)) - frozenset(asked)
    return Interview(name=name, sentence=place, answers=answers)


def _asks(block: Sequence[Sentence]) -> bool:
    """Whether a block is one question, with a word or two before it."""
    words = sum(len(sentence.text.split()) for sentence in block)
    return block[-1].text.rstrip("\"”’'").endswith("?") and len(block) <= _LONGEST and words <= _WORDS


def _ends(block: Sequence[Sentence]) -> bool:
    """Whether a block is no answer any more: a heading, a disclaimer, where it was first printed."""
    return block[0].kind is not BlockKind.PARAGRAPH or block[0].text.startswith("The post ")
