"""From sources to articles: read, choose what is new, fetch it, extract it, save it. I/O (network, database).

Every source is worked on by itself and saved in one transaction of its own: one that fails changes
nothing but its own health. With ``save=False`` nothing is written at all: a dry run consumes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from newsletter.collect.fetch import FetchFailure, SourceResult, collect_sources, fetch_article
from newsletter.collect.identity import find_page_key, is_same_page
from newsletter.collect.new_entries import Known, choose_new
from newsletter.collect.source_health import forget_validators
from newsletter.config import Settings
from newsletter.day.past_faults import BROKE
from newsletter.errors import ConfigError
from newsletter.extract.build_article import build_article
from newsletter.extract.extract_document import extract_document
from newsletter.extract.html_article import NotArticle
from newsletter.http import HTTPClient
from newsletter.logs import get_log
from newsletter.model import (
    Article,
    Entry,
    Extracted,
    Publisher,
    Repair,
    Source,
    SourceKey,
    SourceReport,
    SourceState,
    SourceType,
)
from newsletter.parser_process import CostlyDocumentError, NoParserError, parse_apart
from newsletter.store.engine import Store
from newsletter.store.last_sources import save_last_sources
from newsletter.store.paused_sources import list_paused
from newsletter.store.sources import (
    EntryRecord,
    Fetch,
    Harvest,
    KnownEntry,
    load_known,
    load_pages,
    load_retries,
    load_states,
    save_harvest,
)
from newsletter.stories.headline import could_head

MAX_ATTEMPTS = 5
FIRST_RETRY = timedelta(minutes=15)  # doubled with each attempt
TELLING_WORDS = 40  # a feed's own summary of at least so many words stands in for a page that cannot be read
PARALLEL = 40
SAME_PAGE = "the same page under another address"
NO_TIME = "no time left for its page: the next run takes it"

ANOTHER_PAGE = FetchFailure(
    message="another page than the article: no word of its headline is on it",
    hint="A proxy, a login or a site's own notice may have come in its place.",
    permanent=False,
    exists=True,
)

log = get_log("gather")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """What reading sources needs."""

    store: Store
    settings: Settings
    sources: tuple[Source, ...]
    config_folder: Path | None  # that relative seed folders are meant from
    faults: tuple[ConfigError, ...] = ()  # of sources.toml: what of it is not read


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What one run of all due sources gave."""

    reports: tuple[SourceReport, ...]
    results: tuple[SourceResult, ...]
    harvests: tuple[Harvest, ...]
    faults: tuple[ConfigError, ...] = ()  # of sources.toml

    @property
    def articles(self) -> tuple[Article, ...]:
        """Every article that was made."""
        return tuple(article for harvest in self.harvests for article, _ in harvest.articles)

    @property
    def unread(self) -> int:
        """How many entries have a page that could not be had, and is tried again."""
        return sum(record.status == "failed" for harvest in self.harvests for record in harvest.records)

    @property
    def headlines(self) -> tuple[EntryRecord, ...]:
        """Every entry of which only the title could be had."""
        return tuple(
            record for harvest in self.harvests for record in harvest.records if record.status == "headline"
        )


OnSource = Callable[[SourceReport], None]


async def gather(
    gathering: Gathering,
    *,
    now: datetime,
    sources: Sequence[Source] | None = None,
    only_due: bool = True,
    by_hand: bool = False,
    save: bool = True,
    on_source: OnSource | None = None,
) -> Gathered:
    """Read ``sources`` (default: all that are due and not paused) and make articles of what is new in them.

    Asked ``by_hand``, one that failed is read again: whoever mended it is not told of a fault that is no more.
    """
    settings, store = gathering.settings, gathering.store
    if save:
        save_last_sources(store, gathering.sources)
    if sources is None:
        paused = list_paused(store)
        sources = [source for source in gathering.sources if source.key not in paused]
    wanted = tuple(source for source in sources if source.enabled is not False)
    states = load_states(store)
    known = _index_known(load_known(store))
    retries = load_retries(store, now)
    contact = settings.collect.user_agent_contact or settings.newsletter.base_url
    async with HTTPClient(settings.collect, contact=contact) as client:
        results = await collect_sources(
            wanted,
            states,
            client=client,
            settings=settings.collect,
            now=now,
            config_folder=gathering.config_folder,
            only_due=only_due,
            by_hand=by_hand,
        )
        room = asyncio.Semaphore(PARALLEL)
        pages = _Pages(store)

        async def work(result: SourceResult) -> tuple[SourceReport, Harvest]:
            async with room:
                worker = _Worker(gathering, client, now, known, retries.get(result.source.key, ()), pages)
                report, harvest = await worker.harvest(result)
            if save:
                await asyncio.to_thread(save_harvest, store, harvest)
            why = {"error": report.error} if report.error else {}
            log.info("read", source=report.source, ok=report.ok, seen=report.seen, kept=report.kept, **why)
            if on_source is not None:
                on_source(report)
            return report, harvest

        try:
            async with asyncio.TaskGroup() as group:  # nobody works on behind the one that fails
                tasks = [group.create_task(work(result)) for result in results]
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors
        done = [task.result() for task in tasks]
    read = {report.source: report for report, _ in done}
    reports = []
    for source in wanted:
        if source.key in read:
            reports.append(read[source.key])
        elif (state := states.get(source.key)) is not None and not state.retired:
            reports.append(_recall(source, state))
    harvests = tuple(harvest for _, harvest in done)
    return Gathered(
        reports=tuple(reports), results=tuple(results), harvests=harvests, faults=gathering.faults
    )


