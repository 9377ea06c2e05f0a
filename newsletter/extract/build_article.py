"""An entry and what was extracted for it, put together as an article. Pure."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from newsletter.extract.document_parts import is_state_owned
from newsletter.model import Article, ArticleId, Entry, Extracted, Flag, Publisher, PublisherKind, Source

_ID_LENGTH = 24  # hexadecimal digits of a SHA-256: 96 bits, no collision in any archive


def build_article(entry: Entry, extracted: Extracted, source: Source, *, first_seen: datetime) -> Article:
    """The article: the document's own title and text, the entry's address and time where it has them.

    ``published`` is never later than ``first_seen``: a future date is a publisher's error or a zone.
    """
    publisher = entry.publisher or source.publisher
    title = extracted.title or entry.title
    published, is_date = _choose_published(entry, extracted)
    return Article(
        id=_digest(publisher.name, entry.source, entry.key, title, extracted.text),
        source=source.key,
        entry_key=entry.key,
        title=title,
        text=extracted.text,
        publisher=publisher,
        origin=source.origin or _find_origin(extracted),
        url=entry.link,
        url_key=entry.link_key,
        byline=extracted.byline,
        published=min(published, first_seen) if published else None,
        published_is_date=is_date,
        first_seen=first_seen,
        language=extracted.language or source.language,
        publisher_highlights=extracted.publisher_highlights,
        disclaimer=extracted.disclaimer,
        related=extracted.related,
        section=source.section,
        weight=source.weight,
        trusted=source.trusted,
        # The page may have had a date where the entry had none.
        flags=tuple(flag for flag in entry.flags if flag != Flag.FIRST_SIGHT or published is None),
    )


def _choose_published(entry: Entry, extracted: Extracted) -> tuple[datetime | None, bool]:
    """When it was published, in UTC, and whether only the day is known."""
    if entry.published:
        return entry.published.astimezone(UTC), False
    if extracted.published:
        return extracted.published.astimezone(UTC), extracted.published_is_date
    return None, False


def _find_origin(extracted: Extracted) -> Publisher | None:
    """Whom the document says that it relays."""
    if not extracted.origin:
        return None
    state = is_state_owned(extracted.disclaimer)
    return Publisher(name=extracted.origin, kind=PublisherKind.STATE_MEDIA if state else PublisherKind.OTHER)


def _digest(*parts: str) -> ArticleId:
    """The identity of one version: whatever changes in it makes another one."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return ArticleId(digest.hexdigest()[:_ID_LENGTH])
