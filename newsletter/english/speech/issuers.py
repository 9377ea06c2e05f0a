"""Whose release an article is, where its own first sentences say so. Pure.

A wire or a site that prints releases is their publisher and not their author: what a release judges is its
company's view.
"""

from __future__ import annotations

from collections.abc import Sequence

from newsletter.english.datelines import strip_dateline
from newsletter.english.letters import compile_latin
from newsletter.english.rules import find, matches
from newsletter.english.sentences import Sentence
from newsletter.english.speech.speakers import FORM, Speaker

_SHORT = compile_latin(
    r"\((?:[Tt]he\s)?[“\"](?!Company\b|the\sCompany\b)(?P<short>[A-Z][\w&.’' -]{1,38})[”\"]"
)
_EARLY = 6  # sentences within which a release says whose it is
_PAID = "A sponsored article"


def find_issuer(sentences: Sequence[Sentence]) -> Speaker | None:
    """Find the company that speaks in a release, by the form of its first sentences; None where it is no release.

    The town of a dateline is none: "OSLO, Norway - Acme is pleased to …".
    """
    prose = [s for s in sentences if s.is_prose]
    for sentence in prose[:_EARLY]:
        body = strip_dateline(sentence.text)[0]
        if found := find("issuer", body) or find("issuer", sentence.text):
            match = found[1]
            short = _SHORT.search(match.string, match.end("name"))
            name = short["short"] if short and short["short"][:2] == match["name"][:2] else match["name"]
            return Speaker(name=FORM.sub("", name), sentence=sentence, strong=False)
    return None


def find_payer(title: str, publisher: str, sentences: Sequence[Sentence]) -> Speaker | None:
    """Find who speaks in a piece that was paid for: who paid where that is told; None where it is no such piece.

    ``silent`` is what tells that it was paid for, to the end of its paragraph.
    """
    for sentence in sentences:
        if found := find("paid", sentence.text):
            name = next(name for name in found[1].groups() if name)
            return _pays(FORM.sub("", name), sentence, sentences)
    for sentence in sentences:
        if matches("paid piece", sentence.text):
            return _pays(_PAID, sentence, sentences)
    if sentences and (matches("paid piece", title) or matches("paid piece", publisher)):
        return Speaker(name=_PAID, sentence=sentences[0], strong=False)
    return None


def _pays(name: str, told: Sentence, sentences: Sequence[Sentence]) -> Speaker:
    silent = frozenset(s.index for s in sentences if s.block == told.block and s.index >= told.index)
    return Speaker(name=name, sentence=told, strong=False, silent=silent)
