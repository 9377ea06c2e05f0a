"""How commands speak: tables and progress for people, JSON for scripts. I/O (terminal).

Results go to standard output, everything else (progress, logs, errors) to standard error, so that
``newsletter … --json | jq`` always works.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from newsletter.control_characters import escape_controls, make_printable
from newsletter.model import DAILY

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def to_plain(value: Any) -> Any:  # noqa: PLR0911 - one line a type
    """Return dataclasses, dates, enums and paths as JSON values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        given = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        # While there is one edition, no output names it.
        return {name: to_plain(item) for name, item in given.items() if (name, item) != ("edition", DAILY)}
    if isinstance(value, Mapping):
        return {str(to_plain(key)): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def print_json(value: Any) -> None:
    """Print one JSON document."""
    sys.stdout.write(escape_controls(json.dumps(to_plain(value), ensure_ascii=False, indent=2)) + "\n")


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str) -> None:
    """Print rows under headings, or ``empty`` where there are none. Foreign text is never markup."""
    if not rows:
        out.print(empty, markup=False)
        return
    if not out.is_terminal:
        for row in rows:
            out.print("\t".join(_cell(value) for value in row), markup=False)
        return
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    out.print(table)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return make_printable(" ".join(str(value).split()))


def say(text: str) -> None:
    """Print one line or paragraph of a result."""
    out.print(make_printable(text), markup=False)


def note(text: str) -> None:
    """Print a remark to standard error."""
    err.print(make_printable(text), markup=False)


class Steps:
    """Progress of long work: a bar on a terminal, plain lines elsewhere."""

    def __init__(self, progress: Progress | None, title: str, total: int | None) -> None:
        self._progress = progress
        self._task = progress.add_task(title, total=total) if progress else None
        self._title = title
        self._done = 0
        self._total = total
        self._next_line = 0

    def advance(self, what: str = "", count: int = 1) -> None:
        """Say that ``count`` more are done, the last of them ``what``."""
        self.reach(self._done + count, what)

    def reach(self, done: int, what: str = "") -> None:
        """Say that ``done`` are done in all."""
        self._done = done
        if self._total is not None and done > self._total:
            self._total = done  # more came while it went on
        if self._progress is not None and self._task is not None:
            self._progress.update(
                self._task, completed=done, description=make_printable(f"{self._title} {what}")[:60]
            )
        elif done >= self._next_line:
            share = f"{done}/{self._total}" if self._total else str(done)
            note(f"{self._title}: {share} {what}".rstrip())
            self._next_line = done + max((self._total or 0) // 10, 1 if self._total else 1000)


@contextmanager
def steps(title: str, total: int | None = None) -> Iterator[Steps]:
    """Show the progress of long work on standard error."""
    if not err.is_terminal:
        yield Steps(None, title, total)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
    )
    with Progress(*columns, console=err, transient=True) as progress:
        yield Steps(progress, title, total)
