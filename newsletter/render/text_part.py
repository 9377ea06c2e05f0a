"""The text part of a mail, tidied after its template. Pure."""

from __future__ import annotations

import re

_EMPTY_LINES = re.compile(r"\n{3,}")


def tidy_text(text: str) -> str:
    """Return ``text`` with no trailing blanks, at most one empty line in a row, and one last line end."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return _EMPTY_LINES.sub("\n\n", lines).strip("\n") + "\n"
