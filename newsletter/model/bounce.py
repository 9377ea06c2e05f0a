"""What a report that came back says. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BounceKind(StrEnum):
    """What a report that came back says."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """What one report says of its recipients."""

    kind: BounceKind
    recipients: tuple[str, ...] = ()
    status: str | None = None  # RFC 3463
    reason: str = ""
