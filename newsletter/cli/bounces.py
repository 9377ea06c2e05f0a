"""``newsletter bounces``: what came back by mail, taken now. I/O (network, database)."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from newsletter.cli.context import open_place
from newsletter.cli.terminal import JSONOption, print_json, say
from newsletter.day.returns import ASKED, ask_for_help, is_configured, look_at_complaints, take_returns
from newsletter.delivery.operator_alerts import tell
from newsletter.errors import InputError
from newsletter.store.bounces import list_bounces


def bounces(
    context: typer.Context,
    pipe: Annotated[bool, typer.Option("--pipe", help="Take the one message on standard input.")] = False,
    as_json: JSONOption = False,
) -> None:
    """Take what came back by mail now: bounces, complaints, people who leave. `serve` does it by itself.

    Example for a mail server's alias: bounces: "|newsletter --data /data bounces --pipe"
    """
    app = open_place(context)
    if not pipe and not is_configured(app.settings.bounces):
        raise InputError(
            "No mailbox is configured.", hint="Set bounces.imap_host or bounces.maildir, or use --pipe."
        )
    now = app.clock()
    counts = take_returns(app.returning, now, pipe=pipe)
    if number := counts[ASKED]:
        asyncio.run(tell(app.alerting, ask_for_help(number, now)))
    level, words = look_at_complaints(app.store, app.settings.bounces, now)
    if as_json:
        complaints = {"level": level, "words": words}
        print_json({"mails": counts, "latest": list_bounces(app.store), "complaints": complaints})
        return
    say(", ".join(f"{number} {kind}" for kind, number in counts.items()) or "Nothing came back.")
    if not pipe:
        say(f"{words}.")
