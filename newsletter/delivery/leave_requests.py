"""Telling a mail that asks to leave, where it carries no token: written by hand to the unsubscribe address. Pure.

Who writes there wants to leave, in whatever language. The sender's address is all the proof there is, and it can
be forged: so it only unsubscribes, which its owner is told of and can undo, and never suppresses.
"""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import Message
from email.utils import getaddresses

_HEAD_BYTES = 65_536
_RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "x-envelope-to")


def find_leaver(raw: bytes, unsubscribe_address: str) -> str | None:
    """Return the address of whoever wrote to ``unsubscribe_address``; None for other mail and for machines'."""
    message = message_from_bytes(raw[:_HEAD_BYTES], policy=policy.compat32)
    named = {address.lower() for address in _addresses(message, _RECIPIENTS)}
    if unsubscribe_address.lower() not in named or _is_automatic(message):
        return None
    senders = _addresses(message, ("from",))
    return senders[0] if len(senders) == 1 else None


def _addresses(message: Message, names: tuple[str, ...]) -> list[str]:
    lines = [str(line) for name in names for line in message.get_all(name, [])]
    return [address for _, address in getaddresses(lines) if "@" in address]


def _is_automatic(message: Message) -> bool:
    """Whether no person wrote it (RFC 3834)."""
    submitted = str(message.get("auto-submitted", "no")).partition(";")[0].strip().lower()
    precedence = str(message.get("precedence", "")).strip().lower()
    return submitted != "no" or precedence in {"bulk", "junk", "list"} or message.get("return-path") == "<>"
