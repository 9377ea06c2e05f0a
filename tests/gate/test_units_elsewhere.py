"""Units and sizes that stand elsewhere in the article, or are told in other words."""

from __future__ import annotations

from newsletter.gate import check_bullet


def reasons(text: str, cited: tuple[str, ...], more: str = "") -> tuple[str, ...]:
    source = " ".join((*cited, more))
    return check_bullet(text, headline="", publisher="Ostmark News", cited=cited, source=source).reasons


TABLE = ("Rope, fob Ribe: 385-405 (365-390)",)


def test_the_money_of_a_table_may_stand_above_it() -> None:
    assert not reasons("Rope rose to €385-405 from €365-390.", TABLE, "Hulls are at €40 in Ribe.")
    assert reasons("Rope rose to €385-405 from €365-390.", TABLE, "Hulls are at $40 in Ribe.")


def test_a_share_in_words_is_one_in_figures() -> None:
    asked = ("The line has asked for a quarter of the fare in advance.",)
    assert not reasons("The line asked for 25% of the fare in advance.", asked)
    assert reasons("The line asked for 20% of the fare in advance.", asked)


HOME = ("The line lost $19 million last year.",)
NEARER = ("We budgeted a loss of 9 million euros and I think it will be nearer 14.",)
PRICE = ("At $US380 a day it would pay.",)


def test_money_of_the_country_passes_and_of_another_does_not() -> None:
    assert not reasons("The line lost C$19 million last year.", HOME, "It sails in Canada.")
    assert reasons("The line lost C$19 million last year.", HOME, "It sails in Denmark.")
    assert not reasons("At US$380 a day it would pay.", PRICE)


def test_a_sum_that_leaves_its_size_to_one_before_it_has_it() -> None:
    assert not reasons("He thinks the loss will be nearer 14 million euros than 9 million.", NEARER)
    assert reasons("He thinks the loss will be nearer 15 million euros than 9 million.", NEARER)
