from __future__ import annotations

import asyncio
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import uvloop
from sqlalchemy import func, select, update

from newsletter.config import DeliverySettings
from newsletter.delivery.local_inbox import DemoInbox
from newsletter.delivery.outcome_handler import OutcomeHandler
from newsletter.delivery.relay import FolderRelay
from newsletter.delivery.verp import decode_sender
from newsletter.errors import StoreError
from newsletter.model import DeliveryStatus, NoticeKind, SubscriberId
from newsletter.store.deliveries import list_deliveries
from newsletter.store.endings import pause_sending, resume_sending
from newsletter.store.ledger import Claim, Ledger
from newsletter.store.notices import list_notices, queue_notice
from newsletter.store.planning import plan_deliveries, send_missing
from newsletter.store.recovery import HOLD_REASON, list_held
from newsletter.store.schema import deliveries, notices, subscribers, suppressions
from tests.subscribers.test_noted_leavings import refuse_writes
from tests.support.delivery_factories import (
    DOMAIN,
    World,
    add_issue,
    add_subscribers,
    freeze,
    relay_to,
    token_of,
)
from tests.support.smtp_peer import Peer
from tests.support.subscriber_factories import make_register


def test_every_subscriber_gets_one_mail_with_a_link_of_their_own(world: World) -> None:
    issue = world.ready(25)
    with DemoInbox(world.folder / "inbox") as inbox:
        report = asyncio.run(world.send(relay_to(inbox.port)))
        mails = inbox.list_mails()
    assert report.outcomes == {DeliveryStatus.SENT: 25}
    assert world.status(issue) == "sent"
    assert sorted(mail.recipient for mail in mails) == sorted(f"reader{n}@example.net" for n in range(1, 26))
    for mail in mails:
        subscriber = int(mail.recipient.partition("@")[0].removeprefix("reader"))
        assert mail.raw.count(token_of(subscriber).encode()) == 3  # the link of the header, text and HTML
        assert token_of(subscriber) in (mail.part("html") or "")
        assert "Dy & Tb — “up”." in (mail.part("plain") or "")
        assert decode_sender(b"s" * 32, mail.sender) is not None


def test_uvloop_sends_as_well(world: World) -> None:
    issue = world.ready(5)
    with DemoInbox(world.folder / "inbox") as inbox:
        uvloop.run(world.send(relay_to(inbox.port)))
    assert world.counts(issue) == {DeliveryStatus.SENT: 5}


def test_a_second_run_sends_nothing(world: World) -> None:
    world.ready(3)
    with DemoInbox(world.folder / "inbox") as inbox:
        asyncio.run(world.send(relay_to(inbox.port)))
        report = asyncio.run(world.send(relay_to(inbox.port)))
        assert len(inbox.list_mails()) == 3
    assert report.outcomes == {}


def test_a_folder_takes_each_message_as_a_file(world: World) -> None:
    issue = world.ready(3)
    asyncio.run(world.send(FolderRelay(world.folder / "out")))
    assert world.counts(issue) == {DeliveryStatus.SENT: 3}
    assert len(list((world.folder / "out").glob("*.eml"))) == 3


def test_a_refused_recipient_bounces_and_the_others_are_sent(world: World) -> None:
    issue = world.ready(10)

    async def run() -> None:
        def rcpt(address: str) -> str:
            return "550 5.1.1 no such user" if address.startswith("reader4@") else "250 ok"

        async with Peer(on={"RCPT": rcpt}) as peer:
            await world.send(relay_to(peer.port))
            assert len(peer.taken) == 9

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 9, DeliveryStatus.BOUNCED: 1}
    (bounced,) = list_deliveries(world.store, issue, statuses=[DeliveryStatus.BOUNCED])
    assert bounced.address == "reader4@example.net"
    assert bounced.delivery.reply is not None
    assert (bounced.delivery.reply.code, bounced.delivery.reply.enhanced) == (550, "5.1.1")
    assert bounced.delivery.reply.text == "no such user"
    assert world.status(issue) == "sent"


