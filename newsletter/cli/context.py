"""What every command shares: the installation, the issue that is meant, how it answers. I/O (opens the app, terminal).

A command takes a ``Call`` first. The kind of call that it names says which shared options it has beside its own:
``--json`` (``JSONCall``), an issue (``IssueCall``), the content that was looked at (``SeenCall``).
Results go to standard output, everything else (progress, logs, errors) to standard error, so that
``newsletter … --json | jq`` always works.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from enum import Enum
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from newsletter.control_characters import escape_controls, make_printable
from newsletter.errors import InputError
from newsletter.model import DAILY

if TYPE_CHECKING:
    from newsletter.model import IssueKey
    from newsletter.wiring import Installation

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def to_plain(value: Any) -> Any:  # noqa: PLR0911 - one line a type
    """Return dataclasses, dates, enums and paths as JSON values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        given = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        # While there is one edition, no output names it.
        return {name: to_plain(item) for name, item in given.items() if (name, item) != ("edition", DAILY)}
    if isinstance(value, Mapping):
        return {str(to_plain(key)): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def print_json(value: Any) -> None:
    """Print one JSON document."""
    sys.stdout.write(escape_controls(json.dumps(to_plain(value), ensure_ascii=False, indent=2)) + "\n")


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str) -> None:
    """Print rows under headings, or ``empty`` where there are none. Foreign text is never markup."""
    if not rows:
        out.print(empty, markup=False)
        return
    if not out.is_terminal:
        for row in rows:
            out.print("\t".join(_cell(value) for value in row), markup=False)
        return
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    out.print(table)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return make_printable(" ".join(str(value).split()))


def say(text: str) -> None:
    """Print one line or paragraph of a result."""
    out.print(make_printable(text), markup=False)


def note(text: str) -> None:
    """Print a remark to standard error."""
    err.print(make_printable(text), markup=False)


class Steps:
    """Progress of long work: a bar on a terminal, plain lines elsewhere."""

    def __init__(self, progress: Progress | None, title: str, total: int | None) -> None:
        self._progress = progress
        self._task = progress.add_task(title, total=total) if progress else None
        self._title = title
        self._done = 0
        self._total = total
        self._next_line = 0

    def advance(self, what: str = "") -> None:
        """Say that one more is done: ``what``."""
        self.reach(self._done + 1, what)

    def reach(self, done: int, what: str = "") -> None:
        """Say that ``done`` are done in all."""
        self._done = done
        if self._total is not None and done > self._total:
            self._total = done  # more came while it went on
        if self._progress is not None and self._task is not None:
            shown = make_printable(f"{self._title} {what}")[:60]
            self._progress.update(self._task, completed=done, description=shown)
        elif done >= self._next_line:
            share = f"{done}/{self._total}" if self._total else str(done)
            note(f"{self._title}: {share} {what}".rstrip())
            self._next_line = done + max((self._total or 0) // 10, 1 if self._total else 1000)


@contextmanager
def steps(title: str, total: int | None = None) -> Iterator[Steps]:
    """Show the progress of long work on standard error."""
    if not err.is_terminal:
        yield Steps(None, title, total)
        return
    text = TextColumn("{task.description}", markup=False)
    columns = (SpinnerColumn(), text, BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        yield Steps(progress, title, total)


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

    def open(self, *, is_examined: bool = False) -> Installation:
        """Read the settings and set up the logs; ``is_examined``: whatever the rights of the data folder."""
        from newsletter.logs import configure_logs  # noqa: PLC0415 - the same
        from newsletter.wiring import open_installation  # noqa: PLC0415 - a help text needs no settings

        app = open_installation(self.config, data=self.data, is_examined=is_examined)
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
        return self._open()

    def _open(self, *, is_examined: bool = False) -> Installation:
        app = self.place.open(is_examined=is_examined)
        app.makes_ledger = False
        self.context.call_on_close(app.close)
        return app

    def examine(self) -> Installation:
        """Return the installation for the command that says what is wrong with it, whatever that is."""
        return self._open(is_examined=True)

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
