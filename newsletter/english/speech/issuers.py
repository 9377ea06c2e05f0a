"""Whose release an article is, where its own first sentences say so. Pure.

A wire or a site that prints releases is their publisher and not their author: what a release judges is its company's view.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.english.sentences import Sentence
from newsletter.english.speech.speakers import Speaker

_WORD = r"(?:[A-Z][\w&’'-]*|[A-Z]\.(?:[A-Z]\.)*)"
_NAME = rf"(?P<name>{_WORD}(?:\s(?:of\s|and\s|&\s)?{_WORD}){{0,6}})(?P<form>,?\s(?:Inc|Corp|Ltd|Co|LLC|PLC|plc|Limited|Corporation|S\.A|N\.V|AG)\b)?\.?"
_ASIDE = r"(?:\s?\([^()]{2,120}\)){0,4}"
_WIRE = r"\b(?:NEWS ?WIRE|Newswire|NewsWire|MediaWire|Newsfile|ACCESSWIRE|NEWMEDIAWIRE|Business Wire|BUSINESS WIRE|PRNewswire|PRNEWSWIRE)\b[^.]{0,70}?[-–—/]\s"
_ANNOUNCES = r"(?:today announced|announced today|announces? today|announced|announces|is (?:today )?pleased to|reports|reported today|today reported|applauds|praises|welcomes)\b"
_PATTERNS = (
    # (“Acme” or the “Company”): only a release calls its company so.
    re.compile(
        rf"(?:^|[-–—]\s){_NAME}(?=(?:\s?\([^()]{{2,120}}\)){{0,3}}\s?\([^()]*\b[Tt]he\s[“\"]Company[”\"]|(?:\s?\([^()]{{2,120}}\)){{0,3}}\s?\([^()]*[“\"]the\sCompany[”\"])"
    ),
    re.compile(rf"{_WIRE}{_NAME}{_ASIDE}(?:,[^;]{{2,320}}?,)?\s{_ANNOUNCES}"),
    re.compile(rf"(?:^|[-–—]\s){_NAME}{_ASIDE}(?:,[^;]{{2,320}}?,)?\sis (?:today )?pleased to\b"),
)
_SHORT = re.compile(r"\((?:[Tt]he\s)?[“\"](?!Company\b|the\sCompany\b)(?P<short>[A-Z][\w&.’' -]{1,38})[”\"]")
_EARLY = 6  # sentences within which a release says whose it is


def find_issuer(sentences: Sequence[Sentence]) -> Speaker | None:
    """Find the company that speaks in a release, by the form of its first sentences; None where it is no release."""
    prose = [s for s in sentences if s.is_prose]
    for sentence in prose[:_EARLY]:
        for pattern in _PATTERNS:
            if match := pattern.search(sentence.text):
                short = _SHORT.search(sentence.text, match.end("name"))
                name = short["short"] if short and short["short"][:2] == match["name"][:2] else match["name"]
                name = re.sub(r",?\s(?:Inc|Corp|Ltd|Co|LLC|PLC|plc|Limited|Corporation|AG)\.?$", "", name)
                return Speaker(name=name, sentence=sentence, strong=False)
    return None