def _recall(source: Source, state: SourceState) -> SourceReport:
    """Return how a source was at its last read, for one that is not due: an issue covers it all the same."""
    return SourceReport(
        source=source.key,
        publisher=source.publisher.name,
        ok=state.failures == 0,
        seen=state.seen,
        not_modified=True,
        error=state.error,
        hint=state.hint,
        last_good=state.good,
        next_check=state.next_check,
    )


def _index_known(known: Sequence[KnownEntry]) -> Mapping[SourceKey | None, Known]:
    """Return what is known for each source; under None what is known of any source."""
    links = frozenset(entry.link_key for entry in known if entry.link_key)
    digests = frozenset(entry.digest for entry in known)
    by_source: dict[SourceKey | None, dict[str, str]] = {None: {}}
    for entry in known:
        by_source.setdefault(entry.source, {})[entry.key] = entry.digest
    return {
        source: Known(entries=entries, links=links, digests=digests) for source, entries in by_source.items()
    }


@dataclass(frozen=True, slots=True)
class _Made:
    """What became of one entry, and the key of the page that was read for it."""

    record: EntryRecord
    article: Article | None = None
    repairs: tuple[Repair, ...] = ()
    page: str | None = None

    @property
    def text(self) -> str:
        return _whole(self.article) if self.article else ""


@dataclass(slots=True)
class _Pages:
    """The pages read so far, of every source, in this run and before, by the keys of their addresses."""

    store: Store
    made: dict[str, list[Article]] = field(default_factory=dict)

    def settle(self, read: Sequence[_Made]) -> list[_Made]:
        """Drop what is the same page as one known already; note for the others which page they are.

        Their words must agree: neither a template that declares one address on every page nor a page that
        claims somebody else's makes news disappear.
        """
        with_articles = [made for made in read if made.article is not None]
        keys = {key for made in with_articles for key in _keys(made)}
        stored = load_pages(self.store, sorted(keys)) if keys else {}
        settled = []
        for made in read:
            if made.article is None:
                settled.append(made)
                continue
            article = made.article
            known = [
                other
                for key in _keys(made)
                for other in (*stored.get(key, ()), *self.made.get(key, ()))
                if (other.source, other.entry_key) != (article.source, article.entry_key)
            ]
            if any(is_same_page(made.text, _whole(other)) for other in known):
                dropped = replace(made.record, status="dropped", reason=SAME_PAGE)
                settled.append(_Made(dropped))
                continue
            rivals = [other.text for other in with_articles if other.page == made.page]
            if made.page and not known and all(is_same_page(made.text, text) for text in rivals):
                article = replace(article, url_key=made.page)
            for key in _keys(made):
                self.made.setdefault(key, []).append(article)
            settled.append(replace(made, article=article))
        return settled


def _keys(made: _Made) -> tuple[str, ...]:
    own = made.article.url_key if made.article else None
    return tuple(key for key in dict.fromkeys((made.page, own)) if key)


def _whole(article: Article) -> str:
    return f"{article.title}\n{article.text}"


