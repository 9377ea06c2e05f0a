"""``newsletter desk …``: who is at the desk, and what was done. I/O (database, terminal)."""

from __future__ import annotations

from typing import Annotated

import typer

from newsletter.cli.context import Commands, JSONCall
from newsletter.errors import InputError
from newsletter.model import BY_COMMAND, parse_number
from newsletter.store.acts import list_acts
from newsletter.store.sessions import end_sessions, list_sessions

commands = Commands(
    no_args_is_help=True, help="The desk: sign somebody in, see who is signed in, and what was done."
)


@commands.command()
def link(
    call: JSONCall,
    address: Annotated[str, typer.Argument(help="An address that [desk] of newsletter.toml names.")],
) -> None:
    """Print a link that signs somebody in, once, within 15 minutes. Example: newsletter desk link ann@example.org"""
    from newsletter.desk.sign_in import find_person, make_link  # noqa: PLC0415 - slow to import

    app = call.app
    person = find_person(app.settings, address)
    if person is None:
        raise InputError(
            f"{address} is no editor and no operator.",
            hint="Add it to editors or operators of [desk] in newsletter.toml, and start serve anew.",
        )
    url = make_link(app, person[0], BY_COMMAND)
    call.answer(
        {"address": person[0], "role": person[1], "url": url},
        f"{url}\nFor {person[0]}, {person[1]}. It works once, for 15 minutes, while newsletter serve is running.",
    )


@commands.command()
def sessions(
    call: JSONCall,
    revoke: Annotated[
        str, typer.Option("--revoke", help="End one by its number, all of an address, or all: all.")
    ] = "",
) -> None:
    """List who is signed in, or end sessions at once. Example: newsletter desk sessions --revoke ann@example.org"""
    app = call.app
    now = app.clock()
    if revoke:
        number = parse_number(revoke)
        who = revoke if number is None and revoke != "all" else ""
        ended = end_sessions(app.store, BY_COMMAND, now, number=number, who=who)
        if not ended:
            raise InputError(
                f"Nothing open belongs to {revoke!r}.", hint="newsletter desk sessions lists what is open."
            )
        call.answer({"revoked": ended}, f"Ended: {ended}.")
        return
    found = list_sessions(app.store, now)
    call.answer_table(
        found,
        ("no.", "what", "who", "since", "until", "last act", "network"),
        [(s.id, s.scope, s.who, s.created, s.expires, s.seen, s.network) for s in found],
        empty="Nobody is signed in.",
    )


@commands.command()
def log(
    call: JSONCall,
    words: Annotated[
        str, typer.Argument(help="Only acts with these words: an address, a date, a verb.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 50,
) -> None:
    """Show who did what, the newest first. Example: newsletter desk log 2026-01-05"""
    found = list_acts(call.app.store, words=words, limit=limit)
    call.answer_table(
        found,
        ("at", "who", "by way of", "to what", "what"),
        [(act.at, act.actor or "–", act.via or "–", act.object, act.what) for act in found],
        empty="Nothing is on record.",
    )
