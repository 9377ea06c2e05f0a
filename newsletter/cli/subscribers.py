"""``newsletter subscribers …``: who gets the newsletter, and the proof of it. I/O (database, files, terminal)."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace as replace_in
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.context import Call, Commands, JSONCall, print_json, say, steps
from newsletter.errors import InputError, told_as
from newsletter.model import BY_COMMAND, EditionKey, Subscriber, SubscriberStatus
from newsletter.store import subscribers as rows
from newsletter.store.bounces import list_bounces
from newsletter.store.deliveries import list_for_subscriber
from newsletter.store.notices import list_notices
from newsletter.subscribers import consent, transfer
from newsletter.subscribers.addresses import Address, AddressFault, parse_address
from newsletter.subscribers.consent_rules import Refusal
from newsletter.subscribers.keys import replace_keys, rotate_keys
from newsletter.subscribers.list_columns import UTF8
from newsletter.wiring import Installation

commands = Commands(no_args_is_help=True, help="Who gets the newsletter, and the proof of it.")
_ALL = 100_000  # more than anybody was ever sent
EditionOption = Annotated[
    str, typer.Option(metavar="KEY", help="Of this edition alone; default: of everything.")
]
AddressArgument = Annotated[str, typer.Argument(metavar="ADDRESS", help="An email address.")]


def parse(given: str) -> Address:
    """Return an address, of any domain as in an import. Raises InputError that says what is wrong with it."""
    address = parse_address(given, any_domain=True)
    if isinstance(address, AddressFault):
        raise InputError(
            f"{given!r} is not an address: {address.reason}", hint="Write it as name@example.org."
        )
    return address


def _occasion(now: datetime) -> consent.Occasion:
    return consent.Occasion(at=now, source="command", by=BY_COMMAND)


def _report(call: JSONCall, result: Subscriber | Refusal, given: str, what: str = "") -> None:
    if isinstance(result, Refusal):
        hint = "newsletter subscribers show ADDRESS says how it stands."
        if result is Refusal.SUPPRESSED:
            hint = "If they ask to return: newsletter subscribers release ADDRESS, and the sign-up form."
        raise InputError(f"{given}: {result.value}.", hint=hint)
    call.answer(result, f"{result.address} is {result.status}{what}.")


@commands.command()
def add(
    call: JSONCall,
    address: AddressArgument,
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
    edition: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="To which editions; default: the default one.")
    ] = None,
) -> None:
    """Add an address whose consent you hold: active at once. Example: newsletter subscribers add ann@example.org"""
    app = call.begin()
    editions = [app.find_issue("", key).edition for key in edition or ()]
    occasion = _occasion(app.clock())
    result = consent.add(app.register, parse(address), occasion, name=name or None, editions=editions)
    _report(call, result, address)


@commands.command()
def unsubscribe(call: JSONCall, address: AddressArgument, edition: EditionOption = "") -> None:
    """Unsubscribe an address; it counts for the very next message."""
    app = call.app
    found, occasion = _find(app, address), _occasion(app.clock())
    if edition and found.status is SubscriberStatus.ACTIVE and edition not in found.editions():
        there = ", ".join(found.editions())
        raise InputError(f"{address} does not get {edition}.", hint=f"They get {there}.")
    done = consent.unsubscribe(app.register, found.id, occasion, edition=_named(edition))
    _report(call, done, address)


def _find(app: Installation, address: str) -> Subscriber:
    found, _ = consent.look_up(app.register, parse(address))
    if found is None:
        raise InputError(
            f"{address} is not a subscriber.", hint="newsletter subscribers list --search PART finds it."
        )
    return found


@commands.command()
def edit(
    call: JSONCall,
    address: AddressArgument,
    proof: Annotated[str, typer.Option(help="How you know that they want it: kept with the change.")],
    to: Annotated[str, typer.Option(metavar="ADDRESS", help="Their new address.")] = "",
    name: Annotated[str | None, typer.Option(help="Their name; empty takes it away.")] = None,
) -> None:
    """Correct a reader's address or name, with the proof that they want it.

    Example: newsletter subscribers edit ann@example.org --to ann@new.example --proof "her mail of 5 January"
    """
    app = call.app
    found = _find(app, address)
    occasion = replace_in(_occasion(app.clock()), detail=proof)
    done = consent.change_details(
        app.register, found.id, occasion, address=parse(to) if to else None, name=name
    )
    _report(call, done, address)


@commands.command()
def pause(
    call: JSONCall,
    address: AddressArgument,
    until: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The first day with an issue again.")],
    edition: EditionOption = "",
) -> None:
    """Send a reader nothing before a date: of one edition, or of all."""
    app = call.app
    found, day = _find(app, address), app.find_issue(until).date
    done = consent.pause(
        app.register, found.id, _occasion(app.clock()), until=day, today=app.today, edition=_named(edition)
    )
    _report(call, done, address, f", {edition or 'all'} paused until {day}")


@commands.command()
def resume(call: JSONCall, address: AddressArgument, edition: EditionOption = "") -> None:
    """End a reader's pause before its date: that of one edition, or that of all."""
    app = call.app
    found, occasion = _find(app, address), _occasion(app.clock())
    done = consent.resume(app.register, found.id, occasion, edition=_named(edition))
    _report(call, done, address)


def _named(edition: str) -> EditionKey | None:
    return EditionKey(edition) if edition else None


