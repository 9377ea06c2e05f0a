from __future__ import annotations

from tests.collect.fuzz import fuzz


def test_a_second_of_fuzzing_finds_nothing() -> None:
    tally = fuzz(seconds=1, executions=2000, seed=20260105, corpus=[])
    assert tally.executions > 50
