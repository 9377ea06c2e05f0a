"""The lists that pages show, on both engines: searched, filtered, page by page, each delivery with its history."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from newsletter.model import BounceKind, DeliveryId, DeliveryStatus, IssueId
from newsletter.store.bounces import list_bounces
from newsletter.store.deliveries import count_by_domain, list_deliveries, load_delivery
from newsletter.store.engine import Store
from newsletter.store.planning import plan_deliveries
from newsletter.store.schema import bounces, deliveries, delivery_events, subscribers, suppressions
from newsletter.store.suppressions import list_suppressions
from tests.support.delivery_factories import DOMAIN, add_issue, add_subscribers
from tests.support.subscriber_factories import NOW


@pytest.fixture
def issue(either: Store) -> IssueId:
    """An issue to five readers of one domain and two of another; the 3rd and the 6th did not get it."""
    add_subscribers(either, 5, domain="gmail.com", name="Ann O’Neil")
    add_subscribers(either, 2, domain="mine.example", start=6)
    found = add_issue(either)
    plan_deliveries(either, found, domain=DOMAIN, now=NOW)
    with either.write() as connection:
        connection.execute(update(deliveries).values(status="sent"))
        for number, status in ((3, "bounced"), (6, "failed")):
            one = deliveries.c.subscriber_id == number
            connection.execute(update(deliveries).where(one).values(status=status, reason="no such user"))
    return found


def readers(store: Store, issue: IssueId, **asked: object) -> list[int]:
    return [int(one.delivery.subscriber) for one in list_deliveries(store, issue, **asked)]  # type: ignore[arg-type]


def test_who_did_not_get_it_is_found_by_state_address_and_name(either: Store, issue: IssueId) -> None:
    lost = (DeliveryStatus.BOUNCED, DeliveryStatus.FAILED)
    assert readers(either, issue) == [1, 2, 3, 4, 5, 6, 7]
    assert readers(either, issue, statuses=lost) == [3, 6]
    assert readers(either, issue, search="MINE.example") == [6, 7]
    assert readers(either, issue, search="reader3@") == [3]
    assert readers(either, issue, search="o’neil", statuses=lost) == [3]
    assert readers(either, issue, search="o’neil", statuses=[DeliveryStatus.SENT]) == [1, 2, 4, 5]
    assert readers(either, issue, search="100%_") == []
    assert readers(either, issue, offset=2, limit=3) == [3, 4, 5]
    assert readers(either, IssueId(issue + 1)) == []


def test_an_erased_reader_keeps_a_line_without_an_address(either: Store, issue: IssueId) -> None:
    with either.write() as connection:
        connection.execute(subscribers.delete().where(subscribers.c.id == 3))
    [one] = list_deliveries(either, issue, statuses=[DeliveryStatus.BOUNCED])
    assert one.address is None
    counted = {domain: counts.total() for domain, counts in count_by_domain(either, issue).items()}
    assert counted == {"gmail.com": 4, "mine.example": 2, "": 1}


def test_numbers_by_domain_add_up(either: Store, issue: IssueId) -> None:
    counted = count_by_domain(either, issue)
    assert {domain: counts.total() for domain, counts in counted.items()} == {
        "gmail.com": 5,
        "mine.example": 2,
    }
    assert counted["mine.example"] == {DeliveryStatus.SENT: 1, DeliveryStatus.FAILED: 1}


def test_a_delivery_is_told_from_its_first_try_to_now(either: Store, issue: IssueId) -> None:
    with either.write() as connection:
        number = connection.scalar(select(deliveries.c.id).where(deliveries.c.subscriber_id == 3))
        for minutes, text in ((5, "4.2.2 full"), (1, "4.3.0 later")):
            at = NOW + timedelta(minutes=minutes)
            values = {
                "delivery_id": number,
                "at": at,
                "status": "deferred",
                "reply_code": 451,
                "reply_text": text,
            }
            connection.execute(insert(delivery_events).values(values))
    found = load_delivery(either, DeliveryId(number or 0))
    assert found is not None
    assert found.address == "reader3@gmail.com"
    assert [state.status for state in found.history] == ["deferred", "deferred", "bounced"]
    assert [state.reply.text for state in found.history if state.reply] == ["4.3.0 later", "4.2.2 full"]
    assert load_delivery(either, DeliveryId(10**12)) is None


def test_suppressions_are_listed_newest_first_with_the_address_where_it_is_known(either: Store) -> None:
    add_subscribers(either, 2)
    with either.write() as connection:
        for number, reason in ((1, "dead address"), (2, "complaint"), (9, "erased")):
            at = NOW + timedelta(minutes=number)
            connection.execute(
                insert(suppressions).values(address_hmac=f"{number:064d}", reason=reason, at=at)
            )
    listed = list_suppressions(either)
    assert [(one.reason, one.address) for one in listed] == [
        ("erased", None),
        ("complaint", "reader2@example.net"),
        ("dead address", "reader1@example.net"),
    ]
    assert [one.reason for one in list_suppressions(either, reason="complaint")] == ["complaint"]
    assert [one.reason for one in list_suppressions(either, search="READER1")] == ["dead address"]
    assert [one.reason for one in list_suppressions(either, offset=1, limit=1)] == ["complaint"]


def test_complaints_are_listed_by_themselves(either: Store) -> None:
    with either.write() as connection:
        for number, kind in enumerate(("soft", "complaint", "hard", "complaint")):
            row = {
                "at": NOW,
                "kind": kind,
                "reason": f"r{number}",
                "digest": f"{number:064d}",
                "consequence": "none",
            }
            connection.execute(insert(bounces).values(row))
    assert [one.reason for one in list_bounces(either, kind=BounceKind.COMPLAINT)] == ["r3", "r1"]
    assert [one.reason for one in list_bounces(either, kind=BounceKind.COMPLAINT, offset=1)] == ["r1"]