def test_a_temporary_refusal_is_tried_again_and_its_words_are_kept(world: World) -> None:
    issue = world.ready(3)
    refused: list[str] = []

    async def run() -> None:
        def rcpt(address: str) -> str:
            if address.startswith("reader2@") and not refused:
                refused.append(address)
                return "451 4.7.1 greylisted, come again"
            return "250 ok"

        async with Peer(on={"RCPT": rcpt}) as peer:
            await world.send(relay_to(peer.port))
            assert world.counts(issue) == {DeliveryStatus.SENT: 2, DeliveryStatus.DEFERRED: 1}
            assert world.status(issue) == "frozen"
            world.make_due()
            await world.send(relay_to(peer.port))

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 3}
    again = next(item.delivery for item in list_deliveries(world.store, issue) if item.delivery.attempts == 2)
    (event,) = world.history(issue, again.id)
    assert event.status is DeliveryStatus.DEFERRED
    assert event.reply is not None
    assert event.reply.text == "greylisted, come again"


def test_a_connection_dropped_before_the_final_dot_is_tried_again(world: World) -> None:
    issue = world.ready(4)
    drops = [True]

    async def run() -> None:
        async with Peer(on={"DATA": lambda _: None if drops and drops.pop() else "354 go on"}) as peer:
            await world.send(relay_to(peer.port))
            assert world.counts(issue) == {DeliveryStatus.SENT: 3, DeliveryStatus.DEFERRED: 1}
            world.make_due()
            await world.send(relay_to(peer.port))

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 4}


def test_an_answer_lost_after_the_final_dot_is_sent_once_more_under_the_same_message_id(world: World) -> None:
    issue = world.ready(3)
    seen: list[str] = []

    async def run() -> Peer:
        def body(address: str) -> str | None:
            seen.append(address)
            return None if address.startswith("reader2@") and seen.count(address) == 1 else "250 taken"

        async with Peer(on={"BODY": body}) as peer:
            await world.send(relay_to(peer.port, connections=1))
            assert world.counts(issue) == {DeliveryStatus.SENT: 2, DeliveryStatus.DEFERRED: 1}  # for minutes
            world.make_due()
            await world.send(relay_to(peer.port, connections=1))
            return peer

    peer = asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 3}
    assert seen.count("reader2@example.net") == 2
    ids = [
        line
        for _, _, content in peer.taken
        for line in content.split(b"\r\n")
        if line.startswith(b"Message-ID")
    ]
    assert len(set(ids)) == 3


def test_a_fault_of_ours_after_the_final_dot_sends_nobody_a_second_mail(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue, judge = world.ready(3), OutcomeHandler.judge

    def fail(self: OutcomeHandler, claim: Claim, *given: Any, **named: Any) -> None:
        if claim.address.startswith("reader2@"):
            raise IndexError("a fault of ours")
        judge(self, claim, *given, **named)

    async def run() -> Peer:
        async with Peer() as peer:
            with monkeypatch.context() as patch:
                patch.setattr(OutcomeHandler, "judge", fail)
                with pytest.raises(IndexError):
                    await world.send(relay_to(peer.port, connections=1))
            world.make_due()
            await world.send(relay_to(peer.port, connections=1))
            return peer

    assert asyncio.run(run()).seen == 3
    assert world.counts(issue) == {DeliveryStatus.SENT: 3}


def test_an_answer_that_is_always_lost_is_held_after_the_second_time(world: World) -> None:
    issue = world.ready(2)

    async def run() -> Peer:
        async with Peer(on={"BODY": lambda a: None if a.startswith("reader2@") else "250 taken"}) as peer:
            for _ in range(3):
                await world.send(relay_to(peer.port, connections=1))
                world.make_due()
            return peer

    peer = asyncio.run(run())
    assert peer.seen == 3
    assert world.counts(issue) == {DeliveryStatus.SENT: 1, DeliveryStatus.UNCERTAIN: 1}
    assert world.status(issue) == "frozen"
    ((key, subject, body),) = world.alerts
    assert (key, subject) == ("deliveries-held", "1 deliveries may have arrived: did they?")
    assert "newsletter issue settle --date 2026-01-05 --arrived" in body
    assert "reader2" not in body
    (held,) = list_held(world.store)
    assert (held.count, held.sample) == (1, ("reader2@example.net",))


def test_a_relay_that_answers_nobody_after_the_final_dot_rests_and_strands_nobody(world: World) -> None:
    issue = world.ready(300)
    silent = [True]

    async def run() -> None:
        async with Peer(on={"BODY": lambda _: None if silent else "250 taken"}) as peer:
            report = await world.send(relay_to(peer.port), patience=0.0)
            assert report.fault is not None
            assert report.fault.key == "relay answers"
            assert 3 <= peer.seen <= 6  # three in a row, and what the other connections had on their way
            tried = peer.seen
            assert world.counts(issue)[DeliveryStatus.QUEUED] == 300 - tried
            silent.clear()
            assert (await world.send(relay_to(peer.port))).fault is None
            assert world.counts(issue) == {DeliveryStatus.SENT: 300 - tried, DeliveryStatus.DEFERRED: tried}
            world.make_due()
            await world.send(relay_to(peer.port))
            assert peer.seen == 300 + tried

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 300}
    assert world.status(issue) == "sent"
    ((key, subject, body),) = world.alerts
    assert (key, subject[-18:]) == ("relay answers", "does not take mail")
    assert "may have arrived" in body


