"""``newsletter issue swap``, ``rewrite``, ``move`` …: the acts of the desk, by command. I/O (database, terminal)."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from newsletter.cli.context import IssueCall, SeenCall, print_json, say
from newsletter.store.issues import open_issue

KeyArgument = Annotated[
    str, typer.Argument(metavar="STORY", help="The story's key, as `issue show` prints it.")
]
NumberArgument = Annotated[
    int, typer.Argument(metavar="NUMBER", help="The highlight's number in its story, from 1.")
]


def act(call: IssueCall, verb: str, **given: str | int | None) -> None:
    """Do what the desk does under ``verb``; say what was done, what the content is now, and what no longer fits."""
    from newsletter.desk.acts import Act, do_act  # noqa: PLC0415 - the same
    from newsletter.issue.revise import find_misfits  # noqa: PLC0415 - the same
    from newsletter.model import BY_COMMAND  # noqa: PLC0415 - the same

    app, key = call.app, call.key
    fields = {name: str(value) for name, value in given.items() if value is not None}
    seen = call.seen if isinstance(call, SeenCall) else ""
    said = do_act(Act(app=app, by=BY_COMMAND, key=key, given=fields, seen=seen), verb)
    stored = open_issue(app.store, key)
    warnings = find_misfits(stored.issue, app.editing.lines)
    subject = stored.issue.subject
    told = {"date": stored.issue.date, "hash": stored.hash, "version": stored.version, "subject": subject}
    content = f"{said} Content is now {stored.hash[:12]} (version {stored.version}): {subject}"
    notes = (f"Note: {warning}" for warning in warnings if warning not in said)
    call.answer({**told, "warnings": warnings}, "\n".join((content, *notes)))


def drop(
    call: SeenCall,
    story: KeyArgument,
    highlight: Annotated[
        int | None,
        typer.Option("--highlight", min=1, help="Only this highlight of it, by its number from 1."),
    ] = None,
) -> None:
    """Take a story out, or one highlight of it. Example: newsletter issue drop lynas-lifts-output"""
    verb = "drop-highlight" if highlight else "drop"
    act(call, verb, key=story, number=highlight)


def pin(call: SeenCall, story: KeyArgument) -> None:
    """Make a story the top story; also one that had stayed out."""
    act(call, "pin", key=story)


def retitle(
    call: SeenCall,
    title: Annotated[str, typer.Argument(help="The new headline or subject.")],
    story: Annotated[
        str, typer.Option("--story", help="The story's key; without it the subject changes.")
    ] = "",
) -> None:
    """Rewrite a story's headline, or the subject. Example: newsletter issue retitle "Quota doubled" --story quota"""
    act(call, "retitle", key=story, title=title)


def refreeze(call: IssueCall) -> None:
    """Freeze the same stories anew, with templates corrected since. Takes back an approval of the old content."""
    act(call, "refreeze")


def swap(
    call: SeenCall,
    story: KeyArgument,
    number: NumberArgument,
    choice: Annotated[
        int | None, typer.Option("--with", min=1, help="Which of the sentences listed takes its place.")
    ] = None,
) -> None:
    """Put another sentence in a highlight's place, or a shorter cut of its own; without --with, list them.

    Example: newsletter issue swap lynas-lifts-output 2 --with 1
    """
    from newsletter.day import edit_issue  # noqa: PLC0415 - brings every stage
    from newsletter.errors import InputError  # noqa: PLC0415 - the same
    from newsletter.issue.difference import spell  # noqa: PLC0415 - the same

    app, key = call.app, call.key
    place = edit_issue.HighlightPlace(story, number)
    choices = edit_issue.list_choices(app.editing, open_issue(app.store, key), place)
    words = [*map(spell, choices.runner_ups), *map(spell, choices.shorter)]
    if choice:
        if choice > len(words):
            raise InputError(f"There is no choice {choice}.", hint=f"There are {len(words)}.")
        act(call, "swap", key=story, number=number, words=words[choice - 1])
    elif call.as_json:
        print_json(choices)
    else:
        for n, line in enumerate(words, 1):
            say(f"{n}. {line}{' (a shorter cut)' if n > len(choices.runner_ups) else ''}")
        if not words:
            say("No other sentence passes the gate and fits there. Other words: newsletter issue rewrite.")


def rewrite(
    call: SeenCall,
    story: KeyArgument,
    number: NumberArgument,
    words: Annotated[str, typer.Argument(help="The highlight in your words. The gate must pass it.")],
) -> None:
    """Give a highlight your own words; the mail marks it as worded by the editor.

    Example: newsletter issue rewrite lynas-lifts-output 1 "Lynas made 2,080 tonnes of NdPr oxide."
    """
    act(call, "rewrite", key=story, number=number, words=words)