@commands.command("list")
def list_all(
    call: JSONCall,
    status: Annotated[SubscriberStatus | None, typer.Option(help="Only those.")] = None,
    search: Annotated[str, typer.Option(help="A part of the address or the name.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
) -> None:
    """List subscribers and count them; who gets which edition, where there are several."""
    app = call.app
    with app.store.read() as connection:
        counts = rows.count_subscribers(connection)
        found = rows.list_subscribers(connection, status=status, search=search, limit=limit)
    told, several = {"counts": counts, "subscribers": found}, bool(app.settings.offered)
    columns = ("address", "name", "status", *(["editions"] if several else []), "since")
    people = [
        (
            one.address,
            one.name or "",
            one.status,
            *([", ".join(one.editions())] if several else []),
            one.created,
        )
        for one in found
    ]
    call.answer_table(told, columns, people, empty="There are no such subscribers.")
    if not call.as_json:
        say(", ".join(f"{number} {name}" for name, number in counts.items()))


@commands.command("import")
def import_file(
    call: JSONCall,
    file: Annotated[Path, typer.Argument(help="A CSV file with a column of addresses.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report by line, change nothing.")] = False,
    encoding: Annotated[str, typer.Option(help="Such as windows-1250; default: found out.")] = "",
) -> None:
    """Import a list whose consent you hold. Who left, bounced or was erased never comes back."""
    app = call.begin()
    now = app.clock()
    with steps("Importing", transfer.count_lines(file) or None) as progress:
        report = transfer.import_file(
            app.register, file, now=now, dry_run=dry_run, encoding=encoding, on_progress=progress.reach
        )
    said = [f"line {one.number}: {one.fate}{': ' if one.reason else ''}{one.reason}" for one in report.lines]
    if not encoding and report.encoding != UTF8:
        said.append(f"The file was read as {report.encoding}. If names look wrong, give --encoding.")
    if report.unread:
        said.append(f"Columns that were not understood: {', '.join(report.unread)}.")
    counts = ", ".join(f"{number} {fate}" for fate, number in report.counts.items() if number)
    said.append(f"{'Would be: ' if dry_run else ''}{counts or 'nothing to import'}")
    call.answer(report, "\n".join(said))


@commands.command()
def export(call: JSONCall, file: Annotated[Path, typer.Argument(help="The CSV file to write.")]) -> None:
    """Export every subscriber as CSV, into a file that only you can read. Every operator is told."""
    from newsletter.day.export_readers import export_readers  # noqa: PLC0415 - used by this command alone

    app = call.app
    with app.store.read() as connection:
        total = sum(rows.count_subscribers(connection).values())
    with told_as(InputError, f"{file} cannot be written", "Choose another place."):
        file.parent.mkdir(parents=True, exist_ok=True)
        with (
            open(file, "w", encoding="utf-8", newline="", opener=partial(os.open, mode=0o600)) as lines,
            steps("Exporting", total) as progress,
        ):
            telling = export_readers(app.alerting, lines, by=BY_COMMAND, on_progress=progress.reach)
            number = asyncio.run(telling)
    call.answer({"file": file, "readers": number}, f"Wrote {number} subscribers to {file}.")


@commands.command()
def show(call: Call, address: AddressArgument) -> None:
    """Show as JSON all that is kept of one person: consent, suppression, deliveries, notices, reports."""
    app = call.app
    found, suppression = consent.look_up(app.register, parse(address))
    kept: dict[str, object] = {"person": None, "suppression": suppression}
    if found is not None:
        kept["person"] = transfer.export_person(app.store, found.id)
        kept["deliveries"] = list_for_subscriber(app.store, found.id, limit=_ALL)
        kept["notices"] = list_notices(app.store, subscriber=found.id, limit=_ALL)
        kept["reports"] = list_bounces(app.store, subscriber=found.id, limit=_ALL, whole=True)
    print_json(kept)


@commands.command()
def erase(
    call: JSONCall,
    address: AddressArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Forget a person for good; a keyed digest stays so that no import brings the address back."""
    app = call.app
    parsed = parse(address)
    if not yes:
        typer.confirm(f"Erase everything kept of {parsed.text}?", abort=True)
    known = consent.erase(app.register, parsed, now=app.clock())
    words = "Erased." if known else "Nothing was kept of that address; it will not be mailed."
    call.answer({"address": address, "known": known}, words)


@commands.command()
def release(call: JSONCall, address: AddressArgument) -> None:
    """Lift the suppression of an address, so that its owner can subscribe again."""
    app = call.app
    lifted = consent.release(app.register, parse(address), now=app.clock())
    words = "Released." if lifted else "That address is not suppressed."
    call.answer({"address": address, "released": lifted}, words)


@commands.command("rotate-keys")
def rotate(call: Call) -> None:
    """Sign links with a new key from now on; every link already mailed keeps working. Then make a backup."""
    app = call.app
    keys = rotate_keys(app.data, app.keys)
    say(f"Key {keys.current} signs from now on; newsletter serve uses it once it is started again.")


@commands.command("replace-keys")
def replace(call: Call, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Make new keys where the old ones are lost and no backup has them. Links already mailed end."""
    app = call.app
    if not yes:
        typer.confirm("Every link already mailed ends, unsubscribe links too. Go on?", abort=True)
    done, blind = replace_keys(app.data, app.store)
    say(f"New keys for {done} subscribers; {blind} suppressions recognize nobody any more.")
    say("Leaving still works by mail, and by the links of the next issue.")