def test_a_relay_that_drops_every_connection_before_the_final_dot_rests_as_well(world: World) -> None:
    issue = world.ready(100)

    async def run() -> None:
        async with Peer(on={"RCPT": lambda _: None}) as peer:
            report = await world.send(relay_to(peer.port), patience=0.0)
            assert report.fault is not None
            assert peer.commands.count("RCPT") <= 6

    asyncio.run(run())
    assert world.counts(issue)[DeliveryStatus.QUEUED] >= 94


def test_a_short_list_that_gets_no_answer_ends_with_the_relays_fault(world: World) -> None:
    issue = world.ready(2)

    async def run() -> None:
        async with Peer(on={"BODY": lambda _: None}) as peer:
            report = await world.send(relay_to(peer.port))
            assert report.fault is not None

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.DEFERRED: 2}


def test_a_ledger_that_refuses_is_tried_again_each_second(tmp_path: Path) -> None:
    register = make_register(tmp_path)
    world = World(store=register.store, folder=tmp_path)
    world.ready(2)
    refuse_writes(register)
    waits: list[float] = []

    class Loop(asyncio.SelectorEventLoop):
        """It notes down for how long somebody sleeps."""

        def call_later(self, delay: float, *what: Any, **named: Any) -> asyncio.TimerHandle:  # type: ignore[override]  # whatever it is
            waits.append(delay)
            return super().call_later(delay, *what, **named)

    with asyncio.Runner(loop_factory=Loop) as runner, pytest.raises(StoreError, match="readonly"):
        runner.run(world.send(relay_to(1), patience=0.12))  # 2.4 s for a ledger
    assert waits[:2] == [1.0, 1.0]


def test_a_failover_that_answers_is_no_fault(world: World) -> None:
    issue = world.ready(30)

    async def run() -> None:
        async with Peer(on={"BODY": lambda _: None}) as first, Peer() as second:
            report = await world.send(relay_to(first.port), relay_to(second.port))
            assert report.fault is None
            assert len(second.taken) + first.seen == 30

    asyncio.run(run())
    assert world.counts(issue)[DeliveryStatus.SENT] >= 24


def test_with_nothing_listening_nobody_is_marked_and_the_operator_is_told(world: World) -> None:
    issue = world.ready(5)
    report = asyncio.run(world.send(relay_to(1), patience=0.0))
    assert report.fault is not None
    assert report.outcomes == {}
    assert world.counts(issue) == {DeliveryStatus.QUEUED: 5}
    assert {item.delivery.attempts for item in list_deliveries(world.store, issue)} == {0}
    assert world.alerts


def test_the_same_policy_refusal_for_everyone_marks_nobody(world: World) -> None:
    issue = world.ready(60)

    async def run() -> None:
        async with Peer(on={"RCPT": lambda _: "550 5.7.1 your address is listed"}) as peer:
            await world.send(relay_to(peer.port), patience=0.0)
            assert peer.commands.count("RCPT") < 30

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.QUEUED: 60}
    assert [key for key, _, _ in world.alerts] == ["relay policy"]


