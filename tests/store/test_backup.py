"""A backup restores to the same installation; what is in the way is moved aside."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter.errors import InputError, StoreError
from newsletter.store.backup import read_backup, restore_backup, save_backup
from newsletter.store.subscribers import count_subscribers
from tests.support.app_factory import make_app, subscribe
from tests.support.factories import NOW


def test_the_drill_loses_nothing(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data")
    subscribe(app, "ann@example.org")
    keys = app.keys
    (app.data / "templates").mkdir()
    (app.data / "templates" / "theme.toml").write_text("wordmark = 'Mine'\n")
    made = save_backup(app.data, tmp_path / "b.tar.gz", now=NOW)  # while the database is open
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert read_backup(made.path).files == made.files
    subscribe(app, "late@example.org")
    app.close()

    aside = restore_backup(made.path, app.data, now=NOW + timedelta(minutes=1))

    assert aside is not None
    assert (aside / "newsletter.sqlite3").exists()
    again = make_app(tmp_path / "data")
    assert again.keys == keys  # old unsubscribe links still work
    with again.store.read() as connection:
        assert sum(count_subscribers(connection).values()) == 1
    assert (again.data / "templates" / "theme.toml").read_text() == "wordmark = 'Mine'\n"
    again.close()


def test_a_restore_to_an_empty_machine_needs_nothing_else(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data")
    subscribe(app, "ann@example.org")
    save_backup(app.data, tmp_path / "b.tar.gz", now=NOW)
    app.close()
    assert restore_backup(tmp_path / "b.tar.gz", tmp_path / "new", now=NOW) is None
    fresh = make_app(tmp_path / "new")
    with fresh.store.read() as connection:
        assert sum(count_subscribers(connection).values()) == 1
    fresh.close()


@pytest.mark.parametrize("content", [b"", b"not a tar file", b"\x1f\x8b\x08\x00broken"])
def test_what_is_no_backup_is_refused_and_nothing_moves(tmp_path: Path, content: bytes) -> None:
    app = make_app(tmp_path / "data")
    subscribe(app, "ann@example.org")
    app.close()
    bad = tmp_path / "bad.tar.gz"
    bad.write_bytes(content)
    before = sorted(path.name for path in app.data.iterdir())
    with pytest.raises(InputError, match="not a backup"):
        restore_backup(bad, app.data, now=NOW)
    assert sorted(path.name for path in app.data.iterdir()) == before


def test_there_is_nothing_to_back_up_without_a_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database"):
        save_backup(tmp_path, tmp_path / "b.tar.gz", now=NOW)
