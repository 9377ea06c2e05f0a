"""A database in use is upgraded after a backup, and not in the middle of an issue."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from newsletter.config import BackupSettings
from newsletter.errors import StoreError
from newsletter.store import migrate
from newsletter.store.backup import Everything, list_backups, read_backup
from newsletter.store.engine import Store
from newsletter.store.upgrade import bring_up_to_date
from tests.store.conftest import Copy
from tests.store.test_upgrades import REVISIONS, bring_to, tables_of
from tests.support.factories import NOW, TODAY

SETTINGS = BackupSettings()


@pytest.fixture(params=REVISIONS)
def old(copy_of: Copy, request: pytest.FixtureRequest, tmp_path: Path) -> Everything:
    """An installation of an earlier version."""
    return Everything(store=copy_of(bring_to, request.param), data=tmp_path / "data", config=None)


def add(old: Everything, table: str, **values: Any) -> None:
    with old.store.write() as connection:
        connection.execute(insert(tables_of(connection, table)[table]), values)


def test_it_is_refused_without_a_backup_and_while_an_issue_is_made_or_on_its_way(old: Everything) -> None:
    old.data.mkdir()
    (old.data / "backups").write_text("in the way")
    before = migrate.current_revision(old.store)
    with pytest.raises(StoreError, match="cannot be written"):
        bring_up_to_date(old, SETTINGS, NOW)
    (old.data / "backups").unlink()
    add(old, "leases", name="compose", owner="other", until=NOW + timedelta(minutes=5))
    with pytest.raises(StoreError, match="being composed"):
        bring_up_to_date(old, SETTINGS, NOW)
    later = NOW + timedelta(minutes=6)  # that composer died
    for number, status in enumerate(("composed", "planning", "frozen")):
        add(old, "issues", id=number, date=TODAY + timedelta(days=number), status=status, held=False)
        with pytest.raises(
            StoreError, match=f"issue of {TODAY + timedelta(days=number)} is {status}"
        ) as told:
            bring_up_to_date(old, SETTINGS, later)
        assert "newsletter db upgrade --now" in told.value.hint
    assert migrate.current_revision(old.store) == before
    assert bring_up_to_date(old, SETTINGS, later, in_the_middle=True)


def test_a_backup_comes_first_and_what_ended_or_was_left_lying_is_in_nobodys_way(old: Everything) -> None:
    add(old, "leases", name="compose", owner="other", until=NOW - timedelta(minutes=1))
    for number, (days, status) in enumerate([(0, "sent"), (1, "missed"), (9, "frozen"), (8, "composed")], 1):
        add(old, "issues", id=number, date=TODAY - timedelta(days=days), status=status, held=False)
    before = migrate.current_revision(old.store)
    assert bring_up_to_date(old, SETTINGS, NOW)
    assert migrate.is_current(old.store)
    (made,) = list_backups(old.data / "backups")
    assert made.name.endswith(f"-before-{migrate.newest_revision()}.tar.gz")
    assert read_backup(made).revision == before
    assert not bring_up_to_date(old, SETTINGS, NOW + timedelta(days=1))
    assert len(list_backups(old.data / "backups")) == 1


def test_a_new_database_is_made_without_more_ado(copy_of: Copy, tmp_path: Path) -> None:
    empty = copy_of(Store.close)  # with nothing in it
    assert bring_up_to_date(Everything(store=empty, data=tmp_path, config=None), SETTINGS, NOW)
    assert not (tmp_path / "backups").exists()
