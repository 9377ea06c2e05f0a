"""A relay that misbehaves in every way we know of; nobody is lost, and nobody is marked for its faults."""

from __future__ import annotations

import asyncio
import random
import socket
import ssl
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsletter.config import DeliverySettings, RelaySettings
from newsletter.delivery.ledger_sync import LedgerSync
from newsletter.delivery.outcomes import Phase, Unreachable
from newsletter.delivery.relay import SMTPRelay
from newsletter.delivery.relay_pool import PooledRelay, RelayPool
from newsletter.delivery.upkeep import Upkeep
from newsletter.model import DeliveryStatus, IssueId
from newsletter.store.deliveries import list_deliveries
from newsletter.store.monitoring import list_senders
from tests.support.delivery_factories import DOMAIN, FAST, World, relay_to
from tests.support.smtp_peer import Peer

ALL_SENT = 12


async def send_until_done(world: World, peer: Peer, issue: IssueId, rounds: int = 12) -> None:
    """Send as often as it takes; deferred deliveries come due at once."""
    for _ in range(rounds):
        await world.send(relay_to(peer.port), patience=0.0)
        if world.status(issue) == "sent":
            return
        world.make_due()


def test_greylisting_delays_everyone_once(world: World) -> None:
    issue = world.ready(ALL_SENT)
    known: set[str] = set()

    def rcpt(address: str) -> str:
        if address in known:
            return "250 ok"
        known.add(address)
        return "450 4.2.0 greylisted"

    async def run() -> None:
        async with Peer(on={"RCPT": rcpt}) as peer:
            await send_until_done(world, peer, issue)

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: ALL_SENT}


def test_an_answer_whose_lines_do_not_agree_is_what_its_last_line_says(world: World) -> None:
    """Taken by its first line, a refusal counted as sent."""
    answers = {"reader1@": "250-so far\r\n554 5.7.1 not this one", "reader2@": "554-hm\r\n250 2.0.0 taken"}
    issue = world.ready(3)

    async def run() -> None:
        def body(to: str) -> str:
            return next((said for who, said in answers.items() if to.startswith(who)), "250 ok")

        async with Peer(on={"BODY": body}) as peer:
            await world.send(relay_to(peer.port, connections=1), patience=0.0)

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 2, DeliveryStatus.FAILED: 1}


def test_a_relay_that_answers_more_than_it_was_asked_gets_a_connection_for_each(world: World) -> None:
    issue = world.ready(4)

    async def run() -> Peer:
        async with Peer(on={"BODY": lambda _: "250 2.0.0 taken\r\n250 and once more"}) as peer:
            await send_until_done(world, peer, issue)
            return peer

    peer = asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 4}
    assert peer.seen == len({recipient for _, recipient, _ in peer.taken}) == 4


def test_nobody_gets_an_empty_mail_from_a_relay_that_refuses_the_sender_alone(world: World) -> None:
    issue = world.ready(2)

    async def run() -> Peer:
        async with Peer(on={"MAIL": lambda _: "354 go on"}) as peer:
            await world.send(relay_to(peer.port), patience=0.0)
            return peer

    assert asyncio.run(run()).seen == 0
    assert world.counts(issue) == {DeliveryStatus.DEFERRED: 2}


def test_a_storm_of_421_slows_down_and_passes(world: World) -> None:
    issue = world.ready(ALL_SENT)
    storm = iter([True] * 6)

    async def run() -> None:
        async with Peer(
            on={"RCPT": lambda _: "421 4.7.0 too many" if next(storm, False) else "250 ok"}
        ) as peer:
            await send_until_done(world, peer, issue)

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: ALL_SENT}


def test_a_relay_that_ends_the_connection_at_each_20th_recipient_gets_new_ones(world: World) -> None:
    """One that began afresh was taken for one that wants less: 171 of 300 in four minutes."""
    issue, asked = world.ready(100), Counter[object]()

    def rcpt(_: str) -> str:
        connection = asyncio.current_task()
        asked[connection] += 1
        return "250 ok" if asked[connection] < 20 else "421 4.7.0 enough of this connection"

    async def run() -> Peer:
        async with Peer(on={"RCPT": rcpt}) as peer:
            await world.send(relay_to(peer.port, connections=2), patience=20.0, seconds=30)
            return peer

    peer = asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 100}
    assert len(peer.taken) == 100
    assert peer.connections > 100 // 20
    assert not world.alerts


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
def test_a_hang_before_the_message_ends_with_the_time_out_and_is_tried_again(world: World, verb: str) -> None:
    issue = world.ready(ALL_SENT)

    async def run() -> None:
        works = asyncio.Event()

        async def slow(_: str) -> str:
            await works.wait()
            return "354 go" if verb == "DATA" else "250 ok"

        async with Peer(on={verb: slow}) as peer:
            await world.send(relay_to(peer.port, command_timeout=0.4), patience=0.0)
            assert not peer.taken
            works.set()
            await send_until_done(world, peer, issue)
            assert len({recipient for _, recipient, _ in peer.taken}) == ALL_SENT

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: ALL_SENT}


