"""The words of a sentence that say most at a glance: its figure, else its day, else its actor. Pure.

The rule, for whoever asks why these words are bold: where a market closed ("last at 621,300 yuan"), else a price ("$640
to $720 per kilogram"), else the first amount with a unit ("14 per cent", "150 °C") or number of things ("45 working
days"). No attribute ("100%-owned", "64 kilometres north"), no year, no part of a name ("Section 232"). Where there is
no figure, the first day ("8 May"); else the first name of two words and more ("European Union"); else, where they lead
to a sentence, its last words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from newsletter.english.days import find_days
from newsletter.english.letters import compile_latin
from newsletter.english.quantities import Quantity, find_prices, find_quantities, read_rate
from newsletter.english.stems import STOP

Span = tuple[int, int]  # of characters

_RANGE = re.compile(r"\s?(?:[-–—]|to|and)\s?")
# A length with its grade ("72 m at 3.16% TREO"), money whose sign the figures follow at once ("Yn6,690"), and thousands
# parted by spaces ("2 400 kA/m").
_WHOLE = compile_latin(
    r"\b\d[\d.]* ?(?:m|[Mm]et(?:re|er)s?) (?:at|of|grading|@|averaging) \d[\d.]*%(?: TREO\b)?"
    r"|\b(?:Yn|RMB|Rs\.?|RM|[A-Z]{1,3}\$) ?\d[\d,]*(?:\.\d+)?(?:[-–]\d[\d,]*(?:\.\d+)?)?"
    r"(?: (?:[mb]illion|[bm]n|crore)\b)?"
    r"|\b\d[\d,.]* ?°C\b|\b\d\d[\d,.]* C\b"  # "3C electronics", "Article 5C" are no heat
    r"|(?<!\d )\b\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?: [A-Za-z]+(?:/[A-Za-z]+)?)?\b"
)
_REST_OF_UNIT = re.compile(r"(?:(?<=°)\s?[CFK]| (?:Celsius|Fahrenheit)| TREO)\b")
_UNIT = compile_latin(r"(?: ± \d+(?:\.\d+)?)?(?: ?[A-Za-zµΩ]+[/·][A-Za-z]+[²³]?)?")  # after a number
_THINGS = compile_latin(
    r"(?: of (?:(?:its|the|those|all) )?[\d,]+)? (?:(?!(?:of|in|to|by|as|and|or|on|at|for|per) )[a-z-]{2,} )?"
    r"(?!(?:was|is|has|as|times|this|says|versus|across|unless|plus|less)\b)[a-z]{3,}s\b"
)
CLOCK = re.compile(r"\b\d\d?(?::\d\d)?\s?[ap]\.?m\b|\b\d\d?:\d\d\b")  # of a day, no amount
_CLOSED = re.compile(r"\b(?:last at|(?:closed|settled|ended)(?: \w+)? at)\s[^\d\s]*\s?$")
_DESCRIBES = compile_latin(r"-[a-z]|\s(?:north|south|east|west|away|downhole)")
_ASIDE_KINDS = frozenset({"km", "mile", "minute", "second", "hour"})
_SAID = re.compile(r",[”’\"']? [^,;]{2,50} (?:said|says|told [\w ]{2,30})$")
_LAST_CHARS = 12  # of the last words, so that a thumb finds them
_CAPITALS = 0.6  # of the words, above which capitals say nothing
_FEW = 4  # words are no headline to judge by
YEARS = range(1900, 2101)
_NAMED = compile_latin(
    r"(?:[A-Z][A-Za-z]+|[Nn]os?\.|week|phase|stage|day|hole|section|article|paragraph|rule|part|annex"
    r"|chapter|page|clause|item|grade|type|number|under|block|line|unit|lot|zone|tier) (?:\d+/)?$|\d/$|\($"
)  # before a number that is a part of a name: "Section 232"
_NAME = compile_latin(
    r"(?<=[\w,;:’'”)] )[A-Z][\w’'&.-]*(?: of (?:the )?[A-Z]\w+ and [A-Z][\w-]*| (?:of (?:the )?)?[A-Z][\w’'&-]*)*"
    r"(?: \d{1,4}\b(?![.,]?\d))?"
)
_CALENDAR = frozenset(
    re.findall(
        r"\w+",
        "january february march april may june july august september october november december jan feb mar apr jun jul "
        "aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday",
    )
)
_OWNER = compile_latin(r"[A-Z][\w-]+[’']s\b")


def find_amounts(text: str) -> tuple[Span, ...]:
    """Return where amounts stand: those with a unit where there are any, else numbers of things but years."""
    whole = [found.span() for found in _WHOLE.finditer(text)]
    counted = [
        one for one in _find_quantities(text) if not any(a < one.end and one.start < b for a, b in whole)
    ]
    spans = [*((start, _with_rate(text, end)) for start, end in whole), *_join(text, counted)]
    return tuple(sorted(spans))


def _find_quantities(text: str) -> list[Quantity]:
    """Return the amounts with a unit; where there are none the other numbers, last what only describes."""
    quantities = [one for one in find_quantities(text) if not one.soft and any(map(str.isdigit, one.text))]
    amounts = [one for one in quantities if one.kind and not _is_date(one)]
    plain = [
        one
        for one in quantities
        if not one.kind
        and not (one.value.is_integer() and int(one.value) in YEARS)
        and one.value > 1
        and not text[one.end : one.end + 1].isupper()  # "3C"
        and not _NAMED.search(text[: one.start])
        and not any(clock.start() <= one.start < clock.end() for clock in CLOCK.finditer(text))
    ]
    return [one for one in amounts if not _describes(text, one)] or plain or amounts


def _describes(text: str, one: Quantity) -> bool:
    """Whether an amount is an attribute: "100%-owned", "64 kilometres north", "within 20 minutes"."""
    return one.kind in _ASIDE_KINDS or _DESCRIBES.match(text, one.end) is not None


def names_actor(text: str) -> bool:
    """Whether a sentence names anybody or anything: beyond its first word, or as it begins ("China's …")."""
    return next(_find_names(text), None) is not None or _OWNER.match(text) is not None


def find_telling(text: str) -> Span | None:
    """Return where the words stand that say most at a glance; None where none says more than the others."""
    told = [span for span in find_amounts(text) if not _DESCRIBES.match(text, span[1])]
    amounts = sorted(told, key=lambda span: _weigh(text, span))  # else as they come
    days = (day.span() for day in find_days(text) if not text[: day.start()].endswith("dated "))
    actors = (span for span in _find_names(text) if " " in text[span[0] : span[1]])
    return next(chain(amounts, days, actors), None)


def find_last_words(text: str) -> Span:
    """Return where the last words of a sentence stand, without what ends it and who says it: enough for a thumb."""
    end = len(_SAID.sub("", text.rstrip(" .”\"’'!?;:,")))
    start = text.rfind(" ", 0, max(0, end - _LAST_CHARS)) + 1
    return start, end or len(text)


def _weigh(text: str, span: Span) -> int:
    """Return 0 for a market's close, 1 for a price, 2 for all else."""
    start, end = span
    if _CLOSED.search(text[:start]):
        return 0
    return 1 if find_prices(text[start:end]) else 2


