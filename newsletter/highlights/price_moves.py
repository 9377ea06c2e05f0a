"""How a quoted price moved, and against when: told before it ("fell $5 to") or behind ("up 2% on the week"). Pure."""

from __future__ import annotations

import re
from decimal import Decimal

from newsletter.highlights.price_forms import (
    BASIS,
    CAUSE,
    DAY,
    FELL,
    NUMBER,
    PRICE,
    ROSE,
    SCALE,
    SIGN,
    TIME,
    WORD,
    read_ends,
    read_number,
)
from newsletter.model import Quote

_UP = re.compile(rf"(?:up|higher|{ROSE})\b|\+")
_FLAT = re.compile(
    r"\b(?:unch(?:anged)?|(?:flat|steady|stable)(?!\s(?!(?:at|on|from|for|to|against|versus|over|in|week"
    r"|day|month|and)\b)"
    r"[a-z])|(?:held|stayed|remained)(?=\sat))\b|\(0(?:\.0+)?%?\)"
)
CENT = r"\s?(?:%|per\s?cent\b|pct\b)"
_MOVE = re.compile(
    rf"(?:\b(?P<way>up|down|{ROSE}|{FELL})\s(?:by\s)?"
    rf"|(?:^|[(;])\s?(?P<mark>[+−–-])\s?)(?:{SIGN}\s?)?(?P<by>{NUMBER})(?P<cent>{CENT})?"
    rf"(?!{CENT}|\s?(?:million|bn|percent|pct|basis|bps|points?|p(?:oin)?ts|pps?|times|[a-z]+s\srunning)\b|[-–]\d"
    rf"|\s?percentage|[\d,.]*\d)(?:\s(?P<money>{WORD}))?"
    rf"|{SIGN}?(?P<by2>{NUMBER})(?P<cent2>{CENT})?(?:\s(?P<money2>{WORD}))?(?:(?:/|\s(?:a|per)\s)[a-z]+)?"
    r"\s(?P<way2>higher|lower)\b"
)
# What may stand between a price and its own move: its basis and day, or a comma and small words; "stocks" may not.
_LINK = re.compile(
    r"(?:.*[,;(])?\s?(?:(?:and|but|or|also|still|now|which|is|was|were|are|has|have|holding|remain\w*"
    r"|stay\w*|little|\w+ly)"
    rf"\s)*|(?:{BASIS.pattern}|\s(?:on\s)?{DAY}|\s(?:yester|to)day)*\s?"
)
_OTHER = re.compile(rf"\b(?!(?:mid\w*|average|last|previous|week|month|day|from|tonne|{WORD})\b)[a-z]{{4,}}")
_ONE_END = re.compile(r"\b(?:low|high|top|bottom|lower|upper)\s(?:end|side)\b|\d/[+−–-]|\bunch/|\d/unch")
_AGAINST = re.compile(
    r"\b(?:from|than|against|since|change\son)\s(?P<when>previous\s\w+|(?:a|one|the|last|two)\s(?:previous\s|prior\s"
    rf"|week|month|day|year|quarter|session)[\w ]{{0,14}}?|yesterday|last\s\w+|{DAY})(?=[,.;)]|\s(?:as|because|after"
    r"|when|on|and|at|in)\b|$)|\((?P<last>last\s(?:week|month))\b"
)
_PERIOD = re.compile(
    r"(?i:\b(?:on|over)\s(?:the\s)?(?P<span>day|week|month)\b|\b(?P<short>w)/w|\b(?P<adverb>dai|week|month)ly\schange)"
)
# "from $700-800/kg a week earlier", "down from Rmb742,000/t on Wednesday": what it was before.
_WAS = re.compile(
    rf"\b(?:from|compared (?:with|to)|against|versus)\s(?={SIGN}\s?\d|[\d,.]+(?:[-–][\d,.]+)?(?:{SCALE})?\s{WORD})"
)
_WHEN = re.compile(
    rf"\s(?:on\s)?(?P<when>{DAY}|(?:a|one) (?:day|week|month|year) (?:ago|before|earlier)"
    r"|last (?:day|week|month)|yesterday|the (?:day|week|month) before)"
)
_BRACKETED = re.compile(rf"(?:\s[A-Z]+)?\s?\((?P<low>{NUMBER})(?:\s?[-–]\s?(?P<high>{NUMBER}))?\)")
NEAR = 64  # characters behind a price within which its change stands


