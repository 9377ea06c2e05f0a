"""What an article is about, as countable features: words, names, numbers, periods. Pure.

Grouping compares articles by these, novelty compares a story with what was sent. They are read from
the title and the first part of the text, where news says what happened.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from newsletter.english.letters import compile_latin
from newsletter.english.rules import read_class

TEXT_CHARS = 2_500  # of the text that is read
LEAD_CHARS = 400  # of the text, what is read as its beginning
LONG = 40  # words that mean something, from which an article is told by its text and not by its headline
SAME = 0.42  # from here on two fingerprints are of one event
_TITLE, _WORDS, _NAMES = 0.5, 0.3, 0.2  # what each part of a fingerprint counts
_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
_FIGURE = re.compile(
    r"(?P<money>[$€£¥₹]\s?)?(?<![\w.,])(?P<digits>\d[\d,]*(?:\.\d+)?)"
    r"(?:[ \u00a0-]?(?P<word>thousand|million|billion|trillion|mln|bln|bn|mn)\b|"
    r"(?P<letter>[KkMmBb](?:[Nn]|[Ll][Nn])?)\b)?"
)
# "(NYSE: MP)" tells no story.
_TICKER = compile_latin(r"\(\s*[A-Z][\w. ]{1,20}:\s*[A-Z0-9.]{1,8}\b[^()]{0,60}\)")
_POWERS = {"t": 3, "k": 3, "m": 6, "b": 9, "trillion": 12}
_YEAR = re.compile(r"20[0-4]\d")
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n•“\"]\s*)$")
STOP_WORDS = frozenset(
    re.findall(
        r"\S+",
        "a about after again against all also am an and any are as at be because been before being between both but "
        "by can could did do does doing down during each few for from further had has have having he her here hers him "
        "his how i if in into is it its itself just may me might more most my no nor not now of off on once only or "
        "other our out over own per s said same say says she should since so some such t than that the their them then "
        "there these they this those through to too under until up upon us very was we were what when where "
        "which while who whom why will with would you your yours mr mrs ms new one two first last year years today "
        "yesterday",
    )
)
_QUARTERS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "1": "1", "2": "2", "3": "3", "4": "4"}
_PERIODS = re.compile(
    r"\b(?:(?P<quarter>first|second|third|fourth|march|june|september|december)[- ]quarter"
    r"|(?:q(?P<q>[1-4])|(?P<q2>[1-4])q)\b"
    r"|(?P<half>first|second)[- ]half|h(?P<h>[12])\b"
    r"|(?P<full>full[- ]year|annual (?:results|report|profit|loss)))",
    re.IGNORECASE,
)
_MONTH_QUARTERS = {"march": "m1", "june": "m2", "september": "m3", "december": "m4"}
# "cuts its full-year output forecast", "due in the third quarter of 2027": the news is of another period.
_AHEAD = compile_latin(r"[\s-](?:[a-z-]+\s){0,2}(?:forecast|guidance|outlook|target)s?\b", re.IGNORECASE)
_PLANNED = re.compile(
    r"\b(?:forecasts?|guidance|outlook|targets?|planned|scheduled|due|(?:is|are) expected)"
    r"\s(?:for|in|by|of)\s(?:the\s)?\Z",
    re.IGNORECASE,
)
_PLAN_CHARS = 30  # before a period
_MONTHS = {name[:3]: name for name in read_class("month")} | {"sept": "september"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """The features of one article."""

    words: Counter[str]  # stems of the text
    lead: Counter[str]  # stems of its beginning
    title: tuple[str, ...]  # stems of the title alone, each once
    names: frozenset[str]  # folded words that are capitalized within a sentence
    numbers: frozenset[str]  # figures as written, without separators of thousands
    periods: frozenset[str]  # reporting periods of title and lead: "q3", "h1", "fy"
    publisher: str = ""  # the voice it counts as; "" is unknown
    hours: float | None = None  # when it was published, in hours since 1970; None where only the day is known

    @property
    def is_long(self) -> bool:
        """Whether it is a whole text, no headline and no brief."""
        return self.words.total() >= LONG


def take_fingerprint(
    title: str, text: str, *, publisher: str = "", hours: float | None = None
) -> Fingerprint:
    """Read the features of an article."""
    title = _TICKER.sub(" ", title)
    part = _TICKER.sub(" ", _cut(text, TEXT_CHARS))
    lead = _cut(part, LEAD_CHARS)
    return Fingerprint(
        words=Counter(read_stems(part)),
        lead=Counter(read_stems(lead)),
        title=tuple(dict.fromkeys(read_stems(title))),
        names=frozenset(read_names(part)),
        numbers=frozenset(read_numbers(f"{title}\n{part}")),
        periods=read_periods(f"{title}\n{lead}"),
        publisher=publisher,
        hours=hours,
    )


def _cut(text: str, most: int) -> str:
    """Return the beginning of a text, cut between words: half a word is no word."""
    if len(text) <= most:
        return text
    head = text[: most + 1]
    return head[: max(head.rfind(" "), head.rfind("\n"), 0)] or head[:most]


def read_stems(text: str) -> Iterator[str]:
    """Yield the stem of each word that means something."""
    return filter(None, map(_read_stem, _WORD.findall(text)))


@lru_cache(maxsize=32_768)
def _read_stem(written: str) -> str:
    """Return the stem of a word as it is written; "" where it means nothing."""
    word = fold(written)
    return "" if word in STOP_WORDS else stem(word)


def read_names(text: str) -> Iterator[str]:
    """Yield each capitalized word that does not begin a sentence."""
    for match in _WORD.finditer(text):
        if (
            match[0][0].isupper()
            and not _SENTENCE_START.search(text[max(0, match.start() - 3) : match.start()])
            and (found := _read_stem(match[0]))
        ):
            yield found


def read_numbers(text: str) -> Iterator[str]:
    """Yield each figure as ``read_figures`` does; years and single digits are left out."""
    return (number for number in read_figures(text) if len(number) > 1 and not _YEAR.fullmatch(number))


def read_figures(text: str) -> Iterator[str]:
    """Yield each figure in one form: "$100B", "$100 billion" and "100,000,000,000" are the same.

    A single letter is a magnitude only after money or as a capital: "38m" are metres.
    """
    for match in _FIGURE.finditer(text):
        digits = match["digits"].rstrip(",").replace(",", "")
        letter = match["letter"] or ""
        if len(letter) == 1 and letter.islower() and not match["money"]:
            letter = ""
        word = (match["word"] or letter).lower()
        yield _shift(digits, _POWERS.get(word) or _POWERS.get(word[:1], 0)) if word else digits


def _shift(digits: str, power: int) -> str:
    """Return a decimal number times a power of ten, written without trailing zeros of its fraction."""
    whole, _, fraction = digits.partition(".")
    moved = fraction.ljust(power, "0")
    rest = moved[power:].rstrip("0")
    return (whole + moved[:power]).lstrip("0") + (f".{rest}" if rest else "") or "0"


def read_periods(text: str) -> frozenset[str]:
    """Return the reporting periods that a text names; one of which it only forecasts or plans something is none."""
    found = set()
    for match in _PERIODS.finditer(text):
        before = text[max(0, match.start() - _PLAN_CHARS) : match.start()]
        if _AHEAD.match(text, match.end()) or _PLANNED.search(before):
            continue
        if quarter := match["quarter"]:
            lower = quarter.lower()
            found.add(_MONTH_QUARTERS.get(lower) or f"q{_QUARTERS[lower]}")
        elif number := match["q"] or match["q2"]:
            found.add(f"q{number}")
        elif half := match["half"]:
            found.add("h1" if half.lower() == "first" else "h2")
        elif number := match["h"]:
            found.add(f"h{number}")
        else:
            found.add("fy")
    return frozenset(found)


def differ_in_period(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two articles are of different reporting periods, as far as both name one.

    Which quarter of a company's year ends in a month is not known: "September quarter" may be the first.
    """
    counted = {period[0] for period in one.periods}, {period[0] for period in other.periods}
    if counted in (({"m"}, {"q"}), ({"q"}, {"m"})):
        return False
    return bool(one.periods and other.periods) and one.periods.isdisjoint(other.periods)


