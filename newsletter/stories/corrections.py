"""What an article says that it, or an earlier version of it, had wrong. Pure.

"(Corrects stake to 5%, not 8%, in paragraph 2)"; "An earlier version said January 15. That should have been
February 15." What was wrong and what is right are values of one kind: percentages, tonnes, days, months.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from newsletter.english.days import MONTHS, find_days, read_parts
from newsletter.english.quantities import find_quantities
from newsletter.english.rules import read_class

_SENTENCE = r"(?:[^.;)\n]|\.(?=\s?\d))*"  # "Jan. 15", "4.5%"
_NOTE = re.compile(
    r"(?:^|\()\W{0,3}(?:(?:in\s[^\n(),]{1,40},\s|(?:this|the)\s(?:[\w.]+\s){0,4}?"
    r"(?:article|story|report|item|notice|version|headline|text|release)\s)?"
    r"(?:corrects|(?:has been|was|is) corrected)\s|corrections?\b[^\n:]{0,30}:\s(?![^\n]*\bversion\b))"
    rf"(?P<corrects>{_SENTENCE})\)?"
    r"|\b(?:earlier|previous|original|first) version\b[^.\n]*?\b(?:said|stated|gave|reported|misstated)\b"
    rf"(?P<said>{_SENTENCE})",
    re.IGNORECASE | re.MULTILINE,
)
# What is wrong stands behind these in "corrects …", what is right in "an earlier version said …".
_INSTEAD = re.compile(r"\b(?:not|from|instead of|rather than)\b", re.IGNORECASE)
_FROM_TO = re.compile(r"\bto\b", re.IGNORECASE)
_NAMED = re.compile(
    rf"\b(?:{'|'.join(name.title() for name in (*read_class('month'), *read_class('weekday')))})\b"
)
_TITLE = re.compile(r"correct(?:s|ed|ions?)\b", re.IGNORECASE)
# "The ban begins on February 15, not January 15", of an article whose title says that it corrects.
_CONTRAST = re.compile(rf"(?P<corrects>(?:[^.\n]|\.(?=\s?\d)){{0,200}}, not {_SENTENCE})")
_SMALLEST = 10  # of a plain number: below, it counts paragraphs and partners
_YEAR, _YEARS = "calendar year", range(1900, 2050)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A figure, a day, a month or a weekday, as a text has it; ``kind`` is "" of a plain number."""

    kind: str
    value: float | str
    text: str

    def is_in(self, others: list[Value]) -> bool:
        """Whether the same is among ``others``; a plain number is the same with any unit."""
        return any(
            self.value == other.value and (self.kind == other.kind or not (self.kind and other.kind))
            for other in others
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedCorrection:
    """What an article says was wrong, and what may be right, the likeliest first."""

    wrong: tuple[Value, ...]
    right: tuple[Value, ...]

    def find_change(self, told: str) -> tuple[str, str] | None:
        """Return what is right and what of it was told wrong, where ``told`` has the wrong only; else None."""
        before = read_values(told)
        pairs = (
            (right.text, wrong.text)
            for wrong in self.wrong
            if wrong.is_in(before)
            for right in self.right
            if right.kind == wrong.kind and not right.is_in(before)
        )
        return next(pairs, None)


def read_corrections(title: str, text: str) -> Iterator[StatedCorrection]:
    """Give what the notes of an article say was wrong, and what all of it says if that is what it is for."""
    contrasts = _CONTRAST.finditer(text) if _TITLE.match(title) else ()
    for note in (*_NOTE.finditer(text), *contrasts):
        rest = read_values(f"{text[note.end() :]}\n{title}\n{text[: note.start()]}")
        corrects = note["corrects"]
        stated = note["said"] if corrects is None else corrects
        turn = _INSTEAD.search(stated)
        before, behind = (stated[: turn.start()], stated[turn.end() :]) if turn else (stated, "")
        if corrects is None:
            right, wrong = read_values(behind), read_values(before)
            wrong.sort(key=lambda value: value.is_in(rest))  # what the text still has is hardly wrong
        else:
            first, *others = _FROM_TO.split(behind, maxsplit=1)
            right, wrong = read_values(" ".join((before, *others))), read_values(first)
        right = [value for value in chain(right, rest) if not value.is_in(wrong)]
        yield StatedCorrection(wrong=tuple(wrong), right=tuple(right))


def drop_notes(text: str) -> str:
    """Return a text without what it says was wrong."""
    return _NOTE.sub(" ", text)


def read_values(text: str) -> list[Value]:
    """Return the figures of a text that tell something, and its days, months and weekdays."""
    values = [
        Value(
            kind=one.kind or (_YEAR if one.value in _YEARS else ""),
            value=one.value,
            text=one.text.rstrip(".,"),
        )
        for one in find_quantities(text)
        if not one.soft and not one.is_day
        if one.kind or one.value >= _SMALLEST
    ]
    for day in find_days(text):
        _, month, number = read_parts(day)
        values.append(Value(kind="day", value=f"{month}-{number}", text=day[0]))
        values.append(Value(kind="month", value=month, text=day["month"]))
    for name in _NAMED.findall(text):
        named = MONTHS.get(name.lower())
        values.append(Value(kind="month" if named else "weekday", value=named or name, text=name))
    return values
