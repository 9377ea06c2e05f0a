"""The timetable: every job with its times, from the settings alone. Pure.

``serve`` hands it to APScheduler; ``doctor`` and the desk read when things happen next. It says when to look,
not what is due: that the ledger decides (``schedule.decide_due``), however late, early or often a job begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from newsletter.config import Settings
from newsletter.config.tables import WEEKDAYS, DaysOff
from newsletter.day.schedule import instant_of
from newsletter.model import EditionKey, IssueKey

RETURNS_EVERY = timedelta(minutes=5)
TIDY_EVERY = timedelta(hours=24)
_FURTHEST = 800  # days that are looked at for a next time: beyond two years of days off nothing comes


class JobName(StrEnum):
    """What the scheduler does."""

    COMPOSE = "compose"
    SEND = "send"
    SOURCES = "sources"
    MAILBOX = "mailbox"
    TIDY = "tidy"
    BACKUP = "backup"
    HEARTBEAT = "heartbeat"
    CATCH_UP = "catch up"


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """A time of day on some days of the week but for some dates, in a zone."""

    time: time
    days: tuple[str, ...]  # of WEEKDAYS
    zone: ZoneInfo
    off: tuple[DaysOff, ...] = ()


_EVERY_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One line of the timetable: at a time of day, or again and again after a while."""

    name: JobName
    when: At | timedelta
    edition: str = ""  # whose job it is, where it is one edition's


def list_jobs(settings: Settings) -> tuple[Job, ...]:
    """Return the timetable."""
    backup = backup_time(settings)
    return (
        *(job for key in settings.edition_keys for job in _list_jobs_of(settings.of(key), key)),
        Job(name=JobName.MAILBOX, when=RETURNS_EVERY),
        Job(name=JobName.TIDY, when=TIDY_EVERY),
        *([Job(name=JobName.BACKUP, when=backup)] if backup is not None else []),
        Job(name=JobName.HEARTBEAT, when=_EVERY_MINUTE),
        Job(name=JobName.CATCH_UP, when=_EVERY_MINUTE),
    )


Settled = frozenset[
    tuple[JobName, IssueKey]
]  # what the ledger leaves nothing to do of: ``due_now.list_settled``


def list_upcoming(settings: Settings, settled: Settled) -> tuple[Job, ...]:
    """Return the timetable as it comes true: an issue that was made or sent early is none at its hour."""

    def skip(job: Job) -> Job:
        days = [key.date for name, key in settled if (name, key.edition) == (job.name, job.edition)]
        if not days or not isinstance(job.when, At):
            return job
        off = (*job.when.off, *(DaysOff(first=day, last=day) for day in days))
        return replace(job, when=replace(job.when, off=off))

    return tuple(map(skip, list_jobs(settings)))


def _list_jobs_of(settings: Settings, edition: str) -> tuple[Job, ...]:
    """Return the jobs of one edition, of whose settings these are."""
    schedule, zone = settings.schedule, settings.newsletter.zone
    compose = At(time=schedule.compose_at, days=schedule.send_days, zone=zone, off=schedule.days_off)
    return (
        Job(name=JobName.SOURCES, when=compose, edition=edition),  # composing begins with reading them
        Job(name=JobName.COMPOSE, when=compose, edition=edition),
        Job(name=JobName.SEND, when=replace(compose, time=schedule.send_at), edition=edition),
    )


def backup_time(settings: Settings) -> At | None:
    """Return when a backup is made by itself; None: never."""
    if not settings.backup.keep:
        return None
    return At(time=settings.backup.at, days=WEEKDAYS, zone=settings.newsletter.zone)


def find_last(at: At, now: datetime) -> datetime:
    """Return the last instant up to ``now``."""
    return next(moment for moment in _list_moments(at, now, -timedelta(days=1)) if moment <= now)


def find_next(at: At, now: datetime) -> datetime | None:
    """Return the first instant after ``now``; a skipped or repeated hour is taken as in ``find_moments``.

    None: all of the next two years are days off.
    """
    return next((moment for moment in _list_moments(at, now, timedelta(days=1)) if moment > now), None)


def _list_moments(at: At, now: datetime, step: timedelta) -> Iterator[datetime]:
    """Give its instants from today on, day after day by ``step``."""
    today = now.astimezone(at.zone).date()
    days = (today + number * step for number in range(_FURTHEST))
    return (
        instant_of(day, at.time, at.zone)
        for day in days
        if WEEKDAYS[day.weekday()] in at.days and not any(day in off for off in at.off)
    )


def tell_next_times(
    settings: Settings, now: datetime, settled: Settled, *, edition: EditionKey | None = None
) -> str:
    """Return when each job of the day begins next, of one edition or all, in the zone of its edition, in words."""
    told = []
    for job in list_upcoming(settings, settled):
        if isinstance(job.when, At) and edition in {None, job.edition}:
            moment = find_next(job.when, now)
            local = moment and moment.astimezone(job.when.zone)
            when = f"{local:%Y-%m-%d %H:%M %Z}" if local else "not within two years"
            is_named = settings.offered and job.edition and not edition
            told.append(f"{job.name} {job.edition} {when}" if is_named else f"{job.name} {when}")
    return ", ".join(told)
