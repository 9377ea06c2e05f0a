"""Consent for each edition, on both engines: who is planned, claimed and handed over, and what becomes of choices."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from newsletter.model import (
    DAILY,
    EditionKey,
    IssueId,
    IssueKey,
    NoticeKind,
    Subscriber,
    SubscriberStatus,
    SubscriptionStatus,
)
from newsletter.store.consent_events import list_events
from newsletter.store.engine import Store
from newsletter.store.planning import count_audience, count_stranded, plan_deliveries, send_missing
from newsletter.store.schema import deliveries, issues, subscribers, subscriptions
from newsletter.store.sender_exchange import Exchanged, ExchangeRequest, exchange
from newsletter.store.subscriptions import count_readers
from newsletter.subscribers import consent
from newsletter.subscribers.consent import Register
from newsletter.subscribers.consent_rules import Refusal
from newsletter.subscribers.transfer import Fate, export_all, import_lines
from tests.support.delivery_factories import DOMAIN, freeze
from tests.support.factories import TODAY
from tests.support.subscriber_factories import KEYS, NOW, by, make_address

WEEKLY, PRICES = EditionKey("weekly"), EditionKey("prices")
LATER = by("page", at=NOW + timedelta(hours=1))


@pytest.fixture
def register(either: Store) -> Register:
    return Register(store=either, keys=KEYS, notice_domain="news.example", editions=(DAILY, PRICES, WEEKLY))


def add(register: Register, name: str, *editions: EditionKey) -> Subscriber:
    added = consent.add(register, make_address(f"{name}@example.org"), by(), editions=editions)
    assert isinstance(added, Subscriber)
    return added


def plan(register: Register, edition: EditionKey) -> IssueId:
    with register.store.write() as connection:
        row = {"edition": edition, "date": TODAY, "number": 1, "status": "planning", "held": False}
        key = connection.execute(insert(issues).values(**row)).inserted_primary_key
        assert key is not None
    plan_deliveries(register.store, IssueId(key[0]), domain=DOMAIN, now=NOW)
    freeze(register.store, IssueId(key[0]))
    return IssueId(key[0])


def recipients(store: Store, issue: IssueId) -> list[int]:
    query = select(deliveries.c.subscriber_id).where(deliveries.c.issue_id == issue)
    with store.read() as connection:
        return sorted(connection.scalars(query))


def ends(store: Store, issue: IssueId) -> dict[int, str]:
    query = select(deliveries).where(deliveries.c.issue_id == issue, deliveries.c.reason.is_not(None))
    with store.read() as connection:
        return {row.subscriber_id: f"{row.status}: {row.reason}" for row in connection.execute(query)}


def take(store: Store, want: int = 10, **changes: object) -> Exchanged:
    return exchange(store, "one", ExchangeRequest(want=want, now=NOW, lease_seconds=60.0, **changes))  # type: ignore[arg-type]


def look(register: Register, reader: Subscriber) -> Subscriber:
    address = reader.address.partition("@")[0]
    found, _ = consent.look_up(register, make_address(f"{address}@example.org"))
    assert found is not None
    return found


def test_who_chose_only_editions_that_are_not_made_is_counted(register: Register) -> None:
    add(register, "ann")
    add(register, "ben", WEEKLY)
    add(register, "cy", DAILY, WEEKLY)
    gone = add(register, "dan", WEEKLY)
    consent.unsubscribe(register, gone.id, LATER)
    assert count_stranded(register.store, [DAILY, PRICES]) == {WEEKLY: 1}
    assert count_stranded(register.store, [PRICES]) == {DAILY: 2, WEEKLY: 2}
    assert count_stranded(register.store, [DAILY, WEEKLY]) == {}


def test_an_issue_goes_to_those_who_chose_its_edition(register: Register) -> None:
    ann, ben, cy = (
        add(register, "ann"),
        add(register, "ben", WEEKLY),
        add(register, "cy", DAILY, WEEKLY),
    )
    dan = consent.request(register, make_address("dan@example.org"), by(), editions=[WEEKLY])
    assert isinstance(dan, Subscriber)
    consent.unsubscribe(register, cy.id, LATER, edition=DAILY)
    daily, weekly = plan(register, DAILY), plan(register, WEEKLY)
    assert recipients(register.store, daily) == [ann.id]
    assert recipients(register.store, weekly) == [ben.id, cy.id]
    with register.store.read() as connection:
        assert count_readers(connection) == {DAILY: 1, WEEKLY: 2}
    assert count_audience(register.store, IssueKey(edition=WEEKLY, date=TODAY)).mailed == 2
    consent.choose(register, ann.id, LATER, editions=[DAILY, WEEKLY])
    assert send_missing(register.store, weekly, domain=DOMAIN, now=NOW) == 1
    assert recipients(register.store, weekly) == [ann.id, ben.id, cy.id]


def test_leaving_an_edition_counts_for_the_very_next_message(register: Register) -> None:
    ann, ben = add(register, "ann", DAILY, WEEKLY), add(register, "ben", DAILY, WEEKLY)
    daily, weekly = plan(register, DAILY), plan(register, WEEKLY)
    consent.unsubscribe(register, ann.id, by("one-click"), edition=WEEKLY)
    claims = take(register.store).claims
    assert [(claim.issue, claim.subscriber) for claim in claims] == [
        (daily, ann.id), (daily, ben.id), (weekly, ben.id)
    ]  # fmt: skip
    assert ends(register.store, weekly) == {ann.id: "suppressed: left this edition"}
    consent.unsubscribe(register, ben.id, by("one-click"), edition=DAILY)
    withdrawn = take(register.store, in_hand=claims).withdrawn
    assert {claim.id for claim in claims if claim.issue == daily and claim.subscriber == ben.id} == {
        number for _, number in withdrawn.reasons
    }
    assert set(withdrawn.reasons.values()) == {"left this edition"}


def test_a_pause_of_one_edition_leaves_the_others_alone(register: Register) -> None:
    ann, ben = add(register, "ann", DAILY, WEEKLY), add(register, "ben", DAILY, WEEKLY)
    until = TODAY + timedelta(days=9)

    def pause(reader: Subscriber, edition: EditionKey, day: date = until) -> Subscriber | Refusal:
        return consent.pause(register, reader.id, LATER, until=day, today=TODAY, edition=edition)

    assert isinstance(pause(ann, DAILY), Subscriber)
    assert pause(ann, PRICES) is Refusal.NO_EDITION
    assert pause(ann, DAILY, TODAY) is Refusal.BAD_DATE
    daily, weekly = plan(register, DAILY), plan(register, WEEKLY)
    assert recipients(register.store, daily) == [ben.id]
    assert recipients(register.store, weekly) == [ann.id, ben.id]
    audience = count_audience(register.store, IssueKey(date=TODAY))
    assert (audience.active, audience.paused, audience.mailed) == (2, 1, 1)
    assert count_audience(register.store, IssueKey(date=until)).mailed == 2

    pause(ben, WEEKLY)  # planned already: the claim sees it
    claims = take(register.store).claims
    assert ends(register.store, weekly) == {ben.id: f"suppressed: paused until {until}"}
    pause(ben, DAILY)  # claimed already: the last look sees it
    withdrawn = take(register.store, in_hand=claims).withdrawn
    assert set(withdrawn.reasons.values()) == {f"paused until {until}"}
    assert len(withdrawn.reasons) == 1

    consent.resume(register, ben.id, LATER, edition=DAILY)
    assert look(register, ben).pauses(TODAY) == {WEEKLY: until}
    assert consent.resume(register, ben.id, LATER, edition=DAILY) is Refusal.ALREADY_ACTIVE
    consent.unsubscribe(register, ben.id, LATER, edition=WEEKLY)
    consent.choose(register, ben.id, LATER, editions=[DAILY, WEEKLY])
    assert look(register, ben).pauses(TODAY) == {}, "who chooses it anew gets it"
    with register.store.read() as connection:
        told = [(one.what, one.editions) for one in list_events(connection, ann.id)]
    assert told[-1] == ("paused", (DAILY,))


def test_the_last_edition_left_is_everything_left_and_an_old_link_leaves_everything(
    register: Register,
) -> None:
    ann = add(register, "ann", DAILY, WEEKLY)
    consent.unsubscribe(register, ann.id, by("one-click"), edition=DAILY)
    assert look(register, ann).editions() == (WEEKLY,)
    assert consent.unsubscribe(register, ann.id, LATER, edition=DAILY) is Refusal.ALREADY_UNSUBSCRIBED
    assert look(register, ann).editions() == (WEEKLY,), "an old mail of what was left leaves the rest alone"
    consent.unsubscribe(register, ann.id, LATER, edition=WEEKLY)
    assert look(register, ann).status is SubscriberStatus.UNSUBSCRIBED
    ben = add(register, "ben", DAILY, WEEKLY)
    consent.unsubscribe(register, ben.id, by("one-click"))
    left = look(register, ben)
    assert left.status is SubscriberStatus.UNSUBSCRIBED
    assert left.editions(SubscriptionStatus.LEFT) == (DAILY, WEEKLY)
    consent.come_back(register, ben.id, LATER)
    assert look(register, ben).editions() == (DAILY, WEEKLY)
    cy = add(register, "cy", DAILY, WEEKLY)
    consent.unsubscribe(register, cy.id, by("one-click"), edition=EditionKey("of-before"))
    assert look(register, cy).status is SubscriberStatus.UNSUBSCRIBED, "in doubt everything"


def test_two_editions_left_at_once_leave_nobody_without_any(register: Register) -> None:
    ann = add(register, "ann", DAILY, WEEKLY)
    with ThreadPoolExecutor(2) as pool:
        list(
            pool.map(
                lambda key: consent.unsubscribe(register, ann.id, by("one-click"), edition=key),
                (DAILY, WEEKLY),
            )
        )
    assert look(register, ann).editions() == ()
    assert look(register, ann).status is SubscriberStatus.UNSUBSCRIBED


def test_a_subscriber_is_asked_to_confirm_a_further_edition_and_loses_nothing(register: Register) -> None:
    ann = add(register, "ann")
    daily = plan(register, DAILY)
    asked = consent.request(register, make_address("ann@example.org"), by("form"), editions=[DAILY, WEEKLY])
    assert isinstance(asked, Subscriber)
    assert (asked.status, asked.editions()) == (SubscriberStatus.ACTIVE, (DAILY,))
    claims = take(register.store).claims
    assert [(claim.notice, claim.issue) for claim in claims] == [(NoticeKind.CONFIRM, None), (None, daily)]
    assert not take(register.store, in_hand=claims).withdrawn.reasons
    consent.confirm(register, ann.id, LATER, issued=NOW)
    assert look(register, ann).editions() == (DAILY, WEEKLY)
    withdrawn = take(register.store, in_hand=claims).withdrawn.reasons
    assert list(withdrawn.values()) == ["already active"], "the link needs no pressing any more"
    with register.store.read() as connection:
        told = [(event.what, event.editions) for event in list_events(connection, ann.id)]
    assert told == [("added", (DAILY,)), ("requested", (WEEKLY,)), ("confirmed", (WEEKLY,))]


def test_ticks_change_what_is_offered_and_nothing_else(register: Register) -> None:
    ann = add(register, "ann", DAILY, WEEKLY)
    consent.choose(register, ann.id, LATER, editions=[PRICES, WEEKLY, EditionKey("unheard-of")])
    assert look(register, ann).editions() == (PRICES, WEEKLY)
    assert consent.choose(register, ann.id, LATER, editions=[]) is Refusal.NO_EDITION
    assert look(register, ann).editions() == (PRICES, WEEKLY)
    consent.unsubscribe(register, ann.id, LATER)
    assert consent.choose(register, ann.id, LATER, editions=[DAILY]) is Refusal.NOT_ACTIVE


def test_the_operator_brings_nobody_back_to_what_they_left(register: Register) -> None:
    ann = add(register, "ann", DAILY, WEEKLY)
    consent.unsubscribe(register, ann.id, by("page"), edition=WEEKLY)
    again = consent.add(register, make_address("ann@example.org"), LATER, editions=[WEEKLY])
    assert again is Refusal.UNSUBSCRIBED
    more = consent.add(register, make_address("ann@example.org"), LATER, editions=[PRICES])
    assert isinstance(more, Subscriber)
    assert look(register, ann).editions() == (DAILY, PRICES)


def test_an_import_adds_the_editions_it_names_and_none_that_was_left(register: Register) -> None:
    ann, ben = add(register, "ann", DAILY), add(register, "ben", DAILY, WEEKLY)
    consent.unsubscribe(register, ben.id, by("page"), edition=WEEKLY)
    named = "email,editions\nann@example.org,daily weekly\nben@example.org,weekly\n"
    report = import_lines(register, io.StringIO(named), now=NOW)
    assert (report.counts[Fate.ADDED], look(register, ann).editions()) == (1, (DAILY, WEEKLY))
    assert look(register, ben).editions() == (DAILY,)
    plain = import_lines(register, io.StringIO("email\nben@example.org\n"), now=NOW)
    assert plain.counts[Fate.ADDED] == 0


def test_a_form_that_nobody_confirmed_undoes_no_leaving_of_an_edition(register: Register) -> None:
    bob = add(register, "bob", DAILY, WEEKLY)
    consent.unsubscribe(register, bob.id, by("one-click"), edition=WEEKLY)
    consent.request(register, make_address("bob@example.org"), by("form"), editions=[WEEKLY])
    report = import_lines(register, ["email,editions\n", "bob@example.org,daily weekly\n"], now=NOW)
    assert [line.fate for line in report.lines] == [Fate.LEFT]
    again = consent.unsubscribe(register, bob.id, by("one-click"), edition=WEEKLY)
    assert again is Refusal.ALREADY_UNSUBSCRIBED
    assert look(register, bob).editions() == (DAILY,)
    later = NOW + timedelta(minutes=1)
    consent.confirm(register, bob.id, by("page", at=later), issued=later)
    assert look(register, bob).editions() == (DAILY, WEEKLY), "their own word counts"


def test_pauses_are_exported_and_imported(register: Register) -> None:
    ann, ben = add(register, "ann", DAILY, WEEKLY), add(register, "ben")
    until, today = NOW.date() + timedelta(days=30), NOW.date()
    consent.pause(register, ann.id, LATER, until=until, today=today, edition=WEEKLY)
    consent.pause(register, ben.id, LATER, until=until, today=today)
    out = io.StringIO()
    export_all(register.store, out)
    with register.store.write() as connection:
        for table in (subscriptions, subscribers):
            connection.execute(table.delete())
    assert import_lines(register, io.StringIO(out.getvalue()), now=NOW).counts[Fate.ADDED] == 2
    assert look(register, ann).pauses(today) == {WEEKLY: until}
    assert (look(register, ann).paused_until, look(register, ben).paused_until) == (None, until)


def test_what_is_exported_is_imported_with_its_editions(register: Register) -> None:
    add(register, "ann", DAILY, WEEKLY)
    add(register, "ben", PRICES)
    out = io.StringIO()
    export_all(register.store, out)
    assert "daily weekly" in out.getvalue()
    for reader in ("ann", "ben"):
        with register.store.write() as connection:
            connection.execute(subscriptions.delete())
        consent.erase(register, make_address(f"{reader}@example.org"), now=NOW)
        consent.release(register, make_address(f"{reader}@example.org"), now=NOW)
    lines = [*out.getvalue().splitlines(keepends=True), "cy@example.org,,active\n"]
    lines.append("dan@example.org,,active,,,,,evening\n")
    report = import_lines(register, lines, now=NOW)
    assert report.counts[Fate.ADDED] == 3
    assert [(line.fate, line.reason) for line in report.lines] == [(Fate.NO_EDITION, "evening")]
    found = {name: look(register, add_like(name)).editions() for name in ("ann", "ben", "cy")}
    assert found == {"ann": (DAILY, WEEKLY), "ben": (PRICES,), "cy": (DAILY,)}


def add_like(name: str) -> Subscriber:
    return consent.make_newcomer(make_address(f"{name}@example.org"), now=NOW)
