"""Dates ahead: the day on which something takes effect, as a cited sentence says. Pure.

Only whole days count ("1 December", "Dec. 1, 2026", "2026-12-01"); a month or a quarter alone is no
date. A day without a year is the next such day after today, at most ``FARTHEST`` ahead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from newsletter.model import Citation, DateAhead, Highlight

FARTHEST = timedelta(days=300)  # a day without a year that is further off was meant to be past
FARTHEST_WITH_YEAR = timedelta(days=3 * 366)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])"
_YEAR = r"(?P<year>20\d\d)"
_DATES = (
    re.compile(rf"\b{_DAY}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? {_YEAR})?\b"),
    re.compile(rf"\b{_MONTH} {_DAY}(?:st|nd|rd|th)?(?:,? {_YEAR})?(?!\d|[-–]\d)"),
    re.compile(rf"\b{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)\b"),
)
_AHEAD = re.compile(
    r"\b(?:tak(?:es?|ing) effect|(?:come|comes|coming|enters?|entering) into (?:force|effect)|effective|"
    r"will|expires?|expiring|expiry|deadline|due|until|till|scheduled|begin(?:s|ning)?|starts?|starting|"
    r"from|by|no later than|closes?|opens?|ends?|applies|apply|hearing|expected|planned|meets?|to be held|"
    r"resumes?|would)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:took effect|came into (?:force|effect)|entered into force|expired|began|started|was|were|had|"
    r"signed|announced|dated|published|issued|reported|held|ended|closed)\b[^,;.]{0,30}$",
    re.IGNORECASE,
)
_CLOSE = 60  # characters before the date in which its cue must stand


def find_dates_ahead(statements: Iterable[tuple[str, Highlight]], *, today: date) -> tuple[DateAhead, ...]:
    """Return the dates after ``today`` that the cited sentences of ``(story key, highlight)`` name.

    In order of the day; one day is given once a story.
    """
    found: dict[tuple[date, str], DateAhead] = {}
    for story, highlight in statements:
        for citation in highlight.citations:
            for day in _days_ahead(citation, today):
                found.setdefault(
                    (day, story), DateAhead(date=day, text=_say(highlight), citation=citation, story=story)
                )
    return tuple(sorted(found.values(), key=lambda ahead: (ahead.date, ahead.story)))


def _say(highlight: Highlight) -> str:
    """Return what takes effect, and whose it is: who says so where the highlight does not."""
    if highlight.lead_in is None:
        return highlight.text
    return f"{highlight.lead_in.text} {highlight.text}"


def find_days(text: str) -> Iterator[re.Match[str]]:
    """Give every whole day that a text names, with or without its year."""
    for pattern in _DATES:
        yield from pattern.finditer(text)


def _days_ahead(citation: Citation, today: date) -> list[date]:
    days = []
    for match in find_days(citation.sentence):
        before = citation.sentence[: match.start()]
        if _PAST.search(before) or not _AHEAD.search(before[-_CLOSE:]):
            continue
        day = read_day(match, today)
        if day is not None and day > today:
            days.append(day)
    return days


def read_day(match: re.Match[str], today: date) -> date | None:
    """Return the day that a match of ``find_days`` names; None where there is no such day, or it is far off."""
    month_text = match["month"]
    month = int(month_text) if month_text.isdigit() else _MONTHS.index(month_text[:3].lower()) + 1
    year = match["year"]
    try:
        if year is not None:
            day = date(int(year), month, int(match["day"]))
            return day if day - today <= FARTHEST_WITH_YEAR else None
        day = date(today.year, month, int(match["day"]))
        if day < today:
            day = date(today.year + 1, month, int(match["day"]))
    except ValueError:  # 30 February
        return None
    return day if day - today <= FARTHEST else None
