"""The connections of a sender, by which claims are handed over. I/O (network, clock).

Each connection takes one claim after the other. What it may not hand over (consent, a pause, a domain that
wants no more, a flight log that cannot be written) it gives back or puts off; nothing is marked for that.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from newsletter.delivery.flight_log import FlightLog
from newsletter.delivery.ledger_sync import LedgerSync
from newsletter.delivery.message import why_unmailable
from newsletter.delivery.message_writer import MessageWriter
from newsletter.delivery.outcome_handler import Alert, OutcomeHandler
from newsletter.delivery.outcomes import Answered, Result, Unmailable, is_taken
from newsletter.delivery.rate_limits import AT_HAND_SECONDS, DomainLimits
from newsletter.delivery.relay_pool import PooledRelay, RelayPool
from newsletter.errors import FlightLogError, StoreError
from newsletter.logs import get_log
from newsletter.model import DeliveryStatus, Outcome, Reply
from newsletter.store.ledger import Claim, Ledger, Recorded

RETRY_SECONDS = 1.0  # between looks whether our own disk works again
_TELL_AGAIN_SECONDS = 600.0  # that it still does not

log = get_log("delivery")


def words_of(error: StoreError) -> tuple[str, str, str]:
    """Key, subject and body of the alert that our own disk or database does not work."""
    if isinstance(error, FlightLogError):
        return "flight-log", "The flight log cannot be written", f"{error} {error.hint} Sending waits for it."
    body = f"{error} {error.hint} Sending waits; answers that came are kept and written when it works again."
    return "ledger", "The ledger cannot be written", body


@dataclass(slots=True, kw_only=True)
class Connections:
    """What the connections of one sender share."""

    pool: RelayPool
    ledger: LedgerSync
    flight: FlightLog
    writer: MessageWriter
    outcomes: OutcomeHandler
    domains: DomainLimits
    alert: Alert
    clock: Callable[[], datetime]
    flight_fault: FlightLogError | None = None
    _aside: dict[tuple[Ledger, int], Claim] = field(default_factory=dict)  # come again in a moment
    _told: dict[str, float] = field(default_factory=dict)  # keys of alerts about our own disk ─▶ when
    # What had its final dot ─▶ what answered it.
    _handed: dict[tuple[Ledger, int], Reply | None] = field(default_factory=dict)

    def give_back_all(self) -> None:
        """Give back everything that waits: nothing more is handed over."""
        self.outcomes.give_back_refused()
        for key in tuple(self._aside):
            self._come_again(key)
        while not self.ledger.queue.empty():
            self.ledger.give_back(self.ledger.queue.get_nowait())

    def tell_of_disk(self, error: StoreError) -> None:
        """Tell the log and the operator that ledger or flight log cannot be written, not every second."""
        key, subject, body = words_of(error)
        now = time.monotonic()
        if now - self._told.get(key, float("-inf")) >= _TELL_AGAIN_SECONDS:
            self._told[key] = now
            log.error("not_written", what=key, error=str(error))
            self.alert(key, subject, body)

    # ── handing over ─────────────────────────────────────────────────────────────────────────────

    async def work(self) -> None:
        """Hand over one claim after the other."""
        while True:
            claim = await self.ledger.queue.get()
            try:
                await self._wait_for_flight()
                await self._hand_over(claim)
            except BaseException:
                self._let_go(claim)
                raise

    def _let_go(self, claim: Claim) -> None:
        """Stopped in the middle, or a fault of ours: what had its final dot was sent or is uncertain, the rest not."""
        key = (claim.ledger, claim.id)
        if key not in self.ledger.in_hand:
            return
        if key not in self._handed:
            self.ledger.give_back(claim)
            return
        reply = self._handed.pop(key)
        if reply is not None and is_taken(reply):
            self._answer(claim, Outcome(status=DeliveryStatus.SENT, reply=reply))
            return
        reason = "stopped before the answer to the final dot was recorded"
        self._answer(claim, Outcome(status=DeliveryStatus.UNCERTAIN, reason=reason))

    def _put_off(self, claim: Claim, seconds: float) -> None:
        """Let it come again, from here or from the ledger; nothing was tried."""
        if seconds <= AT_HAND_SECONDS:
            key = (claim.ledger, claim.id)
            self._aside[key] = claim
            asyncio.get_running_loop().call_later(seconds, self._come_again, key)
            return
        due = self.clock() + timedelta(seconds=seconds)
        reason = f"{claim.domain} gets no more for the moment: delivery.domain_per_second, domain_connections"
        outcome = Outcome(status=DeliveryStatus.DEFERRED, next_try=due, reason=reason)
        self._answer(claim, outcome, tried=False)

    def _come_again(self, key: tuple[Ledger, int]) -> None:
        if claim := self._aside.pop(key, None):
            self.ledger.queue.put_nowait(claim)

    async def _wait_for_flight(self) -> None:
        """Return once the next message can be noted down before it is handed over."""
        while self.flight_fault is not None:
            await asyncio.sleep(RETRY_SECONDS)
            try:
                self.flight.check()
            except FlightLogError as error:
                self.tell_of_disk(error)
                continue
            if self.flight_fault is not None:
                log.info("flight_log_works_again")
                self.flight_fault = None

    async def _hand_over(self, claim: Claim) -> None:
        pooled = await self.pool.take()
        handed = False
        try:
            await self.ledger.wait_for_room()
            await self.ledger.last_look.renew(self.ledger.in_hand.values)
            if not self.ledger.is_ours(claim):
                self.ledger.give_back(claim)
                return
            now = time.monotonic()
            if claim.ledger is Ledger.DELIVERIES and claim.domain in self.pool.avoided(now):
                self.ledger.give_back(claim)
                return
            if reason := self.ledger.last_look.why_not(claim):
                outcome = Outcome(status=DeliveryStatus.SUPPRESSED, reason=reason)
                self._answer(claim, outcome, relay=pooled.relay.name)
                return
            if (wait := self.domains.enter(claim.domain, now)) > 0:
                self._put_off(claim, wait)
                return
            handed = True
            try:
                await self._deliver(claim, pooled)
            finally:
                self.domains.leave(claim.domain, time.monotonic() - now)
        finally:
            self.pool.leave(pooled, handed=handed)

    async def _deliver(self, claim: Claim, pooled: PooledRelay) -> None:
        key, began = (claim.ledger, claim.id), time.monotonic()

        def handing_over() -> None:
            self.flight.hand_over(claim)  # what it refuses was not handed over
            self._handed[key] = None

        result: Result
        if fault := why_unmailable(claim.address):
            result = Unmailable(reason=fault)
        else:
            try:
                result = await pooled.relay.deliver(self.writer.write(claim, self.clock()), handing_over)
            except FlightLogError as error:
                # The relay waited for the message and got none: it takes nothing.
                self._refused_by_flight(error)
                self.ledger.give_back(claim)
                return
            self._note_answer(claim, pooled, result)
        self.outcomes.judge(claim, pooled, result, began=began)
        self._handed.pop(key, None)

    def _note_answer(self, claim: Claim, pooled: PooledRelay, result: Result) -> None:
        """Note what was answered to a final dot: if we are killed before it is recorded, nobody gets a double."""
        if (claim.ledger, claim.id) in self._handed and isinstance(result, Answered):
            self._handed[claim.ledger, claim.id] = result.reply
            try:
                self.flight.note_answer(claim, result.reply, relay=pooled.relay.name, at=self.clock())
            except FlightLogError as error:
                self._refused_by_flight(error)  # the answer is recorded all the same

    def _refused_by_flight(self, error: FlightLogError) -> None:
        self.flight_fault = error
        self.tell_of_disk(error)

    def _answer(self, claim: Claim, outcome: Outcome, *, relay: str = "", tried: bool = True) -> None:
        """Record what came of a claim that no relay answered."""
        self.ledger.answer(Recorded(claim=claim, outcome=outcome, at=self.clock(), relay=relay, tried=tried))
