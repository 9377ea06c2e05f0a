from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.rate_limits import AT_HAND_SECONDS, Backoff, DomainLimits, RelayLimits


def test_an_allowance_counts_hours_and_days() -> None:
    allowance = RelayLimits(per_hour=2, per_day=3)
    for moment in (0.0, 10.0):
        assert allowance.wait(moment) == 0
        allowance.spend(moment)
    assert allowance.wait(20) == pytest.approx(3580)
    allowance.spend(3601)
    assert allowance.wait(3602) == pytest.approx(86_400 - 3602)


def test_what_the_ledger_has_is_not_counted_twice() -> None:
    allowance = RelayLimits(per_hour=5)
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
    domains, now, granted = DomainLimits(per_second={"slow.example": rate}, at_once={}), 0.0, []
    for gap in gaps:
        now += gap
        wait = domains.enter("slow.example", now)
        assert wait >= 0
        if wait == 0:
            granted.append(now)
    for first in range(len(granted)):
        for last in range(first, len(granted)):
            allowed = max(1.0, rate) + rate * (granted[last] - granted[first])
            assert last - first + 1 <= allowed + 1e-6


def test_a_star_stands_for_each_other_domain_on_its_own() -> None:
    domains = DomainLimits(per_second={"*": 1, "fast.example": 100}, at_once={})
    assert [domains.enter(name, 0) for name in ("a.example", "b.example")] == [0, 0]
    assert domains.enter("a.example", 0) == pytest.approx(1)
    assert [domains.enter("fast.example", 0) for _ in range(100)] == [0] * 100
    assert DomainLimits(per_second={}, at_once={}).enter("a.example", 0) == 0


@given(
    steps=st.lists(st.tuples(st.sampled_from(["a.example", "b.example"]), st.booleans()), max_size=200),
    limit=st.integers(1, 3),
)
def test_a_domain_never_has_more_on_their_way_than_it_asks_for(
    steps: list[tuple[str, bool]], limit: int
) -> None:
    domains = DomainLimits(per_second={}, at_once={"*": limit})
    on_way = {"a.example": 0, "b.example": 0}
    for number, (domain, comes) in enumerate(steps):
        if not comes and on_way[domain]:
            domains.leave(domain, 0.05)
            on_way[domain] -= 1
        elif (wait := domains.enter(domain, number / 100)) == 0:
            on_way[domain] += 1
        else:
            assert on_way[domain] == limit, "a place that is free is given"
            assert wait > 0
        assert max(on_way.values()) <= limit


def test_who_comes_again_is_spread_over_the_time_that_the_others_take() -> None:
    domains = DomainLimits(per_second={}, at_once={"a.example": 1})
    assert domains.enter("a.example", 0) == 0
    waits = [domains.enter("a.example", 0) for _ in range(3)]
    assert waits == sorted(set(waits))
    assert waits[0] > 0
    assert domains.enter("free.example", 0) == 0


def test_who_finds_many_at_hand_comes_after_them_and_then_waits_no_second_time_for_the_others() -> None:
    domains = DomainLimits(per_second={"a.example": 10}, at_once={})
    waits = [domains.enter("a.example", 0) for _ in range(40)]
    assert waits[:10] == [0] * 10
    assert waits[10:20] == pytest.approx([step / 10 for step in range(1, 11)])  # in memory
    assert min(waits[20:]) > AT_HAND_SECONDS  # in the ledger
    assert max(waits) == pytest.approx(3)
    assert [domains.enter("a.example", 1.05) for _ in range(10)] == [0] * 10
    assert (
        domains.enter("a.example", 1.05) <= AT_HAND_SECONDS
    )  # though others were told to come in three seconds


def test_a_relay_that_fails_is_tried_by_one_message_and_gets_its_connections_back_one_by_one() -> None:
    backoff = Backoff(4)
    for now, until in ((0, 5), (1, 5), (5, 15), (15, 35)):  # failures of one moment count once
        backoff.fail(now)
        assert (backoff.until, backoff.allowed, backoff.since) == (until, 1, 0)
    backoff.good()
    assert (backoff.until, backoff.since, backoff.allowed) == (0, None, 1)
    for _ in range(20 * (1 + 2 + 3)):
        backoff.good()
    assert backoff.allowed == 4
    backoff.fail(100)
    assert backoff.until == 105, "a good time is remembered"


def test_a_relay_that_asks_for_less_gets_half_and_is_not_taken_for_broken() -> None:
    backoff = Backoff(8)
    for now, until, allowed in ((0, 1, 4), (0.5, 1, 4), (1, 3, 2), (3, 7, 1), (7, 15, 1)):
        backoff.slow_down(now)
        assert (backoff.until, backoff.allowed, backoff.since) == (until, allowed, None)
    backoff.fail(8)
    assert (backoff.since, backoff.until) == (8, 8 + 16)


def test_a_relay_that_refuses_one_connection_more_is_asked_for_it_ever_more_seldom() -> None:
    backoff = Backoff(4)
    for needed in (40, 80, 160):
        backoff.hold_at(2)
        for _ in range(2 * needed - 1):
            backoff.good()
        assert (backoff.allowed, backoff.until) == (2, 0)
        backoff.good()
        assert backoff.allowed == 3


def test_ten_good_answers_bring_back_the_first_wait() -> None:
    backoff, now = Backoff(4), 0.0
    for _ in range(9):
        backoff.slow_down(now)
        now = backoff.until
    assert now == 1 + 2 + 4 + 8 + 16 + 32 + 60 + 60 + 60
    for _ in range(10):
        backoff.good()
    backoff.slow_down(now)
    assert backoff.until == now + 1


@pytest.mark.parametrize("taken", [3, 4])
def test_a_relay_that_takes_most_is_never_waited_for_longer(taken: int) -> None:
    backoff, now = Backoff(4), 0.0
    for _ in range(50):
        now = backoff.until
        backoff.slow_down(now)
        assert backoff.until - now == 1
        for _ in range(taken):
            backoff.good()


def test_a_place_that_nothing_was_handed_over_on_counts_against_no_limit() -> None:
    allowance = RelayLimits(per_second=2, per_hour=1)
    allowance.spend(0)
    allowance.give_back()
    assert allowance.wait(0) == 0
    allowance.spend(0)
    assert allowance.wait(1) == pytest.approx(3599)
