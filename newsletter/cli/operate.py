"""Commands that look after an installation: database, backups, health, templates. I/O (database, files)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from newsletter.check.finding import Level
from newsletter.cli.context import Commands, JSONCall, note
from newsletter.errors import InputError
from newsletter.store import installation, migrate
from newsletter.store.backup import CONFIG_ELSEWHERE, read_backup, restore_backup, save_backup, save_in_folder
from newsletter.store.upgrade import bring_up_to_date

database = Commands(no_args_is_help=True, help="The database.")


@database.command()
def upgrade(
    call: JSONCall,
    in_the_middle: Annotated[
        bool, typer.Option("--now", help="Also while an issue is on its way: composed, or being sent.")
    ] = False,
) -> None:
    """Bring the database up to date, after a backup. Safe to repeat; every command that needs it does it by itself."""
    app = call.begin()
    app.refuse_lost()
    changed = bring_up_to_date(app.everything, app.settings.backup, app.clock(), in_the_middle=in_the_middle)
    revision = migrate.current_revision(app.raw_store)
    words = f"The database is at revision {revision}{'' if changed else ', as it was'}."
    call.answer({"revision": revision, "changed": changed}, words)


@database.command()
def status(call: JSONCall) -> None:
    """Show the database's revision. Exit code 1 where it is not up to date."""
    app = call.app
    migrate.check_version(app.raw_store)
    revision, newest = migrate.current_revision(app.raw_store), migrate.newest_revision()
    call.answer(
        {"revision": revision, "newest": newest, "current": revision == newest},
        f"Revision {revision or 'none'}; this version expects {newest}.",
    )
    if revision != newest:
        raise typer.Exit(1)


def backup(
    call: JSONCall,
    file: Annotated[
        Path | None,
        typer.Argument(help="The file or folder to write to; default: backup.folder of the settings."),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write over a file that is there.")] = False,
) -> None:
    """Write one file with the database as of now, the keys, and your own config and templates.

    It holds addresses and keys: keep it as safe as the data folder. Works while everything runs, on both engines.
    """
    app = call.app
    if file:
        made = save_backup(app.everything, file, now=app.clock(), replace=replace)
    else:
        made = save_in_folder(app.everything, app.settings.backup, app.clock())
    call.answer(made, f"Wrote {made.path}: {len(made.files)} files, {made.path.stat().st_size:,} bytes.")
    if not call.as_json:
        note(
            "Not in it: NEWSLETTER_* variables, and files elsewhere that they or the settings name (secrets, keys)."
        )


def restore(
    call: JSONCall,
    file: Annotated[Path, typer.Argument(help="A file that `newsletter backup` made.")],
    yes: Annotated[bool, typer.Option("--yes", help="Replace what the PostgreSQL database holds.")] = False,
) -> None:
    """Put a backup in the place of what is there: the database of the settings, keys, config and templates.

    What was there is moved aside, never deleted. Stop `newsletter serve` first.
    """
    app = call.begin()
    made = read_backup(file)
    if not (yes or app.raw_store.is_sqlite or migrate.current_revision(app.raw_store) is None):
        raise InputError(
            f"This replaces what is in the PostgreSQL database {app.raw_store.name}.",
            hint="Add --yes to do that. For a drill in the data folder alone: NEWSLETTER_STORAGE__DATABASE= (nothing).",
        )
    aside = restore_backup(file, app.everything, now=app.clock())
    migrate.upgrade(app.raw_store)
    words = f"Restored {file}, made {made.made}.{f' What was there is in {aside}.' if aside else ''}\n"
    if made.config:
        there = app.data / CONFIG_ELSEWHERE
        words += f"The config of then, from {made.config}, is in {there}: compare, and copy it back.\n"
    words += "Nothing is composed or sent until you have said what happened since: newsletter restored"
    told = {"restored": file, "made": made.made, "aside": aside, "config": made.config or None}
    call.answer(told, words)


def list_runs(call: JSONCall) -> None:
    """Show the latest runs: when, of which date, how they ended."""
    found = installation.list_runs(call.app.store)
    said = []
    for run in found:
        counts = ", ".join(f"{key} {value}" for key, value in run.counts.items())
        how = f"{run.outcome or 'unfinished'} {counts} {run.error or ''}"
        said.append(f"{run.started:%Y-%m-%d %H:%M} {run.kind} {run.key}: {how}")
    call.answer(found, "\n".join(said) or "Nothing has run yet: newsletter run makes today's issue.")


def doctor(call: JSONCall) -> None:
    """Look at everything: settings, folders, database, relay, sources, last runs, alerts.

    Each line says what to do where something is wrong. Exit code 1 where anything is.
    """
    from newsletter.check.doctor import examine  # noqa: PLC0415 - used by this command alone

    findings = asyncio.run(examine(call.examine().examining))
    said = []
    for one in findings:
        said.append(f"{'✓' if one.ok else '✗'} {one.what}: {one.detail}")
        said += [f"    {one.hint}"] if one.hint else []
    call.answer(findings, "\n".join(said))
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


templates = Commands(no_args_is_help=True, help="The look of mails and pages.")


@templates.command("check")
def check_them(call: JSONCall) -> None:
    """Render every template, of mails and of pages, on hard content; say what is wrong. Exit code 1 where one fails."""
    from newsletter.check.templates import check_templates  # noqa: PLC0415 - slow to import, used by this command alone
    from newsletter.web.template_check import check_pages  # noqa: PLC0415 - the same

    app = call.app
    identity = app.settings.newsletter
    findings = (*check_templates(app.templates, identity), *check_pages(app.templates, app.settings))
    said = (
        f"{'✗' if one.level is Level.FAIL else '!'} {one.level}: {one.message}\n    {one.hint}"
        for one in findings
    )
    call.answer(findings, "\n".join(said) or "Every template renders, and the colours can be read.")
    if any(finding.level is Level.FAIL for finding in findings):
        raise typer.Exit(1)
