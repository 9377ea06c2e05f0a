"""The health of sources, what they gave, and the articles made from it. I/O (database)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, func, insert, or_, select

from newsletter.model import Article, ArticleId, Entry, Repair, SourceKey, SourceState
from newsletter.store.engine import Store, add_new, change, in_batches, read_as, write_over
from newsletter.store.json_codec import read_article, read_entry, to_json
from newsletter.store.schema import articles, considered, entries, fetches, source_states

_OF_RECORD = ("digest", "status", "reason", "attempts", "next_try")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One line of the fetch log."""

    source: SourceKey
    at: datetime
    ok: bool
    http_status: int | None = None
    bytes: int | None = None
    milliseconds: int | None = None
    seen: int = 0
    kept: int = 0
    dropped: tuple[tuple[str, int], ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRecord:
    """What became of an entry.

    ``status``: extracted, failed (tried again at ``next_try``), dropped, or headline: its page is there
    but cannot be read, so that only its title is known.
    """

    entry: Entry
    digest: str
    first_seen: datetime
    status: str
    reason: str | None = None
    attempts: int = 1
    next_try: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """All that one read of one source changes, saved in one transaction or not at all."""

    state: SourceState
    fetch: Fetch | None
    records: tuple[EntryRecord, ...] = ()
    articles: tuple[tuple[Article, tuple[Repair, ...]], ...] = ()


def load_states(store: Store) -> dict[SourceKey, SourceState]:
    """Return the health record of every source that was ever read."""
    return {row.source: read_as(SourceState, row) for row in store.find(select(source_states))}


def save_state(connection: Connection, state: SourceState) -> None:
    """Write one health record over what was there."""
    write_over(connection, source_states, asdict(state))


def save_harvest(store: Store, harvest: Harvest) -> None:
    """Write what one read of one source gave."""
    with store.write() as connection:
        save_state(connection, harvest.state)
        if harvest.fetch is not None:
            connection.execute(insert(fetches).values(asdict(harvest.fetch)))
        for record in harvest.records:
            _save_entry(connection, record)
        for article, repairs in harvest.articles:
            save_article(connection, article, len(repairs))


def _save_entry(connection: Connection, record: EntryRecord) -> None:
    entry = record.entry
    values: dict[str, Any] = {name: getattr(record, name) for name in _OF_RECORD}
    values |= {"link": entry.link, "link_key": entry.link_key, "data": to_json(entry)}
    values["body"] = entry.body if record.status == "failed" else None
    same = and_(entries.c.source == entry.source, entries.c.key == entry.key)
    if change(connection, entries, same, **values) == 0:
        connection.execute(
            insert(entries).values(**values, source=entry.source, key=entry.key, first_seen=record.first_seen)
        )


def save_article(connection: Connection, article: Article, repairs: int) -> None:
    """Write one version of an article, where it is not there."""
    same = ("id", "source", "entry_key", "url_key", "title", "first_seen")
    row = {name: getattr(article, name) for name in same}
    row |= {"data": to_json(article), "repairs": repairs}
    add_new(connection, articles, row)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntry:
    """What is remembered of an entry, to tell new from known."""

    source: SourceKey
    key: str
    link_key: str | None
    digest: str


def load_known(store: Store) -> tuple[KnownEntry, ...]:
    """Return what is remembered of every entry but those still to be tried again."""
    query = select(entries.c.source, entries.c.key, entries.c.link_key, entries.c.digest)
    return tuple(read_as(KnownEntry, row) for row in store.find(query.order_by(entries.c.id)))


def load_retries(store: Store, now: datetime) -> Mapping[SourceKey, tuple[EntryRecord, ...]]:
    """Return the entries whose article could not be had and is due to be tried again, by source."""
    due = and_(entries.c.status == "failed", or_(entries.c.next_try.is_(None), entries.c.next_try <= now))
    found: dict[SourceKey, list[EntryRecord]] = {}
    for row in store.find(select(entries).where(due).order_by(entries.c.id)):
        found.setdefault(SourceKey(row.source), []).append(_read_record(row))
    return {source: tuple(records) for source, records in found.items()}


def count_unread(store: Store, since: datetime) -> tuple[int, int]:
    """Return how many entries first seen since then have a page that could not be had, and how many there are."""
    seen = select(func.count()).where(entries.c.first_seen >= since)
    unread = seen.where(entries.c.status == "failed")
    return store.find(unread).scalar_one(), store.find(seen).scalar_one()


def _read_record(row: Any) -> EntryRecord:
    return read_as(EntryRecord, row, entry=read_entry(row.data, row.body))


def load_headlines(store: Store, since: datetime) -> tuple[EntryRecord, ...]:
    """Return the entries first seen since then of which only the title could be had, the newest first."""
    query = select(entries).where(entries.c.status == "headline", entries.c.first_seen >= since)
    return tuple(map(_read_record, store.find(query.order_by(entries.c.first_seen.desc(), entries.c.id))))


def list_entries(store: Store, source: SourceKey, *, limit: int = 20) -> tuple[EntryRecord, ...]:
    """Return what a source gave last, the newest first, and what became of each; without bodies."""
    query = select(entries).where(entries.c.source == source).limit(limit)
    return tuple(map(_read_record, store.find(query.order_by(entries.c.first_seen.desc(), entries.c.id))))


def load_articles(store: Store, ids: Sequence[ArticleId]) -> dict[ArticleId, Article]:
    """Return these versions, as far as they are still kept."""
    found = map(read_article, store.find(select(articles.c.data).where(articles.c.id.in_(ids))).scalars())
    return {article.id: article for article in found}


def load_pages(store: Store, keys: Iterable[str]) -> dict[str, tuple[Article, ...]]:
    """Return the articles known under each of these keys of addresses, all versions, oldest first."""
    found: dict[str, list[Article]] = {}
    with store.read() as connection:
        for batch in in_batches(keys):
            query = select(articles.c.url_key, articles.c.data).where(articles.c.url_key.in_(batch))
            for row in connection.execute(query.order_by(articles.c.first_seen, articles.c.id)):
                found.setdefault(row.url_key, []).append(read_article(row.data))
    return {key: tuple(known) for key, known in found.items()}


def list_fetches(store: Store, source: SourceKey | None = None, limit: int = 100) -> tuple[Fetch, ...]:
    """Return the newest lines of the fetch log first."""
    query = select(fetches).order_by(fetches.c.id.desc()).limit(limit)
    if source is not None:
        query = query.where(fetches.c.source == source)
    return tuple(
        read_as(Fetch, row, dropped=tuple((reason, count) for reason, count in row.dropped or ()))
        for row in store.find(query)
    )


def forget_old(store: Store, *, articles_before: datetime, fetches_before: datetime) -> tuple[int, int]:
    """Delete unused articles and fetch log lines older than that; return how many of each.

    The entries stay: they are what "known" means, and hold no text.
    """
    weighed = exists().where(considered.c.article_id == articles.c.id)
    with store.write() as connection:
        unused = connection.execute(
            delete(articles).where(
                articles.c.first_seen < articles_before,
                weighed,
                ~weighed.where(considered.c.issue_id.is_not(None)),
            )
        ).rowcount
        lines = connection.execute(delete(fetches).where(fetches.c.at < fetches_before)).rowcount
    return unused, lines
