"""The relays of a sender and their moods: which one the next message goes to. Pure but for waiting.

The first relay that works takes everything; a later one takes over while an earlier one does not work or
has reached its limit of the hour or the day.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from newsletter.config import DeliverySettings
from newsletter.delivery.outcomes import Unreachable, is_slow_down
from newsletter.delivery.rate_limits import Backoff, RelayLimits
from newsletter.delivery.relay import Relay
from newsletter.delivery.same_refusals import SameRefusals

IDLE_SECONDS = 1.0  # between looks for new work, or for a relay that works again
_LONG_WAIT = 30.0  # seconds: a relay whose limit of the hour or day is reached gives way to the failover


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
    taken_at: datetime | None = None  # when it took a message last

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

    def took_since(self, first: datetime | None) -> bool:
        """Whether it took a message since then."""
        return first is not None and self.taken_at is not None and self.taken_at >= first

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

    def avoided(self, now: float) -> frozenset[str]:
        """The domains whose readers wait until others were tried, by the relay that takes the messages."""
        first = next((pooled for pooled in self.every if not pooled.is_out(now)), self.every[0])
        return first.refusals.avoided

    @property
    def held(self) -> int:
        """How many answers are held back until it is clear whose fault they are."""
        return sum(pooled.refusals.held for pooled in self.every)

    @property
    def are_busy(self) -> bool:
        """Whether a message is on its way."""
        return any(pooled.busy for pooled in self.every)
