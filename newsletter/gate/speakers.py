"""Speakers whom the source does not name. Pure."""

from __future__ import annotations

from newsletter.english.stems import fold
from newsletter.gate.names import is_known
from newsletter.gate.pieces import WORD, Source


def check_speaker(name: str, source: Source) -> list[str]:
    """A speaker whom a lead-in names must be named by the source."""
    unknown = [word for word in WORD.findall(name) if word[:1].isupper() and not is_known(fold(word), source)]
    return [f"the speaker “{name}” is not in the source"] if unknown else []
