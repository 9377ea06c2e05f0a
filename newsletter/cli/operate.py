"""Commands that look after an installation: database, backups, health, templates. I/O (database, files)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from newsletter.check.finding import Level
from newsletter.cli.context import open_place
from newsletter.cli.terminal import JSONOption, answer, note, print_json, say
from newsletter.errors import InputError
from newsletter.store import migrate
from newsletter.store.backup import CONFIG_ELSEWHERE, read_backup, restore_backup, save_backup, save_in_folder
from newsletter.store.installation import list_runs
from newsletter.store.upgrade import bring_up_to_date

database = typer.Typer(no_args_is_help=True, help="The database.")


@database.command()
def upgrade(
    context: typer.Context,
    in_the_middle: Annotated[
        bool, typer.Option("--now", help="Also while an issue is on its way: composed, or being sent.")
    ] = False,
    as_json: JSONOption = False,
) -> None:
    """Bring the database up to date, after a backup. Safe to repeat; every command that needs it does it by itself."""
    app = open_place(context, makes_ledger=True)
    app.refuse_lost()
    changed = bring_up_to_date(app.everything, app.settings.backup, app.clock(), in_the_middle=in_the_middle)
    revision = migrate.current_revision(app.raw_store)
    answer(
        as_json,
        {"revision": revision, "changed": changed},
        f"The database is at revision {revision}{'' if changed else ', as it was'}.",
    )


@database.command()
def status(context: typer.Context, as_json: JSONOption = False) -> None:
    """Show the database's revision. Exit code 1 where it is not up to date."""
    app = open_place(context)
    migrate.check_version(app.raw_store)
    revision, newest = migrate.current_revision(app.raw_store), migrate.newest_revision()
    answer(
        as_json,
        {"revision": revision, "newest": newest, "current": revision == newest},
        f"Revision {revision or 'none'}; this version expects {newest}.",
    )
    if revision != newest:
        raise typer.Exit(1)


def backup(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(help="The file or folder to write to; default: backup.folder of the settings."),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write over a file that is there.")] = False,
    as_json: JSONOption = False,
) -> None:
    """Write one file with the database as of now, the keys, and your own config and templates.

    It holds addresses and keys: keep it as safe as the data folder. Works while everything runs, on both engines.
    """
    app = open_place(context)
    now = app.clock()
    made = (
        save_backup(app.everything, file, now=now, replace=replace)
        if file
        else save_in_folder(app.everything, app.settings.backup, now)
    )
    if as_json:
        print_json(made)
    else:
        say(f"Wrote {made.path}: {len(made.files)} files, {made.path.stat().st_size:,} bytes.")
        note(
            "Not in it: NEWSLETTER_* variables, and files elsewhere that they or the settings name (secrets, keys)."
        )


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that `newsletter backup` made.")],
    yes: Annotated[bool, typer.Option("--yes", help="Replace what the PostgreSQL database holds.")] = False,
    as_json: JSONOption = False,
) -> None:
    """Put a backup in the place of what is there: the database of the settings, keys, config and templates.

    What was there is moved aside, never deleted. Stop `newsletter serve` first.
    """
    app = open_place(context, makes_ledger=True)
    made = read_backup(file)
    if not (yes or app.raw_store.is_sqlite or migrate.current_revision(app.raw_store) is None):
        raise InputError(
            f"This replaces what is in the PostgreSQL database {app.raw_store.name}.",
            hint="Add --yes to do that. For a drill in the data folder alone: NEWSLETTER_STORAGE__DATABASE= (nothing).",
        )
    aside = restore_backup(file, app.everything, now=app.clock())
    migrate.upgrade(app.raw_store)
    if as_json:
        print_json({"restored": file, "made": made.made, "aside": aside, "config": made.config or None})
        return
    say(f"Restored {file}, made {made.made}.{f' What was there is in {aside}.' if aside else ''}")
    if made.config:
        say(
            f"The config of then, from {made.config}, is in {app.data / CONFIG_ELSEWHERE}: compare, and copy it back."
        )
    say("Nothing is composed or sent until you have said what happened since: newsletter restored")


def runs(context: typer.Context, as_json: JSONOption = False) -> None:
    """Show the latest runs: when, of which date, how they ended."""
    found = list_runs(open_place(context).store)
    if as_json:
        print_json(found)
        return
    for run in found:
        counts = ", ".join(f"{key} {value}" for key, value in run.counts.items())
        say(
            f"{run.started:%Y-%m-%d %H:%M} {run.kind} {run.key}: {run.outcome or 'unfinished'} {counts} "
            f"{run.error or ''}"
        )
    if not found:
        say("Nothing has run yet: newsletter run makes today's issue.")


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
