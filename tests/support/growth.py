"""Time that grows with the size of what is worked on, and no faster."""

from __future__ import annotations

import time
from collections.abc import Callable

TIMES, MOST = 8, 24  # of a linear one the time grows about eight times, of a quadratic one sixty-four
NOTICED = 0.1  # seconds: what takes less does no harm


def grows_evenly(work: Callable[[int], object], size: int) -> bool:
    """Whether ``work`` of a size takes no more than its share of what it takes of an eighth of that."""
    long = _measure(work, size)
    return long < NOTICED or min(_measure(work, size), long) < MOST * _measure(work, size // TIMES)


def _measure(work: Callable[[int], object], size: int) -> float:
    started = time.thread_time()
    work(size)
    return time.thread_time() - started
