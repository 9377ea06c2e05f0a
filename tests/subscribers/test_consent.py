from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import insert, update

from newsletter.model import (
    DAILY,
    BounceKind,
    EditionKey,
    NoticeKind,
    Subscriber,
    SubscriberStatus,
    SubscriptionStatus,
)
from newsletter.store import subscribers as rows
from newsletter.store.bounces import NewBounce, SoftLimit, list_bounces, record_bounce
from newsletter.store.consent_events import list_events
from newsletter.store.notices import list_notices, queue_notice
from newsletter.store.schema import bounces, notices
from newsletter.store.suppressions import Suppression, add_suppression
from newsletter.subscribers import consent
from newsletter.subscribers.consent import Register, identify
from newsletter.subscribers.consent_rules import (
    Change,
    Event,
    Refusal,
    decide_add,
    decide_choose,
    decide_confirm,
    decide_request,
    decide_return,
    decide_unsubscribe,
)
from tests.support.subscriber_factories import NOW, add_active, by, find_by_key, make_address

ADDRESS = make_address()
HOUR = timedelta(hours=1)


def ask(register: Register) -> Subscriber:
    asked = consent.request(register, ADDRESS, by("form"))
    assert isinstance(asked, Subscriber)
    return asked


def history(register: Register, subscriber: Subscriber) -> list[str]:
    with register.store.read() as connection:
        return [event.what for event in list_events(connection, subscriber.id)]


def test_the_operator_adds_an_active_subscriber_with_proof(register: Register) -> None:
    added = consent.add(register, make_address("Jane@Example.org"), by(), name=" Jane\nDoe ")
    assert isinstance(added, Subscriber)
    assert (added.address, added.name, added.status, added.confirmed) == (
        "Jane@example.org", "Jane Doe", SubscriberStatus.ACTIVE, NOW,
    )  # fmt: skip
    with register.store.read() as connection:
        [event] = list_events(connection, added.id)
        assert find_by_key(connection, "jane@example.org") == added
    assert (event.what, event.source) == ("added", "command")
    assert consent.add(register, make_address("jane@example.ORG"), by()) is Refusal.ALREADY_ACTIVE


def test_signing_up_waits_for_the_owner_and_queues_one_confirm_notice(register: Register) -> None:
    asked = ask(register)
    assert asked.status is SubscriberStatus.PENDING
    assert [notice.kind for notice in list_notices(register.store)] == [NoticeKind.CONFIRM]


def test_confirming_makes_active_and_queues_the_welcome(register: Register) -> None:
    asked = ask(register)
    confirmed = consent.confirm(register, asked.id, by("page", at=NOW + HOUR), issued=NOW)
    assert isinstance(confirmed, Subscriber)
    assert confirmed.status is SubscriberStatus.ACTIVE
    assert confirmed.confirmed == NOW + HOUR
    assert history(register, asked) == ["requested", "confirmed"]
    assert [notice.kind for notice in list_notices(register.store)] == ["welcome", "confirm"]
    again = consent.confirm(register, asked.id, by("page"), issued=NOW)
    assert again is Refusal.ALREADY_ACTIVE


def test_what_was_asked_for_beside_what_the_operator_adds_still_waits_for_its_owner(
    register: Register,
) -> None:
    prices = EditionKey("prices")
    asked = consent.request(register, ADDRESS, by("form"), editions=(DAILY, prices))
    assert isinstance(asked, Subscriber)
    added = consent.add(register, ADDRESS, by(), editions=(DAILY,))
    assert isinstance(added, Subscriber)
    assert (added.editions(), added.editions(SubscriptionStatus.PENDING)) == ((DAILY,), (prices,))
    confirmed = consent.confirm(register, asked.id, by("page", at=NOW + HOUR), issued=NOW)
    assert isinstance(confirmed, Subscriber)
    assert confirmed.editions() == (DAILY, prices)


def test_unsubscribing_twice_is_one_event_and_keeps_the_reason(register: Register) -> None:
    reader = add_active(register)
    left = consent.unsubscribe(register, reader.id, by("page", detail="too\nmany mails"))
    assert isinstance(left, Subscriber)
    assert left.status is SubscriberStatus.UNSUBSCRIBED
    assert consent.unsubscribe(register, reader.id, by("page")) is Refusal.ALREADY_UNSUBSCRIBED
    with register.store.read() as connection:
        events = list_events(connection, reader.id)
    assert [(event.what, event.detail) for event in events] == [
        ("added", None),
        ("unsubscribed", "too many mails"),
    ]


def test_only_leaving_by_mail_gets_a_goodbye(register: Register) -> None:
    consent.unsubscribe(register, add_active(register, "a@example.org").id, by("one-click"))
    assert list_notices(register.store) == ()
    consent.unsubscribe(register, add_active(register, "b@example.org").id, by(consent.BY_MAIL))
    assert [notice.kind for notice in list_notices(register.store)] == [NoticeKind.GOODBYE]


