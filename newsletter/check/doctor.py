"""``newsletter doctor``: what works, what does not, and what to do. I/O (everything, read only).

Not even a missing database is made.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from newsletter.check.remote_checks import GATE
from newsletter.check.run import check_issue, check_settings
from newsletter.check.sender.relays import is_loopback, is_near
from newsletter.config import Settings, SourceList, find_place
from newsletter.delivery.prepare_messages import Sending
from newsletter.delivery.relay import build_relays
from newsletter.delivery.returned_mail import ComplaintLevel, rate_complaints
from newsletter.delivery.signers import load_signers
from newsletter.errors import NewsletterError
from newsletter.model import EditionKey, IssueKey, IssueStatus
from newsletter.store import migrate, subscribers
from newsletter.store.alerts import list_alerts
from newsletter.store.engine import Store
from newsletter.store.folder_rights import explain_denied, find_denied_data
from newsletter.store.installation import last_beat, say_ago
from newsletter.store.issues import find_record
from newsletter.store.paused_sources import list_paused
from newsletter.store.private_files import list_open
from newsletter.store.recovery import ask_of_held, list_held
from newsletter.store.restored import find_restored
from newsletter.store.sources import load_states
from newsletter.store.subscriptions import count_readers
from newsletter.stories.lexicon import Lexicon

_LEAST_FREE = 200_000_000  # bytes: some days of a large list


@dataclass(frozen=True, slots=True, kw_only=True)
class Examining:
    """What there is to look at; what can be broken is opened by the part that looks at it."""

    settings: Settings
    settings_file: str
    clock: Callable[[], datetime]
    read_sources: Callable[[], SourceList]
    read_lexicon: Callable[[], Lexicon]
    open_store: Callable[[], Store]  # as it is, whatever its revision; StoreError where there is none
    open_checking: Callable[[], Sending]
    describe_due: Callable[[], tuple[bool, str]]  # what is due next; False where a day was missed
    look_at_backups: Callable[[], Examined]
    try_model: Callable[[], Awaitable[Examined]]  # one sample question, where a language model is set


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One thing that was looked at. ``hint`` says what to do where it is not ``ok``, and only then."""

    ok: bool
    detail: str
    hint: str = ""
    what: str = ""  # the doctor names each part


_SILENT = timedelta(minutes=15)  # without a sign of life; a day's work may take minutes
_GIVEN_UP = timedelta(days=7)
Part = tuple[str, Callable[[Examining], Awaitable[Examined]]]


async def examine(it: Examining) -> tuple[Examined, ...]:
    """Look at each part by itself: one that is broken hides no other."""
    found = [
        await _look(it, part)
        for part in (("settings", _settings), ("sources and lexicon", _files), ("disk", _disk))
    ]
    database = await _look(it, ("database", _database))
    ledger: tuple[Part, ...] = (
        ("private files", _private_files),
        ("subscribers", _subscribers),
        ("editions", _editions),
        ("source health", _health),
        ("language model", lambda it: it.try_model()),
        ("schedule", _schedule),
        ("processes", _processes),
        ("uncertain deliveries", _held),
        ("preflight", _preflight),
        ("complaints", _complaints),
        ("alerts", _alerts),
        ("backup", _backup),
        ("restore", _restore),
    )
    relays: tuple[Part, ...] = (
        ("signatures", _signatures),
        ("relay", lambda it: _try_relay(it, 0, table="relay")),
        ("second relay", lambda it: _try_relay(it, 1, table="relay_failover")),
    )
    # What the ledger tells is not asked for where there is none to ask.
    rest = [await _look(it, part) for part in (*relays, *(ledger if database.ok else ()))]
    return (*found, database, *rest)


async def _look(it: Examining, part: Part) -> Examined:
    what, look = part
    try:
        found = await look(it)
    except NewsletterError as error:
        found = Examined(ok=False, detail=str(error), hint=error.hint)
    except PermissionError as error:  # what lies in a folder that is told as such
        found = Examined(ok=False, detail=f"{error.filename} cannot be looked at: {error.strerror}")
    return replace(found, what=what, hint="" if found.ok else found.hint)


