"""``newsletter preview``: the studio. I/O (network, files, terminal).

What it imports is what the first paint needs: the stages are imported when the page asks for the mail.
"""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli.context import Call, DateOption, say, write_file
from newsletter.desk.start import serve_studio


def preview(
    call: Call,
    date: DateOption = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Write issue.html and issue.txt there instead.")
    ] = None,
    host: Annotated[
        str, typer.Option("--host", help="Where to listen; in a container 0.0.0.0, with a published port.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")] = 0,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser.")] = True,
) -> None:
    """Open the studio: the issue as every client shows it, why each sentence is there, and what to decide.

    Live as templates, theme, sources and settings change. Looking consumes nothing. The printed address
    holds a token that is made anew at each start.

    In a container: newsletter preview --host 0.0.0.0 --port 8081
    """
    if out is not None:
        from newsletter.desk.versions import LIVE, choose_shown  # noqa: PLC0415 - the studio starts without it

        app = call.begin()
        shown = choose_shown(app, app.find_issue(date), LIVE).rendered
        write_file(out / "issue.html", shown.html)
        write_file(out / "issue.txt", shown.text)
        say(f"Wrote {out / 'issue.html'} and {out / 'issue.txt'}.")
        return

    def ready(url: str) -> None:
        say(f"Preview at {url}\nCtrl-C ends it.")
        if open_browser:
            webbrowser.open(url)

    serve_studio(call.place.open, date, host=host, port=port, on_ready=ready)
