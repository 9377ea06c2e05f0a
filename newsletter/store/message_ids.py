"""Message-IDs, made of what a message is: short, lower-case, and saying nothing of a reader. Pure."""

from __future__ import annotations

from base64 import b32encode
from datetime import date
from hashlib import blake2b


def make_message_id(day: date, issue: int, subscriber: int, domain: str) -> str:
    """Return the Message-ID of one issue to one subscriber: the same for ever, so a copy shows as one."""
    name = message_name(f"{issue}\0{subscriber}\0{domain}")
    return f"<{day:%Y%m%d}.{name}@{domain}>"


def message_name(what: str) -> str:
    """Return a digest of what makes a message one of its own."""
    digest = blake2b(what.encode(), digest_size=15, person=b"message-id").digest()
    return b32encode(digest).decode("ascii").lower()
