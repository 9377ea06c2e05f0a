"""Importing lists and exporting what is kept. I/O (database).

An import never brings back anyone who left, was erased or is suppressed. It runs in batches, each one
transaction, so that it can be stopped at any moment and simply run again.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from newsletter.errors import InputError
from newsletter.model import BY_COMMAND, By, Subscriber, SubscriberId
from newsletter.store import subscribers as rows
from newsletter.store.acts import record_act
from newsletter.store.consent_events import ConsentEvent, find_proofs, list_events, record_events
from newsletter.store.engine import Connection, Store
from newsletter.store.subscribers import Identity
from newsletter.store.subscriptions import list_changed
from newsletter.subscribers.addresses import MAX_LENGTH, AddressFault, parse_address
from newsletter.subscribers.consent import Register, identify, make_newcomer
from newsletter.subscribers.consent_rules import Change, Event, Refusal, decide_add
from newsletter.subscribers.list_columns import (
    FORMULA_SIGNS,
    OLD_WINDOWS,
    WITH_OLD_WINDOWS,
    Row,
    find_encoding,
    read_rows,
    write_pauses,
)
from newsletter.subscribers.networks import shorten_network

BATCH = 2_000
BY_IMPORT = "import file"
# Mailchimp puts each audience into four files; some of these have the columns of the first.
_NOT_SUBSCRIBED_FILE = re.compile(r"(?:non|un)subscribed_.*export|cleaned_.*export", re.IGNORECASE)
OnProgress = Callable[[int], object]  # gets the number of lines done so far


class Fate(StrEnum):
    """What an import did with one line."""

    ADDED = "added"
    KEPT = "subscribed already"
    LEFT = "unsubscribed here before"
    SUPPRESSED = "suppressed or erased"
    REPEATED = "twice in this file"
    ELSEWHERE = "not subscribed where it comes from"
    NO_EDITION = "no edition that there is here"
    PAUSE = "paused until a day that cannot be told"
    INVALID = "not an address"


_FATES = {
    Refusal.ALREADY_ACTIVE: Fate.KEPT,
    Refusal.UNSUBSCRIBED: Fate.LEFT,
    Refusal.SUPPRESSED: Fate.SUPPRESSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a file that was not added, and why."""

    number: int  # from 1
    fate: Fate
    reason: str = ""


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """What an import did; in a dry run, what it would do."""

    read: int = 0
    counts: dict[Fate, int] = field(default_factory=lambda: dict.fromkeys(Fate, 0))
    lines: list[Line] = field(default_factory=list)
    encoding: str = ""  # of the file
    unread: list[str] = field(default_factory=list)  # the columns that were not understood

    def note(self, number: int, fate: Fate, reason: str = "") -> None:
        """Count one line, and keep it where it was not added."""
        self.read += 1
        self.counts[fate] += 1
        if fate is not Fate.ADDED:
            self.lines.append(Line(number=number, fate=fate, reason=reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    row: Row
    identity: Identity
    newcomer: Subscriber


def import_file(
    register: Register,
    path: Path,
    *,
    now: datetime,
    dry_run: bool = False,
    encoding: str = "",
    on_progress: OnProgress = lambda _: None,
    by: By = BY_COMMAND,
) -> ImportReport:
    """Import a CSV file. Raises InputError where it cannot be read as one.

    Without ``encoding`` it is UTF-8, UTF-16 with its mark, or else what is no UTF-8 in it is read as windows-1252; the
    report says which.
    """
    refuse_name(path.name)
    try:
        with path.open("rb") as content:
            found = encoding or find_encoding(content)
        read_as = OLD_WINDOWS if found != encoding and found in WITH_OLD_WINDOWS else (found, "strict")
        with path.open(encoding=read_as[0], errors=read_as[1], newline="") as lines:
            report = import_lines(register, lines, now=now, dry_run=dry_run, on_progress=on_progress, by=by)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror or error}.", hint="Correct the path or its permissions."
        ) from error
    except LookupError as error:
        raise InputError(f"{error}.", hint="Such as utf-8, utf-16, windows-1252, iso-8859-2.") from error
    except UnicodeError as error:
        raise InputError(
            f"{path} is not text in {found}: {error}.",
            hint="Give another --encoding, or save it as UTF-8.",
        ) from error
    report.encoding = found
    return report


