"""A backup restores to the same installation, from either engine to either; what is in the way is moved aside."""

from __future__ import annotations

import asyncio
import io
import json
import sqlite3
import stat
import tarfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from newsletter.errors import InputError, StoreError, StoreVersionError
from newsletter.model import IssueKey
from newsletter.store import migrate
from newsletter.store.backup import CONFIG_ELSEWHERE, Everything, read_backup, restore_backup, save_backup
from newsletter.store.engine import Store, open_engine
from newsletter.store.restored import end_wait
from newsletter.store.schema import subscribers
from newsletter.store.search import SearchRow, index_issue, list_indexed
from newsletter.store.sessions import NewSession, Scope, add_session, find_session
from newsletter.store.subscribers import count_subscribers
from newsletter.wiring import Installation
from tests.store.test_upgrades import REVISIONS, bring_to, dump, fill_tables
from tests.support.app_factory import make_app, subscribe
from tests.support.delivery_factories import World, relay_to
from tests.support.factories import NOW
from tests.support.postgres_server import PostgresServer
from tests.support.small_disk import fill, small_disk
from tests.support.smtp_peer import Peer

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def opened() -> Iterator[list[Installation]]:
    """What a test opened: PostgreSQL does not like to be left without a word."""
    every: list[Installation] = []
    yield every
    for app in every:
        app.close()


@pytest.fixture
def app(database: str, tmp_path: Path, opened: list[Installation]) -> Installation:
    """An installation with a reader, on one engine and then on the other."""
    opened.append(make_app(tmp_path / "data", storage={"database": database}))
    subscribe(opened[0], "ann@example.org")
    return opened[0]


def reopen(app: Installation, opened: list[Installation]) -> Installation:
    app.close()
    opened.append(make_app(app.data, storage={"database": app.settings.storage.database}))
    return opened[-1]


def count(app: Installation) -> int:
    with app.store.read() as connection:
        return sum(count_subscribers(connection).values())


def test_the_drill_loses_nothing(app: Installation, opened: list[Installation], tmp_path: Path) -> None:
    keys = app.keys
    (app.data / "templates").mkdir()
    (app.data / "templates" / "theme.toml").write_text("wordmark = 'Mine'\n")
    made = save_backup(app.everything, tmp_path / "b.tar.gz", now=NOW)  # while the database is open
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert read_backup(made.path) == made
    subscribe(app, "late@example.org")

    aside = restore_backup(made.path, app.everything, now=LATER)

    assert aside is not None
    assert (aside / "keys").exists()
    again = reopen(app, opened)
    assert again.keys == keys  # old unsubscribe links still work
    assert count(again) == 1
    assert (again.data / "templates" / "theme.toml").read_text() == "wordmark = 'Mine'\n"
    late = next(
        iter(aside.glob("newsletter-*.tar.gz")), None
    )  # of PostgreSQL; of SQLite it is the file itself
    if late is None:
        assert (aside / "newsletter.sqlite3").exists()
    else:
        restore_backup(late, again.everything, now=LATER + timedelta(minutes=1))
        assert count(reopen(again, opened)) == 2


def test_nothing_is_restored_under_a_newsletter_that_runs(tmp_path: Path) -> None:
    """It went on in the file that was moved away: whoever left then was a reader again."""
    app = make_app(tmp_path / "data")
    subscribe(app, "ann@example.org")
    made = save_backup(app.everything, tmp_path / "b.tar.gz", now=NOW)
    other = make_app(tmp_path / "data")
    assert count(other) == 1
    with pytest.raises(StoreError, match="is in use"):
        restore_backup(made.path, app.everything, now=LATER)
    assert not list(app.data.glob("before-restore-*"))
    other.close()
    assert restore_backup(made.path, app.everything, now=LATER) is not None
    assert count(app) == 1
    app.close()


