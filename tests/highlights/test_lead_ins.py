"""The first word of a candidate under its lead-in."""

from __future__ import annotations

import pytest

from newsletter.highlights.lead_ins import lower_first

ARTICLE = "The mill will pay a royalty from May. Few mines are as old, and few are as deep as Lodestone."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A memorandum links both.", "a memorandum links both."),
        ("Few mines have a loan.", "few mines have a loan."),  # the article has it in small letters too
        ("The mill runs.", "the mill runs."),
        ("May will be dry.", "May will be dry."),
        ("Lodestone sells oxides.", "Lodestone sells oxides."),
        ("I sold it.", "I sold it."),
        ("A$18 million was raised.", "A$18 million was raised."),
        ("NdPr rose.", "NdPr rose."),
        ("Royalty Lodestone rose.", "Royalty Lodestone rose."),  # the first of two words of a name
        ("Royalty payments rose.", "royalty payments rose."),
        ("It’s a loss.", "it’s a loss."),
    ],
)
def test_only_a_name_keeps_its_capital(text: str, shown: str) -> None:
    assert lower_first(text, ARTICLE) == shown
