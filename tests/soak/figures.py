"""How a trial tells its figures: one plain line. Pure."""

from __future__ import annotations

from collections.abc import Mapping


def write_line(title: str, figures: Mapping[str, object]) -> str:
    """Return ``title: readers 2000, sent 1980, doubles 0``."""
    told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in figures.items())
    return f"{title}: {told}"
