"""``newsletter tokens …``: other programs that use the API. I/O (database, terminal)."""

from __future__ import annotations

from typing import Annotated

import typer

from newsletter.cli.context import open_place
from newsletter.cli.terminal import JSONOption, answer, answer_table, print_json, say
from newsletter.errors import InputError
from newsletter.store.api_tokens import list_tokens, revoke_token
from newsletter.web.api.access import MOST_DAYS, Scope, make_token

commands = typer.Typer(no_args_is_help=True, help="Other programs that use the API, and what each may do.")
NameArgument = Annotated[str, typer.Argument(help="What the record of acts calls the program.")]


@commands.command()
def add(
    context: typer.Context,
    name: NameArgument,
    scope: Annotated[list[Scope], typer.Option(help="What it may do; repeatable.")],
    days: Annotated[int, typer.Option(min=1, max=MOST_DAYS, help="For how long it is good.")] = 365,
    as_json: JSONOption = False,
) -> None:
    """Make a token and show it, once. Example: newsletter tokens add website --scope add"""
    app = open_place(context)
    token = make_token(app.store, name, scope, app.clock(), days=days)
    if as_json:
        print_json({"name": name, "token": token, "scopes": sorted(set(scope)), "days": days})
        return
    say(token)
    say("It is shown this once; only a digest is kept. The API and its page: /api/v1 of newsletter.base_url.")


@commands.command("list")
def list_all(context: typer.Context, as_json: JSONOption = False) -> None:
    """List the tokens there are and were; none can be shown again."""
    app = open_place(context)
    tokens, now = list_tokens(app.store), app.clock()
    answer_table(
        as_json,
        [{"is_good": one.is_good(now), "token": one} for one in tokens],
        ("name", "scopes", "made", "until", "state"),
        [
            (
                one.name,
                " ".join(sorted(one.scopes)),
                one.created,
                one.expires,
                "good" if one.is_good(now) else "revoked" if one.revoked else "over",
            )
            for one in tokens
        ],
        empty="There are none: newsletter tokens add makes one.",
    )


@commands.command()
def revoke(context: typer.Context, name: NameArgument, as_json: JSONOption = False) -> None:
    """End a token at once."""
    app = open_place(context)
    if not revoke_token(app.store, name, app.clock()):
        raise InputError(f"No token {name!r} is left to end.", hint="newsletter tokens list shows them.")
    answer(as_json, {"name": name, "revoked": True}, f"The token {name} opens nothing any more.")
