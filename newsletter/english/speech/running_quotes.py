"""Which sentences stand inside a quotation that runs over several. Pure.

“We opened the mill. It runs. It is the largest in the region,” said Ada Brown: the second sentence bears no mark and no
name, and told alone it would be nobody's or the article's own. A quotation ends with its mark or with its paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.english.rules import compile_pattern
from newsletter.english.sentences import Sentence

# Not the marks of tokenized text, which tell no side.
_MARKS = re.compile(r"(?P<opens>“|(?<![^ (—–\[-])\"(?!\s))|”|(?<!\s)\"")
_QUOTATION = re.compile(r"[“\"][^“”\"]+[”\"](?P<rest>[^“”\"]*)$")
_HE_SAYS = compile_pattern(r"\s?(?:(?:he|she|it|they)\s\w+|{said_it}\s(?:he|she|it|they)\b)")


def find_quoted(sentences: Sequence[Sentence]) -> frozenset[int]:
    """Find, by index, the sentences that begin inside a quotation."""
    found: list[int] = []
    inside: list[int] = []
    is_open, block = False, -1
    for sentence in sentences:
        if sentence.block != block:
            found += inside
            is_open, block, inside = False, sentence.block, []
        if is_open:
            inside.append(sentence.index)
        for mark in _MARKS.finditer(sentence.text):
            is_open = mark["opens"] is not None
            found += () if is_open else inside  # what was open before another opens lost its mark
            inside = []
    return frozenset((*found, *inside))


def lacks_speaker(text: str) -> bool:
    """Whether ``text`` begins with a quotation, and behind it stands nobody, or only who points back: "he said"."""
    match = _QUOTATION.match(text)
    return match is not None and (not match["rest"].strip(" .,") or _HE_SAYS.match(match["rest"]) is not None)
