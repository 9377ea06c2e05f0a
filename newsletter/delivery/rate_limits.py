"""How fast, and whether at all: limits, slow-downs, and faults of a relay. Pure.

Each class is a small state machine over ``now`` in seconds of a clock that never jumps.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

Held = TypeVar("Held")
_HOUR, _DAY = 3600.0, 86_400.0


class Allowance:
    """Messages a second, an hour and a day. 0 means no limit."""

    def __init__(self, *, per_second: float = 0, per_hour: int = 0, per_day: int = 0) -> None:
        self._gap = 1 / per_second if per_second else 0.0
        self._windows = [(limit, span) for limit, span in ((per_hour, _HOUR), (per_day, _DAY)) if limit]
        self._spent: list[float] = []
        self._next = 0.0

    @property
    def most(self) -> int:
        """How many earlier messages can matter; 0 where no limit looks back."""
        return max((limit for limit, _ in self._windows), default=0)

    def seed(self, recorded: Iterable[float], *, until: float) -> None:
        """Count what the ledger has up to ``until``, whoever sent it, and what was spent here since.

        The first time, when nothing was spent here yet, all that the ledger has counts.
        """
        if self._windows:
            until = until if self._spent else math.inf
            lately = self._spent[bisect_right(self._spent, until) :]
            self._spent = sorted((*(moment for moment in recorded if moment <= until), *lately))

    def wait(self, now: float) -> float:
        """Return for how many seconds no message may leave; 0 means now."""
        waits = [self._next - now]
        for limit, span in self._windows:
            recent = len(self._spent) - bisect_right(self._spent, now - span)
            if recent >= limit:
                waits.append(self._spent[-limit] + span - now)
        return max(0.0, *waits)

    def spend(self, now: float) -> None:
        """Count one message."""
        self._next = max(now, self._next) + self._gap
        if self._windows:
            self._spent.append(now)
            if len(self._spent) > 2 * self.most:
                del self._spent[: -self.most]

    def give_back(self) -> None:
        """Count one message less: the last one was not handed over."""
        self._next -= self._gap
        if self._spent:
            self._spent.pop()


class Throttle:
    """How many connections a relay bears: halved when it asks us to slow down, one more after good answers."""

    FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0

    def __init__(self, connections: int) -> None:
        self._most = connections
        self._good = 0
        self._wait = self.FIRST_WAIT
        self.allowed = connections
        self.until = 0.0  # nothing leaves before

    def slow_down(self, now: float) -> None:
        """Halve and wait, twice as long each time; answers of the same moment count once."""
        if now < self.until:
            return
        self.allowed = max(1, self.allowed // 2)
        self.until = now + self._wait
        self._wait = min(self._wait * 2, self.LONGEST_WAIT)
        self._good = 0

    def good(self) -> None:
        """Count a message that was taken."""
        self._good += 1
        if self._good >= 20 * self.allowed:
            self._good = 0
            self._wait = self.FIRST_WAIT
            self.allowed = min(self._most, self.allowed + 1)


class Backoff:
    """When a relay that did not work is tried again: 5 s, then twice as long each time, at most 5 min."""

    FIRST, LONGEST = 5.0, 300.0

    def __init__(self, first: float = FIRST) -> None:
        self._first = first
        self._wait = first
        self.until = 0.0
        self.since: float | None = None

    def fail(self, now: float) -> None:
        """Wait from now on; failures of one moment count once."""
        if now < self.until:
            return
        if self.since is None:
            self.since = now
        self.until = now + self._wait
        self._wait = min(self._wait * 2, self.LONGEST)

    def good(self) -> None:
        """It works again."""
        self._wait = self._first
        self.until = 0.0
        self.since = None


class Brakes:
    """Domains that put everyone off for the moment: the next of them wait without being tried."""

    AFTER, SECONDS = 3, 120.0

    def __init__(self) -> None:
        self._deferred: dict[str, int] = {}
        self._until: dict[str, float] = {}

    def deferred(self, domain: str, now: float) -> None:
        """Count a 4xx for an address of that domain."""
        count = self._deferred.get(domain, 0) + 1
        self._deferred[domain] = count
        if count >= self.AFTER:
            self._until[domain] = now + self.SECONDS

    def answered(self, domain: str) -> None:
        """The domain took or refused somebody: it is not putting everyone off."""
        self._deferred.pop(domain, None)
        self._until.pop(domain, None)

    def wait(self, domain: str, now: float) -> float:
        """Return for how many seconds the domain is left alone; 0 means it may be tried."""
        until = self._until.get(domain)
        if until is None:
            return 0.0
        if until <= now:
            # One may try; if it is put off too, the brake closes again at once.
            del self._until[domain]
            self._deferred[domain] = self.AFTER - 1
            return 0.0
        return until - now


class DomainPace:
    """Messages a second for the domains that ask for it. Who comes too early is told when to come again.

    Within one second a domain may get that second's messages at once (a token bucket). Those beyond them are
    spread over the time that comes, so that they do not all come back together.
    """

    def __init__(self, per_second: Mapping[str, float]) -> None:
        self._rates = {domain.lower(): rate for domain, rate in per_second.items()}
        self._tokens: dict[str, tuple[float, float]] = {}  # domain ─▶ (tokens, when counted)
        self._horizon: dict[str, float] = {}

    def wait(self, domain: str, now: float) -> float:
        """Take one message's place and return 0, or return in how many seconds to ask again."""
        rate = self._rates.get(domain, self._rates.get("*"))
        if rate is None:
            return 0.0
        most = max(1.0, rate)
        tokens, counted = self._tokens.get(domain, (most, now))
        tokens = min(most, tokens + (now - counted) * rate)
        if tokens >= 1:
            self._tokens[domain] = (tokens - 1, now)
            return 0.0
        self._tokens[domain] = (tokens, now)
        horizon = max(self._horizon.get(domain, now), now) + 1 / rate
        self._horizon[domain] = horizon
        return horizon - now

    def is_pending(self, now: float) -> bool:
        """Whether somebody was told to come again and may not have come yet."""
        return any(horizon + 1 > now for horizon in self._horizon.values())


