"""The relays of a sender and their moods: which one the next message goes to. Pure but for waiting.

The first relay that works takes everything; a later one takes over while an earlier one does not work or
has reached its limit of the hour or the day.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from newsletter.config import Delivery as DeliverySettings
from newsletter.delivery.rate_limits import Allowance, Backoff, Streak, Throttle
from newsletter.delivery.relay import Relay
from newsletter.store.ledger import Recorded

IDLE_SECONDS = 1.0  # between looks for new work, or for a relay that works again
_LONG_WAIT = 30.0  # seconds: a relay whose limit of the hour or day is reached gives way to the failover


@dataclass(slots=True, kw_only=True)
class Line:
    """One relay and what is known of its mood."""

    relay: Relay
    allowance: Allowance
    throttle: Throttle
    backoff: Backoff
    streak: Streak[Recorded]
    busy: int = 0

    @classmethod
    def to(cls, relay: Relay, settings: DeliverySettings) -> Line:
        """Return a line to a relay of which nothing is known yet."""
        limits = relay.limits
        return cls(
            relay=relay,
            allowance=Allowance(
                per_second=limits.per_second, per_hour=limits.per_hour, per_day=limits.per_day
            ),
            throttle=Throttle(limits.connections),
            backoff=Backoff(),
            streak=Streak(settings.same_refusal_limit),
        )

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


@dataclass(slots=True, kw_only=True)
class Lines:
    """All relays of a sender, in their order."""

    every: Sequence[Line]
    _room: asyncio.Event = field(default_factory=asyncio.Event)

    def __iter__(self) -> Iterator[Line]:
        return iter(self.every)

    def look_again(self) -> None:
        """Something ended, or works again: whoever waits for a relay looks again."""
        self._room.set()

    async def take(self) -> Line:
        """Return the first relay that works, once it may take a message, with a place on it taken.

        The place counts against its limits from this moment, so that no two connections take the last one.
        """
        while True:
            now = time.monotonic()
            waits = []
            for line in self.every:
                wait = line.wait(now)
                if wait <= 0 and line.has_room:
                    line.busy += 1
                    line.allowance.spend(now)
                    return line
                waits.append(wait if wait > 0 else IDLE_SECONDS)
                if not line.is_out(now):
                    break  # it works and is busy: the failover stays idle
            self._room.clear()
            try:
                async with asyncio.timeout(min(*waits, IDLE_SECONDS)):
                    await self._room.wait()
            except TimeoutError:
                continue

    def leave(self, line: Line, *, handed: bool) -> None:
        """Give a place back; one that nothing was handed over on counts against no limit."""
        line.busy -= 1
        if not handed:
            line.allowance.give_back()
        self.look_again()

    def is_any_tried(self, now: float) -> bool:
        """Whether some relay may be tried now."""
        return any(line.backoff.until <= now for line in self.every)

    def are_all_down(self, now: float, *, since: float) -> bool:
        """Whether no relay has worked for so many seconds."""
        down = [line.backoff.since for line in self.every]
        return bool(down) and all(began is not None and now - began >= since for began in down)

    @property
    def held(self) -> int:
        """How many answers are held back until it is clear whose fault they are."""
        return sum(line.streak.held for line in self.every)

    @property
    def are_busy(self) -> bool:
        """Whether a message is on its way."""
        return any(line.busy for line in self.every)