def test_whoever_left_comes_back_only_by_themselves(register: Register) -> None:
    reader = add_active(register)
    consent.unsubscribe(register, reader.id, by("one-click"))
    assert consent.add(register, ADDRESS, by()) is Refusal.UNSUBSCRIBED
    asked = ask(register)
    assert asked.id == reader.id
    assert consent.add(register, ADDRESS, by()) is Refusal.UNSUBSCRIBED, "asking anew is not confirming"
    old = consent.confirm(register, asked.id, by("page"), issued=NOW - HOUR)
    assert old is Refusal.OUTDATED, "a link from before leaving brings nobody back"
    back = consent.confirm(register, asked.id, by("page"), issued=NOW + HOUR)
    assert isinstance(back, Subscriber)
    assert back.status is SubscriberStatus.ACTIVE


def test_leaving_can_be_undone_for_a_day(register: Register) -> None:
    reader = add_active(register)
    consent.unsubscribe(register, reader.id, by("one-click"))
    late = by("page", at=NOW + timedelta(hours=25))
    assert consent.come_back(register, reader.id, late) is Refusal.TOO_LATE
    back = consent.come_back(register, reader.id, by("page", at=NOW + HOUR))
    assert isinstance(back, Subscriber)
    assert (back.status, back.unsubscribed) == (SubscriberStatus.ACTIVE, None)
    assert history(register, reader)[-1] == "returned"


def test_a_forwarded_mail_cannot_bring_somebody_back_for_ever(register: Register) -> None:
    reader = add_active(register)
    for _ in range(2):
        consent.unsubscribe(register, reader.id, by("page"))
        assert isinstance(consent.come_back(register, reader.id, by("page")), Subscriber)
    consent.unsubscribe(register, reader.id, by("page"))
    assert consent.come_back(register, reader.id, by("page")) is Refusal.TOO_LATE


def test_a_pending_subscriber_who_declines_cannot_be_returned_into_activity(register: Register) -> None:
    asked = ask(register)
    consent.unsubscribe(register, asked.id, by("page"))
    assert consent.come_back(register, asked.id, by("page")) is Refusal.TOO_LATE


def test_a_pause_has_an_end(register: Register) -> None:
    reader, today = add_active(register), date(2026, 1, 5)
    for wrong in (today, today - timedelta(days=1), today + timedelta(days=400)):
        got = consent.pause(register, reader.id, by("page"), until=wrong, today=today)
        assert got is Refusal.BAD_DATE
    paused = consent.pause(register, reader.id, by("page"), until=date(2026, 2, 1), today=today)
    assert isinstance(paused, Subscriber)
    assert paused.paused_until == date(2026, 2, 1)
    assert paused.status is SubscriberStatus.ACTIVE
    resumed = consent.resume(register, reader.id, by("page"))
    assert isinstance(resumed, Subscriber)
    assert resumed.paused_until is None
    assert history(register, reader) == ["added", "paused", "resumed"]


def test_erasing_leaves_a_digest_that_keeps_them_away(register: Register) -> None:
    reader = add_active(register)
    quoted = "550 5.1.1 <reader@example.org> unknown"
    with register.store.write() as connection:
        connection.execute(
            insert(bounces).values(
                at=NOW, subscriber_id=reader.id, kind="soft", reason=quoted, raw=quoted.encode()
            )
        )
        notice = queue_notice(connection, reader.id, NoticeKind.WELCOME, domain="news.example", now=NOW)
        connection.execute(update(notices).where(notices.c.id == notice).values(reply_text=quoted))
    assert consent.erase(register, make_address("READER@example.org"), now=NOW)
    with register.store.read() as connection:
        assert rows.find_by_id(connection, reader.id) is None
        assert list_events(connection, reader.id) == ()
    assert consent.add(register, ADDRESS, by()) is Refusal.SUPPRESSED
    assert consent.request(register, ADDRESS, by("form")) is Refusal.SUPPRESSED
    assert [notice.kind for notice in list_notices(register.store)] == [NoticeKind.WELCOME]
    found, suppression = consent.look_up(register, ADDRESS)
    assert found is None
    assert suppression is not None
    assert suppression.reason == "erased"
    assert b"reader@example" not in _all_bytes(register)


def _all_bytes(register: Register) -> bytes:
    with register.store.read() as connection:
        dump = [connection.exec_driver_sql(f"SELECT * FROM {table}").all() for table in
                ("subscribers", "consent_events", "suppressions", "notices", "bounces", "signups")]  # fmt: skip
    return repr(dump).encode()


def test_an_erased_id_is_never_given_to_somebody_else(register: Register) -> None:
    reader = add_active(register)
    consent.erase(register, ADDRESS, now=NOW)
    assert add_active(register, "next@example.org").id > reader.id


