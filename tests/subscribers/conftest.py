from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.subscribers.consent import Register
from tests.support.subscriber_factories import make_register


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    register = make_register(tmp_path)
    yield register
    register.store.close()