def _is_date(quantity: Quantity) -> bool:
    return quantity.kind == "ordinal" or quantity.kind.startswith("date")


def _join(text: str, quantities: list[Quantity]) -> list[Span]:
    """Give the spans, the ends of a range as one, each with what it is per or counts."""
    joined: list[Span] = []
    for one in quantities:
        start, end = joined[-1] if joined else (one.start, -1)
        if one.start < end or (joined and _RANGE.fullmatch(text[end : one.start])):
            joined[-1] = start, max(end, _end(text, one))
        else:
            joined.append((one.start, _end(text, one)))
    return [(start, _with_rate(text, end)) for start, end in joined]


def _end(text: str, one: Quantity) -> int:
    """Return where an amount ends: with the rest of its unit, or with the things that it counts."""
    more = _REST_OF_UNIT.match(text, one.end) if one.kind else _THINGS.match(text, one.end)
    more = more or (None if one.kind else _UNIT.match(text, one.end))
    return more.end() if more else one.end


def _with_rate(text: str, end: int) -> int:
    rate = read_rate(text, end)
    return rate.end if rate else len(text[:end].rstrip(".,;:"))


def is_capitalized(text: str) -> bool:
    """Whether a headline has capitals throughout, so that they tell no names."""
    words = re.findall(r"[^\W\d]\S{3,}", text)
    return len(words) > _FEW and sum(word[0].isupper() for word in words) > _CAPITALS * len(words)


def _find_names(text: str) -> Iterator[Span]:
    """Give the names beyond the first word; a headline in capitals tells none."""
    if is_capitalized(text):
        return
    for name in _NAME.finditer(text):
        parts = name[0].casefold().split()
        bare = {part.strip(".,") for part in parts}
        if len(name[0]) > 1 and any(part not in _CALENDAR and not part.isdigit() for part in bare):
            start = 0 if _opens_name(text[: name.start()]) else name.start()
            yield start, start + len(text[start : name.end()].rstrip("’'"))


def _opens_name(before: str) -> bool:
    """Whether all that stands before a name is its first word: "European" before "Union", not "The" before "Union"."""
    word = before.rstrip()
    return word.isalpha() and word[0].isupper() and word.casefold() not in STOP
