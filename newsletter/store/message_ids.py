"""Message-IDs, made of what a message is: short, lower-case, and saying nothing of a reader. Pure."""

from __future__ import annotations

from datetime import date
from hashlib import blake2b

_BYTES = 15  # 24 characters of five bits
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"  # base32 (RFC 4648), as mail names hold it
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]  # a list is planned faster by pairs


def make_message_id(day: date, issue: int, subscriber: int, domain: str) -> str:
    """Return the Message-ID of one issue to one subscriber: the same for ever, so a copy shows as one."""
    name = message_name(f"{issue}\0{subscriber}\0{domain}")
    return f"<{day.isoformat().replace('-', '')}.{name}@{domain}>"


def message_name(what: str) -> str:
    """Return a digest of what makes a message one of its own."""
    number = int.from_bytes(blake2b(what.encode(), digest_size=_BYTES, person=b"message-id").digest())
    return "".join([_PAIRS[number >> bits & 1023] for bits in range(8 * _BYTES - 10, -1, -10)])
