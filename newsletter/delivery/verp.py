"""VERP: an envelope sender that says whose mail came back. Pure.

``bounce+d123-k3v9x0a1b2@domain`` names one row of the ledger (d: a delivery, n: a notice) and proves with a
keyed digest that we made it, so that nobody bounces a subscriber off the list with invented reports.
The address stays the same if a relay changes its case (RFC 5321 section 2.4 lets hosts do so).
"""

from __future__ import annotations

import hmac
import re
from base64 import b32encode
from hashlib import blake2b

from newsletter.store.ledger import Ledger

_LETTERS = {Ledger.DELIVERIES: "d", Ledger.NOTICES: "n"}
_LEDGERS = {letter: ledger for ledger, letter in _LETTERS.items()}
# Some hosts answer to another separator, or put quotes around the local part.
_SHAPE = re.compile(r"bounce[+=_-]([dn])(\d{1,19})-([a-z2-7]{16})(?=[@\s>\"';,]|$)", re.IGNORECASE)


def encode_sender(secret: bytes, ledger: Ledger, row: int, domain: str) -> str:
    """Return the envelope sender for one row of the ledger."""
    name = f"{_LETTERS[ledger]}{row}"
    return f"bounce+{name}-{_proof(secret, name)}@{domain}"


def decode_sender(secret: bytes, text: str) -> tuple[Ledger, int] | None:
    """Return the row that an envelope sender in ``text`` names, or None where there is none of ours."""
    for match in _SHAPE.finditer(text):
        letter, row = match[1].lower(), int(match[2])
        if hmac.compare_digest(match[3].lower(), _proof(secret, f"{letter}{row}")):
            return _LEDGERS[letter], row
    return None


def _proof(secret: bytes, name: str) -> str:
    digest = blake2b(name.encode("ascii"), key=secret[:64], digest_size=10, person=b"verp")
    return b32encode(digest.digest()).decode("ascii").lower()
