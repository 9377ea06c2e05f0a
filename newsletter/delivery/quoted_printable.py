"""Quoted-printable (RFC 2045 section 6.7) that keeps a recipient's slot in one piece. Pure.

The standard library's encoder may break a line inside the slot, and then nothing can be put in its
place. Two habits beside the RFC's rules: a line never begins with "." (SMTP would have to double it,
RFC 5321 section 4.5.2) nor with "From " (old mailbox files would put ">" before it, and the signature
would break).
"""

from __future__ import annotations

import re

MAX_LINE = 76  # the RFC's limit, without CRLF
_NOT_LITERAL = re.compile(rb"[^\t -<>-~]")


def encode_quoted(text: str, *, slot: str) -> bytes:
    """Return ``text`` as quoted-printable with CRLF line ends; each ``slot`` stays whole and unchanged.

    ``slot`` is printable ASCII without "=", and shorter than a line.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return b"\r\n".join(_encode_line(line, slot) for line in lines)


def _encode_line(line: str, slot: str) -> bytes:
    whole = slot.encode("ascii")
    rest = whole.join(_NOT_LITERAL.sub(_escape, part.encode("utf-8")) for part in line.split(slot))
    if rest.endswith((b" ", b"\t")):
        rest = rest[:-1] + b"=%02X" % rest[-1]  # white space at the end of a line is not safe
    out: list[bytes] = []
    while True:
        if rest.startswith((b".", b"From ")) and not rest.startswith(whole):
            rest = b"=%02X" % rest[0] + rest[1:]
        if len(rest) <= MAX_LINE:
            return b"\r\n".join([*out, rest])
        end = _find_end(rest, whole)
        out.append(rest[:end] + b"=")
        rest = rest[end:]


def _find_end(rest: bytes, slot: bytes) -> int:
    """Where a line is broken: as late as leaves room for a "=", and neither in an "=XX" nor in a slot."""
    end = MAX_LINE - 1
    divided = rest.find(slot, max(0, end - len(slot) + 1), end + len(slot) - 1)
    if divided >= 0:
        return divided
    return end - 1 if rest[end - 1 : end] == b"=" else end - 2 if rest[end - 2 : end - 1] == b"=" else end


def _escape(found: re.Match[bytes]) -> bytes:
    return b"=%02X" % found[0][0]
