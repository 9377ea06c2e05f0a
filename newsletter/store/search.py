"""Full-text search over the issues that left: FTS5 in SQLite, tsvector in PostgreSQL. I/O (database).

The index is made from the issues and can be dropped at any time; it is no part of the migrations. One
row is one story, or an issue's own words; stories of an issue whose content changed are indexed anew. Accents do not
matter: FTS5 drops them by itself, for PostgreSQL it is done here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, text

from newsletter.model import EditionKey, IssueKey
from newsletter.store.engine import Store, read_as

_WORD = re.compile(r"\w+(?:[-.’']\w+)*")
MOST_WORDS = 8  # of a query
_INDEXED = (
    "CREATE TABLE IF NOT EXISTS search_indexed (edition VARCHAR(64), day VARCHAR(10), "
    "hash VARCHAR(64) NOT NULL, PRIMARY KEY (edition, day))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """How an engine is asked."""

    table: str
    make: tuple[str, ...]
    matching: str  # the table, its condition and the order of what matches
    more: Mapping[str, str] = field(default_factory=dict)  # further columns, and the values written there


_SQLITE = _Words(
    table="search_index",
    make=(
        (
            "CREATE VIRTUAL TABLE IF NOT EXISTS search_index USING fts5(headline, body, edition UNINDEXED, "
            "day UNINDEXED, story UNINDEXED, tokenize = 'porter unicode61 remove_diacritics 2')"
        ),
        _INDEXED,
    ),
    matching="search_index WHERE search_index MATCH :query ORDER BY bm25(search_index, 4.0, 1.0)",
)
_POSTGRESQL = _Words(
    table="search_words",
    make=(
        (
            "CREATE TABLE IF NOT EXISTS search_words (headline TEXT NOT NULL, body TEXT NOT NULL, "
            "edition VARCHAR(64) NOT NULL, day VARCHAR(10) NOT NULL, story TEXT NOT NULL, words TSVECTOR NOT NULL)"
        ),
        "CREATE INDEX IF NOT EXISTS ix_search_words ON search_words USING GIN (words)",
        _INDEXED,
    ),
    matching="search_words, to_tsquery('english', :query) AS wanted "
    "WHERE words @@ wanted ORDER BY ts_rank(words, wanted) DESC",
    more={
        "words": "setweight(to_tsvector('english', :plain_headline), 'A') || "
        "setweight(to_tsvector('english', :plain_body), 'B')"
    },
)
_COLUMNS = ("edition", "day", "story", "headline", "body")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRow:
    """What is searched: a story's headline and highlights. ``story`` is "" for an issue's own words."""

    story: str
    headline: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(SearchRow):
    """One story that a query found, best first."""

    issue: IssueKey


def split_words(query: str) -> tuple[str, ...]:
    """Return the words of what somebody typed; nothing of a query language gets through. Pure."""
    return tuple(word.group() for word in _WORD.finditer(query))[:MOST_WORDS]


def list_indexed(store: Store) -> dict[IssueKey, str]:
    """Return the issues that are indexed with the hash of their content; makes the index on first use."""
    with store.read() as connection:
        table = "search_indexed" if store.is_sqlite else "search_words"
        if connection.dialect.has_table(connection, table):
            return _read_indexed(connection)
    with store.write() as connection:
        for statement in _words(store).make:
            connection.exec_driver_sql(statement)
        return _read_indexed(connection)


def _words(store: Store) -> _Words:
    return _SQLITE if store.is_sqlite else _POSTGRESQL


def _read_indexed(connection: Connection) -> dict[IssueKey, str]:
    rows = connection.execute(text("SELECT edition, day, hash FROM search_indexed"))
    return {_key_of(row): row.hash for row in rows}


def _key_of(row: Any) -> IssueKey:
    return IssueKey(edition=EditionKey(row.edition), date=date.fromisoformat(row.day))


def index_issue(store: Store, key: IssueKey, content: str, rows: Iterable[SearchRow]) -> None:
    """Index one issue in place of what was indexed of it; ``content`` is its hash."""
    when = {"edition": key.edition, "day": key.date.isoformat()}
    words = _words(store)
    into = ", ".join((*_COLUMNS, *words.more))
    values = ", ".join((*(f":{column}" for column in _COLUMNS), *words.more.values()))
    add = f"INSERT INTO {words.table} ({into}) VALUES ({values})"  # noqa: S608 - names of our own
    with store.write() as connection:
        for table in (words.table, "search_indexed"):
            gone = f"DELETE FROM {table} WHERE edition = :edition AND day = :day"  # noqa: S608 - the same
            connection.execute(text(gone), when)
        known = "INSERT INTO search_indexed (edition, day, hash) VALUES (:edition, :day, :hash)"
        connection.execute(text(known), {**when, "hash": content})
        if found := [{**when, **asdict(row), **(_plain(row) if words.more else {})} for row in rows]:
            connection.execute(text(add), found)


def _plain(row: SearchRow) -> dict[str, str]:
    return {"plain_headline": drop_accents(row.headline), "plain_body": drop_accents(row.body)}


def search_issues(store: Store, words: Sequence[str], *, limit: int = 50) -> tuple[Found, ...]:
    """Return stories that hold all ``words``, the last of them as a beginning; best first."""
    if not words:
        return ()
    if store.is_sqlite:
        query = " ".join(f'"{word}"' for word in words) + "*"
    else:
        plain = (drop_accents(word).replace("'", "''") for word in words)
        query = " & ".join(f"'{word}'" for word in plain) + ":*"
    columns = ", ".join(_COLUMNS)
    statement = f"SELECT {columns} FROM {_words(store).matching}, day DESC LIMIT :most"  # noqa: S608 - the same
    with store.read() as connection:
        return tuple(
            read_as(Found, row, issue=_key_of(row))
            for row in connection.execute(text(statement), {"query": query, "most": limit})
        )


def list_stories(store: Store) -> dict[IssueKey, tuple[str, ...]]:
    """Return the keys of the indexed stories, by their issue."""
    table = _words(store).table
    query = f"SELECT edition, day, story FROM {table} WHERE story != '' ORDER BY 1, 2, 3"  # noqa: S608 - the same
    with store.read() as connection:
        rows = connection.execute(text(query))
        return {key: tuple(row.story for row in those) for key, those in groupby(rows, key=_key_of)}


def drop_accents(words: str) -> str:
    """Return a text without its accents: Kärr is found as karr. Pure."""
    parts = unicodedata.normalize("NFD", words)
    return unicodedata.normalize("NFC", "".join(char for char in parts if not unicodedata.combining(char)))
