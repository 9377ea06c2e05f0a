"""What the daily waking forgets, and what it keeps."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from newsletter.day.compose_today import compose_today
from newsletter.delivery.plan_issue import plan_issue, send_missing_of
from newsletter.errors import InputError
from newsletter.model import DeliveryStatus, IssueKey, SubscriberStatus
from newsletter.store import installation
from newsletter.store.deliveries import count_deliveries
from newsletter.store.issues import find_record, load_issue
from newsletter.store.schema import deliveries, notices
from newsletter.store.subscribers import count_subscribers
from newsletter.subscribers import consent
from newsletter.wiring import Installation
from tests.support.app_factory import MORNING, Clock, make_app, subscribe
from tests.support.sending import send_all
from tests.support.subscriber_factories import make_address
from tests.support.waking import wake

DAY = date(2026, 1, 5)
KEY = IssueKey(date=DAY)


@pytest.fixture
def sent(tmp_path: Path) -> tuple[Installation, Clock]:
    """An installation that sent its first issue to Ann; Ben asked to join, Cy left."""
    clock = Clock()
    app = make_app(tmp_path / "data", clock=clock, retention={"unsubscribed_days": 500})
    subscribe(app, "ann@example.org", "cy@example.org")
    register = consent.Register(store=app.store, keys=app.keys, notice_domain="news.example")
    consent.request(register, make_address("ben@example.org"), consent.Occasion(at=MORNING, source="form"))
    asyncio.run(compose_today(app.making, KEY))
    plan_issue(app.store, app.settings, KEY, clock.now)
    asyncio.run(send_all(app))
    cy, _ = consent.look_up(register, make_address("cy@example.org"))
    assert cy is not None
    consent.unsubscribe(register, cy.id, consent.Occasion(at=MORNING, source="page"))
    return app, clock


def tidy_after(app: Installation, clock: Clock, days: int) -> None:
    clock.now = MORNING.replace(hour=1) + timedelta(days=days)
    installation.save_fact(app.store, "first_look", "done")
    asyncio.run(wake(app.waking))


def people(app: Installation) -> dict[SubscriberStatus, int]:
    with app.store.read() as connection:
        return count_subscribers(connection)


def test_who_never_confirmed_is_forgotten_by_the_daily_waking(sent: tuple[Installation, Clock]) -> None:
    app, clock = sent
    tidy_after(app, clock, 29)
    assert people(app)[SubscriberStatus.PENDING] == 1
    tidy_after(app, clock, 31)
    assert people(app)[SubscriberStatus.PENDING] == 0
    app.close()


def test_who_got_an_old_issue_is_forgotten_but_the_issue_is_not(sent: tuple[Installation, Clock]) -> None:
    app, clock = sent
    record = find_record(app.store, KEY)
    assert record is not None
    tidy_after(app, clock, 400)
    assert count_deliveries(app.store, record.id)[DeliveryStatus.SENT] == 2
    tidy_after(app, clock, 402)
    with app.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(deliveries)) == 0
        assert connection.scalar(select(func.count()).select_from(notices)) == 0
    assert load_issue(app.store, KEY) is not None
    assert people(app)[SubscriberStatus.ACTIVE] == 1
    app.close()


def test_an_issue_whose_deliveries_are_forgotten_is_sent_to_nobody_again(
    sent: tuple[Installation, Clock],
) -> None:
    app, clock = sent
    assert send_missing_of(app.store, app.settings, KEY, app.clock()) == 0
    tidy_after(app, clock, 402)
    with pytest.raises(InputError, match="no longer known"):
        send_missing_of(app.store, app.settings, KEY, app.clock())
    app.close()


def test_who_left_long_ago_is_erased_where_the_operator_sets_it(sent: tuple[Installation, Clock]) -> None:
    app, clock = sent
    tidy_after(app, clock, 499)
    assert people(app)[SubscriberStatus.UNSUBSCRIBED] == 1
    tidy_after(app, clock, 501)
    assert people(app)[SubscriberStatus.UNSUBSCRIBED] == 0
    app.close()
