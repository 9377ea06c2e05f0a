"""Sending: from due rows of the ledger to recorded answers. I/O (network, database, clock).

One task makes the exchanges with the ledger (``ledger_sync``); one task a connection hands messages over. Nothing
else writes. ``kill -9`` at any instant loses nobody: see ``flight_log`` and ``store.sender_exchange``.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from newsletter.config import DeliverySettings
from newsletter.delivery.connections import RETRY_SECONDS, Connections, words_of
from newsletter.delivery.flight_log import FlightLog
from newsletter.delivery.ledger_sync import COMMIT_SECONDS, LedgerSync
from newsletter.delivery.message_writer import MessageWriter
from newsletter.delivery.outcome_handler import Alert, OutcomeHandler
from newsletter.delivery.outcomes import RelayFault
from newsletter.delivery.rate_limits import DomainLimits
from newsletter.delivery.relay import Relay
from newsletter.delivery.relay_pool import IDLE_SECONDS, PooledRelay, RelayPool
from newsletter.delivery.upkeep import Upkeep
from newsletter.errors import FlightLogError, StoreError
from newsletter.logs import get_log
from newsletter.model import DeliveryStatus
from newsletter.store.engine import Store

TIDY_SECONDS = 10.0  # between looks for what dead senders left, and for what is too late
LEDGER_PATIENCE = 20  # times as long as for a relay: a full disk is mended by somebody

log = get_log("delivery")


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReport:
    """What one call of ``send_due`` did."""

    outcomes: Mapping[DeliveryStatus, int]
    fault: RelayFault | None  # the relay was not working when it stopped


async def send_due(
    store: Store,
    relays: Sequence[Relay],
    writer: MessageWriter,
    settings: DeliverySettings,
    *,
    flights: Path,
    stop: asyncio.Event,
    alert: Alert,
    until_idle: bool = False,
    patience: float | None = None,
    on_progress: Callable[[Mapping[DeliveryStatus, int]], None] | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    rng: Callable[[], float] = random.random,
    take_leavings: Callable[[], None] = lambda: None,
) -> SendReport:
    """Send every due delivery and notice until ``stop`` is set, or with ``until_idle`` until none is due.

    ``relays`` are tried in their order: a later one is the failover. ``flights`` is the folder of flight
    logs, one for all senders of a machine. ``patience`` is for how many seconds relays that do not work are
    waited for (None: for ever) before the call returns with the fault; a ledger or flight log that cannot be
    written is waited for ``LEDGER_PATIENCE`` times as long before that is raised. When ``stop`` is set, what is
    in flight gets ``settings.drain_seconds`` to end. ``take_leavings`` is called before each look at who may
    still be mailed. ``alert`` gets a key, a subject and a body. Raises what ``writer`` raises for an issue,
    with nothing marked, and FlightLogError where no log can be made.
    """
    try:
        flight = FlightLog(flights)
    except FlightLogError as error:
        alert(*words_of(error))
        raise
    pool = RelayPool(every=[PooledRelay.to(relay, settings) for relay in relays])
    ledger = LedgerSync(store, flight.owner, settings, clock, take_leavings)
    outcomes = OutcomeHandler(pool=pool, ledger=ledger, settings=settings, alert=alert, clock=clock, rng=rng)
    connections = Connections(
        pool=pool,
        ledger=ledger,
        flight=flight,
        writer=writer,
        outcomes=outcomes,
        domains=DomainLimits(per_second=settings.domain_per_second, at_once=settings.domain_connections),
        alert=alert,
        clock=clock,
    )
    sender = _Sender(
        pool=pool,
        connections=connections,
        outcomes=outcomes,
        upkeep=Upkeep(
            store=store, ledger=ledger, flights=flights, settings=settings, alert=alert, clock=clock
        ),
        ledger=ledger,
        settings=settings,
        until_idle=until_idle,
        patience=patience,
        on_progress=on_progress,
    )
    return await sender.run(stop)


@dataclass(slots=True, kw_only=True)
class _Sender:
    pool: RelayPool
    connections: Connections
    outcomes: OutcomeHandler
    upkeep: Upkeep
    ledger: LedgerSync
    settings: DeliverySettings
    until_idle: bool
    patience: float | None
    on_progress: Callable[[Mapping[DeliveryStatus, int]], None] | None
    closing: bool = False

    # ── the whole ────────────────────────────────────────────────────────────────────────────────

    async def run(self, stop: asyncio.Event) -> SendReport:
        """Work until there is nothing to do or ``stop`` is set; leave nothing in hand."""
        most = sum(pooled.relay.limits.connections for pooled in self.pool)
        workers = [asyncio.create_task(self.connections.work()) for _ in range(most)]
        syncing = asyncio.create_task(self._keep_ledger())
        stopping = asyncio.create_task(stop.wait())
        failed: BaseException | None = None
        try:
            done, _ = await asyncio.wait({syncing, stopping, *workers}, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stopping}:
                failed = failed or task.exception()
        finally:
            await self._wind_down(syncing, stopping, workers)
        if failed is not None:
            raise failed
        return SendReport(outcomes=dict(self.ledger.counts), fault=self.outcomes.fault)

    async def _wind_down(
        self, syncing: asyncio.Task[None], stopping: asyncio.Task[bool], workers: list[asyncio.Task[None]]
    ) -> None:
        """Give back what waits, let what is in flight end, record everything, close."""
        deadline = time.monotonic() + self.settings.drain_seconds
        stopping.cancel()
        self.closing = True
        self.ledger.wake()
        # Never cancelled: an exchange that has begun is in the database already, and has to be counted here.
        await asyncio.wait({syncing}, timeout=self.settings.drain_seconds)
        if not syncing.done():
            # The flight log stays: the next start finishes what could not be written down here.
            log.error("ledger_hangs")
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            self.connections.flight.abandon()
            return
        await self._record_all(deadline)
        self.connections.give_back_all()
        while (left := deadline - time.monotonic()) > 0 and self.pool.are_busy:
            await self._record_all(deadline)
            await asyncio.sleep(min(0.01, left))
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        self.connections.give_back_all()
        for pooled in self.pool:
            await pooled.relay.close()
        recorded = await self._record_all(deadline + 0.5)
        if recorded and not self.ledger.in_hand:
            self.connections.flight.close()
        else:
            self.connections.flight.abandon()
        self.ledger.close()
        if self.on_progress is not None:
            self.on_progress(self.ledger.counts)

    async def _record_all(self, deadline: float) -> bool:
        while not self.ledger.is_recorded:
            try:
                await self.ledger.exchange(claiming=False)
            except StoreError as error:
                log.warning("answers_not_recorded", error=str(error))
                if time.monotonic() > deadline:
                    return False
                await asyncio.sleep(0.1)
        return True

    # ── the ledger task ──────────────────────────────────────────────────────────────────────────

    async def _keep_ledger(self) -> None:
        """Make exchanges until there is nothing to do (``until_idle``) or patience ends."""
        await self.upkeep.recall_taken(self.pool)
        tidied = renewed = float("-inf")
        refused = float("inf")  # since when nothing can be written down
        while not self.closing:
            now = time.monotonic()
            try:
                if now - tidied >= TIDY_SECONDS:
                    await self.upkeep.count_sent(self.pool)
                    await self.upkeep.tidy()
                    await self.upkeep.note_relays(self.pool)
                    tidied = now
                if now - renewed >= self.settings.lease_seconds / 4:
                    await self.ledger.renew()
                    renewed = now
                pause = await self._exchange_once(now)
                fault: StoreError | None = self.connections.flight_fault
            except StoreError as error:
                if isinstance(error, FlightLogError):
                    tidied = now  # the answers that come are recorded all the same
                self.connections.tell_of_disk(error)
                pause, fault = 0.0, error
                await asyncio.sleep(RETRY_SECONDS)
            refused = min(refused, now) if fault else float("inf")
            if fault and self.patience is not None and now - refused >= self.patience * LEDGER_PATIENCE:
                raise fault
            if pause is None:
                return
            await self.ledger.wait(pause)

    async def _exchange_once(self, now: float) -> float | None:
        """Exchange once; return the longest wait before the next one, or None where it was the last."""
        recorded = await self.ledger.exchange(
            claiming=self.pool.is_any_tried(now), avoided=self.pool.avoided(now)
        )
        if recorded and self.on_progress is not None:
            self.on_progress(self.ledger.counts)
        again = await self.upkeep.next_return() if self.ledger.found_nothing else None
        if self._is_idle():
            if await self._find_more():
                return 0.0
            if self.until_idle and again is None:
                return None
        if self.patience is not None and self.pool.are_all_down(time.monotonic(), since=self.patience):
            return None
        return IDLE_SECONDS if again is None else min(max(again, COMMIT_SECONDS), IDLE_SECONDS)

    def _is_idle(self) -> bool:
        waiting = self.pool.held + self.outcomes.aside
        return self.ledger.found_nothing and len(self.ledger.in_hand) <= waiting and self.ledger.is_recorded

    async def _find_more(self) -> bool:
        """At the end of the work: count what was held back, settle what is uncertain, end issues."""
        if (
            self.outcomes.stop_avoiding()
            or self.outcomes.settle_refusals()
            or self.outcomes.try_aside()
            or await self.upkeep.settle_uncertain()
        ):
            return True
        self.connections.flight.forget()
        for issue in await self.upkeep.finish_issues():
            self.connections.writer.forget_issue(issue)
        return False
