"""The one path by which the operator is told. I/O (mail, webhook, database).

By mail, and by webhook when there is no mail or the relay itself is the problem. The same alert is
told again only after ``alerts.repeat_hours``. Whoever calls this goes on: an alert that cannot be
delivered is logged and kept in the ledger (``newsletter doctor`` shows it), never raised. A ledger that
cannot be written (a full disk) keeps nobody from being told: then this process alone remembers that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsletter.config import Settings
from newsletter.delivery.message import personalize, prepare_notice
from newsletter.delivery.relay import hand_over
from newsletter.delivery.signers import load_signers
from newsletter.errors import ConfigError, FetchError, NewsletterError, StoreError
from newsletter.http import HTTPClient
from newsletter.logs import get_log
from newsletter.model import Alert
from newsletter.render.notice import render_alert
from newsletter.store.alerts import raise_alert, record_told
from newsletter.store.engine import Store

_ROUTE_SECONDS = 60.0
_TOO_SLOW = "It was given up after {:g} seconds: newsletter doctor tries the relay."
log = get_log("alerts")
_told_without_ledger: dict[str, datetime] = {}  # key ─▶ when


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting:
    """What telling the operator needs."""

    store: Store
    settings: Settings
    clock: Callable[[], datetime]


def list_addresses(alert: Alert, settings: Settings) -> tuple[str, ...]:
    """Return who is told by mail."""
    operators = settings.desk.operators if alert.for_operators else ()
    return tuple({address.lower(): address for address in (*settings.alerts.mail_to, *operators)}.values())


def choose_routes(alert: Alert, settings: Settings) -> tuple[str, ...]:
    """Return the routes to try, in order, until one has reached the operator."""
    routes = [
        *(["mail"] if list_addresses(alert, settings) else []),
        *(["webhook"] if settings.alerts.webhook_url.get_secret_value() else []),
    ]
    relay_is_down = alert.key.startswith("relay")
    return tuple(sorted(routes, key=lambda route: (route == "mail") is relay_is_down))


async def tell(alerting: Alerting, alert: Alert, *, seconds: float = _ROUTE_SECONDS) -> bool:
    """Tell the operator, unless the same was told of late. Return whether it reached anybody now.

    Each route gets so many ``seconds``: who tells has an issue to compose.
    """
    store, settings, now = alerting.store, alerting.settings.alerts, alerting.clock()
    not_since = now - timedelta(hours=settings.repeat_hours)
    try:
        # In a thread: a database that another program holds must not keep messages in flight waiting.
        alert_id = await asyncio.to_thread(raise_alert, store, alert, now, not_since=not_since)
        if alert_id is None:
            return False
    except StoreError as error:
        log.warning("alert not in the ledger", key=alert.key, error=str(error))
        if _told_without_ledger.get(alert.key, not_since) > not_since:
            return False
        alert_id = None
    log.warning("alert", key=alert.key, subject=alert.subject)
    for route in choose_routes(alert, alerting.settings):
        try:
            async with asyncio.timeout(seconds):
                await (_mail if route == "mail" else _post)(alerting, alert)
        except (NewsletterError, TimeoutError) as error:
            why = f"{error} {error.hint}" if isinstance(error, NewsletterError) else _TOO_SLOW.format(seconds)
            log.error("alert not delivered", key=alert.key, route=route, error=why)  # noqa: TRY400 - expected
            await _record(store, alert_id, now, route, error=why.strip())
        else:
            await _record(store, alert_id, now, route)
            if alert_id is None:
                _told_without_ledger[alert.key] = now
            return True
    return False


async def _mail(alerting: Alerting, alert: Alert) -> None:
    settings, identity, now = alerting.settings, alerting.settings.newsletter, alerting.clock()
    rendered = render_alert(alert.subject, alert.body, identity)
    try:
        signers = load_signers(settings)
    except ConfigError:  # which this very alert may be about
        signers = ()
    prepared = prepare_notice(rendered, identity, "alert", signers=signers)
    for number, address in enumerate(list_addresses(alert, settings)):
        name = f"alert-{now:%Y%m%d%H%M%S%f}-{number}"
        message = personalize(
            prepared, address=address, token="", message_id=f"<{name}@{identity.domain}>", date=now
        )
        await hand_over(settings, address, message, name)


async def _post(alerting: Alerting, alert: Alert) -> None:
    settings = alerting.settings
    url = settings.alerts.webhook_url.get_secret_value()
    payload = {"key": alert.key, "subject": alert.subject, "text": f"{alert.subject}\n\n{alert.body}"}
    async with HTTPClient(settings.collect, contact=settings.newsletter.base_url) as client:
        try:
            await client.post_json(url, payload)
        except FetchError as error:
            raise FetchError(
                str(error), hint="Look at alerts.webhook_url, and at what answers there."
            ) from error


async def _record(store: Store, alert_id: int | None, now: datetime, route: str, *, error: str = "") -> None:
    """Write down what came of it, where the ledger has the alert and can be written."""
    if alert_id is None:
        return
    try:
        await asyncio.to_thread(record_told, store, alert_id, now, route=route, error=error or None)
    except StoreError as refusal:
        log.warning("alert not in the ledger", error=str(refusal))


async def ping_heartbeat(settings: Settings) -> None:
    """Tell the heartbeat URL, where there is one, that a run was completed. Raises FetchError."""
    if url := settings.alerts.heartbeat_url.get_secret_value():
        async with HTTPClient(settings.collect, contact=settings.newsletter.base_url) as client:
            await client.post_json(url, None)
