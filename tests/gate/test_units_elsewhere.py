"""Units that are written in other ways."""

from __future__ import annotations

from newsletter.gate import check_bullet

PRICE = "At $US380 a day it would pay."


def test_a_currency_may_be_written_either_way_round() -> None:
    told = "At US$380 a day it would pay."
    assert check_bullet(told, headline="", publisher="", cited=(PRICE,), source=PRICE).grounded
