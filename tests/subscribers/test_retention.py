from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from newsletter.config import Retention, Web
from newsletter.model import DeliveryStatus, NoticeKind, Subscriber, SubscriberStatus
from newsletter.store.notices import list_notices
from newsletter.store.schema import signups
from newsletter.store.signups import count_signups
from newsletter.store.subscribers import count_subscribers
from newsletter.subscribers import consent
from newsletter.subscribers.consent import Register
from newsletter.subscribers.consent_rules import Refusal
from newsletter.subscribers.retention import forget_old
from newsletter.subscribers.signup import Verdict, sign_up
from tests.support.subscriber_factories import NOW, add_active, by, make_address

DAYS = timedelta(days=1)


def counts(register: Register) -> dict[SubscriberStatus, int]:
    with register.store.read() as connection:
        return count_subscribers(connection)


def test_who_never_confirmed_is_forgotten_after_a_month(register: Register) -> None:
    consent.request(register, make_address(), by("form"))
    add_active(register, "active@example.org")
    assert forget_old(register, Retention(), now=NOW + 30 * DAYS) == 0
    assert forget_old(register, Retention(), now=NOW + 31 * DAYS) == 1
    assert counts(register)[SubscriberStatus.PENDING] == 0
    assert counts(register)[SubscriberStatus.ACTIVE] == 1


def test_asking_again_starts_the_month_anew(register: Register) -> None:
    consent.request(register, make_address(), by("form"))
    consent.request(register, make_address(), by("form", at=NOW + 20 * DAYS))
    assert forget_old(register, Retention(), now=NOW + 40 * DAYS) == 0


def test_who_left_before_and_never_confirmed_again_has_left(register: Register) -> None:
    consent.unsubscribe(register, add_active(register).id, by("page"))
    consent.request(register, make_address(), by("form"))
    forget_old(register, Retention(), now=NOW + 40 * DAYS)
    assert counts(register)[SubscriberStatus.UNSUBSCRIBED] == 1
    assert consent.add(register, make_address(), by()) is Refusal.UNSUBSCRIBED


def test_who_left_is_kept_unless_the_operator_sets_a_limit(register: Register) -> None:
    consent.unsubscribe(register, add_active(register, "Jane@example.org").id, by("page"))
    late = NOW + 500 * DAYS
    assert forget_old(register, Retention(), now=late) == 0
    assert forget_old(register, Retention(unsubscribed_days=365), now=late) == 1
    found, suppression = consent.look_up(register, make_address("jane@example.org"))
    assert found is None
    assert suppression is not None
    assert consent.add(register, make_address("jane@example.org"), by()) is Refusal.SUPPRESSED


def test_who_left_long_ago_comes_back_by_the_form_alone(register: Register) -> None:
    jane = make_address("jane@example.org")
    consent.unsubscribe(register, add_active(register, jane.text).id, by("page"))
    late = NOW + 500 * DAYS
    forget_old(register, Retention(unsubscribed_days=365), now=late)
    assert sign_up(register, jane, by("form", at=late), Web()) is Verdict.TAKEN
    [notice] = list_notices(register.store)
    assert (notice.kind, notice.status) == (NoticeKind.CONFIRM, DeliveryStatus.QUEUED)
    assert consent.add(register, jane, by()) is Refusal.UNSUBSCRIBED, "not by an import, not confirmed yet"
    found, suppression = consent.look_up(register, jane)
    assert found is not None
    assert suppression is None
    confirmed = consent.confirm(
        register, found.id, by("page", at=late + DAYS), issued=late + timedelta(seconds=5)
    )
    assert isinstance(confirmed, Subscriber)
    assert counts(register)[SubscriberStatus.ACTIVE] == 1


def test_who_left_long_ago_and_then_asks_to_be_erased_is_erased(register: Register) -> None:
    jane = make_address("jane@example.org")
    consent.unsubscribe(register, add_active(register, jane.text).id, by("page"))
    late = NOW + 500 * DAYS
    forget_old(register, Retention(unsubscribed_days=365), now=late)
    consent.erase(register, jane, now=late)
    assert consent.request(register, jane, by("form", at=late)) is Refusal.SUPPRESSED
    _, suppression = consent.look_up(register, jane)
    assert suppression is not None
    assert suppression.reason == consent.ERASED


def test_counts_of_the_form_live_for_a_month_and_their_network_for_a_day(register: Register) -> None:
    sign_up(register, make_address("reader@gmail.com"), by("form"), Web())

    def networks() -> list[str]:
        with register.store.read() as connection:
            return list(connection.scalars(select(signups.c.network)))

    forget_old(register, Retention(), now=NOW + timedelta(hours=23))
    assert networks() == ["unknown"]
    forget_old(register, Retention(), now=NOW + timedelta(days=29))
    assert networks() == [""]
    forget_old(register, Retention(), now=NOW + timedelta(days=31))
    assert networks() == []
    with register.store.read() as connection:
        assert (
            count_signups(
                connection, NOW, address_hmac="x", network="y", domain="", domain_hmac=""
            ).total_hour
            == 0
        )
    assert isinstance(consent.request(register, make_address(), by("form")), Subscriber)