async def _settings(it: Examining) -> Examined:
    identity, relay = it.settings.newsletter, it.settings.relay
    missing = []
    if not identity.postal_address:
        missing.append("newsletter.postal_address is empty: the law of many countries wants one in each mail")
    if not identity.base_url.startswith("https://"):
        missing.append(f"newsletter.base_url is {identity.base_url}: one-click unsubscribe needs https")
    base, desk, web = urlsplit(identity.base_url), urlsplit(it.settings.desk_url), it.settings.web
    is_alone = is_loopback(base.hostname or "") and is_loopback(web.host)  # no container, no other machine
    if is_alone and base.port not in {None, web.port}:
        missing.append(f"newsletter.base_url names port {base.port}, the pages are at {web.port}: web.port")
    if it.settings.desk.people and desk.scheme != "https" and not is_near(desk.hostname or ""):
        missing.append(
            f"the desk is at {desk.geturl()}: without https who listens takes over a session; set desk.url"
        )
    if not it.settings.alerts.mail_to and not it.settings.alerts.webhook_url.get_secret_value():
        missing.append("[alerts] names nobody: nobody will hear of a failure")
    if not relay.is_folder and relay.username and not relay.password.get_secret_value():
        missing.append(
            "relay.username is set and relay.password is not: NEWSLETTER_RELAY__PASSWORD_FILE names a file"
        )
    if not relay.is_folder and relay.username and not relay.is_encrypted:
        missing.append('relay.security is "none": the password would travel in the clear')
    return Examined(
        ok=not missing,
        detail="complete" if not missing else "\n    ".join(("incomplete:", *missing)),
        hint=f"Edit {it.settings_file} (or set the NEWSLETTER_* variable).",
    )


async def _files(it: Examining) -> Examined:
    listed, lexicon = it.read_sources(), it.read_lexicon()
    on = sum(source.enabled is not False for source in listed.sources)
    detail = f"{on} of {len(listed.sources)} sources are on, {len(lexicon.sections)} sections"
    hint = "newsletter sources add URL adds one; enabled = false in sources.toml turns one off."
    if listed.faults:
        detail = "\n    ".join((f"{detail}; left out:", *map(str, listed.faults)))
        hint = listed.faults[0].hint
    return Examined(ok=on > 0 and not listed.faults, detail=detail, hint=hint)


async def _disk(it: Examining) -> Examined:
    """Write a little where the newsletter writes, and see what is left."""
    folder = it.settings.data
    if denied := find_denied_data(folder):
        raise explain_denied(denied)
    if not folder.exists():
        return Examined(ok=True, detail=f"{folder} is not made yet")
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Examined(
            ok=False,
            detail=f"{folder} takes no file: {error.strerror or error}",
            hint="Make room, or make the folder writable: nothing can be composed or sent.",
        )
    hint = "Make room soon: a full disk stops composing and sending."
    return Examined(ok=free >= _LEAST_FREE, detail=f"{free / 1e9:,.1f} GB free for {folder}", hint=hint)


async def _database(it: Examining) -> Examined:
    database = it.open_store()
    migrate.check_version(database)
    current = migrate.is_current(database)
    database.try_writing()
    return Examined(
        ok=current,
        detail="up to date" if current else "of an earlier version",
        hint="newsletter db upgrade brings it up to date; so do serve and run.",
    )


async def _private_files(it: Examining) -> Examined:
    found = list_open(it.settings.data, it.open_store().file)
    names = ", ".join(map(str, found))
    return Examined(
        ok=not found,
        detail=f"others may read {names}" if found else "data folder, database and keys are ours alone",
        hint="They hold addresses and keys: chmod go= FILE as their owner, or mount a disk that knows owners.",
    )


async def _subscribers(it: Examining) -> Examined:
    with it.open_store().read() as connection:
        counts = subscribers.count_subscribers(connection)
    return Examined(ok=True, detail=", ".join(f"{number} {status}" for status, number in counts.items()))


async def _health(it: Examining) -> Examined:
    paused = list_paused(it.open_store())
    listed = {source.key for source in it.read_sources().sources if source.enabled is not False} - set(paused)
    states = {key: state for key, state in load_states(it.open_store()).items() if key in listed}
    failing = [key for key, state in states.items() if state.failures or state.retired]
    long = [key for key in failing if states[key].failures >= it.settings.collect.alert_after_failures]
    names = f": {', '.join(failing)}" if failing else ""
    rest = f", {len(paused)} paused" if paused else ""
    if partial := [key for key, state in states.items() if state.error and key not in failing]:
        rest = f", {len(partial)} read in part: {', '.join(partial)}{rest}"
    return Examined(
        ok=not long and len(failing) * 2 <= len(states),
        detail=f"{len(states)} of {len(listed)} read so far, {len(failing)} failing{names}{rest}",
        hint="newsletter sources check says what each answers.",
    )


async def _signatures(it: Examining) -> Examined:
    signers = load_signers(it.settings)
    names = ", ".join(f"{signer.selector}._domainkey.{signer.domain}" for signer in signers)
    return Examined(ok=True, detail=names or "none made here: the relay must sign")


