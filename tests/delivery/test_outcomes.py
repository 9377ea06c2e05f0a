"""What each answer means for a delivery, and what ends an issue that is late or given up."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from newsletter.config import DeliverySettings
from newsletter.delivery.outcomes import (
    NOBODY_KNOWN,
    Answered,
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
    comes_again = status is DEFERRED or isinstance(result, Lost)
    assert (outcome.next_try is not None) == comes_again


@pytest.mark.parametrize(
    "result",
    [
        answered(Phase.MAIL, 550, "5.1.8", "sender refused"),
        answered(Phase.MAIL, 553, None, "not you"),
        answered(Phase.RCPT, 554, "5.7.1", "Relay access denied"),
        answered(Phase.RCPT, 530, "5.7.0", "authentication required"),
        Unreachable(phase=Phase.CONNECT, reason="connection refused"),
        Unreachable(phase=Phase.TLS, reason="no certificate"),
    ],
    ids=lambda value: f"{value.phase}-{getattr(value.reply, 'code', 'none')}",
)
def test_the_relays_own_fault_is_nobodys(result: Result) -> None:
    assert isinstance(decide(result), RelayFault)


def test_what_says_in_words_that_it_is_the_recipients_is_not_the_relays() -> None:
    dead = answered(Phase.RCPT, 550, "5.5.0", "Requested action not taken: mailbox unavailable")
    assert suspicion(dead, alone=False) is None
    assert suspicion(dead, alone=True) == NOBODY_KNOWN
    assert suspicion(answered(Phase.RCPT, 550, "5.5.0", "no"), alone=False)


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
