"""The parts of a mail that may be damaged in any way, read as well as can be. Pure.

The standard library's parser takes any bytes, and stumbles over some of them later, when it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import Message
from html import unescape

# The parser's own faults on wild bytes.
WILD = (ValueError, LookupError, AttributeError, TypeError, AssertionError, MessageError, RecursionError)
_MAX_TEXT = 20_000


def walk_parts(message: Message) -> Iterator[Message]:
    """Every part, as far as they can be reached."""
    try:
        yield from message.walk()
    except WILD:
        return


def read_header(part: Message, name: str) -> str:
    """A header as text; the parser gives odd objects for odd bytes."""
    try:
        value = part.get(name)
        return "" if value is None else " ".join(str(value).split())
    except WILD:
        return ""


def kind_of(part: Message) -> str:
    """The media type, ``text/plain`` where it says none."""
    try:
        return part.get_content_type()
    except WILD:
        return "text/plain"


def parameter_of(part: Message, name: str) -> str:
    """A parameter of the media type in lower case, or ""."""
    try:
        value = part.get_param(name)
        return value.strip().lower() if isinstance(value, str) else ""
    except WILD:
        return ""


def text_of(part: Message) -> str:
    """The text of a part, decoded as well as can be, markup taken out."""
    try:
        payload = part.get_payload(decode=True)
    except WILD:
        payload = None
    if not isinstance(payload, bytes):
        return ""
    try:
        charset = part.get_content_charset() or "utf-8"
        text = payload[: _MAX_TEXT * 4].decode(charset, "replace")
    except WILD:
        text = payload[: _MAX_TEXT * 4].decode("utf-8", "replace")
    if kind_of(part) == "text/html" or "<html" in text[:500].lower():
        text = re.sub(r"(?is)<(style|script|head)\b.*?</\1>", " ", text)
        text = re.sub(r"(?i)<(?:br|/p|/div|/tr|/li|/h\d)\b[^>]*>", "\n", text)
        text = unescape(re.sub(r"<(?!\S+@)[^>]*>", " ", text))
    return text[:_MAX_TEXT]


def raw_text(part: Message) -> str:
    """A part as it came. ``as_string`` refuses to write headers that are damaged."""
    payload = part.get_payload()
    if isinstance(payload, list):
        written = [raw_text(item) if isinstance(item, Message) else str(item or "") for item in payload]
    else:
        plain = part.get_payload(decode=True)
        written = [plain.decode("utf-8", "replace") if isinstance(plain, bytes) else str(payload or "")]
    lines = [f"{name}: {value}" for name, value in part.raw_items()]
    # The parser hides octets beyond ASCII in surrogates; RFC 6533 says that they are UTF-8.
    head = "\n".join(lines).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "\n".join([head, "", *written])
