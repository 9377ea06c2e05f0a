"""The record of acts: who did what to which, and to which content. I/O (database).

Each is written in the transaction of what it tells of, so that there is none without the other. Nothing in the
program changes or deletes one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from newsletter.model import BY_PROGRAM, By, ContentHash, EditionKey, IssueId, IssueKey, SubscriberId, Via
from newsletter.store.engine import Store, hold, read_as
from newsletter.store.schema import acts, issues

_SHORT = 12  # characters of a hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act as the ledger has it."""

    id: int
    at: datetime
    actor: str  # an editor's address, or "" where nobody is named
    via: Via | None  # None: from before it was kept
    verb: str
    object: str  # such as "issue 2026-01-05"
    hash: ContentHash | None
    detail: str

    @property
    def what(self) -> str:
        """The act in words, without what it was done to."""
        content = f"(content {self.hash[:_SHORT]})" if self.hash else ""
        return " ".join(filter(None, (self.verb, self.detail, content)))


def record_act(
    connection: Connection,
    by: By,
    what: str,
    about: str,
    now: datetime,
    *,
    content: ContentHash | None = None,
) -> None:
    """Write one act in the caller's transaction: ``what`` begins with its verb; ``about`` is what it was done to."""
    verb, _, detail = what.partition(" ")
    row = {
        "at": now,
        "actor": by.name,
        "via": by.via,
        "verb": verb.rstrip(":;"),
        "object": about,
        "hash": content,
        "detail": detail,
    }
    connection.execute(insert(acts), row)


def issue_key(row: Any) -> IssueKey:
    """Return the key of an issue of which a row has edition and date."""
    return IssueKey(edition=EditionKey(row.edition), date=row.date)


def key_within(connection: Connection, issue: int) -> IssueKey:
    """Return the key of an issue that exists."""
    query = select(issues.c.edition, issues.c.date).where(issues.c.id == issue)
    return issue_key(connection.execute(query).one())


def name_issue(key: IssueKey) -> str:
    """Return how the record names an issue."""
    return f"issue {key}"


def name_reader(subscriber: SubscriberId | None) -> str:
    """Return how the record names a reader: never by the address, which may have to be forgotten."""
    return "an unknown address" if subscriber is None else f"reader {subscriber}"


def record_issue_act(
    connection: Connection,
    issue: int,
    what: str,
    now: datetime,
    *,
    by: By = BY_PROGRAM,
    content: ContentHash | None = None,
) -> None:
    """Write what was done to an issue, in the caller's transaction."""
    record_act(connection, by, what, name_issue(key_within(connection, issue)), now, content=content)


def list_acts(
    store: Store, *, about: str = "", words: str = "", limit: int = 100, offset: int = 0
) -> tuple[Act, ...]:
    """Return acts, the newest first: on one thing (``about``), or with ``words`` in actor, verb, object or detail."""
    query = select(acts).order_by(acts.c.id.desc()).limit(limit).offset(offset)
    if about:
        query = query.where(acts.c.object == about)
    if words:
        query = query.where(hold(words, acts.c.actor, acts.c.verb, acts.c.object, acts.c.detail))
    return tuple(read_as(Act, row) for row in store.find(query))


def last_time(store: Store, issue: IssueId, what: str) -> datetime | None:
    """Return when ``what``, a single verb, was done to an issue the last time."""
    with store.read() as connection:
        about = name_issue(key_within(connection, issue))
        query = select(func.max(acts.c.at)).where(acts.c.object == about, acts.c.verb == what)
        moment: datetime | None = connection.scalar(query)
    return moment
