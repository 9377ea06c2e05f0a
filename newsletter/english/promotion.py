"""Which sentences praise what they are about, or set a scene, and hold nothing that can be checked. Pure.

Companies, and writers whom they pay, mix what happened ("was awarded $4 million") with what it is worth ("is central
to Western resilience", "highlights why", "is stepping in", "enters at a pivotal time"). The signs are words of
evaluation in the main clause; an amount, a share, a full date or a thing that happened to a named party makes it a
fact, whatever else it says. No company, subject or site is named here.
"""

from __future__ import annotations

import re
from functools import lru_cache

from newsletter.english.rules import matches, scan

_NAME = re.compile(r"[^\s“\"(.]\s[“\"(]?[A-Z]|^[“\"(]?[A-Za-z]+[A-Z]|^\w+[’']s?\s")
_SUBCLAUSE = re.compile(r",? (?:which|that|who|whose|where) [^,;.—]*$")


@lru_cache(maxsize=64)
def is_commercial(article: str) -> bool:
    """Whether an article speaks for a company: it bears a ticker, a disclosure, or the small print of a release."""
    return matches("commercial", article)


def has_checkable_fact(text: str) -> bool:
    """Whether ``text`` states an amount, a date, or a thing that was done once."""
    return matches("fact", text) or matches("deed noun", text)


def is_promotion(text: str) -> bool:
    """Whether ``text`` praises what it is about in its main clause and holds nothing that can be checked."""
    return praises(text) and not matches("fact", text)


def praises(text: str) -> bool:
    """Whether the main clause of ``text`` says how good something is, or how important a named thing is."""
    if matches("findings", text):
        return False
    heads = [text[: match.start()] for _, match in scan("praise", text)]
    heads += [head for _, match in scan("matters", text) if _NAME.search(head := text[: match.start()])]
    return any(not _SUBCLAUSE.search(head.lower()) for head in heads)


def sets_scene(text: str) -> bool:
    """Whether ``text`` tells of the state of the world, of what things are for, or that they matter, and no event."""
    return matches("scene", text) and not has_checkable_fact(text)
