"""The theme: colours, fonts, wordmark and logo, in one file. I/O (reads theme.toml).

An operator's theme.toml needs only what it changes; the shipped one fills the rest.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from newsletter.config.files import read_toml
from newsletter.errors import TemplateError
from newsletter.paths import shipped_folder

FILE = "theme.toml"

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]
# A font list is written into CSS: letters, digits, spaces, commas, hyphens and single quotes only.
Fonts = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 ,'-]+$", min_length=1, max_length=200)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Palette(_Table):
    """``[light]`` and ``[dark]``: seven colours, each written #rrggbb."""

    page: Colour  # around the letter
    paper: Colour  # the letter itself
    ink: Colour  # text and headlines
    muted: Colour  # dates, sources, small print
    accent: Colour  # links, labels, rules
    tint: Colour  # behind a caution
    line: Colour  # hairlines


class FontLists(_Table):
    """``[fonts]``: lists of fonts that are on readers' machines. Nothing is ever downloaded."""

    heading: Fonts
    body: Fonts
    word_heading: Fonts  # Outlook on Windows knows one name at a time
    word_body: Fonts


class Logo(_Table):
    """``[logo]``: a picture over the masthead. Without one the name is set in type."""

    url: str = ""
    alt: str = ""
    width: Annotated[int, Field(ge=0, le=536)] = 0  # CSS pixels
    height: Annotated[int, Field(ge=0, le=400)] = 0

    @model_validator(mode="after")
    def _complete(self) -> Logo:
        if self.url and not self.url.startswith(("https://", "http://")):
            raise ValueError("url must begin with https://")
        if self.url and not (self.alt and self.width and self.height):
            raise ValueError("a logo needs alt, width and height beside its url")
        if re.search(r"[\s\"'<>]", self.url):
            raise ValueError("url holds a space or a quotation mark")
        return self


class Theme(_Table):
    """The look of every mail and page."""

    wordmark: str = Field("", max_length=60)  # "" means the newsletter's name
    mark: str = Field("", max_length=3)  # letters on a tile before the wordmark, and the pages' icon
    light: Palette
    dark: Palette
    fonts: FontLists
    logo: Logo = Logo()


def load_theme(override: Path | None = None) -> Theme:
    """Read the operator's theme.toml in ``override`` over the shipped one.

    Raises TemplateError with the name of the setting and what was given.
    """
    path = shipped_folder("templates") / FILE
    values = read_toml(path, TemplateError)
    if override is not None and (override / FILE).is_file():
        path = override / FILE
        for name, value in read_toml(path, TemplateError).items():
            are_tables = isinstance(value, dict) and isinstance(values.get(name), dict)
            values[name] = values[name] | value if are_tables else value
    try:
        return Theme.model_validate(values)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']} (got {problem['input']!r})"
            for problem in error.errors()
        )
        raise TemplateError(
            f"{path}: {problems}.",
            hint="Colours are written #rrggbb; the shipped templates/theme.toml lists every setting.",
        ) from error