@dataclass(slots=True)
class _Worker:
    """The work on one source in one run."""

    gathering: Gathering
    client: HTTPClient
    now: datetime
    known: Mapping[SourceKey | None, Known]
    retries: tuple[EntryRecord, ...]
    pages: _Pages

    async def harvest(self, result: SourceResult) -> tuple[SourceReport, Harvest]:
        source, found = result.source, result.found
        chosen = choose_new(
            found.entries,
            self.known.get(source.key, self.known[None]),
            now=self.now,
            settings=self.gathering.settings.collect,
            first_read=result.before.first_read is None,
            ageless=source.type is SourceType.SEED,
        )
        records: list[EntryRecord] = [
            EntryRecord(
                entry=entry, digest=digest, first_seen=self.now, status="dropped", reason=reason, attempts=0
            )
            for entry, digest, reason in chosen.remember
        ]
        begun = [
            EntryRecord(entry=entry, digest=digest, first_seen=self.now, status="new", attempts=0)
            for entry, digest in chosen.entries
        ]
        read, late = await self._make_all([*begun, *self.retries], source)
        made = self.pages.settle(read)
        records += [item.record for item in made]
        articles = [(item.article, item.repairs) for item in made if item.article is not None]
        dropped = Counter(dict(chosen.dropped))
        dropped.update(
            record.reason or "" for record in records if record.status != "extracted" and record.attempts
        )
        if late:
            dropped[NO_TIME] = late
        dropped.update(error.message for error in found.seed_errors)
        report = SourceReport(
            source=source.key,
            publisher=source.publisher.name,
            ok=found.ok,
            seen=found.seen,
            kept=len(articles),
            dropped=tuple(dropped.most_common()),
            not_modified=found.not_modified,
            error=found.error,
            hint=found.hint,
            last_good=result.state.good,
            next_check=result.state.next_check,
        )
        fetch = Fetch(
            source=source.key,
            at=self.now,
            ok=found.ok,
            http_status=found.status,
            bytes=found.bytes,
            milliseconds=result.milliseconds,
            seen=found.seen,
            kept=len(articles),
            dropped=report.dropped,
            error=found.error,
        )
        # Where entries wait for the next read, a 304 must not hide them.
        state = forget_validators(result.state) if chosen.waiting or late else result.state
        return report, Harvest(state=state, fetch=fetch, records=tuple(records), articles=tuple(articles))

    def _know(self, publisher: Publisher | None) -> Publisher | None:
        """Return the publisher that an aggregator's entry names as sources.toml knows it: kind and family count."""
        if publisher is None:
            return None
        name = publisher.name.casefold()
        known = (source.publisher for source in self.gathering.sources)
        return next((item for item in known if item.name.casefold() == name), publisher)

    async def _make_all(self, records: Sequence[EntryRecord], source: Source) -> tuple[list[_Made], int]:
        """Make articles one by one while the source's time lasts, at least one; and say how many wait.

        Who waits is not recorded, and so is found again, or retried, in the next run.
        """
        until = time.monotonic() + self.gathering.settings.collect.source_timeout
        made: list[_Made] = []
        for record in records:
            if made and time.monotonic() >= until:
                break
            try:
                made.append(await self._make(record, source))
            except NoParserError:
                raise
            except Exception:  # the loop over entries must live on: a bug in reading one costs only that one
                log.exception("a rule broke", step="reading", source=source.key, entry=record.entry.key)
                tried = replace(record, attempts=record.attempts + 1, next_try=None)
                made.append(_Made(replace(tried, status="dropped", reason=BROKE)))
        return made, len(records) - len(made)

    async def _make(self, record: EntryRecord, source: Source) -> _Made:
        """Make an article of one entry."""
        tried = replace(record, attempts=record.attempts + 1, next_try=None, reason=None)
        entry = record.entry
        extracted, page = await self._extract(entry)
        may_wait = tried.attempts < MAX_ATTEMPTS
        later = replace(tried, status="failed", next_try=self.now + FIRST_RETRY * 2**record.attempts)
        if isinstance(extracted, FetchFailure) and not extracted.permanent and may_wait:
            return _Made(replace(later, reason=extracted.message))
        if not isinstance(extracted, Extracted):
            stand_in = _use_summary(entry)
            if stand_in is None:
                why = extracted.message if isinstance(extracted, FetchFailure) else extracted.reason
                if isinstance(extracted, NotArticle) and extracted.passes and may_wait:
                    return _Made(replace(later, reason=why))
                status = "headline" if extracted.exists and entry.link and entry.title else "dropped"
                return _Made(replace(tried, status=status, reason=why))
            extracted, page = stand_in, None
        named = replace(entry, publisher=self._know(entry.publisher))
        article = build_article(named, extracted, source, first_seen=record.first_seen)
        return _Made(replace(tried, status="extracted"), article, extracted.repairs, page)

    async def _extract(self, entry: Entry) -> tuple[Extracted | NotArticle | FetchFailure, str | None]:
        """Return what the entry's own body holds, or else the page it links to, and that page's key."""
        found, page = await self._read(entry)
        if isinstance(found, NotArticle) and entry.body is not None and entry.link is not None:
            found, page = await self._read(replace(entry, body=None))
        return found, page

    async def _read(self, entry: Entry) -> tuple[Extracted | NotArticle | FetchFailure, str | None]:
        try:
            document = await fetch_article(self.client, entry)
            if isinstance(document, FetchFailure):
                return document, None
            url = document.url or entry.link
            found = await parse_apart(extract_document, document.text, url=url)
        except CostlyDocumentError as error:
            failure = FetchFailure(
                message=str(error), hint=error.hint, permanent=error.permanent, exists=True
            )
            return failure, None
        if not isinstance(found, Extracted):
            return found, None
        if entry.body is None and not could_head(entry.title, f"{found.title} {found.text}"):
            return ANOTHER_PAGE, None
        return found, find_page_key(url, found.url, entry) if url else None


def _use_summary(entry: Entry) -> Extracted | None:
    """Let the feed's own words stand in for a page that cannot be read, where they say enough."""
    if len(entry.summary.split()) < TELLING_WORDS or not entry.title:
        return None
    return Extracted(title=entry.title, text=entry.summary.strip(), published=entry.published)
