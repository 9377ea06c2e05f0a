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

from newsletter.config import Delivery as DeliverySettings
from newsletter.delivery.flight_log import FlightLog
from newsletter.delivery.headers import why_unmailable
from newsletter.delivery.ledger_sync import LedgerTurns
from newsletter.delivery.message_writer import Letters
from newsletter.delivery.outcome_handler import Alert, Verdicts
from newsletter.delivery.outcomes import Result, Unmailable
from newsletter.delivery.rate_limits import DomainLanes, DomainPace
from newsletter.delivery.relay_pool import Line, Lines
from newsletter.errors import FlightLogError, StoreError
from newsletter.logs import get_log
from newsletter.model import DeliveryStatus, Outcome
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
class Hands:
    """What the connections of one sender share."""

    lines: Lines
    turns: LedgerTurns
    flight: FlightLog
    letters: Letters
    verdicts: Verdicts
    settings: DeliverySettings
    alert: Alert
    clock: Callable[[], datetime]
    rng: Callable[[], float]
    _pace: DomainPace = field(init=False)
    _lanes: DomainLanes[Claim] = field(init=False)
    _flight_fault: FlightLogError | None = None
    _told: dict[str, float] = field(default_factory=dict)  # keys of alerts about our own disk ─▶ when
    _handed: set[tuple[Ledger, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Set up the limits of domains, as the settings say."""
        self._pace = DomainPace(self.settings.domain_per_second)
        self._lanes = DomainLanes(self.settings.domain_connections, most_parked=4 * self.settings.batch)

    def is_waiting(self, now: float) -> bool:
        """Whether somebody whose domain wanted no more comes again in a moment."""
        return self._pace.is_pending(now) or self._lanes.is_pending(now)

    def give_back_all(self) -> None:
        """Give back everything that waits: nothing more is handed over."""
        self.verdicts.settle_streaks()
        self.verdicts.try_aside()
        while not self.turns.queue.empty():
            self.turns.give_back(self.turns.queue.get_nowait())
        for claim in self._lanes.clear():
            self.turns.give_back(claim)

    def tell_of_disk(self, error: StoreError) -> None:
        """Tell the operator that the ledger or the flight log cannot be written, not every second."""
        key, subject, body = words_of(error)
        now = time.monotonic()
        if now - self._told.get(key, float("-inf")) >= _TELL_AGAIN_SECONDS:
            self._told[key] = now
            self.alert(key, subject, body)

    # ── handing over ─────────────────────────────────────────────────────────────────────────────

    async def work(self) -> None:
        """Hand over one claim after the other."""
        while True:
            claim = await self.turns.queue.get()
            try:
                await self._hand_over(claim)
            except asyncio.CancelledError:
                self._let_go(claim)
                raise
            except BaseException:
                self.turns.give_back(claim)
                raise

    def _let_go(self, claim: Claim) -> None:
        """Stopped in the middle: what had its final dot is uncertain, the rest was not sent."""
        key = (claim.ledger, claim.id)
        if key not in self.turns.in_hand:
            return
        if key in self._handed:
            self._handed.discard(key)
            outcome = Outcome(
                status=DeliveryStatus.UNCERTAIN, reason="stopped before the relay answered the final dot"
            )
            self.turns.answer(Recorded(claim=claim, outcome=outcome, at=self.clock(), relay=""))
        else:
            self.turns.give_back(claim)

    async def _hand_over(self, claim: Claim) -> None:
        """Hand over a claim once its domain has a free lane, and give the lane to the next one."""
        began = time.monotonic()
        waits = self._lanes.enter(claim.domain, claim, began)
        if waits is not None:
            if waits > 0:
                reason = f"{claim.domain} gets no more at once: delivery.domain_connections"
                self._put_off(claim, waits, reason)
            return
        try:
            await self._wait_for_flight()
            await self._take_line(claim)
        finally:
            waiting = self._lanes.leave(claim.domain, time.monotonic() - began)
            if waiting is not None:
                self.turns.queue.put_nowait(waiting)

    def _put_off(self, claim: Claim, seconds: float, reason: str) -> None:
        """Let it come again in a moment; nothing was tried."""
        due = self.clock() + timedelta(seconds=seconds)
        outcome = Outcome(status=DeliveryStatus.DEFERRED, next_try=due, reason=reason)
        self.turns.answer(Recorded(claim=claim, outcome=outcome, at=self.clock(), relay="", tried=False))

    async def _wait_for_flight(self) -> None:
        """Return once the next message can be noted down before it is handed over."""
        while self._flight_fault is not None:
            await asyncio.sleep(RETRY_SECONDS)
            try:
                self.flight.check()
            except FlightLogError as error:
                self.tell_of_disk(error)
                continue
            if self._flight_fault is not None:
                log.info("flight_log_works_again")
                self._flight_fault = None

    async def _take_line(self, claim: Claim) -> None:
        line = await self.lines.take()
        handed = False
        try:
            await self.turns.wait_for_room()
            await self.turns.look_again()
            if not self.turns.is_ours(claim):
                self.turns.give_back(claim)
                return
            now = time.monotonic()
            if reason := self.turns.why_not(claim):
                self._record(claim, Outcome(status=DeliveryStatus.SUPPRESSED, reason=reason), line)
                return
            if (wait := self.verdicts.brakes.wait(claim.domain, now)) > 0:
                reason = f"{claim.domain} puts everyone off at the moment"
                self._put_off(claim, wait * (1 + self.rng()), reason)
                return
            if (wait := self._pace.wait(claim.domain, now)) > 0:
                reason = f"{claim.domain} gets no more in this second: delivery.domain_per_second"
                self._put_off(claim, wait, reason)
                return
            handed = True
            await self._deliver(claim, line)
        finally:
            self.lines.leave(line, handed=handed)

    async def _deliver(self, claim: Claim, line: Line) -> None:
        key = (claim.ledger, claim.id)

        def handing_over() -> None:
            self.flight.hand_over(claim)  # what it refuses was not handed over
            self._handed.add(key)

        result: Result
        if fault := why_unmailable(claim.address):
            result = Unmailable(reason=fault)
        else:
            try:
                result = await line.relay.deliver(self.letters.write(claim, self.clock()), handing_over)
            except FlightLogError as error:
                # The relay waited for the message and got none: it takes nothing.
                log.error("flight_log_refused", error=str(error))  # noqa: TRY400 - expected on a full disk
                self._flight_fault = error
                self.turns.give_back(claim)
                self.tell_of_disk(error)
                return
        self.verdicts.judge(claim, line, result)
        self._handed.discard(key)

    def _record(self, claim: Claim, outcome: Outcome, line: Line) -> None:
        self.turns.answer(Recorded(claim=claim, outcome=outcome, at=self.clock(), relay=line.relay.name))