@pytest.mark.parametrize(
    "refusal",
    ["550 Your host is on our block list", "554 5.6.0 Message rejected as spam", "550 5.1.1 no such user"],
)
def test_the_same_refusal_for_everyone_marks_nobody_whatever_its_code(world: World, refusal: str) -> None:
    for number in range(4):
        add_subscribers(world.store, 15, domain=f"{number}.example", start=1 + 15 * number)
    issue = world.ready(0)

    async def run() -> None:
        async with Peer(on={"RCPT": lambda _: refusal}) as peer:
            await world.send(relay_to(peer.port), patience=0.0)
            assert peer.commands.count("RCPT") < 30

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.QUEUED: 60}
    assert {item.delivery.attempts for item in list_deliveries(world.store, issue)} == {0}
    assert not world.suppressed()
    assert [key for key, _, _ in world.alerts] == ["relay policy"]


@pytest.mark.parametrize(
    ("verb", "answer"),
    [
        ("RCPT", "550 5.7.1 not from you"),
        ("DATA", "554 5.5.1 no valid recipients"),
    ],
)
def test_a_short_list_that_is_refused_as_a_whole_marks_nobody(world: World, verb: str, answer: str) -> None:
    add_subscribers(world.store, 2, domain="a.example")
    add_subscribers(world.store, 2, domain="b.example", start=3)
    issue = world.ready(0)

    async def run() -> None:
        async with Peer(on={verb: lambda _: answer}) as peer:
            await world.send(relay_to(peer.port), patience=0.0)

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.QUEUED: 4}
    assert [key for key, _, _ in world.alerts] == ["relay policy"]


def test_a_domain_that_is_gone_bounces_all_of_its_readers(world: World) -> None:
    issue = world.ready(30, domain="gone.example")

    async def run() -> None:
        async with Peer(on={"RCPT": lambda _: "550 5.1.2 no such domain"}) as peer:
            await world.send(relay_to(peer.port))

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.BOUNCED: 30}
    assert not world.alerts


@pytest.mark.slow
def test_dead_addresses_at_the_head_of_a_list_keep_nobody_from_their_mail(world: World) -> None:
    for number in range(4):
        add_subscribers(world.store, 5, domain=f"dead{number}.example", start=1 + 5 * number)
    add_subscribers(world.store, 20, domain="good.example", start=100)
    issue = world.ready(0)

    async def run() -> None:
        def rcpt(address: str) -> str:
            return "250 ok" if address.endswith("@good.example") else "550 5.1.1 no such user"

        async with Peer(on={"RCPT": rcpt}) as peer:
            await world.send(relay_to(peer.port))

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 20, DeliveryStatus.BOUNCED: 20}


def test_a_policy_refusal_of_one_recipient_is_that_recipients(world: World) -> None:
    issue = world.ready(30)

    async def run() -> None:
        def rcpt(address: str) -> str:
            return "550 5.7.1 not wanted here" if address.startswith("reader7@") else "250 ok"

        async with Peer(on={"RCPT": rcpt}) as peer:
            await world.send(relay_to(peer.port))

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 29, DeliveryStatus.BOUNCED: 1}
    assert not world.alerts


def test_relaying_denied_and_a_refused_sender_mark_nobody(world: World) -> None:
    issue = world.ready(5)

    async def run(verb: str, answer: str) -> None:
        async with Peer(on={verb: lambda _: answer}) as peer:
            await world.send(relay_to(peer.port), patience=0.0)

    for verb, answer in (
        ("RCPT", "554 5.7.1 <x@y>: Relay access denied"),
        ("MAIL", "550 5.1.8 sender domain does not exist"),
        ("MAIL", "530 5.7.0 authentication required"),
    ):
        asyncio.run(run(verb, answer))
        assert world.counts(issue) == {DeliveryStatus.QUEUED: 5}


