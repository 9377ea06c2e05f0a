"""Words as a mail shows them: cleaned, dated, counted, wrapped. Pure.

Everything that came from a source passes ``clean`` or ``safe_url`` before it reaches a template, so
that a headline can neither reorder the line it stands in (Unicode's bidirectional controls), nor
break the text part, nor carry the slot where a recipient's token will be spliced in.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from newsletter.control_characters import drop_controls
from newsletter.english.days import find_days, read_parts
from newsletter.english.fragments import is_balanced
from newsletter.english.hedges import HedgeKind, find_hedges
from newsletter.english.rules import compile_pattern
from newsletter.links import UNSUBSCRIBE_SLOT

Direction = Literal["ltr", "rtl"]

_SLOT = UNSUBSCRIBE_SLOT.rstrip("0")  # foreign text must never be taken for the place of a token
WIDTH = 72  # columns of the text part
_WORDS_A_MINUTE = 220
_LONG_WORD = 28  # characters; a longer word does not fit a phone of 320 px, so it may be broken
_PIECE = 8  # characters between the places where
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NO_BREAK = "\u00a0"
_MONTH = rf"(?:{'|'.join(MONTHS)})"
_TOGETHER = re.compile(
    rf"\b\d\d? {_MONTH}\b(?: \d{{4}}\b)?|\d °[CFK]?|\bNo\. (?=\d)|\b{_MONTH} \d\d?\b(?:, \d{{4}}\b)?"
)
# After a day that is left as it is: "March 10 – 12", "Jan. 15/16", "June 3, 5 and 8", "Dec 10.5 million".
RANGES = re.compile(
    r"\s?[–/-]\s?\d|\.\d|, \d(?!\d?[.:]\d\d)|(?:st|nd|rd|th)\b| (?:to|and|or|through|until) \d"
)
_VERB = compile_pattern(
    r"\b(?:{finite}|to [a-z]{2,})\b|(?<=\w )[a-z]+[a-rt-z]s (?!(?:in|of|for|from|on|at|and|or|with|by)\b)[\w“\"]"
)
# What is said behind "; " that the clause before it is false without: "Oslo must agree", "not before May".
_TIED = re.compile(
    r"(?:but|yet|as|while|and|or|not|no|though|although|except)\b"
    r"|.*\b(?:must|needs?|awaits?|approv\w+|still|only|until|once)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"(“[^”]*”|\"[^\"]*\")")
_OPEN_QUOTES = ("“", '"')
_RTL_LANGUAGES = frozenset({"ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_RTL_CLASSES = frozenset({"R", "AL"})
_LONG = re.compile(r"\S{%d,}" % (_LONG_WORD + 1))  # noqa: UP031 (braces of the pattern)
_ADDRESS = re.compile(r"^[(<\[]*https?://")
_EMPTY_LINES = re.compile(r"\n{3,}")


def clean(text: str) -> str:
    """Return foreign ``text`` on one line, with no control, no reordering mark and no token slot."""
    one_line = " ".join(unicodedata.normalize("NFC", drop_controls(text)).split())
    return one_line.replace(_SLOT, _SLOT.replace("-", " "))


def split_postal(address: str) -> tuple[str, ...]:
    """Return the lines of a postal address."""
    return tuple(line for part in address.splitlines() if (line := clean(part)))


def safe_url(url: str | None) -> str | None:
    """Return ``url`` where it is an absolute http(s) address that may stand in a mail, else None."""
    if not url or _SLOT in url or any(char <= " " for char in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def is_bare_ip(host: str) -> bool:
    """Whether ``host`` is an IP address in any form that a browser takes, not a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(re.fullmatch(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+))*", host.lower()))
    return True


def is_private(host: str) -> bool:
    """Whether a name stands for a machine of its own network only (RFC 6761, RFC 6762, RFC 9476)."""
    own = (".localhost", ".local", ".internal", ".lan", ".test")
    return bool(host) and ("." not in host or host.endswith(own))


def is_trustworthy(url: str) -> bool:
    """Whether filters take a link to ``url`` as it is: https, a name that all can reach, and none before it."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    is_known = not is_bare_ip(host) and not is_private(host)
    return parts.scheme == "https" and "@" not in parts.netloc and is_known


def language_direction(language: str) -> Direction:
    """Return the direction in which ``language`` (BCP 47) is written."""
    return "rtl" if language.split("-", maxsplit=1)[0].lower() in _RTL_LANGUAGES else "ltr"


def text_direction(text: str) -> Direction:
    """Return the direction of ``text``: that of its first strong character (UAX 9, rule P2)."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind == "L":
            return "ltr"
        if kind in _RTL_CLASSES:
            return "rtl"
    return "ltr"


def local_day(moment: datetime, zone: ZoneInfo, *, is_date: bool = False) -> date:
    """Return the day of ``moment`` in ``zone``; where only a day is known, that day itself."""
    return moment.date() if is_date else moment.astimezone(zone).date()


def write_date(day: date, *, weekday: bool = False, seen: date | None = None) -> str:
    """Write "5 January 2026", or "Monday, 5 January 2026"; without the year where ``seen`` is of the same."""
    year = f" {day.year}" if seen is None or seen.year != day.year else ""
    written = f"{day.day} {MONTHS[day.month - 1]}{year}"
    return f"{write_weekday(day)}, {written}" if weekday else written


