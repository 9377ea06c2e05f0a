"""Whose a folder is that we may not read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newsletter.store.folder_rights import explain_denied, find_denied, find_denied_data


def test_what_may_be_read_or_is_not_there_is_not_denied(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    assert find_denied(tmp_path / "keys") is None
    assert find_denied(tmp_path / "nowhere" / "keys") is None
    assert find_denied_data(tmp_path) is None


def test_our_own_folder_is_opened_by_its_rights(tmp_path: Path) -> None:
    tmp_path.chmod(0o300)
    told = explain_denied(tmp_path)
    assert "with mode 300" in str(told)
    assert told.hint == f"Allow it: chmod -R u+rwX {tmp_path}"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a file away")
def test_what_is_somebody_else_s_is_used_as_they_or_given(tmp_path: Path) -> None:
    mine = tmp_path / "it's mine"
    mine.touch(0o600)
    os.chown(mine, 54_321, -1)  # nobody's name
    told = explain_denied(mine)
    assert f"The file {mine} cannot be read: it belongs to 54321, with mode 600" in str(told)
    assert told.hint.startswith("Run it as 54321, or give it the file, as root: chown -R root '")
