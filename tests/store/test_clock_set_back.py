"""What a ledger would wait years for, after a clock that ran ahead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from newsletter.store import installation
from newsletter.store.clock_set_back import mend_moments
from newsletter.store.engine import Store
from newsletter.store.schema import leases

NOW = datetime(2026, 1, 5, 6, 31, tzinfo=UTC)
WRONG = datetime(2099, 3, 1, 6, 31, tzinfo=UTC)


def test_what_lies_an_hour_ahead_is_left_alone(either: Store) -> None:
    assert installation.take_lease(either, "compose", "other", NOW + timedelta(hours=1), seconds=900)
    assert mend_moments(either, NOW) == 0
    assert installation.take_lease(either, "late", "other", WRONG, seconds=900)
    installation.save_fact(either, "tidied", WRONG.isoformat())
    assert mend_moments(either, NOW) == 2
    assert installation.read_fact(either, "tidied") == NOW.isoformat()
    with either.read() as connection:
        assert connection.scalar(select(leases.c.until).where(leases.c.name == "late")) == NOW
