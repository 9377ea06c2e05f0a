"""A filled database of each earlier revision is brought up to date, on both engines, and loses nothing."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, Table, insert, inspect, select, text

from newsletter.errors import StoreError
from newsletter.model import (
    DAILY,
    Author,
    DeliveryStatus,
    EditionKey,
    IssueKey,
    IssueStatus,
    Subscription,
    SubscriptionStatus,
)
from newsletter.store import installation, migrate
from newsletter.store.considered import load_candidates
from newsletter.store.deliveries import count_deliveries
from newsletter.store.engine import Store, open_engine
from newsletter.store.issues import (
    find_record,
    list_events,
    list_issues,
    load_issue,
    load_sent_issues,
    next_number,
)
from newsletter.store.json_codec import dump_stories, to_json
from newsletter.store.schema import UTCDateTime, considered, issue_contents, issues, metadata
from newsletter.store.sources import forget_old
from newsletter.store.subscribers import list_subscribers
from newsletter.store.subscriptions import count_readers
from tests.store.conftest import Copy
from tests.store.test_json_codec import as_archived
from tests.support.factories import NOW, TODAY, make_article, make_highlight, make_issue, make_story

REVISIONS = migrate.list_revisions()[:-1]  # every one that was released before the newest
FIRST, SECOND = TODAY - timedelta(days=1), TODAY
LATER = NOW + timedelta(hours=1)
GONE = {"articles": {"considered", "issue_id"}}  # columns whose rows stand elsewhere now


def bring_to(store: Store, revision: str) -> None:
    with store.write() as connection:
        migrate.upgrade_within(connection, revision)


def archive(issue_date: date) -> dict[str, Any]:
    """An issue's content as the first versions kept it."""
    data = to_json(make_issue(date=issue_date))
    del data["edition"]
    for story in data["sections"][0]["stories"]:
        for highlight in story["highlights"]:
            as_archived(highlight, rewritten=True)
    return data


def content(issue: int, issue_date: date, version: int = 1) -> dict[str, Any]:
    left_out = dump_stories((make_story(kept=False, highlights=(make_highlight(),)),))
    for highlight in left_out[0]["highlights"]:
        as_archived(highlight, rewritten=False)
    return {
        "issue_id": issue, "version": version, "hash": f"{issue}{version}" * 32, "created": NOW, "change": "composed",
        "issue": archive(issue_date), "selection": left_out, "subject": f"Subject {issue}", "preheader": "p",
        "html": "<p>h</p>", "text": "t",
    }  # fmt: skip


def delivery(number: int, issue: int, status: str) -> dict[str, Any]:
    return {
        "id": number, "issue_id": issue, "subscriber_id": number, "status": status, "attempts": 1, "resends": 0,
        "message_id": f"<{number}@example.org>", "changed": NOW, "reply_text": "2.0.0 Ok",
    }  # fmt: skip


