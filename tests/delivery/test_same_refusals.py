"""Whose a refusal is: the relay's, one domain's or one recipient's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from newsletter.config import DeliverySettings
from newsletter.delivery.outcomes import Blame, Suspicion
from newsletter.delivery.same_refusals import SameRefusals
from newsletter.model import DeliveryStatus, IssueId, NoticeKind, Outcome, SubscriberId
from newsletter.store.deliveries import list_deliveries
from newsletter.store.ledger import Claim, Ledger, Recorded
from newsletter.store.notices import queue_notice
from newsletter.store.planning import plan_deliveries
from newsletter.store.schema import issues
from tests.support.delivery_factories import DOMAIN, FAST, World, add_issue, add_subscribers, freeze, relay_to
from tests.support.mail_servers import open_scratch, postfix
from tests.support.smtp_peer import Peer

SENT, BOUNCED, FAILED = DeliveryStatus.SENT, DeliveryStatus.BOUNCED, DeliveryStatus.FAILED
QUEUED, DEFERRED = DeliveryStatus.QUEUED, DeliveryStatus.DEFERRED
FIVE = [(f"mail{number}.example", 12) for number in range(5)]


def ready(world: World, readers: list[tuple[str, int]], *, number: int = 1) -> IssueId:
    """An issue for so many readers at each domain, in this order."""
    start = 1
    for domain, count in readers:
        if not count:
            continue
        add_subscribers(world.store, count, domain=domain, start=start)
        start += count
    issue = add_issue(world.store, number=number)
    plan_deliveries(world.store, issue, domain=DOMAIN, now=datetime.now(UTC))
    freeze(world.store, issue)
    return issue


def at(domain: str, words: str) -> Callable[[str], str]:
    return lambda recipient: words if recipient.endswith(domain) else "250 ok"


# ── one domain, one recipient ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("verb", "words", "status"),
    [
        ("RCPT", "550 5.7.1 blocked by policy", BOUNCED),
        ("RCPT", "550 Our quota of goodwill is used up", BOUNCED),
        ("BODY", "554 5.7.1 taken for spam", FAILED),
        ("RCPT", "452 4.3.1 Insufficient system storage", DEFERRED),
    ],
)
@pytest.mark.parametrize(
    "readers",
    [
        [("blocked.example", 60), ("good.example", 30)],
        [("good.example", 30), ("blocked.example", 60)],
        [("good.example", 10), ("blocked.example", 25)] * 2,
        [("blocked.example", 25), ("good.example", 1)] * 3,
    ],
    ids=["first", "last", "in turn", "mostly"],
)
def test_what_one_domain_refuses_keeps_nobody_else_from_their_mail(
    world: World, readers: list[tuple[str, int]], verb: str, words: str, status: DeliveryStatus
) -> None:
    issue = ready(world, readers)

    async def run() -> None:
        async with Peer(on={verb: at("@blocked.example", words)}) as peer:
            await world.send(relay_to(peer.port), patience=0.0, seconds=30)

    asyncio.run(run())
    refused = sum(count for domain, count in readers if domain == "blocked.example")
    others = sum(count for domain, count in readers if domain == "good.example")
    assert world.counts(issue) == {SENT: others, status: refused}
    assert not world.alerts


@pytest.mark.servers
def test_a_postfix_that_refuses_one_domain_sends_to_all_others(world: World) -> None:
    issue = ready(world, [("blocked.example", 60), ("good.example", 40)])
    with (
        open_scratch() as folder,
        postfix(
            folder,
            transport_maps="static:discard:",
            smtpd_recipient_restrictions="check_recipient_access inline:{blocked.example=REJECT}, permit",
            smtpd_error_sleep_time="0",
        ) as port,
    ):
        asyncio.run(world.send(relay_to(port), patience=20.0))
    assert world.counts(issue) == {SENT: 40, BOUNCED: 60}
    assert not world.alerts


@pytest.mark.parametrize("place", [0, 30])
@pytest.mark.parametrize(
    ("verb", "words", "status"),
    [
        ("RCPT", "550 Callout verification failed: 550 5.7.1 Unable to relay", BOUNCED),
        ("RCPT", "530 5.7.1 Authentication required", BOUNCED),
        ("BODY", "550 5.7.1 Unable to relay", FAILED),
    ],
)
def test_one_host_that_speaks_of_relaying_is_no_relay_that_refuses_us(
    world: World, verb: str, words: str, status: DeliveryStatus, place: int
) -> None:
    issue = ready(world, [("good.example", place), ("odd.example", 1), ("good.example", 40 - place)])

    async def run() -> None:
        async with Peer(on={verb: at("@odd.example", words)}) as peer:
            await world.send(relay_to(peer.port), patience=0.0)

    asyncio.run(run())
    assert world.counts(issue) == {SENT: 40, status: 1}
    assert not world.alerts
    assert not world.suppressed()


@pytest.mark.slow
def test_dead_addresses_in_a_row_at_many_domains_keep_nobody_from_their_mail(world: World) -> None:
    dead = [(f"dead{number}.example", 1) for number in range(90)]
    issue = ready(world, [("good.example", 20), *dead, ("good.example", 40)])

    async def run() -> None:
        def rcpt(address: str) -> str:
            return "250 ok" if address.endswith("@good.example") else "550 5.1.2 Domain not found"

        async with Peer(on={"RCPT": rcpt}) as peer:
            await world.send(
                relay_to(peer.port), patience=15.9
            )  # a wait of 5 s, and of 10 s where answers of its connections cross

    asyncio.run(run())
    assert world.counts(issue)[SENT] == 60


# ── everyone ─────────────────────────────────────────────────────────────────────────────────────

OF_EVERYONE = [
    ("RCPT", "550 Unrouteable address"),
    ("RCPT", "550 5.1.1 Recipient address rejected: User unknown"),
    ("BODY", "550 5.4.5 Daily user sending limit exceeded. For more see https://help.example/a x1-y - gsmtp"),
    ("RCPT", "550 Domain news.example has exceeded the max emails per hour (150/150 (100%)) allowed."),
    ("BODY", "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed"),
    ("RCPT", "550 Maximum credits exceeded"),
    ("RCPT", "554 5.7.1 Relay access denied"),
    ("BODY", "554 Transaction failed"),
    ("MAIL", "452 4.3.1 Insufficient system storage"),
    ("RCPT", "451 4.3.5 Server configuration error"),
    ("RCPT", "451 4.3.0 Temporary lookup failure"),
    ("RCPT", "421 4.3.0 out of order"),
]


@pytest.mark.parametrize(("verb", "words"), OF_EVERYONE[:-1])
@pytest.mark.parametrize("taken", [0, 25])
def test_what_everyone_hears_is_the_relays_and_the_failover_takes_over(
    world: World, verb: str, words: str, taken: int
) -> None:
    """Also from the middle of a list on: the rest of it was cut each day, and suppressed on the fifth."""
    issue = ready(world, FIVE)
    first: list[str] = []

    async def run() -> int:
        def answer(argument: str) -> str:
            first.append(argument)
            return words if len(first) > taken else "250 ok"

        async with Peer(on={verb: answer}) as peer, Peer() as second:
            await world.send(relay_to(peer.port), relay_to(second.port), patience=5.0)
            return len(second.taken)

    assert asyncio.run(run()) == 60 - taken
    assert len(first) < taken + 40  # MAIL FROM is tried on a fresh connection, too
    assert world.counts(issue) == {SENT: 60}
    assert {item.delivery.attempts for item in list_deliveries(world.store, issue)} == {1}
    ((key, _, body),) = world.alerts
    assert key in {"relay policy", "relay auth"}
    assert words.split(" ", 1)[1][:25] in body


@pytest.mark.parametrize(("verb", "words"), OF_EVERYONE[:-1])
def test_without_a_failover_nobody_is_marked(world: World, verb: str, words: str) -> None:
    issue = ready(world, FIVE)
    asked: list[str] = []

    async def run() -> None:
        def answer(argument: str) -> str:
            asked.append(argument)
            return words if len(asked) > 10 else "250 ok"

        async with Peer(on={verb: answer}) as peer:
            report = await world.send(relay_to(peer.port), patience=0.0)
            assert report.fault is not None

    asyncio.run(run())
    assert world.counts(issue) == {SENT: 10, QUEUED: 50}
    assert {item.delivery.attempts for item in list_deliveries(world.store, issue)} == {0, 1}
    assert not world.suppressed()
    assert len(world.alerts) == 1


@pytest.mark.parametrize(
    "words", ["452 4.3.1 Insufficient system storage", "554 5.3.0 queue file write error"]
)
def test_a_short_list_is_given_back_as_a_whole(world: World, words: str) -> None:
    issue = ready(world, [("a.example", 2), ("b.example", 2)])

    async def run() -> None:
        async with Peer(on={"RCPT": lambda _: words}) as peer:
            await world.send(relay_to(peer.port), patience=0.0)

    asyncio.run(run())
    assert world.counts(issue) == {QUEUED: 4}
    assert len(world.alerts) == 1


def test_a_refusal_of_the_sender_for_now_says_nothing_of_the_only_reader(world: World) -> None:
    issue = ready(world, [("a.example", 1)])

    async def run() -> None:
        async with Peer(on={"MAIL": lambda _: "451 4.3.0 no more today"}) as peer:
            await world.send(relay_to(peer.port), patience=0.0)

    asyncio.run(run())
    assert world.counts(issue) == {QUEUED: 1}
    assert len(world.alerts) == 1


def test_the_end_of_a_list_that_a_sending_limit_cuts_off_is_told(world: World) -> None:
    issue = ready(world, [("a.example", 30), ("b.example", 4), ("c.example", 4)])
    taken: list[str] = []

    async def run() -> None:
        def body(recipient: str) -> str:
            taken.append(recipient)
            return "250 ok" if len(taken) <= 30 else "550 5.4.5 Daily user sending limit exceeded"

        async with Peer(on={"BODY": body}) as peer:
            await world.send(relay_to(peer.port, connections=1), patience=0.0)

    asyncio.run(run())
    assert world.counts(issue) == {SENT: 30, QUEUED: 8}
    assert len(world.alerts) == 1


@pytest.mark.slow
def test_a_relay_that_works_again_takes_those_whom_it_refused(world: World) -> None:
    issue = ready(world, FIVE)
    refuses = [True]

    async def run() -> None:
        async with Peer(on={"RCPT": lambda _: "550 Your plan has expired" if refuses else "250 ok"}) as peer:
            sending = asyncio.create_task(world.send(relay_to(peer.port)))
            await world.until_told("relay policy", sending)
            refuses.clear()
            await sending

    asyncio.run(run())
    assert world.counts(issue) == {SENT: 60}
    assert {item.delivery.attempts for item in list_deliveries(world.store, issue)} == {1}


def test_a_stop_gives_back_whom_it_is_not_clear_of(world: World) -> None:
    issue = ready(world, FIVE)

    async def run() -> None:
        stop, asked = asyncio.Event(), list[str]()

        def rcpt(address: str) -> str:
            asked.append(address)
            if len(asked) == 12:
                stop.set()
            return "550 5.1.1 no such user"

        async with Peer(on={"RCPT": rcpt}) as peer:
            relay = relay_to(peer.port, connections=1)
            await world.send(relay, stop=stop, until_idle=False)

    asyncio.run(run())
    assert world.counts(issue) == {QUEUED: 60}
    assert not world.suppressed()


# ── for now ──────────────────────────────────────────────────────────────────────────────────────


def days_of(world: World, issue: IssueId) -> Callable[[float], Callable[[], datetime]]:
    """Clocks that stand so many minutes after the issue was frozen."""
    began = datetime.now(UTC)
    with world.store.write() as connection:
        connection.execute(update(issues).where(issues.c.id == issue).values(frozen=began))
    return lambda minutes: lambda: began + timedelta(minutes=minutes)


ROUNDS = (0, 2.5, 8, 24, 56)  # minutes at which the default waits are over
SETTINGS = DeliverySettings(jitter=0)


@pytest.mark.parametrize("verb", ["RCPT", "BODY"])
def test_greylisting_that_minutes_lift_is_no_fault(world: World, verb: str) -> None:
    issue = ready(world, FIVE)
    clock = days_of(world, issue)

    async def run() -> int:
        minutes = [0.0]

        def answer(_: str) -> str:
            return "250 ok" if minutes[0] > 5 else "451 4.7.1 Try again later"

        async with Peer(on={verb: answer}) as peer, Peer() as second:
            relays = relay_to(peer.port), relay_to(second.port)
            for minutes[0] in ROUNDS[:3]:
                await world.send(*relays, settings=SETTINGS, clock=clock(minutes[0]), patience=0.0)
            return len(second.taken)

    assert asyncio.run(run()) == 0
    assert world.counts(issue) == {SENT: 60}
    assert not world.alerts


def test_a_relay_that_puts_everyone_off_for_longer_gives_way_to_the_failover(world: World) -> None:
    issue = ready(world, FIVE)
    clock = days_of(world, issue)

    async def run() -> int:
        async with Peer(on={"BODY": lambda _: "451 4.7.1 Service unavailable"}) as peer, Peer() as second:
            relays = relay_to(peer.port), relay_to(second.port)
            for minutes in ROUNDS[:3]:
                await world.send(*relays, settings=SETTINGS, clock=clock(minutes), patience=0.0)
            return len(second.taken)

    assert asyncio.run(run()) == 60
    assert world.counts(issue) == {SENT: 60}
    assert len(world.alerts) == 1


def test_those_whom_their_own_hosts_put_off_again_and_again_are_no_fault(world: World) -> None:
    """Only they are due again: nobody whom the relay would take is asked between them."""
    late = [(f"late{number}.example", 8) for number in range(5)]
    issue = ready(world, [*late, ("good.example", 20)])
    clock = days_of(world, issue)

    async def run() -> None:
        def rcpt(address: str) -> str:
            return "250 ok" if address.endswith("@good.example") else "450 4.1.2 Domain not found"

        async with Peer(on={"RCPT": rcpt}) as peer:
            for minutes in ROUNDS:  # each time by a process that begins
                await world.send(relay_to(peer.port), settings=SETTINGS, clock=clock(minutes), patience=0.0)

    asyncio.run(run())
    assert world.counts(issue) == {SENT: 20, DEFERRED: 40}
    assert {item.delivery.attempts for item in list_deliveries(world.store, issue)} == {1, len(ROUNDS)}
    assert not world.alerts


# ── who is asked ─────────────────────────────────────────────────────────────────────────────────


def test_who_waits_for_a_notice_is_asked_whatever_others_of_that_domain_heard(world: World) -> None:
    issue = ready(world, [("blocked.example", 40)])
    add_subscribers(world.store, 1, domain="blocked.example", start=90, status="pending")

    async def run() -> None:
        asked: list[str] = []

        def rcpt(address: str) -> str:
            asked.append(address)
            if len(asked) == 20:
                with world.store.write() as connection:
                    now = datetime.now(UTC)
                    queue_notice(connection, SubscriberId(41), NoticeKind.CONFIRM, domain=DOMAIN, now=now)
            return "250 ok" if address.startswith("reader90@") else "550 5.7.1 blocked"

        async with Peer(on={"RCPT": rcpt}) as peer:
            await world.send(relay_to(peer.port, connections=1), patience=0.0)
            assert [recipient for _, recipient, _ in peer.taken] == ["reader90@blocked.example"]

    asyncio.run(run())
    assert world.counts(issue)[BOUNCED] >= 20


def refusal(domain: str) -> Recorded:
    claim = Claim(
        ledger=Ledger.DELIVERIES,
        id=1,
        subscriber=SubscriberId(1),
        address=f"r@{domain}",
        domain=domain,
        message_id="<m>",
        attempts=1,
        was=QUEUED,
        lease_owner="me",
        lease_until=datetime.now(UTC),
    )
    return Recorded(claim=claim, outcome=Outcome(status=BOUNCED), at=datetime.now(UTC), relay="r")


UNCLEAR = Suspicion(key="no", blame=Blame.UNCLEAR)


def test_a_message_that_was_on_its_way_before_a_refusal_proves_nothing_of_it() -> None:
    refusals = SameRefusals(2)
    assert refusals.refuse(UNCLEAR, refusal("a.example"), 10) == ([], [])
    assert refusals.take(9.0) == []
    assert refusals.held == 1
    taken = refusals.take(11.0)
    assert taken is not None
    assert len(taken) == 1


def test_a_relay_at_fault_is_asked_by_other_domains_and_trusted_bit_by_bit() -> None:
    refusals = SameRefusals(3)
    for moment, domain in enumerate(("a.example", "b.example", "b.example")):
        assert refusals.refuse(UNCLEAR, refusal(domain), moment) == ([], [])
    assert refusals.avoided == {"a.example", "b.example"}
    assert len(refusals.refuse(UNCLEAR, refusal("c.example"), 3)[1]) == 4
    assert refusals.is_faulty
    assert refusals.avoided == {"a.example", "b.example", "c.example"}
    assert refusals.take(2.5) is None  # on its way before
    assert len(refusals.refuse(UNCLEAR, refusal("d.example"), 4)[1]) == 1  # one is enough now
    assert refusals.take(5.0) == []
    assert not refusals.avoided
    for moment, domain in enumerate(("a.example", "b.example"), start=6):
        assert refusals.refuse(UNCLEAR, refusal(domain), moment) == ([], [])
    assert len(refusals.refuse(UNCLEAR, refusal("c.example"), 8)[1]) == 3  # and two, where a third one agrees


def test_refusals_in_ever_other_words_are_their_recipients() -> None:
    refusals = SameRefusals(2)
    counted: list[Recorded] = []
    for number in range(10):
        found = Suspicion(key=f"{number}", blame=Blame.UNCLEAR)
        counted += refusals.refuse(found, refusal(f"{number}.example"), number)[0]
    assert len(counted) == 10
    assert FAST.same_refusal_limit == 20
