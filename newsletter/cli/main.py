"""The ``newsletter`` command: every group of commands, and how errors are told. I/O (terminal)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import click
import typer

from newsletter import __version__
from newsletter.cli import explain, issues, operate, runs, sources, stages, subscribers
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


app.command()(runs.run)
app.command()(runs.serve)
app.command()(runs.preview)
app.add_typer(issues.commands, name="issue")
issues.commands.command("send")(runs.run)
issues.commands.command("test")(runs.test_send)
app.command()(runs.deliveries)
app.command()(explain.explain)
app.add_typer(subscribers.commands, name="subscribers")
app.add_typer(sources.commands, name="sources")
app.command("stage")(stages.run_stage)
app.command("runs")(operate.runs)
app.command()(operate.doctor)
app.command()(operate.backup)
app.command()(operate.restore)
app.add_typer(operate.database, name="db")
app.add_typer(operate.dkim, name="dkim")
app.add_typer(operate.templates, name="templates")
app.command()(runs.demo)


def main() -> None:
    """Run a command; an expected error is told in two lines and ends with its own exit code."""
    try:
        status = app(standalone_mode=False)
    except NewsletterError as error:
        _tell(error)
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(0)  # whoever read us has read enough
    sys.exit(status if isinstance(status, int) else 0)


def _tell(error: NewsletterError) -> None:
    if "--json" in sys.argv:
        sys.stdout.write(json.dumps({"error": str(error), "hint": error.hint}, ensure_ascii=False) + "\n")
    note(f"Error: {error}")
    if error.hint:
        note(f"What to do: {error.hint}")
