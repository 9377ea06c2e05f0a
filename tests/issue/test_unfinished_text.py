"""Each row of the table of leftovers finds what it names, in whole, and spares what it says."""

from __future__ import annotations

import re

import pytest

from newsletter.issue.unfinished_text import find_leftovers, read_table

ROWS = read_table()


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row['kind']}: {row['reason']}") for row in ROWS])
def test_a_row_acts_on_its_examples_and_nothing_acts_on_what_it_spares(row: dict[str, object]) -> None:
    pattern = re.compile("".join(str(row["pattern"]).splitlines()))
    for field in ("acts", "spares"):
        for text in row[field]:  # type: ignore[attr-defined]
            assert bool(pattern.search(text)) == (field == "acts"), text
            found = [kind for kind, _ in find_leftovers(f"Lynas said {text} on Monday.")]
            assert found or field == "spares" or text.startswith("#"), text
            assert field == "acts" or not found, (text, found)


def test_each_pattern_is_needed() -> None:
    assert all(row["acts"] and row["spares"] and row["reason"] for row in ROWS)
