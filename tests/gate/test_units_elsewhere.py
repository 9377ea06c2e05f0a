"""Units that are written in other ways."""

from __future__ import annotations

import pytest

from newsletter.gate import check_bullet

PRICE = "At $US380 a day it would pay."


def test_a_currency_may_be_written_either_way_round() -> None:
    told = "At US$380 a day it would pay."
    assert check_bullet(told, headline="", publisher="", cited=(PRICE,), source=PRICE).grounded


@pytest.mark.parametrize(("money", "passes"), [("€4,350", True), ("$4,350", False), ("€4,530", False)])
def test_money_that_the_head_of_a_table_names_is_that_of_its_rows(money: str, passes: bool) -> None:
    head, row = "Prices ex works in EUR/t.", "Butter of Lund cost 4,350 in the week."
    told = f"Butter of Lund cost {money} a tonne in the week."
    verdict = check_bullet(told, headline="", publisher="", cited=(head, row), source=f"{head}\n\n{row}")
    assert verdict.grounded is passes
