from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.pace import Allowance, DomainPace


def test_an_allowance_counts_hours_and_days() -> None:
    allowance = Allowance(per_hour=2, per_day=3)
    for moment in (0.0, 10.0):
        assert allowance.wait(moment) == 0
        allowance.spend(moment)
    assert allowance.wait(20) == pytest.approx(3580)
    allowance.spend(3601)
    assert allowance.wait(3602) == pytest.approx(86_400 - 3602)


def test_what_the_ledger_has_is_not_counted_twice() -> None:
    allowance = Allowance(per_hour=5)
    for moment in (100.0, 101.0, 109.5):
        allowance.spend(moment)
    # The ledger has our first two, and two of another sender.
    allowance.seed([90.0, 100.0, 101.0, 103.0], until=108.0)
    assert allowance.wait(110) == pytest.approx(90 + 3600 - 110)
    allowance.seed([100.0, 101.0, 103.0], until=108.0)
    assert allowance.wait(110) == 0


@given(
    rate=st.floats(0.2, 50),
    gaps=st.lists(st.floats(0, 2), min_size=1, max_size=80),
)
def test_a_domain_never_gets_more_than_its_rate(rate: float, gaps: list[float]) -> None:
    pace, now, granted = DomainPace({"slow.example": rate}), 0.0, []
    for gap in gaps:
        now += gap
        wait = pace.wait("slow.example", now)
        assert wait >= 0
        if wait == 0:
            granted.append(now)
    for first in range(len(granted)):
        for last in range(first, len(granted)):
            allowed = max(1.0, rate) + rate * (granted[last] - granted[first])
            assert last - first + 1 <= allowed + 1e-6


def test_a_star_stands_for_each_other_domain_on_its_own() -> None:
    pace = DomainPace({"*": 1, "fast.example": 100})
    assert [pace.wait(name, 0) for name in ("a.example", "b.example")] == [0, 0]
    assert pace.wait("a.example", 0) == pytest.approx(1)
    assert [pace.wait("fast.example", 0) for _ in range(100)] == [0] * 100
    assert pace.is_pending(1.5)
    assert not pace.is_pending(2.5)
    assert DomainPace({}).wait("a.example", 0) == 0
