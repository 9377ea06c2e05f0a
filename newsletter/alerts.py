"""The one path by which the operator is told. I/O (mail, webhook).

By mail, and by webhook when there is no mail or the relay itself is the problem. The same alert is
told again only after ``alerts.repeat_hours``. Whoever calls this goes on: an alert that cannot be
delivered is logged and kept in the ledger (``newsletter doctor`` shows it), never raised. A ledger that
cannot be written (a full disk) keeps nobody from being told: then this process alone remembers that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from newsletter.config import Alerts
from newsletter.errors import NewsletterError, StoreError
from newsletter.logs import get_log
from newsletter.store.alerts import Alert, raise_alert, record_told
from newsletter.store.engine import Store

SendMail = Callable[[str, str], Awaitable[None]]  # subject, body ─▶ to every operator; raises RelayError
PostJSON = Callable[[str, dict[str, str]], Awaitable[None]]  # URL, payload; raises FetchError

log = get_log("alerts")
_told_without_ledger: dict[str, datetime] = {}  # key ─▶ when


def choose_routes(alert: Alert, settings: Alerts) -> tuple[str, ...]:
    """Return the routes to try, in order, until one has reached the operator."""
    routes = [
        *(["mail"] if settings.mail_to else []),
        *(["webhook"] if settings.webhook_url.get_secret_value() else []),
    ]
    relay_is_down = alert.key.startswith("relay")
    return tuple(sorted(routes, key=lambda route: (route == "mail") is relay_is_down))


async def tell_operator(
    alert: Alert,
    *,
    store: Store,
    settings: Alerts,
    now: datetime,
    send_mail: SendMail,
    post_json: PostJSON,
) -> bool:
    """Tell the operator, unless the same was told of late. Return whether it reached anybody now."""
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
    for route in choose_routes(alert, settings):
        try:
            if route == "mail":
                await send_mail(alert.subject, alert.body)
            else:
                payload = {
                    "key": alert.key,
                    "subject": alert.subject,
                    "text": f"{alert.subject}\n\n{alert.body}",
                }
                await post_json(settings.webhook_url.get_secret_value(), payload)
        except NewsletterError as error:
            log.error("alert not delivered", key=alert.key, route=route, error=str(error))  # noqa: TRY400 - expected
            await _record(store, alert_id, now, route, error=f"{error} {error.hint}".strip())
        else:
            await _record(store, alert_id, now, route)
            if alert_id is None:
                _told_without_ledger[alert.key] = now
            return True
    return False


async def _record(store: Store, alert_id: int | None, now: datetime, route: str, *, error: str = "") -> None:
    """Write down what came of it, where the ledger has the alert and can be written."""
    if alert_id is None:
        return
    try:
        await asyncio.to_thread(record_told, store, alert_id, now, route=route, error=error or None)
    except StoreError as refusal:
        log.warning("alert not in the ledger", error=str(refusal))
