"""The words of a sentence that say most at a glance: its figure, else its actor. Pure.

The rule, for whoever asks why these words are bold: the first amount with a unit ("$640 to $720 per kilogram",
"14 per cent") but the grade of a thing ("oxide, 99.5%,"); where there is none, the first other number that is no year
and no part of a name ("Section 232"); else the first day ("8 May"); else the first name beyond the first word, with
that one where it is a part of the name ("European Union"); else the words that it begins with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from newsletter.english.days import find_days
from newsletter.english.quantities import Quantity, find_quantities
from newsletter.english.stems import STOP

Span = tuple[int, int]  # of characters

_RANGE = re.compile(r"\s?(?:[-–—]|to|and)\s?")
_RATE = re.compile(
    r"(?:/|\s(?:per|an?)\s)(?:kilogram|kg|tonne|ton|lb|pound|ounce|year|month|week|day|barrel)\b|\spa\b"
)
_GRADE = re.compile(r"(?<=, )\d\d(?:\.\d+)?%(?=,)")  # what a thing is, not what happened to it
_CAPITALS = 0.6  # of the words, above which capitals say nothing
_FEW = 4  # words are no headline to judge by
YEARS = range(1900, 2101)
_NAMED = re.compile(
    r"(?:[A-Z][A-Za-z]+|No\.|week|phase|stage|day|hole) $"
)  # before a number that is a part of a name: "Section 232"
_NAME = re.compile(
    r"(?<=[\w,;:’'”)] )[A-Z][\w’'&.-]*(?: (?:of (?:the )?)?[A-Z][\w’'&-]*)*(?: \d{1,4}\b(?![.,]?\d))?"
)
_CALENDAR = frozenset(
    re.findall(
        r"\w+",
        "january february march april may june july august september october november december jan feb mar apr jun jul "
        "aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday",
    )
)
_OWNER = re.compile(r"[A-Z][\w-]+[’']s\b")
_OPENING = re.compile(r"\S+(?:\s\S+)?")


def find_amounts(text: str) -> tuple[Span, ...]:
    """Return where amounts stand: those with a unit where there are any, else other numbers but years."""
    quantities = [one for one in find_quantities(text) if not one.soft and any(map(str.isdigit, one.text))]
    grades = {grade.start() for grade in _GRADE.finditer(text)}
    amounts = [one for one in quantities if one.kind and not _is_date(one) and one.start not in grades]
    plain = [
        one
        for one in quantities
        if not one.kind
        and int(one.value) not in YEARS
        and one.value > 1
        and not _NAMED.search(text[: one.start])
    ]
    return tuple(_join(text, amounts or plain))


def names_actor(text: str) -> bool:
    """Whether a sentence names anybody or anything: beyond its first word, or as it begins ("China's …")."""
    return next(_find_names(text), None) is not None or _OWNER.match(text) is not None


def find_key(text: str) -> Span:
    """Return where the words stand that say most at a glance."""
    opening = _OPENING.search(text)
    return find_telling(text) or (opening.span() if opening else (0, len(text)))


def find_telling(text: str) -> Span | None:
    """Return the same of a sentence that has a figure, a day or a name beyond its first word; else None."""
    days = (day.span() for day in find_days(text))
    return next(chain(find_amounts(text), days, _find_names(text)), None)


def _is_date(quantity: Quantity) -> bool:
    return quantity.kind == "ordinal" or quantity.kind.startswith("date")


def _join(text: str, quantities: list[Quantity]) -> Iterator[Span]:
    """Give the spans, the ends of a range as one, each with what it is per."""
    start = end = -1
    for one in quantities:
        if end >= 0 and _RANGE.fullmatch(text[end : one.start]):
            end = one.end
            continue
        if end >= 0:
            yield start, _with_rate(text, end)
        start, end = one.start, one.end
    if end >= 0:
        yield start, _with_rate(text, end)


def _with_rate(text: str, end: int) -> int:
    rate = _RATE.match(text, end)
    return rate.end() if rate else len(text[:end].rstrip(".,;:"))


def _find_names(text: str) -> Iterator[Span]:
    """Give the names beyond the first word; a headline in capitals tells none."""
    words = re.findall(r"[^\W\d]\S{3,}", text)
    if len(words) > _FEW and sum(word[0].isupper() for word in words) > _CAPITALS * len(words):
        return
    for name in _NAME.finditer(text):
        parts = name[0].casefold().split()
        if len(name[0]) > 1 and not _CALENDAR.issuperset(part.strip(".") for part in parts):
            start = 0 if _opens_name(text[: name.start()]) else name.start()
            yield start, name.end()


def _opens_name(before: str) -> bool:
    """Whether all that stands before a name is its first word: "European" before "Union", not "The" before "Union"."""
    word = before.rstrip()
    return word.isalpha() and word[0].isupper() and word.casefold() not in STOP
