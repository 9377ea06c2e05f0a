"""What a report that came back says. Pure."""

from __future__ import annotations

from enum import StrEnum


class BounceKind(StrEnum):
    """What a report that came back says."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"
    NONE = "none"
