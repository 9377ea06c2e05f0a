"""Numbers with their kind, unit and bound, as the gate compares them. Pure.

"62%" is "62 percent", "$3.5bn" is "3.5 billion dollars", "1,234" is "1234", "twelve" is "12" and
"5–6%" is two percentages; tonnes are not kilograms.
"""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand
# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from newsletter.english.days import MONTHS
from newsletter.english.rules import remembered
from newsletter.english.stems import lower_letters, read_forms

# Words that are a number by themselves.
NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_VALUES = {
    "dozen": 12.0, "dozens": 12.0, "half": 0.5, "hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "billions": 1e9,
    **{word: float(number) for number, word in enumerate(NUMBER_WORDS)},
    **{word: 10.0 * number for number, word in enumerate(_TENS, 2)},
    **{word: float(number) for number, word in enumerate(_ORDINALS, 1)},
}  # fmt: skip
SIZES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_MAGNITUDE = {
    **SIZES, "m": 1e6, "mn": 1e6, "mln": 1e6, "b": 1e9, "bn": 1e9, "bln": 1e9, "k": 1e3, "tn": 1e12, "trn": 1e12,
    "crore": 1e7, "lakh": 1e5, "hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "billions": 1e9,
}  # fmt: skip
_CURRENCY, _CODES, _UNITS = (read_forms(table) for table in ("money", "codes", "units"))
# What stands before a figure, and what names money behind one or in the head of a column.
_SIGNS = "€£¥₹₦₸₴"  # beside the dollar's
MONEY_SIGN = rf"(?:US|A|C|NZ|HK|S)?\$|[{_SIGNS}]"
MONEY_CODE = "|".join(map(str.upper, _CODES))
MONEY_NAME = "|".join((*(word for word in _CURRENCY if len(word) > 2 and word.isalpha()), MONEY_CODE))
# "40 bcm", "30 koz", "5 Mt": a size and a unit in one.
_SIZED = {
    "Mt": (1e6, "tonne"), "mtpa": (1e6, "tonne"), "mtpy": (1e6, "tonne"),
    "kt": (1e3, "tonne"), "ktpa": (1e3, "tonne"), "kilotonne": (1e3, "tonne"), "kilotonnes": (1e3, "tonne"),
    "bcm": (1e9, "cubic-metre"), "mcm": (1e6, "cubic-metre"), "bcf": (1e9, "cubic-foot"), "bcfd": (1e9, "cubic-foot"),
    "tcf": (1e12, "cubic-foot"), "koz": (1e3, "ounce"), "moz": (1e6, "ounce"), "mlb": (1e6, "lb"), "mlbs": (1e6, "lb"),
}  # fmt: skip
_ONES, _TENS_ = "|".join(NUMBER_WORDS[1:10]), "|".join(_TENS)
_NUMBER = re.compile(
    r"(?:(?P<currency>(?:(?<!\w)(?:(?:usd?|aud?|cad?|hkd?|nzd?)\s?|[acrs]|nz))?\$"
    rf"|[{_SIGNS}₩₺₽]|(?<![\w&])#(?=\d))?\s?"
    rf"(?<![\w.])|(?<!\w)(?P<code>rs\.(?=\s?\d)|{'|'.join(_CODES)}|\$us|yuan(?=\s)"
    r"|r(?=\d[\d.,]*\s?(?:m|bn|[mb]illion)\b))\s?)"
    r"(?P<number>(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?"
    r"|(?<!:)[1-9]\d{0,2}(?:[ \u00a0\u202f]\d{3})*[ \u00a0\u202f]\d00(?![-\d])"
    r"|\d+(?:\.\d+)?|\.\d+))(?P<ordinal>st|nd|rd|th)?(?![\d])"
    rf"|(?<![\w])(?P<words>(?:(?:{_ONES}) hundred (?:and )?)?"
    rf"(?:(?:{_TENS_})(?:[ -](?:{_ONES}))?|{'|'.join(NUMBER_WORDS)})|dozens?|half"
    rf"|hundreds|thousands|millions|billions|{'|'.join(_ORDINALS)})(?!\w)"
)  # of small letters
_LONG = "|".join(word for word in _MAGNITUDE if len(word) > 1)
_SIZE = re.compile(rf"(?:[\s-]?(?P<long>{_LONG})|(?P<letter>[mbk])(?!-))(?![\w/’'&])", re.IGNORECASE)
_SIZE_OF_MONEY = re.compile(rf"[\s-]?(?P<size>{_LONG}|[mbk])(?![\w/’'&])", re.IGNORECASE)  # "£31m-a-year"
_PERCENT = re.compile(
    r"(?:[\s-]?(?:%|(?:per\s?cent|pct)(?:age)?\b)|pc\b)(?P<points>(?:age)?[\s-]points?\b)?",
    re.IGNORECASE,
)
_MONEY_WORDS = "|".join(word.replace("-", r"\s") for word in _CURRENCY if re.fullmatch(r"[a-z-]{2,}", word))
_MONEY = re.compile(
    r"(?!(?<=\b(?:19|20)\d\d)\swon\b)"  # "in 2023 won a grant"
    r"(?:\s(?-i:[A-Z][\w.]*)(?=\s))??"  # "Norwegian kroner", but "Canadian dollars" are in the table
    rf"[\s-]?(?P<money>(?:{_MONEY_WORDS})(?![\w’'])|(?<!-)[$£€](?!\d))|p\b(?!\.m)",  # "15p a share"
    re.IGNORECASE,
)
_PHRASES = "|".join(sorted((*_SIZED, *_UNITS), key=len, reverse=True)).replace("-", r"[\s-]")
_UNIT = re.compile(rf"[\s-]?(?P<unit>(?!(?-i:G)\b)(?:{_PHRASES}))(?:-old)?(?![\w&])", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_PLAIN_WORDS = frozenset("one first second half hundreds thousands millions billions dozens zero".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One number. ``kind``: percent, currency name, unit, "ordinal", "date", or "" for a plain count."""

    value: float
    kind: str
    text: str
    start: int
    end: int
    scaled: bool = False  # written with a magnitude word
    soft: bool = False  # a word such as "one" or "first", which may be no number at all

    @property
    def is_day(self) -> bool:
        """Whether it is a day of a month: its kind has the month."""
        return self.kind.startswith("date-")


def _word_value(words: str) -> float:
    """The number that words say: 24 of "twenty-four", 480 of "four hundred and eighty"."""
    hundreds, _, rest = words.rpartition(" hundred ")
    return 100 * _VALUES.get(hundreds, 0) + sum(
        _VALUES[word] for word in re.split(r"[ -]", rest.removeprefix("and "))
    )


def is_rounded(one: float, other: float) -> bool:
    """Whether that of two numbers which says it in fewer digits is the other one rounded: 1.8 of 1.84."""
    fine, rough = sorted((one, other), key=count_digits, reverse=True)
    return float(f"{fine:.{count_digits(rough)}g}") == rough


def count_digits(value: float) -> int:
    """How many digits of a number say something: 2 of 22,000."""
    return len(f"{value:.6f}".replace(".", "").strip("0"))


@remembered(4096)
def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Find every number of ``text`` in order, with kind and unit."""
    found: list[Quantity] = []
    skip = 0
    for match in _NUMBER.finditer(lower_letters(text)):
        if match.start() < skip:
            continue
        found.append(_read(text, match))
        skip = found[-1].end
    return tuple(_share_units(text, found))


def _read(text: str, match: re.Match[str]) -> Quantity:
    """A number with its currency, its sizes and its unit."""
    words = match["words"]
    value = _word_value(words) if words else float(re.sub(r"[,\s]", "", match["number"]))
    kind = currency = _read_currency(match)
    ordinal = not currency and (words in _ORDINALS or match["ordinal"] is not None)
    end, scaled = match.end(), False
    while not ordinal and (size := (_SIZE_OF_MONEY if currency else _SIZE).match(text, end)):
        word = next(filter(None, size.groups())).lower()
        value, end, scaled = value * _MAGNITUDE[word], size.end(), True
    if ordinal:
        kind = "ordinal"
    elif not currency:
        kind, size_of_unit, behind = _read_unit(text, end)
        if kind in SPANS and _YEAR.fullmatch(match.group().strip()):
            kind = ""  # "the March 2028 quarter"
        else:
            value, end = value * size_of_unit, behind
    if not kind:
        kind = _date_kind(text, match)
    return Quantity(
        value=round(value, 6),
        kind=kind,
        text=text[match.start() : end].strip(),
        start=match.end() - len(match.group().lstrip()),
        end=end,
        scaled=scaled,
        soft=words in _PLAIN_WORDS,
    )


def _read_currency(match: re.Match[str]) -> str:
    """The kind of money whose sign or code stands before a number, or ""."""
    sign = (match["currency"] or match["code"] or "").strip(" .").replace(" ", "")
    return find_money(sign) or sign


def _read_unit(text: str, end: int) -> tuple[str, float, int]:
    """The kind of a number by what stands behind it, the size that its unit has, and where that ends."""
    if share := _PERCENT.match(text, end):
        return "point" if share["points"] else "percent", 1.0, share.end()
    if named := _MONEY.match(text, end):
        return _CURRENCY[re.sub(r"\s", "-", named["money"] or "pence").lower()], 1.0, named.end()
    unit = _UNIT.match(text, end)
    if unit is None:
        return "", 1.0, end
    word = unit["unit"].replace(" ", "-")
    size, kind = _SIZED.get(word) or _SIZED.get(word.lower()) or (1.0, find_unit(word))
    return kind, size, unit.end()


_MONTH = rf"(?P<month>{'|'.join(MONTHS)})\b"
_DAY = re.compile(r"[12]?\d|3[01]|0\d")
_SEASON = re.compile(r"\b(?:19|20)\d\d/$")  # "2024/25"
_MONTH_BEFORE = re.compile(rf"\b{_MONTH}\.?\s$", re.IGNORECASE)
_MONTH_BEHIND = re.compile(rf"\s(?:of\s)?(?!(?-i:may)\b){_MONTH}", re.IGNORECASE)


def _date_kind(text: str, match: re.Match[str]) -> str:
    """The month of a day ("4 January", "Jan. 4"), as a kind of its own, and that of the second year of "2024/25"."""
    start = match.start("number")
    if _SEASON.search(text, max(0, start - 6), start):
        return "season"
    if not _DAY.fullmatch(match["number"] or ""):
        return ""
    found = _MONTH_BEFORE.search(text, max(0, start - 12), start) or _MONTH_BEHIND.match(text, match.end())
    return f"date-{MONTHS[found['month'].lower()]}" if found else ""


def find_money(word: str) -> str:
    """The kind of money that a word, a sign or a code names: "euro" for "EUR"; "" for another word."""
    return _CODES.get(word.lower()) or _CURRENCY.get(word.lower(), "")


def find_unit(word: str) -> str:
    """The unit that a word names, in one spelling: "kg" for "kilograms"; "" for another word."""
    return _UNITS.get(word.lower(), "")


# What money is given in, at the head of a table: "(£m)", "EUR million".
_HEAD_SIZE = re.compile(
    rf"(?<![\w.])(?P<currency>{MONEY_SIGN}|(?:{MONEY_NAME}))\s?(?P<size>{_LONG}|[mbk])(?![\w/’'&])"
)


def find_head_sizes(text: str) -> Iterator[tuple[str, float]]:
    """The kinds of money that the heads of tables in ``text`` name with a size, and that size."""
    return ((find_money(head["currency"]), _MAGNITUDE[head["size"]]) for head in _HEAD_SIZE.finditer(text))


MONEY = frozenset((*_CURRENCY.values(), *_CODES.values()))
SPANS = frozenset({"year", "month", "week", "day", "hour", "second", "quarter"})
_PER = re.compile(
    r"(?:\s(?:[A-Z]{3}|dollars))?(?:\s?/\s?|\s(?P<any>per)\s|\s(?:an?|each)\s|\s(?=pa\b))"
    r"(?P<word>(?:metric\s)?[A-Za-z]+(?:[\s-]hours?)?)\b(?!\s(?:ago|earlier|before))"
)
_BETWEEN = re.compile(
    r"(?:\s?[-–]\s?[$€£¥]?[\d.,]+)?(?:\s(?:of\s)?[a-z]+){0,4}?(?=\s?/|\s(?:per|an?|each)\s)"
)
_DETERMINERS = frozenset("the a an its their his her our this that these those each any".split())
# Behind a span of time that no amount is told by: "a year later", "a second time", "a month-long", "a year's".
_NO_SPAN = re.compile(
    r"(?:\sor\s(?:so|two|more))?\s(?:ago|earlier|before|later|after|hence|time|on(?=[,.;]))\b|[’'-]\w"
)
_EVERY = {"annum": "year", "pa": "year", "y": "year", "pound": "lb"}
# What the head of a row or column says of its figures: "$/t", "in yuan a tonne".
PRICE_HEAD = re.compile(
    rf"(?P<currency>{MONEY_SIGN}|\b(?:{MONEY_NAME}))"
    rf"(?:\s?/\s?|\sper\s|\san?\s(?=(?:{'|'.join(_UNITS)})\b))(?P<per>[a-z]+|MT|KG|LB|T)\b"
)


_HEADED = re.compile(rf"{PRICE_HEAD.pattern}:\s?(?=\d)")


class Rate(NamedTuple):
    """What an amount is told by: ``per`` is a unit in one spelling, or the word behind "per"; ``end`` its end."""

    per: str
    end: int


def read_rate(text: str, end: int, *, across: bool = False) -> Rate | None:
    """What the amount that ends at ``end`` is told by: "kg" of "$80 per kilogram"; None where it is told by nothing.

    ``across``: also behind the other end of a range and two words ("4,000 tonnes of oxide a year").
    """
    between = _BETWEEN.match(text, end) if across else None
    match = _PER.match(text, between.end() if between else end)
    if match is None:
        return None
    word = match["word"].replace(" ", "-")
    unit = find_unit(_EVERY.get(word, word))
    if unit in SPANS and _NO_SPAN.match(text, match.end()):
        return None
    if match["any"] and not (word.istitle() or word in _DETERMINERS):  # no "per the plan", "per Bloomberg"
        unit = unit or word
    return Rate(unit, match.end()) if unit else None


def tells_money(text: str) -> bool:
    """Whether an amount of money stands in ``text``."""
    return any(one.kind in MONEY for one in find_quantities(text))


def find_prices(text: str) -> list[tuple[Quantity, Rate]]:
    """The amounts of money of ``text`` that are told by a unit of what is sold ("$610/kg", "$/kg: 610"), in order."""
    heads = {match.end(): Rate(find_unit(match["per"]), match.end()) for match in _HEADED.finditer(text)}
    read = [
        (one, heads.get(one.start) or (read_rate(text, one.end) if one.kind in MONEY else None))
        for one in find_quantities(text)
    ]
    return [(one, rate) for one, rate in read if rate and rate.per not in SPANS]


def _share_units(text: str, found: list[Quantity]) -> list[Quantity]:
    """Give the figures of a range ("5–6%", "10 to 20 tonnes", "$5-6 million") what the other one carries."""
    for index in reversed(range(len(found) - 1)):
        left, right = found[index], found[index + 1]
        between = text[left.end : right.start]
        linked = _RANGE.fullmatch(between) or (
            between == " and " and _BETWEEN_BOTH.search(text, 0, left.start)
        )
        if not linked or "ordinal" in {left.kind, right.kind}:
            continue
        if not left.kind and not _YEAR.fullmatch(left.text):
            left = replace(left, kind=right.kind)
        index_points = left.kind == "percent" and right.value > 100  # "rose 0.67% to 6,066"
        if not right.kind and not index_points:
            right = replace(right, kind=left.kind)
        if right.scaled and not left.scaled and left.value < 1000 and left.kind == right.kind:
            factor = max((size for size in SIZES.values() if right.value >= size), default=1.0)
            left = replace(left, value=round(left.value * factor, 6), scaled=True)
        found[index], found[index + 1] = left, right
    return found


_RANGE = re.compile(r"\s?(?:[-–—]|to)\s?")
_BETWEEN_BOTH = re.compile(r"[Bb]etween $")
