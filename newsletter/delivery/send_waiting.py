"""The sender, put together, around ``send_due``; and a test to one address. I/O (relay, database, signals).

``newsletter run``, ``newsletter worker`` and the sender process call it; the ledger alone decides what is sent.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext

from newsletter.delivery.message import personalize, prepare_message, why_unmailable
from newsletter.delivery.operator_alerts import tell
from newsletter.delivery.prepare_messages import Sending, build_writer
from newsletter.delivery.relay import build_relays, hand_over
from newsletter.delivery.send import SendReport, send_due
from newsletter.delivery.signers import load_signers
from newsletter.errors import InputError
from newsletter.logs import get_log
from newsletter.model import Alert, DeliveryStatus, IssueKey, SubscriberId
from newsletter.store.issues import open_issue
from newsletter.subscribers.consent import make_register
from newsletter.subscribers.noted_leavings import NotedLeavings
from newsletter.subscribers.tokens import Purpose, sign

OnProgress = Callable[[Mapping[DeliveryStatus, int]], None]
_ALERT_SECONDS = 0.5  # for alerts on their way when the sender is told to end
log = get_log("sending")


async def send_waiting(
    sending: Sending,
    *,
    stop: asyncio.Event,
    until_idle: bool,
    patience: float | None = None,
    on_progress: OnProgress | None = None,
) -> SendReport:
    """Send what is due: all of it and return, or for ever until ``stop`` is set.

    SIGTERM ends a call that would return by itself as ``stop`` does, and then the process: what is in flight
    gets its answer first.
    """
    with _drained_before_sigterm(stop) if until_idle else nullcontext():
        relays = build_relays(sending.settings)
        pending: set[asyncio.Task[bool]] = set()

        def alert(key: str, subject: str, body: str) -> None:
            task = asyncio.create_task(tell(sending, Alert(key, subject, body)))
            pending.add(task)
            task.add_done_callback(pending.discard)

        register = make_register(sending.store, sending.keys, sending.settings)
        flights = sending.settings.data / "flights"
        flights.mkdir(parents=True, exist_ok=True)
        try:
            return await send_due(
                sending.store,
                relays,
                build_writer(sending),
                sending.settings.delivery,
                flights=flights,
                stop=stop,
                alert=alert,
                until_idle=until_idle,
                patience=patience,
                on_progress=on_progress,
                clock=sending.clock,
                take_leavings=NotedLeavings(data=sending.settings.data, register=register).take_in,
            )
        finally:
            await _end_alerts(pending, in_time=stop.is_set())
            for relay in relays:
                await relay.close()


@contextmanager
def _drained_before_sigterm(stop: asyncio.Event) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's
        return
    loop, told = asyncio.get_running_loop(), threading.Event()

    def end() -> None:
        told.set()
        stop.set()

    loop.add_signal_handler(signal.SIGTERM, end)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
    if told.is_set():
        signal.raise_signal(signal.SIGTERM)


async def _end_alerts(pending: set[asyncio.Task[bool]], *, in_time: bool) -> None:
    """Let alerts reach the operator; with ``in_time`` one that hangs with the relay is not waited for."""
    if pending:
        _, late = await asyncio.wait(pending, timeout=_ALERT_SECONDS if in_time else None)
        for task in late:
            task.cancel()
        if late:
            log.warning("alerts_not_told", count=len(late))
        await asyncio.gather(*late, return_exceptions=True)


async def send_test(sending: Sending, key: IssueKey, address: str) -> str:
    """Send an issue to one address, outside the ledger; return the relay's own words.

    Its unsubscribe link leads to the page but belongs to nobody.
    """
    if why := why_unmailable(address):
        raise InputError(f"{address!r} {why}.", hint="Write it as name@example.org.")
    stored = open_issue(sending.store, key)
    settings, now = sending.settings, sending.clock()
    prepared = prepare_message(
        stored.rendered, settings.of(key.edition).newsletter, key=key, signers=load_signers(settings)
    )
    name = f"{now:%Y%m%d%H%M%S%f}"
    message = personalize(
        prepared,
        address=address,
        token=sign(sending.keys, Purpose.UNSUBSCRIBE, SubscriberId(0), edition=key.edition),
        message_id=f"<test.{name}@{settings.newsletter.domain}>",
        date=now,
    )
    return await hand_over(settings, address, message, f"test-{name}")
