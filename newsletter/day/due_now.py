"""What is due now, by the clock and the ledger. I/O (database)."""

from __future__ import annotations

from datetime import datetime, timedelta

from newsletter.config import Settings
from newsletter.day.schedule import Action, Due, decide_due
from newsletter.day.timetable import JobName, Settled, tell_next_times
from newsletter.model import DAILY, EditionKey, IssueKey, IssueStatus
from newsletter.store import installation
from newsletter.store.acts import last_time
from newsletter.store.engine import Store
from newsletter.store.issues import REOPENED, find_record, list_issues
from newsletter.store.restored import find_restored

_ORDER = (Action.SEND, Action.REPORT_MISSED, Action.COMPOSE, Action.NOTHING)  # composing takes minutes


def list_due(store: Store, settings: Settings, now: datetime) -> tuple[Due, ...]:
    """Return what is due now for each edition, what is quickly done first."""
    found = [_look(store, settings.of(edition), edition, now) for edition in settings.edition_keys]
    return tuple(sorted(found, key=lambda due: _ORDER.index(due.action)))


def _look(store: Store, settings: Settings, edition: EditionKey, now: datetime) -> Due:
    zone = settings.newsletter.zone
    today = IssueKey(edition=edition, date=now.astimezone(zone).date())
    if (made := find_restored(store)) is not None:
        reason = f"the database is as of {made:%Y-%m-%d %H:%M} UTC, from a backup: newsletter restored lets it go on"
        return Due(action=Action.NOTHING, issue=today, reason=reason)
    keys = [IssueKey(edition=edition, date=today.date - timedelta(days=1)), today]
    records = {key: record for key in keys if (record := find_record(store, key)) is not None}
    left = list_issues(store, edition=edition, statuses=(IssueStatus.COMPOSED,), before=keys[0].date)
    records |= {record.key: record for record in left}
    moments = {record.key: last_time(store, record.id, REOPENED) for record in left if record.is_reopened}
    return decide_due(
        now,
        schedule=settings.schedule,
        zone=zone,
        edition=edition,
        records=records,
        installed=_find_beginning(store, edition, now),
        last_attempt=installation.read_moment(store, name_attempt(edition)),
        reopened={key: moment for key, moment in moments.items() if moment is not None},
    )


def _find_beginning(store: Store, edition: EditionKey, now: datetime) -> datetime:
    """Return since when an edition is made: one that is new in the settings has missed nothing of before."""
    began = installation.read_moment(store, f"began {edition}")
    return began or (installation.installed_at(store, now) if edition == DAILY else now)


def note_editions(store: Store, settings: Settings, now: datetime) -> None:
    """Note down when this installation began, and when an edition was first seen in its settings."""
    installation.note_installed(store, now)
    for edition in settings.edition_keys:
        if edition != DAILY and installation.read_fact(store, f"began {edition}") is None:
            installation.save_fact(store, f"began {edition}", now.isoformat())


def name_attempt(edition: EditionKey) -> str:
    """Return the name of the fact when composing an edition was last tried."""
    return "last_attempt" if edition == DAILY else f"last_attempt {edition}"


def list_settled(store: Store, settings: Settings, now: datetime) -> Settled:
    """Return of each edition the jobs of today that are done before their hour, or find nothing to do."""
    settled = set[tuple[JobName, IssueKey]]()
    for edition in settings.edition_keys:
        today = now.astimezone(settings.of(edition).newsletter.zone).date()
        if record := find_record(store, IssueKey(edition=edition, date=today)):
            begun = (JobName.SEND,) if record.status is not IssueStatus.COMPOSED else ()
            settled |= {(name, record.key) for name in (JobName.SOURCES, JobName.COMPOSE, *begun)}
    return frozenset(settled)


def describe_due(store: Store, settings: Settings, now: datetime) -> tuple[bool, str]:
    """Return whether no issue was missed, and what is due now, what comes next and when, in words."""
    words, missed = [], False
    for due in list_due(store, settings, now):
        record = find_record(store, due.issue)
        was_missed = record is not None and record.status is IssueStatus.MISSED
        missed = missed or due.action is Action.REPORT_MISSED or was_missed
        words.append(f"{due.action} for {due.issue}: {due.reason}")
    return (
        not missed,
        f"{'; '.join(words)} (next: {tell_next_times(settings, now, list_settled(store, settings, now))})",
    )
