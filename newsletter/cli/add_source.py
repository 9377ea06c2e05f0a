"""Finding a source's feed and writing it into sources.toml. I/O (network, files)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from newsletter.app import App
from newsletter.collect.discover import discover_feed
from newsletter.errors import InputError
from newsletter.http import HTTPClient
from newsletter.model import Publisher, PublisherKind, Source, SourceKey, SourceType


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSource:
    """A feed that was found, how, and what it would bring."""

    source: Source
    title: str
    how: str
    headlines: tuple[str, ...]


async def find_source(app: App, url: str, *, key: str, publisher: str, kind: str) -> FoundSource:
    """Find the feed of a page or feed address. Raises InputError, or FetchError where it cannot be read."""
    if not url.startswith(("https://", "http://")):
        raise InputError(f"{url!r} is no address of a page.", hint="Write it with https://.")
    if kind not in set(PublisherKind):
        raise InputError(f"There is no kind {kind!r}.", hint=f"Kinds are: {', '.join(PublisherKind)}.")
    async with HTTPClient(app.settings.collect, contact=app.settings.newsletter.base_url) as client:
        found = await discover_feed(client, url)
    if not found.feeds:
        tried = ", ".join(found.tried) or "nothing else"
        raise InputError(
            f"No feed was found from {url} (tried {tried}).",
            hint='If it is an article or a list of articles, add it to sources.toml with type = "page".',
        )
    best = found.feeds[0]
    taken = {source.key for source in app.sources}
    if any(source.location == best.url for source in app.sources):
        raise InputError(f"{best.url} is a source already.", hint="newsletter sources list shows it.")
    name = publisher or best.feed.title or urlsplit(best.url).hostname or best.url
    source = Source(
        key=SourceKey(key or make_key(urlsplit(best.url).hostname or "source", taken)),
        type=SourceType.FEED,
        location=best.url,
        publisher=Publisher(name=" ".join(name.split()), kind=PublisherKind(kind)),
    )
    if source.key in taken:
        raise InputError(f"There is a source {source.key!r} already.", hint="Give another --key.")
    return FoundSource(
        source=source,
        title=best.feed.title,
        how=best.how,
        headlines=tuple(entry.title for entry in best.feed.entries if entry.title),
    )


def make_key(name: str, taken: Iterable[str]) -> str:
    """Return a key made of a host's name, not among ``taken``."""
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower().removeprefix("www.")).strip("-") or "source"
    used = set(taken)
    return next(
        key for n in range(1, len(used) + 2) if (key := stem if n == 1 else f"{stem}-{n}") not in used
    )


def write_sources(path: Path, shipped: Path, sources: Iterable[Source]) -> int:
    """Append sources to a sources.toml, as a person would write them; return how many.

    A file that is not there begins as a copy of ``shipped``. Raises InputError where it cannot be written.
    """
    blocks = [_spell(source) for source in sources]
    try:
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(shipped.read_bytes())
        with path.open("a", encoding="utf-8") as file:
            file.writelines(f"\n{block}" for block in blocks)
    except OSError as error:
        lines = "\n".join(blocks)
        raise InputError(
            f"{path} cannot be written: {error.strerror or error}.",
            hint=f"Make it writable, or add these lines by hand:\n\n{lines}",
        ) from error
    return len(blocks)


def _spell(source: Source) -> str:
    # A JSON string is a TOML basic string: the same escapes.
    publisher = f'{{ name = {json.dumps(source.publisher.name, ensure_ascii=False)}, kind = "{source.publisher.kind}" }}'
    lines = [
        "[[source]]",
        f'key = "{source.key}"',
        f'type = "{source.type}"',
        f"location = {json.dumps(source.location, ensure_ascii=False)}",
        f"publisher = {publisher}",
        *([f'section = "{source.section}"'] if source.section else []),
    ]
    return "\n".join(lines) + "\n"
