"""How fast one host is asked: a wait between requests, and few at once. I/O (sleeps)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_AT_ONCE = 2  # requests to one host: a host that hangs must not hold more of the pool
_LONGEST_WAIT = 30.0  # seconds of a crawl delay that are honoured


class Pace:
    """Slots of requests: ``delay`` seconds apart on one host, ``concurrency`` at once over all."""

    def __init__(self, delay: float, concurrency: int) -> None:
        self._delay = delay
        # Taken alone for a robots.txt: a host is asked for it once, and without a wait.
        self.slots = asyncio.Semaphore(concurrency)
        self._hosts: dict[str, asyncio.Semaphore] = {}
        self._free: dict[str, float] = {}  # host ─▶ when it may be asked again

    @asynccontextmanager
    async def slot(self, host: str, crawl_delay: float | None = None) -> AsyncIterator[None]:
        """Wait for the host's turn, then hold one slot. Waiting for a turn holds no slot."""
        delay = max(self._delay, min(crawl_delay or 0.0, _LONGEST_WAIT))
        async with self._hosts.setdefault(host, asyncio.Semaphore(_AT_ONCE)):
            now = time.monotonic()
            turn = max(now, self._free.get(host, 0.0))
            self._free[host] = turn + delay
            if turn > now:
                await asyncio.sleep(turn - now)
            async with self.slots:
                yield
