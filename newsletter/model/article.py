"""The clean text got from an entry. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsletter.model.ids import ArticleId, SourceKey
from newsletter.model.publisher import Publisher


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One run of broken encoding that was mended."""

    start: int  # in the text before repair
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What the extract stage finds in one document.

    ``text`` is clean: paragraphs, headings and "• " bullets, each a block of its own, blocks parted
    by one empty line; no chrome, no markup.
    """

    title: str
    text: str
    byline: str | None = None
    published: datetime | None = None
    published_is_date: bool = False  # only the day is known: midnight UTC stands for it
    language: str | None = None
    publisher_highlights: tuple[str, ...] = ()
    disclaimer: str | None = None
    origin: str | None = None  # the name of whom it relays, where the document says so
    related: tuple[str, ...] = ()  # headlines that stood beside the article
    url: str | None = None  # rel=canonical, where the document names one
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The clean text got from an entry, with its metadata: one immutable version.

    ``id`` digests source, entry, publisher, title and text, so a corrected article is another version.
    """

    id: ArticleId
    source: SourceKey
    entry_key: str
    title: str
    text: str
    publisher: Publisher
    origin: Publisher | None = None
    url: str | None = None
    url_key: str | None = None
    byline: str | None = None
    published: datetime | None = None  # as the source says; never later than first_seen
    published_is_date: bool = False
    first_seen: datetime
    language: str | None = None
    publisher_highlights: tuple[str, ...] = ()
    disclaimer: str | None = None
    related: tuple[str, ...] = ()
    section: str | None = None  # the source's hint
    weight: float = 1.0
    trusted: bool = False
    flags: tuple[str, ...] = ()  # of its date

    @property
    def occurred(self) -> datetime:
        """When it was published, or first seen where no date is known."""
        return self.published or self.first_seen
