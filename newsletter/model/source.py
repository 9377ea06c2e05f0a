"""Where news comes from, how it is doing, and what it gave in one run. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newsletter.model.ids import SourceKey
from newsletter.model.publisher import Publisher


class SourceType(StrEnum):
    """How a source is read."""

    SEED = "seed"  # a folder of documents
    FEED = "feed"  # RSS, Atom, RDF or JSON Feed
    PAGE = "page"  # one web page that is itself the article, or lists links to articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where news comes from: one table of config/sources.toml."""

    key: SourceKey
    type: SourceType
    location: str  # an http(s) URL; for a seed source a folder
    publisher: Publisher
    origin: Publisher | None = None  # set where everything from here relays someone else's words
    section: str | None = None  # the key of a section, as a hint
    weight: float = 1.0  # 0.0–2.0, multiplies relevance
    enabled: bool | None = None  # None: enabled once it answered with a feed
    language: str | None = None
    trusted: bool = False  # every entry is on the subject: the lexicon only ranks
    prices: bool = False  # its licence allows to keep what it quotes as a series


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """The health record of one source, as the store keeps it between runs."""

    source: SourceKey
    enabled: bool = False  # reads count; a listed feed becomes enabled when it first answers
    retired: bool = False  # 410 Gone for days
    etag: str | None = None
    last_modified: str | None = None
    first_read: datetime | None = None
    checked: datetime | None = None
    good: datetime | None = None  # the last good read
    newest_entry: datetime | None = None
    failures: int = 0  # in a row
    error: str | None = None
    hint: str | None = None
    next_check: datetime | None = None
    seen: int = 0  # entries in the last good read


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What one source gave in one run. ``error`` where it failed, or is ``ok`` and was read in part."""

    source: SourceKey
    publisher: str
    ok: bool
    seen: int = 0
    kept: int = 0
    dropped: tuple[tuple[str, int], ...] = ()  # (reason, count)
    weighed: int | None = (
        None  # articles for an issue, of this read and earlier ones; None where none was made
    )
    not_modified: bool = False
    error: str | None = None
    hint: str | None = None
    last_good: datetime | None = None
    next_check: datetime | None = None
