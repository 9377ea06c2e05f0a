"""A story from an address that an editor gives: fetched, extracted, ranked. I/O (network, database).

The guarded client fetches it, as it does the sources; nothing is stored before the issue takes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from newsletter.collect.fetch import FetchFailure, fetch_article
from newsletter.collect.urls import canonicalize_url
from newsletter.config import Settings
from newsletter.errors import InputError
from newsletter.extract.build_article import build_article
from newsletter.extract.extract_document import extract_document
from newsletter.extract.not_article import NotArticle
from newsletter.http import HTTPClient
from newsletter.model import Article, Entry, Publisher, PublisherKind, Source, SourceKey, SourceType, Story
from newsletter.parser_process import CostlyDocumentError, parse_apart
from newsletter.store.engine import Store
from newsletter.store.sources import load_pages
from newsletter.stories.lexicon import Lexicon
from newsletter.stories.novelty import History
from newsletter.stories.rank import Drop, drop_of, rank_stories

BY_HAND = SourceKey("by hand")  # no name of a source in sources.toml has a space
BROUGHT = "brought in by an editor"


def find_article(
    store: Store,
    settings: Settings,
    sources: Sequence[Source],
    url: str,
    now: datetime,
    *,
    publisher: str = "",
    kind: str = "",
) -> Article:
    """Return the article at ``url``: the one that is stored already, else what is fetched.

    ``publisher`` and ``kind`` say who publishes it where no source of the settings is of that host. Raises InputError
    where there is no article, with the reason.
    """
    address = canonicalize_url(url.strip())
    if address is None:
        raise InputError(f"{url!r} is no address of a page.", hint="Write it with https://.")
    if known := load_pages(store, [address.key]).get(address.key):
        return known[-1]
    if kind and kind not in set(PublisherKind):
        raise InputError(f"There is no kind {kind!r}.", hint=f"Kinds are: {', '.join(PublisherKind)}.")
    entry = Entry(source=BY_HAND, key=address.key, title="", link=address.url, link_key=address.key)
    source = Source(
        key=BY_HAND,
        type=SourceType.PAGE,
        location=address.url,
        publisher=_find_publisher(sources, address.url, publisher, kind),
    )
    return asyncio.run(_fetch(settings, entry, source, now))


async def _fetch(settings: Settings, entry: Entry, source: Source, now: datetime) -> Article:
    try:
        async with HTTPClient(settings.collect, contact=settings.newsletter.base_url) as client:
            document = await fetch_article(client, entry)
        if isinstance(document, FetchFailure):
            raise InputError(document.message, hint=document.hint or "Try another address of it.")
        extracted = await parse_apart(extract_document, document.text, url=document.url or entry.link)
    except CostlyDocumentError as error:
        raise InputError(str(error), hint=error.hint) from error
    if isinstance(extracted, NotArticle):
        raise InputError(
            f"There is no article at {entry.link}: {extracted.reason}.",
            hint="Give the address of the article itself.",
        )
    return build_article(entry, extracted, source, first_seen=now)


def _find_publisher(sources: Iterable[Source], url: str, name: str, kind: str) -> Publisher:
    """Return whom ``name`` says, else the publisher of a source on the same host, else the host itself."""
    host = _host(url)
    known = [source.publisher for source in sources]
    if name:
        own = next((one for one in known if one.name.casefold() == name.casefold()), Publisher(name=name))
    else:
        on_host = (source.publisher for source in sources if _host(source.location) == host)
        own = next(on_host, Publisher(name=host))
    return replace(own, kind=PublisherKind(kind)) if kind else own


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def make_story(
    article: Article,
    *,
    taken: Iterable[str],
    lexicon: Lexicon,
    settings: Settings,
    history: History,
    now: datetime,
) -> Story:
    """Return a story of one article that an editor wants, under a key that is not ``taken``.

    Raises InputError for what an earlier issue told, and what is not in a language of the newsletter.
    """
    (story,) = rank_stories(
        [(article,)], lexicon=lexicon, settings=settings.editorial, now=now, history=history
    )
    if drop_of(story) in (Drop.SENT, Drop.LANGUAGE):
        raise InputError(f"{article.title} cannot come in: {story.reasons[0]}.", hint="Bring in another one.")
    used, key, number = set(taken), story.key, 2
    while key in used:
        key, number = f"{story.key}-{number}", number + 1
    return replace(story, key=key, kept=False, reasons=(BROUGHT, *story.reasons))
