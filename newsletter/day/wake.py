"""One day's work: gather, compose, freeze, plan; and what the scheduler does when it wakes. I/O.

Everything here may be called at any time, twice, or after a crash: the ledger says what is left to do.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from newsletter.app import App
from newsletter.check.send_gate import hold_back
from newsletter.collect.decide import decide_alert
from newsletter.day.gather import Gathered, OnSource, gather
from newsletter.day.pipeline import Composed, NothingToSay, compose_day, freeze_day
from newsletter.day.returns import ASKED, ask_for_help, is_configured, look_at_complaints, take_returns
from newsletter.day.schedule import Action, Due, decide_due, find_moments
from newsletter.delivery.returned_mail import ComplaintLevel
from newsletter.errors import FetchError, NewsletterError
from newsletter.logs import get_log
from newsletter.mailing import ping_heartbeat, plan_day, tell
from newsletter.model import IssueStatus
from newsletter.store import installation
from newsletter.store.alerts import Alert
from newsletter.store.issues import change_issue, find_record, record_day
from newsletter.store.retention import forget_deliveries
from newsletter.store.sources import forget_old
from newsletter.subscribers import retention

COMPOSE_LEASE = 900.0  # seconds; a composer that died is replaced after it
TIDY_HOURS = 24
RETURNS_EVERY = timedelta(minutes=5)

log = get_log("daily")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What composing a date came to. ``composed`` is None where there is nothing to say, or it was there already."""

    date: date
    gathered: Gathered | None
    composed: Composed | None
    nothing: NothingToSay | None = None
    existed: bool = False


async def compose_today(app: App, day: date, *, save: bool = True, on_source: OnSource | None = None) -> Day:
    """Gather and compose the issue of ``day``; with ``save=False`` nothing is written."""
    if save and find_record(app.store, day) is not None:
        return Day(date=day, gathered=None, composed=None, existed=True)
    now = app.clock()
    run = installation.start_run(app.store, "compose", day, now) if save else None
    try:
        gathered = await gather(app, now=now, save=save, on_source=on_source)
        composed = await asyncio.to_thread(
            compose_day,
            app,
            day,
            now,
            reports=gathered.reports,
            extra=() if save else gathered.articles,
            extra_headlines=() if save else gathered.headlines,
        )
    except NewsletterError as error:
        if run is not None:
            installation.finish_run(app.store, run, app.clock(), outcome="error", counts={}, error=str(error))
        raise
    counts = {
        "sources": len(gathered.reports),
        "failed": sum(not report.ok for report in gathered.reports),
        "articles": len(gathered.articles),
    }
    if isinstance(composed, NothingToSay):
        if run is not None:
            installation.finish_run(app.store, run, app.clock(), outcome=composed.kind, counts=counts)
        return Day(date=day, gathered=gathered, composed=None, nothing=composed)
    fresh = freeze_day(app, composed, now) if save else True
    if run is not None:
        counts["stories"] = len(composed.issue.stories)
        counts.update(composed.model.counts() if composed.model else {})
        outcome = "composed" if fresh else "composed by another"
        installation.finish_run(app.store, run, app.clock(), outcome=outcome, counts=counts)
    return Day(date=day, gathered=gathered, composed=composed if fresh else None, existed=not fresh)


async def tell_of_sources(app: App, gathered: Gathered) -> None:
    """Tell the operator of sources that fail, fell silent, or are gone."""
    now = app.clock()
    for result in gathered.results:
        found = decide_alert(
            result.before,
            result.state,
            result.source,
            now=now,
            settings=app.settings.collect,
            rhythm=result.rhythm,
        )
        if found is not None:
            subject = f"Source {found.source}: {found.kind}"
            await tell(
                app,
                Alert(
                    key=f"source:{found.source}:{found.kind}",
                    subject=subject,
                    body=f"{found.message}\n\n{found.hint}",
                ),
            )


# ── the scheduler's waking ───────────────────────────────────────────────────────────────────────


