"""``newsletter doctor``: what works, what does not, and what to do. I/O (everything, read only)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from newsletter.config import Settings
from newsletter.delivery.hand_over import build_relays
from newsletter.delivery.relay import SMTPRelay
from newsletter.delivery.returned_mail import ComplaintLevel, rate_complaints
from newsletter.delivery.signers import load_signers
from newsletter.errors import NewsletterError
from newsletter.model import Source
from newsletter.store import migrate, subscribers
from newsletter.store.alerts import list_alerts
from newsletter.store.engine import Store
from newsletter.store.private_files import list_open
from newsletter.store.restored import find_restored
from newsletter.store.sources import load_states
from newsletter.stories.lexicon import Lexicon


@dataclass(frozen=True, slots=True, kw_only=True)
class Examining:
    """What there is to look at; what can be broken is opened by the part that looks at it."""

    settings: Settings
    settings_file: str
    clock: Callable[[], datetime]
    read_sources: Callable[[], tuple[Source, ...]]
    read_lexicon: Callable[[], Lexicon]
    open_database: Callable[[], Store]  # as it is, whatever its revision
    open_store: Callable[[], Store]
    describe_due: Callable[[], str]  # what is due next
    look_at_backups: Callable[[], Examined]
    try_model: Callable[[], Awaitable[Examined]]  # one sample question, where a language model is set


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One thing that was looked at. ``hint`` says what to do where it is not ``ok``."""

    what: str
    ok: bool
    detail: str
    hint: str = ""


async def examine(it: Examining) -> tuple[Examined, ...]:
    """Look at each part by itself: one that is broken hides no other."""
    parts: tuple[tuple[str, Callable[[Examining], Awaitable[Examined]]], ...] = (
        ("settings", _settings),
        ("sources and lexicon", _files),
        ("database", _database),
        ("private files", _private_files),
        ("subscribers", _subscribers),
        ("source health", _health),
        ("signatures", _signatures),
        ("relay", _relay),
        ("second relay", _second_relay),
        ("language model", lambda it: it.try_model()),
        ("schedule", _schedule),
        ("backup", _backup),
        ("restore", _restore),
        ("complaints", _complaints),
        ("alerts", _alerts),
    )
    found = []
    for what, part in parts:
        try:
            found.append(await part(it))
        except NewsletterError as error:
            found.append(Examined(what=what, ok=False, detail=str(error), hint=error.hint))
    return tuple(found)


async def _settings(it: Examining) -> Examined:
    identity, relay = it.settings.newsletter, it.settings.relay
    missing = []
    if not identity.postal_address:
        missing.append("newsletter.postal_address is empty: the law of many countries wants one in each mail")
    if not identity.base_url.startswith("https://"):
        missing.append(f"newsletter.base_url is {identity.base_url}: one-click unsubscribe needs https")
    if not it.settings.alerts.mail_to and not it.settings.alerts.webhook_url.get_secret_value():
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
        hint=f"Edit {it.settings_file} (or set the NEWSLETTER_* variable)." if missing else "",
    )


async def _files(it: Examining) -> Examined:
    sources, lexicon = it.read_sources(), it.read_lexicon()
    on = sum(source.enabled is not False for source in sources)
    return Examined(
        what="sources and lexicon",
        ok=on > 0,
        detail=f"{on} of {len(sources)} sources are on, {len(lexicon.sections)} sections",
        hint=""
        if on
        else "newsletter sources add URL adds one; enabled = false in sources.toml turns one off.",
    )


async def _database(it: Examining) -> Examined:
    database = it.open_database()
    migrate.check_version(database)
    current = migrate.is_current(database)
    return Examined(
        what="database",
        ok=current,
        detail="up to date" if current else "not made yet, or of an earlier version",
        hint="" if current else "newsletter db upgrade brings it up to date; so do serve and run.",
    )


async def _private_files(it: Examining) -> Examined:
    found = list_open(it.settings.data, it.open_database().file)
    return Examined(
        what="private files",
        ok=not found,
        detail=f"others may read {', '.join(map(str, found))}"
        if found
        else "data folder, database and keys are ours alone",
        hint="They hold addresses and keys: chmod go= FILE as their owner, or mount a disk that knows owners."
        if found
        else "",
    )


async def _subscribers(it: Examining) -> Examined:
    with it.open_store().read() as connection:
        counts = subscribers.count_subscribers(connection)
    words = ", ".join(f"{number} {status}" for status, number in counts.items())
    return Examined(what="subscribers", ok=True, detail=words)


async def _health(it: Examining) -> Examined:
    states = load_states(it.open_store())
    failing = [
        key for key, state in states.items() if state.failures >= it.settings.collect.alert_after_failures
    ]
    return Examined(
        what="source health",
        ok=not failing,
        detail=f"{len(states)} read so far, {len(failing)} failing{': ' + ', '.join(failing) if failing else ''}",
        hint="newsletter sources check KEY" if failing else "",
    )


async def _signatures(it: Examining) -> Examined:
    signers = load_signers(it.settings)
    names = ", ".join(f"{signer.selector}._domainkey.{signer.domain}" for signer in signers)
    return Examined(what="signatures", ok=True, detail=names or "none made here: the relay must sign")


async def _relay(it: Examining) -> Examined:
    return await _try_relay(it, 0, what="relay", table="[relay]")


async def _second_relay(it: Examining) -> Examined:
    what = "second relay"
    if it.settings.relay.type == "folder" or not it.settings.relay_failover.host:
        return Examined(what=what, ok=True, detail="none: while the first one does not work, sending waits")
    return await _try_relay(it, 1, what=what, table="[relay_failover]")


async def _try_relay(it: Examining, number: int, *, what: str, table: str) -> Examined:
    """Open a connection to one of the relays, with TLS and the password where they are set."""
    relays = build_relays(it.settings)
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
        hint=f"Check {table} in {it.settings_file}.",
    )


async def _schedule(it: Examining) -> Examined:
    return Examined(what="schedule", ok=True, detail=it.describe_due())


async def _backup(it: Examining) -> Examined:
    it.open_store()
    return it.look_at_backups()


async def _restore(it: Examining) -> Examined:
    made = find_restored(it.open_store())
    return Examined(
        what="restore",
        ok=made is None,
        detail=f"the database is as of {made:%Y-%m-%d %H:%M} UTC: nothing is sent"
        if made
        else "nothing waits for an answer",
        hint="newsletter restored asks what happened since." if made else "",
    )


async def _complaints(it: Examining) -> Examined:
    level, words = rate_complaints(it.open_store(), it.settings.bounces, now=it.clock())
    ok = level is ComplaintLevel.FINE
    return Examined(
        what="complaints",
        ok=ok,
        detail=words,
        hint=""
        if ok
        else "Providers refuse mail at 0.3%. newsletter bounces --json lists them: find out why.",
    )


async def _alerts(it: Examining) -> Examined:
    untold = [item for item in list_alerts(it.open_store()) if item.told is None]
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
