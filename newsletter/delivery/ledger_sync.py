"""A sender's exchanges with the ledger: one transaction for many answers, on one store thread. I/O (database).

Everything a sender holds is in here: what it claimed, what was answered and is not yet recorded. The
number of unrecorded answers is bounded, because each of them is a double if the machine loses its power now.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from newsletter.config import DeliverySettings
from newsletter.delivery.last_look import LastLook
from newsletter.delivery.returned_mail import judge_refusal, soft_limit
from newsletter.errors import StoreError
from newsletter.logs import get_log
from newsletter.model import DeliveryStatus
from newsletter.store.bounces import record_bounces
from newsletter.store.claims import renew_leases
from newsletter.store.engine import Store
from newsletter.store.ledger import Claim, Ledger, Recorded
from newsletter.store.sender_exchange import After, Exchanged, ExchangeRequest, exchange

_HELD = 0.9  # of a lease: the rest is for a message on its way
COMMIT_SECONDS = 0.02  # the group-commit window: answers of so long share a transaction

Key = tuple[Ledger, int]
Made = TypeVar("Made")
log = get_log("delivery")


class LedgerSync:
    """What one sender holds of the ledger."""

    def __init__(
        self,
        store: Store,
        owner: str,
        settings: DeliverySettings,
        clock: Callable[[], datetime],
        take_leavings: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._take_leavings = take_leavings
        self._owner = owner
        self._settings = settings
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._answers: list[Recorded] = []
        self._returned: list[Claim] = []
        self._unrecorded = 0
        self._unsure = False  # an exchange failed, and may have been committed all the same
        self._held_until: datetime | None = None
        self._held_monotonic = float("-inf")
        self._lapsed: set[Key] = set()  # given up, whatever clocks say since: held when the leases lapsed
        self._needed = asyncio.Event()
        self._full = asyncio.Event()
        self._exchanged = asyncio.Event()
        self.queue: asyncio.Queue[Claim] = asyncio.Queue()
        self.in_hand: dict[Key, Claim] = {}
        self.last_look = LastLook(store, take_leavings)
        self.counts: Counter[DeliveryStatus] = Counter()
        self.found_nothing = False

    async def call(self, work: Callable[[], Made]) -> Made:
        """Run a store function on the one store thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    # What the connections do.

    def answer(self, recorded: Recorded) -> None:
        """Take an answer to be recorded."""
        self._answers.append(recorded)
        self._unrecorded += 1
        self._needed.set()
        if self._unrecorded * 2 >= self._settings.batch:
            self._full.set()

    def give_back(self, claim: Claim) -> None:
        """Take a claim back that was not handed over."""
        self._returned.append(claim)
        self._needed.set()

    def give_up_waiting(self) -> None:
        """Let every claim in hand come back that is not on its way: others are to be tried before."""
        self._lapsed = set(self.in_hand)

    async def wait_for_room(self) -> None:
        """Wait while as many answers are unrecorded as may ever be."""
        while self._unrecorded >= self._settings.batch:
            self._exchanged.clear()
            self.wake()
            await self._exchanged.wait()

    def wake(self) -> None:
        """Ask for an exchange now."""
        self._needed.set()
        self._full.set()

    def is_ours(self, claim: Claim) -> bool:
        """Whether the claim may be handed over: its lease held all the time, its issue is not paused."""
        key = (claim.ledger, claim.id)
        is_held = self.in_hand.get(key) is claim and key not in self._lapsed
        return is_held and self._holds() and not self.last_look.is_paused(claim)

    def _holds(self) -> bool:
        until = self._held_until
        return until is not None and self._clock() < until and time.monotonic() < self._held_monotonic

    # What the ledger task does.

    async def wait(self, seconds: float) -> None:
        """Wait until an exchange is needed, at most so long; then for the rest of the commit window."""
        try:
            async with asyncio.timeout(seconds):
                await self._needed.wait()
        except TimeoutError:
            return
        try:
            async with asyncio.timeout(COMMIT_SECONDS):
                await self._full.wait()
        except TimeoutError:
            return

    def _exchange_in_database(self, request: ExchangeRequest) -> Exchanged:
        """Do it in the database, once everyone who was noted down has left there."""
        self._take_leavings()
        return exchange(self._store, self._owner, request)

    async def exchange(self, *, claiming: bool, avoided: frozenset[str] = frozenset()) -> int:
        """Record, give back, look, claim; return how many answers were recorded.

        Deliveries to ``avoided`` domains are not claimed.
        Raises StoreError with nothing lost: the same answers go into the next exchange.
        """
        self._needed.clear()
        self._full.clear()
        answers, self._answers = self._answers, []
        returned, self._returned = self._returned, []
        room = self._settings.batch - self.queue.qsize()
        want = room if claiming and room * 2 >= self._settings.batch else 0
        unsure, began, now = self._unsure, time.monotonic(), self._clock()
        settled = {(item.claim.ledger, item.claim.id) for item in answers}
        settled.update((claim.ledger, claim.id) for claim in returned)
        held = tuple(claim for key, claim in self.in_hand.items() if key not in settled)
        try:
            result = await self.call(
                lambda: self._exchange_in_database(
                    ExchangeRequest(
                        outcomes=answers,
                        after=self._bounces_of(answers),
                        released=returned,
                        in_hand=held,
                        want=want,
                        avoided=avoided,
                        now=now,
                        lease_seconds=self._settings.lease_seconds,
                        unsure=unsure,
                    ),
                )
            )
        except StoreError:
            self._unsure = True
            self._answers[:0] = answers
            self._returned[:0] = returned
            raise
        self._unsure = False
        if result.recorded != len(answers) + len(returned) and not unsure:
            log.warning("lease_lost", answers=len(answers), recorded=result.recorded)
        for key in settled:
            self.in_hand.pop(key, None)
        self._unrecorded -= len(answers)
        self.counts.update(item.outcome.status for item in answers if item.tried)
        self.last_look.note(result.withdrawn, began)
        if result.claims:
            self.last_look.is_of(began)
            if not self._holds():
                # The first leases, or the first after ours lapsed: a clock that jumped, a machine that slept.
                self._hold(now, began)
                self._lapsed = set(self.in_hand)
            for claim in result.claims:
                self._lapsed.discard((claim.ledger, claim.id))
                self.in_hand[claim.ledger, claim.id] = claim
                self.queue.put_nowait(claim)
        self.found_nothing = want > 0 and not result.claims
        self._exchanged.set()
        return len(answers)

    def _bounces_of(self, answers: list[Recorded]) -> After | None:
        """A refusal of a recipient is a bounce, and a dead address is suppressed in the same transaction."""
        refused = [item for item in answers if item.outcome.status is DeliveryStatus.BOUNCED]
        found = [judge_refusal(item.claim, item.outcome, item.at) for item in refused]
        known = [bounce for bounce in found if bounce is not None]
        if not known:
            return None
        return partial(record_bounces, found=known, limit=soft_limit(self._settings))

    def _hold(self, now: datetime, monotonic: float) -> None:
        """Remember the shortest of our leases."""
        seconds = self._settings.lease_seconds * _HELD
        self._held_until = now + timedelta(seconds=seconds)
        self._held_monotonic = monotonic + seconds

    async def renew(self) -> None:
        """Hold everything in hand for longer."""
        now, monotonic = self._clock(), time.monotonic()
        await self.call(
            lambda: renew_leases(
                self._store, self._owner, now=now, lease_seconds=self._settings.lease_seconds
            )
        )
        self._hold(now, monotonic)

    @property
    def is_recorded(self) -> bool:
        """Whether nothing is left to write down, and what was written is known."""
        return not self._answers and not self._returned and not self._unrecorded and not self._unsure

    def close(self) -> None:
        """End the threads."""
        self._thread.shutdown(wait=True)
        self.last_look.close()
