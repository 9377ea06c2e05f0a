"""What a report comes to, and each recipient of it: who, for good or for now, and why. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from newsletter.delivery.outcomes import Phase
from newsletter.delivery.reasons import FILTERS_SAY, Reason, find_doubt, find_reason, is_sure
from newsletter.delivery.refused_command import find_refused, is_never_told
from newsletter.model import BounceKind, Consequence

ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(?![A-Za-z0-9-]|"
    r"\.[A-Za-z0-9])"
)
# RFC 6533 section 3 names the type of such an address. Elsewhere letters of any script may stand beside one.
_UTF8_ADDRESS = re.compile(r"(?i)^\s*utf-8\s*;\s*<?([^\s<>;@]{1,64}@[^\s<>;@]{1,253})")
STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_SPOKEN = re.compile(r"(?<![\d.])[45]\d\d[-\s'\"#(<]{1,3}([45]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_REPLY = re.compile(r"(?<![\d.])([45]\d\d)(?=[\s;-]|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """One recipient of a report."""

    address: str
    kind: BounceKind  # hard or soft
    status: str | None
    reason: Reason
    consequence: Consequence
    doubt: str = ""  # why it waits: what of the report does not agree with the rest
    onward: str = ""  # the address that failed, where ``address`` was forwarded to it

    @property
    def suppresses(self) -> bool:
        """Whether the address is dead and is never mailed again."""
        return self.consequence is Consequence.DEAD


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that one message or notice says of failed deliveries and complaints."""

    failed: tuple[Failed, ...] = ()
    arrived: tuple[str, ...] = ()  # the addresses of which it says that they got it
    complained: tuple[str, ...] = ()  # addresses, "" for one that is not named
    written_by: str = ""  # whose name stands over it, where its words alone make it a report
    told: str = ""  # the document of a provider: our envelope sender may stand in it
    understood: bool = True  # else it is neither a report nor anything else that is known

    @property
    def kind(self) -> BounceKind:
        """The worst that it says."""
        if self.complained:
            return BounceKind.COMPLAINT
        kinds = {one.kind for one in self.failed}
        return BounceKind.HARD if BounceKind.HARD in kinds else BounceKind.SOFT if kinds else BounceKind.NONE


NOTHING = Report()


def narrow(report: Report, reader: str) -> tuple[Report, bool]:
    """Return what a report says of ``reader``, whom alone our message went to, and whether it is of a forward.

    A forward may keep a copy: what another address refuses, for good or for now, says nothing of the reader's own.
    What an assistant says in the reader's own name ("the old address will no longer exist") shows that it arrived.
    """
    if is_same(reader, report.written_by) or any(is_same(reader, address) for address in report.arrived):
        return NOTHING, False
    own = [
        one for one in report.failed if not one.onward and (not one.address or is_same(reader, one.address))
    ]
    if own or not report.failed:
        return replace(report, failed=tuple(own)), False
    return NOTHING, any(one.consequence is not Consequence.NONE for one in report.failed)


def is_same(address: str, other: str) -> bool:
    """Whether two addresses are one: a host may put its own name into it (``a@b.example``, ``a@mx.b.example``)."""
    (local, _, domain), (name, _, host) = address.lower().rpartition("@"), other.lower().rpartition("@")
    return local == name and (f".{domain}".endswith(f".{host}") or f".{host}".endswith(f".{domain}"))


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
    address: str,
    words: str,
    *,
    status: str | None = None,
    delayed: bool = False,
    around: str = "",
    refused: Phase | None = None,
    ours: Collection[str] = (),
) -> Failed:
    """Decide kind, reason and what follows for one recipient.

    The code inside the words comes from the host that refused, ``status`` from the one that reports;
    the former is the better one, unless the reporter gave up after trying for days. ``around`` is the rest of the
    report, ``refused`` the command that was refused, where it is known otherwise, and ``ours`` are the addresses that
    the report was sent to: of all of them one was the envelope sender.
    """
    spoken = first_of(_SPOKEN, words) or first_of(STATUS, words)
    best = spoken or status
    if status and status.startswith("4.") and (spoken is None or spoken.endswith(".0.0")):
        best = status
    reply = first_of(_REPLY, words)
    # A host's own words begin at its code: what stands before is the reporter's.
    said = _SPOKEN.search(words)
    own = words[said.start() :] if said else words
    # Where the host gave a bare code, sendmail makes 5.1.1 of each 550 and 5.2.2 of each 552: its words come first.
    in_words = find_reason(own, None) if spoken is None and reply is not None else None
    reason = in_words if in_words not in {None, Reason.UNKNOWN} else find_reason(own, spoken or status)
    if reason is Reason.UNKNOWN and said:
        own = words
        reason = find_reason(own, spoken or status)
    soft = delayed or _is_soft(best, spoken, status, reply)
    if best is None and reply is None and reason in {Reason.EXPIRED, Reason.NETWORK}:
        soft = True
    refused = refused or find_refused(words, around)
    if refused in _BEFORE_RECIPIENT or _names_us(own, address, ours):
        reason = reason if reason.is_about_us or reason in _OF_NOBODY else Reason.SENDER_REFUSED
    elif reason.is_dead and (
        refused is Phase.BODY or (refused is None and FILTERS_SAY.search(f"{words} {around}"))
    ):
        reason = Reason.POLICY  # seen with its content: a filter's answer, whatever it calls itself
    # Another host refused and nobody says which command: a domain that it does not name may be the sender's, and of a
    # reporter that never says it the host has to name the very address, which it heard in RCPT TO.
    named = (address, address.rpartition("@")[2], "recipient", "destination")
    is_vague = refused is None and reply is not None and not any(one and one in own.lower() for one in named)
    code = spoken if in_words else best
    may_be_ours = is_vague and reason is Reason.HOST_UNKNOWN and code not in _OF_DESTINATION
    if refused is None and reply is not None and is_never_told(around):
        may_be_ours = may_be_ours or address not in own[own.find(reply) :].lower()
    consequence, doubt = _weigh(reason, own, words, code, soft=soft, is_proved=not may_be_ours)
    return Failed(
        address=address,
        kind=BounceKind.SOFT if soft else BounceKind.HARD,
        status=best,
        reason=reason,
        consequence=consequence,
        doubt=doubt,
    )


