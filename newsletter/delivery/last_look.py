"""The last look before a message is handed over: consent, suppression, pause, cancel. I/O (database, clock)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from newsletter.errors import StoreError
from newsletter.logs import get_log
from newsletter.model import IssueId
from newsletter.store.claims import Withdrawn, find_withdrawn
from newsletter.store.engine import Store
from newsletter.store.ledger import Claim, Ledger

LOOK_SECONDS = 0.05  # a look was taken no longer ago than this when a message is handed over
_LOOK_AGAIN_SECONDS = 1.0  # after the database refused a look

log = get_log("delivery")


class LastLook:
    """What was found when it was looked at last whether the claims in hand may still be sent.

    Mostly an exchange with the ledger looks. Where its commit waits for a slow disk, a read beside it does: that waits
    for nobody.
    """

    def __init__(self, store: Store, take_leavings: Callable[[], None]) -> None:
        self._store = store
        self._take_leavings = take_leavings  # of who left while the ledger took nothing
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="look")
        self._looking: asyncio.Task[None] | None = None
        self._withdrawn: dict[tuple[Ledger, int], str] = {}
        self._paused: frozenset[IssueId] = frozenset()
        self._looked = float("-inf")

    async def renew(self, in_hand: Callable[[], Iterable[Claim]]) -> None:
        """Return once all of ``in_hand`` were looked at within ``LOOK_SECONDS``."""
        while time.monotonic() - self._looked > LOOK_SECONDS:
            self._looking = self._looking or asyncio.create_task(self._look(tuple(in_hand())))
            await asyncio.shield(self._looking)  # one look serves all who wait for it

    async def _look(self, held: tuple[Claim, ...]) -> None:
        began = time.monotonic()
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._thread, self._read, held)
        except StoreError as error:
            log.warning("look_refused", error=str(error))
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        else:
            self.note(found, began)
        finally:
            self._looking = None

    def _read(self, held: tuple[Claim, ...]) -> Withdrawn:
        self._take_leavings()
        with self._store.read() as connection:
            return find_withdrawn(connection, held)

    def note(self, found: Withdrawn, began: float) -> None:
        """Remember what a look found, unless a later one is known."""
        if began >= self._looked:
            self._withdrawn = dict(found.reasons)
            self._paused = found.held
            self._looked = began

    def is_of(self, began: float) -> None:
        """Claims were made at that moment: whoever looked since then knew nothing of them."""
        self._looked = began

    def why_not(self, claim: Claim) -> str | None:
        """Return why a claim in hand may no longer be handed over, or None."""
        return self._withdrawn.get((claim.ledger, claim.id))

    def is_paused(self, claim: Claim) -> bool:
        """Whether the issue of a claim was paused or cancelled: it goes back."""
        return claim.issue in self._paused

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=True)
