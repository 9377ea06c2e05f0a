"""Commands that do the day's work: run, serve, preview, deliveries, explain, demo. I/O."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date as Date  # noqa: N812 - the option is called date
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from newsletter.app import App
from newsletter.cli.context import DateOption, Place, open_place, parse_day
from newsletter.cli.senders import save_page
from newsletter.daily import Day, compose_today, tell_of_sources
from newsletter.delivery.send import SendReport
from newsletter.errors import InputError, RelayError
from newsletter.mailing import plan_day, send_test, send_waiting
from newsletter.model import DeliveryStatus, IssueStatus
from newsletter.preflight.gate import hold_back
from newsletter.render.deliveries import explain_delivery
from newsletter.render.preflight.finding import Finding
from newsletter.schedule import find_obstacle
from newsletter.store.deliveries import count_deliveries, list_deliveries
from newsletter.store.issues import IssueRecord, find_record, reopen_day
from newsletter.terminal import JSONOption, note, print_json, print_table, say, steps

PATIENCE = 30.0  # seconds for which `run` waits for a relay that is down


def run(
    context: typer.Context,
    date: DateOption = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the issue; write nothing, send nothing.")
    ] = False,
    late: Annotated[
        bool, typer.Option("--late", help="Also a date that was empty, missed or is past.")
    ] = False,
    as_json: JSONOption = False,
) -> None:
    """Make and send the issue of a date, once: gather, compose, freeze, send.

    Run again, it sends only what is still due: nobody gets an issue twice. Exit codes: 0 done (also
    when there is nothing new), 1 everything failed or the issue may not leave yet, 2 wrong input,
    3 the relay does not take mail.

    Examples: newsletter run · newsletter run --dry-run · newsletter run --date 2026-01-05 --late
    """
    app = open_place(context)
    day = parse_day(date, app)
    if day > app.today:
        raise InputError(f"{day} is in the future.", hint="An issue is made on its day.")
    if day < app.today and not (late or dry_run) and find_record(app.store, day) is None:
        raise InputError(f"{day} is past and has no issue.", hint="Add --late to make it all the same.")
    if late and not dry_run:
        reopen_day(app.store, day)
    sources = [source for source in app.sources if source.enabled is not False]
    with steps("Reading sources", len(sources)) as progress:
        made = asyncio.run(
            compose_today(
                app, day, save=not dry_run, on_source=lambda report: progress.advance(report.source)
            )
        )
    if dry_run:
        _show_dry(made, as_json)
        return
    if made.gathered is not None:
        asyncio.run(tell_of_sources(app, made.gathered))
    if made.nothing is not None:
        _end_with_nothing(made, as_json)
        return
    record = find_record(app.store, day)
    report = _send(app, record, as_json) if record else None
    _report_run(app, day, made, report, as_json)


def _show_dry(made: Day, as_json: bool) -> None:
    if made.composed is None:
        _end_with_nothing(made, as_json)
    elif as_json:
        print_json({"dry_run": True, "subject": made.composed.issue.subject, "issue": made.composed.issue})
    else:
        say(made.composed.rendered.text)
        note("A dry run: nothing was written, nothing was sent.")


def _end_with_nothing(made: Day, as_json: bool) -> None:
    nothing = made.nothing
    kind = nothing.kind if nothing else "nothing new"
    words = nothing.note if nothing else kind
    if as_json:
        print_json({"date": made.date, "outcome": kind, "note": words})
    else:
        say(f"No issue of {made.date}: {words}.")
    if kind == "everything failed":
        raise typer.Exit(1)


def _send(app: App, record: IssueRecord, as_json: bool) -> SendReport | None:
    """Send what is due of the issue; None where it may not leave, or nothing is left to do."""
    if record.status in {IssueStatus.SENT, IssueStatus.EMPTY, IssueStatus.MISSED, IssueStatus.CANCELLED}:
        return None
    if record.status is IssueStatus.COMPOSED and (obstacle := find_obstacle(record, app.settings.schedule)):
        if as_json:
            print_json({"date": record.date, "outcome": "waiting", "note": obstacle})
        else:
            say(f"The issue of {record.date} is composed, and waits: {obstacle}")
        raise typer.Exit(1)
    if record.status is IssueStatus.COMPOSED and (kept := asyncio.run(hold_back(app, record.date))):
        _tell_kept(record, kept, as_json)
    return asyncio.run(_send_all(app, record.date))


def _tell_kept(record: IssueRecord, kept: Sequence[Finding], as_json: bool) -> NoReturn:
    names = sorted({finding.check for finding in kept})
    if as_json:
        print_json({"date": record.date, "outcome": "kept back", "checks": names, "findings": kept})
    else:
        say(f"The issue of {record.date} is composed, and the preflight keeps it back:")
        for finding in kept:
            say(f"  {finding.check}: {finding.message}\n      {finding.hint}")
        say(f"Mend it, or name it in [preflight] waive. All checks: newsletter check {record.date}")
    if names == ["relay"]:
        raise RelayError(kept[0].message, hint=kept[0].hint)
    raise typer.Exit(1)


async def _send_all(app: App, day: Date) -> SendReport:
    now = app.clock()
    with steps("Planning") as progress:
        await asyncio.to_thread(plan_day, app, day, now, on_progress=progress.reach)
    record = find_record(app.store, day)
    counts = count_deliveries(app.store, record.id) if record else {}
    with steps("Sending", sum(counts.values())) as progress:

        def show(done: Mapping[DeliveryStatus, int]) -> None:
            progress.reach(sum(done.values()))

        return await send_waiting(
            app, stop=asyncio.Event(), until_idle=True, patience=PATIENCE, on_progress=show
        )


def _report_run(app: App, day: Date, made: Day, report: SendReport | None, as_json: bool) -> None:
    record = find_record(app.store, day)
    if record is None:
        raise InputError(f"There is no issue of {day}.", hint="newsletter issue list shows those there are.")
    counts = {
        status.value: number for status, number in count_deliveries(app.store, record.id).items() if number
    }
    if report is not None:
        outcome = "the relay does not take mail" if report.fault else "sent"
    else:
        outcome = "everything already sent" if record.status is IssueStatus.SENT else str(record.status)
    if as_json:
        print_json(
            {
                "date": day,
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
        numbers = ", ".join(f"{number} {name}" for name, number in counts.items()) or "no deliveries"
        say(f"No. {record.number} of {day}: {record.subject or record.note}\n{outcome}: {numbers}")
    if report is not None and report.fault is not None:
        raise RelayError(
            f"The relay does not take mail: {report.fault.reason}",
            hint="Nobody is marked and nothing is lost: mend the [relay] settings or the relay, then run this again.",
        )


def serve(
    context: typer.Context,
    only: Annotated[str, typer.Option(help="Run one process alone: web, scheduler or sender.")] = "",
) -> None:
    """Run the whole newsletter: scheduler, sender and web face. What the container runs.

    Ends on SIGTERM or Ctrl-C within eight seconds, with messages in flight finished.
    """
    from newsletter.serve import PROCESSES, serve_all, serve_one  # noqa: PLC0415 - slow to import

    app = open_place(context)
    if only and only not in PROCESSES:
        raise InputError(f"There is no process {only!r}.", hint=f"Processes are: {', '.join(PROCESSES)}.")
    if only:
        serve_one(app, only)
        return
    place: Place = context.find_object(Place) or Place(None, None)
    arguments = [
        *(["--config", str(place.config)] if place.config else []),
        *(["--data", str(place.data)] if place.data else []),
    ]
    raise typer.Exit(serve_all(app, arguments))


def deliveries(
    context: typer.Context,
    issue: Annotated[
        str, typer.Option("--issue", metavar="YYYY-MM-DD", help="The issue's date; default: today.")
    ] = "",
    status: Annotated[DeliveryStatus | None, typer.Option(help="Only those, with who and why.")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 100,
    html: Annotated[Path | None, typer.Option("--html", help="Write it as a page to this file.")] = None,
    as_json: JSONOption = False,
) -> None:
    """Say who got an issue: a table that adds up to the audience, and who did not and why."""
    app = open_place(context)
    day = parse_day(issue, app)
    record = find_record(app.store, day)
    if record is None:
        raise InputError(f"There is no issue of {day}.", hint="newsletter issue list shows those there are.")
    if html is not None:
        save_page(app, record, day, html)
        return
    counts = count_deliveries(app.store, record.id)
    listed = list_deliveries(app.store, record.id, status=status, limit=limit)
    if as_json:
        print_json(
            {
                "date": day,
                "status": record.status,
                "audience": sum(counts.values()),
                "counts": counts,
                "deliveries": listed,
            }
        )
        return
    rows: list[tuple[Any, ...]] = [(name, number) for name, number in counts.items() if number]
    print_table(("status", "deliveries"), [*rows, ("audience", sum(counts.values()))], empty="")
    shown = [item for item in listed if status is not None or item.delivery.status is not DeliveryStatus.SENT]
    if shown:
        say("")
        print_table(
            ("address", "status", "tries", "why"),
            [
                (
                    item.address or "(erased)",
                    item.delivery.status,
                    item.delivery.attempts,
                    explain_delivery(item.delivery),
                )
                for item in shown
            ],
            empty="",
        )


def test_send(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="Who gets the test.")],
    date: DateOption = "",
) -> None:
    """Send the issue of a date to one address, outside the ledger. It counts as nobody's delivery."""
    app = open_place(context)
    say(f"The relay took it: {asyncio.run(send_test(app, parse_day(date, app), address))}")


def demo(
    context: typer.Context,
    keep: Annotated[
        bool | None,
        typer.Option("--keep/--no-keep", help="Keep the inbox page open; default: on a terminal."),
    ] = None,
    as_json: JSONOption = False,
) -> None:
    """Today's issue from the seed, delivered over SMTP to an inbox on this machine."""
    from newsletter.demo import run_demo  # noqa: PLC0415 - used by this command alone

    place: Place = context.find_object(Place) or Place(None, None)
    run_demo(place.data or Path(".demo"), keep=keep, as_json=as_json)
