"""``newsletter run``, done: compose, freeze, check, send, and say how it ended. I/O (everything, terminal)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import NoReturn

import typer

from newsletter.check.finding import Finding
from newsletter.check.send_gate import hold_back
from newsletter.cli.context import IssueCall, JSONCall, note, print_json, say, steps
from newsletter.day.ask_editors import ask_editors
from newsletter.day.compose_today import Day, compose_today, tell_of_faults
from newsletter.day.pipeline import NothingToSay
from newsletter.day.send_endings import record_endings
from newsletter.delivery.plan_issue import plan_issue
from newsletter.delivery.send import SendReport
from newsletter.delivery.send_waiting import send_waiting
from newsletter.errors import ConfigError, InputError, RelayError
from newsletter.issue.approval import find_obstacle
from newsletter.model import FINAL_STATUSES, DeliveryStatus, IssueKey, IssueStatus, SourceReport
from newsletter.serve.processes import hold_on_trial
from newsletter.store.deliveries import count_deliveries
from newsletter.store.issues import IssueRecord, find_record, open_record, reopen_day
from newsletter.store.recovery import ask_of_held, list_held
from newsletter.store.restored import refuse_restored
from newsletter.wiring import Installation

PATIENCE = 30.0  # seconds for which `run` waits for a relay that is down
_SHOWN_FAILURES = 3
_ON_THEIR_WAY = (DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.DEFERRED)
_PAUSED, _PUT_OFF = "paused", "put off by the relay"
_WITHOUT_MAIL = frozenset({IssueStatus.EMPTY, IssueStatus.MISSED, IssueStatus.CANCELLED})


def run_day(call: IssueCall, *, dry_run: bool, late: bool) -> None:
    """Make and send an issue; ends the command with the exit code that tells how it went."""
    app, key = call.begin(), call.key
    today = app.today_of(key.edition)
    if key.date > today:
        raise InputError(f"{key} is in the future.", hint="An issue is made on its day.")
    if key.date < today and not (late or dry_run) and find_record(app.store, key) is None:
        raise InputError(f"{key} is past and has no issue.", hint="Add --late to make it all the same.")
    if not dry_run:
        refuse_restored(app.store)
    if late and not dry_run:
        reopen_day(app.store, key, app.clock())
    if dry_run:
        with app.passing_ledger():
            _show_dry(app, _make(app, key, dry_run=True), call)
        return
    made = _make(app, key, dry_run=False)
    _note_partial(made)
    asyncio.run(tell_of_faults(app.alerting, made))
    if made.nothing is not None:
        _end_with_nothing(app, made, made.nothing, call)
        return
    record = find_record(app.store, key)
    report = _send(app, record, call) if record else None
    asyncio.run(record_endings(app.alerting))
    _report_run(app, key, made, report, call)


def _make(app: Installation, key: IssueKey, *, dry_run: bool) -> Day:
    """Compose the issue; one that is there already needs no source, and leaves where sources.toml is broken."""
    if not dry_run and find_record(app.store, key) is not None:
        return Day(issue=key, gathered=None, composed=None)
    sources = [source for source in app.lasting_sources.sources if source.enabled is not False]
    if not sources:
        raise ConfigError(
            "No source is on: sources.toml lists none, or each with enabled = false.",
            hint="newsletter sources list shows them; newsletter sources add URL adds one.",
        )
    with steps("Reading sources", len(sources)) as progress:
        return asyncio.run(
            compose_today(
                app.making,
                key,
                save=not dry_run,
                by_hand=True,
                on_source=lambda report: progress.advance(report.source),
            )
        )


def _show_dry(app: Installation, made: Day, call: JSONCall) -> None:
    _note_partial(made)
    if made.nothing is not None:
        _end_with_nothing(app, made, made.nothing, call)
    elif made.composed is not None:
        issue = made.composed.issue
        call.answer({"dry_run": True, "subject": issue.subject, "issue": issue}, made.composed.rendered.text)
        if not call.as_json:
            note("A dry run: nothing was written, nothing was sent.")


def _note_partial(made: Day) -> None:
    """Warn of sources that are left out, and of those of which something is missing, and which count as read."""
    for fault in made.gathered.faults if made.gathered else ():
        note(f"Warning: {fault}\n    {fault.hint}")
    for report in made.gathered.reports if made.gathered else ():
        if report.ok and report.error:
            note(f"Warning: {report.source}: {report.error}\n    {report.hint}")


def _end_with_nothing(app: Installation, made: Day, nothing: NothingToSay, call: JSONCall) -> None:
    kind, words = nothing.kind, nothing.note
    failed = [report for report in made.gathered.reports if not report.ok] if made.gathered else []
    if call.as_json:
        print_json({"date": made.issue.date, "outcome": kind, "note": words, "failed": failed})
    else:
        say(f"No issue of {made.issue}: {words}.")
        _name_failed(app, failed)
    if kind == "everything failed":
        raise typer.Exit(1)


def _name_failed(app: Installation, failed: Sequence[SourceReport]) -> None:
    places = {source.key: source.location for source in app.lasting_sources.sources}
    for report in failed[:_SHOWN_FAILURES]:
        later = ""
        if report.not_modified and report.next_check is not None:  # it was not read now: its host said when
            later = f" Not asked again before {report.next_check:%H:%M} UTC, as its host wishes."
        hint = report.hint or "newsletter sources check says more."
        place = places.get(report.source, "")
        where = "" if place in (report.error or "") else f"\n      {place}"
        say(f"  {report.source}: {report.error}{later}{where}\n      {hint}")
    if len(failed) > _SHOWN_FAILURES:
        say(f"  … and {len(failed) - _SHOWN_FAILURES} more: newsletter sources check")


def _send(app: Installation, record: IssueRecord, call: JSONCall) -> SendReport | None:
    """Send what is due of the issue; None where it may not leave, or nothing is left to do."""
    if record.status in {IssueStatus.SENT, *_WITHOUT_MAIL}:
        return None
    if record.held and record.status in {IssueStatus.PLANNING, IssueStatus.FROZEN}:
        paused = "sending is paused: newsletter issue resume"
        call.answer(
            {"date": record.date, "outcome": "paused", "note": paused},
            f"The issue of {record.key} is not sent on: {paused}",
        )
        raise typer.Exit(1)
    if record.status is IssueStatus.COMPOSED and (obstacle := find_obstacle(record, app.settings.schedule)):
        asked = asyncio.run(_ask(app))
        told = f"\nMailed to editors: {asked}." if asked else ""
        call.answer(
            {"date": record.date, "outcome": "waiting", "note": str(obstacle), "asked": asked},
            f"The issue of {record.key} is composed, and waits: {obstacle}{told}",
        )
        raise typer.Exit(1)
    if record.status is IssueStatus.COMPOSED and (kept := asyncio.run(hold_back(app.sending, record.key))):
        _tell_kept(record, kept, call)
    return asyncio.run(_send_all(app, record.key))


async def _ask(app: Installation) -> int:
    """Mail the issue to its editors, as ``serve`` does; return how many mails there were."""
    asked = await ask_editors(app.sending, app.clock())
    if asked and not await hold_on_trial(app.alerting):
        await send_waiting(app.sending, stop=asyncio.Event(), until_idle=True, patience=PATIENCE)
    return asked


def _tell_kept(record: IssueRecord, kept: Sequence[Finding], call: JSONCall) -> NoReturn:
    names = sorted({finding.check for finding in kept})
    said = [
        f"The issue of {record.key} is composed, and the preflight keeps it back:",
        *(f"  {finding.check}: {finding.message}\n      {finding.hint}" for finding in kept),
        f"Mend it, or name it in [preflight] waive. All checks: newsletter check {record.key}",
    ]
    told = {"date": record.date, "outcome": "kept back", "checks": names, "findings": kept}
    call.answer(told, "\n".join(said))
    if names == ["relay"]:
        _end_with_relay_fault(kept[0].message, kept[0].hint)
    raise typer.Exit(1)


def _end_with_relay_fault(message: str, hint: str) -> NoReturn:
    """End as for a RelayError; what came of the run was printed, and with --json a second document would break it."""
    note(f"Error: {message}\nWhat to do: {hint}")
    raise typer.Exit(RelayError.exit_code)


async def _send_all(app: Installation, key: IssueKey) -> SendReport:
    now = app.clock()
    with steps("Planning") as progress:
        await asyncio.to_thread(plan_issue, app.store, app.settings, key, now, on_progress=progress.reach)
    record = find_record(app.store, key)
    counts = count_deliveries(app.store, record.id) if record else {}
    waiting = sum(number for status, number in counts.items() if status not in FINAL_STATUSES)
    with steps("Sending", waiting) as progress:

        def show(done: Mapping[DeliveryStatus, int]) -> None:
            # One that is tried again has not ended; what else is sent meanwhile is not this issue's.
            ended = sum(number for status, number in done.items() if status in FINAL_STATUSES)
            progress.reach(min(ended, waiting))

        return await send_waiting(
            app.sending, stop=asyncio.Event(), until_idle=True, patience=PATIENCE, on_progress=show
        )


def _end_without_mail(record: IssueRecord, call: JSONCall) -> NoReturn:
    """Say that a date is over, and how: given up, without news, or missed. Raises Exit, with 1 where it was missed."""
    again = f"To make it after all: newsletter run --late --date {record.key}"
    if call.as_json:
        print_json({"date": record.date, "outcome": record.status, "note": record.note})
    else:
        say(f"The issue of {record.key} is {record.status}{': ' if record.note else ''}{record.note or ''}.")
        note(again if record.may_reopen else "It stays so.")
    raise typer.Exit(record.status is IssueStatus.MISSED and record.may_reopen)


def _name_outcome(record: IssueRecord, report: SendReport | None, counts: Mapping[str, int]) -> str:
    """Say how a run ended, by what became of the deliveries."""
    if report is None:
        return "everything already sent" if record.status is IssueStatus.SENT else str(record.status)
    if report.fault:
        return "the relay does not take mail"
    if record.held and any(counts.get(status) for status in _ON_THEIR_WAY):
        return _PAUSED
    if counts.get(DeliveryStatus.DEFERRED):
        return _PUT_OFF
    return "another process sends the rest" if any(counts.get(status) for status in _ON_THEIR_WAY) else "sent"


def _report_run(
    app: Installation, key: IssueKey, made: Day, report: SendReport | None, call: JSONCall
) -> None:
    record = open_record(app.store, key)
    ended = count_deliveries(app.store, record.id)
    counts = {status.value: number for status, number in ended.items() if number}
    if record.status in _WITHOUT_MAIL:
        _end_without_mail(record, call)
    outcome = _name_outcome(record, report, counts)
    if call.as_json:
        print_json(
            {
                "date": key.date,
                "number": record.number,
                "outcome": outcome,
                "status": record.status,
                "subject": record.subject,
                "composed_now": made.composed is not None,
                "sent_now": report.outcomes if report else {},
                "deliveries": counts,
                "note": record.note,
                "fault": report.fault if report else None,
            }
        )
    else:
        numbers = ", ".join(f"{number} {name}" for name, number in counts.items())
        say(
            f"No. {record.number} of {key}: {record.subject or record.note}\n{outcome}: {numbers or 'to nobody'}"
        )
        for held in list_held(app.store):
            note(ask_of_held(held))
        if not counts:
            note(
                "There was no active subscriber: newsletter subscribers add ADDRESS, for the next issue on; "
                f"newsletter issue missing --date {key} sends them this one, too."
            )
    if report is not None and report.fault is not None:
        hint = (
            "Nothing is lost: mend the [relay] settings or the relay, then run this again. What it took without "
            "an answer goes out once more, after some minutes."
        )
        _end_with_relay_fault(f"The relay does not take mail: {report.fault.reason}", hint)
    if outcome == _PUT_OFF:
        note(
            "Nothing is lost: newsletter deliveries says until when they are put off. Run this again then, or "
            "leave it to newsletter serve."
        )
        raise typer.Exit(RelayError.exit_code)
    if outcome == _PAUSED:
        note("Sending is paused: newsletter issue resume")
        raise typer.Exit(1)