def test_nobody_is_signed_in_after_a_restore(
    app: Installation, opened: list[Installation], tmp_path: Path
) -> None:
    who = NewSession(scope=Scope.SESSION, who="ed@example.org", digest="d", expires=LATER + timedelta(days=1))
    with app.store.write() as connection:
        add_session(connection, who, NOW)
    made = save_backup(app.everything, tmp_path / "b.tar.gz", now=NOW)
    restore_backup(made.path, app.everything, now=LATER)
    assert find_session(reopen(app, opened).store, Scope.SESSION, "d") is None


def test_a_restore_to_an_empty_machine_needs_nothing_else(app: Installation, tmp_path: Path) -> None:
    save_backup(app.everything, tmp_path / "b.tar.gz", now=NOW)
    app.close()
    url = f"sqlite+pysqlite:///{tmp_path / 'new' / 'newsletter.sqlite3'}"
    new = Everything(store=Store(open_engine(url)), data=tmp_path / "new", config=None)
    assert restore_backup(tmp_path / "b.tar.gz", new, now=NOW) is None
    assert count(make_app(tmp_path / "new")) == 1


def move(app: Installation, database: str, folder: Path, opened: list[Installation]) -> Installation:
    """An installation on an empty ``database`` that a backup of ``app`` was restored to."""
    made = save_backup(app.everything, folder / "b.tar.gz", now=NOW)
    moved = make_app(folder / "moved", storage={"database": database})
    opened.append(moved)
    restore_backup(made.path, moved.everything, now=NOW)
    return reopen(moved, opened)


@pytest.mark.servers
def test_a_backup_of_sqlite_moves_an_installation_to_postgresql(
    tmp_path: Path, server: PostgresServer, opened: list[Installation]
) -> None:
    app = make_app(tmp_path / "data")
    subscribe(app, "ann@example.org")
    moved = move(app, server.fresh_url(uuid4().hex), tmp_path, opened)
    assert count(moved) == 1
    end_wait(moved.store, LATER)
    subscribe(moved, "bob@example.org")  # the ids go on where they were
    issue = World(store=moved.store, folder=tmp_path).ready(0)

    async def send() -> list[str]:
        async with Peer() as peer:
            await World(store=moved.store, folder=tmp_path).send(relay_to(peer.port))
            return sorted(recipient for _, recipient, _ in peer.taken)

    assert issue
    assert asyncio.run(send()) == ["ann@example.org", "bob@example.org"]


@pytest.mark.servers
def test_a_ledger_that_was_searched_moves_to_postgresql_and_is_indexed_anew(
    tmp_path: Path, server: PostgresServer, opened: list[Installation]
) -> None:
    app = make_app(tmp_path / "data")
    subscribe(app, "ann@example.org")
    key = IssueKey(date=NOW.date())
    list_indexed(app.store)  # as the search page does
    index_issue(app.store, key, "hash", [SearchRow(story="s", headline="Dysprosium", body="rises")])
    moved = move(app, server.fresh_url(uuid4().hex), tmp_path, opened)
    assert count(moved) == 1
    assert list_indexed(moved.store) == {}


@pytest.mark.servers
def test_a_restore_that_fails_changes_nothing(
    tmp_path: Path, server: PostgresServer, opened: list[Installation]
) -> None:
    """The keys were moved aside before the rows were copied, and stayed there."""
    app = make_app(tmp_path / "data")
    with app.store.write() as connection:
        connection.exec_driver_sql("INSERT INTO meta VALUES ('unfit', 'a' || char(0))")  # for PostgreSQL
    made = save_backup(app.everything, tmp_path / "b.tar.gz", now=NOW)
    living = make_app(tmp_path / "living", storage={"database": server.fresh_url(uuid4().hex)})
    opened.append(living)
    subscribe(living, "ann@example.org")
    before = sorted(str(path) for path in living.data.rglob("*"))
    with pytest.raises((StoreError, DBAPIError)):
        restore_backup(made.path, living.everything, now=LATER)
    assert sorted(str(path) for path in living.data.rglob("*")) == before
    assert count(living) == 1


