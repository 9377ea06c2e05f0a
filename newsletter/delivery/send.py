"""Sending: from due rows of the ledger to recorded answers. I/O (network, database, clock).

One task takes turns with the ledger (``turns``); one task a connection hands messages over. Nothing else
writes. ``kill -9`` at any instant loses nobody: see ``flight`` and ``store.claims``.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsletter.config import Delivery as DeliverySettings
from newsletter.delivery.conversation import Mail
from newsletter.delivery.flight import FlightLog, dead_senders, living_owners
from newsletter.delivery.headers import encode_date, why_unmailable
from newsletter.delivery.message import PreparedMessage, personalize
from newsletter.delivery.outcomes import (
    RelayFault,
    Result,
    Unmailable,
    decide_outcome,
    is_slow_down,
    suspicion,
)
from newsletter.delivery.pace import Allowance, Backoff, Brakes, DomainPace, Streak, Throttle
from newsletter.delivery.relay import Relay
from newsletter.delivery.turns import LedgerTurns
from newsletter.delivery.verp import encode_sender
from newsletter.errors import StoreError
from newsletter.logs import get_log
from newsletter.model import DeliveryStatus, IssueId, Outcome, SubscriberId
from newsletter.store import claims, deliveries, notices
from newsletter.store.claims import Claim, Ledger, Recorded
from newsletter.store.engine import Store

IDLE_SECONDS = 1.0  # between looks for new work
TIDY_SECONDS = 10.0  # between looks for what dead senders left, and for what is too late
NOTICE_HOURS = 48  # a confirm mail that comes later confuses more than it helps
_STORE_RETRY_SECONDS = 1.0
_UNRECORDED_SECONDS = 2.0  # what was sent longer ago is in the ledger
_LONG_WAIT = 30.0  # seconds: a relay whose limit of the hour or day is reached gives way to the failover

Alert = Callable[[str, str, str], None]
log = get_log("delivery")


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What a sender needs to write messages; made by the composition root."""

    prepare_issue: Callable[[IssueId], PreparedMessage]
    prepare_notice: Callable[[Claim, datetime], PreparedMessage]
    sign_token: Callable[[SubscriberId], str]  # the unsubscribe token
    secret: bytes  # proves VERP senders
    bounce_domain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReport:
    """What one call of ``send_due`` did."""

    outcomes: Mapping[DeliveryStatus, int]
    finished: tuple[IssueId, ...]  # issues whose last delivery ended
    fault: RelayFault | None  # the relay was not working when it stopped
    recovered: int  # rows that dead senders had left behind


@dataclass(slots=True, kw_only=True)
class _Line:
    """One relay and what is known of its mood."""

    relay: Relay
    allowance: Allowance
    throttle: Throttle
    backoff: Backoff
    streak: Streak[Recorded]
    held: int = 0  # answers that the streak holds back
    busy: int = 0

    def wait(self, now: float) -> float:
        """For how many seconds nothing may leave here."""
        return max(self.backoff.until - now, self.throttle.until - now, self.allowance.wait(now), 0.0)

    def is_out(self, now: float) -> bool:
        """Whether the next relay takes over: this one does not work, or may take nothing for a while."""
        return self.backoff.since is not None or self.allowance.wait(now) > _LONG_WAIT

    @property
    def has_room(self) -> bool:
        """After a fault one message tries whether the relay works again."""
        return self.busy < (1 if self.backoff.since is not None else self.throttle.allowed)


def _utc() -> datetime:
    return datetime.now(UTC)