def write_weekday(day: date) -> str:
    """Write "Monday"."""
    return _DAYS[day.weekday()]


def keep_together(text: str) -> str:
    """Return ``text`` with no line end within a date, or between a figure and its degrees."""
    return _TOGETHER.sub(lambda found: found[0].replace(" ", _NO_BREAK), text)


def write_days(text: str) -> str:
    """Return ``text`` with its days as this mail writes them, but in quotations: "Jan. 15" → "15 January"."""
    parts = _QUOTED.split(text)
    return "".join(part if part[:1] in _OPEN_QUOTES else _write_days(part) for part in parts)


def _write_days(text: str) -> str:
    done, end = "", 0
    for found in sorted(find_days(text), key=lambda found: found.start()):
        if found.start() >= end and found[0][0].isalpha() and not RANGES.match(text, found.end()):
            year, month, day = read_parts(found)
            done += f"{text[end : found.start()]}{day} {MONTHS[month - 1]}{f' {year}' if year else ''}"
            end = found.end()
    return done + text[end:]


def find_first_clause(headline: str) -> str:
    """Return what a headline says first: "Beijing says licences are flowing" of "…; users say four in ten are".

    It is cut at ";" alone, outside quotations, where the clause has a verb and what follows is no condition of it:
    before a colon or a dash stands a label or a name, and behind them, or "but", what the rest is false without.
    """
    clause, _, rest = headline.partition("; ")
    is_tied = _TIED.match(rest) or any(hedge.kind is HedgeKind.CONDITION for hedge in find_hedges(rest))
    return clause if is_balanced(clause) and not is_tied and _VERB.search(clause) else headline


def count_words(texts: Iterable[str]) -> int:
    """Count words; every ideograph counts as half a word, about the pace at which it is read."""
    total = 0.0
    for text in texts:
        wide = sum(1 for char in text if unicodedata.east_asian_width(char) == "W")
        total += wide / 2 + len([word for word in text.split() if not wide or word.isascii()])
    return round(total)


def reading_minutes(words: int) -> int:
    """Return the minutes that ``words`` take to read, at least one."""
    return max(1, round(words / _WORDS_A_MINUTE))


def count_noun(number: int, noun: str, plural: str = "") -> str:
    """Write "1 source", "2 sources", "1,200 stories"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def join_words(words: Iterable[str]) -> str:
    """Write "a", "a and b", "a, b and c"."""
    *head, last = list(words) or [""]
    return f"{', '.join(head)} and {last}" if head else last


def tidy_text(text: str) -> str:
    """Return ``text`` with no trailing blanks, at most one empty line in a row, and one last line end."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return _EMPTY_LINES.sub("\n\n", lines).strip("\n") + "\n"


def capitalize(text: str) -> str:
    """Return ``text`` with its first letter as a capital, the others as they are."""
    return text[:1].upper() + text[1:]


def possessive(name: str) -> str:
    """Write "Mining Weekly’s", "Rare Earth Exchanges’"."""
    return name + ("’" if name.endswith(("s", "S")) else "’s")


def break_long_words(text: str) -> tuple[str, ...]:
    """Split ``text`` where a very long word may be broken; the parts joined are the text."""
    parts: list[str] = []
    end = 0
    for match in _LONG.finditer(text):
        word = match.group()
        for start in range(0, len(word), _PIECE):
            parts.append(text[end : match.start() + start])
            end = match.start() + start
    parts.append(text[end:])
    return tuple(part for part in parts if part)


def _columns(text: str) -> int:
    if text.isascii():
        return len(text)
    wide = sum(1 for char in text if unicodedata.east_asian_width(char) in "WF")
    marks = sum(1 for char in text if unicodedata.combining(char))
    return len(text) + wide - marks


def _pieces(word: str, width: int) -> list[str]:
    """Cut a word that fits on no line; an address stays whole, since a cut one opens nothing."""
    if _columns(word) <= width or _ADDRESS.match(word):
        return [word]
    pieces = [""]
    for char in word:
        if _columns(pieces[-1] + char) > width and not unicodedata.combining(char):
            pieces.append("")
        pieces[-1] += char
    return pieces


def wrap(text: str, first: str = "", rest: str | None = None, *, width: int = WIDTH) -> str:
    """Wrap ``text`` at ``width`` columns; ``first`` begins the first line, ``rest`` the others.

    Wide characters count two columns and may be parted anywhere; an address is never cut.
    """
    following = " " * len(first) if rest is None else rest
    room = width - max(_columns(first), _columns(following))
    lines: list[str] = []
    line, used, is_bare = first, _columns(first), True
    for word in text.split():
        for number, piece in enumerate(_pieces(word, room)):
            gap = "" if is_bare or number else " "
            wanted = _columns(piece)
            if is_bare or used + len(gap) + wanted <= width:
                line, used, is_bare = line + gap + piece, used + len(gap) + wanted, False
            else:
                lines.append(line)
                line, used = following + piece, _columns(following) + wanted
    lines.append(line)
    return "\n".join(kept.rstrip() for kept in lines)
