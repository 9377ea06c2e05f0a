"""What a restored installation has to be told before it sends again: which issues went out since, who left since. I/O.

A backup knows nothing of what came after it. Until the operator has answered, nothing is composed and nothing is sent.
The database that was in the way answers by itself, where it can still be read.
"""

from __future__ import annotations

import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from newsletter.errors import InputError
from newsletter.model import EditionKey, Subscriber, SubscriberId, SubscriberStatus
from newsletter.store import migrate
from newsletter.store.backup import DATABASE, list_backups, read_backup
from newsletter.store.copy_tables import open_file
from newsletter.store.engine import Store
from newsletter.store.restored import (
    SinceBackup,
    end_wait,
    find_newest,
    find_restored,
    find_since,
    list_of_before,
    settle_issues,
)
from newsletter.store.subscribers import delete_subscriber
from newsletter.store.suppressions import add_suppression
from newsletter.subscribers import consent
from newsletter.subscribers.addresses import Address, parse_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What was done about it."""

    issues: int
    left: int
    moved: int  # to another address
    forgotten: int
    suppressed: int
    unknown: tuple[str, ...]  # addresses that are nobody's here


def ask_since(store: Store) -> datetime:
    """Return when the backup was made that waits for an answer. Raises InputError where nothing was restored."""
    made = find_restored(store)
    if made is None:
        raise InputError(
            "Nothing was restored that waits for an answer.", hint="newsletter doctor looks at everything."
        )
    return made


def read_since(place: Path, store: Store) -> SinceBackup:
    """Return what a database of after the backup knows: a SQLite file, a backup, or a before-restore folder with one.

    Raises InputError where there is none that can be read, or it knows nothing of after the backup.
    """
    made = ask_since(store)
    by_hand = "Name a newer one, or answer by hand: newsletter restored --help."
    with _database_of(place) as (old, taken):
        if (unanswered := find_restored(old)) is not None:
            raise InputError(
                f"{place} is itself as of a backup, of {unanswered:%Y-%m-%d %H:%M} UTC, and was never told the rest.",
                hint=by_hand,
            )
        newest = taken or find_newest(old)
        if newest is None or newest <= made:
            raise InputError(f"{place} knows nothing of after {made:%Y-%m-%d %H:%M} UTC.", hint=by_hand)
        since = find_since(old, made)
    theirs = {one.id: one.created for one in since.people or ()}
    with store.read() as connection:
        ours = list_of_before(connection, made)
    shared = [one.created == theirs[one.id] for one in ours if one.id in theirs]
    # Whoever is not in it is forgotten: by the ledger of another installation that were everyone.
    if not all(shared) or (ours and not shared):
        raise InputError(f"{place} does not know the readers of the backup.", hint=by_hand)
    return since


@contextmanager
def _database_of(place: Path) -> Iterator[tuple[Store, datetime | None]]:
    """Give the database, and when the backup was made that it is in."""
    taken = None
    with tempfile.TemporaryDirectory() as scratch:
        file = place
        if place.is_dir():
            file = next((path for path in (place / DATABASE, *list_backups(place)) if path.exists()), place)
        try:
            if file.name.endswith(".tar.gz"):
                taken = datetime.fromisoformat(read_backup(file).made)
                with tarfile.open(file, "r:gz") as archive:
                    archive.extract(DATABASE, scratch, filter="data")
                file = Path(scratch) / DATABASE
        except (OSError, tarfile.TarError, KeyError) as error:
            raise InputError(
                f"{file} holds no database: {error}.", hint="Name another, or answer by hand."
            ) from error
        if not file.is_file():
            raise InputError(
                f"There is no database in {place}.",
                hint="Name the folder before-restore-…, or answer by hand.",
            )
        with closing(open_file(file)) as store:
            if migrate.is_current(store):
                yield store, taken
                return
        upgraded = Path(scratch) / "upgraded.sqlite3"
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(upgraded)) as sink:
            source.backup(sink)
        with closing(open_file(upgraded)) as store:
            migrate.upgrade(store)
            yield store, taken


def list_unknown(register: consent.Register, addresses: Sequence[str]) -> tuple[str, ...]:
    """Return those of the addresses that are nobody's here."""
    return tuple(text for text in addresses if _find(register, text) is None)


def _find(register: consent.Register, text: str) -> Subscriber | None:
    address = parse_address(text, any_domain=True)
    return consent.look_up(register, address)[0] if isinstance(address, Address) else None


