from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.soak.year import judge, list_expected, live


@pytest.mark.slow
def test_days_of_four_editions_with_restarts_give_each_reader_what_was_chosen(tmp_path: Path) -> None:
    year, end = live(tmp_path / "data", days=5, readers=6, seed=7)
    figures = judge(year, end)
    year.app.close()
    assert year.wrong == []
    assert figures["issues"] >= 13
    assert figures["mails"] > 20


def test_what_is_expected_knows_zones_and_days() -> None:
    found = list_expected(datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 3, 30, 12, tzinfo=UTC))
    assert {str(key) for key in found} == {
        "2026-03-28", "2026-03-29", "2026-03-30",
        "prices/2026-03-28", "prices/2026-03-29", "prices/2026-03-30",
        "weekly/2026-03-27", "early/2026-03-30",
    }  # fmt: skip
