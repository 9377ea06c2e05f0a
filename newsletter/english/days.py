"""Days and months as a text writes them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from newsletter.english.rules import expand, read_class

FARTHEST = timedelta(days=300)  # a day without a year that is further off was meant to be past
FARTHEST_WITH_YEAR = timedelta(days=3 * 366)
MONTHS = {"sept": 9} | {
    form: number for number, name in enumerate(read_class("month"), 1) for form in (name, name[:3])
}
# Months and weekdays, small; "may" is a verb more often.
DATES = frozenset((*read_class("month"), *read_class("weekday"))) - {"may"}
_MONTH = expand(r"(?P<month>{Month}|{Month_short})\.?")
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])"
_YEAR = r"(?P<year>20\d\d)"
WHOLE_DAYS = (
    re.compile(rf"\b{_DAY}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? {_YEAR})?\b"),
    re.compile(rf"\b{_MONTH} {_DAY}(?:st|nd|rd|th)?(?:,? {_YEAR})?(?!\d|[-–]\d)"),
    re.compile(rf"\b{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)\b"),
)


def find_days(text: str) -> Iterator[re.Match[str]]:
    """Give every whole day that a text names, with or without its year."""
    for pattern in WHOLE_DAYS:
        yield from pattern.finditer(text)


def read_parts(match: re.Match[str]) -> tuple[int | None, int, int]:
    """Return the year if there is one, the month and the day of a match of ``find_days``."""
    month = match["month"]
    year = int(match["year"]) if match["year"] else None
    return year, int(month) if month.isdigit() else MONTHS[month[:3].lower()], int(match["day"])


def read_day(match: re.Match[str], today: date) -> date | None:
    """Return the day that a match of ``find_days`` names; None where no such day is, or it is far off."""
    year, month, number = read_parts(match)
    try:
        if year is not None:
            day = date(year, month, number)
            return day if day - today <= FARTHEST_WITH_YEAR else None
        day = date(today.year, month, number)
        if day < today:
            day = date(today.year + 1, month, number)
    except ValueError:  # 30 February
        return None
    return day if day - today <= FARTHEST else None
