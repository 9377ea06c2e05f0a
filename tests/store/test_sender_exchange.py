"""A sender's exchange: what it records and claims, whoever else is at work. On both engines where they do the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from newsletter.errors import StoreError
from newsletter.model import DeliveryStatus, IssueId, NoticeKind, Outcome, Reply, SubscriberId
from newsletter.store.bulk_update import Change, Step, change_rows_at_once
from newsletter.store.deliveries import list_deliveries
from newsletter.store.endings import pause_sending
from newsletter.store.engine import Store, open_engine
from newsletter.store.ledger import Claim, Ledger, Recorded
from newsletter.store.notices import queue_notice
from newsletter.store.planning import plan_deliveries
from newsletter.store.schema import deliveries, notices, subscribers
from newsletter.store.sender_exchange import Exchanged, ExchangeRequest, exchange
from tests.support.delivery_factories import DOMAIN, add_issue, add_subscribers, freeze
from tests.support.empty_ledger import open_ledger

NOW = datetime(2026, 1, 5, 6, 0, 0, 123_456, tzinfo=UTC)
LEASE = 60.0
WORDS = '2.0.0 „Ok“ – it\'s "queued" \\ as\t7 😀'


def fill(store: Store, count: int) -> IssueId:
    add_subscribers(store, count)
    issue = add_issue(store)
    plan_deliveries(store, issue, domain=DOMAIN, now=NOW)
    freeze(store, issue)
    return issue


def take(store: Store, want: int, owner: str = "one", **changes: Any) -> Exchanged:
    return exchange(store, owner, ExchangeRequest(want=want, now=NOW, lease_seconds=LEASE, **changes))


def said(claim: Claim, status: DeliveryStatus = DeliveryStatus.SENT, **changes: Any) -> Recorded:
    outcome = Outcome(status=status, reply=Reply(code=250, enhanced="2.0.0", text=WORDS), **changes)
    return Recorded(claim=claim, outcome=outcome, at=NOW + timedelta(seconds=1), relay="relay:25")


def rows(store: Store) -> list[Any]:
    with store.read() as connection:
        return list(connection.execute(select(deliveries).order_by(deliveries.c.id)).mappings())


def change_subscriber(store: Store, number: int, **values: Any) -> None:
    with store.write() as connection:
        connection.execute(update(subscribers).where(subscribers.c.id == number).values(**values))


def test_a_claim_says_whose_the_row_is_and_until_when(either: Store) -> None:
    fill(either, 3)
    found = take(either, 2)
    assert [claim.address for claim in found.claims] == ["reader1@example.net", "reader2@example.net"]
    first, _, last = rows(either)
    assert (first["status"], first["attempts"], first["lease_owner"]) == ("sending", 1, "one")
    # PostgreSQL's own clock is the later one
    assert first["lease_until"] == found.claims[0].lease_until >= NOW + timedelta(seconds=LEASE)
    assert first["changed"] == NOW
    assert (last["status"], last["attempts"], last["lease_owner"]) == ("queued", 0, None)


def test_one_turn_records_and_claims_and_every_word_is_kept(either: Store) -> None:
    fill(either, 3)
    first, second = take(either, 2).claims
    later = NOW + timedelta(minutes=5)
    deferred = said(second, DeliveryStatus.DEFERRED, next_try=later, reason="greylisted")
    found = take(either, 5, outcomes=[said(first), deferred])
    assert found.recorded == 2
    assert [claim.address for claim in found.claims] == ["reader3@example.net"]
    sent, waits, _ = rows(either)
    assert (sent["status"], sent["reply_code"], sent["reply_enhanced"]) == ("sent", 250, "2.0.0")
    assert (sent["reply_text"], sent["relay"]) == (WORDS, "relay:25")
    assert sent["sent_at"] == sent["changed"] == NOW + timedelta(seconds=1)
    assert (sent["lease_owner"], sent["lease_until"], sent["next_try"]) == (None, None, None)
    assert (waits["status"], waits["attempts"], waits["next_try"]) == ("deferred", 1, later)
    assert (waits["reason"], waits["sent_at"]) == ("greylisted", None)


def test_what_was_never_said_to_a_relay_counts_no_attempt(either: Store) -> None:
    fill(either, 1)
    (claim,) = take(either, 1).claims
    outcome = Outcome(status=DeliveryStatus.DEFERRED, next_try=NOW + timedelta(minutes=1), reason="too late")
    item = Recorded(claim=claim, outcome=outcome, at=NOW, relay="relay:25", tried=False)
    assert take(either, 0, outcomes=[item]).recorded == 1
    assert [(row["status"], row["attempts"]) for row in rows(either)] == [("deferred", 0)]


def test_who_left_is_not_claimed_and_the_row_says_why(either: Store) -> None:
    fill(either, 3)
    change_subscriber(either, 1, status="unsubscribed")
    change_subscriber(either, 2, paused_until=date(2030, 1, 1))
    assert [claim.subscriber for claim in take(either, 3).claims] == [3]
    assert [(row["status"], row["reason"]) for row in rows(either)] == [
        ("suppressed", "unsubscribed"),
        ("suppressed", "paused until 2030-01-01"),
        ("sending", None),
    ]


def test_a_batch_of_people_who_left_hides_nobody_behind_them(either: Store) -> None:
    fill(either, 9)
    for number in range(1, 8):
        change_subscriber(either, number, status="unsubscribed")
    found = take(either, 2).claims
    assert {claim.subscriber for claim in found} <= {8, 9}
    assert found
    assert sum(row["status"] == "suppressed" for row in rows(either)) == 7


def test_a_second_attempt_keeps_what_was_said_of_the_first(either: Store) -> None:
    issue = fill(either, 1)
    (claim,) = take(either, 1).claims
    take(either, 0, outcomes=[said(claim, DeliveryStatus.DEFERRED, next_try=NOW, reason="greylisted")])
    (again,) = take(either, 1).claims
    assert again.attempts == 2
    (listed,) = list_deliveries(either, issue, history=True)
    event, present = listed.history
    assert present.status is DeliveryStatus.SENDING
    assert (event.status, event.reason) == (DeliveryStatus.DEFERRED, "greylisted")
    assert event.reply is not None
    assert event.reply.text == WORDS


def test_notices_go_first_and_both_ledgers_are_recorded_in_one_turn(either: Store) -> None:
    fill(either, 2)
    with either.write() as connection:
        queue_notice(connection, SubscriberId(2), NoticeKind.WELCOME, domain=DOMAIN, now=NOW)
    claims = take(either, 2).claims
    assert [claim.ledger for claim in claims] == [Ledger.NOTICES, Ledger.DELIVERIES]
    assert take(either, 0, outcomes=[said(claim) for claim in claims]).recorded == 2
    with either.read() as connection:
        assert connection.scalars(select(notices.c.status)).all() == ["sent"]


def test_what_is_given_back_waits_as_before_and_may_be_claimed_in_the_same_turn(either: Store) -> None:
    fill(either, 2)
    first, second = take(either, 2).claims
    take(either, 0, outcomes=[said(second, DeliveryStatus.DEFERRED, next_try=NOW)])
    (again,) = take(either, 1).claims
    assert take(either, 0, released=[again]).recorded == 1
    assert [(row["status"], row["attempts"]) for row in rows(either)] == [("sending", 1), ("deferred", 1)]
    assert [claim.attempts for claim in take(either, 1).claims] == [2]
    (claim,) = take(either, 1, released=[first]).claims  # nothing else is due
    assert (claim.id, claim.attempts) == (first.id, 1)


def test_an_answer_of_a_sender_that_lost_the_row_changes_nothing(either: Store) -> None:
    fill(either, 2)
    lost, kept = take(either, 2).claims
    with either.write() as connection:
        connection.execute(update(deliveries).where(deliveries.c.id == lost.id).values(lease_owner="two"))
    assert take(either, 0, outcomes=[said(lost), said(kept)]).recorded == 1
    assert [(row["status"], row["lease_owner"]) for row in rows(either)] == [
        ("sending", "two"),
        ("sent", None),
    ]


def test_senders_that_claim_at_once_share_every_row_and_take_none_twice(either: Store) -> None:
    fill(either, 120)
    stores = [Store(open_engine(either.engine.url.render_as_string(hide_password=False))) for _ in range(4)]

    def work(number: int) -> list[int]:
        mine: list[int] = []
        while found := take(stores[number], 7, owner=f"sender {number}").claims:
            mine += [claim.id for claim in found]
        return mine

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(work, range(4)))
    for store in stores:
        store.close()
    assert Counter(one for mine in taken for one in mine) == Counter(row["id"] for row in rows(either))
    owners = {row["id"]: row["lease_owner"] for row in rows(either)}
    assert all(owners[one] == f"sender {number}" for number, mine in enumerate(taken) for one in mine)


# ── SQLite's way: what happens between the look and the write ────────────────────────────────────


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    store = open_ledger(tmp_path)
    yield store
    store.close()


def lease(number: int, **changes: Any) -> Change:
    values: dict[str, Any] = {"was": "queued", "owner": None, "attempts": 0, "status": "sending", "tries": 1}
    values |= {"lease_owner": "late", "lease_until": NOW, "at": NOW}
    return Change(step=Step.LEASE, id=number, **{**values, **changes})


def test_a_row_that_another_took_meanwhile_stays_theirs(sqlite_store: Store) -> None:
    fill(sqlite_store, 2)
    take(sqlite_store, 1, owner="quick")
    assert change_rows_at_once(sqlite_store, Ledger.DELIVERIES, [lease(1), lease(2)]) == 1
    assert [row["lease_owner"] for row in rows(sqlite_store)] == ["quick", "late"]


def test_a_row_that_was_tried_meanwhile_is_not_taken_for_a_fresh_one(sqlite_store: Store) -> None:
    fill(sqlite_store, 1)
    with sqlite_store.write() as connection:
        connection.execute(update(deliveries).values(attempts=1))
    assert change_rows_at_once(sqlite_store, Ledger.DELIVERIES, [lease(1)]) == 0


def test_an_issue_that_was_paused_meanwhile_is_not_claimed(sqlite_store: Store) -> None:
    issue = fill(sqlite_store, 1)
    pause_sending(sqlite_store, issue, now=NOW)
    assert change_rows_at_once(sqlite_store, Ledger.DELIVERIES, [lease(1)]) == 0


def test_a_statement_that_cannot_run_says_why(sqlite_store: Store) -> None:
    with pytest.raises(StoreError, match="no such table"):
        sqlite_store.write_at_once("UPDATE nowhere SET a = ?", (1,))