def move(
    call: SeenCall,
    story: KeyArgument,
    before: Annotated[str, typer.Option("--before", help="The key of the story that comes next.")] = "",
    after: Annotated[str, typer.Option("--after", help="The key of the story that comes above.")] = "",
    section: Annotated[str, typer.Option("--section", help="The key of a section, to its end.")] = "",
    highlight: Annotated[int | None, typer.Option("--highlight", min=1, help="A highlight of it.")] = None,
    to: Annotated[int | None, typer.Option("--to", min=1, help="The highlight's new number.")] = None,
) -> None:
    """Move a story: beside another one, or into a section; or one of its highlights.

    Examples: newsletter issue move lynas --section projects · newsletter issue move lynas --highlight 3 --to 1
    """
    if highlight and to:
        act(call, "move-highlight", key=story, number=highlight, to=to)
    else:
        act(call, "move", key=story, before=before, after=after, section=section)


def split(
    call: SeenCall,
    story: KeyArgument,
    number: Annotated[int, typer.Argument(min=1, help="The article's number, as explain shows them.")],
) -> None:
    """Make one article of a story a story of its own. Example: newsletter issue split lynas 2"""
    act(call, "split", key=story, number=number)


def join(
    call: SeenCall,
    story: KeyArgument,
    into: Annotated[str, typer.Argument(help="The key of the other story.")],
) -> None:
    """Put a story's articles to another one that tells the same event. Example: newsletter issue join lynas-2 lynas"""
    act(call, "join", key=story, into=into)


def bring(
    call: SeenCall,
    what: Annotated[
        str, typer.Argument(metavar="STORY|URL", help="The key of a story that stayed out, or an address.")
    ],
    publisher: Annotated[str, typer.Option("--publisher", help="Who publishes the address.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="The publisher's kind, such as 'trade press'.")] = "",
) -> None:
    """Let a story in that stayed out, or one from an address. Example: newsletter issue bring https://example.org/a"""
    if "://" in what:
        act(call, "bring-link", url=what, publisher=publisher, kind=kind)
    else:
        act(call, "bring", key=what)


def preheader(
    call: SeenCall, words: Annotated[str, typer.Argument(help="What a mailbox shows beside the subject.")]
) -> None:
    """Write the preheader by hand: from then on it stays as you wrote it."""
    act(call, "preheader", title=words)


def note(
    call: SeenCall, words: Annotated[str, typer.Argument(help="The note; empty takes it away.")]
) -> None:
    """Put an editor's note on top, in a labelled box. Example: newsletter issue note "No issue on Friday." --json"""
    act(call, "note", words=words)


def undo(
    call: SeenCall,
    to: Annotated[
        int | None, typer.Option("--to", min=1, help="The version to go back to; without it, the one before.")
    ] = None,
) -> None:
    """Take the last change back, to the byte; again goes one further back. Example: newsletter issue undo"""
    act(call, "undo", to=to)


def correct(
    call: SeenCall,
    wrong: Annotated[str, typer.Option("--wrong", help="What the issue said wrongly.")],
    right: Annotated[str, typer.Option("--right", help="What is right.")],
    why: Annotated[str, typer.Option("--why", help="How it came, or where the right one is from.")] = "",
    story: Annotated[str, typer.Option("--story", help="The key of the story that says it.")] = "",
    highlight: Annotated[
        int | None, typer.Option("--highlight", min=1, help="The highlight's number there.")
    ] = None,
    words: Annotated[
        str,
        typer.Option(
            "--words", help="The highlight as it is right; the headline, or the subject, without one."
        ),
    ] = "",
    drop: Annotated[bool, typer.Option("--drop", help="Take the highlight, or the story, out.")] = False,
    mail: Annotated[
        bool, typer.Option("--mail", help="Mail it to exactly those who got the issue and have not left.")
    ] = False,
) -> None:
    """Correct an issue that left or is leaving: on the web at once, in the next issue, and by mail.

    One that is being sent stops first: the rest get the right text once it is resumed, those who have the wrong one a
    correction. Example: newsletter issue correct --story quota --highlight 1 --drop --wrong "…" --right "…" --mail
    """
    from newsletter.day import correct_issue  # noqa: PLC0415 - brings every stage
    from newsletter.model import Mistake  # noqa: PLC0415 - the same

    app = call.app
    mistake = Mistake(wrong=wrong, right=right, why=why)
    fix = correct_issue.Fix(story=story, number=highlight or 0, words=words, drop=drop)
    editing = replace(app.editing, seen=call.seen)
    done = correct_issue.correct_issue(editing, call.key, mistake, fix, app.clock(), mail=mail)
    rest = "\nThe rest waits with the right text. It goes on with: newsletter issue resume"
    words = f"Corrected on the web; the next issue says so. Told by mail: {done.told}.{done.still}"
    call.answer(done, words + (rest if done.is_paused else ""))


def draft(call: IssueCall) -> None:
    """Print a link that shows the issue to somebody before it leaves: read only, for two days."""
    from newsletter.day.draft_link import make_draft_link  # noqa: PLC0415 - the same

    app = call.app
    stored = open_issue(app.store, call.key)
    url, until = make_draft_link(app.settings, app.keys, stored, app.clock())
    local = until.astimezone(app.settings.newsletter.zone)
    words = f"{url}\nUntil {local:%Y-%m-%d %H:%M}, or until the issue leaves."
    call.answer({"url": url, "until": until}, words)


EDITS = (
    drop,
    pin,
    retitle,
    refreeze,
    swap,
    rewrite,
    move,
    split,
    join,
    bring,
    preheader,
    note,
    undo,
    correct,
    draft,
)