async def _try_relay(it: Examining, number: int, *, table: str) -> Examined:
    """Open a connection to one of the relays, with TLS and the password where they are set."""
    relays = build_relays(it.settings)
    if number == len(relays):
        return Examined(ok=True, detail="none: while the first one does not work, sending waits")
    relay = relays[number]
    try:
        fault = await relay.check()
    finally:
        for one in relays:
            await one.close()
    if fault is None:
        return Examined(ok=True, detail=f"{relay.name} answers")
    return Examined(
        ok=False,
        detail=f"{relay.name} at {fault.phase}: {fault.reason}",
        hint=f"Check [{table}] in {find_place(table, file=it.settings_file)}.",
    )


async def _schedule(it: Examining) -> Examined:
    ok, words = it.describe_due()
    hint = "newsletter issue list shows it; newsletter run --late --date DATE makes up for it."
    return Examined(ok=ok, detail=words, hint=hint)


async def _processes(it: Examining) -> Examined:
    """Look at the signs of life of ``serve``; where it was not started for a week, somebody else does the day."""
    store, now = it.open_store(), it.clock()
    beats = {name: last_beat(store, name) for name in ("scheduler", "sender")}
    known = {name: beat for name, beat in beats.items() if beat is not None and now - beat < _GIVEN_UP}
    silent = [
        f"{name} since {beat:%Y-%m-%d %H:%M} UTC" for name, beat in known.items() if now - beat > _SILENT
    ]
    if not silent:
        seen = (f"{name} {say_ago(now - beat)}" for name, beat in known.items())
        return Examined(ok=True, detail=f"seen: {', '.join(seen)}" if known else "serve does not run here")
    hint = "Does newsletter serve run? It ends by itself what hangs for two hours; start it anew now."
    return Examined(ok=False, detail=f"no sign of life of {', '.join(silent)}", hint=hint)


async def _preflight(it: Examining) -> Examined:
    """Look at what the send gate would: today's issue where it waits to leave, else the settings."""
    checking = it.open_checking()
    edition = it.settings.edition_keys[0]
    today = it.clock().astimezone(it.settings.of(edition).newsletter.zone).date()
    key = IssueKey(edition=edition, date=today)
    record = find_record(checking.store, key)
    if record is not None and record.status is IssueStatus.COMPOSED:
        result = await check_issue(checking, record.key, scope=GATE)
    else:
        result = await check_settings(checking, key=key)
    if not result.blocking:
        return Examined(ok=True, detail=f"nothing keeps {result.about} back")
    words = [f"{finding.check}: {finding.message}" for finding in result.blocking]
    detail = "\n    ".join((f"keeps back {result.about}", *words))
    return Examined(ok=False, detail=detail, hint="newsletter check says what to do about each.")


async def _held(it: Examining) -> Examined:
    held = list_held(it.open_store())
    detail = f"{sum(one.count for one in held)} may have arrived" if held else "none"
    return Examined(ok=not held, detail=detail, hint=" ".join(map(ask_of_held, held)))


async def _editions(it: Examining) -> Examined:
    """Whether each edition that readers chose is there, and each section that an edition names."""
    known = {section.key for section in it.read_lexicon().sections}
    wrong = [
        f"{edition.key} names the section {name!r}, which lexicon.toml has not"
        for edition in it.settings.editions
        for name in edition.sections
        if name not in known
    ]
    with it.open_store().read() as connection:
        readers = count_readers(connection)
    wrong += [
        f"{count} readers chose {key}, which the settings do not know: they get nothing"
        for key, count in sorted(readers.items())
        if it.settings.find_edition(key) is None
    ]
    told = ", ".join(
        f"{edition.key} {readers.get(EditionKey(edition.key), 0)}" for edition in it.settings.editions
    )
    return Examined(
        ok=not wrong,
        detail="; ".join(wrong) or f"readers: {told}",
        hint="Correct [[edition]] in newsletter.toml.",
    )


async def _restore(it: Examining) -> Examined:
    made = find_restored(it.open_store())
    if made is None:
        return Examined(ok=True, detail="nothing waits for an answer")
    detail = f"the database is as of {made:%Y-%m-%d %H:%M} UTC: nothing is sent"
    return Examined(ok=False, detail=detail, hint="newsletter restored asks what happened since.")


async def _complaints(it: Examining) -> Examined:
    level, words = rate_complaints(it.open_store(), it.settings.bounces, now=it.clock())
    hint = "Providers refuse mail at 0.3%. newsletter bounces --json lists them: find out why."
    return Examined(ok=level is ComplaintLevel.FINE, detail=words, hint=hint)


async def _alerts(it: Examining) -> Examined:
    untold = [item for item in list_alerts(it.open_store()) if item.told is None]
    if not untold:
        return Examined(ok=True, detail="every alert reached somebody, or there was none")
    why = untold[0].error or "Nobody is named in [alerts]."
    hint = f"The newest: {untold[0].alert.subject}. {why}"
    return Examined(ok=False, detail=f"{len(untold)} could not be delivered", hint=hint)


async def _backup(it: Examining) -> Examined:
    return it.look_at_backups()
