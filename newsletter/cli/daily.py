"""Commands of the day's work: run, serve, deliveries, demo, issue test. I/O."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from newsletter.cli.context import Call, EditionOption, IssueCall, JSONCall, print_json, print_table, say
from newsletter.cli.senders import HISTORY, list_states
from newsletter.delivery.state_words import explain_delivery
from newsletter.errors import InputError
from newsletter.model import DeliveryStatus
from newsletter.store.deliveries import count_deliveries, list_deliveries
from newsletter.store.issues import open_record


def run(
    call: IssueCall,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the issue; write nothing, send nothing.")
    ] = False,
    late: Annotated[
        bool, typer.Option("--late", help="Also a date that was empty, missed or is past.")
    ] = False,
) -> None:
    """Make and send the issue of a date, once: gather, compose, freeze, send.

    Run again, it sends only what is still due: nobody gets an issue twice. Exit codes: 0 done (also
    when there is nothing new), 1 everything failed or the issue may not leave yet, 2 wrong input,
    3 the relay does not take mail, or puts some off.

    Examples: newsletter run · newsletter run --dry-run · newsletter run --date 2026-01-05 --late
    """
    from newsletter.cli.run_day import run_day  # noqa: PLC0415 - every stage: slow to import

    run_day(call, dry_run=dry_run, late=late)


def serve(
    call: Call,
    only: Annotated[str, typer.Option(help="Run one process alone: web, scheduler or sender.")] = "",
) -> None:
    """Run the whole newsletter: scheduler, sender and web face. What the container runs.

    Ends on SIGTERM or Ctrl-C within eight seconds, with messages in flight finished.
    """
    from newsletter.serve.processes import PROCESSES, serve_all, serve_one  # noqa: PLC0415 - slow to import

    if only and only not in PROCESSES:
        raise InputError(f"There is no process {only!r}.", hint=f"Processes are: {', '.join(PROCESSES)}.")
    if only:
        serve_one(call.app, only)
        return
    places = {"--config": call.place.config, "--data": call.place.data}
    arguments = [text for option, place in places.items() if place for text in (option, str(place))]
    raise typer.Exit(serve_all(call.begin(), arguments))


def deliveries(
    call: JSONCall,
    date: Annotated[
        str, typer.Option("--date", "--issue", metavar="YYYY-MM-DD", help="The issue's date; default: today.")
    ] = "",
    edition: EditionOption = "",
    status: Annotated[DeliveryStatus | None, typer.Option(help="Only those, with who and why.")] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Those tried more than once: what was said each time.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many are listed.")] = 100,
) -> None:
    """Say who got an issue: a table that adds up to the audience, and who did not and why.

    Examples: newsletter deliveries --date 2026-01-05 --status bounced · newsletter deliveries --history
    """
    app = call.app
    key = app.find_issue(date, edition)
    record = open_record(app.store, key)
    counts = count_deliveries(app.store, record.id)
    only = [status] if status else ()
    listed = list_deliveries(app.store, record.id, statuses=only, limit=limit, history=history)
    if call.as_json:
        told = {"date": key.date, "status": record.status, "audience": sum(counts.values()), "counts": counts}
        print_json({**told, "deliveries": listed})
        return
    if not record.frozen:
        say(f"The issue of {key} is {record.status}: it goes to nobody yet.")
        return
    rows: list[tuple[Any, ...]] = [(name, number) for name, number in counts.items() if number]
    print_table(("status", "deliveries"), [*rows, ("audience", sum(counts.values()))], empty="")
    if held := counts[DeliveryStatus.UNCERTAIN]:
        then = f"newsletter issue settle --date {key}"
        say(f"{held} may have arrived. Ask one of them, then say so: {then} --arrived, or {then} --again")
    if history:
        say("")
        print_table(HISTORY, list_states(listed), empty="None was tried twice.")
        return
    why = []
    for item in listed:
        one = item.delivery
        if status is not None or one.status is not DeliveryStatus.SENT:
            why.append((item.address or "(erased)", one.status, one.attempts, explain_delivery(one)))
    if why:
        say("")
        print_table(("address", "status", "tries", "why"), why, empty="")


def test_send(call: IssueCall, address: Annotated[str, typer.Argument(help="Who gets the test.")]) -> None:
    """Send the issue of a date to one address, outside the ledger. It counts as nobody's delivery.

    Example: newsletter issue test you@your-domain.org
    """
    from newsletter.delivery.send_waiting import send_test  # noqa: PLC0415 - used by this command alone

    app, key = call.app, call.key
    said = asyncio.run(send_test(app.sending, key, address))
    call.answer({"date": key.date, "to": address, "answer": said}, f"The relay took it: {said}")


def demo(
    call: JSONCall,
    keep: Annotated[
        bool | None,
        typer.Option("--keep/--no-keep", help="Keep the inbox page open; default: on a terminal."),
    ] = None,
) -> None:
    """Today's issue from the seed, delivered over SMTP to an inbox on this machine."""
    from newsletter.cli.demo import run_demo  # noqa: PLC0415 - used by this command alone

    folder = call.place.data or Path(".demo")
    run_demo(folder, config=call.place.config, keep=keep, as_json=call.as_json)
