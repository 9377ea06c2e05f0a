"""What a report that came back says. Pure."""

from __future__ import annotations

from enum import StrEnum


class BounceKind(StrEnum):
    """What a report that came back says."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"
    NONE = "none"


class Consequence(StrEnum):
    """What follows from a report for the address that it is about."""

    NONE = "none"  # the sender or the content was refused: it says nothing about the reader
    COUNTS = "counts"  # nothing at once; many of them within a while suppress
    WAITS = "waits"  # what it says does not agree with itself: a second such report suppresses
    DEAD = "dead"  # suppressed at once
    HELD = "held"  # would be, but so many are unlikely: the operator is asked