def test_who_unsubscribes_while_the_issue_is_being_sent_gets_no_mail(world: World) -> None:
    issue = world.ready(40)

    async def run() -> list[str]:
        left = asyncio.Event()

        async def body(address: str) -> str:
            if not left.is_set():
                left.set()
                with world.store.write() as connection:
                    connection.execute(
                        update(subscribers).where(subscribers.c.id == 30).values(status="unsubscribed")
                    )
                    connection.execute(
                        suppressions.insert().values(
                            address_hmac=f"{31:064d}", reason="complaint", at=datetime.now(UTC)
                        )
                    )
                    connection.execute(subscribers.delete().where(subscribers.c.id == 32))
                    connection.execute(
                        update(subscribers)
                        .where(subscribers.c.id == 33)
                        .values(paused_until=date(2100, 1, 1))
                    )
            await asyncio.sleep(0.02)
            return "250 taken"

        async with Peer(on={"BODY": body}) as peer:
            await world.send(relay_to(peer.port, connections=1))
            return [recipient for _, recipient, _ in peer.taken]

    taken = asyncio.run(run())
    assert len(taken) == 36
    assert not {f"reader{n}@example.net" for n in (30, 31, 32, 33)} & set(taken)
    ended = list_deliveries(world.store, issue, statuses=[DeliveryStatus.SUPPRESSED])
    assert [item.delivery.reason for item in ended] == [
        "unsubscribed", "suppressed: complaint", "erased", "paused until 2100-01-01",
    ]  # fmt: skip


def test_a_paused_issue_stops_and_goes_on(world: World) -> None:
    issue = world.ready(200)

    async def run() -> int:
        pauses = [True]

        async def body(_: str) -> str:
            if len(peer.taken) >= 20 and pauses and pauses.pop():
                pause_sending(world.store, issue, now=datetime.now(UTC))
            return "250 taken"

        async with Peer(on={"BODY": body}) as peer:
            await world.send(relay_to(peer.port))
            paused_at = len(peer.taken)
            resume_sending(world.store, issue, now=datetime.now(UTC))
            await world.send(relay_to(peer.port))
            assert len(peer.taken) == 200
            return paused_at

    paused_at = asyncio.run(run())
    assert paused_at < 150
    assert world.counts(issue) == {DeliveryStatus.SENT: 200}


def test_a_stop_gives_back_what_waits_and_ends_what_is_in_flight(world: World) -> None:
    issue = world.ready(300)

    async def run() -> None:
        stop = asyncio.Event()

        async def body(_: str) -> str:
            if len(peer.taken) >= 30:
                stop.set()
            await asyncio.sleep(0.01)
            return "250 taken"

        async with Peer(on={"BODY": body}) as peer:
            await world.send(relay_to(peer.port), stop=stop, until_idle=False)
            counts = world.counts(issue)
            assert counts[DeliveryStatus.SENT] == len(peer.taken)
            assert counts == {
                DeliveryStatus.SENT: len(peer.taken),
                DeliveryStatus.QUEUED: 300 - len(peer.taken),
            }
            await world.send(relay_to(peer.port))
            assert sorted(r for _, r, _ in peer.taken) == sorted(
                f"reader{n}@example.net" for n in range(1, 301)
            )

    asyncio.run(run())
    assert not list((world.folder / "flight").iterdir())


def test_an_unfinished_final_dot_is_uncertain_when_the_drain_ends(world: World) -> None:
    issue = world.ready(10)

    async def run() -> None:
        stop, never = asyncio.Event(), asyncio.Event()

        async def body(_: str) -> str:
            stop.set()
            await never.wait()
            return "250 taken"

        settings = DeliverySettings(drain_seconds=2)
        async with Peer(on={"BODY": body}) as peer:
            relay = relay_to(peer.port, connections=2)
            await world.send(relay, stop=stop, until_idle=False, settings=settings)

    asyncio.run(run())
    counts = world.counts(issue)
    assert 1 <= counts[DeliveryStatus.UNCERTAIN] <= 2
    assert counts[DeliveryStatus.QUEUED] == 10 - counts[DeliveryStatus.UNCERTAIN]