def refuse_name(name: str) -> None:
    """Raise InputError where a file's name says that it lists people who are not subscribed."""
    if _NOT_SUBSCRIBED_FILE.match(name):
        raise InputError(
            f"{name} is Mailchimp's list of people who are not subscribed there.",
            hint="Import the file whose name begins with subscribed_.",
        )


def count_lines(path: Path) -> int:
    """Return about how many lines a file has, for a bar of progress; 0 where it cannot be read."""
    try:
        with path.open("rb") as file:
            return sum(part.count(b"\n") for part in iter(lambda: file.read(1 << 20), b""))
    except OSError:
        return 0


def import_lines(
    register: Register,
    lines: Iterable[str],
    *,
    now: datetime,
    dry_run: bool = False,
    on_progress: OnProgress = lambda _: None,
    by: By = BY_COMMAND,
) -> ImportReport:
    """Import the lines of a CSV file, whatever its columns are called (``list_columns.py``).

    Who is not subscribed by one line is not added by another. A dry run reads the ledger and changes nothing; its
    report is the same.
    """
    report = ImportReport()
    seen: set[str] = set()
    rows_read = tuple(read_rows(lines, on_unread=report.unread.extend))
    against = _find_against(rows_read)
    source = iter(rows_read)
    while batch := list(islice(source, BATCH)):
        candidates = list(_choose_candidates(batch, register, report, seen, against=against, now=now))
        with register.store.read() if dry_run else register.store.write() as connection:
            changes = _decide_batch(connection, register, candidates, report, now)
            if not dry_run:
                _write_batch(connection, changes, now)
        on_progress(report.read)
    report.lines.sort(key=lambda line: line.number)
    if not dry_run:
        what = f"imported {report.counts[Fate.ADDED]} of {report.read}"
        with register.store.write() as connection:
            record_act(connection, by, what, "readers", now)
    return report


def _find_against(source: Iterable[Row]) -> dict[str, str]:
    """Return why an address is not subscribed, by its key: of several lines the one that says no counts."""
    against: dict[str, str] = {}
    for row in source:
        if row.not_subscribed is not None:
            address = parse_address(row.address, any_domain=True)
            if not isinstance(address, AddressFault):
                against.setdefault(address.key, f"line {row.number}: {row.not_subscribed}")
    return against


def _choose_candidates(
    batch: Iterable[Row],
    register: Register,
    report: ImportReport,
    seen: set[str],
    *,
    against: Mapping[str, str],
    now: datetime,
) -> Iterator[_Candidate]:
    """Give the rows that hold a subscribed address not seen yet; note the others."""
    for row in batch:
        address = parse_address(row.address, any_domain=True)
        if isinstance(address, AddressFault):
            given = f"{row.address[:MAX_LENGTH]}: " if row.address else ""
            report.note(row.number, Fate.INVALID, f"{given}{address.reason}")
        elif row.not_subscribed is not None:
            report.note(row.number, Fate.ELSEWHERE, row.not_subscribed)
        elif address.key in against:
            report.note(row.number, Fate.ELSEWHERE, against[address.key])
        elif row.editions and not set(row.editions).intersection(register.editions):
            report.note(row.number, Fate.NO_EDITION, ", ".join(row.editions))
        elif address.key in seen:
            report.note(row.number, Fate.REPEATED)
        elif row.unread_pause is not None:
            seen.add(address.key)
            report.note(row.number, Fate.PAUSE, f"{row.unread_pause}: write it as 2026-01-05")
        else:
            seen.add(address.key)
            newcomer = make_newcomer(address, now=now, name=row.name)
            yield _Candidate(row=row, identity=identify(register.keys, address), newcomer=newcomer)


_Changes = list[tuple[_Candidate, Subscriber | None, Change]]


def _decide_batch(
    connection: Connection,
    register: Register,
    candidates: list[_Candidate],
    report: ImportReport,
    now: datetime,
) -> _Changes:
    known = rows.find_by_keys(connection, [one.identity.address_key for one in candidates])
    suppressed = rows.suppressed_among(connection, [one.identity.address_hmac for one in candidates])
    changes: _Changes = []
    for one in candidates:
        found = known.get(one.identity.address_key)
        decided = decide_add(
            found,
            one.newcomer,
            [key for key in register.editions if key in one.row.editions] or register.default,
            is_suppressed=one.identity.address_hmac in suppressed,
            event=Event.IMPORTED,
            confirmed=min(one.row.consent_at or now, now),
            is_named=bool(one.row.editions),
        )
        if isinstance(decided, Change) and found is None:
            decided = replace(decided, after=_pause(decided.after, one.row, now.date()))
        if isinstance(decided, Refusal):
            report.note(one.row.number, _FATES[decided], suppressed.get(one.identity.address_hmac, ""))
        else:
            report.note(one.row.number, Fate.ADDED)
            changes.append((one, found, decided))
    return changes