def test_a_hang_after_the_final_dot_is_uncertain_and_sent_once_more(world: World) -> None:
    issue = world.ready(3)

    async def run() -> int:
        works = asyncio.Event()

        async def slow(_: str) -> str:
            await works.wait()
            return "250 taken"

        async with Peer(on={"BODY": slow}) as peer:
            await world.send(relay_to(peer.port, data_timeout=0.4), patience=0.0)
            assert (peer.seen, peer.taken) == (3, [])
            works.set()
            await send_until_done(world, peer, issue)
            return peer.seen

    assert asyncio.run(run()) == 6
    assert world.counts(issue) == {DeliveryStatus.SENT: 3}


def test_a_relay_that_does_everything_wrong_at_random_loses_nobody(world: World) -> None:
    issue = world.ready(60)
    rng = random.Random(7)

    def wild(good: str, *bad: str | None) -> str | None:
        return rng.choice(bad) if rng.random() < 0.15 else good

    async def run() -> tuple[set[str], int]:
        faults = {
            "MAIL": lambda _: wild("250 ok", None, "451 later", "421 no"),
            "RCPT": lambda _: wild("250 ok", None, "450 later", "999 what", "nonsense"),
            "DATA": lambda _: wild("354 go", None, "451 later", "250 what"),
            "BODY": lambda _: wild("250 ok", None, "451 later"),
        }
        async with Peer(on=faults) as peer:  # type: ignore[arg-type]
            await send_until_done(world, peer, issue, rounds=40)
            return {recipient for _, recipient, _ in peer.taken}, len(peer.taken)

    settings = DeliverySettings()
    assert settings.uncertain == "resend"
    taken, _ = asyncio.run(run())
    counts = world.counts(issue)
    assert counts[DeliveryStatus.SENT] + counts.get(DeliveryStatus.UNCERTAIN, 0) == 60
    assert len(taken) >= counts[DeliveryStatus.SENT]


def test_a_banner_that_says_no_and_one_byte_a_second_are_the_relays_fault(world: World) -> None:
    issue = world.ready(3)

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        try:
            while True:
                writer.write(b"2")
                await writer.drain()
                await asyncio.sleep(0.2)
        except (ConnectionError, asyncio.CancelledError):
            writer.close()

    async def run() -> None:
        async with Peer(banner="554 5.3.2 closed") as peer:
            await world.send(relay_to(peer.port), patience=0.0)
        server = await asyncio.start_server(drip, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        relay = relay_to(port, connect_timeout=0.3, command_timeout=0.2)
        await world.send(relay, patience=0.0)
        server.close()

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.QUEUED: 3}
    assert {item.delivery.attempts for item in list_deliveries(world.store, issue)} == {0}


@contextmanager
def swallowing(port: int) -> Iterator[str]:
    """Give an address where no connection is taken or refused: the queue of its listener is full."""
    with ExitStack() as stack:
        hole = stack.enter_context(socket.create_server(("127.0.0.2", port), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(hole.getsockname())
        yield "127.0.0.2"


def test_a_dead_address_of_the_relay_keeps_nobody_from_the_one_that_answers(world: World) -> None:
    """Nothing left while the first address of a name swallowed packets, as IPv6 does in some networks."""
    issue = world.ready(4)
    asked = []

    async def run() -> None:
        async with Peer() as peer:
            with swallowing(peer.port) as hole:

                async def resolve(host: str, _: int) -> tuple[str, ...]:
                    asked.append(host)
                    return hole, "127.0.0.1"

                settings = RelaySettings(host="relay.example", port=peer.port, connect_timeout=1)
                await world.send(SMTPRelay(settings, helo=DOMAIN, resolve=resolve), patience=0.0)

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 4}
    assert set(asked) == {"relay.example"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    path = folder / "both.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    command += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"), "-days", "2"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, check=True, capture_output=True)
    path.write_text((folder / "cert.pem").read_text() + (folder / "key.pem").read_text())
    return path


