"""Reading sources and articles. I/O (network, files).

``collect_sources`` reads many sources at once; one that is slow, broken or hostile costs only itself.
Nothing here touches the database, and nothing decides: that is ``source_health`` and ``new_entries``.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from newsletter.collect.decode import decode_bytes
from newsletter.collect.documents import read_source
from newsletter.collect.seeds import SeedError, read_seeds
from newsletter.collect.source_health import ReadOutcome, find_rhythm, is_due, update_state
from newsletter.config import Collect, seed_folder
from newsletter.errors import FetchError
from newsletter.http import FEED_TYPES, PAGE_TYPES, HTTPClient, Response, StatusError
from newsletter.logs import get_log
from newsletter.model import Entry, Source, SourceKey, SourceState, SourceType
from newsletter.parser_process import CostlyDocumentError, NoParserError, parse_apart

_WITHHELD = frozenset({401, 402, 403, 451})
# Of a path.
_FRONT = re.compile(r"/?(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:(?:index|home)\.\w{2,5})?", re.IGNORECASE)
_CUT = "Read in part: the feed breaks off in the middle."
_CUT_HINT = (
    "It is read whole next time. If it stays so, something on the way cuts it off: tell the publisher."
)

log = get_log("collect")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(ReadOutcome):
    """What one read of one source found."""

    entries: tuple[Entry, ...] = ()
    bytes: int = 0
    kind: str | None = None  # the title of a feed, why a page is a listing
    seed_errors: tuple[SeedError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceResult:
    """What one read of one source gave: what it found, and its new health."""

    source: Source
    before: SourceState
    state: SourceState
    found: Found
    milliseconds: int

    @property
    def rhythm(self) -> timedelta | None:
        """The usual time between the source's entries, where this read shows it."""
        return find_rhythm(entry.published for entry in self.found.entries if entry.published)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedDocument:
    """An article's document: decoded text and where it was in the end."""

    text: str
    url: str | None  # after redirects


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailure:
    """Why an article's document could not be had.

    ``permanent``: trying again is pointless. ``exists``: it is there for people, but not for programs
    or not for everyone; its headline is still worth a line.
    """

    message: str
    hint: str
    permanent: bool
    exists: bool = False


async def collect_sources(
    sources: Iterable[Source],
    states: Mapping[SourceKey, SourceState],
    *,
    client: HTTPClient,
    settings: Collect,
    now: datetime,
    config_folder: Path | None = None,
    only_due: bool = True,
    by_hand: bool = False,
) -> tuple[SourceResult, ...]:
    """Read every source that is to be read, all at once; results come in the order of ``sources``.

    Left out, without a result, are disabled sources and, with ``only_due``, retired ones and those not yet
    due; asked ``by_hand``, one that failed is due. Never raises for what a source does; NoParserError where nothing
    can be read at all.
    """

    async def read(source: Source, before: SourceState) -> SourceResult:
        started = time.monotonic()
        try:
            found = await _ask_source(source, before, client=client, config_folder=config_folder)
        except NoParserError:
            raise
        except Exception:  # the loop over sources must live on: a bug in reading one costs only that one
            log.exception("reading a source failed", source=source.key)
            found = Found(ok=False, error="it could not be read because of a bug", hint="See the log.")
        spent = round((time.monotonic() - started) * 1000)
        state = update_state(before, found, now=now, settings=settings)
        return SourceResult(source=source, before=before, state=state, found=found, milliseconds=spent)

    asked = [
        (source, states.get(source.key) or SourceState(source=source.key))
        for source in sources
        if source.enabled is not False
    ]
    wanted = [
        (source, state)
        for source, state in asked
        if not only_due or is_due(state, now, settings, by_hand=by_hand)
    ]
    return tuple(await asyncio.gather(*(read(source, state) for source, state in wanted)))


