"""``newsletter issue …``: look at an issue and decide about it before it leaves. I/O (database, terminal)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import daily, editing, senders
from newsletter.cli.context import Commands, DateArgument, IssueCall, JSONCall, print_json, say, write_file
from newsletter.config import Schedule
from newsletter.issue.approval import find_obstacle
from newsletter.issue.difference import spell
from newsletter.model import IssueStory
from newsletter.store.issues import StoredIssue, list_events, list_issues, open_issue

commands = Commands(no_args_is_help=True, help="Look at an issue, change it, hold it, approve it, send it.")
commands.command("send")(daily.run)
commands.command("test")(daily.test_send)
commands.command("settle")(senders.settle)
for _edit in editing.EDITS:
    commands.command()(_edit)


@commands.command("list")
def list_all(
    call: JSONCall, limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 30
) -> None:
    """List the issues there are, the newest first. Example: newsletter issue list --json"""
    records = list_issues(call.app.store, limit=limit)
    rows = [(str(r.key), r.number, r.status, "held" if r.held else "", r.subject or r.note) for r in records]
    columns = ("date", "no.", "status", "", "subject")
    call.answer_table(records, columns, rows, empty="There are no issues yet.")


@commands.command()
def show(
    call: IssueCall,
    day: DateArgument = "",
    text: Annotated[bool, typer.Option("--text", help="Print the mail's text part.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write the mail's HTML part to this file.")
    ] = None,
) -> None:
    """Show an issue: its hash, its stories with their keys, and why it may not leave yet.

    Examples: newsletter issue show · newsletter issue show 2026-01-05 --text
    """
    from newsletter.day.pipeline import list_unread  # noqa: PLC0415 - brings every stage

    app = call.app
    stored = open_issue(app.store, call.find_issue(day))
    if html is not None:
        write_file(html, stored.rendered.html)
        say(f"Wrote {html}.")
    elif text:
        say(stored.rendered.text)
    elif call.as_json:
        told = {"record": stored.record, "version": stored.version}
        obstacle = find_obstacle(stored.record, app.settings.schedule)
        events = list_events(app.store, stored.record.key)
        unread = list_unread(app.store, stored, app.lexicon)
        out = [{"title": one.entry.title, "link": one.entry.link, "reason": one.reason} for one in unread]
        print_json({**told, "obstacle": obstacle, "issue": stored.issue, "unread": out, "events": events})
    else:
        _print_issue(stored, app.settings.schedule)
        for number, one in enumerate(list_unread(app.store, stored, app.lexicon)):
            if not number:
                say("\nCOULD NOT BE READ")
            say(f"  {one.entry.title}: {one.reason or ''}\n    {one.entry.link or ''}")


def _print_issue(stored: StoredIssue, schedule: Schedule) -> None:
    record, issue = stored.record, stored.issue
    held = " · held" if record.held else ""
    say(f"{issue.newsletter} No. {issue.number} · {issue.date} · {record.status}{held}")
    say(f"Subject    {issue.subject}\nPreheader  {issue.preheader}")
    say(f"Content    {stored.hash} (version {stored.version})")
    if obstacle := find_obstacle(record, schedule):
        say(f"Waiting    {obstacle}")
    for section in issue.sections:
        say(f"\n{section.title.upper()}")
        for story in section.stories:
            _print_story(story)
    if issue.also_noted:
        say("\nALSO NOTED")
        for line in issue.also_noted:
            dated = f"{line.published:%Y-%m-%d}" if line.published else "undated"
            say(f"  {line.headline} ({line.publisher}, {dated}{'' if line.read else ', unread'})")
    stayed_out = [story for story in stored.selection if not story.kept]
    if stayed_out:
        say("\nSTAYED OUT")
        for out_story in stayed_out:
            say(f"  {out_story.key}: {out_story.reasons[0] if out_story.reasons else ''}")
    failed = issue.coverage.failed
    names = f" ({', '.join(sorted({report.publisher for report in failed}))})" if failed else ""
    say(f"\nSources: {len(issue.coverage.sources)} checked, {len(failed)} failed{names}")


def _print_story(story: IssueStory) -> None:
    say(f"  {story.headline}\n    key {story.key}{' · pinned' if story.pinned else ''}")
    say(f"    {' · '.join(story.labels)}")
    if story.caution:
        say(f"    “{story.caution}”")
    for number, highlight in enumerate(story.highlights, 1):
        say(f"    {number}. {spell(highlight)}")


def _tell(call: IssueCall, action: str, words: str) -> None:
    from newsletter.day import edit_issue  # noqa: PLC0415 - brings every stage

    app, key = call.app, call.key
    {
        "hold": edit_issue.hold_issue,
        "release": edit_issue.release_issue,
        "cancel": edit_issue.cancel_issue,
        "pause": edit_issue.pause_issue,
        "resume": edit_issue.resume_issue,
    }[action](app.store, key, app.clock())
    call.answer(open_issue(app.store, key).record, f"The issue of {key} {words}.")


@commands.command()
def hold(call: IssueCall) -> None:
    """Keep the issue from leaving until it is released."""
    _tell(call, "hold", "is held. It leaves after: newsletter issue release")


@commands.command()
def release(call: IssueCall) -> None:
    """Let a held issue leave at its time."""
    _tell(call, "release", "is released")


@commands.command()
def cancel(call: IssueCall) -> None:
    """Give up an issue, also one that is being sent: what has not left is cancelled."""
    _tell(call, "cancel", "is cancelled")


@commands.command()
def pause(call: IssueCall) -> None:
    """Stop sending an issue that is being sent; what is in flight still ends. It goes on with `resume`."""
    _tell(call, "pause", "is paused. It goes on with: newsletter issue resume")


@commands.command()
def resume(call: IssueCall) -> None:
    """Go on sending a paused issue."""
    _tell(call, "resume", "goes on: by a running `serve`, or now by newsletter run")


@commands.command()
def missing(call: IssueCall) -> None:
    """Queue the issue again for exactly those who did not get it. Who got it is never sent it twice."""
    from newsletter.delivery.plan_issue import send_missing_of  # noqa: PLC0415 - used by this command alone

    app, key = call.app, call.key
    number = send_missing_of(app.store, app.settings, key, app.clock())
    nobody = f"Nobody is missing the issue of {key}: newsletter deliveries shows who got it."
    queued = f"{number} deliveries are queued. `newsletter run --date {key}` sends them now; so does a running `serve`."
    call.answer({"date": key.date, "queued": number}, queued if number else nobody)


@commands.command()
def approve(
    call: IssueCall,
    seen: Annotated[
        str, typer.Option("--hash", help="The hash of the content you saw, 8 characters or more.")
    ],
) -> None:
    """Approve exactly the content you saw. Example: newsletter issue approve --hash 3f2a91c0"""
    from newsletter.day import edit_issue  # noqa: PLC0415 - brings every stage
    from newsletter.day.ask_editors import tell_state  # noqa: PLC0415 - the same

    app, key = call.app, call.key
    approved = edit_issue.approve_issue(app.store, key, seen, app.clock())
    state = tell_state(app.store, app.settings, key, app.clock())
    words = f"The issue of {key} is approved with content {approved[:12]}. {state}."
    call.answer({"date": key.date, "approved": approved}, words)
