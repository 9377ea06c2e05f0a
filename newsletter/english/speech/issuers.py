"""Whose release an article is, where its own first sentences say so. Pure.

A wire or a site that prints releases is their publisher and not their author: what a release judges is its
company's view.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.english.rules import compile_pattern, find
from newsletter.english.sentences import Sentence
from newsletter.english.speech.speakers import Speaker

_FORM = compile_pattern(r",?\s{legal_form}\.?$")
_SHORT = re.compile(r"\((?:[Tt]he\s)?[“\"](?!Company\b|the\sCompany\b)(?P<short>[A-Z][\w&.’' -]{1,38})[”\"]")
_EARLY = 6  # sentences within which a release says whose it is


def find_issuer(sentences: Sequence[Sentence]) -> Speaker | None:
    """Find the company that speaks in a release, by the form of its first sentences; None where it is no release."""
    prose = [s for s in sentences if s.is_prose]
    for sentence in prose[:_EARLY]:
        if found := find("issuer", sentence.text):
            match = found[1]
            short = _SHORT.search(sentence.text, match.end("name"))
            name = short["short"] if short and short["short"][:2] == match["name"][:2] else match["name"]
            return Speaker(name=_FORM.sub("", name), sentence=sentence, strong=False)
    return None
