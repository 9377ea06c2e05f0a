"""Finding a source from an address and writing it into sources.toml. I/O (network, files, database)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from newsletter.collect.discover import Discovery, discover_feed
from newsletter.collect.opml import make_key
from newsletter.collect.urls import canonicalize_url
from newsletter.config import Settings, added_sources, find_config
from newsletter.errors import InputError, told_as
from newsletter.http import HTTPClient
from newsletter.model import By, Publisher, PublisherKind, Source, SourceKey, SourceType
from newsletter.store.acts import record_act
from newsletter.store.engine import Store
from newsletter.store.paused_sources import name_source


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSource:
    """A source that was found, how, and what it would bring."""

    source: Source
    title: str
    how: str
    headlines: tuple[str, ...]


class _Offer(NamedTuple):
    """What may become a source."""

    location: str
    type: SourceType
    how: str
    title: str
    headlines: tuple[str, ...]


async def find_source(
    settings: Settings, sources: Sequence[Source], url: str, *, key: str, publisher: str, kind: str
) -> FoundSource:
    """Find a source from the address of a page or feed.

    Raises InputError where there is none, or FetchError where the address cannot be read.
    """
    if not url.startswith(("https://", "http://")):
        raise InputError(f"{url!r} is no address of a page.", hint="Write it with https://.")
    if kind not in set(PublisherKind):
        raise InputError(f"There is no kind {kind!r}.", hint=f"Kinds are: {', '.join(PublisherKind)}.")
    async with HTTPClient(settings.collect, contact=settings.newsletter.base_url) as client:
        found = await discover_feed(client, url)
    offer = _choose_offer(found)
    if offer is None:
        tried = ", ".join(found.tried) or "nothing else"
        raise InputError(
            f"Neither a feed nor a list of articles was found from {url} (tried {tried}).",
            hint='If it is an article that changes, add it to sources.toml with type = "page".',
        )
    taken = {source.key for source in sources}
    if any(_identify(source.location) == _identify(offer.location) for source in sources):
        raise InputError(f"{offer.location} is a source already.", hint="newsletter sources list shows it.")
    host = urlsplit(offer.location).hostname
    name = publisher or offer.title or host or offer.location
    source = Source(
        key=SourceKey(key or make_key((host or "source").removeprefix("www."), taken)),
        type=offer.type,
        location=offer.location,
        publisher=Publisher(name=" ".join(name.split()), kind=PublisherKind(kind)),
    )
    if source.key in taken:
        raise InputError(f"There is a source {source.key!r} already.", hint="Give another --key.")
    return FoundSource(source=source, title=name, how=offer.how, headlines=offer.headlines)


def _identify(location: str) -> str:
    """Return by what a location is known again with or without "www." or a slash at its end."""
    found = canonicalize_url(location)
    return found.key if found else location


def _choose_offer(found: Discovery) -> _Offer | None:
    """Return the best of what was found: a feed, a sitemap of news, the page's own list, any sitemap."""
    if found.feeds:
        best = found.feeds[0]
        headlines = tuple(entry.title for entry in best.feed.entries if entry.title)
        return _Offer(best.url, SourceType.FEED, best.how, best.feed.title, headlines)
    titles = tuple(entry.title or entry.url for entry in found.sitemap_entries)
    has_news = any(entry.title for entry in found.sitemap_entries)
    if found.headlines and not has_news:
        how = "no feed; the page lists its articles"
        return _Offer(found.url, SourceType.PAGE, how, "", found.headlines)
    if found.sitemap is None:
        return None
    return _Offer(found.sitemap, SourceType.PAGE, "no feed; a sitemap", "", titles)


def own_file(config_folder: Path | None, data: Path) -> tuple[Path, Path | None]:
    """Return the sources.toml to add to, there or not, and the file that it begins as, if any.

    It is the operator's; where their folder is read only, as in a container, that of the data folder, read beside it.
    """
    folder = config_folder or data / "config"
    if folder.is_dir() and not os.access(folder, os.W_OK):
        return added_sources(data), None
    return folder / "sources.toml", find_config("sources.toml", config_folder)


def write_sources(path: Path, shipped: Path | None, sources: Iterable[Source]) -> int:
    """Append sources to a sources.toml, as a person would write them; return how many.

    A file that is not there begins as a copy of ``shipped``. Raises InputError where it cannot be written.
    """
    blocks = [_spell(source) for source in sources]
    hint = "Make it writable, or add these lines by hand:\n\n" + "\n".join(blocks)
    with told_as(InputError, f"{path} cannot be written", hint):
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(shipped.read_bytes() if shipped else b"")
        with path.open("a", encoding="utf-8") as file:
            file.writelines(f"\n{block}" for block in blocks)
    return len(blocks)


def describe_kind(kind: PublisherKind, path: Path) -> str:
    """Say of which kind a publisher was taken to be, what of that readers see, and where it is changed."""
    if kind is not PublisherKind.OTHER:
        return f"Its kind is {kind}, set in {path}."
    named = ", ".join(one for one in PublisherKind if one is not kind)
    return (
        f'Its kind is "other": its stories carry no label. Is it one of these? Set kind in {path}: {named}.'
    )


def record_added(store: Store, source: Source, now: datetime, by: By) -> None:
    """Put on record who added a source, and which."""
    with store.write() as connection:
        record_act(connection, by, f"added {source.location}", name_source(source.key), now)


def _spell(source: Source) -> str:
    # A JSON string is a TOML basic string: the same escapes.
    name = json.dumps(source.publisher.name, ensure_ascii=False)
    publisher = f'{{ name = {name}, kind = "{source.publisher.kind}" }}'
    lines = [
        "[[source]]",
        f'key = "{source.key}"',
        f'type = "{source.type}"',
        f"location = {json.dumps(source.location, ensure_ascii=False)}",
        f"publisher = {publisher}",
        *([f'section = "{source.section}"'] if source.section else []),
    ]
    return "\n".join(lines) + "\n"
