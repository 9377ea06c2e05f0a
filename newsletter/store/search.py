"""Full-text search over the issues that left: FTS5 in SQLite, tsvector in PostgreSQL. I/O (database).

The index is made from the issues and can be dropped at any time; it is no part of the migrations. One
row is one story, or an issue's own words; stories of an issue whose content changed are indexed anew. Accents do not
matter: FTS5 drops them by itself, for PostgreSQL it is done here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, text

from newsletter.model import EditionKey, IssueKey
from newsletter.store.engine import Store

_WORD = re.compile(r"\w+(?:[-.’']\w+)*")
MOST_WORDS = 8  # of a query
_INDEXED = (
    "CREATE TABLE IF NOT EXISTS search_indexed (edition VARCHAR(64), day VARCHAR(10), "
    "hash VARCHAR(64) NOT NULL, PRIMARY KEY (edition, day))"
)
_SQLITE = (
    (
        "CREATE VIRTUAL TABLE IF NOT EXISTS search_index USING fts5("
        "headline, body, edition UNINDEXED, day UNINDEXED, story UNINDEXED, tokenize = 'porter unicode61 "
        "remove_diacritics 2')"
    ),
    _INDEXED,
)
_POSTGRESQL = (
    (
        "CREATE TABLE IF NOT EXISTS search_words (headline TEXT NOT NULL, body TEXT NOT NULL, "
        "edition VARCHAR(64) NOT NULL, day VARCHAR(10) NOT NULL, story TEXT NOT NULL, words TSVECTOR NOT NULL)"
    ),
    "CREATE INDEX IF NOT EXISTS ix_search_words ON search_words USING GIN (words)",
    _INDEXED,
)
_FIND_SQLITE = (
    "SELECT edition, day, story, headline, body FROM search_index WHERE search_index MATCH :query "
    "ORDER BY bm25(search_index, 4.0, 1.0), day DESC LIMIT :most"
)
_FIND_POSTGRESQL = (
    "SELECT edition, day, story, headline, body FROM search_words, to_tsquery('english', :query) AS wanted "
    "WHERE words @@ wanted ORDER BY ts_rank(words, wanted) DESC, day DESC LIMIT :most"
)
_STORIES_SQLITE = (
    "SELECT edition, day, story FROM search_index WHERE story != '' ORDER BY edition, day, story"
)
_STORIES_POSTGRESQL = (
    "SELECT edition, day, story FROM search_words WHERE story != '' ORDER BY edition, day, story"
)
_FORGET_SQLITE = "DELETE FROM search_index WHERE edition = :edition AND day = :day"
_FORGET_POSTGRESQL = "DELETE FROM search_words WHERE edition = :edition AND day = :day"
_ADD_SQLITE = (
    "INSERT INTO search_index (headline, body, edition, day, story) "
    "VALUES (:headline, :body, :edition, :day, :story)"
)
_ADD_POSTGRESQL = (
    "INSERT INTO search_words (headline, body, edition, day, story, words) "
    "VALUES (:headline, :body, :edition, :day, :story, "
    "setweight(to_tsvector('english', :plain_headline), 'A') || setweight(to_tsvector('english', :plain_body), 'B'))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRow:
    """What is searched: a story's headline and highlights. ``story`` is "" for an issue's own words."""

    story: str
    headline: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One story that a query found, best first."""

    issue: IssueKey
    story: str
    headline: str
    body: str


def split_words(query: str) -> tuple[str, ...]:
    """Return the words of what somebody typed; nothing of a query language gets through. Pure."""
    return tuple(word.group() for word in _WORD.finditer(query))[:MOST_WORDS]


def list_indexed(store: Store) -> dict[IssueKey, str]:
    """Return the issues that are indexed with the hash of their content; makes the index on first use."""
    with store.read() as connection:
        if _exists(connection):
            return _read_indexed(connection)
    with store.write() as connection:
        for statement in _SQLITE if _is_sqlite(connection) else _POSTGRESQL:
            connection.exec_driver_sql(statement)
        return _read_indexed(connection)


def _read_indexed(connection: Connection) -> dict[IssueKey, str]:
    rows = connection.execute(text("SELECT edition, day, hash FROM search_indexed"))
    return {_key_of(row): row.hash for row in rows}


def _key_of(row: Any) -> IssueKey:
    return IssueKey(edition=EditionKey(row.edition), date=date.fromisoformat(row.day))


def index_issue(store: Store, key: IssueKey, content: str, rows: Iterable[SearchRow]) -> None:
    """Index one issue in place of what was indexed of it; ``content`` is its hash."""
    when = {"edition": key.edition, "day": key.date.isoformat()}
    with store.write() as connection:
        is_sqlite = _is_sqlite(connection)
        connection.execute(text(_FORGET_SQLITE if is_sqlite else _FORGET_POSTGRESQL), when)
        connection.execute(text("DELETE FROM search_indexed WHERE edition = :edition AND day = :day"), when)
        connection.execute(
            text("INSERT INTO search_indexed (edition, day, hash) VALUES (:edition, :day, :hash)"),
            {**when, "hash": content},
        )
        values = [{**when, "story": row.story, "headline": row.headline, "body": row.body} for row in rows]
        if values and is_sqlite:
            connection.execute(text(_ADD_SQLITE), values)
        elif values:
            plain = [
                {"plain_headline": drop_accents(row["headline"]), "plain_body": drop_accents(row["body"])}
                for row in values
            ]
            connection.execute(text(_ADD_POSTGRESQL), [a | b for a, b in zip(values, plain, strict=True)])


def search_issues(store: Store, words: Sequence[str], *, limit: int = 50) -> tuple[Found, ...]:
    """Return stories that hold all ``words``, the last of them as a beginning; best first."""
    if not words:
        return ()
    with store.read() as connection:
        if _is_sqlite(connection):
            query = " ".join(f'"{word}"' for word in words) + "*"
            statement = _FIND_SQLITE
        else:
            plain = (drop_accents(word).replace("'", "''") for word in words)
            query = " & ".join(f"'{word}'" for word in plain) + ":*"
            statement = _FIND_POSTGRESQL
        rows = connection.execute(text(statement), {"query": query, "most": limit})
        return tuple(
            Found(issue=_key_of(row), story=row.story, headline=row.headline, body=row.body) for row in rows
        )


def list_stories(store: Store) -> dict[IssueKey, tuple[str, ...]]:
    """Return the keys of the indexed stories, by their issue."""
    found: dict[IssueKey, tuple[str, ...]] = {}
    with store.read() as connection:
        query = _STORIES_SQLITE if _is_sqlite(connection) else _STORIES_POSTGRESQL
        rows = connection.execute(text(query))
        for key, those in groupby(rows, key=_key_of):
            found[key] = tuple(row.story for row in those)
    return found


def drop_accents(words: str) -> str:
    """Return a text without its accents: Kärr is found as karr. Pure."""
    parts = unicodedata.normalize("NFD", words)
    return unicodedata.normalize("NFC", "".join(char for char in parts if not unicodedata.combining(char)))


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _exists(connection: Connection) -> bool:
    table = "search_indexed" if _is_sqlite(connection) else "search_words"
    return connection.dialect.has_table(connection, table)