async def fetch_article(client: HTTPClient, entry: Entry) -> FetchedDocument | FetchFailure:
    """Return the document of an entry: the one it carries, else what its link leads to."""
    if entry.body is not None:
        return FetchedDocument(text=await parse_apart(decode_bytes, entry.body), url=entry.link)
    if entry.link is None:
        return FetchFailure(message="The entry has neither text nor link.", hint="", permanent=True)
    try:
        response = await client.get(entry.link)
    except FetchError as error:
        # There, but it asks for a password, payment or a person (RFC 9110, section 15.5).
        exists = isinstance(error, StatusError) and error.status in _WITHHELD
        return FetchFailure(message=str(error), hint=error.hint, permanent=error.permanent, exists=exists)
    if _is_front(response.final_url) and not _is_front(entry.link):
        host = urlsplit(response.final_url).hostname
        return FetchFailure(
            message=f"{host} leads to its front page instead.",
            hint="The article is gone; nothing to do unless it recurs.",
            permanent=True,
        )
    text = await parse_apart(decode_bytes, response.body, content_type=response.content_type)
    return FetchedDocument(text=text, url=response.final_url)


def _is_front(url: str) -> bool:
    """Whether an address is a site's front page, in whatever language."""
    parts = urlsplit(url)
    return _FRONT.fullmatch(parts.path) is not None and not parts.query


async def _ask_source(
    source: Source, before: SourceState, *, client: HTTPClient, config_folder: Path | None
) -> Found:
    if source.type is SourceType.SEED:
        return await asyncio.to_thread(_read_seed_source, source, config_folder)
    try:
        response = await client.get(
            source.location,
            etag=before.etag,
            last_modified=before.last_modified,
            accept=FEED_TYPES if source.type is SourceType.FEED else PAGE_TYPES,
        )
    except FetchError as error:
        status, headers = (error.status, error.headers) if isinstance(error, StatusError) else (None, {})
        return Found(ok=False, status=status, headers=headers, error=str(error), hint=error.hint or None)
    if response.not_modified and not (before.etag or before.last_modified):
        never = f"{source.location} answers that nothing has changed, though it was never read."
        return _bad(response, never, "Open it in a browser; a cache on the way may be wrong.")
    if response.not_modified:
        return Found(ok=True, not_modified=True, status=response.status, headers=response.headers)
    try:
        return await _parse(source, response)
    except CostlyDocumentError as error:
        return _bad(response, str(error), error.hint)


async def _parse(source: Source, response: Response) -> Found:
    """Read an answer in another process: no document may hold up the others, or end us."""
    read = await parse_apart(read_source, source, response.body, response.final_url, dict(response.headers))
    if read.error is not None:
        return _bad(response, read.error, read.hint)
    moved = f"It has moved for good: set its location to {response.moved}." if response.moved else None
    error, hint = (_CUT, _CUT_HINT) if read.is_cut else (None, moved)
    # What was cut off comes with the next read, which is to be a whole one.
    dropped = {"etag", "last-modified"} if read.is_cut else set[str]()
    return Found(
        ok=True,
        status=response.status,
        headers={name: value for name, value in response.headers.items() if name not in dropped},
        seen=len(read.entries),
        newest=max((entry.published for entry in read.entries if entry.published), default=None),
        error=error,
        hint=hint,
        entries=read.entries,
        bytes=len(response.body),
        kind=read.kind,
    )


def _bad(response: Response, error: str, hint: str) -> Found:
    size = len(response.body)
    return Found(
        ok=False, status=response.status, headers=response.headers, error=error, hint=hint, bytes=size
    )


def _read_seed_source(source: Source, config_folder: Path | None) -> Found:
    read = read_seeds(source, seed_folder(source, config_folder))
    first = read.errors[0] if read.errors else None
    missing = first is not None and not read.entries
    return Found(
        ok=not missing,
        seen=len(read.entries),
        error=first.message if first and missing else None,
        hint=first.hint if first else None,
        entries=read.entries,
        bytes=sum(len(entry.body or b"") for entry in read.entries),
        seed_errors=read.errors,
    )