def rows() -> dict[str, list[dict[str, Any]]]:
    """Something in every table whose rows refer to others or are referred to, and where a revision moved rows."""
    article = to_json(make_article())
    kept = {"source": "s", "entry_key": "e", "title": "t", "first_seen": NOW, "data": article, "repairs": 0}
    issue = {
        "held": False,
        "approved_hash": None,
        "composed": NOW,
        "frozen": None,
        "finished": None,
        "note": None,
    }
    return {
        "meta": [{"key": "installed", "value": NOW.isoformat()}],
        "runs": [
            {"id": 1, "kind": "compose", "date": FIRST, "started": NOW, "counts": {"stories": 2}},
            {"id": 2, "kind": "compose", "date": SECOND, "started": NOW, "error": "timed out"},
        ],
        "subscribers": [
            {
                "id": number, "address": f"r{number}@example.org", "address_key": f"r{number}@example.org",
                "address_hmac": f"{number}" * 64, "domain": "example.org", "status": status, "created": NOW,
                "confirmed": confirmed, "unsubscribed": left,
            }
            for number, status, confirmed, left in (
                (1, "active", NOW, None), (2, "pending", None, None), (3, "unsubscribed", NOW, LATER),
            )
        ],
        "consent_events": [{"id": 1, "subscriber_id": 1, "at": NOW, "what": "confirmed"}],
        "issues": [
            {**issue, "id": 7, "date": FIRST, "number": 1, "status": "sent", "hash": "71" * 32, "frozen": NOW},
            {**issue, "id": 8, "date": FIRST - timedelta(days=1), "number": None, "status": "empty", "hash": None},
            {**issue, "id": 9, "date": SECOND, "number": 2, "status": "composed", "hash": "92" * 32, "held": True},
        ],
        "subscriptions": [  # what the state of the subscriber says in earlier ones
            {"edition": DAILY, "subscriber_id": number, "status": status, "confirmed": confirmed, "left_at": left}
            for number, status, confirmed, left in (
                (1, "active", NOW, None), (2, "pending", None, None), (3, "left", NOW, LATER),
            )
        ],
        "issue_contents": [content(7, FIRST), content(9, SECOND), content(9, SECOND, version=2)],
        "issue_events": [{"id": 1, "issue_id": 7, "at": NOW, "what": "composed"},
                         {"id": 2, "issue_id": 9, "at": NOW, "what": "dropped lynas (content 9292)"}],
        "acts": [  # what the events of issues say in earlier ones
            {"id": number, "at": NOW, "actor": "", "via": "", "verb": verb, "object": f"issue {day}", "detail": detail}
            for number, day, verb, detail in (
                (1, FIRST, "composed", ""), (2, SECOND, "dropped", "lynas (content 9292)"),
            )
        ],
        "articles": [
            {**kept, "id": "used", "considered": FIRST, "issue_id": 7},
            {**kept, "id": "weighed", "considered": SECOND, "issue_id": None},
            {**kept, "id": "fresh", "considered": None, "issue_id": None},
        ],
        "considered": [  # what the two columns of articles say in earlier ones
            {"article_id": "used", "edition": DAILY, "date": FIRST, "issue_id": 7},
            {"article_id": "weighed", "edition": DAILY, "date": SECOND, "issue_id": None},
        ],
        "deliveries": [delivery(1, 7, "sent"), delivery(2, 7, "bounced"), delivery(3, 7, "sent")],
        "delivery_events": [{"id": 1, "delivery_id": 2, "at": NOW, "status": "queued", "reason": "later"}],
        "notices": [{**delivery(1, 7, "sent"), "kind": "welcome", "created": NOW}],
        "bounces": [{"id": 1, "at": NOW, "subscriber_id": 2, "delivery_id": 2, "kind": "hard",
                     "reason": "no such user"}],
    }  # fmt: skip


def tables_of(connection: Connection, *only: str) -> dict[str, Table]:
    """The tables as they are, with the types of the schema where they have them."""
    found = MetaData()
    found.reflect(connection, only=only or None, resolve_fks=not only)
    for name, table in found.tables.items():
        for column in table.columns:
            if name in metadata.tables and column.name in metadata.tables[name].c:
                column.type = metadata.tables[name].c[column.name].type
    return dict(found.tables)


