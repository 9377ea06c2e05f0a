"""Header values that carry what they say and nothing else. Pure.

Every control character is taken out before a value becomes a header, so that no subject and no name can
begin a header of its own. Words that are not ASCII are encoded after RFC 2047; a URL never is.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from email.header import Header
from email.utils import format_datetime

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_ATOM_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_ENCODED_LINE = 76
_MAX_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3, as corrected by erratum 1690
_MAX_LINE = 998  # RFC 5322 section 2.1.1


def clean_words(text: str) -> str:
    """Return text on one line, without control characters or direction overrides."""
    text = _CONTROL.sub(" ", text)
    text = "".join(char for char in text if unicodedata.category(char) != "Cs")
    return " ".join(text.split())


def encode_words(text: str, *, name: str) -> bytes:
    """Return unstructured text as the value of the header ``name``."""
    text = clean_words(text)
    if text.isascii() and "=?" not in text:
        return text.encode("ascii")
    encoded = Header(text, charset="utf-8", header_name=name, maxlinelen=_ENCODED_LINE)
    return encoded.encode(linesep="\r\n").encode("ascii")


def encode_mailbox(name: str, address: str, *, header: str) -> bytes:
    """Return ``name <address>`` with the name as an atom, a quoted string or encoded words."""
    name = clean_words(name)
    if not name:
        return address.encode("ascii")
    if _ATOM_PHRASE.fullmatch(name) and "=?" not in name:
        phrase = name.encode("ascii")
    elif name.isascii() and "=?" not in name:
        phrase = ('"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"').encode("ascii")
    else:
        phrase = encode_words(name, name=header)
    return phrase + b" <" + address.encode("ascii") + b">"


def encode_links(*links: str) -> bytes:
    """Return ``<link>, <link>`` folded by hand, one link a line.

    The standard library would turn a long one into ``=?utf-8?q?…?=``, which no provider reads as a link.
    Raises ValueError for a link that cannot stand there.
    """
    for link in links:
        if not re.fullmatch(r"[!-;=?-~]+", link) or len(link) > _MAX_LINE - 4:
            raise ValueError(f"not a link that a header can hold: {link[:60]!r}")
    return b",\r\n ".join(b"<" + link.encode("ascii") + b">" for link in links)


def encode_date(moment: datetime) -> bytes:
    """Return a date of RFC 5322 in UTC."""
    return format_datetime(moment).encode("ascii")


def why_unmailable(address: str) -> str | None:
    """Return why an address cannot be mailed, or None.

    The edge has parsed it already; this is the last look before it enters a header and an envelope. A
    local part beyond ASCII would need SMTPUTF8 (RFC 6531) on every host on its way: it is refused clearly.
    A domain beyond ASCII arrives here in its IDNA form.
    """
    local, at, domain = address.rpartition("@")
    checks = (
        (not (at and local and domain), "it has no '@' between a name and a domain"),
        (
            _CONTROL.search(address) or any(map(str.isspace, address)),
            "it holds a space or a control character",
        ),
        (not domain.isascii(), "its domain is not in ASCII (IDNA) form"),
        (not local.isascii(), "its local part is not ASCII, which needs SMTPUTF8 on every host on its way"),
        (any(char in '<>,;:\\"()[]' for char in address), "it holds a character with a meaning in headers"),
        (len(address) > _MAX_ADDRESS, f"it is longer than {_MAX_ADDRESS} characters"),
    )
    return next((f"cannot be mailed: {why}" for wrong, why in checks if wrong), None)
