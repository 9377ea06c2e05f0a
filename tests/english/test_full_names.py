from __future__ import annotations

from newsletter.english.full_names import find_full_name

ARTICLE = (
    "Chief Executive Officer Ada Brown opened the mill at Tamworth. Brown said that the results were good."
)


def test_a_surname_is_found_with_its_first_name() -> None:
    assert find_full_name("Brown", ARTICLE) == "Ada Brown"
    assert find_full_name("Lind", "Deputy Minister Tove Lind sailed.") == "Tove Lind", "she is no minister"


def test_a_town_is_nobodys_name() -> None:
    assert find_full_name("Tamworth", ARTICLE) == ""
