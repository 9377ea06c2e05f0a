"""Data beside the code that uses it: words and patterns as TOML, fitted weights as JSON. I/O (reads it)."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any


def read_data(package: str, name: str) -> Any:
    """Return what the file ``name`` of a package holds, which may have any shape."""
    text = files(package).joinpath(name).read_text("utf-8")
    return tomllib.loads(text) if name.endswith(".toml") else json.loads(text)


def join_words(lines: str, pieces: Mapping[str, str] | None = None) -> str:
    """Return the pattern that a table writes in lines.

    Each line is one alternative or several; one that is moved in goes on with the line above. ``{name}`` is the piece
    of that name, itself written so.
    """
    pattern = "|".join(lines.strip("\n").replace("\n  ", "").splitlines())
    if not pieces:
        return pattern
    names = "|".join(map(re.escape, pieces))
    return re.sub(rf"{{({names})}}", lambda match: f"(?:{join_words(pieces[match[1]])})", pattern)
