"""What an edition has weighed: no candidate for any later issue of it. I/O (database)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, case, exists, literal, select

from newsletter.model import Article, ArticleId, IssueKey, IssueStatus
from newsletter.store.engine import Store, in_batches, insert_into
from newsletter.store.json_codec import read_article
from newsletter.store.schema import articles, considered, issues

_LEFT = (IssueStatus.PLANNING, IssueStatus.FROZEN, IssueStatus.SENT)


def load_candidates(
    store: Store, key: IssueKey, *, since: datetime | None = None, untold: bool = False
) -> tuple[Article, ...]:
    """Return the articles that no other issue of the edition has weighed, in the order they came.

    Those that came ``since`` then; with ``untold`` those that no issue of any other edition has weighed and left with.
    """
    weighed = exists().where(
        considered.c.article_id == articles.c.id,
        considered.c.edition == key.edition,
        considered.c.date != key.date,
    )
    query = select(articles.c.data).where(~weighed).order_by(articles.c.first_seen, articles.c.id)
    if since is not None:
        query = query.where(articles.c.first_seen >= since)
    if untold:
        left = exists().where(
            considered.c.article_id == articles.c.id,
            considered.c.edition != key.edition,
            issues.c.edition == considered.c.edition,
            issues.c.date == considered.c.date,
            issues.c.status.in_(list(_LEFT)),
        )
        query = query.where(~left)
    return tuple(read_article(data) for data in store.find(query).scalars())


def load_weighed_titles(store: Store, key: IssueKey, since: datetime) -> tuple[str, ...]:
    """Return the titles of the articles that came since then and that other issues of the edition have weighed."""
    query = (
        select(articles.c.title)
        .join(considered, considered.c.article_id == articles.c.id)
        .where(
            considered.c.edition == key.edition,
            considered.c.date != key.date,
            articles.c.first_seen >= since,
        )
        .order_by(articles.c.first_seen, articles.c.id)
    )
    return tuple(store.find(query).scalars())


def mark_considered(
    connection: Connection, key: IssueKey, weighed: Iterable[ArticleId], used: Iterable[ArticleId], issue: int
) -> None:
    """Record which articles an issue weighed, and which of them it used; those that are not kept are left out."""
    shown = set(used)
    for batch in in_batches(shown.union(weighed)):
        by_issue = case((articles.c.id.in_(shown.intersection(batch)), literal(issue)), else_=None)
        rows = select(articles.c.id, literal(key.edition), literal(key.date), by_issue)
        marks = insert_into(connection, considered).from_select(
            ["article_id", "edition", "date", "issue_id"], rows.where(articles.c.id.in_(batch))
        )
        connection.execute(
            marks.on_conflict_do_update(
                index_elements=["article_id", "edition"],
                set_={"date": marks.excluded.date, "issue_id": marks.excluded.issue_id},
            )
        )
