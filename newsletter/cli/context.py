"""What every command shares: the installation it works on, and dates given by hand. I/O (opens the app)."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.errors import InputError

if TYPE_CHECKING:
    from newsletter.wiring import Installation

DateOption = Annotated[
    str,
    typer.Option(
        "--date", metavar="YYYY-MM-DD", help="The issue's date; default: today in the newsletter's zone."
    ),
]
EditionOption = Annotated[
    str, typer.Option("--edition", metavar="KEY", help="Of which edition; default: the default one.")
]
DateArgument = Annotated[
    str, typer.Argument(metavar="[YYYY-MM-DD]", help="The issue's date; default: today.")
]


@dataclass
class Place:
    """Where the installation is, as given before the command."""

    config: Path | None
    data: Path | None

    def open(self) -> Installation:
        """Read the settings and set up the logs."""
        from newsletter.logs import configure_logs  # noqa: PLC0415 - the same
        from newsletter.wiring import open_installation  # noqa: PLC0415 - a help text needs no settings

        app = open_installation(self.config, data=self.data)
        configure_logs(app.settings.logs)
        return app


def open_place(context: typer.Context, *, makes_ledger: bool = False) -> Installation:
    """Return the installation of this call; its database is closed when the command ends.

    A command that begins an installation ``makes_ledger``; any other says that there is none: a folder that was
    mistyped would look like a newsletter without readers.
    """
    place: Place = context.find_object(Place) or Place(None, None)
    app = place.open()
    app.makes_ledger = makes_ledger
    context.call_on_close(app.close)
    return app


def write_file(path: Path, content: str | bytes, *, mode: int = 0o666, replaces: bool = True) -> None:
    """Write what a command was asked to write, whole or not at all.

    ``mode`` is what a new file allows, less the umask. With ``replaces=False`` one that is there stays. Raises
    InputError where that place cannot be written.
    """
    is_new = not path.exists()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "wb" if replaces else "xb", opener=partial(os.open, mode=mode)) as file:
            file.write(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        if is_new and not isinstance(error, FileExistsError):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        stands = path.parent if path.parent.exists() and not path.parent.is_dir() else None
        why = f"{stands} is no folder" if stands else error.strerror or str(error)
        raise InputError(f"{path} cannot be written: {why}.", hint="Choose another place.") from error