def look(app: App, now: datetime) -> Due:
    """Return what is due now, from the clock and the ledger."""
    zone = app.settings.newsletter.zone
    today = now.astimezone(zone).date()
    days = (today - timedelta(days=1), today)
    records = {day: record for day in days if (record := find_record(app.store, day)) is not None}
    tried = installation.read_fact(app.store, "last_attempt")
    return decide_due(
        now,
        schedule=app.settings.schedule,
        zone=zone,
        records=records,
        installed=installation.installed_at(app.store, now),
        last_attempt=datetime.fromisoformat(tried) if tried else None,
    )


async def wake(app: App) -> Due:
    """Do the one thing that is due. Called every minute, and it may be called at any time."""
    now = app.clock()
    installation.beat(app.store, "scheduler", now)
    await _look_first(app, now)
    due = look(app, now)
    if due.action is not Action.NOTHING:
        log.info("due", action=due.action, date=due.date.isoformat(), reason=due.reason)
    match due.action:
        case Action.COMPOSE:
            await _compose(app, due.date)
        case Action.SEND:
            await _send(app, due.date, now)
        case Action.REPORT_MISSED:
            await _report_missed(app, due, now)
        case Action.NOTHING:
            pass
    await _read_returns(app, now)
    await _finish(app, now)
    _tidy(app, now)
    return due


async def _read_returns(app: App, now: datetime) -> None:
    """Every few minutes, take what came back by mail, and look at the rate of complaints."""
    last = installation.read_fact(app.store, "returns_read")
    if last and now - datetime.fromisoformat(last) < RETURNS_EVERY:
        return
    installation.save_fact(app.store, "returns_read", now.isoformat())
    try:
        # Without a mailbox reports come by the pipe; what they add up to is looked at all the same.
        counts = await asyncio.to_thread(take_returns, app, now) if is_configured(app) else Counter()
    except NewsletterError as error:
        subject = "The bounce mailbox cannot be read"
        await tell(app, Alert(key="bounces", subject=subject, body=f"{error}\n\n{error.hint}"))
    else:
        if number := counts[ASKED]:
            await tell(app, ask_for_help(number, now))
    level, words = look_at_complaints(app, now)
    if level is not ComplaintLevel.FINE:
        what = (
            "Sending is paused until you resume it: newsletter issue resume."
            if level is ComplaintLevel.STOP
            else ""
        )
        subject = f"Too many complaints: {words}"
        body = f"{words}. Providers refuse mail at 0.3%.\n\n{what}\nWho complained is suppressed already."
        await tell(app, Alert(key=f"complaints:{level}", subject=subject, body=body))


async def _look_first(app: App, now: datetime) -> None:
    """At the first start, read every listed source once: those that answer are enabled, the others reported."""
    if installation.read_fact(app.store, "first_look") is not None:
        return
    installation.save_fact(app.store, "first_look", now.isoformat())
    gathered = await gather(app, now=now, only_due=True)
    failed = [report for report in gathered.reports if not report.ok]
    log.info("first look", sources=len(gathered.reports), failed=len(failed))
    if failed:
        lines = "\n".join(
            f"{report.source}: {report.error} {report.hint or ''}".rstrip() for report in failed
        )
        subject = f"{len(failed)} of {len(gathered.reports)} listed sources do not answer"
        body = f"{lines}\n\nThey are tried again daily and join when they answer. Nothing waits for them."
        await tell(app, Alert(key="first-look", subject=subject, body=body))


async def _send(app: App, day: date, now: datetime) -> None:
    """Plan the issue, unless the preflight keeps it back: then it stays composed until the next waking."""
    record = find_record(app.store, day)
    if record is not None and record.status is IssueStatus.COMPOSED and (kept := await hold_back(app, day)):
        log.warning("kept back", date=day.isoformat(), checks=sorted({finding.check for finding in kept}))
        return
    await asyncio.to_thread(plan_day, app, day, now)


