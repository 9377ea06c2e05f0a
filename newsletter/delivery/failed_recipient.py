"""One recipient of a report: who, for good or for now, and why. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from newsletter.delivery.reasons import Reason, find_reason, is_sure
from newsletter.model import BounceKind

ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(?![A-Za-z0-9-]|"
    r"\.[A-Za-z0-9])"
)
# RFC 6533 section 3 names the type of such an address. Elsewhere letters of any script may stand beside one.
_UTF8_ADDRESS = re.compile(r"(?i)^\s*utf-8\s*;\s*<?([^\s<>;@]{1,64}@[^\s<>;@]{1,253})")
STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_SPOKEN = re.compile(r"(?<![\d.])[45]\d\d[-\s'\"#(<]{1,3}([45]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?=[\s;-])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """One recipient of a report."""

    address: str
    kind: BounceKind  # hard or soft
    status: str | None
    reason: Reason
    sure: bool = True  # whether the reason rests on more than a phrase

    @property
    def suppresses(self) -> bool:
        """Whether the address is dead and is never mailed again."""
        return self.kind is BounceKind.HARD and self.reason.is_dead and self.sure


def find_address(value: str) -> str:
    """Return the first address in a header value such as ``rfc822; a@b``, or ""."""
    if typed := _UTF8_ADDRESS.match(value):
        return typed[1].strip(".").lower()
    value = value.partition(";")[2] or value
    found = ADDRESS.search(value)
    return found[0].strip(".").lower() if found else ""


def first_of(pattern: re.Pattern[str], text: str) -> str | None:
    """Return the first group of the first match, or None."""
    found = pattern.search(text)
    return found[1] if found else None


def judge(
    address: str, words: str, *, status: str | None = None, delayed: bool = False, around: str = ""
) -> Failed:
    """Decide kind and reason for one recipient.

    The code inside the words comes from the host that refused, ``status`` from the one that reports;
    the former is the better one, unless the reporter gave up after trying for days.
    """
    spoken = first_of(_SPOKEN, words) or first_of(STATUS, words)
    reply = first_of(_REPLY, words)
    vague = status is None or status.endswith((".0.0", ".0"))
    best = spoken or status
    if status and status.startswith("4.") and (spoken is None or spoken.endswith(".0.0")):
        best = status
    if delayed or (best or "").startswith("4."):
        soft = True
    elif best is not None and not vague:
        soft = False
    elif reply is not None and spoken is None and vague and (status is None or status.startswith("5")):
        soft = reply.startswith("4")
    else:
        soft = False
    # A host's own words begin at its code: what stands before is the reporter's.
    said = _SPOKEN.search(words)
    reason = find_reason(words[said.start() :] if said else words, spoken or status, around=around)
    if reason is Reason.UNKNOWN and said:
        reason = find_reason(words, spoken or status, around=around)
    if best is None and reply is None and reason in {Reason.EXPIRED, Reason.NETWORK}:
        soft = True
    return Failed(
        address=address,
        kind=BounceKind.SOFT if soft else BounceKind.HARD,
        status=best,
        reason=reason,
        sure=reason is not Reason.USER_UNKNOWN or is_sure(words, best),
    )


def unique(found: Iterable[Failed]) -> list[Failed]:
    """One entry an address: a hard one wins over a soft one."""
    by_address: dict[str, Failed] = {}
    for item in found:
        known = by_address.get(item.address)
        if known is None or (known.kind is BounceKind.SOFT and item.kind is BounceKind.HARD):
            by_address[item.address] = item
    return list(by_address.values())
