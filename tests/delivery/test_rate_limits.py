from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.rate_limits import Allowance, DomainLanes, DomainPace


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


@given(
    steps=st.lists(st.tuples(st.sampled_from(["a.example", "b.example"]), st.booleans()), max_size=200),
    limit=st.integers(1, 3),
    most_parked=st.integers(2, 8),
)
def test_lanes_are_never_too_many_and_nobody_who_waits_is_forgotten(
    steps: list[tuple[str, bool]], limit: int, most_parked: int
) -> None:
    lanes: DomainLanes[int] = DomainLanes({"*": limit}, most_parked=most_parked)
    on_way: dict[str, int] = {"a.example": 0, "b.example": 0}
    waiting: list[tuple[str, int]] = []
    done, told, number, now = 0, 0, 0, 0.0

    def enter(domain: str, item: int) -> None:
        nonlocal told
        wait = lanes.enter(domain, item, now)
        if wait is None:
            on_way[domain] += 1
        elif wait == 0:
            waiting.append((domain, item))
        else:
            told += 1

    for domain, comes in steps:
        now += 0.01
        if comes or not on_way[domain]:
            number += 1
            enter(domain, number)
        else:
            on_way[domain] -= 1
            done += 1
            if (item := lanes.leave(domain, 0.05)) is not None:
                waiting.remove((domain, item))
                enter(domain, item)
        assert max(on_way.values()) <= limit
        assert len(waiting) <= most_parked
    assert sorted(lanes.clear()) == sorted(item for _, item in waiting)
    assert number == done + told + sum(on_way.values()) + len(waiting)
    assert lanes.clear() == []


def test_who_comes_again_is_spread_over_the_time_that_the_others_take() -> None:
    lanes: DomainLanes[int] = DomainLanes({"a.example": 1}, most_parked=2)
    assert lanes.enter("a.example", 0, 0) is None
    assert lanes.enter("a.example", 1, 0) == 0
    waits = [lanes.enter("a.example", number, 0) or 0.0 for number in range(2, 5)]
    assert waits == sorted(set(waits))
    assert waits[0] > 0
    assert lanes.is_pending(0.5)
    assert not lanes.is_pending(5)
    assert lanes.enter("free.example", 9, 0) is None


def test_a_place_that_nothing_was_handed_over_on_counts_against_no_limit() -> None:
    allowance = Allowance(per_second=2, per_hour=1)
    allowance.spend(0)
    allowance.give_back()
    assert allowance.wait(0) == 0
    allowance.spend(0)
    assert allowance.wait(1) == pytest.approx(3599)