async def _compose(app: App, day: date) -> None:
    """Compose under a lock, so that of several schedulers one reads the sources."""
    owner = f"{socket.gethostname()}:{os.getpid()}"
    if not installation.take_lease(app.store, "compose", owner, app.clock(), seconds=COMPOSE_LEASE):
        return
    try:
        installation.save_fact(app.store, "last_attempt", app.clock().isoformat())
        made = await compose_today(app, day)
        if made.nothing is not None:
            await _say_nothing(app, day, made.nothing)
        if made.gathered is not None:
            await tell_of_sources(app, made.gathered)
    except NewsletterError as error:
        log.error("composing failed", date=day.isoformat(), error=str(error))  # noqa: TRY400 - expected, told below
        body = f"{error}\n\n{error.hint}\n\nIt is tried again every ten minutes until the latest start."
        await tell(
            app, Alert(key=f"compose:{day}", subject=f"The issue of {day} could not be composed", body=body)
        )
    finally:
        installation.drop_lease(app.store, "compose", owner)


async def _say_nothing(app: App, day: date, nothing: NothingToSay) -> None:
    """Settle a day without news; one on which every source failed stays open and is tried again."""
    if nothing.kind == "everything failed":
        body = f"{nothing.note}.\n\nLook at: newsletter sources check. It is tried again every ten minutes."
        await tell(
            app, Alert(key=f"all-failed:{day}", subject=f"No source could be read for {day}", body=body)
        )
        return
    record_day(app.store, day, IssueStatus.EMPTY, nothing.note, app.clock())
    body = f"{nothing.note}.\n\nNothing is mailed. Look at: newsletter sources check."
    await tell(app, Alert(key=f"empty:{day}", subject=f"No issue on {day}: {nothing.kind}", body=body))


async def _report_missed(app: App, due: Due, now: datetime) -> None:
    note = f"missed: {due.reason}"
    if not record_day(app.store, due.date, IssueStatus.MISSED, note, now):
        change_issue(
            app.store,
            due.date,
            note,
            now,
            where=(IssueStatus.COMPOSED,),
            status=IssueStatus.MISSED.value,
            finished=now,
            note=note,
        )
    body = (
        f"{due.reason}.\n\nIts stories stay candidates for the next issue where it was never composed.\n"
        f"To send it all the same: newsletter run --date {due.date} --late"
    )
    await tell(app, Alert(key=f"missed:{due.date}", subject=f"The issue of {due.date} was missed", body=body))


async def _finish(app: App, now: datetime) -> None:
    """Ping the heartbeat once for each completed day."""
    zone = app.settings.newsletter.zone
    today = now.astimezone(zone).date()
    record = find_record(app.store, today)
    done = record is not None and record.status in {IssueStatus.SENT, IssueStatus.EMPTY}
    if not done or installation.read_fact(app.store, "heartbeat") == today.isoformat():
        return
    try:
        await ping_heartbeat(app)
    except FetchError as error:
        log.warning("heartbeat failed", error=str(error))
        return
    installation.save_fact(app.store, "heartbeat", today.isoformat())


def _tidy(app: App, now: datetime) -> None:
    """Once a day, forget what the retention settings say."""
    last = installation.read_fact(app.store, "tidied")
    if last and now - datetime.fromisoformat(last) < timedelta(hours=TIDY_HOURS):
        return
    keep = app.settings.retention
    forget_old(
        app.store,
        articles_before=now - timedelta(days=keep.articles_days),
        fetches_before=now - timedelta(days=keep.fetch_log_days),
    )
    forget_deliveries(app.store, before=app.today - timedelta(days=keep.deliveries_days))
    retention.forget_old(app.register, keep, now=now)
    installation.save_fact(app.store, "tidied", now.isoformat())


def describe_due(app: App) -> str:
    """Return what is due now, and when the next issue is composed and sent, in words."""
    now = app.clock()
    due = look(app, now)
    zone = app.settings.newsletter.zone
    moments = find_moments(now.astimezone(zone).date(), app.settings.schedule, zone)
    next_times = f"composing at {moments.compose:%H:%M} UTC, sending at {moments.send:%H:%M} UTC"
    return f"{due.action} for {due.date}: {due.reason} ({next_times})"
