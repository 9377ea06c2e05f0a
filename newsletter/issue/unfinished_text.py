"""What no text should hold: leftovers of templates, mail merges, drafts and language models, broken characters. Pure.

What a leftover looks like is data: ``unfinished_text.toml``, whose examples are the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from newsletter.data_files import read_data


def read_table() -> list[dict[str, Any]]:
    """Return the rows of the table as they stand there."""
    found: list[dict[str, Any]] = read_data("newsletter.issue", "unfinished_text.toml")["leftover"]
    return found


def _join(rows: list[dict[str, Any]]) -> dict[str, re.Pattern[str]]:
    kinds: dict[str, list[str]] = {}
    for row in rows:
        kinds.setdefault(row["kind"], []).append("".join(row["pattern"].splitlines()))
    return {kind: re.compile("|".join(patterns)) for kind, patterns in kinds.items()}


KINDS = _join(read_table())
_BROKEN = re.compile(
    "\ufffd|â€[™œ\u009d“”˜¦“—–\u0080-\u00bf]|[ÃÂ][\u0080-\u00bf]|โ€|ยฉ|ï»¿|ðŸ|Ð[\u0080-\u00bf]Ñ|é‡‘|锟斤拷"
)


def find_leftovers(text: str) -> Iterator[tuple[str, str]]:
    """Give each leftover: of what it is one ("of a template"), and its characters."""
    for kind, pattern in KINDS.items():
        for found in pattern.finditer(text):
            yield kind, found[0]


def find_broken(text: str) -> tuple[str, ...]:
    """Return the characters that a wrong encoding left."""
    return tuple(found[0] for found in _BROKEN.finditer(text))