def tells_move(behind: str) -> bool:
    """Whether what stands behind a figure says how it moved."""
    return bool(_BRACKETED.match(behind)) or any(find_near(one, behind) for one in (_MOVE, _FLAT, _WAS))


def read_change(quote: Quote, *, before: str, behind: str, above: str) -> tuple[Decimal | None, bool, str]:
    """By how much a price moved, whether in per cent, and against when; None where it is not told.

    ``before`` and ``behind`` stand around it in its sentence or line, ``above`` in the lines that hold for it too.
    """
    behind = re.split(CAUSE, behind, maxsplit=1)[0].rstrip()
    near = [match for match in _MOVE.finditer(behind) if match.start() < NEAR and _is_its_own(match)]
    moves = [*_MOVE.finditer(before), *near]
    still = find_near(_FLAT, behind)
    flat = _FLAT.search(before) or (still and _is_its_own(still))
    first = behind[: near[0].start()] if near and moves[0] is not near[0] else behind  # of two
    against = _read_against(first[: NEAR * 2], NEAR) or _read_against(above, len(above))
    if find_near(_ONE_END, behind) or (flat and moves):
        return None, False, ""  # "down $5 at the low end and unchanged at the high end"
    if moves:
        match = moves[0]
        group = "" if match["by"] else "2"
        by = read_number(match[f"by{group}"]) * (
            1 if _UP.match(match["mark"] or match[f"way{group}"]) else -1
        )
        cents = (match[f"money{group}"] or "").startswith(("cent", "pence"))
        whole = not quote.currency.startswith(("cent", "pence"))
        return (by / 100 if cents and whole else by), bool(match[f"cent{group}"]), against
    told = find_near(_WAS, behind)
    was = PRICE.match(behind, told.end()) if told else _BRACKETED.match(behind)
    if flat or was is None:
        return (Decimal(0) if flat else None), False, against
    when = _WHEN.match(behind, was.end()) if told else re.search(rf"\(({DAY})\)", above)
    other_time = told and not when and TIME.match(behind, was.end())
    other_money = told and quote.currency not in was.groups()
    if other_time or other_money or bool(was["high"]) != (quote.low != quote.high):
        return None, False, ""
    low, high = read_ends(was)
    return quote.middle - (low + high) / 2, False, when[1] if when else against


def _is_its_own(move: re.Match[str]) -> bool:
    """Whether a move behind a price is of that price: nothing else is named between them."""
    between = move.string[: move.start()]
    marked = move.re is _MOVE and move["mark"]
    return not _OTHER.search(BASIS.sub("", between)) if marked else bool(_LINK.fullmatch(between))


def _read_against(text: str, limit: int) -> str:
    """When a price is compared with: "from last Friday", "on the week", "change from 19 November"."""
    if previous := re.search(r"\b[Pp]revious (\w+) in (?:\w+ )?brackets", text):
        return f"the previous {previous[1]}"
    if match := find_near(_AGAINST, text, limit):
        return (match["when"] or match["last"]).strip()
    match = find_near(_PERIOD, text, limit)
    span = (match["span"] or match["short"] or match["adverb"] or "").lower() if match else ""
    return f"a {({'w': 'week', 'dai': 'day'}).get(span, span)} earlier" if span else ""


def find_near(pattern: re.Pattern[str], text: str, limit: int = NEAR) -> re.Match[str] | None:
    """Return the first match that begins before ``limit``, whole."""
    match = pattern.search(text)
    return match if match and match.start() < limit else None
