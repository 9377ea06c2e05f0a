"""The last clause of a sentence that is too long."""

from __future__ import annotations

import pytest

from newsletter.highlights.shorten import shorten
from newsletter.highlights.tails import cut_tail

TWELVE = "The ministry raised the quota for rare earths mined in the north by a tenth"


@pytest.mark.parametrize(
    ("tail", "said"),
    [
        (", which traders had awaited since the strike at the port of Ningbo ended in May", ""),
        (", and the state group plans to open a second plant beside the old one next year", ""),
        (", as makers of magnets in Japan and Europe look for a second source of dysprosium", ""),
        (", pushing prices of dysprosium down to their lowest level in three long and hard years", ""),
        (" after the two largest smelters had run short of concentrate in the spring", ""),
        (
            ", which traders had awaited since the strike at the port ended",
            ", according to the state news agency",
        ),
    ],
)
def test_the_last_clause_goes_and_who_says_it_stays(tail: str, said: str) -> None:
    kept, gone = cut_tail(f"{TWELVE}{tail}{said}.", max_words=22)
    assert kept == f"{TWELVE}{said}."
    assert gone == tail.strip(" ,.")


@pytest.mark.parametrize(
    "tail",
    [
        ", although nobody expects more than half of it to be mined before the winter sets in",  # it takes back
        ", unless the mills of the south agree to close by the end of the coming winter season",
        ", which the association says will not be enough for the magnet makers of the coast",  # somebody else says it
        ", which is not the case in the south where all of the small mines have closed for good",
        ", with output expected to reach about nine thousand tonnes by the end of next year there",  # unsure, and no clause
    ],
)
def test_what_limits_or_is_said_by_another_never_goes(tail: str) -> None:
    text = f"{TWELVE}{tail}."
    assert cut_tail(text, max_words=22) == (text, "")


@pytest.mark.parametrize(
    "text",
    [
        "One group of the mines in the north of the province raised its prices, while the other lowered them for the whole of the coming year.",
        "The plant was closed for good by the new owner of the firm just a week after the owner had told the town that it would stay open for ten years.",
        "Both the larger of the mines in the north, which the state group bought in May, and the smaller one in the south will close before the winter of next year.",
        "The two mines in the north of the province — the larger of them, which opened in May — and the smelter will close before the winter.",
    ],
)
def test_what_is_left_is_a_whole_sentence_or_nothing_is_cut(text: str) -> None:
    assert cut_tail(text, max_words=20) == (text, "")


def test_a_price_is_quoted_whole() -> None:
    text = "The price of neodymium oxide rose to 620,000 yuan a tonne on Monday in the port of Tianjin, which is its highest level since the summer of the year before last."
    assert shorten(text, max_words=20).text == text


def test_a_sentence_that_fits_keeps_its_clause() -> None:
    text = f"{TWELVE}, which traders had awaited since May."
    assert shorten(text, max_words=40).text == text