def test_releasing_lets_the_owner_sign_up_again(register: Register) -> None:
    assert not consent.release(register, ADDRESS, now=NOW)
    consent.erase(register, ADDRESS, now=NOW)
    assert consent.release(register, ADDRESS, now=NOW)
    assert ask(register).status is SubscriberStatus.PENDING


def test_a_dead_address_cannot_confirm_itself_back(register: Register) -> None:
    asked = ask(register)
    hmac = consent.identify(register.keys, ADDRESS).address_hmac
    with register.store.write() as connection:
        add_suppression(connection, Suppression(address_hmac=hmac, reason="dead address", at=NOW))
    assert consent.confirm(register, asked.id, by("page"), issued=NOW) is Refusal.SUPPRESSED
    assert isinstance(consent.unsubscribe(register, asked.id, by("page")), Subscriber)


def test_the_same_new_address_at_once_makes_one_row(register: Register) -> None:
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda _: consent.add(register, ADDRESS, by()), range(6)))
    assert sum(isinstance(result, Subscriber) for result in results) == 1
    assert results.count(Refusal.ALREADY_ACTIVE) == 5


def test_nobody_is_known_by_an_id_that_never_was(register: Register) -> None:
    reader = add_active(register)
    stranger = type(reader.id)(reader.id + 999)
    assert consent.unsubscribe(register, stranger, by("one-click")) is Refusal.UNKNOWN
    assert consent.confirm(register, stranger, by("page"), issued=NOW) is Refusal.UNKNOWN


def test_lists_and_counts(register: Register) -> None:
    for name in ("a", "b", "c%"):
        add_active(register, f"{name}@example.org")
    ask(register)
    with register.store.read() as connection:
        assert rows.count_subscribers(connection)[SubscriberStatus.ACTIVE] == 3
        listed = rows.list_subscribers(connection, status=SubscriberStatus.PENDING)
        assert [one.address for one in listed] == ["reader@example.org"]
        assert [one.address for one in rows.list_subscribers(connection, search="c%")] == ["c%@example.org"]
        page = rows.list_subscribers(connection, limit=2)
        rest = rows.list_subscribers(connection, after=page[-1].id)
    assert [one.address[:1] for one in (*page, *rest)] == ["a", "b", "c", "r"]


EDITIONS = (DAILY, EditionKey("prices"), EditionKey("weekly"))
some_editions = st.lists(st.sampled_from(EDITIONS), min_size=1, unique=True)


