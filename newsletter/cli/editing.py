"""``newsletter issue swap``, ``rewrite``, ``move`` …: what an editor changes in a story. I/O (database, terminal)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli.context import DateOption, EditionOption, open_place
from newsletter.cli.terminal import JSONOption, print_json, say

if TYPE_CHECKING:
    from newsletter.store.issues import StoredIssue
    from newsletter.wiring import Installation

KeyArgument = Annotated[
    str, typer.Argument(metavar="STORY", help="The story's key, as `issue show` prints it.")
]
NumberArgument = Annotated[
    int, typer.Argument(metavar="NUMBER", help="The highlight's number in its story, from 1.")
]
SeenOption = Annotated[
    str,
    typer.Option(
        "--seen",
        metavar="HASH",
        help="The content you looked at: where it is another by now, nothing is changed.",
    ),
]


def report(app: Installation, stored: StoredIssue, as_json: bool, what: str) -> None:
    """Say what was done, what the content is now, and what no longer fits."""
    from newsletter.day import edit_issue  # noqa: PLC0415 - brings every stage

    warnings = edit_issue.find_misfits(app.editing, stored.issue)
    if as_json:
        print_json(
            {
                "date": stored.issue.date,
                "hash": stored.hash,
                "version": stored.version,
                "subject": stored.issue.subject,
                "warnings": warnings,
            }
        )
        return
    say(f"{what} Content is now {stored.hash[:12]} (version {stored.version}): {stored.issue.subject}")
    for warning in warnings:
        say(f"Note: {warning}")


def swap(
    context: typer.Context,
    story: KeyArgument,
    number: NumberArgument,
    choice: Annotated[
        int | None, typer.Option("--with", min=1, help="Which of the sentences listed takes its place.")
    ] = None,
    date: DateOption = "",
    edition: EditionOption = "",
    seen: SeenOption = "",
    as_json: JSONOption = False,
) -> None:
    """Put another sentence in a highlight's place, or a shorter cut of its own; without --with, list them.

    Example: newsletter issue swap lynas-lifts-output 2 --with 1
    """
    from newsletter.day import edit_issue  # noqa: PLC0415 - brings every stage
    from newsletter.errors import InputError  # noqa: PLC0415 - the same
    from newsletter.issue.difference import spell  # noqa: PLC0415 - the same

    app = open_place(context)
    key = app.find_issue(date, edition)
    place = edit_issue.HighlightPlace(story, number)
    choices = edit_issue.list_choices(app.editing, edit_issue.open_issue(app.store, key), place)
    words = [*map(spell, choices.runner_ups), *map(spell, choices.shorter)]
    if choice:
        if choice > len(words):
            raise InputError(f"There is no choice {choice}.", hint=f"There are {len(words)}.")
        stored = edit_issue.swap_highlight(app.editing, key, place, words[choice - 1], app.clock(), seen=seen)
        report(app, stored, as_json, "Swapped.")
    elif as_json:
        print_json(choices)
    else:
        for n, line in enumerate(words, 1):
            say(f"{n}. {line}{' (a shorter cut)' if n > len(choices.runner_ups) else ''}")
        if not words:
            say("No other sentence passes the gate and stands alone. Other words: newsletter issue rewrite.")


def rewrite(
    context: typer.Context,
    story: KeyArgument,
    number: NumberArgument,
    words: Annotated[str, typer.Argument(help="The highlight in your words. The gate must pass it.")],
    date: DateOption = "",
    edition: EditionOption = "",
    seen: SeenOption = "",
    as_json: JSONOption = False,
) -> None:
    """Give a highlight your own words; the mail marks it as worded by the editor.

    Example: newsletter issue rewrite lynas-lifts-output 1 "Lynas made 2,080 tonnes of NdPr oxide."
    """
    from newsletter.day import edit_issue  # noqa: PLC0415 - brings every stage

    app = open_place(context)
    place = edit_issue.HighlightPlace(story, number)
    stored = edit_issue.rewrite_highlight(
        app.editing, app.find_issue(date, edition), place, words, app.clock(), seen=seen
    )
    report(app, stored, as_json, "Rewritten.")


def move(
    context: typer.Context,
    story: KeyArgument,
    before: Annotated[str, typer.Option("--before", help="The key of the story that comes next.")] = "",
    after: Annotated[str, typer.Option("--after", help="The key of the story that comes above.")] = "",
    section: Annotated[str, typer.Option("--section", help="The key of a section, to its end.")] = "",
    highlight: Annotated[int | None, typer.Option("--highlight", min=1, help="A highlight of it.")] = None,
    to: Annotated[int | None, typer.Option("--to", min=1, help="The highlight's new number.")] = None,
    date: DateOption = "",
    edition: EditionOption = "",
    seen: SeenOption = "",
    as_json: JSONOption = False,
) -> None:
    """Move a story: beside another one, or into a section; or one of its highlights.

    Examples: newsletter issue move lynas --section projects · newsletter issue move lynas --highlight 3 --to 1
    """
    from newsletter.day import edit_issue  # noqa: PLC0415 - brings every stage

    app = open_place(context)
    key, now = app.find_issue(date, edition), app.clock()
    if highlight and to:
        place = edit_issue.HighlightPlace(story, highlight)
        stored = edit_issue.move_highlight(app.editing, key, place, to, now, seen=seen)
    else:
        where = {"before": before, "after": after, "section": section}
        stored = edit_issue.move_story(app.editing, key, story, now, **where, seen=seen)
    report(app, stored, as_json, "Moved.")


def bring(
    context: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="STORY|URL", help="The key of a story that stayed out, or an address.")
    ],
    publisher: Annotated[str, typer.Option("--publisher", help="Who publishes the address.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="The publisher's kind, such as 'trade press'.")] = "",
    date: DateOption = "",
    edition: EditionOption = "",
    seen: SeenOption = "",
    as_json: JSONOption = False,
) -> None:
    """Let a story in that stayed out, or one from an address. Example: newsletter issue bring https://example.org/a"""
    from newsletter.day import edit_issue  # noqa: PLC0415 - brings every stage

    app = open_place(context)
    key, now = app.find_issue(date, edition), app.clock()
    if "://" in what:
        stored = edit_issue.bring_link(app.editing, key, what, now, publisher=publisher, kind=kind, seen=seen)
    else:
        stored = edit_issue.bring_story(app.editing, key, what, now, seen=seen)
    report(app, stored, as_json, "Brought in.")


