"""Other ways of writing a figure: "a tenth" is 10%, "two years" are 24 months, "12m" may be metres. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from newsletter.english.quantities import SIZES, Quantity, find_quantities
from newsletter.english.stems import lower_letters

_PARTS = {
    "half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10, "twentieth": 20,
}  # fmt: skip
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4}
# A share, and neither an ordinal nor a period: "its third mine", "the second half", "in the fourth quarter".
_PART = re.compile(
    rf"(?<!and )\b(?P<count>{'|'.join(_COUNTS)})[\s-](?P<part>{'|'.join(_PARTS)})s?(?!\sof\s20\d\d)"
    r"(?=[,.;:)]|$|\s(?:of|more|less|fewer|higher|lower|to|from|in|by|as|over|since|on|at|this|last|after"
    r"|than|and|or|but"
    r"|while|when|against|compared|its|their)\b)"
    r"|(?<!first )(?<!second )(?<!last )(?<!next )(?<!this )(?<!a )\bhalf(?=\s(?:of|its|the|their|his|as|that)\b)"
    r"|(?<=\bby )half\b"
)
_TIMES = {
    **dict.fromkeys(("double", "doubled", "doubles"), 100),
    **dict.fromkeys(("triple", "tripled"), 200),
    **dict.fromkeys(("halved", "halves"), 50),
}
_TIME = re.compile(rf"\b(?:{'|'.join(_TIMES)}|fortnight)\b")
_AND_HALF = re.compile(rf"[\s-]and[\s-]a[\s-]half(?:[\s-](?P<size>{'|'.join(SIZES)})?)?")
_METRES = re.compile(r"[\d.,]+\s?m")
_SPANS: dict[str, dict[str, float]] = {  # how many of another unit one of it is
    "year": {"month": 12, "week": 52, "decade": 0.1},
    "month": {"year": 1 / 12},
    "week": {"day": 7, "year": 1 / 52},
    "day": {"week": 1 / 7, "hour": 24},
    "hour": {"day": 1 / 24, "minute": 60},
    "decade": {"year": 10},
    "quarter": {"month": 3},
    "tonne": {"kg": 1000},
    "kg": {"tonne": 0.001},
    "bp": {"point": 0.01},
    "point": {"bp": 100},
}


@lru_cache(maxsize=4096)
def find_same_figures(text: str) -> tuple[Quantity, ...]:
    """What the figures of ``text`` are in other words, each where its own stands."""
    return tuple(_find(text))


def _find(text: str) -> Iterator[Quantity]:
    low = lower_letters(text)
    for match in _PART.finditer(low):
        if match["part"] == "quarter" and match["count"] in {"two", "four"}:
            continue  # periods
        share = 100 * _COUNTS[match["count"] or "a"] / _PARTS[match["part"] or "half"]
        for value in {round(share), round(share, 1)}:
            yield _make(text, float(value), "percent", *match.span())
    for match in _TIME.finditer(low):
        told = ((14, "day"), (2, "week")) if match[0] == "fortnight" else ((_TIMES[match[0]], "percent"),)
        for value, kind in told:
            yield _make(text, value, kind, *match.span())
    for quantity in find_quantities(text):
        for kind, times in _SPANS.get(quantity.kind, {}).items():
            yield _make(text, quantity.value * times, kind, quantity.start, quantity.end)
        if not quantity.kind and (metres := _METRES.fullmatch(text, quantity.start, quantity.end)):
            yield _make(text, float(metres[0].rstrip(" m").replace(",", "")), "meter", *metres.span())
        if half := _AND_HALF.match(low, quantity.end):
            more = find_quantities(f"1 {text[half.end() :].lstrip()}")[0]
            size = SIZES.get(half["size"] or "", 1.0)
            yield _make(text, (quantity.value + 0.5) * size, more.kind, quantity.start, half.end())


def _make(text: str, value: float, kind: str, start: int, end: int) -> Quantity:
    return Quantity(value=round(value, 6), kind=kind, text=text[start:end], start=start, end=end)