def test_two_senders_at_once_never_send_the_same_delivery(world: World) -> None:
    issue = world.ready(300)

    async def run() -> list[str]:
        async with Peer() as peer:
            await asyncio.gather(
                world.send(relay_to(peer.port)),
                world.send(relay_to(peer.port)),
                world.send(relay_to(peer.port)),
            )
            return [recipient for _, recipient, _ in peer.taken]

    taken = asyncio.run(run())
    assert len(taken) == len(set(taken)) == 300
    assert world.counts(issue) == {DeliveryStatus.SENT: 300}


def test_notices_are_sent_by_the_same_sender_and_only_where_they_still_make_sense(world: World) -> None:
    add_subscribers(world.store, 1, status="pending")
    add_subscribers(world.store, 1, start=2)
    now = datetime.now(UTC)
    with world.store.write() as connection:
        queue_notice(connection, SubscriberId(1), NoticeKind.CONFIRM, domain=DOMAIN, now=now)
        queue_notice(connection, SubscriberId(2), NoticeKind.CONFIRM, domain=DOMAIN, now=now)
        queue_notice(connection, SubscriberId(2), NoticeKind.WELCOME, domain=DOMAIN, now=now)
    with DemoInbox(world.folder / "inbox") as inbox:
        asyncio.run(world.send(relay_to(inbox.port)))
        mails = {mail.subject: mail for mail in inbox.list_mails()}
    assert set(mails) == {"confirm", "welcome"}
    assert b"List-Unsubscribe-Post" not in mails["confirm"].raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in mails["welcome"].raw
    assert decode_sender(b"s" * 32, mails["confirm"].sender) == (Ledger.NOTICES, 1)
    states = {notice.id: (notice.status, notice.reason) for notice in list_notices(world.store)}
    assert states[2] == (DeliveryStatus.SUPPRESSED, "already active")


def test_a_notice_that_is_held_asks_nothing_about_deliveries(world: World) -> None:
    add_subscribers(world.store, 1, status="pending")
    now = datetime.now(UTC)
    with world.store.write() as connection:
        queue_notice(connection, SubscriberId(1), NoticeKind.CONFIRM, domain=DOMAIN, now=now)
        connection.execute(update(notices).values(status="uncertain", attempts=2, resends=1))
    with DemoInbox(world.folder / "inbox") as inbox:
        asyncio.run(world.send(relay_to(inbox.port)))
        assert not inbox.list_mails()
    (notice,) = list_notices(world.store)
    assert (notice.status, notice.reason) == (DeliveryStatus.UNCERTAIN, HOLD_REASON)
    assert not world.alerts


def test_a_notice_that_is_held_in_the_same_turn_is_not_counted_as_a_delivery(world: World) -> None:
    world.ready(2)
    now = datetime.now(UTC)
    with world.store.write() as connection:
        queue_notice(connection, SubscriberId(1), NoticeKind.LEAVE, domain=DOMAIN, now=now)
        for table in (notices, deliveries):
            first = table.c.id == select(func.min(table.c.id)).scalar_subquery()
            connection.execute(update(table).where(first).values(status="uncertain", attempts=2, resends=1))
    with DemoInbox(world.folder / "inbox") as inbox:
        asyncio.run(world.send(relay_to(inbox.port)))
    ((_, subject, body),) = world.alerts
    assert subject == "1 deliveries may have arrived: did they?"
    assert body.startswith("1 deliveries of ")


def test_send_missing_reaches_exactly_those_who_did_not_get_it(world: World) -> None:
    issue = world.ready(6)

    async def run() -> list[str]:
        refuse = {"reader2@example.net", "reader5@example.net"}
        async with Peer(on={"RCPT": lambda a: "550 5.2.2 mailbox full" if a in refuse else "250 ok"}) as peer:
            await world.send(relay_to(peer.port))
            refuse.clear()
            add_subscribers(world.store, 1, start=7)
            assert send_missing(world.store, issue, domain=DOMAIN, now=datetime.now(UTC)) == 3
            await world.send(relay_to(peer.port))
            return sorted(recipient for _, recipient, _ in peer.taken)

    assert asyncio.run(run()) == [f"reader{n}@example.net" for n in range(1, 8)]
    assert world.counts(issue) == {DeliveryStatus.SENT: 7}