_OF_DESTINATION = frozenset({"5.1.2", "5.4.4"})  # by RFC 3463 section 3.2 never the sender's
_OF_NOBODY = frozenset(
    {Reason.TOO_BIG, Reason.NETWORK, Reason.EXPIRED, Reason.SYSTEM}
)  # whatever was refused
_BEFORE_RECIPIENT = frozenset({Phase.CONNECT, Phase.TLS, Phase.AUTH, Phase.GREETING, Phase.MAIL})
# What may be said of a box that is not there as well as of one that is shut for a while.
_MAY_BE_GONE = frozenset(
    {Reason.SUSPENDED, Reason.NETWORK, Reason.SYSTEM, Reason.EXPIRED, Reason.POLICY, Reason.UNKNOWN}
)


def _is_soft(best: str | None, spoken: str | None, status: str | None, reply: str | None) -> bool:
    if (best or "").startswith("4."):
        return True
    if best is not None and status is not None and not status.endswith(".0"):
        return False
    is_silent = spoken is None and (status is None or status.startswith("5"))
    return is_silent and reply is not None and reply.startswith("4")


def _names_us(words: str, address: str, ours: Collection[str]) -> bool:
    """Whether a refusal names the envelope sender, or its domain, and not the recipient."""
    named = {found.strip(".").lower() for found in ADDRESS.findall(words)}
    if address in named:
        return False
    mine = {one.lower() for one in ours if one and one.lower() != address}
    if named & mine:
        return True
    here = address.rpartition("@")[2]
    domains = {one.rpartition("@")[2] for one in mine} - {here}
    return any(
        re.search(rf"(?i)(?<![\w.@/-]){re.escape(domain)}(?!\.?[\w-])", words) for domain in domains if domain
    )


def _weigh(
    reason: Reason, own: str, words: str, status: str | None, *, soft: bool, is_proved: bool
) -> tuple[Consequence, str]:
    """What follows from a failure, and why it waits: all have to agree on a dead address, words, code and command.

    Not ``is_proved``: it may be the sender that was refused.
    """
    if reason.is_about_us:
        return Consequence.NONE, ""
    if soft:
        return Consequence.COUNTS, ""
    doubt = find_doubt(reason, own, status)
    if reason.is_dead:
        if not is_proved:
            doubt = "the sender may be meant"
        elif not doubt and reason is Reason.USER_UNKNOWN and not is_sure(words, status):
            doubt = "no host says so with a code"
        return (Consequence.WAITS, doubt) if doubt else (Consequence.DEAD, "")
    return (Consequence.WAITS, doubt) if doubt and reason in _MAY_BE_GONE else (Consequence.COUNTS, "")


def unique(found: Iterable[Failed]) -> list[Failed]:
    """One entry an address: its own wins over that of a forward, and a hard one over a soft one."""
    by_address: dict[str, Failed] = {}
    for item in found:
        known = by_address.get(item.address)
        if known is None or _weight(item) > _weight(known):
            by_address[item.address] = item
    return list(by_address.values())


def _weight(item: Failed) -> tuple[bool, bool]:
    return not item.onward, item.kind is BounceKind.HARD
