from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.soak.load import load


@pytest.mark.slow
def test_every_delivery_ends_right_behind_a_relay_that_fails_often(tmp_path: Path) -> None:
    figures = asyncio.run(load(tmp_path, 1500))
    assert figures["doubles"] == 0
    assert figures["bounced"] == 15
