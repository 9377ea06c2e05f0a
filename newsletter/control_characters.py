"""Characters of foreign text that are not seen but act, on a terminal or on the order of a line. Pure."""

from __future__ import annotations

import json
import re

# C0 and C1 but white space; marks that hide or reorder text (U+061C, U+200B–F, U+202A–E, U+2060–F, U+FEFF);
# what annotates or tags it; what is no character. To stand in a set of a pattern.
CONTROLS = (
    r"\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e0fff"
)
_CONTROLS = re.compile(f"[{CONTROLS}]")
_MOVES = re.compile("[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def drop_controls(text: str) -> str:
    """Return ``text`` without them. White space stays, and so do the joiners that spelling and emoji need."""
    return text if text.isascii() and text.isprintable() else _CONTROLS.sub("", text)


def make_printable(text: str) -> str:
    """Return ``text`` as a terminal may show it: lines stay lines, and nothing moves the cursor or colours."""
    return _MOVES.sub(" ", drop_controls(text))


def escape_controls(document: str) -> str:
    """Return a JSON document that says the same and holds none of them."""
    return _CONTROLS.sub(lambda found: json.dumps(found[0])[1:-1], document)
