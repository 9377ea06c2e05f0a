"""The files of the config folder: the operator's, else the shipped ones. I/O (reads files)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from newsletter.errors import ConfigError, NewsletterError, told_as
from newsletter.paths import find_file


def find_config(name: str, folder: Path | None = None) -> Path:
    """Return ``name`` of the operator's config folder, else the shipped file."""
    if folder is not None and not folder.is_dir():
        raise ConfigError(
            f"The config folder {folder} {'is no folder' if folder.exists() else 'does not exist'}.",
            hint="newsletter init makes and fills it (an empty one will do: missing files fall back to the shipped "
            "ones); or correct --config / NEWSLETTER_CONFIG.",
        )
    return find_file("config", name, override=folder)


def added_sources(data: Path) -> Path:
    """Return the file of the sources that were added where the config folder cannot be written."""
    return data / "added" / "sources.toml"


def read_toml(path: Path, kind: type[NewsletterError] = ConfigError) -> dict[str, Any]:
    """Read a TOML file. Raises an error of that ``kind`` naming the file and the line."""
    try:
        with told_as(kind, f"{path} cannot be read", "It must be a readable file of UTF-8 text."):
            return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # Windows begins a file with a mark
    except tomllib.TOMLDecodeError as error:
        raise kind(
            f"{path} is not valid TOML: {error}.",
            hint='Look at that line: text needs "quotes", tables are written [name].',
        ) from error


def load_table(name: str, folder: Path | None = None) -> dict[str, Any]:
    """Read a data file such as lexicon.toml as it is; its reader checks it."""
    return read_toml(find_config(name, folder))