class Life(RuleBasedStateMachine):
    """Any order of events keeps the rules that a regulator would ask about, for each edition by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Subscriber | None = None
        self.now = NOW
        self.suppressed = False
        self.agreed: set[EditionKey] = (
            set()
        )  # to by the owner's click, or the operator's word for what is new to them
        self.returns_to: set[EditionKey] = set()

    def apply(self, change: Change | Refusal) -> bool:
        self.now += timedelta(minutes=7)
        if isinstance(change, Change):
            self.found = change.after
        return isinstance(change, Change)

    def editions(self, status: SubscriptionStatus = SubscriptionStatus.ACTIVE) -> set[EditionKey]:
        return set(self.found.editions(status)) if self.found else set()

    @property
    def is_active(self) -> bool:
        return self.found is not None and self.found.status is SubscriberStatus.ACTIVE

    def newcomer(self) -> Subscriber:
        return consent.make_newcomer(ADDRESS, now=self.now)

    @rule(wanted=some_editions)
    def fills_in_the_form(self, wanted: list[EditionKey]) -> None:
        was_active = self.is_active
        if self.apply(decide_request(self.found, self.newcomer(), wanted, is_suppressed=self.suppressed)):
            assert self.editions(SubscriptionStatus.PENDING) >= set(wanted) - self.agreed
            if not was_active:
                self.agreed = set()

    @rule(age=st.integers(0, 300))
    def presses_a_confirm_link(self, age: int) -> None:
        issued = self.now - timedelta(minutes=age)
        before, asked = self.found, self.editions(SubscriptionStatus.PENDING)
        if before and self.apply(
            decide_confirm(before, issued=issued, is_suppressed=self.suppressed, now=self.now)
        ):
            assert before.unsubscribed is None or issued > before.unsubscribed
            self.agreed |= asked

    @rule(named=some_editions, is_named=st.booleans())
    def is_added(self, named: list[EditionKey], is_named: bool) -> None:
        gone, was_active = self.editions(SubscriptionStatus.LEFT), self.is_active
        if self.apply(
            decide_add(self.found, self.newcomer(), named, is_suppressed=self.suppressed, event=Event.ADDED,
                       confirmed=self.now, is_named=is_named)
        ):  # fmt: skip
            assert not (was_active and gone & self.editions()), (
                "who left an edition is not brought back to it"
            )
            self.agreed |= set(named)

    @rule(edition=st.none() | st.sampled_from(EDITIONS))
    def leaves(self, edition: EditionKey | None) -> None:
        had, was_active = self.editions(), self.is_active
        found = self.found
        if found and self.apply(decide_unsubscribe(found, now=self.now, says_goodbye=False, edition=edition)):
            kept = had - {edition} if edition in had and was_active else set()
            assert self.editions() == kept
            assert self.is_active == bool(kept)
            self.agreed = kept
            self.returns_to = had if not kept else self.returns_to

    @rule(wanted=st.lists(st.sampled_from(EDITIONS), unique=True))
    def ticks(self, wanted: list[EditionKey]) -> None:
        if self.found and self.apply(decide_choose(self.found, wanted, EDITIONS, now=self.now)):
            assert self.editions() == set(wanted)
            self.agreed = set(wanted)

    @rule(hours=st.integers(0, 40))
    def undoes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        found = self.found
        if found and self.apply(decide_return(found, is_suppressed=self.suppressed, now=self.now)):
            assert self.editions() == self.returns_to
            self.agreed = set(self.returns_to)

    @rule()
    def is_suppressed(self) -> None:
        self.suppressed = True

    @invariant()
    def only_consent_makes_active(self) -> None:
        if self.found is not None and self.is_active:
            assert self.editions(), "who is active gets something"
            assert self.editions() <= self.agreed
            assert self.found.unsubscribed is None
            assert self.found.confirmed is not None


Life.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, suppress_health_check=[HealthCheck.too_slow], deadline=None
)
TestLife = Life.TestCase


def test_erasing_leaves_nobody_s_words_that_may_quote_the_address(register: Register) -> None:
    reader = add_active(register, "dead@example.org")
    hmac = identify(register.keys, make_address("dead@example.org")).address_hmac
    said = "550 5.1.1 <dead@example.org> unknown"
    with register.store.write() as connection:
        add_suppression(
            connection, Suppression(address_hmac=hmac, reason="dead address", at=NOW, detail=said)
        )
    assert consent.erase(register, make_address("dead@example.org"), now=NOW)
    found, suppression = consent.look_up(register, make_address("dead@example.org"))
    assert found is None
    assert suppression is not None, "it still keeps imports away"
    assert (suppression.reason, suppression.detail) == ("dead address", "")
    assert reader.address not in repr(suppression)


def test_a_report_that_comes_after_the_erasing_leaves_no_word_of_theirs(register: Register) -> None:
    add_active(register, "dead@example.org")
    limit = SoftLimit(count=5, days=30, likely=10, likely_share=0.02)

    def report(number: int) -> NewBounce:
        said = f"{number}: <dead@example.org> unknown".encode()
        return NewBounce(
            at=NOW, kind=BounceKind.SOFT, reason="unknown", address_key="dead@example.org", digest=str(number), raw=said
        )  # fmt: skip

    record_bounce(register.store, report(1), limit)
    assert "dead@example.org" in list_bounces(register.store, whole=True)[0].report
    consent.erase(register, make_address("dead@example.org"), now=NOW)
    record_bounce(register.store, report(2), limit)
    assert [one.report for one in list_bounces(register.store, whole=True)] == ["", ""]


def test_taking_a_leaving_back_confirms_no_sign_up(register: Register) -> None:
    reader = add_active(register)
    consent.unsubscribe(register, reader.id, by("page"))
    consent.request(register, ADDRESS, by("form"))
    consent.unsubscribe(register, reader.id, by("page"))
    assert consent.come_back(register, reader.id, by("page")) is Refusal.TOO_LATE


def test_leaving_by_mail_and_returning_over_and_over_bombs_nobody(register: Register) -> None:
    """A forwarded mail is enough for both: its owner gets no more than a few goodbyes a day."""
    reader = add_active(register)

    def go_round(at: datetime) -> None:
        assert isinstance(consent.unsubscribe(register, reader.id, by(consent.BY_MAIL, at=at)), Subscriber)
        if consent.come_back(register, reader.id, by("page", at=at)) is Refusal.TOO_LATE:
            consent.request(register, ADDRESS, by("form", at=at))
            later = at + timedelta(seconds=5)
            assert isinstance(
                consent.confirm(register, reader.id, by("page", at=later), issued=later), Subscriber
            )

    def goodbyes() -> int:
        return sum(one.kind is NoticeKind.GOODBYE for one in list_notices(register.store))

    for minute in range(6):
        go_round(NOW + timedelta(minutes=minute))
    assert goodbyes() == consent.MOST_NOTICES
    go_round(NOW + timedelta(days=1, hours=1))
    assert goodbyes() == consent.MOST_NOTICES + 1
