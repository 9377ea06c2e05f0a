"""What a report says in words: its own text, and what of it is about one recipient. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.message import Message

from newsletter.delivery.failed_recipient import ADDRESS, STATUS, find_address
from newsletter.delivery.mail_parts import kind_of, read_header, text_of, walk_parts
from newsletter.delivery.reasons import Reason, find_reason

_MAX_TEXT = 20_000
MACHINE = re.compile(
    r"mailer-daemon|postmaster|mail-?daemon|^daemon@|^root@|no-?reply|^bounce", re.IGNORECASE
)
_ORIGINAL = re.compile(
    r"^(?:[-_=*> ]*(?:(?:below this line is|this is|here is|following is) a copy of|original message|the "
    r"(?:original|header|headers|text) of|"
    r"(?:unsent|your|returned|the) (?:original )?message (?:follows|below|header|headers|is|text)|message "
    r"(?:header|headers|text|follows)|"
    r"forwarded message|-+ ?(?:unsent|returned) message|received message|a copy of the (?:original "
    r")?message|start of (?:returned|forwarded)|"
    r"included is a copy|-----original|.{0,30}message headers? follows?)\b.*|"
    r"(?:Received|Return-Path|Message-ID|X-Mailer|MIME-Version|DKIM-Signature): .*)$",
    re.IGNORECASE | re.MULTILINE,
)


def report_text(message: Message, *, whole: bool = False) -> str:
    """The words of the report itself, without the message it returns; with ``whole`` all of the text."""
    texts: list[str] = []
    for part in walk_parts(message):
        kind = kind_of(part)
        if kind.startswith("message/") or kind == "text/rfc822-headers":
            break
        if kind.startswith("multipart/") and isinstance(payload := part.get_payload(), str):
            texts.append(payload[:_MAX_TEXT])  # a multipart without parts
        if kind.startswith("text/") and (text := text_of(part).strip()):
            texts.append(text)
            if kind == "text/plain":
                break
    text = "\n".join(texts)
    if whole:
        return text
    found = _ORIGINAL.search(text)
    # A mark at the very top says nothing: some reports begin with it.
    return text[: found.start()] if found and found.start() > 40 else text  # noqa: PLR2004


def addresses_in(text: str, own: set[str]) -> list[str]:
    """The addresses a report names first: those that stand out, else the first one that is not ours."""
    patterns = (
        r"(?im)^[ \t]*<?(" + ADDRESS.pattern + r")>?[ \t]*:",
        r"(?im)^[ \t>*]*(?:<|to: ?<?|recipient: ?<?|rcpt to: ?<?|final-recipient: ?(?:rfc822;)? ?<?)?("
        + ADDRESS.pattern
        + r")>?[ \t]*(?:[:.,;(-].*)?$",
        r"(?i)rcpt to: ?<(" + ADDRESS.pattern + ")>",
        "(" + ADDRESS.pattern + ")",
    )
    for pattern in patterns:
        found = [
            address
            for match in re.finditer(pattern, text)
            if (address := match[1].strip(".").lower()) not in own and not MACHINE.search(address)
        ]
        if found:
            return list(dict.fromkeys(found))[: 1 if pattern == patterns[-1] else 10]
    return []


def words_about(text: str, address: str, others: Iterable[str] = ()) -> str:
    """What a report says about one recipient: from its address up to the next one's, else all of it."""
    lower = text.lower()
    at = lower.find(address)
    if at < 0:
        return text[:2000]
    begin = lower.rfind("\n", 0, at) + 1
    ends = [
        lower.rfind("\n", 0, found) + 1
        for other in others
        if other != address and (found := lower.find(other, at + len(address))) > 0
    ]
    end = min([end for end in ends if end > begin], default=begin + 1200)
    piece = text[begin : min(end, begin + 1200)]
    speaks = re.search(r"[A-Za-z]{4}", ADDRESS.sub(" ", piece)) is not None
    if speaks and (find_reason(piece) is not Reason.UNKNOWN or STATUS.search(piece)):
        return piece
    # Nothing is said beside the address: the reason stands before all of them, or in a transcript below.
    return f"{piece} {text[:2000]}"


def sent_to(message: Message) -> frozenset[str]:
    """The addresses that a report was sent to: it goes to the envelope sender of what failed (RFC 5321 section 4.4)."""
    names = ("To", "Delivered-To", "X-Original-To", "X-Envelope-To")
    return frozenset(find_address(read_header(message, name)) for name in names) - {""}


def original_recipients(message: Message) -> list[str]:
    """To whom the returned message went."""
    for part in walk_parts(message):
        if part is message:
            continue
        if kind_of(part) == "text/rfc822-headers":
            found = re.search(r"(?im)^to:(.*)$", text_of(part))
            if found and (address := find_address(found[1])):
                return [address]
        elif read_header(part, "To") and (read_header(part, "Message-ID") or read_header(part, "Subject")):
            return [find_address(read_header(part, "To"))]
    return []
