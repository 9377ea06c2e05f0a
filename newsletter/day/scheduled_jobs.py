"""What the scheduler does: its jobs, each of which asks the ledger what is due. I/O.

May be called at any time, twice, or after a crash: the ledger says what is left to do.
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from newsletter.check.send_gate import hold_back
from newsletter.check.sender.ledger import KEEP_KEY, describe_stranded
from newsletter.day.ask_editors import ask_editors
from newsletter.day.compose_today import Making, compose_today, tell_of_faults
from newsletter.day.daily_backup import back_up_if_due
from newsletter.day.due_now import list_due, list_settled, name_attempt, note_editions
from newsletter.day.gather import gather
from newsletter.day.pipeline import NothingToSay
from newsletter.day.returns import (
    Returning,
    ask_for_eyes,
    ask_of_forwards,
    ask_of_held,
    is_configured,
    take_returns,
)
from newsletter.day.schedule import Action, Due, find_hindrance, moments_of
from newsletter.day.send_endings import record_endings
from newsletter.day.tidy import is_tidy, tidy
from newsletter.day.timetable import RETURNS_EVERY, JobName, tell_next_times
from newsletter.delivery.operator_alerts import Alerting, ping_heartbeat, tell
from newsletter.delivery.plan_issue import plan_issue
from newsletter.delivery.prepare_messages import Sending
from newsletter.delivery.returned_mail import ComplaintLevel, check_complaints
from newsletter.errors import FetchError, InputError, NewsletterError
from newsletter.logs import get_log
from newsletter.model import Alert, By, IssueKey, IssueStatus, alert_of
from newsletter.render.words import count_noun
from newsletter.store import installation
from newsletter.store.backup import Everything
from newsletter.store.bounces import count_forwards
from newsletter.store.clock_set_back import AHEAD, mend_moments
from newsletter.store.held_suppressions import find_held_suppressions
from newsletter.store.issues import change_issue, find_record, record_day, reopen_day
from newsletter.store.notices import find_last_turn
from newsletter.store.restored import find_restored, refuse_restored

# The issues wait for none of these, however long it takes.
SIDE_JOBS = (JobName.MAILBOX, JobName.TIDY, JobName.BACKUP)
COMPOSE_LEASE = 900.0  # seconds; a composer that died is replaced after it

log = get_log("daily")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waking(Alerting):
    """What the scheduler needs; what is opened late stops, where it is broken, only what needs it."""

    open_making: Callable[[], Making]
    open_checking: Callable[[], Sending]
    open_returning: Callable[[], Returning]
    everything: Everything


async def do_job(waking: Waking, name: JobName) -> None:
    """Do one job of the timetable, as far as the ledger says that it is due."""
    await _ACTS[name](waking, waking.clock())


async def _do_the_day(waking: Waking, now: datetime) -> None:
    """Do what is due of the issues."""
    await _look_at_clock(waking, now)
    installation.beat(waking.store, "scheduler", now)
    steps = {"first look": _look_first, "due": _do_due, "editors": _ask_editors, "endings": _finish}
    await _do_each({name: partial(step, waking, now) for name, step in steps.items()})


async def _do_each(steps: Mapping[str, Callable[[], Awaitable[object]]]) -> None:
    """Do each step whatever becomes of the others; then raise what the first one raised that broke.

    What breaks on one edition each time it is tried keeps no other from its hour, and still ends this process loudly.
    """
    faults: list[Exception] = []
    for name, step in steps.items():
        try:
            await step()
        except Exception as error:  # the loop over steps must live on: the first fault is raised behind it
            log.exception("a step broke", step=name)
            faults.append(error)
    if faults:
        raise faults[0]


async def _do_due(waking: Waking, now: datetime) -> None:
    """Compose, send, or report as missed, as is due for each edition."""
    note_editions(waking.store, waking.settings, now)
    await _look_at_readers(waking)
    found = list_due(waking.store, waking.settings, now)
    if find_restored(waking.store) is not None:
        subject = "Sending is paused: the database comes from a backup"
        await tell(waking, Alert("restored", subject, f"{found[0].reason}."))
    await _do_each({str(due.issue): partial(_do, waking, due, now) for due in found})


async def _do(waking: Waking, due: Due, now: datetime) -> None:
    if due.action is not Action.NOTHING:
        log.info("due", action=due.action, issue=str(due.issue), reason=due.reason)
    match due.action:
        case Action.COMPOSE:
            await _compose(waking, due.issue)
        case Action.SEND:
            await _send(waking, due.issue, now)
        case Action.REPORT_MISSED:
            await _report_missed(waking, due, now)


async def _ask_editors(waking: Waking, now: datetime) -> None:
    if not waking.settings.desk.people:
        return
    try:
        await ask_editors(waking.open_checking(), now)
    except NewsletterError as error:
        then = "It is tried again each minute. The issue waits at the desk all the same."
        await tell(waking, alert_of(error, "editors", "The editors could not be asked", then))


async def _read_returns(waking: Waking, now: datetime) -> None:
    """Every few minutes, take what came back by mail, and look at the rate of complaints."""
    if installation.was_done(waking.store, "returns_read", now, within=RETURNS_EVERY):
        return
    installation.save_fact(waking.store, "returns_read", now.isoformat())
    try:
        # Without a mailbox reports come by the pipe; what they add up to is looked at all the same.
        counts = (
            await asyncio.to_thread(take_returns, waking.open_returning(), now)
            if is_configured(waking.settings.bounces)
            else Counter()
        )
    except NewsletterError as error:
        await tell(waking, alert_of(error, "bounces", "The bounce mailbox cannot be read"))
    else:
        for alert in ask_for_eyes(counts, now):
            await tell(waking, alert)
    await _tell_of_signups(waking, now)
    if forwards := count_forwards(waking.store, now):
        await tell(waking, ask_of_forwards(forwards, now))
    if held := find_held_suppressions(waking.store):
        await tell(waking, ask_of_held(held))
    level, words = check_complaints(waking.store, waking.settings.bounces, now=now)
    if level is not ComplaintLevel.FINE:
        is_paused = level is ComplaintLevel.STOP
        what = "Sending is paused until you resume it: newsletter issue resume." if is_paused else ""
        subject = f"Too many complaints: {words}"
        body = f"{words}. Providers refuse mail at 0.3%.\n\n{what}\nWho complained is suppressed already."
        await tell(waking, Alert(f"complaints:{level}", subject, body))


async def _tell_of_signups(waking: Waking, now: datetime) -> None:
    """Tell the operator of sign-ups whose confirm mails wait their turn."""
    with waking.store.read() as connection:
        count, last = find_last_turn(connection, now)
    if last is None:
        return
    limit = waking.settings.web.signups_total_hour
    body = (
        f"More than {limit} signed up within an hour (web.signups_total_hour). {count} confirm mails wait, "
        f"the last until {last:%Y-%m-%d %H:%M} UTC; all get theirs.\n\nIf these are no people, close the form "
        "with web.signup = false until it is over: who has not confirmed is never sent an issue."
    )
    await tell(waking, Alert("signups", "Sign-ups wait in a queue", body))


async def _look_at_clock(waking: Waking, now: datetime) -> None:
    """After a clock that ran days ahead, nothing waits for the day that it showed."""
    last = installation.last_beat(waking.store, "scheduler")
    if last is None or last <= now + AHEAD:
        return
    mended = mend_moments(waking.store, now)
    body = (
        f"It showed {last:%Y-%m-%d %H:%M} UTC and shows {now:%Y-%m-%d %H:%M} now. {mended} things would have waited "
        "for that day and are due now. What is dated in the future: newsletter issue list. Is the clock kept by NTP?"
    )
    await tell(waking, Alert("clock", "The clock was set back", body))


async def _look_first(waking: Waking, now: datetime) -> None:
    """At the first start, read every listed source once: those that answer are enabled, the others reported."""
    if installation.read_fact(waking.store, "first_look") is not None:
        return
    try:
        gathered = await gather(waking.open_making().gathering, now=now, only_due=True)
    except NewsletterError as error:  # a machine at its limits: tried again each minute
        then = "It is tried again each minute."
        await tell(waking, alert_of(error, "first-look", "No source could be read", then))
        return
    installation.save_fact(waking.store, "first_look", now.isoformat())
    failed = [report for report in gathered.reports if not report.ok]
    log.info("first look", sources=len(gathered.reports), failed=len(failed))
    if failed:
        lines = "\n".join(
            f"{report.source}: {report.error} {report.hint or ''}".rstrip() for report in failed
        )
        subject = f"{len(failed)} of {len(gathered.reports)} listed sources do not answer"
        body = f"{lines}\n\nThey are tried again daily and join when they answer. Nothing waits for them."
        await tell(waking, Alert("first-look", subject, body))


async def _look_at_readers(waking: Waking) -> None:
    """Where the settings name other editions than before, tell of readers whose edition is none of them."""
    editions = waking.settings.edition_keys
    named = " ".join(sorted(editions))
    if installation.read_fact(waking.store, "editions") == named:
        return
    if stranded := describe_stranded(waking.store, editions):
        body = f"{stranded}\n\n{KEEP_KEY}"
        await tell(waking, Alert(f"stranded:{named}"[:120], "Readers get no mail any more", body))
    installation.save_fact(waking.store, "editions", named)


async def _send(waking: Waking, key: IssueKey, now: datetime) -> None:
    """Plan the issue, unless the preflight keeps it back: then it stays composed until the next waking."""
    record = find_record(waking.store, key)
    if (
        record is not None
        and record.status is IssueStatus.COMPOSED
        and (kept := await hold_back(waking.open_checking(), key))
    ):
        log.warning("kept back", issue=str(key), checks=sorted({finding.check for finding in kept}))
        return
    await asyncio.to_thread(plan_issue, waking.store, waking.settings, key, now)


async def _compose(waking: Waking, key: IssueKey) -> None:
    """Compose under a lock, so that of several schedulers one reads the sources."""
    with _composing(waking) as is_free:
        if not is_free:
            return
        try:
            installation.save_fact(waking.store, name_attempt(key.edition), waking.clock().isoformat())
            made = await compose_today(waking.open_making(), key)
            if made.nothing is not None:
                await _say_nothing(waking, key, made.nothing)
            await tell_of_faults(waking, made)
        except NewsletterError as error:
            log.error("composing failed", issue=str(key), error=str(error))  # noqa: TRY400 - told below
            then = "It is tried again every ten minutes until the latest start."
            subject = f"The issue of {key} could not be composed"
            await tell(waking, alert_of(error, f"compose:{key}", subject, then))


@contextmanager
def _composing(waking: Waking) -> Iterator[bool]:
    """Hold the lock of who composes; give False where another holds it."""
    owner = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
    is_free = installation.take_lease(waking.store, "compose", owner, waking.clock(), seconds=COMPOSE_LEASE)
    try:
        yield is_free
    finally:
        if is_free:
            installation.drop_lease(waking.store, "compose", owner)


async def compose_by_hand(waking: Waking, key: IssueKey, by: By) -> str:
    """Compose today's issue before its time, or after it; return what came of it, in words.

    One that would leave at once, or on a day without an issue, is held. Raises InputError where none was made.
    """
    store, now, settings = waking.store, waking.clock(), waking.settings.of(key.edition)
    refuse_restored(store)
    if why := find_hindrance(key, find_record(store, key), now, settings):
        settled = list_settled(store, waking.settings, now)
        times = tell_next_times(waking.settings, now, settled, edition=key.edition)
        raise InputError(why, hint=f"Next: {times}")
    moments = moments_of(key, settings)
    held = now >= moments.send or not settings.schedule.has_issue(key.date)
    with _composing(waking) as is_free:
        if not is_free:
            raise InputError("It is being composed already.", hint="Look again in a minute.")
        reopen_day(store, key, now, by=by)
        made = await compose_today(waking.open_making(), key, by_hand=True, by=by, held=held)
    await tell_of_faults(waking, made)
    if made.nothing is not None:
        raise InputError(
            f"There is no issue yet: {made.nothing.note}.", hint="Look at: newsletter sources check."
        )
    if made.composed is None:
        raise InputError(f"The issue of {key} was composed by another.", hint="Look at it.")
    number = count_noun(len(made.composed.issue.stories), "story", "stories")
    waits = " It is held: nobody gets it before it is released." if held else ""
    return f"Composed: {number}.{waits}"


async def _say_nothing(waking: Waking, key: IssueKey, nothing: NothingToSay) -> None:
    """Settle a day without news; one on which every source failed stays open and is tried again."""
    if nothing.kind == "everything failed":
        body = f"{nothing.note}.\n\nLook at: newsletter sources check. It is tried again every ten minutes."
        await tell(waking, Alert(f"all-failed:{key}", f"Nothing could be read for {key}", body))
        return
    record_day(waking.store, key, IssueStatus.EMPTY, nothing.note, waking.clock())
    body = f"{nothing.note}.\n\nNothing is mailed. Look at: newsletter sources check."
    await tell(waking, Alert(f"empty:{key}", f"No issue on {key}: {nothing.kind}", body))


async def _report_missed(waking: Waking, due: Due, now: datetime) -> None:
    note = f"missed: {due.reason}"
    if not record_day(waking.store, due.issue, IssueStatus.MISSED, note, now):
        where, status = (IssueStatus.COMPOSED,), IssueStatus.MISSED.value
        change_issue(waking.store, due.issue, note, now, where=where, status=status, finished=now, note=note)
    body = (
        f"{due.reason}.\n\nIts stories stay candidates for the next issue where it was never composed.\n"
        f"To send it all the same: newsletter run --date {due.issue} --late"
    )
    await tell(waking, Alert(f"missed:{due.issue}", f"The issue of {due.issue} was missed", body))


async def _finish(waking: Waking, now: datetime) -> None:
    """Record how sends ended; ping the heartbeat once for each completed day."""
    await record_endings(waking)
    today = now.astimezone(waking.settings.newsletter.zone).date()
    if installation.read_fact(waking.store, "heartbeat") == today.isoformat() or not _is_done(waking, now):
        return
    try:
        await ping_heartbeat(waking.settings)
    except FetchError as error:
        log.warning("heartbeat failed", error=str(error))
        return
    installation.save_fact(waking.store, "heartbeat", today.isoformat())


def _is_done(waking: Waking, now: datetime) -> bool:
    """Whether each edition that has an issue today, in its own zone, is done with it."""
    states = []
    for edition in waking.settings.edition_keys:
        settings = waking.settings.of(edition)
        today = now.astimezone(settings.newsletter.zone).date()
        record = find_record(waking.store, IssueKey(edition=edition, date=today))
        if record is not None or settings.schedule.has_issue(today):
            states.append(record.status if record else None)
    return bool(states) and all(state in {IssueStatus.SENT, IssueStatus.EMPTY} for state in states)


async def _tidy(waking: Waking, now: datetime) -> None:
    if not is_tidy(waking.store, now):
        tidy(waking.open_returning().register, waking.settings, now)


async def _back_up(waking: Waking, now: datetime) -> None:
    try:
        await asyncio.to_thread(back_up_if_due, waking.everything, waking.settings, now)
    except NewsletterError as error:
        then = "One that could not be made is tried again each hour."
        await tell(waking, alert_of(error, "backup", "The backup of the day failed", then))


_ACTS: Mapping[JobName, Callable[[Waking, datetime], Awaitable[object]]] = {
    JobName.SOURCES: _look_first,  # those that are due are read by whoever composes
    JobName.COMPOSE: _do_due,
    JobName.SEND: _do_due,
    JobName.MAILBOX: _read_returns,
    JobName.TIDY: _tidy,
    JobName.BACKUP: _back_up,
    JobName.HEARTBEAT: _finish,
    JobName.CATCH_UP: _do_the_day,
}
