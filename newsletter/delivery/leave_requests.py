"""Telling a mail that asks to leave: by its token, or written by hand to the unsubscribe address. Pure.

The address of List-Unsubscribe holds a token of its own: whoever writes there leaves. Who writes to the plain address
wants to leave too, in whatever language, but From can be forged. It is believed where the receiving host, named in
the settings, says that DMARC passes for its domain (RFC 7489, RFC 8601); else its owner gets a link to press.
"""

from __future__ import annotations

import re
from email import policy
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from newsletter import links
from newsletter.delivery.mail_parts import WILD

_HEAD_BYTES = 65_536
_RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
# The subject in mails of version 0.2 and before, and where the address has no room for a token.
_SUBJECT = re.compile(rf"unsubscribe[- ]([A-Za-z0-9_-]{{{links.TOKEN_LENGTH}}})\s*$")
_COMMENT = re.compile(r"\([^()]*\)")
_HEADER_FROM = re.compile(r"\bheader\.from\s*=\s*\"?(?:[^\s;\"@]*@)?([^\s;\"]+)", re.IGNORECASE)
_DMARC = re.compile(r"^\s*dmarc\s*=\s*(\w+)", re.IGNORECASE)


def find_tokens(raw: bytes) -> tuple[str, ...]:
    """Return the unsubscribe tokens that a mail's recipients or its subject hold; they are not checked."""
    message = _read_head(raw)
    subject = " ".join(str(message.get("subject", "")).split())
    told = _SUBJECT.findall(subject)
    return (*links.find_mail_tokens(" ".join((*_addresses(message, _RECIPIENTS), subject))), *told)


def find_leaver(raw: bytes, unsubscribe_address: str) -> str | None:
    """Return the address of whoever wrote to ``unsubscribe_address``; None for other mail and for machines'."""
    message = _read_head(raw)
    local, _, domain = unsubscribe_address.lower().rpartition("@")
    named = {address.lower() for address in _addresses(message, _RECIPIENTS)}
    to_us = any(one.startswith((f"{local}@", f"{local}+")) and one.endswith(f"@{domain}") for one in named)
    if not to_us or _is_automatic(message):
        return None
    senders = _addresses(message, ("from",))
    return senders[0] if len(senders) == 1 else None


def is_authentic(raw: bytes, sender: str, authserv_id: str) -> bool:
    """Whether the host ``authserv_id`` says that DMARC passes for the sender's own domain, and nowhere the contrary.

    The host takes forged fields of its name out of what it receives (RFC 8601 section 5).
    """
    if not authserv_id:
        return False
    domain, passed = sender.rpartition("@")[2].lower(), False
    for field in _read_head(raw).get_all("authentication-results", []):
        host, *results = _COMMENT.sub(" ", " ".join(str(field).split())).split(";")
        if (host.lower().split() or [""])[0] != authserv_id.lower():
            continue
        for result in results:
            found, of = _DMARC.match(result), _HEADER_FROM.search(result)
            if found is None:
                continue
            if found[1].lower() != "pass" or of is None or of[1].lower().rstrip(".") != domain:
                return False
            passed = True
    return passed


def _read_head(raw: bytes) -> Message:
    return BytesHeaderParser(policy=policy.compat32).parsebytes(raw[:_HEAD_BYTES])


def _addresses(message: Message, names: tuple[str, ...]) -> list[str]:
    lines = [str(line) for name in names for line in message.get_all(name, [])]
    try:
        return [address for _, address in getaddresses(lines) if "@" in address]
    except WILD:  # comments within comments, a thousand deep
        return []


def _is_automatic(message: Message) -> bool:
    """Whether no person wrote it (RFC 3834)."""
    submitted = str(message.get("auto-submitted", "no")).partition(";")[0].strip().lower()
    precedence = str(message.get("precedence", "")).strip().lower()
    return submitted != "no" or precedence in {"bulk", "junk", "list"} or message.get("return-path") == "<>"