async def send_due(
    store: Store,
    relays: Sequence[Relay],
    writing: Writing,
    settings: DeliverySettings,
    *,
    flights: Path,
    stop: asyncio.Event,
    alert: Alert,
    until_idle: bool = False,
    patience: float | None = None,
    on_progress: Callable[[Mapping[DeliveryStatus, int]], None] | None = None,
    clock: Callable[[], datetime] = _utc,
    rng: Callable[[], float] = random.random,
) -> SendReport:
    """Send every due delivery and notice until ``stop`` is set, or with ``until_idle`` until none is due.

    ``relays`` are tried in their order: a later one is the failover. ``flights`` is the folder of flight
    logs, one for all senders of a machine. ``patience`` is for how many seconds relays that do not work are
    waited for (None: for ever) before the call returns with the fault. When ``stop`` is set, what is in
    flight gets ``settings.drain_seconds`` to end. ``alert`` gets a key, a subject and a body. Raises what
    ``writing`` raises for an issue, with nothing marked.
    """
    flight = FlightLog(flights)
    sender = _Sender(
        store=store,
        lines=[_open_line(relay, settings) for relay in relays],
        writing=writing,
        settings=settings,
        flights=flights,
        flight=flight,
        turns=LedgerTurns(store, flight.owner, settings, clock),
        pace=DomainPace(settings.domain_per_second),
        alert=alert,
        until_idle=until_idle,
        patience=patience,
        on_progress=on_progress,
        clock=clock,
        rng=rng,
    )
    return await sender.run(stop)


def _open_line(relay: Relay, settings: DeliverySettings) -> _Line:
    limits = relay.limits
    return _Line(
        relay=relay,
        allowance=Allowance(per_second=limits.per_second, per_hour=limits.per_hour, per_day=limits.per_day),
        throttle=Throttle(limits.connections),
        backoff=Backoff(),
        streak=Streak(settings.same_refusal_limit),
    )


