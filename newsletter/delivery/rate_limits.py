"""How fast: what a relay and a domain take, and how long a relay that does not is left alone. Pure.

Times are seconds of a clock that never jumps.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping

AT_HAND_SECONDS = 1.0  # who comes again within so long waits in memory, others in the ledger
_HOUR, _DAY = 3600.0, 86_400.0
_ROUNDING = 1e-9  # of sums of times


class RelayLimits:
    """Messages a second, an hour and a day that a relay takes of us. 0 means no limit."""

    def __init__(self, per_second: float = 0, per_hour: int = 0, per_day: int = 0) -> None:
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


class Backoff:
    """When a relay is tried again, and by how many connections at once.

    One that did not work is tried again by a single message: after 5 s, then twice as long each time, at most
    5 min. One that asks us to slow down gets half as many connections after a second, then two, at most a
    minute. Good answers bring the connections back, one after the other. Each makes the next wait a fifth shorter,
    so that it never grows for a relay that takes three of four messages, and ten in a row bring back the first.
    """

    _FAULT, _SLOW = (5.0, 300.0), (1.0, 60.0)  # the first and the longest wait
    _GOOD = 20  # answers of each connection bring one more
    _MOST_GOOD = 1280  # answers, where it refused another connection again and again
    _CALMER = 0.79  # what a good answer leaves of the next wait: three make up for one doubling
    _WORKS = 10  # answers in a row bring back the first wait

    def __init__(self, connections: int) -> None:
        self._most = connections
        self._good = 0
        self._needed = self._GOOD
        self._wait = 0.0
        self.allowed = connections
        self.until = 0.0  # nothing leaves before
        self.since: float | None = None  # it has not worked

    def fail(self, now: float, *, longest: float | None = None) -> None:
        """It did not work; failures of one moment count once. ``longest``: another longest wait than 5 min."""
        if self.since is None:
            self.since, self.until = now, 0.0
        self._rest(now, 1, self._FAULT[0], longest or self._FAULT[1])

    def slow_down(self, now: float) -> None:
        """It asks us to slow down; answers of one moment count once."""
        self._rest(now, max(1, self.allowed // 2), *self._SLOW)

    def hold_at(self, connections: int) -> None:
        """It takes no further connection beside so many that work; each time another one is tried later."""
        self.allowed, self._good = max(1, connections), 0
        self._needed = min(2 * self._needed, self._MOST_GOOD)

    def _rest(self, now: float, allowed: int, first: float, longest: float) -> None:
        if now < self.until:
            return
        wait = min(max(self._wait, first), longest)
        self.allowed, self.until, self._wait, self._good = allowed, now + wait, 2 * wait, 0

    def good(self) -> None:
        """It took a message."""
        if self.since is not None:
            self.since, self.until, self._wait = None, 0.0, 0.0
        self._good += 1
        self._wait = self._wait * self._CALMER if self._good < self._WORKS else 0.0
        if self._good >= self._needed * self.allowed:
            self._good = 0
            self.allowed = min(self._most, self.allowed + 1)


class DomainLimits:
    """Messages a second, and messages on their way at once, for the domains that ask for it; "*" is each other one.

    Who comes too early is told when to come again, one after the other, so that they do not all come back together.
    Within one second a domain may get that second's messages at once.
    """

    _FIRST_SECONDS = 0.02  # that a message takes: the first guess is low, for who comes in vain is told again
    _SMOOTH = 0.2  # how quickly the guess is corrected
    _EARLY = 0.7  # somewhat before their turn, so that no place stays empty

    def __init__(self, *, per_second: Mapping[str, float], at_once: Mapping[str, int]) -> None:
        self._per_second = {domain.lower(): rate for domain, rate in per_second.items()}
        self._at_once = {domain.lower(): count for domain, count in at_once.items()}
        self._paid: dict[str, float] = {}  # until when what a domain got is paid by its rate
        self._busy: Counter[str] = Counter()
        self._seconds: dict[str, float] = {}  # that a message takes
        self._at_hand: dict[str, float] = {}  # when the last of those that wait in memory come again
        self._horizon: dict[str, float] = {}  # and of those that wait in the ledger

    def enter(self, domain: str, now: float) -> float:
        """Take one message's place and return 0, or return in how many seconds to ask again."""
        rate = self._per_second.get(domain, self._per_second.get("*"))
        most = self._at_once.get(domain, self._at_once.get("*"))
        paid = max(self._paid.get(domain, now), now)
        if most is not None and self._busy[domain] >= most:
            return self._tell(
                domain, self._EARLY * self._seconds.get(domain, self._FIRST_SECONDS) / most, now
            )
        if rate is not None and paid - now > (max(1.0, rate) - 1) / rate + _ROUNDING:
            return self._tell(domain, 1 / rate, now)
        if rate is not None:
            self._paid[domain] = paid + 1 / rate
        if most is not None:
            self._busy[domain] += 1
        return 0.0

    def _tell(self, domain: str, gap: float, now: float) -> float:
        """Give a turn behind those at hand, so that no place stays empty; where they are many, behind all others."""
        at_hand = max(self._at_hand.get(domain, now), now) + gap
        if at_hand - now <= AT_HAND_SECONDS:
            self._at_hand[domain] = at_hand
            return at_hand - now
        self._horizon[domain] = max(self._horizon.get(domain, now), now + AT_HAND_SECONDS) + gap
        return self._horizon[domain] - now

    def leave(self, domain: str, seconds: float) -> None:
        """Give a place back after so many seconds."""
        if self._busy[domain]:
            self._busy[domain] -= 1
            known = self._seconds.get(domain, seconds)
            self._seconds[domain] = known + self._SMOOTH * (seconds - known)
