"""A clock that ran ahead for years and was set back: nothing waits for that day, and nothing was forgotten."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from newsletter.day.compose_today import compose_today
from newsletter.day.daily_backup import back_up_if_due
from newsletter.delivery.operator_alerts import tell
from newsletter.delivery.plan_issue import plan_issue
from newsletter.model import Alert, DeliveryStatus, IssueKey, IssueStatus
from newsletter.store import installation
from newsletter.store.alerts import list_alerts
from newsletter.store.clock_set_back import mend_moments
from newsletter.store.deliveries import sent_times
from newsletter.store.issues import find_record
from newsletter.store.schema import articles, deliveries, source_states
from newsletter.subscribers import consent
from newsletter.subscribers.signup import Verdict, sign_up
from newsletter.wiring import Installation
from tests.support.app_factory import MORNING, Clock, make_app, subscribe
from tests.support.sending import send_all
from tests.support.subscriber_factories import make_address
from tests.support.waking import wake

WRONG = datetime(2099, 3, 1, 6, 31, tzinfo=UTC)
NEXT = MORNING + timedelta(days=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jumped(tmp_path: Path, clock: Clock) -> Installation:
    """It ran a day, then a minute of 2099, and runs the day after."""
    app = make_app(tmp_path / "data", clock=clock, alerts={"mail_to": ["ops@example.org"]})
    subscribe(app, "ann@example.org")
    asyncio.run(wake(app.waking))
    for moment in (WRONG, NEXT):
        clock.now = moment
        if moment == WRONG:
            asyncio.run(tell(app.alerting, Alert("relay", "down", "down")))
            assert installation.take_lease(app.store, "compose", "killed", moment, seconds=900)
        asyncio.run(wake(app.waking))
    return app


def test_the_next_day_is_a_day_like_any_other(jumped: Installation, clock: Clock) -> None:
    record = find_record(jumped.store, IssueKey(date=date(2026, 1, 6)))
    assert record is not None, "the lease of 2099 is nobody's"
    assert record.status in {IssueStatus.EMPTY, IssueStatus.SENT, IssueStatus.COMPOSED}
    with jumped.store.read() as connection:
        assert not connection.scalar(
            select(source_states.c.next_check).where(source_states.c.next_check > NEXT + timedelta(days=3))
        )
    assert "clock" in {raised.alert.key for raised in list_alerts(jumped.store)}
    clock.forward(hours=jumped.settings.alerts.repeat_hours + 1)
    assert asyncio.run(tell(jumped.alerting, Alert("relay", "down", "down"))), "muted till 2099"


def test_whom_2099_was_too_late_for_gets_the_mail(tmp_path: Path, clock: Clock) -> None:
    app = make_app(tmp_path / "data", clock=clock)
    subscribe(app, "ann@example.org")
    key = IssueKey(date=date(2026, 1, 5))
    asyncio.run(compose_today(app.making, key))
    plan_issue(app.store, app.settings, key, clock.now)
    sent = []
    for moment in (WRONG, MORNING + timedelta(minutes=5)):
        clock.now = moment
        asyncio.run(wake(app.waking))
        sent.append(asyncio.run(send_all(app)).outcomes.get(DeliveryStatus.SENT, 0))
        record = find_record(app.store, key)
        assert record is not None
        assert record.status is IssueStatus.SENT
    assert sent == [0, 1]


def test_a_backup_is_made_again(jumped: Installation, clock: Clock) -> None:
    clock.forward(days=1)
    assert back_up_if_due(jumped.everything, jumped.settings, clock.now) is not None


def test_what_2099_would_have_forgotten_is_there(jumped: Installation) -> None:
    with jumped.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(articles))


def test_after_a_long_rest_tidying_waits_a_day(jumped: Installation, clock: Clock) -> None:
    clock.now = MORNING + timedelta(days=200)
    asyncio.run(wake(jumped.waking))
    with jumped.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(articles))
    clock.forward(hours=25)
    asyncio.run(wake(jumped.waking))
    assert installation.read_fact(jumped.store, "tidied") == clock.now.isoformat()


def test_sign_ups_of_that_day_close_no_form(tmp_path: Path, clock: Clock) -> None:
    app = make_app(tmp_path / "data", clock=clock)
    register = consent.Register(store=app.store, keys=app.keys, notice_domain="news.example")
    clock.now = WRONG
    for number in range(200):
        occasion = consent.Occasion(at=WRONG, source="form", network="203.0.113.0/24")
        sign_up(register, make_address(f"r{number}@example.org"), occasion, app.settings.web)
    clock.now = MORNING
    mend_moments(app.store, MORNING)
    clock.forward(hours=2)
    occasion = consent.Occasion(at=clock.now, source="form", network="198.51.100.0/24")
    assert sign_up(register, make_address("honest@example.net"), occasion, app.settings.web) is Verdict.TAKEN


def test_mails_of_that_day_fill_no_limit_of_a_relay(jumped: Installation) -> None:
    with jumped.store.write() as connection:
        connection.execute(update(deliveries).values(sent_at=WRONG, relay="r"))
    assert sent_times(jumped.store, relay="r", since=NEXT - timedelta(days=1), newest=10) == ()
