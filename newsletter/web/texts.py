"""The catalogue of every text on the public pages. I/O (reads web/texts.toml).

An operator's texts.toml needs only what it changes or translates; the shipped one fills the rest.
"""

from __future__ import annotations

from pathlib import Path

from newsletter.config.files import read_toml
from newsletter.errors import TemplateError
from newsletter.paths import find_file

FILE = "web/texts.toml"
Texts = dict[str, dict[str, str]]


def load_texts(override: Path | None = None) -> Texts:
    """Return the texts by page and name. Raises TemplateError naming the text that is wrong."""
    texts = _read(find_file("templates", FILE))
    if override is not None and (override / FILE).is_file():
        path = override / FILE
        for page, entries in _read(path).items():
            for name, text in entries.items():
                if name not in texts.get(page, {}):
                    raise TemplateError(
                        f"{path}: no page shows a text {page}.{name}.",
                        hint="The shipped templates/web/texts.toml lists them all.",
                    )
                texts[page][name] = text
        _check_dates(path, texts["dates"])
    return texts


def _check_dates(path: Path, dates: dict[str, str]) -> None:
    for name, number in (("months", 12), ("weekdays", 7)):
        if (found := len(dates[name].split())) != number:
            raise TemplateError(
                f"{path}: dates.{name} has {found} names, not {number}.",
                hint="Write them with a space between two, the first one first.",
            )


def _read(path: Path) -> Texts:
    tables = read_toml(path, TemplateError)
    for page, entries in tables.items():
        if not isinstance(entries, dict) or not all(isinstance(text, str) for text in entries.values()):
            raise TemplateError(
                f"{path}: [{page}] holds something that is not a text.", hint='Write name = "text".'
            )
    return tables