def test_starttls_with_auth_delivers_and_a_certificate_nobody_signed_marks_nobody(
    world: World, certificate: Path
) -> None:
    issue = world.ready(4)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    async def run() -> None:
        extensions = ("PIPELINING", "STARTTLS", "AUTH PLAIN")
        async with Peer(tls=context, extensions=extensions) as peer:
            untrusted = relay_to(peer.port, security="starttls", username="u", password="p")
            report = await world.send(untrusted, patience=0.0)
            assert report.fault is not None
            assert report.fault.key == f"relay {Phase.TLS}"
            assert world.counts(issue) == {DeliveryStatus.QUEUED: 4}
            trusted = relay_to(
                peer.port, security="starttls", ca_file=certificate, username="u", password="p"
            )
            assert await trusted.check() is None
            await world.send(trusted)
            assert "AUTH" in peer.commands

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 4}


def test_a_refused_password_and_a_missing_starttls_are_named(world: World) -> None:
    async def run() -> tuple[object, object]:
        peer = Peer(on={"AUTH": lambda _: "535 5.7.8 bad password"}, extensions=("AUTH PLAIN",))
        async with peer:
            refused = await relay_to(peer.port, username="u", password="p").check()
            plain = await relay_to(peer.port, security="starttls").check()
            tls = await relay_to(peer.port, security="tls").check()
            assert isinstance(tls, Unreachable)
            assert tls.reason.startswith("no TLS is spoken at this port")
            return refused, plain

    refused, plain = asyncio.run(run())
    assert isinstance(refused, Unreachable)
    assert (refused.phase, refused.reply.code if refused.reply else 0) == (Phase.AUTH, 535)
    assert refused.reason == "535 5.7.8 bad password"
    assert isinstance(plain, Unreachable)
    assert plain.phase is Phase.TLS


def test_without_pipelining_and_with_few_messages_a_connection_everyone_is_reached(world: World) -> None:
    issue = world.ready(10)

    async def run() -> int:
        async with Peer(extensions=("8BITMIME",)) as peer:
            await world.send(relay_to(peer.port, connections=1, messages_per_connection=3))
            return peer.connections

    assert asyncio.run(run()) == 4
    assert world.counts(issue) == {DeliveryStatus.SENT: 10}


@pytest.mark.parametrize(("hours", "later"), [(3, 3), (-3, -3), (5, -2)])
def test_a_clock_that_jumps_by_hours_sends_nobody_a_double(world: World, hours: int, later: int) -> None:
    """Set back after it ran ahead, it kept each sender waiting until it showed that time again."""
    issue = world.ready(200)

    async def run() -> list[str]:
        async with Peer() as peer:

            def clock() -> datetime:
                ahead = later if len(peer.taken) > 120 else hours if len(peer.taken) > 60 else 0
                return datetime.now(UTC) + timedelta(hours=ahead)

            await asyncio.gather(
                world.send(relay_to(peer.port), clock=clock), world.send(relay_to(peer.port), clock=clock)
            )
            return [recipient for _, recipient, _ in peer.taken]

    taken = asyncio.run(run())
    assert len(taken) == len(set(taken)) == 200
    assert world.counts(issue) == {DeliveryStatus.SENT: 200}


def test_a_database_held_by_another_only_delays(world: World) -> None:
    if world.store.engine.dialect.name != "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    issue = world.ready(100)

    async def run() -> None:
        async with Peer() as peer:
            sending = asyncio.create_task(world.send(relay_to(peer.port)))
            while len(peer.taken) < 20 and not sending.done():  # noqa: ASYNC110 - the peer has no event for it
                await asyncio.sleep(0.01)
            with world.store.write():
                recorded = world.counts(issue).get(DeliveryStatus.SENT, 0)
                await asyncio.sleep(1)
                # What may be unrecorded is bounded: what one commit holds, and one for each connection.
                assert len(peer.taken) - recorded <= FAST.batch + RelaySettings().connections
            await sending

    asyncio.run(run())
    assert world.counts(issue) == {DeliveryStatus.SENT: 100}


def test_which_relay_works_is_noted_down_for_the_monitoring(world: World) -> None:
    async def run() -> None:
        async with Peer() as peer:
            first, second = relay_to(1), relay_to(peer.port)
            pool = RelayPool(every=[PooledRelay.to(relay, FAST) for relay in (first, second)])
            pool.every[0].backoff.fail(time.monotonic())
            ledger = LedgerSync(world.store, "me", FAST, _now)
            upkeep = Upkeep(
                store=world.store,
                ledger=ledger,
                flights=world.folder,
                settings=FAST,
                alert=lambda *_: None,
                clock=_now,
            )
            await upkeep.note_relays(pool)
            ledger.close()
            [noted] = list_senders(world.store, since=_now() - timedelta(minutes=1))
            assert noted.relays == {first.name: False, second.name: True}

    asyncio.run(run())


def _now() -> datetime:
    return datetime.now(UTC)