@dataclass(slots=True, kw_only=True)
class _Sender:
    store: Store
    lines: list[_Line]
    writing: Writing
    settings: DeliverySettings
    flights: Path
    flight: FlightLog
    turns: LedgerTurns
    pace: DomainPace
    alert: Alert
    until_idle: bool
    patience: float | None
    on_progress: Callable[[Mapping[DeliveryStatus, int]], None] | None
    clock: Callable[[], datetime]
    rng: Callable[[], float]
    brakes: Brakes = field(default_factory=Brakes)
    handed: set[tuple[Ledger, int]] = field(default_factory=set)
    messages: dict[IssueId, PreparedMessage] = field(default_factory=dict)
    finished: list[IssueId] = field(default_factory=list)
    fault: RelayFault | None = None
    recovered: int = 0
    closing: bool = False
    date: tuple[int, bytes] = (0, b"")
    room: asyncio.Event = field(default_factory=asyncio.Event)

    # ── the whole ────────────────────────────────────────────────────────────────────────────────

    async def run(self, stop: asyncio.Event) -> SendReport:
        """Work until there is nothing to do or ``stop`` is set; leave nothing in hand."""
        most = sum(line.relay.limits.connections for line in self.lines)
        workers = [asyncio.create_task(self._work()) for _ in range(most)]
        ledger = asyncio.create_task(self._keep_ledger())
        stopping = asyncio.create_task(stop.wait())
        failed: BaseException | None = None
        try:
            done, _ = await asyncio.wait({ledger, stopping, *workers}, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stopping}:
                failed = failed or task.exception()
        finally:
            await self._wind_down(ledger, stopping, workers)
        if failed is not None:
            raise failed
        return SendReport(
            outcomes=dict(self.turns.counts),
            finished=tuple(self.finished),
            fault=self.fault,
            recovered=self.recovered,
        )

    async def _wind_down(
        self, ledger: asyncio.Task[None], stopping: asyncio.Task[bool], workers: list[asyncio.Task[None]]
    ) -> None:
        """Give back what waits, let what is in flight end, record everything, close."""
        deadline = time.monotonic() + self.settings.drain_seconds
        stopping.cancel()
        self.closing = True
        self.turns.wake()
        # Never cancelled: a turn that has begun is in the database already, and has to be counted here.
        await asyncio.wait({ledger}, timeout=self.settings.drain_seconds)
        if not ledger.done():
            # The flight log stays: the next start finishes what could not be written down here.
            log.error("ledger_hangs")
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            self.flight.abandon()
            return
        await self._record_all(deadline)
        while not self.turns.queue.empty():
            self.turns.give_back(self.turns.queue.get_nowait())
        for line in self.lines:
            self._settle_streak(line)
        while (left := deadline - time.monotonic()) > 0 and any(line.busy for line in self.lines):
            await self._record_all(deadline)
            await asyncio.sleep(min(0.01, left))
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        for line in self.lines:
            self._settle_streak(line)
            await line.relay.close()
        recorded = await self._record_all(deadline + 0.5)
        if recorded and not self.turns.in_hand:
            self.flight.close()
        else:
            self.flight.abandon()
        self.turns.close()
        if self.on_progress is not None:
            self.on_progress(self.turns.counts)

    async def _record_all(self, deadline: float) -> bool:
        while not self.turns.is_recorded:
            try:
                await self.turns.turn(claiming=False)
            except StoreError as error:
                log.warning("answers_not_recorded", error=str(error))
                if time.monotonic() > deadline:
                    return False
                await asyncio.sleep(0.1)
        return True

    async def _seed_allowances(self) -> None:
        """Count against the limits an hour and a day what the ledger has, also of other senders."""
        now, moment = self.clock(), time.monotonic()
        for line in self.lines:
            if most := line.allowance.most:
                name = line.relay.name
                times = await self.turns.call(
                    lambda name=name, most=most: deliveries.sent_times(
                        self.store, relay=name, since=now - timedelta(days=1), newest=most
                    )
                )
                earlier = (moment - (now - sent).total_seconds() for sent in times)
                line.allowance.seed(earlier, until=moment - _UNRECORDED_SECONDS)

    # ── the ledger task ──────────────────────────────────────────────────────────────────────────

    async def _keep_ledger(self) -> None:
        """Take turns until there is nothing to do (``until_idle``) or patience ends."""
        tidied = renewed = float("-inf")
        while not self.closing:
            try:
                now = time.monotonic()
                if now - tidied >= TIDY_SECONDS:
                    await self._tidy()
                    await self._seed_allowances()
                    tidied = now
                if now - renewed >= self.settings.lease_seconds / 4:
                    await self.turns.renew()
                    renewed = now
                recorded = await self.turns.turn(claiming=self._is_claiming(now))
                if recorded and self.on_progress is not None:
                    self.on_progress(self.turns.counts)
                if self._is_idle():
                    if await self._find_more():
                        continue
                    if self.until_idle:
                        return
                if self._patience_ended(time.monotonic()):
                    return
            except StoreError as error:
                await self._tell_store(error)
                continue
            await self.turns.wait(IDLE_SECONDS)

    def _is_claiming(self, now: float) -> bool:
        return any(line.backoff.until <= now for line in self.lines)

    def _is_idle(self) -> bool:
        held = sum(line.held for line in self.lines)
        if self.pace.is_pending(time.monotonic()):
            return False
        return self.turns.found_nothing and len(self.turns.in_hand) <= held and self.turns.is_recorded

    async def _find_more(self) -> bool:
        """At the end of the work: count what was held back, settle what is uncertain, end issues."""
        if any(self._settle_streak(line) for line in self.lines):
            return True
        if await self._settle_uncertain():
            return True
        self.flight.forget()
        done = await self.turns.call(lambda: deliveries.finish_issues(self.store, now=self.clock()))
        self.finished.extend(done)
        for issue in done:
            self.messages.pop(issue, None)
        return False

    async def _settle_uncertain(self) -> int:
        again, held = await self.turns.call(
            lambda: claims.settle_uncertain(self.store, rule=self.settings.uncertain, now=self.clock())
        )
        if held:
            self.alert(
                "deliveries-held",
                f"{held} deliveries are held",
                "They were handed to the relay, and its answer was never recorded, so they may have arrived. "
                "See who: newsletter deliveries --status uncertain. Then decide: newsletter issue settle.",
            )
        return again

    async def _tidy(self) -> None:
        """Finish what dead senders left, end what is too late."""
        self.recovered += await self.turns.call(self._recover)
        await self._settle_uncertain()
        now = self.clock()
        expire = now - timedelta(hours=self.settings.expire_hours)
        old = now - timedelta(hours=NOTICE_HOURS)
        late = await self.turns.call(
            lambda: deliveries.expire_deliveries(self.store, now=now, frozen_before=expire)
        )
        late += await self.turns.call(lambda: notices.expire_notices(self.store, now=now, created_before=old))
        if late:
            log.warning("expired", count=late)

    def _recover(self) -> int:
        count, now = 0, self.clock()
        with dead_senders(self.flights) as dead:
            for sender in dead:
                uncertain, back = claims.recover_owner(
                    self.store, sender.owner, now=now, handed_over=sender.handed_over
                )
                count += uncertain + back
                log.warning("sender_died", owner=sender.owner, uncertain=uncertain, given_back=back)
        return count + claims.recover_expired(self.store, now=now, alive=living_owners(self.flights))

    async def _tell_store(self, error: StoreError) -> None:
        log.error("ledger_refused", error=str(error))
        self.alert(
            "ledger",
            "The ledger cannot be written",
            f"{error} {error.hint} Sending waits; answers that came are kept and written when it works again.",
        )
        await asyncio.sleep(_STORE_RETRY_SECONDS)

    def _patience_ended(self, now: float) -> bool:
        if self.patience is None or not self.lines:
            return False
        down = [line.backoff.since for line in self.lines]
        return all(since is not None and now - since >= self.patience for since in down)

    # ── the connections ──────────────────────────────────────────────────────────────────────────

    async def _work(self) -> None:
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
        if key in self.handed:
            self.handed.discard(key)
            outcome = Outcome(
                status=DeliveryStatus.UNCERTAIN, reason="stopped before the relay answered the final dot"
            )
            self.turns.answer(Recorded(claim=claim, outcome=outcome, at=self.clock(), relay=""))
        else:
            self.turns.give_back(claim)

    async def _hand_over(self, claim: Claim) -> None:
        line = await self._choose_line()
        line.busy += 1
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
            if (wait := self.brakes.wait(claim.domain, now)) > 0:
                due = self.clock() + timedelta(seconds=wait * (1 + self.rng()))
                reason = f"{claim.domain} puts everyone off at the moment"
                self._record(
                    claim, Outcome(status=DeliveryStatus.DEFERRED, next_try=due, reason=reason), line
                )
                return
            if (wait := self.pace.wait(claim.domain, now)) > 0:
                due = self.clock() + timedelta(seconds=wait)
                reason = f"{claim.domain} gets no more in this second: delivery.domain_per_second"
                outcome = Outcome(status=DeliveryStatus.DEFERRED, next_try=due, reason=reason)
                self._record(claim, outcome, line, tried=False)
                return
            line.allowance.spend(now)
            await self._deliver(claim, line)
        finally:
            line.busy -= 1
            self.room.set()

    async def _choose_line(self) -> _Line:
        """Return the first relay that works, once it may take a message."""
        while True:
            now = time.monotonic()
            waits = []
            for line in self.lines:
                wait = line.wait(now)
                if wait <= 0 and line.has_room:
                    return line
                waits.append(wait if wait > 0 else IDLE_SECONDS)
                if not line.is_out(now):
                    break  # it works and is busy: the failover stays idle
            self.room.clear()
            try:
                async with asyncio.timeout(min(*waits, IDLE_SECONDS)):
                    await self.room.wait()
            except TimeoutError:
                continue

    async def _deliver(self, claim: Claim, line: _Line) -> None:
        key = (claim.ledger, claim.id)

        def handing_over() -> None:
            self.handed.add(key)
            self.flight.hand_over(claim)

        result: Result
        if fault := why_unmailable(claim.address):
            result = Unmailable(reason=fault)
        else:
            result = await line.relay.deliver(self._write(claim), handing_over)
        self._judge(claim, line, result)
        self.handed.discard(key)

    def _write(self, claim: Claim) -> Mail:
        moment = self.clock()
        if claim.issue is None:
            prepared = self.writing.prepare_notice(claim, moment)
        else:
            prepared = self.messages.get(claim.issue) or self.messages.setdefault(
                claim.issue, self.writing.prepare_issue(claim.issue)
            )
        second = int(moment.timestamp())
        if self.date[0] != second:
            self.date = (second, encode_date(moment))
        message = personalize(
            prepared,
            address=claim.address,
            token=self.writing.sign_token(claim.subscriber),
            message_id=claim.message_id,
            date=self.date[1],
        )
        sender = encode_sender(self.writing.secret, claim.ledger, claim.id, self.writing.bounce_domain)
        name = claim.message_id.strip("<>")
        return Mail(sender=sender, recipient=claim.address, message=message, name=name)

    # ── answers ──────────────────────────────────────────────────────────────────────────────────

    def _judge(self, claim: Claim, line: _Line, result: Result) -> None:
        """Decide what a result means, for the delivery and for the relay."""
        now = time.monotonic()
        decided = decide_outcome(
            result, attempts=claim.attempts, settings=self.settings, now=self.clock(), rng=self.rng
        )
        if is_slow_down(result):
            line.throttle.slow_down(now)
            log.warning("relay_slows_us", relay=line.relay.name, connections=line.throttle.allowed)
        if isinstance(decided, RelayFault):
            self.turns.give_back(claim)
            self._relay_failed(line, decided, now)
            return
        item = Recorded(claim=claim, outcome=decided, at=self.clock(), relay=line.relay.name)
        counted, faulty = line.streak.add(suspicion(result), item)
        for one in counted:
            self._count(one, line)
        line.held += (0 if item in counted else 1) - sum(1 for one in counted if one is not item)
        if faulty:
            line.held = 0
            for one in faulty:
                self.turns.give_back(one.claim)
            reply = faulty[-1].outcome.reply
            self._relay_failed(
                line,
                RelayFault(
                    key="relay policy", reason="the relay refuses everyone in the same words", reply=reply
                ),
                now,
            )

    def _count(self, item: Recorded, line: _Line) -> None:
        status, domain = item.outcome.status, item.claim.domain
        if status is DeliveryStatus.SENT:
            line.throttle.good()
            if line.backoff.since is not None:
                log.info("relay_works_again", relay=line.relay.name)
                line.backoff.good()
                self.fault = None
                self.room.set()
        if status is DeliveryStatus.DEFERRED and item.outcome.reply is not None:
            self.brakes.deferred(domain, time.monotonic())
        elif status in {DeliveryStatus.SENT, DeliveryStatus.BOUNCED}:
            self.brakes.answered(domain)
        self.turns.answer(item)

    def _record(self, claim: Claim, outcome: Outcome, line: _Line, *, tried: bool = True) -> None:
        self.turns.answer(
            Recorded(claim=claim, outcome=outcome, at=self.clock(), relay=line.relay.name, tried=tried)
        )

    def _settle_streak(self, line: _Line) -> bool:
        held = line.streak.settle()
        line.held = 0
        for item in held:
            self._count(item, line)
        return bool(held)

    def _relay_failed(self, line: _Line, fault: RelayFault, now: float) -> None:
        """Mark nobody, wait, tell the operator."""
        first = line.backoff.since is None
        line.backoff.fail(now)
        self.fault = fault
        words = f"{fault.reply.code} {fault.reply.text}" if fault.reply else fault.reason
        log.error("relay_does_not_work", relay=line.relay.name, fault=fault.key, first=first)
        if not first:
            return
        self.alert(
            fault.key,
            f"The relay {line.relay.name} does not take mail",
            f"{fault.reason}. Its words: {words}. Nobody was marked; it is tried again by itself and sending "
            "goes on where it stopped. Check that the relay runs and that [relay] in newsletter.toml has the "
            "right host, port, security, username and password: newsletter doctor tries them.",
        )
