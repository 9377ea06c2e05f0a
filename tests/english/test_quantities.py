"""Figures with kind and unit, as they are compared."""

from __future__ import annotations

import pytest

from newsletter.english.quantities import find_quantities


def read(text: str) -> list[tuple[float, str]]:
    return [(quantity.value, quantity.kind) for quantity in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 percentage points", [(5, "point")]),
        ("5 percent", [(5, "percent")]),
        ("150 yuan/kg", [(150, "yuan")]),
        ("AUD $7.4 million", [(7.4e6, "aud")]),
        ("was $5 and gave us a $6 gain", [(5, "dollar"), (6, "dollar")]),
        ("17 million kroner", [(17e6, "krona")]),
        ("between 34,000 and 38,000 tonnes", [(34000, "tonne"), (38000, "tonne")]),
        ("€41–44 million", [(41e6, "euro"), (44e6, "euro")]),
        ("rose 9% to €540 million", [(9, "percent"), (540e6, "euro")]),
        ("down 9% at 2.4 billion kroner", [(9, "percent"), (2.4e9, "krona")]),
        ("we will try 3 of 12 R&D sites", [(3, ""), (12, "")]),
        ("the first two years", [(1, "ordinal"), (2, "year")]),
    ],
)
def test_a_figure_is_read_with_its_kind(text: str, expected: list[tuple[float, str]]) -> None:
    assert read(text) == expected
