"""The words that say how sure, how much and whose statement it is: hedges, bounds, attribution. Pure.

Each class is a set of phrases that can stand for each other ("claims" for "states", "around" for
"about"); losing every member of a class changes what a sentence says.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from newsletter.english.letters import compile_latin
from newsletter.english.rules import remembered, scan


class HedgeKind(StrEnum):
    """What is lost when such a word is lost; the value completes "the source says it as …"."""

    ATTRIBUTION = "someone's statement"
    REPORTED = "hearsay"
    LIKELY = "likely, not certain"
    POSSIBLE = "possible, not certain"
    PLAN = "a plan or an expectation"
    FUTURE = "still to come"
    NON_BINDING = "not binding"
    CONDITION = "subject to a condition"
    STAGE = "a trial or an early stage"
    PARTLY = "true in part"
    ABOUT = "an approximate figure"
    UPPER = "an upper limit"
    LOWER = "a lower limit"


_NAMES = compile_latin(r"M[Aa][Yy]\b|Will\s[A-Z]")  # the month, a person


@dataclass(frozen=True, slots=True, kw_only=True)
class Hedge:
    """One such word or phrase and where it stands."""

    kind: HedgeKind
    text: str
    start: int
    end: int


@remembered(4096)
def find_hedges(text: str) -> tuple[Hedge, ...]:
    """Find every hedge in ``text``, in order; of two in one place the one whose rule comes first."""
    kept: list[Hedge] = []
    found = sorted(
        scan("hedge", text), key=lambda pair: pair[1].start()
    )  # rules of one place stay in their order
    for rule, match in found:
        start, end = match.span()
        if not _NAMES.match(text, start) and (not kept or start >= kept[-1].end):
            kept.append(Hedge(kind=HedgeKind[rule.kind.upper()], text=text[start:end], start=start, end=end))
    return tuple(kept)


def stands_in(kind: HedgeKind, text: str) -> bool:
    """Whether words that are no hedges themselves keep one of ``kind`` in ``text``: "at risk of", "is to"."""
    return any(rule.kind == kind.name.lower() for rule, _ in scan("stand-in", text))
