"""What a sender does beside sending: what dead senders left, the uncertain, the too late. I/O (database, disk)."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from newsletter.config import DeliverySettings
from newsletter.delivery.flight_log import dead_senders, living_owners
from newsletter.delivery.ledger_sync import LedgerSync
from newsletter.delivery.outcome_handler import Alert
from newsletter.delivery.relay_pool import RelayPool
from newsletter.logs import get_log
from newsletter.model import IssueId
from newsletter.store import claims, deliveries, endings, monitoring, notices, recovery
from newsletter.store.engine import Store

NOTICE_HOURS = 48  # a confirm mail that comes later confuses more than it helps
_SOON_SECONDS = 30.0  # who was tried before is waited for so long; a first retry is minutes later
_UNRECORDED_SECONDS = 2.0  # what was sent longer ago is in the ledger

log = get_log("delivery")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """Everything here runs on the sender's one store thread."""

    store: Store
    ledger: LedgerSync
    flights: Path
    settings: DeliverySettings
    alert: Alert
    clock: Callable[[], datetime]

    async def tidy(self) -> None:
        """Finish what dead senders left, end what is too late."""
        await self.ledger.call(self._recover)
        await self.settle_uncertain()
        await self.ledger.call(self._end_late)

    def _end_late(self) -> None:
        now = self.clock()
        frozen_before = now - timedelta(hours=self.settings.expire_hours)
        created_before = now - timedelta(hours=NOTICE_HOURS)
        late = endings.expire_deliveries(self.store, now=now, frozen_before=frozen_before)
        endings.end_cancelled(self.store, now=now)
        late += notices.expire_notices(self.store, now=now, created_before=created_before)
        if late:
            log.warning("expired", count=late)

    def _recover(self) -> None:
        now = self.clock()
        with dead_senders(self.flights) as dead:
            for sender in dead:
                sent, uncertain, back = recovery.recover_owner(
                    self.store, sender.owner, now=now, handed_over=sender.handed_over, taken=sender.taken
                )
                log.warning(
                    "sender_died", owner=sender.owner, sent=sent, uncertain=uncertain, given_back=back
                )
        recovery.recover_expired(self.store, now=now, alive=living_owners(self.flights))

    async def note_relays(self, pool: RelayPool) -> None:
        """Note down that this machine sends, and which relays work: /metrics shows it."""
        relays = {pooled.relay.name: pooled.backoff.since is None for pooled in pool}
        await self.ledger.call(
            lambda: monitoring.note_sender(self.store, socket.gethostname(), self.clock(), relays)
        )

    async def settle_uncertain(self) -> int:
        """Apply the rule of the settings; return how many go out once more. What is held, the operator hears."""
        again, held = await self.ledger.call(
            lambda: recovery.settle_uncertain(self.store, rule=self.settings.uncertain, now=self.clock())
        )
        if held and (asked := await self.ledger.call(lambda: recovery.list_held(self.store))):
            body = "\n\n".join(map(recovery.ask_of_held, asked))
            number = sum(one.count for one in asked)
            self.alert("deliveries-held", f"{number} deliveries may have arrived: did they?", body)
        return again

    async def next_return(self) -> float | None:
        """In how many seconds the first comes again that a domain's limit put off, whoever's sender; None: nobody."""
        now = self.clock()
        until = now + timedelta(seconds=_SOON_SECONDS)
        first = await self.ledger.call(lambda: claims.find_next_return(self.store, until=until))
        return None if first is None else (first - now).total_seconds()

    async def finish_issues(self) -> tuple[IssueId, ...]:
        """Mark the issues whose last delivery has ended as sent, end strays of cancelled ones; return the former."""
        await self.ledger.call(lambda: endings.end_cancelled(self.store, now=self.clock()))
        return await self.ledger.call(lambda: endings.finish_issues(self.store, now=self.clock()))

    async def count_sent(self, pool: RelayPool) -> None:
        """Count against the limits an hour and a day what the ledger has, also of other senders."""
        now, moment = self.clock(), time.monotonic()
        for pooled in pool:
            if most := pooled.allowance.most:
                since = now - timedelta(days=1)
                find = partial(
                    deliveries.sent_times, self.store, relay=pooled.relay.name, since=since, newest=most
                )
                times = await self.ledger.call(find)
                earlier = (moment - (now - sent).total_seconds() for sent in times)
                pooled.allowance.seed(earlier, until=moment - _UNRECORDED_SECONDS)

    async def recall_taken(self, pool: RelayPool) -> None:
        """Look up when each relay took a delivery last: a sender that begins knows nothing of them."""
        since = self.clock() - timedelta(days=1)
        for pooled in pool:
            find = partial(deliveries.sent_times, self.store, relay=pooled.relay.name, since=since, newest=1)
            pooled.taken_at = next(iter(await self.ledger.call(find)), None)
