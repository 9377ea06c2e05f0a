"""A command in this process, as a shell would start it: arguments, variables, streams, exit code. I/O (terminal).

A process of its own takes most of a second to start. What a process does beyond this (signals, an exit that is
no exception) is tried in tests/e2e.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner

from newsletter.cli.main import main


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run_command(*arguments: str, given: str = "", variables: Mapping[str, str] | None = None) -> Done:
    """Run ``newsletter`` with these arguments; no variable of this machine reaches it. Raises what is no exit."""
    foreign = {name: None for name in os.environ if name.startswith("NEWSLETTER_")}
    code = 0
    with CliRunner().isolation(given, env={**foreign, "COLUMNS": "100", **(variables or {})}) as (
        out,
        err,
        _,
    ):
        try:
            main(arguments)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        sys.stdout.flush()
        return Done(code=code, out=out.getvalue().decode(), err=err.getvalue().decode())