def dump(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    return {
        name: sorted((dict(row) for row in connection.execute(select(table)).mappings()), key=str)
        for name, table in tables_of(connection).items()
        if name != "alembic_version"
    }


def some_row(table: Table) -> dict[str, Any]:
    """A row with a value in each column; what refers to an issue refers to the seventh."""
    values = {str: "s", int: 7, bool: True, float: 0.5, bytes: b"b", date: TODAY}
    return {
        column.name: NOW if isinstance(column.type, UTCDateTime) else values.get(column.type.python_type, {})
        for column in table.columns
    }


def fill_tables(store: Store) -> None:
    """Put something into each table as it is."""
    known = rows()
    with store.write() as connection:
        tables = tables_of(connection)
        del tables["alembic_version"]
        for name in sorted(tables, key=[*known, *tables].index):
            own = {column.name for column in tables[name].columns}
            for row in known.get(name) or [some_row(tables[name])]:
                connection.execute(insert(tables[name]), {k: v for k, v in row.items() if k in own})


def fill_earlier(store: Store, revision: str) -> None:
    """Make a database of an earlier revision, with something in it."""
    bring_to(store, revision)
    fill_tables(store)


def fill_upgraded(store: Store, revision: str) -> None:
    """Make one and bring it up to date."""
    fill_earlier(store, revision)
    assert migrate.upgrade(store)


@pytest.fixture(params=REVISIONS)
def filled(copy_of: Copy, request: pytest.FixtureRequest) -> Store:
    return copy_of(fill_earlier, request.param)


@pytest.fixture(params=REVISIONS)
def upgraded(copy_of: Copy, request: pytest.FixtureRequest) -> Store:
    return copy_of(fill_upgraded, request.param)


def test_every_row_is_there_afterwards_as_it_was(filled: Store) -> None:
    with filled.read() as connection:
        before = dump(connection)
    assert migrate.upgrade(filled)
    with filled.read() as connection:
        after = dump(connection)
    moved = before.pop("issue_events", before.get("acts", []))
    assert [(act["object"], act["verb"], act["detail"], act["at"]) for act in after["acts"]] == [
        (f"issue {FIRST}", "composed", "", NOW), (f"issue {SECOND}", "dropped", "lynas (content 9292)", NOW),
    ]  # fmt: skip
    assert len(moved) == len(after["acts"])
    for name, old in before.items():
        lost = GONE.get(name, set())
        kept = [{key: value for key, value in row.items() if key not in lost} for row in old]
        names = set(kept[0]) if kept else set()
        now = [{key: value for key, value in row.items() if key in names} for row in after[name]]
        assert sorted(map(str, now)) == sorted(map(str, kept)), name
        assert len(old) == len(after[name])
    assert {row["edition"] for name in ("issues", "runs") for row in after[name]} == {DAILY}
    assert [(m["article_id"], m["edition"], m["date"], m["issue_id"]) for m in after["considered"]] == [
        ("used", DAILY, FIRST, 7),
        ("weighed", DAILY, SECOND, None),
    ]


def test_each_subscriber_has_the_edition_there_was_with_the_consent_as_it_is(upgraded: Store) -> None:
    with upgraded.read() as connection:
        everyone = list_subscribers(connection)
        assert [one.subscriptions for one in everyone] == [
            (Subscription(edition=DAILY, status=SubscriptionStatus.ACTIVE, confirmed=NOW),),
            (Subscription(edition=DAILY, status=SubscriptionStatus.PENDING),),
            (Subscription(edition=DAILY, status=SubscriptionStatus.LEFT, confirmed=NOW, left=LATER),),
        ]


def test_the_tables_are_those_of_a_new_database(upgraded: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with upgraded.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        unique = {tuple(one["column_names"]) for one in inspect(connection).get_unique_constraints("issues")}
    assert unique == {("edition", "date"), ("edition", "number")}
    assert migrate.is_current(upgraded)
    assert not migrate.upgrade(upgraded)


def test_the_ledger_answers_as_before(upgraded: Store) -> None:
    key = IssueKey(date=SECOND)
    stored = load_issue(upgraded, key)
    assert stored is not None
    assert (stored.version, stored.record.key, stored.record.held) == (2, key, True)
    assert stored.issue.stories[0].highlights[0].author is Author.MODEL  # archived in format 1
    assert stored.selection[0].highlights[0].author is Author.EXTRACT
    assert [record.date for record in list_issues(upgraded)] == [SECOND, FIRST, FIRST - timedelta(days=1)]
    empty = find_record(upgraded, IssueKey(date=FIRST - timedelta(days=1)))
    assert empty is not None
    assert empty.status is IssueStatus.EMPTY
    assert [act.what for act in list_events(upgraded, stored.record.key)] == ["dropped lynas (content 9292)"]
    assert [issue.date for issue in load_sent_issues(upgraded, DAILY, FIRST)] == [FIRST, SECOND]
    assert (next_number(upgraded, DAILY), next_number(upgraded, EditionKey("weekly"))) == (3, 1)
    first = find_record(upgraded, IssueKey(date=FIRST))
    assert first is not None
    assert {status: n for status, n in count_deliveries(upgraded, first.id).items() if n} == {
        "sent": 2,
        "bounced": 1,
    }
    assert [(run.edition, run.date) for run in installation.list_runs(upgraded)] == [
        (DAILY, SECOND),
        (DAILY, FIRST),
    ]


def test_what_was_weighed_stays_weighed_and_what_was_used_is_kept(upgraded: Store) -> None:
    with upgraded.read() as connection:
        assert len(connection.execute(select(considered)).all()) == 2
    tomorrow = IssueKey(date=SECOND + timedelta(days=1))
    assert len(load_candidates(upgraded, tomorrow)) == 1
    assert len(load_candidates(upgraded, IssueKey(date=SECOND))) == 2
    assert len(load_candidates(upgraded, IssueKey(edition=EditionKey("weekly"), date=SECOND))) == 3
    later = NOW + timedelta(days=1)
    assert forget_old(upgraded, articles_before=later, fetches_before=later)[0] == 1
    with upgraded.read() as connection:
        assert [row.article_id for row in connection.execute(select(considered))] == ["used"]


def test_an_edition_has_one_issue_on_a_date_and_another_edition_its_own(upgraded: Store) -> None:
    row = {"date": SECOND, "number": 2, "status": "composed", "held": False}
    with upgraded.write() as connection:
        connection.execute(insert(issues).values(**row, edition="weekly"))
    with pytest.raises(StoreError), upgraded.write() as connection:
        connection.execute(insert(issues).values(**{**row, "number": 3}, edition=DAILY))
    with pytest.raises(StoreError), upgraded.write() as connection:
        connection.execute(
            insert(issues).values(**{**row, "date": SECOND + timedelta(days=9)}, edition=DAILY)
        )


def test_what_refers_to_an_issue_still_does(upgraded: Store) -> None:
    """The tables were made anew under the same names: an issue that goes takes its contents along."""
    with upgraded.write() as connection:
        connection.execute(issues.delete().where(issues.c.id == 9))
        assert connection.execute(select(issue_contents.c.issue_id)).scalars().all() == [7]
    with pytest.raises(StoreError), upgraded.write() as connection:
        connection.execute(issues.delete().where(issues.c.id == 7))  # somebody got it


def allow_revisions(store: Store, condition: str) -> None:
    """Let the database hold no other revision than of that condition."""
    with store.write() as connection:
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("DROP TABLE alembic_version"))
        connection.execute(
            text(f"CREATE TABLE alembic_version (version_num TEXT NOT NULL CHECK ({condition}))")
        )
        connection.execute(text(f"INSERT INTO alembic_version VALUES ('{revision}')"))


def test_an_upgrade_that_fails_at_its_end_leaves_the_database_as_it_was(filled: Store) -> None:
    allow_revisions(filled, f"version_num < '{migrate.newest_revision()}'")
    with filled.read() as connection:
        before = dump(connection)
    with pytest.raises(StoreError):
        migrate.upgrade(filled)
    with filled.read() as connection:
        assert dump(connection) == before
    allow_revisions(filled, "true")
    assert migrate.upgrade(filled)


def test_the_revisions_are_one_line_and_the_files_say_which() -> None:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(Path(migrate.__file__).parent / "migrations"))
    line = [script.revision for script in scripts.walk_revisions()]
    assert scripts.get_heads() == [migrate.newest_revision()]
    assert sorted(line, reverse=True) == line
    assert list(MADE) == line[::-1] == list(migrate.list_revisions())
    for revision in line:
        migrate.check_known(revision)