def test_the_second_relay_takes_over_where_the_first_is_down(world: World) -> None:
    issue = world.ready(10)

    async def run() -> None:
        async with Peer() as peer:
            await world.send(relay_to(1), relay_to(peer.port))

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 10}
    with world.store.read() as connection:
        relays = set(connection.scalars(select(deliveries.c.relay)))
    assert len(relays) == 1


def test_an_address_that_needs_smtputf8_fails_with_its_reason(world: World) -> None:
    add_subscribers(world.store, 1, address="jürgen@example.net", address_key="jürgen@example.net")
    issue = world.ready(1, start=2)
    with DemoInbox(world.folder / "inbox") as inbox:
        asyncio.run(world.send(relay_to(inbox.port)))
    (failed,) = list_deliveries(world.store, issue, statuses=[DeliveryStatus.FAILED])
    assert "SMTPUTF8" in failed.delivery.reason
    assert world.counts(issue)[DeliveryStatus.SENT] == 1


# ── limits, and a second relay ───────────────────────────────────────────────────────────────────


def test_a_domain_gets_no_more_a_second_than_it_asks_for(world: World) -> None:
    issue = world.ready(8, domain="slow.example")
    settings = DeliverySettings(domain_per_second={"Slow.Example": 4})

    async def run() -> None:
        async with Peer() as peer:
            await world.send(relay_to(peer.port), settings=settings)

    began = time.monotonic()
    asyncio.run(run())
    assert time.monotonic() - began >= 0.99  # four at once, then one each 250 ms
    assert world.counts(issue) == {DeliveryStatus.SENT: 8}
    tries = {item.delivery.attempts for item in list_deliveries(world.store, issue)}
    assert tries == {1}  # to wait for one's turn is no attempt


def test_nobody_waits_for_the_turn_of_another_domain(world: World) -> None:
    issue = world.ready(8, domain="slow.example")
    add_subscribers(world.store, 12, start=20)
    send_missing(world.store, issue, domain=DOMAIN, now=datetime.now(UTC))
    settings = DeliverySettings(domain_per_second={"slow.example": 0.001})

    async def run() -> None:
        stop, others = asyncio.Event(), set[str]()

        def body(recipient: str) -> str:
            if not recipient.endswith("@slow.example"):
                others.add(recipient)
            if len(others) == 12:
                stop.set()
            return "250 ok"

        async with Peer(on={"BODY": body}) as peer:
            await world.send(relay_to(peer.port), stop=stop, until_idle=False, settings=settings)
            assert len(peer.taken) == 13

    asyncio.run(run())
    assert world.counts(issue)[DeliveryStatus.SENT] == 13


def test_the_limit_of_an_hour_counts_what_the_ledger_has_and_the_failover_takes_over(world: World) -> None:
    issue = world.ready(10)

    async def run() -> None:
        async with Peer() as first, Peer() as second:
            limited = relay_to(first.port, per_hour=4, connections=1)
            report = await world.send(limited, relay_to(second.port))
            assert report.outcomes == {DeliveryStatus.SENT: 10}
            assert (len(first.taken), len(second.taken)) == (4, 6)
            again = add_issue(world.store, number=2)
            plan_deliveries(world.store, again, domain=DOMAIN, now=datetime.now(UTC))
            freeze(world.store, again)
            await world.send(relay_to(first.port, per_hour=4), relay_to(second.port))
            assert (len(first.taken), len(second.taken)) == (4, 16)  # a new process knows of the first four

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 10}


def test_the_failover_is_idle_while_the_first_relay_works(world: World) -> None:
    world.ready(40)

    async def run() -> None:
        async with Peer() as first, Peer() as second:
            await world.send(relay_to(first.port, connections=1), relay_to(second.port))
            assert (len(first.taken), len(second.taken)) == (40, 0)

    asyncio.run(run())


def test_the_failover_takes_over_when_the_first_relay_is_down(world: World) -> None:
    issue = world.ready(30)

    async def run() -> None:
        async with Peer(banner="554 out of order") as first, Peer() as second:
            await world.send(relay_to(first.port), relay_to(second.port))
            assert (len(first.taken), len(second.taken)) == (0, 30)
            assert first.connections < 20  # it is left alone, and looked at now and then

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 30}
    assert world.alerts  # the operator hears of the first relay
