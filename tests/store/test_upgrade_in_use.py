"""A database in use is upgraded after a backup, and not in the middle of an issue."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from newsletter.config import Backup as BackupSettings
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


def test_a_backup_of_the_old_revision_comes_first(old: Everything) -> None:
    before = migrate.current_revision(old.store)
    assert bring_up_to_date(old, SETTINGS, NOW)
    assert migrate.is_current(old.store)
    (made,) = list_backups(old.data / "backups")
    assert made.name.endswith(f"-before-{migrate.newest_revision()}.tar.gz")
    assert read_backup(made).revision == before
    assert not bring_up_to_date(old, SETTINGS, NOW + timedelta(days=1))
    assert len(list_backups(old.data / "backups")) == 1


def test_where_none_can_be_made_nothing_is_changed(old: Everything) -> None:
    old.data.mkdir()
    (old.data / "backups").write_text("in the way")
    before = migrate.current_revision(old.store)
    with pytest.raises(StoreError, match="cannot be written"):
        bring_up_to_date(old, SETTINGS, NOW)
    assert migrate.current_revision(old.store) == before


def test_not_while_an_issue_is_on_its_way(old: Everything) -> None:
    for number, status in enumerate(("composed", "planning", "frozen")):
        add(old, "issues", id=number, date=TODAY + timedelta(days=number), status=status, held=False)
        with pytest.raises(
            StoreError, match=f"issue of {TODAY + timedelta(days=number)} is {status}"
        ) as told:
            bring_up_to_date(old, SETTINGS, NOW)
        assert "newsletter db upgrade --now" in told.value.hint
        assert not migrate.is_current(old.store)
    assert bring_up_to_date(old, SETTINGS, NOW, in_the_middle=True)


def test_not_while_one_is_being_composed(old: Everything) -> None:
    add(old, "leases", name="compose", owner="other", until=NOW + timedelta(minutes=5))
    with pytest.raises(StoreError, match="being composed"):
        bring_up_to_date(old, SETTINGS, NOW)
    assert bring_up_to_date(old, SETTINGS, NOW + timedelta(minutes=6))  # that composer died


def test_issues_that_ended_or_were_left_lying_are_in_nobodys_way(old: Everything) -> None:
    for number, (days, status) in enumerate([(0, "sent"), (1, "missed"), (9, "frozen"), (8, "composed")], 1):
        add(old, "issues", id=number, date=TODAY - timedelta(days=days), status=status, held=False)
    assert bring_up_to_date(old, SETTINGS, NOW)


def test_a_new_database_is_made_without_more_ado(copy_of: Copy, tmp_path: Path) -> None:
    empty = copy_of(Store.close)  # with nothing in it
    assert bring_up_to_date(Everything(store=empty, data=tmp_path, config=None), SETTINGS, NOW)
    assert not (tmp_path / "backups").exists()
