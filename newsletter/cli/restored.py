"""``newsletter restored``: what happened after the backup was made. I/O (database, files, terminal)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.context import JSONCall, print_json, say
from newsletter.day.after_restore import ask_since, list_unknown, read_since, settle
from newsletter.errors import InputError, told_as
from newsletter.model import IssueKey
from newsletter.store.issues import list_issues
from newsletter.store.restored import SinceBackup
from newsletter.subscribers.list_columns import decode_list, read_rows
from newsletter.wiring import Installation


def restored(
    call: JSONCall,
    place: Annotated[
        Path | None,
        typer.Option(
            "--from", help="What was there before answers both: before-restore-…, or a newer backup."
        ),
    ] = None,
    sent_until: Annotated[
        str,
        typer.Option("--sent-until", metavar="YYYY-MM-DD", help="The date of the last issue that went out."),
    ] = "",
    none_sent: Annotated[bool, typer.Option("--none-sent", help="No issue went out since.")] = False,
    left: Annotated[
        Path | None,
        typer.Option("--left", help="A file with the addresses that left since, one a line; - reads them."),
    ] = None,
    none_left: Annotated[bool, typer.Option("--none-left", help="Nobody left since.")] = False,
    ignore_unknown: Annotated[
        bool, typer.Option("--ignore-unknown", help="Go on though an address of --left is nobody's here.")
    ] = False,
) -> None:
    """Say what happened after the backup was made that was restored; then composing and sending go on.

    Without an answer it asks. Issues that went out are not sent again, who left is off the list again.

    Example: newsletter restored --from data/before-restore-20260105-101500
    """
    app = call.app
    made = ask_since(app.store)
    if place is not None:
        since = read_since(place, app.store)
    elif (sent_until or none_sent) and (left is not None or none_left):
        keys = _list_issues(app, made, app.find_issue(sent_until).date) if sent_until else ()
        since = SinceBackup(issues=tuple((key, None) for key in keys), left=tuple(_read_addresses(left)))
    else:
        _ask(call, made)
        raise typer.Exit(1)
    unknown = list_unknown(app.register, since.left)
    lines = [f"  {address} is nobody's here: it joined later, or is misspelt." for address in unknown]
    if unknown and not ignore_unknown:
        again = "Nothing was changed. Correct them, or add --ignore-unknown where they joined later."
        call.answer({"since": made, "unknown": unknown}, "\n".join((*lines, again)))
        raise typer.Exit(1)
    done = settle(app.register, since, app.clock())
    issues = f"{done.issues} issues count as sent, {done.left} readers left"
    people = f"{done.moved} moved, {done.forgotten} were forgotten"
    counts = f"{issues}, {people}, {done.suppressed} addresses are suppressed. Composing and sending go on."
    call.answer({"since": made, "done": done}, "\n".join((counts, *lines)))


def _list_issues(app: Installation, made: datetime, last: date) -> Iterator[IssueKey]:
    """Give the issue of each send day of each edition, from the day of the backup to the last issue."""
    day = made.astimezone(app.settings.newsletter.zone).date()
    if not day <= last <= app.today:
        raise InputError(
            f"{last} is not between the backup, of {day}, and today.", hint="--none-sent: none went out."
        )
    while day <= last:
        for edition in app.settings.edition_keys:
            if app.settings.of(edition).schedule.has_issue(day):
                yield IssueKey(edition=edition, date=day)
        day += timedelta(days=1)


def _read_addresses(file: Path | None) -> list[str]:
    """Return the addresses of a file, which is read as a list to import is."""
    if file is None:
        return []
    with told_as(InputError, f"{file} cannot be read", "One address a line."):
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    found = [row.address for row in read_rows(decode_list(content).splitlines(keepends=True))]
    if not found:
        raise InputError(f"{file} holds no address.", hint="--none-left: nobody left.")
    return found


def _ask(call: JSONCall, made: datetime) -> None:
    app = call.app
    newest = next(iter(list_issues(app.store, limit=1)), None)
    aside = max((path for path in app.data.glob("before-restore-*") if path.is_dir()), default=None)
    if call.as_json:
        print_json({"made": made, "newest": newest, "aside": aside})
        return
    known = f"the newest it knows is of {newest.date} ({newest.status})" if newest else "it knows none"
    say(
        f"The database is as of {made:%Y-%m-%d %H:%M} UTC, from a backup. Nothing is composed or sent until you say"
    )
    say(f"  which issues went out since: {known};")
    say("  who left since: look into the mailbox of [bounces] and into the web server's log.\n")
    if aside is not None:
        say("What was there before answers both, where it can be read:")
        say(f"  newsletter restored --from {aside}\n")
    say("By hand (--none-sent, --none-left where there was none):")
    say("  newsletter restored --sent-until DATE --left FILE")
