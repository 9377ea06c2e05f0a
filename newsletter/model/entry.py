"""One item as a source gives it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from newsletter.model.ids import SourceKey
from newsletter.model.publisher import Publisher


class Flag(StrEnum):
    """A remark for the reader of a story."""

    FIRST_SIGHT = "dated by first sight"
    FUTURE_DATE = "dated in the future by its source"
    CORRECTED = "corrected at the source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item as a source gives it, before its text is known."""

    source: SourceKey
    key: str  # its identity within the source: guid, else URL key, else content digest
    title: str
    link: str | None = None  # absolute http(s) URL, scrubbed of tracking
    link_key: str | None = None  # the identity of that URL
    # The same without what its feed writes on every link; it joins only what has the same words.
    page_key: str | None = None
    published: datetime | None = None
    summary: str = ""  # plain text
    body: bytes | None = None  # the document itself where the source carries it (seed, full-text feed)
    body_type: Literal["html", "text"] = "html"
    publisher: Publisher | None = None  # where the entry names another one than its source does
    flags: tuple[str, ...] = ()  # of its date
