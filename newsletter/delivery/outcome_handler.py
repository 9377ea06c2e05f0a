"""What came of each message: for its delivery, and for the relay. I/O (clock, log).

Nothing here hands anything over. An answer that may be the relay's own fault is held back until it is clear
whose it is; while the relay is at fault, nobody is marked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from newsletter.config import DeliverySettings
from newsletter.delivery.ledger_sync import LedgerSync
from newsletter.delivery.outcomes import (
    Answered,
    Lost,
    RelayFault,
    Result,
    Unreachable,
    decide_outcome,
    is_slow_down,
    suspicion,
    unwanted,
)
from newsletter.delivery.relay_pool import PooledRelay, RelayPool
from newsletter.logs import get_log
from newsletter.store.ledger import Claim, Recorded

_SILENT = "relay answers"  # the key of its fault
_ALIKE = "relay policy"  # and of one that refuses everyone
_UNANSWERED = 3  # messages in a row without an answer are the relay's fault
_LONGEST_SILENCE = 900.0  # seconds between tries of a relay without answers: each may cost a reader a double

Alert = Callable[[str, str, str], None]
log = get_log("delivery")


@dataclass(slots=True, kw_only=True)
class OutcomeHandler:
    """What a sender knows from the answers that it got."""

    pool: RelayPool
    ledger: LedgerSync
    settings: DeliverySettings
    alert: Alert
    clock: Callable[[], datetime]
    rng: Callable[[], float]
    fault: RelayFault | None = None  # the relay was not working when it was last tried
    _aside: list[Claim] = field(default_factory=list)  # refused as everyone was: others are tried first

    @property
    def aside(self) -> int:
        """How many wait until the relay takes others again."""
        return len(self._aside)

    def stop_avoiding(self) -> bool:
        """Nobody else is due: let those come whose domains refused; whether there are such domains."""
        return any(pooled.refusals.stop_avoiding() for pooled in self.pool)

    def settle_refusals(self) -> bool:
        """Count what was held back as it was decided: nothing else is going to be answered."""
        found = False
        for pooled in self.pool:
            now = time.monotonic()
            counted, faulty = pooled.refusals.settle(now)
            found = found or bool(counted or faulty)
            for item in counted:
                self.ledger.answer(item)
            if faulty:
                self._refused_everyone(pooled, faulty, now)
        return found

    def give_back_refused(self) -> None:
        """Give back what was held back: it ends before it is clear whose it is."""
        for pooled in self.pool:
            for item in pooled.refusals.drop():
                self.ledger.give_back(item.claim)
        self.try_aside()

    def judge(self, claim: Claim, pooled: PooledRelay, result: Result, *, began: float) -> None:
        """Decide what a result means, for the delivery and for the relay; ``began``: when it was handed over."""
        now = time.monotonic()
        decided = decide_outcome(
            result, attempts=claim.attempts, settings=self.settings, now=self.clock(), rng=self.rng
        )
        if isinstance(result, Unreachable) and pooled.takes_others(result):
            self.ledger.give_back(claim)
            pooled.backoff.hold_at(pooled.busy - 1)
            log.warning(
                "relay_takes_no_more_connections", relay=pooled.relay.name, connections=pooled.busy - 1
            )
            return
        if is_slow_down(result):
            pooled.backoff.slow_down(now)
            log.warning("relay_slows_us", relay=pooled.relay.name, connections=pooled.backoff.allowed)
        if isinstance(decided, RelayFault):
            self.ledger.give_back(claim)
            self._relay_failed(pooled, decided, now)
            return
        item = Recorded(claim=claim, outcome=decided, at=self.clock(), relay=pooled.relay.name)
        if not isinstance(result, Answered):
            self.ledger.answer(item)
            if isinstance(result, Lost):
                self._unanswered(pooled, result, now)
            return
        pooled.unanswered, pooled.answers = 0, True
        if result.accepted:
            self._taken(item, pooled, began)
            return
        found = suspicion(
            result,
            attempts=claim.attempts,
            took_since=pooled.took_since(claim.first_tried),
            is_down=pooled.refusals.is_faulty,
        )
        counted, faulty = ([item], []) if found is None else pooled.refusals.refuse(found, item, now)
        for one in counted:
            self.ledger.answer(one)
        if faulty:
            self._refused_everyone(pooled, faulty, now)

    def _unanswered(self, pooled: PooledRelay, result: Lost, now: float) -> None:
        """One lost answer is bad luck. A few in a row are the relay's fault, whatever became of those messages."""
        pooled.unanswered += 1
        fault = RelayFault(key=_SILENT, reason=f"it leaves messages without an answer ({result.reason})")
        if pooled.unanswered >= _UNANSWERED or pooled.backoff.since is not None:
            self._relay_failed(pooled, fault, now)
        elif not pooled.answers:
            self.fault = fault  # until it answers: a short list never gets to a few in a row

    def _refused_everyone(self, pooled: PooledRelay, faulty: Sequence[Recorded], now: float) -> None:
        """The relay said the same of all these: mark none of them, and try others first."""
        self._aside += [item.claim for item in faulty]
        self.ledger.give_up_waiting()
        reply = faulty[-1].outcome.reply
        reason = "the relay refuses everyone in the same words"
        fault = RelayFault(key=_ALIKE, reason=reason, reply=reply)
        self._relay_failed(pooled, (unwanted(reply) if reply else None) or fault, now)

    def try_aside(self) -> bool:
        """Let those come again whom the relay refused as it refused everyone; whether there were any."""
        aside, self._aside = self._aside, []
        for claim in aside:
            self.ledger.queue.put_nowait(claim)
        return bool(aside)

    def _taken(self, item: Recorded, pooled: PooledRelay, began: float) -> None:
        """The relay works: what it refused before was of those recipients."""
        pooled.taken_at = item.at
        self.ledger.answer(item)
        refused = pooled.refusals.take(began)
        if refused is None:
            return
        for one in refused:
            self.ledger.answer(one)
        was_down = pooled.backoff.since is not None
        pooled.backoff.good()
        self.fault = None
        if was_down:
            log.info("relay_works_again", relay=pooled.relay.name)
            self.try_aside()
            self.pool.look_again()

    def _relay_failed(self, pooled: PooledRelay, fault: RelayFault, now: float) -> None:
        """Wait, and tell the operator."""
        first, is_silent = pooled.backoff.since is None, fault.key == _SILENT
        pooled.backoff.fail(now, longest=_LONGEST_SILENCE if is_silent else None)
        self.fault = fault
        words = f" Its words: {fault.reply.words.rstrip('.')}." if fault.reply else ""
        log.error("relay_does_not_work", relay=pooled.relay.name, fault=fault.key, first=first)
        if not first:
            return
        fate = "Nobody was marked."
        if is_silent:
            fate = "What it took without an answer may have arrived: it goes out once more, minutes later."
        if fault.key == _ALIKE:
            fate += " Its words say whether a limit, a block list or a full disk is behind it."
        self.ledger.wake()  # whoever has no patience with it ends now
        self.alert(
            fault.key,
            f"The relay {pooled.relay.name} does not take mail",
            f"{fault.reason}.{words} {fate} It is tried again by itself, after longer and longer "
            "waits, and sending goes on where it stopped. Check that the relay runs and that [relay] in "
            "newsletter.toml has the right host, port, security, username and password: newsletter doctor tries "
            "them.",
        )
