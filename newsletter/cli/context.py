"""What every command shares: the installation, the issue that is meant, how it answers. I/O (opens the app).

A command takes a ``Call`` first. The kind of call that it names says which shared options it has beside its own:
``--json`` (``JSONCall``), an issue (``IssueCall``), the content that was looked at (``SeenCall``).
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli.terminal import print_json, print_table, say
from newsletter.errors import InputError

if TYPE_CHECKING:
    from newsletter.model import IssueKey
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


@dataclass(kw_only=True)
class Call:
    """One call of a command."""

    context: typer.Context

    @property
    def place(self) -> Place:
        """Where the installation is."""
        return self.context.find_object(Place) or Place(None, None)

    @cached_property
    def app(self) -> Installation:
        """The installation of this call; its database is closed when the command ends."""
        app = self.place.open()
        app.makes_ledger = False
        self.context.call_on_close(app.close)
        return app

    def begin(self) -> Installation:
        """Return the installation for a command that may begin one.

        Any other says that there is none: a folder that was mistyped would look like a newsletter without readers.
        """
        self.app.makes_ledger = True
        return self.app


@dataclass(kw_only=True)
class JSONCall(Call):
    """A call that answers in words, or in JSON for scripts."""

    as_json: bool

    def answer(self, told: Any, words: str) -> None:
        """Print what was done: JSON for scripts, words for people."""
        print_json(told) if self.as_json else say(words)

    def answer_table(
        self, told: Any, columns: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str
    ) -> None:
        """Print what was found: JSON for scripts, a table for people."""
        print_json(told) if self.as_json else print_table(columns, rows, empty=empty)


@dataclass(kw_only=True)
class IssueCall(JSONCall):
    """A call about one issue: of a date and an edition."""

    date: str
    edition: str

    @property
    def key(self) -> IssueKey:
        """The issue that is meant; today's of the default edition where nothing is said."""
        return self.find_issue()

    def find_issue(self, day: str = "") -> IssueKey:
        """Return the issue of a ``day`` that was given as an argument, else of the options."""
        return self.app.find_issue(day or self.date, self.edition)


@dataclass(kw_only=True)
class SeenCall(IssueCall):
    """A call that changes an issue only where its content is the one that was ``seen``."""

    seen: str


_SHARED: dict[str, Any] = {
    "date": DateOption,
    "edition": EditionOption,
    "seen": Annotated[
        str,
        typer.Option(
            metavar="HASH", help="The content you looked at: where it is another by now, nothing is changed."
        ),
    ],
    "as_json": Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of a table.")],
}


_CONTEXT = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)


class Commands(typer.Typer):
    """A group of commands. One that takes a ``Call`` gets the options that its kind of call shares."""

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Callable[..., None]], Any]:
        """Add a command, as ``typer.Typer`` does."""
        add = super().command(name, **settings)

        def register(function: Callable[..., None]) -> Callable[..., None]:
            add(_with_shared_options(function))
            return function

        return register


def _with_shared_options(function: Callable[..., None]) -> Callable[..., None]:
    """Return the function as Typer calls it: with a context and plain options in the place of its ``Call``."""
    first, *own = inspect.signature(function, eval_str=True).parameters.values() or [_CONTEXT]
    kind = first.annotation
    if not (isinstance(kind, type) and issubclass(kind, Call)):
        return function
    shared = [field.name for field in fields(kind) if field.name != "context"]

    def run(context: typer.Context, **given: Any) -> None:
        call = kind(context=context, **{name: given.pop(name) for name in shared})
        function(call, **given)

    options = [
        _CONTEXT.replace(name=name, annotation=_SHARED[name], default=False if name == "as_json" else "")
        for name in shared
    ]
    parameters = [_CONTEXT, *own, *options]
    run.__name__, run.__doc__ = function.__name__, function.__doc__
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run


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
