"""What each answer means for a delivery, and what ends an issue that is late or given up."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from newsletter.config import DeliverySettings
from newsletter.delivery.outcomes import (
    Answered,
    Blame,
    Lost,
    Phase,
    RelayFault,
    Result,
    Unreachable,
    decide_outcome,
    is_slow_down,
    suspicion,
)
from newsletter.model import DeliveryStatus, Outcome, Reply
from newsletter.store.deliveries import list_deliveries
from newsletter.store.endings import cancel_sending
from newsletter.store.schema import issues
from tests.support.delivery_factories import World, relay_to
from tests.support.smtp_peer import Peer

NOW = datetime(2026, 1, 5, 7, tzinfo=UTC)
SENT, DEFERRED, BOUNCED = DeliveryStatus.SENT, DeliveryStatus.DEFERRED, DeliveryStatus.BOUNCED
FAILED, UNCERTAIN = DeliveryStatus.FAILED, DeliveryStatus.UNCERTAIN


def answered(phase: Phase, code: int, enhanced: str | None = None, text: str = "words") -> Answered:
    return Answered(phase=phase, reply=Reply(code=code, enhanced=enhanced, text=text))


def decide(result: Result, attempts: int = 1) -> Outcome | RelayFault:
    settings = DeliverySettings()
    return decide_outcome(result, attempts=attempts, settings=settings, now=NOW, rng=lambda: 0.5)


@pytest.mark.parametrize(
    ("result", "status"),
    [
        (answered(Phase.BODY, 250), SENT),
        (answered(Phase.RCPT, 450, "4.2.0"), DEFERRED),
        (answered(Phase.MAIL, 451), DEFERRED),
        (answered(Phase.DATA, 421), DEFERRED),
        (answered(Phase.BODY, 452), DEFERRED),
        (answered(Phase.RCPT, 552, "5.5.3", "too many recipients"), DEFERRED),
        (answered(Phase.BODY, 552, "5.2.2", "full"), DEFERRED),
        (answered(Phase.RCPT, 550, "5.1.1", "no such user"), BOUNCED),
        (answered(Phase.BODY, 550, "5.1.1", "no such user"), BOUNCED),
        (answered(Phase.BODY, 554, "5.6.0", "content"), FAILED),
        (answered(Phase.DATA, 250, None, "what"), DEFERRED),
        (answered(Phase.BODY, 354, None, "what"), UNCERTAIN),
        (Lost(phase=Phase.DATA, reason="gone"), DEFERRED),
        (Lost(phase=Phase.BODY, reason="gone"), UNCERTAIN),
    ],
    ids=lambda value: str(getattr(value, "phase", value)),
)
def test_an_answer_has_one_meaning(result: Result, status: DeliveryStatus) -> None:
    outcome = decide(result)
    assert isinstance(outcome, Outcome)
    assert outcome.status is status
    comes_again = status in {DEFERRED, UNCERTAIN}
    assert (outcome.next_try is not None) == comes_again


@pytest.mark.parametrize(
    "result",
    [
        answered(Phase.MAIL, 550, "5.1.8", "sender refused"),
        answered(Phase.MAIL, 553, None, "not you"),
        answered(Phase.MAIL, 530, "5.7.0", "authentication required"),
        Unreachable(phase=Phase.CONNECT, reason="connection refused"),
        Unreachable(phase=Phase.TLS, reason="no certificate"),
    ],
    ids=lambda value: f"{value.phase}-{getattr(value.reply, 'code', 'none')}",
)
def test_the_relays_own_fault_is_nobodys(result: Result) -> None:
    assert isinstance(decide(result), RelayFault)


def blame(result: Result, *, attempts: int = 1, took_since: bool = False) -> Blame | None:
    found = suspicion(result, attempts=attempts, took_since=took_since)
    return found.blame if found else None


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (answered(Phase.RCPT, 554, "5.7.1", "Relay access denied"), Blame.RELAY),
        (answered(Phase.RCPT, 530, None, "Authentication required"), Blame.RELAY),
        (answered(Phase.RCPT, 550, "5.7.1", "not wanted"), Blame.US),
        (answered(Phase.BODY, 550, "5.4.5", "Daily user sending limit exceeded"), Blame.US),
        (answered(Phase.RCPT, 503, None, "bad sequence"), Blame.US),
        (answered(Phase.RCPT, 550, "5.1.1", "no such user"), Blame.DEAD),
        (answered(Phase.RCPT, 550, "5.5.0", "Requested action not taken: mailbox unavailable"), Blame.DEAD),
        (answered(Phase.RCPT, 550, "5.5.0", "no"), Blame.US),
        (answered(Phase.BODY, 554, None, "Transaction failed"), Blame.UNCLEAR),
        (answered(Phase.MAIL, 452, "4.3.1", "Insufficient system storage"), Blame.RELAY),
        (answered(Phase.BODY, 250), None),
        (answered(Phase.DATA, 250), None),
    ],
    ids=lambda value: str(value) if isinstance(value, Blame) else getattr(value, "phase", "none"),
)
def test_a_refusal_may_be_of_the_relay_of_us_or_of_a_dead_address(
    result: Result, expected: Blame | None
) -> None:
    assert blame(result) is expected


def test_refusals_alike_but_for_addresses_numbers_and_ids_have_one_key() -> None:
    texts = [
        "<r1@a.example>: Rejected by mx1.a.example, ticket 4f2x-9, see https://help.example/1",
        "<r2@b.example>: Rejected by mx7.b.example, ticket 77, see https://help.example/2",
    ]
    one, other = (
        suspicion(answered(Phase.RCPT, 550, "5.1.1", text), attempts=1, took_since=False) for text in texts
    )
    assert one == other


def test_greylisting_is_suspect_only_where_minutes_did_not_lift_it() -> None:
    greylisted = answered(Phase.RCPT, 450, "4.7.1", "try again later")
    assert [blame(greylisted, attempts=attempts) for attempts in (1, 2, 3)] == [None, None, Blame.UNCLEAR]
    assert blame(answered(Phase.RCPT, 450, "4.3.2", "Service currently unavailable")) is None  # postscreen
    full_disk = answered(Phase.RCPT, 452, "4.3.1", "Insufficient system storage")
    assert blame(full_disk) is Blame.UNCLEAR
    assert blame(full_disk, attempts=2, took_since=True) is None
    assert blame(greylisted, attempts=3, took_since=True) is None
    dead = answered(Phase.RCPT, 550, "5.1.1", "undeliverable address: no such user")
    assert blame(dead, attempts=2, took_since=True) is None  # it was looked up since
    assert blame(dead, attempts=2) is Blame.DEAD
    still = suspicion(greylisted, attempts=1, took_since=True, is_down=True)
    assert still is not None


def test_waits_grow_and_the_last_one_repeats() -> None:
    waits = []
    for attempts in range(1, 9):
        outcome = decide(answered(Phase.RCPT, 450), attempts)
        assert isinstance(outcome, Outcome)
        assert outcome.next_try is not None
        waits.append((outcome.next_try - NOW) / timedelta(minutes=1))
    assert waits == [2, 5, 15, 30, 60, 120, 120, 120]


def test_words_about_rates_slow_down_and_others_do_not() -> None:
    assert is_slow_down(answered(Phase.RCPT, 421))
    assert is_slow_down(answered(Phase.MAIL, 450, "4.7.0", "too many connections from you"))
    assert is_slow_down(answered(Phase.MAIL, 450, "4.7.1", "Error: too much mail from 192.0.2.1"))
    assert not is_slow_down(answered(Phase.RCPT, 450, "4.2.0", "greylisted"))


def test_what_is_late_beyond_the_limit_is_given_up_and_a_hung_day_is_sent_no_next_week(world: World) -> None:
    issue = world.ready(20)
    with world.store.write() as connection:
        late = datetime.now(UTC) - timedelta(hours=13)
        connection.execute(update(issues).where(issues.c.id == issue).values(frozen=late))

    async def run() -> int:
        async with Peer() as peer:
            await world.send(relay_to(peer.port))
            return len(peer.taken)

    assert asyncio.run(run()) == 0
    assert world.counts(issue) == {DeliveryStatus.EXPIRED: 20}
    assert world.status(issue) == "sent"  # nothing is open any more
    reasons = {item.delivery.reason for item in list_deliveries(world.store, issue)}
    assert reasons == {"too late for this issue"}


def test_a_cancelled_issue_ends_what_waits_and_keeps_the_answers_of_what_is_on_its_way(world: World) -> None:
    issue = world.ready(120)

    async def run() -> int:
        async def body(_: str) -> str:
            if len(peer.taken) == 20:
                cancel_sending(world.store, issue, now=datetime.now(UTC))
            return "250 taken"

        async with Peer(on={"BODY": body}) as peer:
            await world.send(relay_to(peer.port, connections=2))
            return len(peer.taken)

    taken = asyncio.run(run())
    counts = world.counts(issue)
    assert counts[SENT] == taken < 120
    assert set(counts) == {SENT, DeliveryStatus.CANCELLED}
    assert sum(counts.values()) == 120
    assert world.status(issue) == "cancelled"
