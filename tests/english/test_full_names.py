from __future__ import annotations

import pytest

from newsletter.english.full_names import find_full_name

ARTICLE = (
    "Chief Executive Officer Ada Brown opened the mill at Tamworth. Brown said that the results were good."
)


def test_a_surname_is_found_with_its_first_name() -> None:
    assert find_full_name("Brown", ARTICLE) == "Ada Brown"
    assert find_full_name("Lind", "Deputy Minister Tove Lind sailed.") == "Tove Lind", "she is no minister"


def test_a_name_has_any_letters() -> None:
    assert find_full_name("Hrubá", "The wheel of Zdeňka Hrubá stops.") == "Zdeňka Hrubá"


@pytest.mark.parametrize(
    ("surname", "source", "name"),
    [
        ("Lund", "The state’s Attorney General Ada B. Lund sailed.", "Ada B. Lund"),
        ("Lund", "The ferry reached Lund. Ada Lund sails.", ""),  # a town, before it is anybody's name
        ("Acme", "On Tuesday Acme cut jobs.", ""),
        ("Lund", "The yard is run by June Lund since May.", "June Lund"),
        ("Lund", "Its head of Sales & Marketing Ada Lund sails.", "Ada Lund"),
        ("Democrats", "Congressional Democrats said so.", ""),
    ],
)
def test_what_is_no_part_of_a_name_goes_and_what_is_nobody_has_none(
    surname: str, source: str, name: str
) -> None:
    assert find_full_name(surname, source) == name


def test_a_town_is_nobodys_name() -> None:
    assert find_full_name("Tamworth", ARTICLE) == ""
