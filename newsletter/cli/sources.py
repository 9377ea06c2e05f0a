"""``newsletter sources …``: where news comes from, and how it is. I/O (network, database, files)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.context import Call, Commands, JSONCall, note, say, steps, write_file
from newsletter.collect.opml import read_opml, write_opml
from newsletter.collect.source_health import describe_health
from newsletter.day.add_source import describe_kind, find_source, own_file, record_added, write_sources
from newsletter.errors import ConfigError, InputError, told_as
from newsletter.model import BY_COMMAND, PublisherKind, Source, SourceReport, SourceState, SourceType
from newsletter.render.words import count_noun
from newsletter.store.paused_sources import list_paused, pause_source, resume_source
from newsletter.store.sources import list_fetches, load_states

if TYPE_CHECKING:
    from newsletter.day.gather import Gathered
    from newsletter.wiring import Installation

commands = Commands(no_args_is_help=True, help="Where news comes from, and how it is.")


@commands.command("list")
def list_all(call: JSONCall) -> None:
    """List every source with its health."""
    app = call.app
    states = {} if app.missing_ledger else load_states(app.store)
    paused = {} if app.missing_ledger else list_paused(app.store)
    told, rows = [], []
    for source in app.sources:
        key, state, publisher = source.key, states.get(source.key), source.publisher
        told.append({"source": source, "state": state, "paused": paused.get(key)})
        health = describe_health(source, state, is_paused=key in paused)
        rows.append((key, source.type, publisher.name, publisher.kind, health))
    columns = ("key", "type", "publisher", "kind", "health")
    call.answer_table(told, columns, rows, empty="sources.toml lists no source.")
    _note_left_out(app)


@commands.command()
def check(
    call: JSONCall,
    key: Annotated[list[str] | None, typer.Argument(help="Keys of sources; default: all.")] = None,
) -> None:
    """Read sources now and report on each: seen, kept, dropped and why, error with hint, next check.

    What is new is kept for the next issue. Exit code 1 where one failed, or is left out of sources.toml.
    """
    from newsletter.day.gather import gather  # noqa: PLC0415 - slow to import, used by this command alone

    app = call.begin()
    sources = _choose(app.sources, key or [])
    if not sources:
        raise ConfigError("sources.toml lists no source.", hint="newsletter sources add URL adds one.")
    with steps("Reading sources", len(sources)) as progress:
        gathered = asyncio.run(
            gather(
                app.gathering,
                now=app.clock(),
                sources=sources,
                only_due=False,
                on_source=lambda report: progress.advance(report.source),
            )
        )
    _print_reports(call, sources, gathered)
    failed = sum(not report.ok for report in gathered.reports)
    if failed:
        note(f"{failed} of {len(gathered.reports)} failed.")
    if partial := sum(report.ok and report.error is not None for report in gathered.reports):
        note(f"{partial} of {len(gathered.reports)} read in part.")
    if _note_left_out(app) or failed or not gathered.reports:
        raise typer.Exit(1)


def _note_left_out(app: Installation) -> bool:
    """Tell of what is wrong in sources.toml; return whether something is."""
    faults = app.source_list.faults
    for fault in faults:
        note(f"Left out: {fault}\n    {fault.hint}")
    return bool(faults)


def _choose(given: Sequence[Source], keys: list[str]) -> tuple[Source, ...]:
    by_key = {source.key: source for source in given}
    unknown = [key for key in keys if key not in by_key]
    if unknown:
        raise InputError(f"There is no source {unknown[0]!r}.", hint=f"There are: {', '.join(by_key)}.")
    return tuple(source for source in given if not keys or source.key in keys)


def _print_reports(call: JSONCall, sources: Sequence[Source], gathered: Gathered) -> None:
    states = load_states(call.app.store)
    read = {report.source: report for report in gathered.reports}
    reports = [read.get(source.key) or _explain_unread(source, states.get(source.key)) for source in sources]
    told = []
    for report in reports:
        state = states.get(report.source)
        failures = state.failures if state else 0
        told.append({"report": report, "last_good": report.last_good, "failures": failures})
    places = {source.key: source.location for source in sources}
    call.answer(told, "\n".join(describe_report(report, places[report.source]) for report in reports))


def _explain_unread(source: Source, state: SourceState | None) -> SourceReport:
    """Return the report of a source that is off."""
    return SourceReport(
        source=source.key,
        publisher=source.publisher.name,
        ok=False,
        last_good=state.good if state else None,
        error="it is off",
        hint="Set enabled = true in sources.toml to read it.",
    )


def describe_report(report: SourceReport, location: str = "") -> str:
    """Return what one read gave, in words, and when the last good read was and the next one will be.

    Where it went wrong its ``location`` is named, too: a host has many addresses.
    """
    last, following = _spell(report.last_good, "never"), _spell(report.next_check, "none")
    reasons = "; ".join(f"{count} {reason}" for reason, count in report.dropped)
    is_partial = report.ok and report.error is not None
    good = f"{'!' if is_partial else '✓'} {report.source}"
    if not report.ok:
        said = f"✗ {report.source}: {report.error or 'could not be read'}"
    elif not report.not_modified:
        said = f"{good}: {report.seen} seen, {report.kept} kept{f' ({reasons})' if reasons else ''}"
    elif report.weighed:
        said = f"{good}: read before the issue was made"
    else:
        said = f"{good}: nothing new since the last read"
    weighed = _describe_weighed(report)
    error = report.error if is_partial else None
    where = location if report.error and location not in said else None
    hint = report.hint if report.error else None
    return "\n    ".join(
        filter(None, (said, error, where, hint, weighed, f"last good read {last}; next check {following}"))
    )


def _describe_weighed(report: SourceReport) -> str:
    """Say how many articles an issue weighed, and whether they are of earlier reads: a feed is read between issues."""
    if not report.weighed:
        return ""
    earlier = report.weighed - report.kept
    where = f", {'all' if earlier == report.weighed else earlier} of earlier reads" if earlier > 0 else ""
    return f"{count_noun(report.weighed, 'article')} weighed for the issue{where}"


def _spell(moment: datetime | None, without: str) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else without


KeyArgument = Annotated[str, typer.Argument(help="A source's key, as `sources list` shows it.")]


@commands.command()
def pause(call: JSONCall, key: KeyArgument) -> None:
    """Read a source no more until it goes on; what it gave stays."""
    app = call.app
    [source] = _choose(app.sources, [key])
    done = pause_source(app.store, source.key, app.clock())
    _tell(call, source, "is paused. It goes on with: newsletter sources resume", paused=True, done=done)


@commands.command()
def resume(call: JSONCall, key: KeyArgument) -> None:
    """Read a source again that is paused, or gone for good, from its next time on."""
    app = call.app
    [source] = _choose(app.sources, [key])
    done = resume_source(app.store, source.key, app.clock())
    _tell(call, source, "is read again", paused=False, done=done)


def _tell(call: JSONCall, source: Source, words: str, *, paused: bool, done: bool) -> None:
    call.answer(
        {"source": source.key, "paused": paused, "changed": done},
        f"{source.key} {words}{'' if done else ' (it was so already)'}.",
    )


@commands.command()
def log(
    call: JSONCall,
    key: Annotated[str, typer.Argument(help="A source's key; default: all.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many are listed.")] = 50,
) -> None:
    """Show the fetch log, the newest read first."""
    app = call.app
    source = _choose(app.sources, [key])[0].key if key else None
    lines = list_fetches(app.store, source, limit)
    rows = [(one.at, one.source, one.http_status, one.seen, one.kept, one.error or "") for one in lines]
    columns = ("at", "source", "HTTP", "seen", "kept", "error")
    call.answer_table(lines, columns, rows, empty="Nothing was read yet.")


@commands.command()
def add(
    call: JSONCall,
    url: Annotated[str, typer.Argument(help="The address of a feed, or of a page that has one.")],
    key: Annotated[str, typer.Option(help="The key to give it; default: made from the host.")] = "",
    publisher: Annotated[str, typer.Option(help="The publisher's name; default: the feed's title.")] = "",
    kind: Annotated[
        str, typer.Option(help=f"The label of its stories: {', '.join(PublisherKind)} (none).")
    ] = PublisherKind.OTHER.value,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what it would bring, add nothing.")
    ] = False,
) -> None:
    """Find the feed of a page, show what it would bring, and add it to your sources.toml.

    Without a feed, a sitemap or the page's own list of headlines serves.
    """
    app = call.app
    found = asyncio.run(find_source(app.settings, app.sources, url, key=key, publisher=publisher, kind=kind))
    path, shipped = own_file(app.config_folder, app.data)
    if not dry_run:
        write_sources(path, shipped, [found.source])
        if not app.missing_ledger:
            record_added(app.store, found.source, app.clock(), BY_COMMAND)
    size = count_noun(len(found.headlines), "entry", "entries")
    said = [
        f"{found.source.location} ({found.how})\n  {found.title}: {size}",
        *(f"  • {headline}" for headline in found.headlines[:10]),
        *([] if dry_run else [f"Added to {path} as {found.source.key}."]),
        describe_kind(found.source.publisher.kind, path),
    ]
    call.answer({"found": found, "added_to": None if dry_run else path}, "\n".join(said))


@commands.command("import")
def import_opml(
    call: Call, file: Annotated[Path, typer.Argument(help="An OPML file, as feed readers export it.")]
) -> None:
    """Add every feed of an OPML file that is not a source yet."""
    app = call.app
    with told_as(InputError, f"{file} cannot be read", "Check the path."):
        body = file.read_bytes()
    read = read_opml(body, taken=[name for source in app.sources for name in (source.key, source.location)])
    for line in read.skipped:
        note(line)
    path, shipped = own_file(app.config_folder, app.data)
    say(f"Added {write_sources(path, shipped, read.sources)} of {len(read.sources)} feeds to {path}.")
    if any(source.publisher.kind is PublisherKind.OTHER for source in read.sources):
        note(f'Of the kind "other": their stories carry no label until kind is set in {path}.')


@commands.command("export")
def export_opml(call: Call, file: Annotated[Path, typer.Argument(help="The OPML file to write.")]) -> None:
    """Write every feed as OPML, for a feed reader or another installation."""
    app = call.app
    feeds = [source for source in app.sources if source.type is SourceType.FEED]
    write_file(file, write_opml(feeds, title=app.settings.newsletter.name, now=app.clock()))
    say(f"Wrote {len(feeds)} feeds to {file}.")
