"""Words that the source writes small alone, in the place of a name."""

from __future__ import annotations

from newsletter.gate import check_bullet


def reasons(text: str, cited: tuple[str, ...], more: str = "") -> tuple[str, ...]:
    source = " ".join((*cited, more))
    return check_bullet(text, headline="", publisher="Ostmark News", cited=cited, source=source).reasons


MINE = ("There are two pits at the mine in Ribe.", "Shares of Halden Line fell.")


def test_a_small_word_in_the_place_of_a_name_is_refused() -> None:
    assert reasons("Two pits are at the mine of Pits.", MINE)
    assert not reasons("Two pits are at the mine in Ribe.", MINE)
