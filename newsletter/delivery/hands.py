"""The connections of a sender: claims are handed over, and what came of each is judged. I/O (network, clock).

Each connection takes one claim after the other. What it may not hand over (consent, a pause, a domain that
wants no more, a flight log that cannot be written) it gives back or puts off; nothing is marked for that.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from newsletter.config import Delivery as DeliverySettings
from newsletter.delivery.conversation import Mail
from newsletter.delivery.flight import FlightLog
from newsletter.delivery.headers import encode_date, why_unmailable
from newsletter.delivery.lines import Line, Lines
from newsletter.delivery.message import PreparedMessage, personalize
from newsletter.delivery.outcomes import (
    NOBODY_KNOWN,
    RelayFault,
    Result,
    Unmailable,
    decide_outcome,
    is_slow_down,
    suspicion,
)
from newsletter.delivery.pace import Brakes, DomainLanes, DomainPace
from newsletter.delivery.turns import LedgerTurns
from newsletter.delivery.verp import encode_sender
from newsletter.errors import FlightLogError, StoreError
from newsletter.logs import get_log
from newsletter.model import DeliveryStatus, IssueId, Outcome, SubscriberId
from newsletter.store.ledger import Claim, Ledger, Recorded

_FEWEST, _FEWEST_DOMAINS = 3, 2  # recipients and their domains that make "everyone" of a short list
RETRY_SECONDS = 1.0  # between looks whether our own disk works again
_TELL_AGAIN_SECONDS = 600.0  # that it still does not

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


def _are_many(items: Sequence[Recorded]) -> bool:
    """Whether they are at more than one domain: what one domain refuses is not the relay's fault."""
    return len({item.claim.domain for item in items}) >= _FEWEST_DOMAINS


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
    writing: Writing
    settings: DeliverySettings
    alert: Alert
    clock: Callable[[], datetime]
    rng: Callable[[], float]
    fault: RelayFault | None = None  # the relay was not working when it was last tried
    _pace: DomainPace = field(init=False)
    _lanes: DomainLanes[Claim] = field(init=False)
    _brakes: Brakes = field(default_factory=Brakes)
    _aside: list[Claim] = field(default_factory=list)  # refused as everyone was: others are tried first
    _flight_fault: FlightLogError | None = None
    _told: dict[str, float] = field(default_factory=dict)  # keys of alerts about our own disk ─▶ when
    _handed: set[tuple[Ledger, int]] = field(default_factory=set)
    _messages: dict[IssueId, PreparedMessage] = field(default_factory=dict)
    _date: tuple[int, bytes] = (0, b"")

    def __post_init__(self) -> None:
        """Set up the limits of domains, as the settings say."""
        self._pace = DomainPace(self.settings.domain_per_second)
        self._lanes = DomainLanes(self.settings.domain_connections, most_parked=4 * self.settings.batch)

    def is_waiting(self, now: float) -> bool:
        """Whether somebody whose domain wanted no more comes again in a moment."""
        return self._pace.is_pending(now) or self._lanes.is_pending(now)

    @property
    def aside(self) -> int:
        """How many wait until the relay takes others again."""
        return len(self._aside)

    def forget_issue(self, issue: IssueId) -> None:
        """Its last delivery has ended: its message is needed no more."""
        self._messages.pop(issue, None)

    def give_back_all(self) -> None:
        """Give back everything that waits: nothing more is handed over."""
        self.settle_streaks()
        self.try_aside()
        while not self.turns.queue.empty():
            self.turns.give_back(self.turns.queue.get_nowait())
        for claim in self._lanes.clear():
            self.turns.give_back(claim)

    def settle_streaks(self) -> bool:
        """Count what was held back as it was decided: nothing else is going to be answered."""
        settled = [self._settle_streak(line) for line in self.lines]
        return any(settled)

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
            if (wait := self._brakes.wait(claim.domain, now)) > 0:
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
                result = await line.relay.deliver(self._write(claim), handing_over)
            except FlightLogError as error:
                # The relay waited for the message and got none: it takes nothing.
                log.error("flight_log_refused", error=str(error))  # noqa: TRY400 - expected on a full disk
                self._flight_fault = error
                self.turns.give_back(claim)
                self.tell_of_disk(error)
                return
        self._judge(claim, line, result)
        self._handed.discard(key)

    def _write(self, claim: Claim) -> Mail:
        moment = self.clock()
        if claim.issue is None:
            prepared = self.writing.prepare_notice(claim, moment)
        else:
            prepared = self._messages.get(claim.issue) or self._messages.setdefault(
                claim.issue, self.writing.prepare_issue(claim.issue)
            )
        second = int(moment.timestamp())
        if self._date[0] != second:
            self._date = (second, encode_date(moment))
        message = personalize(
            prepared,
            address=claim.address,
            token=self.writing.sign_token(claim.subscriber),
            message_id=claim.message_id,
            date=self._date[1],
        )
        sender = encode_sender(self.writing.secret, claim.ledger, claim.id, self.writing.bounce_domain)
        name = claim.message_id.strip("<>")
        return Mail(sender=sender, recipient=claim.address, message=message, name=name)

    # ── answers ──────────────────────────────────────────────────────────────────────────────────

    def _judge(self, claim: Claim, line: Line, result: Result) -> None:
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
        key = suspicion(result, alone=line.streak.is_alone)
        counted, faulty = line.streak.add(key, item)
        if faulty and key == NOBODY_KNOWN and line.backoff.since is None and not _are_many(faulty):
            counted, faulty = faulty, []  # a domain that is gone, not a relay that knows nobody
        for one in counted:
            self._count(one, line)
        if faulty:
            self._refused_everyone(line, faulty, now)

    def _refused_everyone(self, line: Line, faulty: Sequence[Recorded], now: float) -> None:
        """The relay said the same of all these: mark none of them, and try others first."""
        self._aside += [item.claim for item in faulty]
        reason = "the relay refuses everyone in the same words"
        fault = RelayFault(key="relay policy", reason=reason, reply=faulty[-1].outcome.reply)
        self._relay_failed(line, fault, now)

    def try_aside(self) -> bool:
        """Let those come again whom the relay refused as it refused everyone; whether there were any."""
        aside, self._aside = self._aside, []
        for claim in aside:
            self.turns.queue.put_nowait(claim)
        return bool(aside)

    def _count(self, item: Recorded, line: Line) -> None:
        status, domain = item.outcome.status, item.claim.domain
        if status is DeliveryStatus.SENT:
            line.throttle.good()
            if line.backoff.since is not None:
                log.info("relay_works_again", relay=line.relay.name)
                line.backoff.good()
                self.fault = None
                self.try_aside()
                self.lines.look_again()
        if status is DeliveryStatus.DEFERRED and item.outcome.reply is not None:
            self._brakes.deferred(domain, time.monotonic())
        elif status in {DeliveryStatus.SENT, DeliveryStatus.BOUNCED}:
            self._brakes.answered(domain)
        self.turns.answer(item)

    def _record(self, claim: Claim, outcome: Outcome, line: Line) -> None:
        self.turns.answer(Recorded(claim=claim, outcome=outcome, at=self.clock(), relay=line.relay.name))

    def _settle_streak(self, line: Line) -> bool:
        alone, held = line.streak.is_alone, line.streak.settle()
        if alone and len(held) >= _FEWEST and _are_many(held):
            # A short list never gets to twenty in a row.
            self._refused_everyone(line, held, time.monotonic())
        else:
            for item in held:
                self._count(item, line)
        return bool(held)

    def _relay_failed(self, line: Line, fault: RelayFault, now: float) -> None:
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
