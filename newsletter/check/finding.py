"""What a check found, and what a check is given. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from newsletter.model import IssueKey


class Level(StrEnum):
    """What a finding means for the send."""

    FAIL = "fail"  # blocks it
    WARN = "warn"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong. ``check`` is a stable name, by which an operator waives it."""

    check: str
    level: Level
    message: str  # what is wrong, and where
    hint: str = ""  # what to do


_TELLING = 5  # letters of a word, of which fewer stand in others: "NaN" in "finance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the sender knows about the mail. A check whose knowledge is missing here is left out."""

    domain: str = ""  # the sending domain
    base_url: str = ""  # of the public web face
    token: str = ""  # the recipient's, as it must stand in every unsubscribe link
    now: datetime | None = None
    latest: datetime | None = None  # no Date may be later: of a mail that was made some time
    issue: IssueKey | None = None
    envelope: str = ""  # the domain of the envelope sender
    pictures: tuple[str, ...] = ()  # hosts beside the web face that pictures may come from: the logo's
    signed: bool = False  # a DKIM signature must be there
    why: str = ""  # the sentence that says why a reader gets this mail
    postal: tuple[str, ...] = ()  # lines of the postal address
    recent_subjects: tuple[str, ...] = ()  # of the last issues
    told: tuple[str, ...] = ()  # what the issue says: each must stand in both parts
    preheader: str = ""  # the issue's
    beside: tuple[str, ...] = ()  # what it says beside its stories: lines, prices, dates, labels
    foreign: frozenset[str] = frozenset()  # what sources say in it, solid: it was judged at composing

    def is_foreign(self, words: str) -> bool:
        """Whether a source says these words somewhere, so that no template need be at fault."""
        solid = solidify(words)
        is_word = solid.isalpha() and len(solid) < _TELLING
        return solid in self.foreign or (not is_word and any(solid in said for said in self.foreign))

    def is_whole(self, words: str) -> bool:
        """Whether these words are all that a source says in some place."""
        return solidify(words) in self.foreign


def fail(check: str, message: str, hint: str = "") -> Finding:
    """Make a finding that blocks the send."""
    return Finding(check=check, level=Level.FAIL, message=message, hint=hint)


def warn(check: str, message: str, hint: str = "") -> Finding:
    """Make a finding that does not."""
    return Finding(check=check, level=Level.WARN, message=message, hint=hint)


def not_run(check: str, why: str, hint: str) -> Finding:
    """Make a finding that says why a check was left out."""
    return Finding(check=check, level=Level.NOT_RUN, message=why, hint=hint)


def find_host(address: str) -> str:
    """Return the host of a web address, or an empty string."""
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def read_ip(text: str) -> IPv4Address | IPv6Address | None:
    """Return an IP address, or None where it is a name."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def is_within(host: str, domain: str) -> bool:
    """Whether ``host`` is ``domain`` or below it."""
    host, domain = host.lower().rstrip("."), domain.lower().rstrip(".")
    return host == domain or host.endswith("." + domain)


def is_aligned(one: str, other: str) -> bool:
    """Whether two domains align as DMARC's relaxed mode asks: one is the other or below it (RFC 7489, 3.1)."""
    return is_within(one, other) or is_within(other, one)


def read_tags(text: str) -> dict[str, str]:
    """Return the tags of a record or a signature, "v=DMARC1; p=none", without blanks in their values."""
    pairs = (item.partition("=") for item in text.split(";") if "=" in item)
    return {name.strip().lower(): re.sub(r"\s+", "", value) for name, _, value in pairs}


def squeeze(text: str) -> str:
    """Return ``text`` with every run of blanks as one space, and soft breaks of words taken out."""
    return re.sub(r"\s+", " ", text.replace("\u200b", "")).strip()


def solidify(text: str) -> str:
    """Return ``text`` without blanks and case: a very long word may be broken where a line ends."""
    return "".join(text.replace("\u200b", "").split()).casefold()
