"""The sample contents of the studio: the hardest issues there are. Pure."""

from __future__ import annotations

from newsletter.render.hard_issues import tricky_issues


def list_samples() -> tuple[str, ...]:
    """Return what the sample contents are, in order."""
    return tuple(name for name, _ in tricky_issues())
