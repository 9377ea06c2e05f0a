"""``newsletter doctor``: what works, what does not, and what to do. I/O (everything, read only)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from newsletter.app import App
from newsletter.delivery.relay import SMTPRelay
from newsletter.delivery.returned_mail import ComplaintLevel, rate_complaints
from newsletter.errors import NewsletterError
from newsletter.mailing import build_relays, load_signers
from newsletter.store import migrate, subscribers
from newsletter.store.alerts import list_alerts
from newsletter.store.sources import load_states


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One thing that was looked at. ``hint`` says what to do where it is not ``ok``."""

    what: str
    ok: bool
    detail: str
    hint: str = ""


async def examine(app: App, *, describe_due: Callable[[], str]) -> tuple[Examined, ...]:
    """Look at each part by itself: one that is broken hides no other. ``describe_due`` says what is due next."""
    parts: tuple[tuple[str, Callable[[App], Awaitable[Examined]]], ...] = (
        ("settings", _settings),
        ("sources and lexicon", _files),
        ("database", _database),
        ("subscribers", _subscribers),
        ("source health", _health),
        ("signatures", _signatures),
        ("relay", _relay),
        ("second relay", _second_relay),
        ("schedule", lambda _: _schedule(describe_due)),
        ("complaints", _complaints),
        ("alerts", _alerts),
    )
    found = []
    for what, part in parts:
        try:
            found.append(await part(app))
        except NewsletterError as error:
            found.append(Examined(what=what, ok=False, detail=str(error), hint=error.hint))
    return tuple(found)


async def _settings(app: App) -> Examined:
    identity, relay = app.settings.newsletter, app.settings.relay
    missing = []
    if not identity.postal_address:
        missing.append("newsletter.postal_address is empty: the law of many countries wants one in each mail")
    if not identity.base_url.startswith("https://"):
        missing.append(f"newsletter.base_url is {identity.base_url}: one-click unsubscribe needs https")
    if not app.settings.alerts.mail_to and not app.settings.alerts.webhook_url.get_secret_value():
        missing.append("[alerts] names nobody: nobody will hear of a failure")
    if relay.type == "smtp" and relay.username and not relay.password.get_secret_value():
        missing.append(
            "relay.username is set and relay.password is not: NEWSLETTER_RELAY__PASSWORD_FILE names a file"
        )
    if relay.type == "smtp" and relay.username and relay.security == "none":
        missing.append('relay.security is "none": the password would travel in the clear')
    return Examined(
        what="settings",
        ok=not missing,
        detail="complete" if not missing else "\n    ".join(("incomplete", *missing)),
        hint=f"Edit {_name_file(app)} (or set the NEWSLETTER_* variable)." if missing else "",
    )


def _name_file(app: App) -> str:
    return str(app.config_folder / "newsletter.toml") if app.config_folder else "config/newsletter.toml"


async def _files(app: App) -> Examined:
    on = sum(source.enabled is not False for source in app.sources)
    return Examined(
        what="sources and lexicon",
        ok=on > 0,
        detail=f"{on} of {len(app.sources)} sources are on, {len(app.lexicon.sections)} sections",
        hint=""
        if on
        else "newsletter sources add URL adds one; enabled = false in sources.toml turns one off.",
    )


async def _database(app: App) -> Examined:
    migrate.check_version(app.raw_store)
    current = migrate.is_current(app.raw_store)
    return Examined(
        what="database",
        ok=current,
        detail="up to date" if current else "not made yet, or of an earlier version",
        hint="" if current else "newsletter db upgrade brings it up to date; so do serve and run.",
    )


async def _subscribers(app: App) -> Examined:
    with app.store.read() as connection:
        counts = subscribers.count_subscribers(connection)
    words = ", ".join(f"{number} {status}" for status, number in counts.items())
    return Examined(what="subscribers", ok=True, detail=words)


async def _health(app: App) -> Examined:
    states = load_states(app.store)
    failing = [
        key for key, state in states.items() if state.failures >= app.settings.collect.alert_after_failures
    ]
    return Examined(
        what="source health",
        ok=not failing,
        detail=f"{len(states)} read so far, {len(failing)} failing{': ' + ', '.join(failing) if failing else ''}",
        hint="newsletter sources check KEY" if failing else "",
    )


async def _signatures(app: App) -> Examined:
    signers = load_signers(app)
    names = ", ".join(f"{signer.selector}._domainkey.{signer.domain}" for signer in signers)
    return Examined(what="signatures", ok=True, detail=names or "none made here: the relay must sign")


async def _relay(app: App) -> Examined:
    return await _try_relay(app, 0, what="relay", table="[relay]")


async def _second_relay(app: App) -> Examined:
    what = "second relay"
    if app.settings.relay.type == "folder" or not app.settings.relay_failover.host:
        return Examined(what=what, ok=True, detail="none: while the first one does not work, sending waits")
    return await _try_relay(app, 1, what=what, table="[relay_failover]")


async def _try_relay(app: App, number: int, *, what: str, table: str) -> Examined:
    """Open a connection to one of the relays, with TLS and the password where they are set."""
    relays = build_relays(app)
    relay = relays[number]
    try:
        fault = await relay.check() if isinstance(relay, SMTPRelay) else None
    finally:
        for one in relays:
            await one.close()
    if fault is None:
        return Examined(what=what, ok=True, detail=f"{relay.name} answers")
    return Examined(
        what=what,
        ok=False,
        detail=f"{relay.name} at {fault.phase}: {fault.reason}",
        hint=f"Check {table} in {_name_file(app)}.",
    )


async def _schedule(describe_due: Callable[[], str]) -> Examined:
    return Examined(what="schedule", ok=True, detail=describe_due())


async def _complaints(app: App) -> Examined:
    level, words = rate_complaints(app.store, app.settings.bounces, now=app.clock())
    ok = level is ComplaintLevel.FINE
    return Examined(
        what="complaints",
        ok=ok,
        detail=words,
        hint=""
        if ok
        else "Providers refuse mail at 0.3%. newsletter bounces --json lists them: find out why.",
    )


async def _alerts(app: App) -> Examined:
    untold = [item for item in list_alerts(app.store) if item.told is None]
    detail = (
        f"{len(untold)} could not be delivered"
        if untold
        else "every alert reached somebody, or there was none"
    )
    hint = (
        f"The newest: {untold[0].alert.subject}. {untold[0].error or 'Nobody is named in [alerts].'}"
        if untold
        else ""
    )
    return Examined(what="alerts", ok=not untold, detail=detail, hint=hint)
