"""How often somebody may ask. Pure but for what it remembers."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

_MINUTE = timedelta(minutes=1)
_MOST = 10_000  # that are remembered before those of minutes ago are forgotten


class RateLimit:
    """At most so many requests a minute by one network or token. In memory: a restart forgives."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._times: dict[str, deque[datetime]] = {}
        self._lock = Lock()

    def allows(self, who: str, now: datetime) -> bool:
        """Count one request; whether it is within the limit."""
        with self._lock:
            if len(self._times) >= _MOST:
                self._forget(now)
            times = self._times.setdefault(who, deque(maxlen=self.most))
            if len(times) == self.most and now - times[0] < _MINUTE:
                return False
            times.append(now)
            return True

    def _forget(self, now: datetime) -> None:
        self._times = {name: times for name, times in self._times.items() if now - times[-1] < _MINUTE}
