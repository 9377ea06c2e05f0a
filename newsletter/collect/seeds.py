"""Seed sources: a folder of documents as they are. I/O (reads files).

Seeds are ``*.txt``, ``*.html``, ``*.htm`` and ``*.md`` directly in the folder, but no README and nothing hidden. A file
that cannot be used, of another kind too, is a value in the result that says what, where and what to do; it never stops
the others.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from newsletter.model import Entry, Source

_TYPES: dict[str, Literal["html", "text"]] = {".txt": "text", ".md": "text", ".html": "html", ".htm": "html"}
_MAX_BYTES = 8_000_000
_LOOK = 8192  # bytes in which a NUL tells a binary file; UTF-16 has its byte order mark
_AS_TEXT = "Save it as UTF-8 text or HTML, or remove it."
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedError:
    """A seed file or folder that cannot be used."""

    path: Path
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedRead:
    """What a seed folder holds, in the order of file names."""

    entries: tuple[Entry, ...] = ()
    errors: tuple[SeedError, ...] = ()


def read_seeds(source: Source, folder: Path) -> SeedRead:
    """Read every document of a seed folder.

    An entry's key is its file's name and a digest of its bytes: the same document is known wherever
    it lies, and a changed one is new. Its title is the file's name until the text is extracted.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if _is_meant(path))
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
        hint = "It must be a folder that the account which runs the newsletter may read."
        if isinstance(error, FileNotFoundError):
            problem = "is missing"
            hint = "Create it and put documents (.txt, .html, .md) in it, or correct the source's location."
        missing = SeedError(path=folder, message=f"The seed folder {folder} {problem}.", hint=hint)
        return SeedRead(errors=(missing,))
    read = [_read_seed(source, path) for path in paths]
    return SeedRead(
        entries=tuple(item for item in read if isinstance(item, Entry)),
        errors=tuple(item for item in read if isinstance(item, SeedError)),
    )


def _is_meant(path: Path) -> bool:
    return not (path.name.startswith(".") or path.stem.upper() == "README" or path.is_dir())


def _read_seed(source: Source, path: Path) -> Entry | SeedError:
    if path.suffix.lower() not in _TYPES:
        return SeedError(path=path, message=f"The seed {path} is no {', '.join(_TYPES)}.", hint=_AS_TEXT)
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for, for ever
            return SeedError(path=path, message=f"The seed {path} is no file.", hint=_AS_TEXT)
        with path.open("rb") as file:
            body = file.read(_MAX_BYTES + 1)
    except OSError as error:
        hint = "Make it readable for the account that runs the newsletter, or remove it."
        return SeedError(path=path, message=f"The seed {path} cannot be read: {error.strerror}.", hint=hint)
    if problem := _find_problem(body):
        return SeedError(path=path, message=f"The seed {path} {problem[0]}.", hint=problem[1])
    digest = sha256(body).hexdigest()
    return Entry(
        source=source.key,
        key=f"{digest[:24]}:{path.name}",
        title=path.stem,
        body=body,
        body_type=_TYPES[path.suffix.lower()],
    )


def _find_problem(body: bytes) -> tuple[str, str] | None:
    if not body.strip():
        return "is empty", "Put the document's text in it, or remove it."
    if len(body) > _MAX_BYTES:
        return f"is larger than {_MAX_BYTES:,} bytes", "Split it: a seed is one article."
    if b"\0" in body[:_LOOK] and not body.startswith(_WIDE_MARKS):
        return "is not text", _AS_TEXT
    return None
