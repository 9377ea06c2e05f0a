"""Dates as feeds and pages write them, read strictly. Pure.

A date is read whole or not at all: a reader that takes what it can of "2013-01-28T09:xx" dates an
article at midnight. Only numeric forms are read here (ISO 8601, RFC 3339 and their East Asian kin);
forms with names of months are left to the feed library (see ``feeds.parse_date``).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_NUMERIC = re.compile(
    r"""\s*(?P<year>\d{4})\s*(?P<mark>[-/.년年])\s*(?P<month>\d{1,2})\s*[-/.월月]\s*(?P<day>\d{1,2})\s*[일日]?
    (?:[Tt\s,]\s*(?P<half>오전|오후|上午|下午)?\s*
       (?P<hour>\d{1,2})(?:[:시時时](?P<minute>\d{1,2})?)(?:[:분分](?P<second>\d{1,2})?[초秒]?(?:[.,]\d+)?)?
       \s*(?P<meridiem>[AaPp]\.?[Mm]\.?)?
       \s*(?P<zone>[Zz]|UTC|GMT|[-+−]\d{2}:?\d{2}|[-+−]\d{2})?)?\s*""",
    re.VERBOSE,
)
_LOOKS_NUMERIC = re.compile(r"\s*\d{4}\s*(?:[-/.]\s*\d{1,2}\s*[-/.]\s*\d{1,2}\s*[Tt\s]|[년年])")
_AFTERNOON = frozenset({"오후", "下午"})
_ZONES = {"년": timedelta(hours=9), "年": timedelta(hours=8)}  # where such dates are written
_HALF_DAY = 12
_MAX_MINUTES = 14 * 60  # no place on earth is further from UTC


def is_numeric_date(text: str) -> bool:
    """Whether a text is meant as a numeric date with a time, so that no other reader should guess."""
    return _LOOKS_NUMERIC.match(text) is not None


def parse_numeric_date(text: str) -> datetime | None:
    """Return a numeric date as aware UTC, or None. Without a zone UTC is meant (Korea: UTC+9)."""
    match = _NUMERIC.fullmatch(text)
    if match is None:
        return None
    hour = _hour(int(match["hour"] or 0), match["half"], match["meridiem"])
    offset = _offset(match["zone"], korean=match["half"] in {"오전", "오후"}, mark=match["mark"])
    if hour is None or offset is None:
        return None
    try:
        local = datetime(
            int(match["year"]), int(match["month"]), int(match["day"]), hour,
            int(match["minute"] or 0), int(match["second"] or 0), tzinfo=timezone(offset),
        )  # fmt: skip
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _hour(hour: int, half: str | None, meridiem: str | None) -> int | None:
    if half is None and meridiem is None:
        return hour
    if not 1 <= hour <= _HALF_DAY:
        return hour if half else None  # 오후 14:05 is written too
    afternoon = half in _AFTERNOON or (meridiem or "").lower().startswith("p")
    return hour % _HALF_DAY + (_HALF_DAY if afternoon else 0)


def _offset(zone: str | None, *, korean: bool, mark: str) -> timedelta | None:
    if zone is None:
        return timedelta(hours=9) if korean else _ZONES.get(mark, timedelta())
    if zone.upper() in {"Z", "UTC", "GMT"}:
        return timedelta()
    digits = zone[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if minutes > _MAX_MINUTES:
        return None
    return timedelta(minutes=minutes if zone[0] == "+" else -minutes)
