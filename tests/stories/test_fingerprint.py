from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.stories.commonness import load_commonness
from newsletter.stories.fingerprint import differ_in_period, read_figures, take_fingerprint
from newsletter.stories.vectors import build_space


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("$100B and $100 billion", ["100000000000", "100000000000"]),
        ("100K+ and 100,000", ["100000", "100000"]),
        ("A$840m, A$840 million", ["840000000", "840000000"]),
        ("US$1.5bn", ["1500000000"]),
        ("38m at 1.1% TREO", ["38", "1.1"]),  # metres
        ("1,911 tonnes in Q3 2025", ["1911", "2025"]),
        ("0.25 million", ["250000"]),
    ],
)
def test_a_figure_has_one_form_however_it_is_written(text: str, figures: list[str]) -> None:
    assert list(read_figures(text)) == figures


@given(st.text(alphabet="0123456789.,$€kKmMbBn ilo", max_size=40))
def test_any_figures_are_survived(text: str) -> None:
    for figure in read_figures(text):
        assert figure
        assert not figure.startswith(".")


def test_tickers_and_half_words_say_nothing() -> None:
    print_ = take_fingerprint("Ucore Rare Metals (TSX.V: UCU) (OTCQX: UURAF) opens plant", "word " * 900)
    assert not {"ucu", "uuraf", "tsx"} & set(print_.title)
    assert set(print_.words) == {"word"}


def test_words_that_are_common_at_large_count_less_on_a_day_of_two() -> None:
    words = ("government", "kangankund")
    bags = [{0: 1.0, 1: 1.0}, {0: 1.0, 1: 1.0}]
    alone = build_space(bags, words, cap=9)
    assert alone.rarity[0] == alone.rarity[1]
    large = build_space(bags, words, cap=9, commonness=load_commonness())
    assert large.rarity[0] < large.rarity[1]


def test_the_table_of_words_holds_shares_alone() -> None:
    table = load_commonness()
    assert 10_000 < len(table.listed) < 40_000
    assert all(0 < share < 1 for share in table.listed.values())
    assert table.unlisted < min(table.listed.values())


def test_a_month_is_one_word_however_it_is_written() -> None:
    short, full = (take_fingerprint(f"Ban starts on {month} 15", "") for month in ("Feb.", "February"))
    assert short.title == full.title


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("Lynas first-quarter output rises", "Lynas second-quarter output rises", True),
        ("Lynas September quarter output rises", "Lynas June quarter output rises", True),
        ("Lynas beats first-quarter estimates", "Lynas beats second-quarter estimates", True),
        ("Lynas first-half profit falls", "Lynas full-year profit falls", True),
        ("Lynas reports September quarter results", "Lynas cuts its full-year production forecast", False),
        ("Lynas reports September quarter results", "Lynas cuts guidance for the full year", False),
        ("Lynas third-quarter profit falls", "Lynas profit falls, full-year outlook cut", False),
        ("Lynas raises cash for a plant due in the third quarter of 2027", "Lynas Q4 profit falls", False),
        ("Lynas reports September quarter results", "Lynas first-quarter output rises", False),
    ],
)
def test_only_periods_that_are_reported_on_keep_apart(one: str, other: str, differ: bool) -> None:
    assert differ_in_period(take_fingerprint(one, ""), take_fingerprint(other, "")) is differ
