"""What a restored installation has to be told before it sends again: which issues went out since, who left since. I/O.

A backup knows nothing of what came after it. Until the operator has answered, nothing is composed and nothing is sent.
The database that was in the way answers by itself, where it can still be read.
"""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from newsletter.errors import InputError
from newsletter.model import Subscriber, SubscriberStatus
from newsletter.store.backup import DATABASE, list_backups, read_backup
from newsletter.store.copy_tables import open_file
from newsletter.store.engine import Store
from newsletter.store.restored import (
    SinceBackup,
    end_wait,
    find_addresses,
    find_newest,
    find_restored,
    find_since,
    settle_issues,
)
from newsletter.store.suppressions import Suppression, add_suppression
from newsletter.subscribers import consent
from newsletter.subscribers.addresses import Address, parse_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What was done about it."""

    issues: int
    left: int
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
        return find_since(old, made)


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
    left, unknown = 0, []
    for text, edition in (*((text, None) for text in since.left), *since.parted):
        found = _find(register, text)
        if found is None:
            unknown.append(text)
        else:
            left += edition is None and found.status is not SubscriberStatus.UNSUBSCRIBED
            consent.unsubscribe(register, found.id, occasion, edition=edition)
    with store.write() as connection:
        for one in since.suppressed:
            add_suppression(connection, one)
    _erase(register, since.suppressed, now)
    end_wait(store, now)
    return Settled(issues=ended, left=left, suppressed=len(since.suppressed), unknown=tuple(unknown))


def _erase(register: consent.Register, suppressed: Sequence[Suppression], now: datetime) -> None:
    """Forget again who was forgotten after the backup was made."""
    hmacs = [one.address_hmac for one in suppressed if one.reason == consent.ERASED]
    back = find_addresses(register.store, hmacs)
    for text in back:
        address = parse_address(text, any_domain=True)
        if isinstance(address, Address):
            consent.erase(register, address, now=now)
