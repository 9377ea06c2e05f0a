"""Articles and what editors marked in them: read from JSON lines, and looked for in a bullet."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def plain(text: str) -> str:
    """Plain quotes, hyphens and single spaces, small letters."""
    for marks, mark in (("’‘", "'"), ("“”", '"'), ("–—‑−", "-"), ("\u00a0\u202f\u2009", " ")):
        text = re.sub(f"[{marks}]", mark, text)
    return " ".join(text.lower().split())


def tells(text: str, fact: dict[str, Any]) -> bool:
    """Whether a bullet tells a fact."""
    return all(any(plain(one) in text for one in group.split("|")) for group in fact["must"])
