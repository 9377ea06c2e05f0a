"""Subscribers and search on both engines: what differs between them must not show."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from newsletter.config import Retention, Web
from newsletter.model import DeliveryStatus, IssueKey, IssueStatus, Subscriber, SubscriberStatus
from newsletter.store.digests import any_digest, renew_digests
from newsletter.store.endings import forget_deliveries
from newsletter.store.engine import Store
from newsletter.store.issues import change_issue, find_record
from newsletter.store.planning import plan_deliveries
from newsletter.store.schema import deliveries
from newsletter.store.search import SearchRow, index_issue, list_indexed, search_issues, split_words
from newsletter.store.subscribers import count_subscribers, list_subscribers, suppressed_among
from newsletter.store.suppressions import Suppression, add_suppression, list_suppressions
from newsletter.subscribers import consent
from newsletter.subscribers.consent import Register, identify
from newsletter.subscribers.consent_rules import Refusal
from newsletter.subscribers.retention import forget_old
from newsletter.subscribers.signup import Verdict, sign_up
from newsletter.subscribers.transfer import Fate, export_all, import_lines
from tests.support.subscriber_factories import KEYS, NOW, add_active, by, make_address
from tests.support.web_factories import open_site, publish, publish_days


@pytest.fixture
def register(either: Store) -> Register:
    return Register(store=either, keys=KEYS, notice_domain="news.example")


def test_the_same_new_address_at_once_makes_one_subscriber(register: Register) -> None:
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda _: consent.add(register, make_address(), by()), range(6)))
    assert sum(isinstance(result, Subscriber) for result in results) == 1
    assert results.count(Refusal.ALREADY_ACTIVE) == 5


def test_a_button_pressed_twice_at_once_is_no_error(register: Register) -> None:
    with ThreadPoolExecutor(4) as pool:
        verdicts = list(
            pool.map(lambda _: sign_up(register, make_address(), by("form"), Web()), range(2)),
        )
    assert verdicts == [Verdict.TAKEN, Verdict.TAKEN]
    with register.store.read() as connection:
        assert count_subscribers(connection)[SubscriberStatus.PENDING] == 1


def test_leaving_at_once_by_two_ways_is_one_event(register: Register) -> None:
    reader = add_active(register)
    with ThreadPoolExecutor(4) as pool:
        results = list(
            pool.map(lambda way: consent.unsubscribe(register, reader.id, by(way)), ["page", "one-click"] * 2)
        )
    assert sum(isinstance(result, Subscriber) for result in results) == 1


def test_import_export_sign_up_and_forgetting(register: Register) -> None:
    report = import_lines(register, (f"r{number}@example.org\n" for number in range(2_500)), now=NOW)
    assert report.counts[Fate.ADDED] == 2_500
    assert export_all(register.store, io.StringIO()) == 2_500
    assert sign_up(register, make_address("Jane@example.org"), by("form"), Web()) is Verdict.TAKEN
    assert consent.erase(register, make_address("r7@example.org"), now=NOW)
    with register.store.read() as connection:
        assert [one.address for one in list_subscribers(connection, search="JANE@")] == ["Jane@example.org"]
    forget_old(register, Retention(), now=NOW + timedelta(days=40))
    with register.store.read() as connection:
        counts = count_subscribers(connection)
    assert counts == {
        SubscriberStatus.PENDING: 0,
        SubscriberStatus.ACTIVE: 2_499,
        SubscriberStatus.UNSUBSCRIBED: 0,
    }


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("dysprosium", 1),
        ("DYSPROSIUM magnet", 1),
        ("kuan", 1),
        ("magnets", 2),
        ("magnets quota", 0),
        ("o'hara & | ! :* ( ' \\ \"", 0),
        ("", 0),
    ],
)
def test_search_finds_words_in_any_form(register: Register, query: str, hits: int) -> None:
    store = register.store
    assert list_indexed(store) == {}
    rows = [
        SearchRow(story="a", headline="Dysprosium oxide from Kuantan", body="For magnets."),
        SearchRow(story="b", headline="Magnet makers wait", body="No licence yet."),
    ]
    for _ in range(2):  # again: in place of what was there
        index_issue(store, IssueKey(date=date(2026, 1, 5)), "hash", rows)
    assert list_indexed(store) == {IssueKey(date=date(2026, 1, 5)): "hash"}
    assert len(search_issues(store, split_words(query))) == hits


def test_the_archive_is_published_listed_searched_and_fed_alike(register: Register) -> None:
    site = open_site(register)
    publish_days(site, 3)
    assert site.client.get("/issues").text.count("<time") == 3
    page = site.client.get("/issues/2026-01-06").text
    assert 'rel="prev" href="/issues/2026-01-05"' in page
    assert 'rel="next" href="/issues/2026-01-07"' in page
    assert site.client.get("/search", params={"q": "LYNAS ndpr"}).text.count("/lynas-lifts-ndpr-output") == 3
    assert site.client.get("/search", params={"q": "day 2"}).text.count('href="/issues/2026-01-06"') == 1
    assert site.client.get("/feed.xml").text.count("<entry>") == 3
    assert site.client.get("/sitemap.xml").text.count("<loc>") == 2 + 2 * 3
    site.stack.close()


def test_digests_are_renewed_alike(register: Register) -> None:
    import_lines(register, (f"r{number}@example.org\n" for number in range(30)), now=NOW)
    dead = make_address("r7@example.org")
    with register.store.write() as connection:
        hmac = identify(KEYS, dead).address_hmac
        add_suppression(connection, Suppression(address_hmac=hmac, reason="dead address", at=NOW))
        assert renew_digests(connection, lambda key: f"{key:0>64}") == (30, 0)
        known = any_digest(connection)
        assert known is not None
        assert known[1].endswith(known[0])
        renewed = f"{dead.key:0>64}"
        assert suppressed_among(connection, [hmac, renewed]) == {renewed: "dead address"}


def test_who_got_an_old_issue_is_forgotten_alike(register: Register) -> None:
    add_active(register)
    site = open_site(register)
    publish(site, status=IssueStatus.COMPOSED)
    record = find_record(register.store, IssueKey(date=date(2026, 1, 5)))
    assert record is not None
    assert change_issue(
        register.store,
        IssueKey(date=record.date),
        "x",
        NOW,
        where=(IssueStatus.COMPOSED,),
        status=IssueStatus.PLANNING.value,
    )
    assert plan_deliveries(register.store, record.id, domain="news.example", now=NOW) == 1
    later = date(2027, 6, 1)
    assert forget_deliveries(register.store, before=later) == 0, "what is still open stays"
    with register.store.write() as connection:
        connection.execute(update(deliveries).values(status=DeliveryStatus.SENT.value))
    assert forget_deliveries(register.store, before=record.date) == 0
    assert forget_deliveries(register.store, before=later) == 1
    assert find_record(register.store, IssueKey(date=record.date)) is not None
    site.stack.close()


def test_who_is_erased_while_retention_forgets_them_is_erased(register: Register) -> None:
    address = make_address()
    hmac = identify(register.keys, address).address_hmac
    with ThreadPoolExecutor(1) as pool:
        with register.store.write() as connection:
            add_suppression(connection, Suppression(address_hmac=hmac, reason=consent.LEFT, at=NOW))
            erasing = pool.submit(consent.erase, register, address, now=NOW)
            wait([erasing], timeout=0.5)  # it waits for this transaction, or found nothing yet
        erasing.result(timeout=30)
    [suppression] = list_suppressions(register.store)
    assert suppression.reason == consent.ERASED
    assert consent.request(register, address, by("form")) is Refusal.SUPPRESSED
