"""Every limit of a relay and of a domain, by what a real SMTP server sees."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import update

from newsletter.config import DeliverySettings
from newsletter.model import DeliveryStatus, IssueId
from newsletter.store.claims import find_next_return
from newsletter.store.deliveries import list_deliveries
from newsletter.store.endings import pause_sending
from newsletter.store.planning import plan_deliveries, send_missing
from newsletter.store.schema import deliveries
from tests.support.delivery_factories import DOMAIN, World, add_issue, add_subscribers, freeze, relay_to
from tests.support.mail_servers import open_scratch, postfix
from tests.support.smtp_peer import Peer, listening


@dataclass
class Watch:
    """Takes every message after a while, and remembers how many were there at once, and when each came."""

    seconds: float = 0.02
    now: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)
    times: dict[str, list[float]] = field(default_factory=dict)

    async def body(self, recipient: str) -> str:
        domain = recipient.partition("@")[2]
        self.times.setdefault(domain, []).append(time.monotonic())
        for name in (domain, "every"):
            self.now[name] += 1
            self.most[name] = max(self.most[name], self.now[name])
        await asyncio.sleep(self.seconds)
        for name in (domain, "every"):
            self.now[name] -= 1
        return "250 ok"


def add_readers(world: World, **domains: int) -> None:
    start = 1
    for domain, count in domains.items():
        add_subscribers(world.store, count, domain=f"{domain}.example", start=start)
        start += count


def ready(world: World, **domains: int) -> IssueId:
    add_readers(world, **domains)
    issue = add_issue(world.store)
    plan_deliveries(world.store, issue, domain=DOMAIN, now=datetime.now(UTC))
    freeze(world.store, issue)
    return issue


def test_no_more_connections_than_the_relay_bears(world: World) -> None:
    issue = world.ready(60)
    watch = Watch()

    async def run() -> int:
        async with Peer(on={"BODY": watch.body}) as peer:
            await world.send(relay_to(peer.port, connections=3))
            return peer.connections

    assert asyncio.run(run()) == 3
    assert watch.most["every"] == 3  # and all of them are used
    assert world.counts(issue) == {DeliveryStatus.SENT: 60}


def test_no_more_messages_a_second_than_the_relay_bears(world: World) -> None:
    issue = world.ready(30)
    watch = Watch(seconds=0)

    async def run() -> None:
        async with Peer(on={"BODY": watch.body}) as peer:
            await world.send(relay_to(peer.port, connections=4, per_second=20))

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 30}
    (times,) = watch.times.values()
    took = times[-1] - times[0]
    assert took >= 1.0  # 29 gaps of 50 ms; a busy machine delays the first message
    for first in times:  # any half second: ten gaps, and what was on its way on four connections
        assert sum(first <= moment < first + 0.5 for moment in times) <= 11 + 4


def test_the_limit_of_an_hour_is_kept_by_many_connections_to_the_message(world: World) -> None:
    issue = world.ready(40)

    async def run() -> tuple[int, int]:
        async with Peer() as first, Peer() as second:
            limited = relay_to(first.port, per_hour=7, connections=4)
            await world.send(limited, relay_to(second.port))
            return len(first.taken), len(second.taken)

    assert asyncio.run(run()) == (7, 33)
    assert world.counts(issue) == {DeliveryStatus.SENT: 40}


def test_the_limit_of_a_day_looks_back_for_a_day(world: World) -> None:
    issue = world.ready(10)

    async def run() -> list[tuple[int, int]]:
        async with Peer() as first, Peer() as second:
            seen = []
            limits = {"per_day": 6, "connections": 4}
            await world.send(relay_to(first.port, **limits), relay_to(second.port))
            seen.append((len(first.taken), len(second.taken)))
            # Four of the six were sent more than a day ago: their places are free again.
            with world.store.write() as connection:
                old = datetime.now(UTC) - timedelta(days=1, minutes=1)
                sent = [item.delivery for item in list_deliveries(world.store, issue)]
                of_first = [item.id for item in sent if str(item.relay).endswith(f":{first.port}")]
                connection.execute(
                    update(deliveries).where(deliveries.c.id.in_(of_first[:4])).values(sent_at=old)
                )
            again = add_issue(world.store, number=2)
            plan_deliveries(world.store, again, domain=DOMAIN, now=datetime.now(UTC))
            freeze(world.store, again)
            await world.send(relay_to(first.port, **limits), relay_to(second.port))
            seen.append((len(first.taken), len(second.taken)))
            return seen

    assert asyncio.run(run()) == [(6, 4), (10, 10)]


def test_a_domain_has_no_more_messages_on_their_way_than_it_asks_for(world: World) -> None:
    issue = ready(world, slow=40, quick=12)
    settings = DeliverySettings(domain_connections={"Slow.Example": 2})
    watch = Watch(seconds=0.05)

    async def run() -> None:
        async with Peer(on={"BODY": watch.body}) as peer:
            report = await world.send(relay_to(peer.port, connections=6), settings=settings)
            assert report.outcomes == {DeliveryStatus.SENT: 52}

    asyncio.run(run())
    assert watch.most["slow.example"] == 2
    assert watch.most["quick.example"] > 2  # the connections are free for the others …
    assert max(watch.times["quick.example"]) < max(watch.times["slow.example"])  # … who do not wait
    tries = {item.delivery.attempts for item in list_deliveries(world.store, issue)}
    assert tries == {1}  # to wait for a free lane is no attempt


@pytest.mark.parametrize(
    ("attempts", "seconds", "waits"),
    [(0, 7200, True), (0, 5, True), (0, -5, True), (1, 5, True), (1, 7200, False)],
)
def test_who_was_put_off_is_waited_for_and_who_was_refused_only_for_a_moment(
    world: World, attempts: int, seconds: int, waits: bool
) -> None:
    issue, now = ready(world, only=3), datetime.now(UTC)
    due = now + timedelta(seconds=seconds)
    assert find_next_return(world.store, until=now + timedelta(seconds=30)) is None
    with world.store.write() as connection:
        of_one = deliveries.c.subscriber_id == 1
        connection.execute(
            update(deliveries).where(of_one).values(status="deferred", next_try=due, attempts=attempts)
        )
    found = find_next_return(world.store, until=now + timedelta(seconds=30))
    assert found == (due if waits else None)
    pause_sending(world.store, issue, now=now)
    assert find_next_return(world.store, until=now + timedelta(seconds=30)) is None


def test_a_sender_waits_for_whom_an_earlier_one_put_off(world: World) -> None:
    issue = ready(world, only=3)
    with world.store.write() as connection:
        due = datetime.now(UTC) + timedelta(seconds=0.5)
        connection.execute(update(deliveries).values(status="deferred", next_try=due))

    async def run() -> None:
        async with Peer() as peer:
            await world.send(relay_to(peer.port))

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 3}


def test_a_list_of_one_domain_goes_through_its_lanes(world: World) -> None:
    ready(world, only=60)
    settings = DeliverySettings(domain_connections={"*": 2})
    watch = Watch(seconds=0.01)

    async def run() -> None:
        async with Peer(on={"BODY": watch.body}) as peer:
            report = await world.send(relay_to(peer.port, connections=4), settings=settings)
            assert report.outcomes == {DeliveryStatus.SENT: 60}

    asyncio.run(run())
    assert watch.most["only.example"] == 2


def test_a_pause_and_a_stop_give_back_who_waits_for_a_lane(world: World) -> None:
    issue = ready(world, only=20)
    settings = DeliverySettings(domain_connections={"only.example": 1}, drain_seconds=2)

    async def run() -> None:
        stop = asyncio.Event()

        async def body(_: str) -> str:
            if len(peer.taken) == 3:
                stop.set()
            await asyncio.sleep(0.01)
            return "250 ok"

        async with Peer(on={"BODY": body}) as peer:
            await world.send(relay_to(peer.port), settings=settings, stop=stop, until_idle=False)
            counts = world.counts(issue)
            assert counts.pop(DeliveryStatus.SENT) == len(peer.taken)
            assert set(counts) <= {DeliveryStatus.QUEUED, DeliveryStatus.DEFERRED}
            send_missing(world.store, issue, domain=DOMAIN, now=datetime.now(UTC))
            world.make_due()  # who was to come again in a moment
            await world.send(relay_to(peer.port), settings=settings)
            assert len(peer.taken) == len({recipient for _, recipient, _ in peer.taken}) == 20

    asyncio.run(run())


@pytest.mark.servers
def test_a_postfix_that_takes_two_connections_of_ours_is_not_one_that_takes_no_mail(world: World) -> None:
    issue = world.ready(60)
    with (
        open_scratch() as folder,
        postfix(
            folder,
            smtpd_client_event_limit_exceptions="",
            smtpd_client_connection_count_limit="2",
            default_transport="discard",
        ) as port,
    ):
        asyncio.run(world.send(relay_to(port, command_timeout=30), patience=20.0))
    assert world.counts(issue) == {DeliveryStatus.SENT: 60}
    assert not world.alerts


class TenEach:
    """Takes ten messages a connection, and says so as OpenSMTPD does."""

    def __init__(self) -> None:
        self.begun: Counter[object] = Counter()

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, options
        self.begun[session.peer] += 1
        if self.begun[session.peer] > 10:
            return "452 4.5.3 Too many messages sent"
        envelope.mail_from = address
        return "250 2.0.0 ok"


def test_who_comes_after_the_last_message_of_a_connection_is_taken_by_the_next_one(world: World) -> None:
    """All who came later were put off: 200 of 600 with OpenSMTPD, which takes a hundred."""
    issue = world.ready(45)
    with listening(TenEach()) as port:
        asyncio.run(world.send(relay_to(port, connections=1), patience=20.0))
    assert world.counts(issue) == {DeliveryStatus.SENT: 45}
