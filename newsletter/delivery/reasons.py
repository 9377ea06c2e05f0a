"""Why a delivery failed, read from a relay's or a mail server's own words. Pure.

Suppression follows from a **reason**, never from the word "permanent": a full box, a block or a policy is
permanent today and gone tomorrow; only a dead address stays dead. Where the words say nothing, the
enhanced code (RFC 3463 and its registry) does, and where that is vague the answer is "unknown". What the
words are is data: ``reasons.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from enum import StrEnum
from functools import cache
from typing import Any, Self

from newsletter.data_files import join_words, read_data


class Reason(StrEnum):
    """What is wrong, and what that is about: a dead address, us, or neither."""

    is_dead: bool  # the address will never work again
    is_about_us: bool  # the sender or the content was refused: it says nothing about the reader

    def __new__(cls, value: str, about: str = "") -> Self:
        """Make the member ``value``; ``about`` is "dead", "us" or ""."""
        made = str.__new__(cls, value)
        made._value_ = value
        made.is_dead, made.is_about_us = about == "dead", about == "us"
        return made

    USER_UNKNOWN = "user unknown", "dead"
    HOST_UNKNOWN = "host unknown", "dead"
    MOVED = "moved", "dead"
    ACCEPTS_NO_MAIL = "accepts no mail", "dead"
    MAILBOX_FULL = "mailbox full"
    SUSPENDED = "suspended"
    TOO_BIG = "too big"
    SPAM = "taken for spam", "us"
    SENDER_REFUSED = "sender refused", "us"
    AUTHENTICATION = "authentication", "us"
    BLOCKED = "blocked", "us"
    POLICY = "policy"
    RELAYING = "relaying denied", "us"
    SENDING_LIMIT = "sending limit", "us"
    EXPIRED = "expired"
    NETWORK = "network"
    SYSTEM = "system"
    UNKNOWN = "unknown"


_DEAD = frozenset(reason for reason in Reason if reason.is_dead)


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_Rules = tuple[tuple[Reason, re.Pattern[str]], ...]


_TABLE = read_data("newsletter.delivery", "reasons.toml")


def read_rules() -> tuple[dict[str, Any], ...]:
    """Return the rows of the table as they stand there, its pieces put into their ``words``."""
    return tuple({**rule, "words": join_words(rule["words"], _TABLE["pieces"])} for rule in _TABLE["rule"])


@cache
def _compile(*, vague: bool) -> _Rules:
    """The rules, or those that say what happened, but not to whom. When first asked for: most starts need none."""
    rules = (rule for rule in read_rules() if rule.get("vague", False) is vague)
    return tuple((Reason(rule["reason"]), _words(rule["words"])) for rule in rules)


_FIRM = {code: Reason(reason) for code, reason in _TABLE["firm"].items()}
_BY_CODE = tuple((re.compile(code), Reason(reason)) for code, reason in _TABLE["by_code"].items())
_FRAME = re.compile(r"\(in reply to [\w ]+ command\)")  # Postfix's own words behind those of the host
_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>]+>?")


# Some carriers say "user unknown" to mail that their subscriber's own filter does not want.
FILTERS_SAY = _words(
    r"\b5\d\d:? : user unknown",  # about nobody in particular (au, ezweb)
    r"\b550[- ]'?unknown user <?\S+@\S",  # docomo
)


def find_reason(words: str, status: str | None = None) -> Reason:
    """Return the reason that ``words`` give, with the enhanced code where they give none."""
    if status in _FIRM:
        return _FIRM[status]
    text = _without_addresses(words)
    firm, vague = _compile(vague=False), _compile(vague=True)
    reason = _by_rules(firm, text) or _by_code(status) or _by_rules(vague, text) or Reason.UNKNOWN
    if reason is Reason.SUSPENDED and status == "5.1.1" and not _PASSES.search(text):
        return Reason.USER_UNKNOWN  # closed for good: the code says that there is no such address
    return reason


def _without_addresses(words: str) -> str:
    """Addresses hold any word at all ("spam-reports@…"): they say nothing about the reason."""
    return _ADDRESS.sub("<@>", _FRAME.sub("", " ".join(words.split())))


_PASSES, _EXPLAINS, _PLAIN, _ASIDE = (
    _words(join_words(_TABLE["beside"][name], _TABLE["pieces"]))
    for name in ("passes", "explains", "plain", "asides")
)
_ORDINARY = _words(rf"\b(?:{join_words(_TABLE['beside']['ordinary'], _TABLE['pieces'])})\b")
_PART = re.compile(r"(?<!\.)\.(?=\s|$)|[;!(){}\[\]\"\n/]+|,? - ")
_NO_WORDS = re.compile(r"[\w.:=-]*\d[\w.:=-]*|\b\w+(?:\.\w+)+|\w+=|_")  # codes, hosts, names of fields
_NEXT_LINE = re.compile(r"(?<=\s)5\d\d[- ](?:5\.\d{1,3}\.\d{1,3}\s)?")
_CODE = re.compile(r"(?<![\d.])5\d\d(?=[\s:;-])|(?<![\d.])5\.\d{1,3}\.\d{1,3}")
_WORD = re.compile(r"[^\W\d_]{3,}")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
# Codes of RFC 3463 that name a dead address, and such as speak of something else: a full box, a limit, a rule.
_CODE_OF_DEAD = re.compile(r"5\.1\.(?:[012369]|10|351)$|5\.4\.4$|5\.4\.310$")
_CODE_OF_LIVING = re.compile(r"5\.(?:2\.[02-9]|3\.[1345]|4\.[235-9]|6\.\d+|7\.(?:[02-9]|[1-9]\d+))$")
# A rule or a route, and what Google and Microsoft give beside.
_CODE_OF_RULE = re.compile(r"5\.7\.1$|5\.4\.[01]$")


def find_doubt(reason: Reason, words: str, status: str | None) -> str:
    """Say what does not agree on ``reason`` with the rest of code and words; "" where all does.

    They say together that an address is dead, or that it lives.
    """
    if reason.is_dead:
        return next(_doubt_death(reason, words, status), "")
    is_odd = status is not None and _CODE_OF_DEAD.match(status)
    return f"{status} is the code of a dead address" if is_odd else ""


def _doubt_death(reason: Reason, words: str, status: str | None) -> Iterator[str]:
    text = _without_addresses(words)
    if passes := _PASSES.search(text):
        yield f"“{passes[0]}” will pass"
    if status and _CODE_OF_LIVING.match(status):
        yield f"{status} is no code of a dead address"
    if reason is Reason.USER_UNKNOWN and status and _CODE_OF_RULE.match(status) and not _PLAIN.search(text):
        yield f"{status} may be of a rule, and the words are not plain"
    # Some say "inactive" of what is gone: beside 5.1.1 that agrees.
    agreeing = {*_DEAD, Reason.SUSPENDED} if status == "5.1.1" else _DEAD
    for other, pattern in _compile(vague=False):
        if other not in agreeing and (found := pattern.search(text)):
            yield f"“{found[0]}” says “{other}”, too"
    spoken = _without_addresses(words.partition("\n\n")[0])
    if (code := _CODE.search(spoken)) and _WORD.search(text):
        behind = spoken[code.start() :]
        said = behind if _WORD.search(behind) else spoken
        if explains := _EXPLAINS.search(said):
            yield f"“{explains[0]}” is of something else"
        yield from _find_odd(said, agreeing)


def _find_odd(said: str, agreeing: Collection[Reason]) -> Iterator[str]:
    """Give what a host said that is not of a dead address, and whether it names none."""
    found = set()
    whole = " ".join(_NEXT_LINE.sub(" ", said).split())
    for part in _PART.split(_ASIDE.sub(" ", whole)):
        if odd := _LETTERS.search(_ORDINARY.sub(" ", _NO_WORDS.sub(" ", part))):
            yield f"“{odd[0]}” is none of the ordinary words"
        found.add(find_reason(part))
    if found.isdisjoint(agreeing):
        yield "no part of it says alone that the address is dead"
    for other in sorted(found - {*agreeing, Reason.UNKNOWN}):
        yield f"a part of it says “{other}”"


_DIRECTORY = _words(
    r"name is not recogni[sz]ed", r"final delivery", r"directory", r"address (?:couldn.t|could not) be found",
    r"unrouteable address", r"address ?book", r"local user", r"local recipient",
)  # fmt: skip


def is_sure(words: str, status: str | None) -> bool:
    """Whether "user unknown" rests on more than a phrase.

    Either a host said it with its code, or the reporting system speaks of its own directory. A report that
    only hands the phrase on, without any code, was wrong half of the time in what we measured.
    """
    if status is not None and not status.endswith(".0.0"):
        return True
    return _CODE.search(words.replace("5.0.0", "")) is not None or _DIRECTORY.search(words) is not None


def _by_rules(rules: _Rules, text: str) -> Reason | None:
    return next((reason for reason, pattern in rules if pattern.search(text)), None)


def _by_code(status: str | None) -> Reason | None:
    return next((reason for code, reason in _BY_CODE if status and code.match(status)), None)
