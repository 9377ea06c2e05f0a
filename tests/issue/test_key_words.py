from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.issue.key_words import find_amounts, find_last_words, find_telling, names_actor


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
        ("In 2025 it drew 30 related firms to Baotou.", "30 related firms"),
        ("Civilian use is decided within 45 working days.", "45 working days"),
        ("Of its cells 22 of the 96 cells must be rebuilt.", "22 of the 96 cells"),
        ("It keeps a coercivity of 0.62 tesla at 150 °C.", "150 °C"),
        ("The energy product, 302 kJ/m³, is lower.", "302 kJ/m³"),
        ("One trade was reported at Yn6,690/kg for 2t.", "Yn6,690/kg"),
        ("They pay RM2,500 per consignment.", "RM2,500 per consignment"),
        ("Ottawa wants 120 t at $95 a kilogram.", "$95 a kilogram"),
        ("It rose 6% to 649,800 yuan within 20 minutes, and was last at 621,300 yuan.", "621,300 yuan"),
        ("Hole 14 returned 41.3 m grading 2.87% TREO from surface.", "41.3 m grading 2.87% TREO"),
        ("Assays of 31 holes at its 100%-owned project, 64 kilometres north of Nain.", "31 holes"),
        ("The 100%-owned Wolverine Lake project has begun.", "Wolverine Lake"),
        ("Exporters would have to apply for a licence from May 8.", "May 8"),
        ("The firm set up a unit with the Ministry of Commerce in March.", "Ministry of Commerce"),
        (
            "Then an inspector of the Department of Mineral and Petroleum Resources issued a notice under a law.",
            "Department of Mineral and Petroleum Resources",
        ),
        ("European Union governments agreed to buy and store magnets.", "European Union"),
        ("Commerce opens Section 232 review of magnet tariffs.", "Section 232"),
        ("Announcement No. 71 covers 9 alloys.", "9 alloys"),
    ],
)
def test_the_words_that_say_most_are_the_amount_else_a_number_a_day_or_an_actor(text: str, key: str) -> None:
    found = find_telling(text)
    assert found
    assert text[found[0] : found[1]] == key


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("Spare parts are not listed as such.", "listed as such"),
        ("A statement under (a)(2) may do, says section 54, at 11:00.", "54, at 11:00"),
        ("The Atlantic coast has a plant.", "coast has a plant"),
        ("The order by India's mines ministry has come", "ministry has come"),
        ("It came first in 2025, at 6 a.m. on a Monday in May.", "Monday in May"),
        ("Pilot Plant Produces First Mixed Rare Earth Carbonate From Ionic Clay", "From Ionic Clay"),
        ("It rose.”", "It rose"),
        ("", ""),
    ],
)
def test_where_nothing_says_more_than_the_rest_the_last_words_lead(text: str, last: str) -> None:
    assert find_telling(text) is None
    start, end = find_last_words(text)
    assert text[start:end] == last


@given(st.text(max_size=200))
def test_the_key_stands_within_the_text(text: str) -> None:
    for start, end in (find_telling(text) or (0, 0), find_last_words(text)):
        assert 0 <= start <= end <= len(text)


def test_a_year_and_a_day_are_no_amount() -> None:
    assert find_amounts("Quarterly report for the period ended 31 December 2025") == ()


@pytest.mark.parametrize(
    "text", ["It makes 3C electronics.", "Under Article 5C it is so.", "It is charged at 4C."]
)
def test_a_figure_with_a_letter_is_no_amount(text: str) -> None:
    assert find_amounts(text) == ()


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
        ("China puts 12 magnet lines under licence", "12 magnet lines"),
        ("Pit at Mount Weld reopens", "Mount Weld"),
    ],
)
def test_where_nothing_says_more_than_the_rest_nothing_is_bold_in_a_line(text: str, key: str | None) -> None:
    found = find_telling(text)
    assert (text[found[0] : found[1]] if found else None) == key
