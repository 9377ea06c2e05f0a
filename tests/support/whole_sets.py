"""``make test`` reads a part of the long sets, ``make soak`` all of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

WHOLE = bool(os.environ.get("WHOLE"))
# What is divided by it in `make test`: a document that is as large as it can be, many examples of Hypothesis.
SHORTER, FEWER = (1, 1) if WHOLE else (10, 3)

Row = TypeVar("Row")


def thin_out(rows: Sequence[Row], every: int, first: int = 0) -> list[Row]:
    """Return one row in ``every`` from place ``first`` on, or all where the whole set is wanted."""
    return list(rows if WHOLE else rows[first::every])
