"""The whole command line."""

from __future__ import annotations

import typer

from newsletter.cli.main import HIDDEN, LISTED, make_commands


def load_every_command() -> typer.Typer:
    """Return the whole command line; a run loads only the part that it is asked for."""
    parts = [part for listed in LISTED.values() for part, _ in listed.values()]
    app = make_commands()
    for part in dict.fromkeys((*parts, *HIDDEN.values())):
        part(app)
    return app