@pytest.mark.servers
@pytest.mark.parametrize("revision", [*REVISIONS, "head"])
def test_every_row_goes_to_a_file_and_comes_back_whatever_the_revision(
    tmp_path: Path, revision: str, server: PostgresServer
) -> None:
    """A migration begins with a backup, so a database of every earlier revision has to fit."""
    store = Store(open_engine(server.fresh_url(uuid4().hex)))
    bring_to(store, revision)
    fill_tables(store)
    with store.read() as connection:
        before = dump(connection)
    assert sum(map(len, before.values())) > 20
    save_backup(Everything(store=store, data=tmp_path / "a", config=None), tmp_path / "b.tar.gz", now=NOW)
    other = Store(open_engine(server.fresh_url(uuid4().hex)))
    restore_backup(tmp_path / "b.tar.gz", Everything(store=other, data=tmp_path / "b", config=None), now=NOW)
    with other.read() as connection:
        after = dump(connection)
    assert [row for row in after.pop("meta") if row["key"] != "restored"] == before.pop("meta")
    before.pop("sessions", None)
    assert not after.pop("sessions", None)  # a backup holds none
    assert after == before
    assert migrate.current_revision(other) == migrate.current_revision(store)
    migrate.upgrade(other)
    store.close()
    other.close()


def test_an_id_that_was_given_is_not_given_again_after_a_restore(
    app: Installation, opened: list[Installation], tmp_path: Path
) -> None:
    """It lives on in unsubscribe links, those of who joined after the backup too."""
    subscribe(app, "bob@example.org")
    with app.store.read() as connection:
        bob = connection.scalar(select(func.max(subscribers.c.id)))
    with app.store.write() as connection:
        connection.execute(subscribers.delete())
    made = save_backup(app.everything, tmp_path / "b.tar.gz", now=NOW)
    restore_backup(made.path, app.everything, now=LATER)
    app = reopen(app, opened)
    subscribe(app, "eve@example.org")
    with app.store.read() as connection:
        eve = connection.scalar(select(subscribers.c.id))
    assert eve is not None
    assert eve > (bob or 0) + 1_000_000
    restore_backup(made.path, app.everything, now=LATER + timedelta(hours=1))
    app = reopen(app, opened)
    subscribe(app, "tom@example.org")
    with app.store.read() as connection:
        assert (connection.scalar(select(subscribers.c.id)) or 0) > eve


@pytest.mark.parametrize("content", [b"", b"not a tar file", b"\x1f\x8b\x08\x00broken"])
def test_what_is_no_backup_is_refused_and_nothing_moves(tmp_path: Path, content: bytes) -> None:
    app = make_app(tmp_path / "data")
    subscribe(app, "ann@example.org")
    app.close()
    bad = tmp_path / "bad.tar.gz"
    bad.write_bytes(content)
    before = sorted(path.name for path in app.data.iterdir())
    with pytest.raises(InputError, match="not a backup"):
        restore_backup(bad, app.everything, now=NOW)
    assert sorted(path.name for path in app.data.iterdir()) == before


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        ({"made": "2026-01-05", "revision": 7, "files": ["a"], "size": 1}, ""),
        ({"made": "2026-01-05", "files": ["a"]}, "not a backup .*does not say what it must .*revision"),
        ({"made": "2026-01-05", "revision": "7", "files": None}, "not a backup .*does not say what it must"),
        (["made"], "not a backup .*does not say what it must"),
        ("made", "not a backup .*does not say what it must"),
    ],
)
def test_what_another_version_says_of_a_backup_is_read_or_refused(
    tmp_path: Path, manifest: object, told: str
) -> None:
    written = json.dumps(manifest).encode()
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo("backup.json")
        info.size = len(written)
        archive.addfile(info, io.BytesIO(written))
    if told:
        with pytest.raises(InputError, match=told):
            read_backup(tmp_path / "b.tar.gz")
    else:
        read = read_backup(tmp_path / "b.tar.gz")
        assert (read.revision, read.engine, read.config) == ("7", "sqlite", "")


