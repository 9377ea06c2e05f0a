"""The morning mail: each editor gets the issue once it is composed, and a reminder where nobody answered. I/O.

May be called at any time, twice, or after a crash: the ledger holds one mail of a kind for each editor and issue.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from newsletter.check.finding import Level
from newsletter.check.remote_checks import BYTES
from newsletter.check.run import check_rendered
from newsletter.config import Settings
from newsletter.day.edit_issue import tell_since
from newsletter.day.schedule import Moments, find_start, moments_of
from newsletter.delivery.desk_mails import brief_fact
from newsletter.delivery.prepare_messages import Sending
from newsletter.errors import StoreConflictError
from newsletter.issue.approval import is_approved
from newsletter.logs import get_log
from newsletter.model import DeskMail, IssueKey, IssueStatus
from newsletter.render.editor_mail import Brief
from newsletter.store.engine import Store
from newsletter.store.installation import read_fact, save_fact
from newsletter.store.issues import IssueRecord, StoredIssue, list_events, list_issues, load_issue, open_issue
from newsletter.store.notices import list_asked, queue_mail

_MOST_LINES = 5  # under one heading
_NEWEST = 4  # composed issues of each edition that are looked at

log = get_log("desk")


async def ask_editors(checking: Sending, now: datetime) -> int:
    """Queue the mails that editors should have by now; return how many there were."""
    settings, store = checking.settings, checking.store
    if not settings.desk.people or not settings.desk.morning_mail:
        return 0
    queued, most = 0, _NEWEST * len(settings.editions)
    for record in list_issues(store, statuses=(IssueStatus.COMPOSED,), limit=most):
        own = settings.of(record.edition)
        moments = moments_of(record.key, own)
        if now > moments.latest:
            continue
        wanted = [(DeskMail.MORNING, settings.desk.asked)]
        if is_reminder_due(record, moments, own, now):
            wanted.append((DeskMail.REMINDER, (*settings.desk.asked, *settings.desk.ask_next)))
        for kind, people in wanted:
            missing = sorted(set(people) - list_asked(store, kind, record.key.whole))
            if missing:
                await _know(checking, record.key, moments, now)
                queued += sum(_queue(checking, kind, who, record.key, now) for who in missing)
    return queued


def is_reminder_due(record: IssueRecord, moments: Moments, settings: Settings, now: datetime) -> bool:
    """Whether nobody approved or held an issue, and the deadline is near: half the time there was is over. Pure."""
    minutes = settings.desk.remind_minutes
    if settings.schedule.approval == "none" or not minutes or record.held or is_approved(record):
        return False
    composed, deadline = record.composed or moments.compose, find_deadline(record, moments)
    return now >= max(deadline - timedelta(minutes=minutes), composed + (deadline - composed) / 2)


def find_deadline(record: IssueRecord, moments: Moments) -> datetime:
    """Return by when an issue is to be approved: one that was composed after that hour, by its latest start. Pure."""
    is_late = record.composed is not None and record.composed >= moments.approve_by
    return moments.latest if is_late else moments.approve_by


def _queue(checking: Sending, kind: DeskMail, who: str, key: IssueKey, now: datetime) -> int:
    domain, about = checking.settings.newsletter.notice_domain, f"{key.edition}/"
    try:
        with checking.store.write() as connection:
            queue_mail(connection, kind, who, key.whole, domain=domain, now=now, about=about)
    except StoreConflictError:  # another scheduler was quicker
        return 0
    log.info("editor asked", kind=kind.value)
    return 1


async def _know(checking: Sending, key: IssueKey, moments: Moments, now: datetime) -> None:
    """Look at an issue, and keep what its editors should know."""
    stored = load_issue(checking.store, key)
    if stored is None:
        return
    known = read_fact(checking.store, brief_fact(key))
    if known is not None and Brief.load(known).content == stored.hash:
        return
    preflight = await check_rendered(
        checking, stored.rendered, stored.issue, now=now, stored=stored, scope=BYTES
    )
    blocks = preflight.blocking
    told = [
        f"{'warns' if found.level is Level.WARN else 'fails' if found in blocks else 'waived'}: {found.message}"
        for found in preflight.findings
        if found.level is not Level.NOT_RUN and found.check != "released"  # the mail's first words say it
    ]
    composed = next((act.detail for act in list_events(checking.store, key) if act.verb == "composed"), "")
    since: tuple[str, ...] = ()
    if stored.record.approved_hash and not is_approved(stored.record):
        since = tell_since(checking.store, stored, stored.record.approved_hash)
    own = checking.settings.of(key.edition)
    brief = build_brief(stored, moments, own, checks=told, composed=composed, since=since)
    save_fact(checking.store, brief_fact(key), brief.dump())


def build_brief(
    stored: StoredIssue,
    moments: Moments,
    settings: Settings,
    *,
    checks: list[str],
    composed: str,
    since: tuple[str, ...] = (),
) -> Brief:
    """Return what to know of an issue: ``checks`` are findings, ``composed`` is what its record says of that. Pure."""
    issue = stored.issue
    taken_out = [
        part.removeprefix("left out: ") for part in composed.split("; ") if part.startswith("left out: ")
    ]
    near = sorted((story for story in stored.selection if not story.kept), key=lambda story: -story.score)
    failed = issue.coverage.failed
    points = (
        ("Changed since the approval", since),
        ("Checks", tuple(checks) or ("All pass.",)),
        ("Taken out", tuple(taken_out)),
        (
            "Nearly made it",
            tuple(
                f"{one.articles[0].title}{f' ({one.reasons[0]})' if one.reasons else ''}" for one in near[:3]
            ),
        ),
        (
            f"Sources: {len(issue.coverage.sources)} read, {len(failed)} failed",
            tuple(f"{one.publisher or one.source}: {one.error}" for one in failed),
        ),
    )
    named = settings.find_edition(stored.record.edition) if settings.offered else None
    return Brief(
        content=stored.hash,
        edition=named.name if named else "",
        state=describe_state(stored.record, moments, settings),
        points=tuple((heading, _shorten(lines)) for heading, lines in points if lines or heading[0] == "S"),
    )


def describe_state(
    record: IssueRecord, moments: Moments, settings: Settings, now: datetime | None = None
) -> str:
    """Say what becomes of an issue if nobody does anything; ``now`` is when that is read, where it is known. Pure."""
    zone, approval = settings.newsletter.zone, settings.schedule.approval
    start = find_start(record, moments, settings.schedule).astimezone(zone)
    if record.held:
        return "Held until it is released"
    if approval == "required" and not is_approved(record):
        by = f"{find_deadline(record, moments).astimezone(zone):%H:%M}"
        at_once = ", and leaves at once then" if now is not None and now >= moments.send else ""
        return (
            f"Waits for your approval, by {'the end of the next day' if record.is_reopened else by}{at_once}"
        )
    if now is not None and now >= start:
        return "Leaves now"
    return f"Leaves at {start:%H:%M}{' unless held' if approval == 'unless-held' else ''}"


def tell_state(store: Store, settings: Settings, key: IssueKey, now: datetime) -> str:
    """Say the same of an issue as the ledger has it. I/O (database)."""
    own = settings.of(key.edition)
    return describe_state(open_issue(store, key).record, moments_of(key, own), own, now)


def _shorten(lines: tuple[str, ...]) -> tuple[str, ...]:
    more = len(lines) - _MOST_LINES
    return (*lines[:_MOST_LINES], f"and {more} more") if more > 0 else lines
