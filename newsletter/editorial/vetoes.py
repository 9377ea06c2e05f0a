"""What keeps two similar articles apart: they name different things of one kind. Pure."""

from __future__ import annotations

from newsletter.editorial.fingerprint import Fingerprint


def tell_apart(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two articles cannot be one story, however much they share."""
    return bool(one.periods and other.periods and not one.periods & other.periods)
