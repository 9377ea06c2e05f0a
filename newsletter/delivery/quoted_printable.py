"""Quoted-printable (RFC 2045 section 6.7) that keeps a recipient's slot in one piece. Pure.

The standard library's encoder may break a line inside the slot, and then nothing can be put in its
place. Two habits beside the RFC's rules: a line never begins with "." (SMTP would have to double it,
RFC 5321 section 4.5.2) nor with "From " (old mailbox files would put ">" before it, and the signature
would break).
"""

from __future__ import annotations

import re

MAX_LINE = 76  # the RFC's limit, without CRLF
_LITERAL = frozenset(range(33, 127)) - {ord("=")}
_SPACES = frozenset(b" \t")


def encode_quoted(text: str, *, slot: str) -> bytes:
    """Return ``text`` as quoted-printable with CRLF line ends; each ``slot`` stays whole and unchanged.

    ``slot`` must be printable ASCII without "=", and shorter than a line.
    """
    if not re.fullmatch(r"[!-<>-~]{1,70}", slot):
        raise ValueError("the slot must be up to 70 printable ASCII characters without '='")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return b"\r\n".join(_encode_line(line, slot) for line in lines)


def _encode_line(line: str, slot: str) -> bytes:
    out: list[bytes] = []
    current = b""
    atoms = _atoms(line, slot)
    for index, atom in enumerate(atoms):
        last = index == len(atoms) - 1
        if last and atom in (b" ", b"\t"):
            atom = b"=%02X" % atom[0]  # noqa: PLW2901 - white space at the end of a line is not safe
        room = MAX_LINE if last else MAX_LINE - 1  # for the "=" of a soft line break
        if len(current) + len(atom) > room:
            out.append(current + b"=")
            current = b""
        if not current and atom == b".":
            atom = b"=2E"  # noqa: PLW2901
        if not current and b"".join(atoms[index : index + 5]) == b"From ":
            atom = b"=46"  # noqa: PLW2901
        current += atom
    out.append(current)
    return b"\r\n".join(out)


def _atoms(line: str, slot: str) -> list[bytes]:
    """What a line break may not divide: a character's octet, an "=XX", a whole slot."""
    atoms: list[bytes] = []
    for index, part in enumerate(line.split(slot)):
        if index:
            atoms.append(slot.encode("ascii"))
        for octet in part.encode("utf-8"):
            literal = octet in _LITERAL or octet in _SPACES
            atoms.append(bytes((octet,)) if literal else b"=%02X" % octet)
    return atoms