def _pause(newcomer: Subscriber, row: Row, today: date) -> Subscriber:
    """Return somebody new with the pauses that the list tells and that are not over."""
    pauses = {edition: until for edition, until in row.paused if until > today}
    chosen = (replace(one, paused_until=pauses.get(one.edition)) for one in newcomer.subscriptions)
    return replace(newcomer, paused_until=pauses.get(""), subscriptions=tuple(chosen))


def _write_batch(connection: Connection, changes: _Changes, now: datetime) -> None:
    new = [(change.after, one.identity) for one, found, change in changes if found is None]
    new_ids = iter(rows.insert_subscribers(connection, new, BY_IMPORT))
    events = []
    for one, found, change in changes:
        if found is not None:
            rows.save_consent(connection, found, change.after)
        subscriber = found.id if found is not None else next(new_ids)
        events.append((subscriber, _proof(one.row, found, change, now)))
    record_events(connection, events)


def _proof(row: Row, found: Subscriber | None, change: Change, now: datetime) -> ConsentEvent:
    """Keep what the list says of the consent: when it was given, and from which network."""
    when = row.consent_at.isoformat(timespec="seconds") if row.consent_at else None
    return ConsentEvent(
        at=now,
        what=change.event.value,
        source=BY_IMPORT,
        network=shorten_network(row.client),
        detail=f"consent given {when}" if when else None,
        editions=tuple(chosen.edition for chosen in list_changed(found, change.after)),
    )


# ── export ───────────────────────────────────────────────────────────────────────────────────────

_HEADS = (
    "email", "name", "status", "created_at", "confirmed_at", "unsubscribed_at", "paused_until",
    "editions", "paused_editions", "consent_by", "confirm_ip",
)  # fmt: skip
_AGREED = (Event.REQUESTED, Event.CONFIRMED, Event.ADDED, Event.IMPORTED, Event.RETURNED)
_EXPORT_PAGE = 500  # values of one IN list: SQLite's oldest limit is 999 variables


def export_all(store: Store, out: TextIO, *, on_progress: OnProgress = lambda _: None) -> int:
    """Write every subscriber as CSV, in a form that ``import_lines`` reads back; return how many.

    The status of who is suppressed says so: no other installation that reads it mails them.
    """
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEADS)
    done, last = 0, SubscriberId(0)
    with store.read() as connection:
        while page := rows.list_subscribers(connection, after=last, limit=_EXPORT_PAGE):
            proofs = find_proofs(connection, [one.id for one in page], _AGREED)
            suppressed = rows.why_suppressed(connection, page)
            for one in page:
                cells = *_cells(one, suppressed.get(one.id)), *proofs.get(one.id, ("", ""))
                writer.writerow([neutralize(cell) for cell in cells])
            done, last = done + len(page), page[-1].id
            on_progress(done)
    on_progress(done)
    return done


def _cells(one: Subscriber, suppressed: str | None) -> tuple[str, ...]:
    times = (one.created, one.confirmed, one.unsubscribed, one.paused_until)
    return (
        one.address,
        one.name or "",
        f"suppressed: {suppressed}" if suppressed else one.status.value,
        *(time.isoformat() if time else "" for time in times),
        " ".join(one.editions()),
        write_pauses(one.pauses(date.min)),
    )


def neutralize(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (OWASP, "CSV injection"): led by an apostrophe."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell


def export_person(store: Store, subscriber: SubscriberId) -> dict[str, Any] | None:
    """Return everything kept about one person (GDPR article 15), or None where there is nobody."""
    with store.read() as connection:
        found = rows.find_by_id(connection, subscriber)
        if found is None:
            return None
        events = list_events(connection, subscriber)
        source = rows.source_of(connection, subscriber)
    times = ("created", "confirmed", "unsubscribed", "paused_until")
    return {
        **{name: getattr(found, name) for name in ("id", "address", "name", "status")},
        "source": source,
        **{name: getattr(found, name) for name in times},
        "editions": [asdict(one) for one in found.subscriptions],
        "consent": [
            {"at": one.at, "what": one.what, "by": one.source}
            | {"network": one.network, "detail": one.detail, "editions": one.editions}
            for one in events
        ],
    }
