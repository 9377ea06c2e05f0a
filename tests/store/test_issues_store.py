"""Issues in the ledger: one a date, every version kept, every change conditional."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import inspect, select, text

from newsletter.errors import InputError, StoreError, StoreVersionError
from newsletter.model import (
    DAILY,
    Alert,
    ArticleId,
    ContentHash,
    Issue,
    IssueKey,
    IssueStatus,
    RenderedIssue,
    SourceKey,
    SourceState,
)
from newsletter.store import installation, migrate
from newsletter.store.alerts import list_alerts, raise_alert, record_told
from newsletter.store.considered import load_candidates
from newsletter.store.engine import Store
from newsletter.store.issues import (
    change_issue,
    find_record,
    last_covered,
    list_events,
    list_issues,
    load_issue,
    load_sent_issues,
    next_number,
    record_day,
    reopen_day,
    revise_issue,
    save_composed,
)
from newsletter.store.schema import considered, metadata
from newsletter.store.sources import (
    EntryRecord,
    Fetch,
    Harvest,
    forget_old,
    load_articles,
    load_known,
    load_retries,
    load_states,
    save_harvest,
)
from tests.support.factories import NOW, TODAY, make_article, make_entry, make_issue, make_story

KEY = IssueKey(date=TODAY)

IDS = [ArticleId("article-1"), ArticleId("article-2")]


def make_rendered(mark: str = "a") -> RenderedIssue:
    return RenderedIssue(hash=ContentHash(mark * 64), subject="s", preheader="p", html="<p>h</p>", text="t")


def save(store: Store, issue: Issue | None = None, mark: str = "a") -> bool:
    issue = issue or make_issue()
    return save_composed(
        store,
        issue=issue,
        rendered=make_rendered(mark),
        selection=(make_story(),),
        considered=[ArticleId("article-1")],
        now=NOW,
    )


def harvest_article(store: Store, identity: str = "article-1") -> None:
    article = make_article(identity)
    state = SourceState(source=article.source, first_read=NOW, checked=NOW, good=NOW, enabled=True)
    save_harvest(
        store,
        Harvest(state=state, fetch=Fetch(source=article.source, at=NOW, ok=True), articles=((article, ()),)),
    )


def test_an_issue_comes_back_as_it_was_saved(store: Store) -> None:
    assert save(store)
    stored = load_issue(store, KEY)
    assert stored is not None
    assert stored.issue == make_issue()
    assert stored.rendered == make_rendered()
    assert (stored.version, stored.status, stored.record.number) == (1, IssueStatus.COMPOSED, 1)
    assert stored.selection[0].articles[0].text == ""  # no full text is kept in an issue
    assert next_number(store, DAILY) == 2
    assert last_covered(store, DAILY) == NOW


def test_a_date_has_one_issue_whoever_comes_second(store: Store) -> None:
    answers: list[bool] = []
    threads = [threading.Thread(target=lambda n=n: answers.append(save(store, mark=n))) for n in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False, False, False, True]
    assert len(list_issues(store)) == 1


def test_an_article_is_weighed_once_and_only_by_the_issue_that_was_saved(store: Store) -> None:
    harvest_article(store)
    harvest_article(store, "article-2")
    assert len(load_candidates(store, KEY)) == 2
    save(store)
    assert [a.id for a in load_candidates(store, IssueKey(date=TODAY + timedelta(days=1)))] == ["article-2"]
    assert len(load_candidates(store, KEY)) == 2  # the same date sees them again
    with store.read() as connection:
        used = connection.execute(
            select(considered.c.issue_id).where(considered.c.article_id == "article-1")
        ).scalar()
    assert used == 1


def test_a_revision_keeps_the_old_content_and_refuses_a_stale_editor(store: Store) -> None:
    save(store)
    first = load_issue(store, KEY)
    assert first is not None
    changed = replace(first.issue, subject="Another")
    revise_issue(store, first, issue=changed, rendered=make_rendered("b"), change="retitled", now=NOW)
    second = load_issue(store, KEY)
    assert second is not None
    assert (second.version, second.hash[:1], second.issue.subject) == (2, "b", "Another")
    with pytest.raises(InputError, match="changed or left"):
        revise_issue(store, first, issue=changed, rendered=make_rendered("c"), change="late", now=NOW)
    assert [act.what for act in list_events(store, second.record.key)][-1].startswith("retitled")


def test_a_change_of_state_is_made_by_one_of_two(store: Store) -> None:
    save(store)

    def plan() -> bool:
        return change_issue(
            store, KEY, "planning", NOW, where=(IssueStatus.COMPOSED,), status=IssueStatus.PLANNING.value
        )

    assert plan()
    assert not plan()
    assert not change_issue(
        store, KEY, "x", NOW, where=(IssueStatus.PLANNING,), hash=ContentHash("f" * 64), held=True
    )


def test_a_day_without_an_issue_is_on_record_and_can_be_reopened(store: Store) -> None:
    assert record_day(store, KEY, IssueStatus.EMPTY, "nothing new", NOW)
    assert not record_day(store, KEY, IssueStatus.MISSED, "late", NOW)
    record = find_record(store, KEY)
    assert record is not None
    assert (record.status, record.number, record.note) == (IssueStatus.EMPTY, None, "nothing new")
    assert not save(store)
    assert reopen_day(store, KEY, NOW)
    assert save(store)
    assert not reopen_day(store, KEY, NOW)
    assert load_sent_issues(store, DAILY, TODAY)[0].date == TODAY


def test_what_a_source_gave_is_remembered(store: Store) -> None:
    entry = make_entry(body=b"<p>kept until read</p>")
    failed = EntryRecord(
        entry=entry, digest="d", first_seen=NOW, status="failed", reason="timed out", next_try=NOW
    )
    state = SourceState(source=entry.source, failures=2, error="e", checked=NOW, next_check=NOW)
    save_harvest(store, Harvest(state=state, fetch=None, records=(failed,)))
    assert load_states(store)[entry.source] == state
    assert load_known(store)[0].digest == "d"
    retries = load_retries(store, NOW)
    assert retries[SourceKey("mining-weekly")][0].entry == entry
    assert load_retries(store, NOW - timedelta(minutes=1)) == {}
    save_harvest(
        store, Harvest(state=state, fetch=None, records=(replace(failed, status="extracted", next_try=None),))
    )
    assert load_retries(store, NOW) == {}
    assert len(load_known(store)) == 1


def test_retention_forgets_unused_articles_but_not_cited_ones(store: Store) -> None:
    harvest_article(store)
    harvest_article(store, "article-2")
    save_composed(
        store,
        issue=make_issue(),
        rendered=make_rendered(),
        selection=(),
        considered=IDS,
        now=NOW,
    )
    later = NOW + timedelta(days=1)
    assert forget_old(store, articles_before=later, fetches_before=later) == (1, 2)
    assert set(load_articles(store, IDS)) == {"article-1"}


def test_a_lease_is_held_by_one_until_its_end(either: Store) -> None:
    assert installation.take_lease(either, "compose", "a", NOW, seconds=10)
    assert not installation.take_lease(either, "compose", "b", NOW, seconds=10)
    assert installation.take_lease(either, "compose", "a", NOW, seconds=10)
    assert installation.take_lease(either, "compose", "b", NOW + timedelta(seconds=11), seconds=10)
    installation.drop_lease(either, "compose", "a")
    assert not installation.take_lease(either, "compose", "a", NOW + timedelta(seconds=12), seconds=10)


def test_an_alert_is_told_once_in_its_window_and_again_when_nobody_was_reached(store: Store) -> None:
    alert = Alert("k", "s", "b")
    first = raise_alert(store, alert, NOW, not_since=NOW - timedelta(hours=12))
    assert first is not None
    record_told(store, first, NOW, route="mail", error="refused")
    assert raise_alert(store, alert, NOW, not_since=NOW - timedelta(hours=12)) == first
    record_told(store, first, NOW, route="webhook")
    assert raise_alert(store, alert, NOW, not_since=NOW - timedelta(hours=12)) is None
    later = NOW + timedelta(hours=13)
    assert raise_alert(store, alert, later, not_since=later - timedelta(hours=12)) not in {None, first}
    assert [item.told is None for item in list_alerts(store)] == [True, False]


def test_migrations_make_exactly_the_tables_of_the_schema(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert set(metadata.tables) <= set(inspect(connection).get_table_names())
    assert migrate.is_current(store)
    assert not migrate.upgrade(store)


def test_a_database_from_a_newer_version_is_refused(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreVersionError, match="9999") as caught:
        migrate.upgrade(store)
    assert "newer version" in caught.value.hint


def test_a_database_that_cannot_be_written_says_what_to_do(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("PRAGMA query_only=ON"))
    with pytest.raises(StoreError, match="readonly") as caught, store.write() as connection:
        connection.execute(text("DELETE FROM meta"))
    assert "writable" in caught.value.hint
