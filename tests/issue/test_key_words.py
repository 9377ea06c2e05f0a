from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.issue.key_words import find_amounts, find_key, find_telling, names_actor


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (
            "Dysprosium oxide was assessed at $640 to $720 per kilogram cif Rotterdam.",
            "$640 to $720 per kilogram",
        ),
        (
            "Inside China, NdPr oxide edged up to 446,000-450,000 yuan a tonne.",
            "446,000-450,000 yuan a tonne",
        ),
        (
            "Revenue for the six months to December 31 slid 14 per cent to $248.6 million.",
            "14 per cent to $248.6 million",
        ),
        ("In 2025 it opened 16 mines, and made 9,000 tonnes a year.", "9,000 tonnes a year"),
        ("Dysprosium oxide, 99.5%, was assessed at $640-720 per kg.", "$640-720 per kg"),
        ("Output rose, by 12%, to a record.", "12%"),
        ("In 2025 it drew 30 related firms to Baotou.", "30"),
        ("Exporters would have to apply for a licence from May 8.", "May 8"),
        ("The order by India's mines ministry has come.", "India's"),
        ("The firm set up a unit with the Ministry of Commerce in March.", "Ministry of Commerce"),
        ("European Union governments agreed to buy and store magnets.", "European Union"),
        ("Commerce opens Section 232 review of magnet tariffs.", "Section 232"),
        ("Announcement No. 71 covers 9 alloys.", "9"),
        ("The Atlantic coast has a plant.", "Atlantic"),
        ("It came first in 2025, on a Monday in May.", "It came"),
        ("Pilot Plant Produces First Mixed Rare Earth Carbonate From Ionic Clay", "Pilot Plant"),
        ("output rose.", "output rose."),
        ("", ""),
    ],
)
def test_the_words_that_say_most_are_the_amount_else_a_number_a_day_a_name_or_the_beginning(
    text: str, key: str
) -> None:
    start, end = find_key(text)
    assert text[start:end] == key


@given(st.text(max_size=200))
def test_the_key_stands_within_the_text(text: str) -> None:
    start, end = find_key(text)
    assert 0 <= start <= end <= len(text)


def test_a_year_and_a_day_are_no_amount() -> None:
    assert find_amounts("Quarterly report for the period ended 31 December 2025") == ()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("China's commerce ministry will decide", True),
        ("Sales of Lynas rose", True),
        ("Revenue for the six months to December slid", False),
        ("Prices rose", False),
    ],
)
def test_a_sentence_names_its_actor(text: str, named: bool) -> None:
    assert names_actor(text) is named


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("China puts magnet lines under licence", None),
        ("China puts 12 magnet lines under licence", "12"),
        ("Pit at Mount Weld reopens", "Mount Weld"),
    ],
)
def test_where_nothing_says_more_than_the_rest_nothing_is_bold_in_a_line(text: str, key: str | None) -> None:
    found = find_telling(text)
    assert (text[found[0] : found[1]] if found else None) == key
