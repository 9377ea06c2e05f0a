"""The title of an official document as a headline."""

from __future__ import annotations

from typing import Any

import pytest

from newsletter.issue.official_titles import read_table, write_headline


@pytest.mark.parametrize("example", read_table()["example"], ids=lambda example: example["title"][:40])
def test_each_example_of_the_table(example: dict[str, Any]) -> None:
    assert write_headline(example["title"], example["text"]) == example["headline"]


@pytest.mark.parametrize(
    "title",
    [
        "Decision on Lynas is due in May",
        "Order book of Lynas grows",
        "Notice of annual meeting",
        "Regulation (EU) 2026/11 on batteries",
        "Commission opens inquiry into magnets",
    ],
)
def test_any_other_title_stays(title: str) -> None:
    assert write_headline(title, "The European Commission has received a complaint.") == title


def test_whose_act_it_is_stands_in_the_text_or_is_the_publisher_s() -> None:
    title = "Notice of termination of the quota on cerium"
    assert (
        write_headline(title, "It ends.", "Ministry of Trade") == "Ministry of Trade ends the quota on cerium"
    )
    assert write_headline(title, "It ends.", "Official Journal") == "Termination of the quota on cerium"
