"""Whether a highlight leaves its reader asking who or what: it begins with a pronoun, or points back. Pure."""

from __future__ import annotations

from newsletter.english.rules import matches


def is_dangling(text: str) -> bool:
    """Whether a highlight that starts like this leaves its reader asking who or what."""
    return matches("dangling", text)
