"""An installation of the operator, and the inbox that its relay is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.delivery.local_inbox import DemoInbox
from tests.support.place import Place


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[DemoInbox]:
    with DemoInbox(tmp_path / "inbox") as running:
        yield running


@pytest.fixture
def place(tmp_path: Path, inbox: DemoInbox) -> Place:
    return Place(tmp_path / "place", inbox.port)
