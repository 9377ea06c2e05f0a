"""``newsletter tokens …``: other programs that use the API. I/O (database, terminal)."""

from __future__ import annotations

from typing import Annotated

import typer

from newsletter.cli.context import Commands, JSONCall
from newsletter.errors import InputError
from newsletter.store.api_tokens import list_tokens, revoke_token
from newsletter.web.api.access import MOST_DAYS, Scope, make_token

commands = Commands(no_args_is_help=True, help="Other programs that use the API, and what each may do.")
NameArgument = Annotated[str, typer.Argument(help="What the record of acts calls the program.")]


@commands.command()
def add(
    call: JSONCall,
    name: NameArgument,
    scope: Annotated[list[Scope], typer.Option(help="What it may do; repeatable.")],
    days: Annotated[int, typer.Option(min=1, max=MOST_DAYS, help="For how long it is good.")] = 365,
) -> None:
    """Make a token and show it, once. Example: newsletter tokens add website --scope add"""
    app = call.app
    token = make_token(app.store, name, scope, app.clock(), days=days)
    call.answer(
        {"name": name, "token": token, "scopes": sorted(set(scope)), "days": days},
        f"{token}\nIt is shown this once; only a digest is kept. The API and its page: /api/v1 of newsletter.base_url.",
    )


@commands.command("list")
def list_all(call: JSONCall) -> None:
    """List the tokens there are and were; none can be shown again."""
    app = call.app
    tokens = [(one, one.is_good(app.clock())) for one in list_tokens(app.store)]
    told = [{"is_good": is_good, "token": one} for one, is_good in tokens]
    rows = []
    for one, is_good in tokens:
        state = "good" if is_good else "revoked" if one.revoked else "over"
        rows.append((one.name, " ".join(sorted(one.scopes)), one.created, one.expires, state))
    columns = ("name", "scopes", "made", "until", "state")
    call.answer_table(told, columns, rows, empty="There are none: newsletter tokens add makes one.")


@commands.command()
def revoke(call: JSONCall, name: NameArgument) -> None:
    """End a token at once."""
    app = call.app
    if not revoke_token(app.store, name, app.clock()):
        raise InputError(f"No token {name!r} is left to end.", hint="newsletter tokens list shows them.")
    call.answer({"name": name, "revoked": True}, f"The token {name} opens nothing any more.")