def settle(register: consent.Register, since: SinceBackup, now: datetime) -> Settled:
    """Write down what happened since, and let sending go on. Raises InputError where nothing was restored."""
    store = register.store
    made = ask_since(store)
    ended = settle_issues(store, since.issues, now, made=made, domain=register.notice_domain)
    occasion = consent.Occasion(at=now, source="restore", detail="left after the backup was made")
    forgotten, moved, left = 0, 0, 0
    if since.people is not None:
        forgotten = _forget_gone(register, since, made, now)
        moved, left = _follow(register, since.people, occasion, made)
    unknown = []
    for text in since.left:
        found = _find(register, text)
        if found is None:
            unknown.append(text)
        else:
            left += _leave(register, found.id, occasion)
    with store.write() as connection:
        for one in since.suppressed:
            add_suppression(connection, one)
    end_wait(store, now)
    return Settled(
        issues=ended,
        left=left,
        moved=moved,
        forgotten=forgotten,
        suppressed=len(since.suppressed),
        unknown=tuple(unknown),
    )


def _leave(register: consent.Register, who: SubscriberId, occasion: consent.Occasion) -> bool:
    return isinstance(consent.unsubscribe(register, who, occasion), Subscriber)


def _forget_gone(register: consent.Register, since: SinceBackup, made: datetime, now: datetime) -> int:
    """Forget again whoever was forgotten after the backup was made; return how many.

    A reader under another address then leaves the digest of this one behind; who never confirmed, or left long ago,
    left none.
    """
    there = {one.id for one in since.people or ()}
    reasons = {one.address_hmac: one.reason for one in since.suppressed}
    with register.store.read() as connection:
        gone = [one for one in list_of_before(connection, made) if one.id not in there]
    for one in gone:
        address = parse_address(one.address, any_domain=True)
        reason = None
        if isinstance(address, Address):
            reason = reasons.get(consent.identify(register.keys, address).address_hmac)
            if reason not in {None, consent.LEFT} or (
                reason is None and one.status is SubscriberStatus.ACTIVE
            ):
                consent.erase(register, address, now=now)
                continue
        with register.store.write() as connection:
            delete_subscriber(connection, one.id)
    return len(gone)


def _follow(
    register: consent.Register, people: Sequence[Subscriber], occasion: consent.Occasion, made: datetime
) -> tuple[int, int]:
    """Do again what people did after the backup was made; return how many moved, and how many left."""
    with register.store.read() as connection:
        here = {one.id: one for one in list_of_before(connection, made)}
    pairs = [(here[one.id], one) for one in people if one.id in here]
    moved, stuck = _move(register, pairs, replace(occasion, detail="moved after the backup was made"))
    left = 0
    for before, after in pairs:
        has_left = after.unsubscribed is not None and after.unsubscribed > made
        if has_left or after.id in stuck:  # in doubt nobody is mailed at an address of before
            left += _leave(register, after.id, occasion)
        elif before.status is after.status is SubscriberStatus.ACTIVE:
            _choose(register, before, after, occasion, made)
            _pause(register, before, after, replace(occasion, detail=None))
    return moved, left


def _move(
    register: consent.Register, pairs: Sequence[tuple[Subscriber, Subscriber]], occasion: consent.Occasion
) -> tuple[int, set[SubscriberId]]:
    """Give readers the addresses they moved to; return how many moved, and who could not.

    Where one moved to what another had left, the other goes first.
    """
    waiting = {
        after.id: after.address
        for before, after in pairs
        if before.address != after.address and before.status is SubscriberStatus.ACTIVE
    }
    moved, goes_on = 0, True
    while goes_on:
        goes_on = False
        for who, text in list(waiting.items()):
            address = parse_address(text, any_domain=True)
            if isinstance(address, Address) and isinstance(
                consent.change_details(register, who, occasion, address=address), Subscriber
            ):
                del waiting[who]
                moved, goes_on = moved + 1, True
    return moved, set(waiting)


def _choose(
    register: consent.Register,
    before: Subscriber,
    after: Subscriber,
    occasion: consent.Occasion,
    made: datetime,
) -> None:
    """Part a reader from the editions left after the backup was made; who took others instead has those."""
    left = {one.edition for one in after.subscriptions if one.left is not None and one.left > made}
    left -= set(after.editions())
    if left & set(before.editions()):
        offered = tuple({*before.editions(), *after.editions()})
        consent.choose(replace(register, editions=offered), after.id, occasion, editions=after.editions())


def _pause(
    register: consent.Register, before: Subscriber, after: Subscriber, occasion: consent.Occasion
) -> None:
    pauses: dict[EditionKey | None, date | None] = {None: after.paused_until}
    had: dict[EditionKey | None, date | None] = {None: before.paused_until}
    pauses |= {one.edition: one.paused_until for one in after.subscriptions}
    had |= {one.edition: one.paused_until for one in before.subscriptions}
    today = occasion.at.date()
    for edition, until in pauses.items():
        if until == had.get(edition):
            continue
        if until is None or until <= today:
            consent.resume(register, after.id, occasion, edition=edition)
        else:
            consent.pause(register, after.id, occasion, until=until, today=today, edition=edition)
