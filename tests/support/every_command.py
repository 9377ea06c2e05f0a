"""The whole command line."""

from __future__ import annotations

import typer

from newsletter.cli.main import HIDDEN, LISTED, add_command, make_commands


def load_every_command() -> typer.Typer:
    """Return the whole command line; a run loads only the command that it is asked for."""
    app = make_commands()
    for name in (*(name for listed in LISTED.values() for name in listed), *HIDDEN):
        add_command(app, name)
    return app
