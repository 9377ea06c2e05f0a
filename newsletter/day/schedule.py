"""What is due, decided from the clock and the ledger alone. Pure.

The scheduler only wakes: whatever it does twice, late, or not at all, ``decide_due`` looks at the
ledger and the answer is the same. A local date has one due time for composing and one for sending;
both are instants, so a repeated or a skipped hour (DST) changes nothing but their distance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from newsletter.config import Schedule, Settings
from newsletter.issue.approval import find_obstacle, is_approved
from newsletter.model import DAILY, EditionKey, IssueKey, IssueStatus
from newsletter.store.issues import IssueRecord

RETRY_COMPOSING = timedelta(minutes=10)  # where every source failed, or composing itself


class Action(StrEnum):
    """What the scheduler does next."""

    NOTHING = "nothing"
    COMPOSE = "compose"
    SEND = "send"
    REPORT_MISSED = "report missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is due for which issue, and why, in words for an operator."""

    action: Action
    issue: IssueKey
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """The instants of one date."""

    compose: datetime
    send: datetime
    approve_by: datetime  # when an issue leaves that nobody approved and nobody holds
    latest: datetime  # a start after this is a missed day


def find_moments(day: date, schedule: Schedule, zone: ZoneInfo) -> Moments:
    """Return when the issue of ``day`` is composed and sent.

    A local time that a clock change skips is taken as if the change had not happened (PEP 495,
    fold=0): 02:30 on such a day is the instant 03:30; one that occurs twice means the first.
    """
    send = instant_of(day, schedule.send_at, zone)
    return Moments(
        compose=min(instant_of(day, schedule.compose_at, zone), send),
        send=send,
        approve_by=max(send, instant_of(day, schedule.approve_by or schedule.send_at, zone)),
        latest=send + timedelta(hours=schedule.latest_start_hours),
    )


def moments_of(key: IssueKey, settings: Settings) -> Moments:
    """Return those of an issue; ``settings`` are its edition's."""
    return find_moments(key.date, settings.schedule, settings.newsletter.zone)


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant of a local time, by the rule of ``find_moments``."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def decide_due(
    now: datetime,
    *,
    schedule: Schedule,
    zone: ZoneInfo,
    edition: EditionKey = DAILY,
    records: Mapping[IssueKey, IssueRecord],
    installed: datetime,
    last_attempt: datetime | None = None,
    reopened: Mapping[IssueKey, datetime] | None = None,
) -> Due:
    """Return the one thing to do now for an edition, oldest date first.

    ``records`` holds the ledger's rows of yesterday and today (a late start may cross midnight), and what is still
    composed of earlier days: made or ``reopened`` late, or nothing ran since. ``last_attempt`` is when composing was
    last tried without making an issue.
    """
    today = now.astimezone(zone).date()
    dues: list[tuple[int, Due]] = []
    for key, left in sorted(records.items(), key=lambda item: item[0].date):
        if left.status is IssueStatus.COMPOSED and key.date < today - timedelta(days=1):
            changed = max(filter(None, (left.composed, (reopened or {}).get(key))), default=None)
            is_open = changed is not None and changed.astimezone(zone).date() >= today - timedelta(days=1)
            dues.append(_decide_leftover(left, schedule, is_open=is_open))
    for day in (today - timedelta(days=1), today):
        moments = find_moments(day, schedule, zone)
        record = records.get(key := IssueKey(edition=edition, date=day))
        if record is not None:
            action, reason = _decide_with_record(now, moments, schedule, record)
        elif installed > moments.send:
            action, reason = Action.NOTHING, "installed after that day's send time"
        elif not schedule.has_issue(day):
            action, reason = Action.NOTHING, "a day without an issue"
        else:
            action, reason = _decide_without_record(now, moments, last_attempt)
        dues.append((_rank(record, today), Due(action=action, issue=key, reason=reason)))
    ranked = sorted(dues, key=lambda pair: pair[0])
    return next((due for _, due in ranked if due.action is not Action.NOTHING), dues[-1][1])


def _decide_leftover(record: IssueRecord, schedule: Schedule, *, is_open: bool) -> tuple[int, Due]:
    """What becomes of one from before yesterday, with its rank: what is due of today comes first.

    Until the end of the day after somebody made or reopened it (``is_open``) it leaves once nothing holds it.
    """
    obstacle = find_obstacle(record, schedule)
    if not is_open:
        why = str(obstacle or "nothing ran while it could leave")
        return 1, Due(action=Action.REPORT_MISSED, issue=record.key, reason=why)
    why = str(obstacle or "it leaves late, as somebody wants it")
    return 3, Due(action=Action.NOTHING if obstacle else Action.SEND, issue=record.key, reason=why)


def _rank(record: IssueRecord | None, today: date) -> int:
    """What waits for others: one of yesterday that was reopened and may be kept back for hours, and what is planned."""
    if record is None:
        return 0
    return 2 if record.status is IssueStatus.FROZEN else int(record.is_reopened and record.date < today)


def find_hindrance(key: IssueKey, record: IssueRecord | None, now: datetime, settings: Settings) -> str:
    """Return why an edition's issue cannot be composed by hand now, or an empty text."""
    zone = settings.newsletter.zone
    if record is not None and (record.hash is not None or not record.may_reopen):
        return f"There is an issue of {key} already."
    if key.date != now.astimezone(zone).date():
        return "An issue is composed on its day."
    latest = moments_of(key, settings).latest
    if now > latest:
        return f"It is too late for today: sending would have to begin by {latest.astimezone(zone):%H:%M}."
    return ""


def _decide_without_record(
    now: datetime, moments: Moments, last_attempt: datetime | None
) -> tuple[Action, str]:
    if now < moments.compose:
        return Action.NOTHING, f"composing is due at {moments.compose:%H:%M} UTC"
    if now > moments.latest:
        return Action.REPORT_MISSED, "nothing was composed before the latest start"
    if last_attempt is not None and timedelta(0) <= now - last_attempt < RETRY_COMPOSING:
        return Action.NOTHING, "composing failed a moment ago and is tried again soon"
    return Action.COMPOSE, "the time to compose has come"


def find_start(record: IssueRecord, moments: Moments, schedule: Schedule) -> datetime:
    """Return when an issue leaves by itself where nothing holds it: approved, it need not wait for the deadline."""
    waits = schedule.approval == "unless-held" and not is_approved(record)
    return moments.approve_by if waits else moments.send


def _decide_with_record(
    now: datetime, moments: Moments, schedule: Schedule, record: IssueRecord
) -> tuple[Action, str]:
    if record.status in {IssueStatus.PLANNING, IssueStatus.FROZEN}:
        return Action.SEND, "the issue is being sent"  # however late: its deliveries expire by themselves
    if record.status is not IssueStatus.COMPOSED:
        return Action.NOTHING, f"the issue of {record.date} is {record.status}"
    obstacle = find_obstacle(record, schedule)
    is_made_late = record.composed is not None and record.composed > moments.latest
    if now > moments.latest and not (record.is_reopened or is_made_late):
        return Action.REPORT_MISSED, str(obstacle or "sending did not start before the latest start")
    start = find_start(record, moments, schedule)
    if obstacle or now < start:
        unless = ", unless somebody holds it" if start > moments.send else ""
        return Action.NOTHING, str(obstacle or f"sending is due at {start:%H:%M} UTC{unless}")
    return Action.SEND, "the time to send has come"