# Of the tables that each revision made when it was released, keys and defaults with them: what the schema says of then
# must not change.
MADE = {
    "0001": "b24405de3ccc",
    "0002": "6d0d2001b2a8",
    "0003": "a74288521324",
    "0004": "416df0774201",
    "0005": "78cb20004858",
    "0006": "87e1350bd514",
    "0007": "68e6e52f9f14",
    "0008": "c4eb54f18a84",
    "0009": "aafb8fc7ccd3",
    "0010": "1de2537e3c9f",
    "0011": "ca720cc1ba26",
    "0012": "88085625fcf8",
    "0013": "4c443ded43d1",
}


def test_a_revision_makes_what_it_made_when_it_was_released(tmp_path: Path) -> None:
    store = Store(open_engine(f"sqlite+pysqlite:///{tmp_path / 'then.sqlite3'}"))
    for revision in migrate.list_revisions():
        bring_to(store, revision)
        with store.read() as connection:
            found = inspect(connection)
            told = [
                [
                    table,
                    found.get_pk_constraint(table)["constrained_columns"],
                    sorted(
                        (one["name"], str(one["type"]), one["nullable"], str(one["default"]))
                        for one in found.get_columns(table)
                    ),
                    sorted(
                        (str(one["name"]), one["column_names"], bool(one["unique"]))
                        for one in found.get_indexes(table)
                    ),
                    sorted(
                        (str(one["name"]), one["column_names"]) for one in found.get_unique_constraints(table)
                    ),
                    sorted(
                        (
                            str(one["name"]),
                            one["constrained_columns"],
                            one["referred_table"],
                            one["referred_columns"],
                            sorted(one["options"].items()),
                        )
                        for one in found.get_foreign_keys(table)
                    ),
                ]
                for table in sorted(found.get_table_names())
            ]
        made = sha256(repr(told).encode()).hexdigest()[:12]
        assert revision in MADE, f'a new revision: add "{revision}": "{made}" to MADE'
        assert made == MADE[revision], f"{revision}: {told}"
    store.close()


