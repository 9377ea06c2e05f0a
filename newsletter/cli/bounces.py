"""``newsletter bounces``: what came back by mail, taken now. I/O (network, database)."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Annotated

import typer

from newsletter.cli.context import JSONCall, print_json, say
from newsletter.day.returns import (
    ask_for_eyes,
    ask_of_forwards,
    ask_of_held,
    is_configured,
    take_returns,
)
from newsletter.delivery.operator_alerts import tell
from newsletter.delivery.returned_mail import UNREAD, check_complaints
from newsletter.errors import InputError
from newsletter.store.bounces import FORWARDED, count_forwards, list_bounces
from newsletter.store.held_suppressions import find_held_suppressions, settle_held_suppressions


def bounces(
    call: JSONCall,
    pipe: Annotated[bool, typer.Option("--pipe", help="Take the one message on standard input.")] = False,
    suppress: Annotated[
        bool, typer.Option("--suppress", help="The addresses that are held are dead: suppress them.")
    ] = False,
    spare: Annotated[
        bool, typer.Option("--spare", help="They are not: release them, and those suppressed in that hour.")
    ] = False,
    unread: Annotated[
        bool, typer.Option("--unread", help="Print the mails of the last days that need a person.")
    ] = False,
) -> None:
    """Take what came back by mail now: bounces, complaints, people who leave. `serve` does it by itself.

    More dead addresses in an hour than is likely are held: it asks about them, --suppress or --spare answers.

    Example for a mail server's alias: bounces: "|newsletter --data /data bounces --pipe"
    """
    app = call.app
    if unread:
        _print_unread(call)
        return
    if suppress or spare:
        _settle(call, suppress, spare)
        return
    configured = pipe or is_configured(app.settings.bounces)
    if not configured and find_held_suppressions(app.store) is None:
        raise InputError(
            "No mailbox is configured.", hint="Set bounces.imap_host or bounces.maildir, or use --pipe."
        )
    now = app.clock()
    counts = take_returns(app.returning, now, pipe=pipe) if configured else Counter[str]()
    held = find_held_suppressions(app.store)
    asked = ask_of_held(held) if held else None
    forwards = count_forwards(app.store, now)
    passed_on = ask_of_forwards(forwards, now) if forwards else None
    for alert in (*ask_for_eyes(counts, now), *filter(None, (passed_on, asked))):
        asyncio.run(tell(app.alerting, alert))
    level, words = check_complaints(app.store, app.settings.bounces, now=now)
    if call.as_json:
        complaints = {"level": level, "words": words}
        print_json(
            {"mails": counts, "latest": list_bounces(app.store), "complaints": complaints, "held": held}
        )
        return
    say(", ".join(f"{number} {kind}" for kind, number in counts.items()) or "Nothing came back.")
    if not pipe:
        say(f"{words}.")
    if not pipe and held and asked:
        say(asked.body)
        for one in held.samples:
            say(f"  {one.address}: {one.status or ''} {one.reason}")


def _print_unread(call: JSONCall) -> None:
    found = [
        one
        for reason in (UNREAD, FORWARDED)
        for one in list_bounces(call.app.store, reason=reason, whole=True, limit=20)
    ]
    said = "\n".join(f"--- {one.at:%Y-%m-%d %H:%M} UTC\n{one.report}" for one in found)
    call.answer({"unread": found}, said or "Every mail that came back was understood.")


def _settle(call: JSONCall, suppress: bool, spare: bool) -> None:
    if suppress and spare:
        raise InputError("--suppress or --spare, not both.", hint="newsletter bounces shows what is held.")
    count = settle_held_suppressions(call.app.store, call.app.clock(), are_dead=suppress)
    if not count:
        raise InputError("Nothing is held.", hint="newsletter bounces takes what came back.")
    call.answer(
        {"readers": count, "suppressed": suppress},
        f"{count} readers are {'suppressed' if suppress else 'released'}.",
    )