def test_a_backup_of_a_newer_version_is_refused_before_anything_moves(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data")
    with app.store.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    made = save_backup(app.everything, tmp_path / "b.tar.gz", now=NOW)
    with app.store.write() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{migrate.newest_revision()}'")
    before = sorted(path.name for path in app.data.iterdir())
    with pytest.raises(StoreVersionError, match="9999"):
        restore_backup(made.path, app.everything, now=NOW)
    assert sorted(path.name for path in app.data.iterdir()) == before


def test_there_is_nothing_to_back_up_without_a_database(tmp_path: Path) -> None:
    url = f"sqlite+pysqlite:///{tmp_path / 'none.sqlite3'}"
    nothing = Everything(store=Store(open_engine(url)), data=tmp_path, config=None)
    with pytest.raises(StoreError, match="no database"):
        save_backup(nothing, tmp_path / "b.tar.gz", now=NOW)
    assert not (tmp_path / "b.tar.gz").exists()


def test_a_file_that_is_there_is_written_over_only_when_asked(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data")
    target = tmp_path / "b.tar.gz"
    target.write_text("precious")
    with pytest.raises(InputError, match="there already"):
        save_backup(app.everything, target, now=NOW)
    assert target.read_text() == "precious"
    save_backup(app.everything, target, now=NOW, replace=True)
    assert read_backup(target).made


def test_a_folder_gets_a_file_named_for_the_moment(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data")
    (tmp_path / "safe").mkdir()
    made = save_backup(app.everything, tmp_path / "safe", now=NOW)
    assert made.path == tmp_path / "safe" / f"newsletter-{NOW:%Y%m%d-%H%M%S}.tar.gz"


def test_a_full_disk_and_a_place_that_is_no_folder_are_told_and_nothing_is_left(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data")
    subscribe(app, "ann@example.org")
    with small_disk(tmp_path / "disk", "256k") as disk:
        fill(disk)
        with pytest.raises(StoreError, match="cannot be written") as told:
            save_backup(app.everything, disk / "b.tar.gz", now=NOW)
        assert "room" in told.value.hint
        assert [path.name for path in disk.iterdir()] == ["ballast"]
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        save_backup(app.everything, tmp_path / "file" / "b.tar.gz", now=NOW)


def test_a_config_folder_elsewhere_is_taken_along_and_given_back_beside(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data")
    config = tmp_path / "etc"
    config.mkdir()
    (config / "newsletter.toml").write_text('[newsletter]\nname = "Mine"\n')
    everything = Everything(store=app.raw_store, data=app.data, config=config)
    made = save_backup(everything, tmp_path / "b.tar.gz", now=NOW)
    assert f"{CONFIG_ELSEWHERE}/newsletter.toml" in made.files
    assert read_backup(made.path).config == str(config)
    restore_backup(made.path, everything, now=LATER)
    assert (app.data / CONFIG_ELSEWHERE / "newsletter.toml").read_text() == '[newsletter]\nname = "Mine"\n'
    assert (config / "newsletter.toml").exists()  # what is mounted is not touched


def test_the_database_in_it_is_whole_though_it_is_written_to(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data")
    with app.store.write() as connection:
        connection.exec_driver_sql("INSERT INTO meta VALUES ('half', 'done')")
        made = save_backup(app.everything, tmp_path / "b.tar.gz", now=NOW)
    restore_backup(made.path, app.everything, now=LATER)
    with closing(sqlite3.connect(app.data / "newsletter.sqlite3")) as read:
        assert read.execute("SELECT value FROM meta WHERE key = 'half'").fetchone() is None