def test_four_hundred_issues_and_their_readers_come_through_whole(copy_of: Copy) -> None:
    """As an installation of more than a year has them, of before there were editions."""
    store = copy_of(bring_to, "0002")
    days = [TODAY - timedelta(days=number) for number in range(400)]
    one = rows()
    with store.write() as connection:
        tables = tables_of(connection)
        own = {column.name for column in tables["issue_contents"].columns}
        sent = {**one["issues"][0], "status": "sent"}
        issues_of = [
            {**sent, "id": n, "number": 401 - n, "date": day, "hash": f"{n:064d}"}
            for n, day in enumerate(days, 1)
        ]
        contents = [{**content(n, day), "hash": f"{n:064d}"} for n, day in enumerate(days, 1)]
        readers = [
            {**one["subscribers"][0], "id": n, "address_key": f"r{n}@example.org", "confirmed": NOW}
            for n in range(1, 501)
        ]
        connection.execute(insert(tables["issues"]), issues_of)
        connection.execute(
            insert(tables["issue_contents"]), [{k: v for k, v in row.items() if k in own} for row in contents]
        )
        connection.execute(insert(tables["subscribers"]), readers)
        connection.execute(
            insert(tables["deliveries"]),
            [
                {**delivery(n * 500 + who, n, "sent"), "subscriber_id": who}
                for n in range(1, 401)
                for who in (1, 2, 3)
            ],
        )
    assert migrate.upgrade(store)
    for number, day in enumerate(days, 1):
        stored = load_issue(store, IssueKey(date=day))
        assert stored is not None
        assert (stored.record.number, stored.issue.key) == (401 - number, IssueKey(date=day))
    assert next_number(store, DAILY) == 401
    oldest = find_record(store, IssueKey(date=days[-1]))
    assert oldest is not None
    assert count_deliveries(store, oldest.id)[DeliveryStatus.SENT] == 3
    with store.read() as connection:
        assert count_readers(connection) == {DAILY: 500}
