"""The sources of sources.toml. I/O (reads files)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field, ValidationError, model_validator

from newsletter.config.files import find_config, read_toml
from newsletter.config.settings import describe_problems
from newsletter.config.tables import Table
from newsletter.errors import ConfigError
from newsletter.model import Publisher, PublisherKind, Source, SourceType
from newsletter.paths import shipped_folder


class _PublisherTable(Table):
    name: str = Field(min_length=1)
    kind: PublisherKind = PublisherKind.OTHER
    family: str = ""

    def build(self) -> Publisher:
        return Publisher(name=self.name, kind=self.kind, family=self.family)


class _SourceTable(Table):
    key: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    type: SourceType
    location: str = Field(min_length=1)
    publisher: _PublisherTable
    origin: _PublisherTable | None = None
    section: str | None = None
    weight: float = Field(1.0, ge=0, le=2)
    enabled: bool | None = None
    language: str | None = None
    trusted: bool = False
    prices: bool = False

    @model_validator(mode="after")
    def _location(self) -> _SourceTable:
        if self.type is not SourceType.SEED and not self.location.startswith(("https://", "http://")):
            raise ValueError(f"the location of a {self.type} must begin with https:// or http://")
        return self


class _SourcesFile(Table):
    source: tuple[_SourceTable, ...] = ()


def load_sources(folder: Path | None = None, added: Path | None = None) -> tuple[Source, ...]:
    """Read sources.toml, and those ``added`` in a file of their own that it does not name itself.

    Raises ConfigError naming the source and the field that is wrong.
    """
    own = _load_file(find_config("sources.toml", folder))
    more = _load_file(added) if added is not None and added.is_file() else ()
    known = {name for source in own for name in (source.key, source.location)}
    return (*own, *(source for source in more if known.isdisjoint((source.key, source.location))))


def _load_file(path: Path) -> tuple[Source, ...]:
    values = read_toml(path)

    def find(loc: Sequence[int | str]) -> str:
        try:
            return f"{path}, the source {values['source'][loc[1]]['key']!r}"
        except (LookupError, TypeError):
            return str(path)

    try:
        parsed = _SourcesFile.model_validate(values)
    except ValidationError as error:
        raise ConfigError(
            describe_problems(error, find, of=_SourcesFile),
            hint="Every [[source]] has key, type, location and a publisher; docs/configuration.md shows one.",
        ) from error
    keys = [table.key for table in parsed.source]
    if doubled := sorted({key for key in keys if keys.count(key) > 1}):
        raise ConfigError(
            f"{path}: two sources have the key {doubled[0]!r}.", hint="Give each source a key of its own."
        )
    return tuple(
        Source(
            **dict(table)
            | {"publisher": table.publisher.build(), "origin": table.origin.build() if table.origin else None}
        )
        for table in parsed.source
    )


def seed_folder(source: Source, folder: Path | None = None) -> Path:
    """Return the folder of a seed source: absolute, else beside the config folder (or here), else the shipped one.

    The shipped one stands in for the shipped source alone, also in a copy of its file: another newsletter does not
    carry our seed.
    """
    # An absolute location stays itself.
    beside = (folder.parent if folder is not None else Path.cwd()) / source.location
    if not beside.is_dir() and source in load_sources(shipped_folder("config")):
        return shipped_folder("seeds")
    return beside.absolute()