class DomainLanes(Generic[Held]):
    """How many messages to a domain may be with the relay at once, for the domains that ask for it.

    Who finds its lanes taken waits here, at most ``most_parked`` of all domains together. Those beyond them
    are told when to come again, after the time that the others took so far: one domain that half of a list
    is at never fills the hands of a sender.
    """

    _FIRST_SECONDS, _SMOOTH = 0.1, 0.2
    _EARLY = 0.7  # somewhat before their turn, so that a lane is not idle: they are parked then

    def __init__(self, lanes: Mapping[str, int], *, most_parked: int) -> None:
        self._most = {domain.lower(): count for domain, count in lanes.items()}
        self._most_parked = most_parked
        self._count_parked = 0
        self._taken: dict[str, int] = {}
        self._parked: dict[str, deque[Held]] = {}
        self._seconds: dict[str, float] = {}  # that a message takes
        self._horizon: dict[str, float] = {}

    def _limit(self, domain: str) -> int | None:
        return self._most.get(domain, self._most.get("*"))

    def enter(self, domain: str, item: Held, now: float) -> float | None:
        """Take a lane and return None; or return 0 where the item waits here, or the seconds to come again in."""
        limit = self._limit(domain)
        if limit is None:
            return None
        if self._taken.get(domain, 0) < limit:
            self._taken[domain] = self._taken.get(domain, 0) + 1
            return None
        parked = self._parked.setdefault(domain, deque())
        # One domain may fill half of the places: the others find some.
        if self._count_parked < self._most_parked and 2 * len(parked) < self._most_parked:
            parked.append(item)
            self._count_parked += 1
            return 0.0
        each = self._EARLY * self._seconds.get(domain, self._FIRST_SECONDS) / limit
        horizon = max(self._horizon.get(domain, 0.0), now + each * len(parked)) + each
        self._horizon[domain] = horizon
        return max(horizon - now, each)

    def leave(self, domain: str, seconds: float) -> Held | None:
        """Give a lane back after so many seconds; return who waited for it longest, to enter again."""
        if self._limit(domain) is None:
            return None
        known = self._seconds.get(domain, seconds)
        self._seconds[domain] = known + self._SMOOTH * (seconds - known)
        self._taken[domain] -= 1
        if not self._taken[domain]:
            del self._taken[domain]
        parked = self._parked.get(domain)
        if not parked:
            self._parked.pop(domain, None)
            return None
        self._count_parked -= 1
        return parked.popleft()

    def clear(self) -> list[Held]:
        """Return everybody who waits here: the sender ends."""
        waiting = [item for parked in self._parked.values() for item in parked]
        self._parked.clear()
        self._count_parked = 0
        return waiting

    def is_pending(self, now: float) -> bool:
        """Whether somebody was told to come again and may not have come yet."""
        return any(horizon + 1 > now for horizon in self._horizon.values())


class Streak(Generic[Held]):
    """Refusals that may be the relay's own fault, held back until it is clear whose they are.

    The same refusal ``limit`` times in a row is the relay's: nobody is marked. Any other answer shows that
    the relay works for others, and what was held back counts as it was decided.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._key: str | None = None
        self._held: list[Held] = []
        self._warned = False
        self.is_alone = True  # whether nothing else was ever answered since the last ``settle``

    @property
    def held(self) -> int:
        """How many answers are held back."""
        return len(self._held)

    def add(self, key: str | None, item: Held) -> tuple[list[Held], list[Held]]:
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

    def settle(self) -> list[Held]:
        """Return what is held back: nothing else is going to be answered. What follows is a new beginning."""
        self.is_alone = True
        return self._empty()

    def _empty(self) -> list[Held]:
        held, self._held, self._key = self._held, [], None
        return held
