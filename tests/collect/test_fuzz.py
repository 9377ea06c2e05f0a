from __future__ import annotations

import math

from tests.collect.fuzz import fuzz


def test_a_little_fuzzing_finds_nothing() -> None:
    tally = fuzz(seconds=math.inf, executions=500, seed=20260105, corpus=[])
    assert tally.executions == 500
