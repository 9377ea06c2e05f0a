"""Commands that look after an installation: database, backups, health, templates. I/O (database, files)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from newsletter.check.finding import Level
from newsletter.cli.context import Place, open_place
from newsletter.cli.terminal import JSONOption, print_json, say
from newsletter.errors import InputError
from newsletter.store import migrate
from newsletter.store.backup import restore_backup, save_backup
from newsletter.store.installation import list_runs

database = typer.Typer(no_args_is_help=True, help="The database.")


@database.command()
def upgrade(context: typer.Context, as_json: JSONOption = False) -> None:
    """Bring the database up to date. Safe to repeat; `serve` and `run` do it by themselves."""
    app = open_place(context)
    changed = migrate.upgrade(app.raw_store)
    revision = migrate.current_revision(app.raw_store)
    if as_json:
        print_json({"revision": revision, "changed": changed})
    else:
        say(f"The database is at revision {revision}{'' if changed else ', as it was'}.")


@database.command()
def status(context: typer.Context, as_json: JSONOption = False) -> None:
    """Show the database's revision. Exit code 1 where it is not up to date."""
    app = open_place(context)
    migrate.check_version(app.raw_store)
    revision, newest = migrate.current_revision(app.raw_store), migrate.newest_revision()
    if as_json:
        print_json({"revision": revision, "newest": newest, "current": revision == newest})
    else:
        say(f"Revision {revision or 'none'}; this version expects {newest}.")
    if revision != newest:
        raise typer.Exit(1)


def backup(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="The file to write; default: backups/ in the data folder.")
    ] = None,
    as_json: JSONOption = False,
) -> None:
    """Write one file with the database as of now, the keys, and your own config and templates.

    It holds addresses and keys: keep it as safe as the data folder. Works while everything runs.
    """
    app = open_place(context)
    now = app.clock()
    target = file or app.data / "backups" / f"newsletter-{now:%Y%m%d-%H%M%S}.tar.gz"
    made = save_backup(app.data, target, now=now)
    if as_json:
        print_json(made)
    else:
        say(f"Wrote {made.path}: {len(made.files)} files, {made.path.stat().st_size:,} bytes.")


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that `newsletter backup` made.")],
    as_json: JSONOption = False,
) -> None:
    """Put a backup in the place of the data folder's files; what was there is moved aside.

    Stop `newsletter serve` first.
    """
    place: Place = context.find_object(Place) or Place(None, None)
    app = place.open()
    aside = restore_backup(file, app.data, now=app.clock())
    migrate.upgrade(app.raw_store)
    app.close()
    if as_json:
        print_json({"restored": file, "aside": aside})
    else:
        say(f"Restored {file}.{f' What was there is in {aside}.' if aside else ''}")


def runs(context: typer.Context, as_json: JSONOption = False) -> None:
    """Show the latest runs: when, of which date, how they ended."""
    found = list_runs(open_place(context).store)
    if as_json:
        print_json(found)
        return
    for run in found:
        counts = ", ".join(f"{key} {value}" for key, value in run.counts.items())
        say(
            f"{run.started:%Y-%m-%d %H:%M} {run.kind} {run.date}: {run.outcome or 'unfinished'} {counts} "
            f"{run.error or ''}"
        )
    if not found:
        raise InputError("Nothing has run yet.", hint="newsletter run makes today's issue.")


def doctor(context: typer.Context, as_json: JSONOption = False) -> None:
    """Look at everything: settings, folders, database, relay, sources, last runs, alerts.

    Each line says what to do where something is wrong. Exit code 1 where anything is.
    """
    from newsletter.check.doctor import examine  # noqa: PLC0415 - used by this command alone

    app = open_place(context)
    findings = asyncio.run(examine(app.examining))
    if as_json:
        print_json(findings)
    else:
        for finding in findings:
            say(f"{'✓' if finding.ok else '✗'} {finding.what}: {finding.detail}")
            if finding.hint:
                say(f"    {finding.hint}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


templates = typer.Typer(no_args_is_help=True, help="The look of mails and pages.")


@templates.command("check")
def check_them(context: typer.Context, as_json: JSONOption = False) -> None:
    """Render every template, of mails and of pages, on hard content; say what is wrong. Exit code 1 where one fails."""
    from newsletter.check.templates import check_templates  # noqa: PLC0415 - slow to import, used by this command alone
    from newsletter.web.template_check import check_pages  # noqa: PLC0415 - the same

    app = open_place(context)
    findings = (
        *check_templates(app.templates.environment, app.settings.newsletter, theme=app.templates.theme),
        *check_pages(
            app.templates.environment, app.settings, theme=app.templates.theme, folder=app.templates.folder
        ),
    )
    if as_json:
        print_json(findings)
    else:
        for finding in findings:
            say(
                f"{'✗' if finding.level is Level.FAIL else '!'} {finding.level}: {finding.message}\n    {finding.hint}"
            )
        if not findings:
            say("Every template renders, and the colours can be read.")
    if any(finding.level is Level.FAIL for finding in findings):
        raise typer.Exit(1)
