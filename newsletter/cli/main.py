"""The ``newsletter`` command: every group of commands, and how errors are told. I/O (terminal)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from newsletter import __version__
from newsletter.cli.context import Place
from newsletter.errors import NewsletterError
from newsletter.terminal import note

app = typer.Typer(
    name="newsletter",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A daily newsletter: collected, checked, composed and delivered. Start with: newsletter demo",
)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def begin(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            envvar="NEWSLETTER_CONFIG",
            help="The folder of newsletter.toml, sources.toml, lexicon.toml.",
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", envvar="NEWSLETTER_DATA", help="The data folder: database, keys, templates."),
    ] = None,
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True)] = False,
) -> None:
    """Set where the installation is."""
    del version
    context.obj = Place(config, data)


def _add_runs() -> None:
    from newsletter.cli import runs, senders  # noqa: PLC0415 - imported where used: a command starts in half the time

    app.command()(runs.run)
    app.command()(runs.serve)
    app.command()(senders.worker)
    app.command()(runs.deliveries)
    app.command()(runs.demo)


def _add_issue() -> None:
    from newsletter.cli import issues, runs, senders  # noqa: PLC0415 - see above

    issues.commands.command("send")(runs.run)
    issues.commands.command("test")(runs.test_send)
    issues.commands.command("settle")(senders.settle)
    app.add_typer(issues.commands, name="issue")
    # In a hurry nobody looks for the group that stops a send.
    for act in (issues.pause, issues.resume, issues.cancel):
        app.command(hidden=True)(act)


def _add_explain() -> None:
    from newsletter.cli import explain  # noqa: PLC0415 - see above

    app.command()(explain.explain)


def _add_preview() -> None:
    from newsletter.cli import preview  # noqa: PLC0415 - see above

    app.command()(preview.preview)


def _add_check() -> None:
    from newsletter.cli import check  # noqa: PLC0415 - see above

    app.command()(check.check)


def _add_subscribers() -> None:
    from newsletter.cli import subscribers  # noqa: PLC0415 - see above

    app.add_typer(subscribers.commands, name="subscribers")


def _add_sources() -> None:
    from newsletter.cli import sources  # noqa: PLC0415 - see above

    app.add_typer(sources.commands, name="sources")


def _add_stage() -> None:
    from newsletter.cli import stages  # noqa: PLC0415 - see above

    app.command("stage")(stages.run_stage)


def _add_operate() -> None:
    from newsletter.cli import operate  # noqa: PLC0415 - see above

    app.command("runs")(operate.runs)
    app.command()(operate.doctor)
    app.command()(operate.bounces)
    app.command()(operate.backup)
    app.command()(operate.restore)
    app.add_typer(operate.database, name="db")
    app.add_typer(operate.dkim, name="dkim")
    app.add_typer(operate.templates, name="templates")


PARTS: dict[Callable[[], None], tuple[str, ...]] = {
    _add_runs: ("run", "serve", "worker", "deliveries", "demo"),
    _add_issue: ("issue", "pause", "resume", "cancel"),
    _add_explain: ("explain",),
    _add_preview: ("preview",),
    _add_check: ("check",),
    _add_subscribers: ("subscribers",),
    _add_sources: ("sources",),
    _add_stage: ("stage",),
    _add_operate: ("runs", "doctor", "bounces", "backup", "restore", "db", "dkim", "templates"),
}


def load_commands(arguments: Sequence[str]) -> typer.Typer:
    """Return the command line with the part that ``arguments`` ask for, or with all parts."""
    known = {name: part for part, names in PARTS.items() for name in names}
    rest = iter(arguments)
    asked = None
    for argument in rest:
        if argument in {"--config", "--data"}:
            next(rest, None)  # its value, whatever it is called
        elif not argument.startswith("-"):
            asked = argument if argument in known else None
            break
    for part in PARTS if asked is None else (known[asked],):
        part()
    return app


def main() -> None:
    """Run a command; an expected error is told in two lines and ends with its own exit code."""
    try:
        load_commands(sys.argv[1:])()
    except NewsletterError as error:
        _tell(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(0)  # whoever read us has read enough


def _tell(error: NewsletterError) -> None:
    if "--json" in sys.argv:
        sys.stdout.write(json.dumps({"error": str(error), "hint": error.hint}, ensure_ascii=False) + "\n")
    note(f"Error: {error}")
    if error.hint:
        note(f"What to do: {error.hint}")
