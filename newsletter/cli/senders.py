"""``newsletter worker``, ``newsletter issue settle`` and the history of deliveries. I/O (database, terminal)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from newsletter.cli.context import Call, IssueCall
from newsletter.delivery.state_words import explain_answer
from newsletter.errors import InputError
from newsletter.store.deliveries import ListedDelivery

HISTORY = ("address", "when (UTC)", "status", "relay", "why")


def worker(call: Call) -> None:
    """Send what is due, for ever, beside `serve`: one more sender on one more machine.

    Every worker needs the same PostgreSQL (storage.database), the same settings, and a copy of keys/ of
    the data folder. Ends on SIGTERM within eight seconds, with messages in flight finished.
    """
    from newsletter.serve.processes import refuse_demo, serve_one  # noqa: PLC0415 - slow to import
    from newsletter.subscribers.keys import refuse_without_keys  # noqa: PLC0415 - used by this command alone

    app = call.begin()
    refuse_demo(app.data)
    if app.raw_store.engine.dialect.name != "postgresql":
        raise InputError(
            "A worker needs PostgreSQL: a SQLite file belongs to one machine.",
            hint="Set storage.database to postgresql://user:password@host/name, for `serve` and for the worker.",
        )
    refuse_without_keys(app.data)
    serve_one(app, "sender")


def settle(
    call: IssueCall,
    arrived: Annotated[
        bool | None, typer.Option("--arrived/--again", help="They arrived; or they go out once more.")
    ] = None,
    only: Annotated[
        list[int] | None,
        typer.Option("--delivery", help="Only this one, as `deliveries --json` names it; repeatable."),
    ] = None,
) -> None:
    """Say what became of deliveries that are held: handed over, but never answered. Without an answer it asks.

    Example: newsletter issue settle --date 2026-01-05 --arrived
    """
    from newsletter.delivery.plan_issue import settle_held  # noqa: PLC0415 - used by this command alone
    from newsletter.store.recovery import ask_of_held, list_held  # noqa: PLC0415 - the same

    app, key = call.app, call.key
    look = "newsletter deliveries shows how each one stands."
    if arrived is None:
        held = next((one for one in list_held(app.store) if one.key == key), None)
        if held is None:
            raise InputError(f"Nothing of {key} is held.", hint=look)
        asked = f"{ask_of_held(held)} Such as: {', '.join(held.sample)}."
        raise InputError(asked, hint="--arrived counts them as sent, --again sends them once more.")
    number = settle_held(app.store, key, app.clock(), arrived=arrived, only=only)
    if not number:
        by = ", or not by these numbers" if only else ""
        raise InputError(f"Nothing of {key} is held{by}: nothing was changed.", hint=look)
    call.answer(
        {"date": key.date, "settled": number, "arrived": arrived},
        f"{number} deliveries {'count as sent' if arrived else 'are queued once more'}.",
    )


def list_states(listed: Sequence[ListedDelivery]) -> list[tuple[str, ...]]:
    """Return a line for each state that deliveries were in, and are in now."""
    return [
        (
            item.address or "(erased)",
            f"{state.at:%Y-%m-%d %H:%M:%S}",
            state.status,
            state.relay or "",
            explain_answer(state.reply, state.reason),
        )
        for item in listed
        for state in item.history
    ]
