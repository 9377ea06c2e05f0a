"""The relays of a sender and their moods: which one the next message goes to. Pure but for waiting.

The first relay that works takes everything; a later one takes over while an earlier one does not work or
has reached its limit of the hour or the day.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from newsletter.config import DeliverySettings
from newsletter.delivery.outcomes import Unreachable, is_slow_down
from newsletter.delivery.rate_limits import Backoff, RelayLimits
from newsletter.delivery.relay import Relay
from newsletter.store.ledger import Recorded

IDLE_SECONDS = 1.0  # between looks for new work, or for a relay that works again
_LONG_WAIT = 30.0  # seconds: a relay whose limit of the hour or day is reached gives way to the failover


class SameRefusals:
    """Refusals that may be the relay's own fault, held back until it is clear whose they are.

    The same refusal ``limit`` times in a row is the relay's: nobody is marked. Any other answer shows that
    the relay works for others, and what was held back counts as it was decided.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._key: str | None = None
        self._held: list[Recorded] = []
        self._warned = False
        self.is_alone = True  # whether nothing else was ever answered since the last ``settle``

    @property
    def held(self) -> int:
        """How many answers are held back."""
        return len(self._held)

    def add(self, key: str | None, item: Recorded) -> tuple[list[Recorded], list[Recorded]]:
        """Take one more answer; return (those that count, those that are the relay's fault)."""
        if key is None or (self._key is not None and key != self._key):
            counted = self._empty()
            self._warned = self.is_alone = False
            if key is None:
                return [*counted, item], []
            self._key, self._held = key, [item]
            return counted, []
        self._key = key
        self._held.append(item)
        if self._warned or len(self._held) >= self._limit:
            # After a fault one more such answer is enough: nobody is tried twenty at a time for ever.
            self._warned = True
            faulty, self._held = self._held, []
            return [], faulty
        return [], []

    def settle(self) -> list[Recorded]:
        """Return what is held back: nothing else is going to be answered. What follows is a new beginning."""
        self.is_alone = True
        return self._empty()

    def _empty(self) -> list[Recorded]:
        held, self._held, self._key = self._held, [], None
        return held


@dataclass(slots=True, kw_only=True)
class PooledRelay:
    """One relay and what is known of its mood."""

    relay: Relay
    allowance: RelayLimits
    backoff: Backoff
    refusals: SameRefusals
    busy: int = 0
    unanswered: int = 0  # messages in a row that it left without an answer
    answers: bool = False  # whether it ever answered a message

    @classmethod
    def to(cls, relay: Relay, settings: DeliverySettings) -> PooledRelay:
        """Return a relay of which nothing is known yet."""
        limits = relay.limits
        return cls(
            relay=relay,
            allowance=RelayLimits(limits.per_second, limits.per_hour, limits.per_day),
            backoff=Backoff(limits.connections),
            refusals=SameRefusals(settings.same_refusal_limit),
        )

    def wait(self, now: float) -> float:
        """For how many seconds nothing may leave here."""
        return max(self.backoff.until - now, self.allowance.wait(now))

    def is_out(self, now: float) -> bool:
        """Whether the next relay takes over: this one does not work, or may take nothing for a while."""
        return self.backoff.since is not None or self.allowance.wait(now) > _LONG_WAIT

    def takes_others(self, refused: Unreachable) -> bool:
        """Whether a connection was refused beside others that work: it takes no more of them, but it works."""
        return self.busy > 1 and self.backoff.since is None and (self.answers or is_slow_down(refused))


@dataclass(slots=True, kw_only=True)
class RelayPool:
    """All relays of a sender, in their order."""

    every: Sequence[PooledRelay]
    _room: asyncio.Event = field(default_factory=asyncio.Event)

    def __iter__(self) -> Iterator[PooledRelay]:
        return iter(self.every)

    def look_again(self) -> None:
        """Something ended, or works again: whoever waits for a relay looks again."""
        self._room.set()

    async def take(self) -> PooledRelay:
        """Return the first relay that works, once it may take a message, with a place on it taken.

        The place counts against its limits from this moment, so that no two connections take the last one.
        """
        while True:
            now = time.monotonic()
            waits = []
            for pooled in self.every:
                wait = pooled.wait(now)
                if wait <= 0 and pooled.busy < pooled.backoff.allowed:
                    pooled.busy += 1
                    pooled.allowance.spend(now)
                    return pooled
                waits.append(wait if wait > 0 else IDLE_SECONDS)
                if not pooled.is_out(now):
                    break  # it works and is busy: the failover stays idle
            self._room.clear()
            try:
                async with asyncio.timeout(min(*waits, IDLE_SECONDS)):
                    await self._room.wait()
            except TimeoutError:
                continue

    def leave(self, pooled: PooledRelay, *, handed: bool) -> None:
        """Give a place back; one that nothing was handed over on counts against no limit."""
        pooled.busy -= 1
        if not handed:
            pooled.allowance.give_back()
        self.look_again()

    def is_any_tried(self, now: float) -> bool:
        """Whether some relay may be tried now."""
        return any(pooled.backoff.until <= now for pooled in self.every)

    def are_all_down(self, now: float, *, since: float) -> bool:
        """Whether no relay has worked for so many seconds."""
        down = [pooled.backoff.since for pooled in self.every]
        return bool(down) and all(began is not None and now - began >= since for began in down)

    @property
    def held(self) -> int:
        """How many answers are held back until it is clear whose fault they are."""
        return sum(pooled.refusals.held for pooled in self.every)

    @property
    def are_busy(self) -> bool:
        """Whether a message is on its way."""
        return any(pooled.busy for pooled in self.every)
