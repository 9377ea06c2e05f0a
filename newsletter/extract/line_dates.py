"""A date read from a short line such as "Published: Jan 4, 2026". Pure."""

from __future__ import annotations

from datetime import UTC, datetime

import regex

from newsletter.data_files import read_data

_MONTHS = {
    name: number
    for number, names in enumerate(read_data("newsletter.extract", "months.toml")["months"], start=1)
    for name in names.split()
}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_DAY = r"(?P<day>\d{1,2})"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_YEAR_DIGITS = regex.compile(r"(?:19|20)\d\d")
_PATTERNS = tuple(
    regex.compile(rf"(?<![\w/-]){pattern}(?![\w/-])", regex.IGNORECASE)
    for pattern in (
        (
            rf"{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?:[T "
            rf"](?P<hour>\d\d):(?P<minute>\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|\+00:?00))?"
        ),
        rf"{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}",
        rf"{_DAY}(?:st|nd|rd|th|\.|er)?\s+(?:de\s+|of\s+)?{_MONTH},?\s+(?:de\s+)?{_YEAR}",
        rf"{_YEAR}\s*年\s*(?P<month>\d{{1,2}})\s*月\s*{_DAY}\s*日",
        rf"{_DAY}\.\s?(?P<month>\d{{1,2}})\.\s?{_YEAR}",
        rf"{_YEAR}/(?P<month>\d{{1,2}})/{_DAY}",
        rf"(?P<day>1[3-9]|2\d|3[01])[/-](?P<month>0?[1-9]|1[0-2])[/-]{_YEAR}",
        rf"(?P<month>0?[1-9]|1[0-2])[/-](?P<day>1[3-9]|2\d|3[01])[/-]{_YEAR}",
    )
)


def find_date(line: str) -> tuple[datetime, bool] | None:
    """The first date in a line, and whether only the day is known (midnight UTC stands for it).

    Where the order of day and month is anyone's guess (01/04/2026), there is none.
    """
    if not _YEAR_DIGITS.search(line):
        return None
    for pattern in _PATTERNS:
        match = pattern.search(line)
        if not match:
            continue
        parts = match.groupdict()
        month = parts["month"].casefold().rstrip(".")
        timed = parts.get("hour") is not None
        try:
            found = datetime(
                int(parts["year"]),
                int(month) if month.isdecimal() else _MONTHS[month],
                int(parts["day"]),
                int(parts["hour"]) if timed else 0,
                int(parts["minute"]) if timed else 0,
                tzinfo=UTC,
            )
        except ValueError:
            continue
        return found, not timed
    return None
