"""The ``newsletter`` command: every group of commands, and how errors are told. I/O (terminal)."""

from __future__ import annotations

import atexit
import errno
import gc
import json
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from newsletter import __version__
from newsletter.cli.context import Commands, Place, note
from newsletter.cli.standard_streams import prepare_streams
from newsletter.data_files import read_data
from newsletter.errors import InputError, NewsletterError


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


def _folder(option: str, variable: str, words: str) -> Any:
    # Readable or not: the library would refuse it without a word of what to do.
    return typer.Option(option, envvar=variable, readable=False, help=words)


def begin(
    context: typer.Context,
    config: Annotated[
        Path | None,
        _folder(
            "--config", "NEWSLETTER_CONFIG", "The folder of newsletter.toml, sources.toml, lexicon.toml."
        ),
    ] = None,
    data: Annotated[
        Path | None, _folder("--data", "NEWSLETTER_DATA", "The data folder: database, keys, templates.")
    ] = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Set where the installation is."""
    del version
    context.obj = Place(config, data)


# After how many new objects garbage is looked for. Importing makes tens of thousands, none of them garbage: with
# Python's own 700 a tenth of the start went into looking.
_GARBAGE = 10_000

# Panel ─▶ command ─▶ where it is, and what it does.
LISTED: dict[str, dict[str, tuple[str, str]]] = read_data("newsletter.cli", "commands.toml")
# In a hurry nobody looks for the group that stops a send.
HIDDEN = {name: f"issues.{name}" for name in ("pause", "resume", "cancel")}


def make_commands() -> Commands:
    """Return a command line without commands: the options that stand before each of them."""
    app = Commands(
        name="newsletter",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",  # "rich" would take [preflight] in a help text for markup
        help="A daily newsletter: collected, checked, composed and delivered. Start with: newsletter demo",
    )
    app.callback()(begin)
    return app


def add_command(app: Commands, name: str) -> None:
    """Import a command, or a group of them, and add it."""
    places = {each: place for listed in LISTED.values() for each, (place, _) in listed.items()} | HIDDEN
    module, _, attribute = places[name].partition(".")
    found = getattr(import_module(f"newsletter.cli.{module}"), attribute)
    if isinstance(found, typer.Typer):
        app.add_typer(found, name=name)
    else:
        app.command(name, hidden=name in HIDDEN)(found)


def load_commands(arguments: Sequence[str]) -> Commands:
    """Return the command line with the part that ``arguments`` ask for, or with the mere list of all."""
    known = {name for listed in LISTED.values() for name in listed} | HIDDEN.keys()
    app = make_commands()
    rest = iter(arguments)
    for argument in rest:
        if argument in {"--config", "--data"}:
            next(rest, None)  # its value, whatever it is called
        elif not argument.startswith("-"):
            if argument in known:
                add_command(app, argument)
                return app
            break
    for panel, listed in LISTED.items():
        for name, (_, summary) in listed.items():
            app.command(name, help=summary, rich_help_panel=panel)(_do_nothing)
    return app


def _do_nothing() -> None:
    """Stand in the list for a command: it is called only where ``load_commands`` has loaded the real one."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; an expected error is told in two lines and ends with its own exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    prepare_streams()
    gc.set_threshold(_GARBAGE)
    atexit.register(gc.freeze)  # as the process ends, memory is given back whole: nothing of it needs a look
    try:
        load_commands(given)(given)
    except NewsletterError as error:
        _end(error, given)
    except Exception as error:
        is_piped = "--pipe" in given
        if isinstance(error, BrokenPipeError) and not is_piped:
            _drop_output()
            sys.exit(0)  # whoever read us has read enough
        if isinstance(error, OSError) and (told := _explain(error)):
            if error.filename is None:
                _drop_output()
            _end(told, given)
        if not is_piped:
            raise
        try:
            traceback.print_exc()  # no log line: a module of it could not be read where files run out
        finally:
            sys.exit(os.EX_TEMPFAIL)  # the mail stays with the mail server


def _drop_output() -> None:
    """Let go of what standard output could not take: Python would try again as it ends, and end with 120 instead."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end(error: NewsletterError, given: Sequence[str]) -> NoReturn:
    """Tell it, and end with its code; a mail server that pipes a mail in keeps it for another try, and bounces none."""
    if "--json" in given:
        sys.stdout.write(json.dumps({"error": str(error), "hint": error.hint}) + "\n")
    note(f"Error: {error}")
    if error.hint:
        note(f"What to do: {error.hint}")
    sys.exit(os.EX_TEMPFAIL if "--pipe" in given else error.exit_code)


# What a disk says that takes no more.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO})


def _explain(error: OSError) -> NewsletterError | None:
    """Say what the system refused about a file: a place that was given, or a disk that is full; None: another fault."""
    told = f"{error.filename or 'What is printed'} cannot be used: {error.strerror}."
    if error.errno in _FULL:
        return NewsletterError(told, hint="Free some space there; newsletter doctor looks at the disk.")
    if error.filename is None:
        return None
    if isinstance(error, PermissionError) and (denied := _find_denied(error.filename)):
        return denied
    return InputError(told, hint="Is it the right place, and may the user that runs the newsletter use it?")


def _find_denied(filename: str | bytes | int) -> NewsletterError | None:
    from newsletter.store.folder_rights import explain_denied, find_denied  # noqa: PLC0415 - seldom needed

    denied = find_denied(Path(os.fsdecode(filename))) if isinstance(filename, (str, bytes)) else None
    return explain_denied(denied) if denied else None
