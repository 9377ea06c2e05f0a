"""``newsletter mute``: sources, companies and kinds of story to hear nothing of. I/O (database, terminal)."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from newsletter.cli.context import Commands, JSONCall
from newsletter.errors import InputError
from newsletter.model import parse_day
from newsletter.store.mutes import list_mutes

commands = Commands(
    no_args_is_help=True, help="Sources, companies and kinds of story that no issue is to hold."
)


@commands.command()
def add(
    call: JSONCall,
    kind: Annotated[str, typer.Argument(help="source, company or topic.")],
    value: Annotated[
        str, typer.Argument(help="A source or publisher; a name; a section's key or a publisher's kind.")
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why: `explain` says it of each story.")],
    until: Annotated[str, typer.Option("--until", metavar="YYYY-MM-DD", help="The first day after.")] = "",
    days: Annotated[int | None, typer.Option("--days", min=1, help="For so many days.")] = None,
) -> None:
    """Mute something, for a while or for ever. Example: newsletter mute add company Lynas --reason rumours"""
    from newsletter.day import remember_choice  # noqa: PLC0415 - brings every stage

    app = call.app
    end = parse_day(until) if until else app.today + timedelta(days=days) if days else None
    if until and end is None:
        raise InputError(f"{until!r} is not a date.", hint="Write it as 2026-01-05.")
    made = remember_choice.mute(app.editing, kind, value, until=end, reason=reason, now=app.clock())
    words = f"Muted {f'until {end}' if end else 'for ever'}. Take it back: newsletter mute lift {made.id}"
    if kind == "source" and not remember_choice.knows_source(app.editing, made.value):
        words += "\nNo source or publisher of sources.toml is called so: it counts for those that aggregators name."
    call.answer(made, words)


@commands.command("list")
def list_all(
    call: JSONCall,
    everything: Annotated[bool, typer.Option("--all", help="Also what ended or was taken back.")] = False,
) -> None:
    """List what is muted, the newest first. Example: newsletter mute list --all"""
    app = call.app
    found = list_mutes(app.store, None if everything else app.today)
    rows = [
        (one.id, one.kind, one.value, one.until or "for ever", "taken back" if one.lifted else "", one.reason)
        for one in found
    ]
    columns = ("no.", "kind", "what", "until", "", "why")
    call.answer_table(found, columns, rows, empty="Nothing is muted.")


@commands.command()
def lift(
    call: JSONCall, number: Annotated[int, typer.Argument(help="Its number, as `mute list` shows it.")]
) -> None:
    """Take a choice back; it counts from the next issue that is composed. Example: newsletter mute lift 3"""
    from newsletter.day import remember_choice  # noqa: PLC0415 - brings every stage

    app = call.app
    found = remember_choice.unmute(app.editing, number, app.clock())
    call.answer(found, f"{found.value} is heard of again.")