def preheader(
    context: typer.Context,
    words: Annotated[str, typer.Argument(help="What a mailbox shows beside the subject.")],
    date: DateOption = "",
    edition: EditionOption = "",
    seen: SeenOption = "",
    as_json: JSONOption = False,
) -> None:
    """Write the preheader by hand: from then on it stays as you wrote it."""
    from newsletter.day import edit_issue  # noqa: PLC0415 - brings every stage

    app = open_place(context)
    stored = edit_issue.set_preheader(
        app.freezing, app.find_issue(date, edition), words, app.clock(), seen=seen
    )
    report(app, stored, as_json, "Written.")


def note(
    context: typer.Context,
    words: Annotated[str, typer.Argument(help="The note; empty takes it away.")],
    date: DateOption = "",
    edition: EditionOption = "",
    seen: SeenOption = "",
    as_json: JSONOption = False,
) -> None:
    """Put an editor's note on top, in a labelled box. Example: newsletter issue note "No issue on Friday." --json"""
    from newsletter.day import edit_issue  # noqa: PLC0415 - brings every stage

    app = open_place(context)
    stored = edit_issue.set_note(app.freezing, app.find_issue(date, edition), words, app.clock(), seen=seen)
    report(app, stored, as_json, "Written." if stored.issue.editors_note else "Taken away.")


def undo(
    context: typer.Context,
    to: Annotated[
        int | None, typer.Option("--to", min=1, help="The version to go back to; without it, the one before.")
    ] = None,
    date: DateOption = "",
    edition: EditionOption = "",
    seen: SeenOption = "",
    as_json: JSONOption = False,
) -> None:
    """Take the last change back, to the byte; again goes one further back. Example: newsletter issue undo"""
    from newsletter.day import edit_issue  # noqa: PLC0415 - brings every stage

    app = open_place(context)
    stored = edit_issue.undo(app.store, app.find_issue(date, edition), app.clock(), to=to, seen=seen)
    report(app, stored, as_json, f"Version {stored.restores or stored.version} again.")


def correct(
    context: typer.Context,
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
    date: DateOption = "",
    edition: EditionOption = "",
    seen: SeenOption = "",
    as_json: JSONOption = False,
) -> None:
    """Correct an issue that left or is leaving: on the web at once, in the next issue, and by mail.

    One that is being sent stops first: the rest get the right text once it is resumed, those who have the wrong one a
    correction. Example: newsletter issue correct --story quota --highlight 1 --drop --wrong "…" --right "…" --mail
    """
    from newsletter.day import correct_issue  # noqa: PLC0415 - brings every stage
    from newsletter.model import Mistake  # noqa: PLC0415 - the same

    app = open_place(context)
    done = correct_issue.correct_issue(
        app.editing,
        app.find_issue(date, edition),
        Mistake(wrong=wrong, right=right, why=why),
        correct_issue.Fix(story=story, number=highlight or 0, words=words, drop=drop),
        app.clock(),
        mail=mail,
        seen=seen,
    )
    if as_json:
        print_json(done)
        return
    say(f"Corrected on the web; the next issue says so. Told by mail: {done.told}.")
    if done.is_paused:
        say("The rest waits with the right text. It goes on with: newsletter issue resume")


def draft(
    context: typer.Context, date: DateOption = "", edition: EditionOption = "", as_json: JSONOption = False
) -> None:
    """Print a link that shows the issue to somebody before it leaves: read only, for two days."""
    from newsletter.day import edit_issue  # noqa: PLC0415 - brings every stage
    from newsletter.day.draft_link import make_draft_link  # noqa: PLC0415 - the same

    app = open_place(context)
    stored = edit_issue.open_issue(app.store, app.find_issue(date, edition))
    url, until = make_draft_link(app.settings, app.keys, stored, app.clock())
    if as_json:
        print_json({"url": url, "until": until})
    else:
        say(
            f"{url}\nUntil {until.astimezone(app.settings.newsletter.zone):%Y-%m-%d %H:%M}, or until the issue leaves."
        )
