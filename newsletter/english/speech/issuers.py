"""Whose release an article is, where its own first sentences say so. Pure.

A wire or a site that prints releases is their publisher and not their author: what a release judges is its
company's view.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.english.datelines import strip_dateline
from newsletter.english.rules import find, matches, scan
from newsletter.english.sentences import Sentence
from newsletter.english.speech.speakers import FORM, Speaker

_SHORT = re.compile(r"\((?:[Tt]he\s)?[“\"](?!Company\b|the\sCompany\b)(?P<short>[A-Z][\w&.’' -]{1,38})[”\"]")
_EARLY = 6  # sentences within which a release says whose it is
_PAID = "A sponsored article"


def find_issuer(sentences: Sequence[Sentence]) -> Speaker | None:
    """Find the company that speaks in a release, by the form of its first sentences; None where it is no release.

    The town of a dateline is none: "OSLO, Norway - Acme is pleased to …".
    """
    prose = [s for s in sentences if s.is_prose]
    for sentence in prose[:_EARLY]:
        body = strip_dateline(sentence.text)[0]
        behind = [
            m for _, m in scan("issuer", sentence.text) if m.start("name") >= len(sentence.text) - len(body)
        ]
        if match := next((m for _, m in scan("issuer", body)), None) or next(iter(behind), None):
            short = _SHORT.search(match.string, match.end("name"))
            name = short["short"] if short and short["short"][:2] == match["name"][:2] else match["name"]
            return Speaker(name=FORM.sub("", name), sentence=sentence, strong=False)
    return None


def find_payer(title: str, publisher: str, sentences: Sequence[Sentence]) -> Speaker | None:
    """Find who speaks in a piece that was paid for: who paid where that is told; None where it is no such piece.

    ``silent`` are the sentences that tell that it was paid for.
    """
    for sentence in sentences:
        if match := next((m for _, m in scan("paid", sentence.text)), None):
            name = next(name for name in match.groups() if name)
            return _pays(FORM.sub("", name), sentence, sentences)
    lines = [s for s in sentences if matches("paid piece", s.text)]
    if sentences and (lines or matches("paid piece", title) or matches("paid piece", publisher)):
        return _pays(_PAID, [*lines, sentences[0]][0], sentences)
    return None


def _pays(name: str, told: Sentence, sentences: Sequence[Sentence]) -> Speaker:
    small_print = {s.index for s in sentences if s.block == told.block and s.index >= told.index}
    silent = frozenset(small_print if matches("paid piece", told.text) or find("paid", told.text) else ())
    return Speaker(name=name, sentence=told, strong=False, silent=silent)
