"""The data folder and the database are their owner's alone, whatever the umask."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.store.private_files import list_open, make_private_folder
from newsletter.wiring import open_installation
from tests.support.app_factory import make_app, subscribe
from tests.support.ask_doctor import ask_doctor


@pytest.fixture(autouse=True)
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.glob("*.sqlite3*"))}


def open_and_write(folder: Path) -> None:
    app = open_installation(data=folder)
    with app.store.write() as connection:
        connection.exec_driver_sql("INSERT OR REPLACE INTO meta VALUES ('a', 'b')")
    found = modes(folder)
    app.close()
    assert found.pop("data") == 0o700
    assert {"newsletter.sqlite3", "newsletter.sqlite3-wal", "newsletter.sqlite3-shm"} <= set(found)
    assert set(found.values()) == {0o600}


def test_a_new_one_is(tmp_path: Path) -> None:
    open_and_write(tmp_path / "data")


def test_one_that_was_open_to_others_is_mended_at_the_start(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data")
    subscribe(app, "ann@example.org")
    app.close()
    (app.data / "newsletter.sqlite3").chmod(0o666)
    app.data.chmod(0o755)
    open_and_write(app.data)


@pytest.mark.parametrize("mode", [0o1777, 0o755])
def test_a_folder_that_is_not_ours_is_left_as_it_is(tmp_path: Path, mode: int) -> None:
    """/tmp, or somebody's home that was named by mistake."""
    shared = tmp_path / "shared"
    shared.mkdir(mode=mode)
    shared.chmod(mode)
    if mode == 0o1777:
        (shared / "keys").mkdir()
    make_private_folder(shared)
    assert stat.S_IMODE(shared.stat().st_mode) == mode


def test_the_doctor_looks(tmp_path: Path) -> None:
    app = make_app(tmp_path / "data")
    subscribe(app, "ann@example.org")
    assert ask_doctor(app)["private files"].ok
    key = next((app.data / "keys").iterdir())
    key.chmod(0o640)
    app.data.chmod(0o750)
    told = ask_doctor(app)["private files"]
    assert not told.ok
    assert str(key) in told.detail
    assert list_open(app.data, app.store.file) == (app.data, key)
    app.close()