def same_story(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two articles, met on different days, tell one event. Borderline is no.

    Without the other articles of the day there is no telling which words are rare, so the words of title and text and
    the names are compared as they are.
    """
    if differ_in_period(one, other):
        return False
    title, words = overlap(one.title, other.title), overlap(one.words, other.words)
    names = overlap(one.names, other.names)
    return _TITLE * title + _WORDS * words + _NAMES * names >= SAME


def overlap(words: Iterable[str], others: Iterable[str]) -> float:
    """Return the share of different words in common, 0.0–1.0 (Dice)."""
    one, other = frozenset(words), frozenset(others)
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def fold(word: str) -> str:
    """Return a word as it is compared: no case, no accents, no separators of thousands."""
    if not word.isascii():
        decomposed = unicodedata.normalize("NFKD", word.casefold())
        word = "".join(char for char in decomposed if not unicodedata.combining(char))
    return word.lower().replace(",", "")


_SHORTEST = 4  # characters of a word that has an ending


def stem(word: str) -> str:
    """Cut the commonest English endings (after Harman's S-stemmer 1991, with -ed and -ing); "Feb" is "February"."""
    word = _MONTHS.get(word, word)
    if len(word) < _SHORTEST or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > _SHORTEST:
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST - 1:
            word = word[: -len(ending)]
            if len(word) >= _SHORTEST and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) >= _SHORTEST else word
