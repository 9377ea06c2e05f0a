"""Commands that look after an installation: database, backups, health, keys. I/O (database, files)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.context import Place, open_place
from newsletter.delivery.dkim import dns_record, generate_key, load_signer
from newsletter.errors import InputError
from newsletter.mailing import key_path, load_signers, tell
from newsletter.render.check import check_templates
from newsletter.render.preflight.finding import Level
from newsletter.returns import ASKED, ask_for_help, is_configured, take_returns
from newsletter.store import migrate
from newsletter.store.backup import restore_backup, save_backup
from newsletter.store.bounces import list_bounces
from newsletter.store.facts import list_runs
from newsletter.terminal import JSONOption, print_json, say

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
            f"{run.started:%Y-%m-%d %H:%M} {run.kind} {run.date}: {run.outcome or 'unfinished'} {counts} {run.error or ''}"
        )
    if not found:
        raise InputError("Nothing has run yet.", hint="newsletter run makes today's issue.")


def doctor(context: typer.Context, as_json: JSONOption = False) -> None:
    """Look at everything: settings, folders, database, relay, sources, last runs, alerts.

    Each line says what to do where something is wrong. Exit code 1 where anything is.
    """
    from newsletter.examine import examine  # noqa: PLC0415 - used by this command alone

    app = open_place(context)
    findings = asyncio.run(examine(app))
    if as_json:
        print_json(findings)
    else:
        for finding in findings:
            say(f"{'✓' if finding.ok else '✗'} {finding.what}: {finding.detail}")
            if finding.hint:
                say(f"    {finding.hint}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def bounces(
    context: typer.Context,
    pipe: Annotated[bool, typer.Option("--pipe", help="Take the one message on standard input.")] = False,
    as_json: JSONOption = False,
) -> None:
    """Take what came back by mail now: bounces, complaints, people who leave. `serve` does it by itself.

    Example for a mail server's alias: bounces: "|newsletter --data /data bounces --pipe"
    """
    app = open_place(context)
    if not pipe and not is_configured(app):
        raise InputError(
            "No mailbox is configured.", hint="Set bounces.imap_host or bounces.maildir, or use --pipe."
        )
    now = app.clock()
    counts = take_returns(app, now, pipe=pipe)
    if number := counts[ASKED]:
        asyncio.run(tell(app, ask_for_help(number, now)))
    if as_json:
        print_json({"mails": counts, "latest": list_bounces(app.store)})
        return
    say(", ".join(f"{number} {kind}" for kind, number in counts.items()) or "Nothing came back.")


dkim = typer.Typer(no_args_is_help=True, help="Signatures made by the newsletter itself.")


@dkim.command()
def keygen(
    context: typer.Context,
    selector: Annotated[str, typer.Option(help="The selector: a name for this key in DNS.")] = "news",
    kind: Annotated[str, typer.Option(help="rsa (2048 bits) or ed25519.")] = "rsa",
) -> None:
    """Make a signing key in the data folder and print the DNS record to publish."""
    if kind not in {"rsa", "ed25519"}:
        raise InputError(f"There is no kind of key {kind!r}.", hint="Use rsa or ed25519.")
    app = open_place(context)
    path = key_path(app.data, selector, None)
    if path.exists():
        raise InputError(
            f"{path} exists.", hint="Choose another selector, publish its record, then switch to it."
        )
    pem = generate_key(kind)
    signer = load_signer(
        pem, domain=app.settings.dkim.domain or app.settings.newsletter.domain, selector=selector
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(pem)
    record = dns_record(signer)
    say(f"Wrote {path}.\nPublish this record:\n\n{record.zone_line}\n")
    say(f'Then set dkim.{"ed25519_selector" if kind == "ed25519" else "selector"} = "{selector}".')


@dkim.command("record")
def show_record(context: typer.Context, as_json: JSONOption = False) -> None:
    """Print the DNS records of the keys in use."""
    records = [dns_record(signer) for signer in load_signers(open_place(context))]
    if as_json:
        print_json(records)
    elif not records:
        say("No selector is set: the relay signs, or nobody does.")
    for record in [] if as_json else records:
        say(record.zone_line)


templates = typer.Typer(no_args_is_help=True, help="The look of mails and pages.")


@templates.command("check")
def check_them(context: typer.Context, as_json: JSONOption = False) -> None:
    """Render every template, of mails and of pages, on hard content; say what is wrong. Exit code 1 where one fails."""
    from newsletter.web.check import check_pages  # noqa: PLC0415 - the web face is slow to import

    app = open_place(context)
    findings = (
        *check_templates(app.environment, app.settings.newsletter, theme=app.theme),
        *check_pages(app.environment, app.settings, theme=app.theme, folder=app.template_folder),
    )
    if as_json:
        print_json(findings)
    else:
        for finding in findings:
            say(f"{finding.level}: {finding.message} {finding.hint}")
        if not findings:
            say("Every template renders, and the colours can be read.")
    if any(finding.level is Level.FAIL for finding in findings):
        raise typer.Exit(1)
