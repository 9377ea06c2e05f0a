"""``newsletter check``: the preflight in a terminal or in CI. I/O (network, database, terminal)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from newsletter.check.catalogue import CATALOGUE
from newsletter.check.finding import Finding, Level
from newsletter.check.mail.content import GMAIL_CLIPS, SIZE_FAIL
from newsletter.check.mail.parsed_mail import read_mail
from newsletter.check.remote_checks import Scope
from newsletter.check.result import OnPart, Preflight
from newsletter.check.run import check_file, check_issue, check_settings, look_in_browser
from newsletter.cli.context import IssueCall, print_json, say, steps
from newsletter.errors import InputError, told_as
from newsletter.store.issues import open_issue
from newsletter.wiring import Installation

_MARKS = {Level.FAIL: "✗ fail", Level.WARN: "! warn", Level.NOT_RUN: "· not run"}
_MOST_ALIKE = 3  # findings of one check that are listed in full
_ORDER = (Level.FAIL, Level.WARN, Level.NOT_RUN)


def check(
    call: IssueCall,
    what: Annotated[
        str,
        typer.Argument(
            metavar="[YYYY-MM-DD|FILE.eml]", help="An issue's date or a saved mail; default: today's issue."
        ),
    ] = "",
    settings: Annotated[
        bool,
        typer.Option(
            "--settings", help="The live settings instead: templates, DNS, relay, bounces, recipients."
        ),
    ] = False,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Also lay it out in Chromium, where there is one.")
    ] = True,
    links: Annotated[
        bool | None,
        typer.Option("--links/--no-links", help="Open the links to other pages; default: but on a trial."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also list the checks that passed.")] = False,
) -> None:
    """Check a mail before it is sent, on its real bytes; and who sends it. Changes nothing.

    Exit code 1 where a check fails that is not waived in [preflight] waive. A scheduled send runs the
    same checks and keeps back an issue that fails.

    Examples: newsletter check · newsletter check 2026-01-05 --json · newsletter check mail.eml ·
    newsletter check --settings
    """
    app = call.begin()
    what = what or call.date
    file = Path(what) if what.lower().endswith(".eml") or (what and Path(what).is_file()) else None
    if call.edition and file is None:
        what = f"{call.edition}/{what}"
    html = _find_html(app, what, file) if browser and not settings else ""
    parts = 7 if settings else (9 if file is None else 3) - (links is False)  # the widths are one more
    with steps("Checked", parts + bool(html)) as progress:
        result = asyncio.run(_choose(app, what, file, settings, Scope(links=links), progress.advance))
        if html:
            result = asyncio.run(look_in_browser(result, html))
            progress.advance("the widths")
    if call.as_json:
        told = {
            "about": result.about,
            "ok": not result.blocking,
            "size": result.size,
            "findings": result.findings,
        }
        blocking = sorted({finding.check for finding in result.blocking})
        print_json({**told, "blocking": blocking, "waived": result.waived, "passed": result.passed})
    else:
        _print(result, everything=everything)
    if result.blocking:
        raise typer.Exit(1)


async def _choose(
    app: Installation, what: str, file: Path | None, settings: bool, scope: Scope, on_part: OnPart
) -> Preflight:
    if settings:
        return await check_settings(app.sending, key=app.find_issue(""), on_part=on_part)
    if file is not None:
        return await check_file(app.sending, _read(file), about=str(file), scope=scope, on_part=on_part)
    return await check_issue(app.sending, app.find_issue(what), scope=scope, on_part=on_part)


def _find_html(app: Installation, what: str, file: Path | None) -> str:
    if file is not None:
        return read_mail(_read(file)).html
    return open_issue(app.store, app.find_issue(what)).rendered.html


def _read(path: Path) -> bytes:
    with told_as(InputError, f"{path} cannot be read", "Give a date or the path of an .eml file."):
        return path.read_bytes()


def _print(result: Preflight, *, everything: bool) -> None:
    say(f"Checked {result.about}")
    if result.size:
        say(f"{describe_size(result.size)}\n")
    for level in _ORDER:
        listed = _join_alike([finding for finding in result.findings if finding.level is level])
        for number, finding in enumerate(listed):
            same = sum(other.check == finding.check for other in listed[:number])
            if same < _MOST_ALIKE:
                _print_finding(finding, waived=finding.check in result.waived)
            elif same == _MOST_ALIKE:
                more = sum(other.check == finding.check for other in listed) - same
                say(f"          … and {more} more of {finding.check}; --json lists all.")
    if everything:
        for name in result.passed:
            say(f"✓ pass  {name}: {CATALOGUE[name]}")
    counts = {level: sum(finding.level is level for finding in result.findings) for level in _ORDER}
    waived = counts[Level.FAIL] - len(result.blocking)
    say(
        f"\n{len(result.passed)} passed, {counts[Level.FAIL]} failed{f' ({waived} waived)' if waived else ''}, "
        f"{counts[Level.WARN]} to look at, {counts[Level.NOT_RUN]} not run."
    )
    if result.blocking:
        names = sorted({finding.check for finding in result.blocking})
        say(f"This keeps an issue back. To send all the same: [preflight] waive = {json.dumps(names)}")


def _join_alike(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings; checks that were not run for one reason become one, which names them all."""
    listed = [finding for finding in findings if finding.level is not Level.NOT_RUN]
    joined: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        if finding.level is Level.NOT_RUN:
            reason = (finding.message, finding.hint)
            first = joined.get(reason)
            joined[reason] = replace(finding, check=f"{first.check}, {finding.check}") if first else finding
    return [*listed, *joined.values()]


def _print_finding(finding: Finding, *, waived: bool) -> None:
    say(f"{_MARKS[finding.level]}{' (waived)' if waived else ''}  {finding.check}: {finding.message}")
    if finding.hint:
        say(f"          {finding.hint}")


def describe_size(size: int) -> str:
    """Return the size of the HTML against Gmail's limit, with a bar of 20 cells. Pure."""
    filled = min(20, round(20 * size / GMAIL_CLIPS))
    state = "refused here" if size > SIZE_FAIL else f"{100 * size // GMAIL_CLIPS}% of where Gmail cuts a mail"
    return f"Size {'█' * filled}{'░' * (20 - filled)} {size:,} bytes, {state}"
