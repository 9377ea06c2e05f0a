"""The ``newsletter`` command: every group of commands, and how errors are told. I/O (terminal)."""

from __future__ import annotations

import atexit
import gc
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from newsletter import __version__
from newsletter.cli.context import Place
from newsletter.cli.terminal import note
from newsletter.errors import NewsletterError


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


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
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Set where the installation is."""
    del version
    context.obj = Place(config, data)


def _add_runs(app: typer.Typer) -> None:
    from newsletter.cli import runs, senders  # noqa: PLC0415 - imported where used: a command starts in half the time

    app.command()(runs.run)
    app.command()(runs.serve)
    app.command()(senders.worker)
    app.command()(runs.deliveries)
    app.command()(runs.demo)


def _add_issue(app: typer.Typer) -> None:
    from newsletter.cli import issues  # noqa: PLC0415 - see above

    app.add_typer(issues.commands, name="issue")
    # In a hurry nobody looks for the group that stops a send.
    for act in (issues.pause, issues.resume, issues.cancel):
        app.command(hidden=True)(act)


def _add_explain(app: typer.Typer) -> None:
    from newsletter.cli import explain  # noqa: PLC0415 - see above

    app.command()(explain.explain)


def _add_preview(app: typer.Typer) -> None:
    from newsletter.cli import preview  # noqa: PLC0415 - see above

    app.command()(preview.preview)


def _add_check(app: typer.Typer) -> None:
    from newsletter.cli import check  # noqa: PLC0415 - see above

    app.command()(check.check)


def _add_subscribers(app: typer.Typer) -> None:
    from newsletter.cli import subscribers  # noqa: PLC0415 - see above

    app.add_typer(subscribers.commands, name="subscribers")


def _add_sources(app: typer.Typer) -> None:
    from newsletter.cli import sources  # noqa: PLC0415 - see above

    app.add_typer(sources.commands, name="sources")


def _add_desk(app: typer.Typer) -> None:
    from newsletter.cli import desk  # noqa: PLC0415 - see above

    app.add_typer(desk.commands, name="desk")


def _add_tokens(app: typer.Typer) -> None:
    from newsletter.cli import tokens  # noqa: PLC0415 - see above

    app.add_typer(tokens.commands, name="tokens")


def _add_mute(app: typer.Typer) -> None:
    from newsletter.cli import mutes  # noqa: PLC0415 - see above

    app.add_typer(mutes.commands, name="mute")


def _add_bounces(app: typer.Typer) -> None:
    from newsletter.cli import bounces  # noqa: PLC0415 - see above

    app.command()(bounces.bounces)


def _add_dkim(app: typer.Typer) -> None:
    from newsletter.cli import dkim  # noqa: PLC0415 - see above

    app.add_typer(dkim.commands, name="dkim")


def _add_stage(app: typer.Typer) -> None:
    from newsletter.cli import stages  # noqa: PLC0415 - see above

    app.command("stage")(stages.run_stage)


def _add_init(app: typer.Typer) -> None:
    from newsletter.cli import init  # noqa: PLC0415 - see above

    app.command()(init.init)


def _add_operate(app: typer.Typer) -> None:
    from newsletter.cli import operate  # noqa: PLC0415 - see above

    app.command("runs")(operate.runs)
    app.command()(operate.doctor)
    app.command()(operate.backup)
    app.command()(operate.restore)
    app.add_typer(operate.database, name="db")
    app.add_typer(operate.templates, name="templates")


def _add_restored(app: typer.Typer) -> None:
    from newsletter.cli import restored  # noqa: PLC0415 - see above

    app.command()(restored.restored)


# After how many new objects garbage is looked for. Importing makes tens of thousands, none of them garbage: with
# Python's own 700 a tenth of the start went into looking.
_GARBAGE = 10_000

# What `newsletter --help` says, in which panel, and which part of the command line brings it: the list is
# printed without importing any of them.
Part = Callable[[typer.Typer], None]
LISTED: dict[str, dict[str, tuple[Part, str]]] = {
    "Every day": {
        "demo": (_add_runs, "See the main job on this machine: today's issue from the seed, in an inbox."),
        "run": (_add_runs, "Make and send the issue of a date, once; --dry-run only shows it."),
        "preview": (
            _add_preview,
            "Open the studio: the issue as every client shows it, live, and what to decide.",
        ),
        "issue": (_add_issue, "Look at an issue, change it, hold it, approve it, send it."),
        "explain": (_add_explain, "Say why each story and each sentence is there, and what stayed out."),
        "check": (_add_check, "Check a mail before it is sent, on its real bytes; and who sends it."),
        "deliveries": (_add_runs, "Say who got an issue, who did not, and why."),
        "runs": (_add_operate, "Show the latest runs and how they ended."),
    },
    "Readers and sources": {
        "subscribers": (_add_subscribers, "Who gets the newsletter, and the proof of it."),
        "bounces": (_add_bounces, "Take what came back by mail now; `serve` does it by itself."),
        "sources": (_add_sources, "Where news comes from, and how it is."),
    },
    "Running it": {
        "init": (_add_init, "Ask what the newsletter has to know, write it down, and try it."),
        "serve": (_add_runs, "Run it all: scheduler, sender and web face. What the container runs."),
        "worker": (_add_runs, "Send beside `serve` on one more machine; needs PostgreSQL."),
        "doctor": (_add_operate, "Look at everything, and say what to do."),
        "backup": (_add_operate, "Write one file with database, keys, config and templates."),
        "restore": (_add_operate, "Put a backup in place; what was there is moved aside."),
        "restored": (_add_restored, "Say what happened since the backup, so that sending goes on."),
        "desk": (_add_desk, "Who is at the desk, and what was done."),
        "mute": (_add_mute, "Sources, companies and kinds of story that no issue is to hold."),
        "tokens": (_add_tokens, "Other programs that use the API, and what each may do."),
        "db": (_add_operate, "The database: its revision, bringing it up to date."),
        "dkim": (_add_dkim, "Signatures made by the newsletter itself."),
        "templates": (_add_operate, "Check the look of mails and pages on hard content."),
        "stage": (_add_stage, "Run one stage alone: JSON lines in, JSON lines out."),
    },
}
HIDDEN: dict[str, Part] = dict.fromkeys(("pause", "resume", "cancel"), _add_issue)


def make_commands() -> typer.Typer:
    """Return a command line without commands: the options that stand before each of them."""
    app = typer.Typer(
        name="newsletter",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",  # "rich" would take [preflight] in a help text for markup
        help="A daily newsletter: collected, checked, composed and delivered. Start with: newsletter demo",
    )
    app.callback()(begin)
    return app


def load_commands(arguments: Sequence[str]) -> typer.Typer:
    """Return the command line with the part that ``arguments`` ask for, or with the mere list of all."""
    known = {name: part for listed in LISTED.values() for name, (part, _) in listed.items()} | HIDDEN
    app = make_commands()
    rest = iter(arguments)
    for argument in rest:
        if argument in {"--config", "--data"}:
            next(rest, None)  # its value, whatever it is called
        elif not argument.startswith("-"):
            if argument in known:
                known[argument](app)
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
    gc.set_threshold(_GARBAGE)
    atexit.register(gc.freeze)  # as the process ends, memory is given back whole: nothing of it needs a look
    try:
        load_commands(given)(given)
    except NewsletterError as error:
        _tell(error, as_json="--json" in given)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(0)  # whoever read us has read enough


def _tell(error: NewsletterError, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps({"error": str(error), "hint": error.hint}) + "\n")
    note(f"Error: {error}")
    if error.hint:
        note(f"What to do: {error.hint}")
