"""The sources of sources.toml. I/O (reads files)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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

    def build(self) -> Source:
        origin = self.origin.build() if self.origin else None
        return Source(**dict(self) | {"publisher": self.publisher.build(), "origin": origin})

    @model_validator(mode="after")
    def _location(self) -> _SourceTable:
        if self.type is not SourceType.SEED and not self.location.startswith(("https://", "http://")):
            raise ValueError(f"the location of a {self.type} must begin with https:// or http://")
        return self


class _SourcesFile(Table):
    source: tuple[_SourceTable, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceList:
    """The sources that a list names, and what is wrong with those that are left out."""

    sources: tuple[Source, ...]
    faults: tuple[ConfigError, ...] = ()


def load_sources(folder: Path | None = None, added: Path | None = None) -> SourceList:
    """Read sources.toml, and those ``added`` in a file of their own that it does not name itself.

    A source that is wrong costs itself: its fault names the source and the field. Raises ConfigError where nothing
    of a file can be used.
    """
    own = _load_file(find_config("sources.toml", folder))
    more = _load_file(added) if added is not None and added.is_file() else SourceList(sources=())
    known = {name for source in own.sources for name in (source.key, source.location)}
    others = (source for source in more.sources if known.isdisjoint((source.key, source.location)))
    return SourceList(sources=(*own.sources, *others), faults=(*own.faults, *more.faults))


def _load_file(path: Path) -> SourceList:
    values = read_toml(path)

    def find(loc: Sequence[int | str]) -> str:
        try:
            return f"{path}, the source {values['source'][loc[1]]['key']!r}"
        except (LookupError, TypeError):
            return str(path)

    faults = []
    try:
        tables = _SourcesFile.model_validate(values).source
    except ValidationError as error:
        fault = ConfigError(
            describe_problems(error, find, of=_SourcesFile),
            hint="Every [[source]] has key, type, location and a publisher; docs/configuration.md shows one.",
        )
        tables = _choose_sound(values, error)
        if not tables:
            raise fault from error
        faults.append(fault)
    by_key: dict[str, _SourceTable] = {}
    for table in tables:
        if by_key.setdefault(table.key, table) is not table:
            hint = "Give each source a key of its own; only the first one is read."
            faults.append(ConfigError(f"{path}: two sources have the key {table.key!r}.", hint=hint))
    return SourceList(sources=tuple(table.build() for table in by_key.values()), faults=tuple(faults))


def _choose_sound(values: Mapping[str, Any], error: ValidationError) -> tuple[_SourceTable, ...]:
    """Return the sources with which nothing is wrong; none where something is wrong with the file itself."""
    places = [problem["loc"] for problem in error.errors()]
    if any(len(place) == 1 for place in places):
        return ()
    wrong = {place[1] for place in places}
    sound = [table for number, table in enumerate(values["source"]) if number not in wrong]
    return _SourcesFile.model_validate({"source": sound}).source


def seed_folder(source: Source, folder: Path | None = None) -> Path:
    """Return the folder of a seed source: absolute, else beside the config folder (or here), else the shipped one.

    The shipped one stands in for the shipped source alone, also in a copy of its file: another newsletter does not
    carry our seed.
    """
    # An absolute location stays itself.
    beside = (folder.parent if folder is not None else Path.cwd()) / source.location
    if not beside.is_dir() and source in load_sources(shipped_folder("config")).sources:
        return shipped_folder("seeds")
    return beside.absolute()
