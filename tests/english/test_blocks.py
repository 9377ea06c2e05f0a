"""What each block of a text is."""

from __future__ import annotations

from newsletter.english.blocks import BlockKind, read_blocks
from newsletter.english.sentences import split_sentences


def kinds(*lines: str) -> list[BlockKind]:
    return [block.kind for block in read_blocks("\n\n".join(lines))]


def test_elsewhere_such_lines_are_heads_of_what_stands_below() -> None:
    assert BlockKind.BULLET not in kinds(
        "Bull case", "Zinc rises 40% to $3,200", "Bear case", "Zinc falls 30% to $1,600"
    )
    assert BlockKind.BULLET not in kinds("Applicant: 40 ferries a year", "Area: 12 hectares of sand")


def test_a_line_with_three_bars_between_its_cells_is_a_row() -> None:
    row = "Norhavn Ferries | NHF | Rating: Sell (from Hold) | Target: $4.10 (from $7.50)."
    assert kinds("The bank has cut its target for the yard.", row)[1] is BlockKind.TABLE


def test_marks_of_points_and_numbers_of_paragraphs_are_no_part_of_them() -> None:
    text = "o Fares rise by 4%.\n\n1.2 Ferries sail.\n\nB. No ferry sails.\n\nArticle 3. The pier is 40 metres long."
    assert [sentence.text for sentence in split_sentences(text)] == [
        "Fares rise by 4%.",
        "Ferries sail.",
        "No ferry sails.",
        "The pier is 40 metres long.",
    ]
    for kept in ("3.2 Mt of rope were sold.", "9.05 Ferries sailed.", "A. Brown sold a ferry."):
        assert [sentence.text for sentence in split_sentences(kept)] == [kept]


def test_a_digit_within_a_name_is_not_the_figure_of_a_point() -> None:
    (point,) = split_sentences("• After-tax NPV8% of $612 million")
    assert point.kind is BlockKind.FACT


def test_numbered_lines_above_paragraphs_are_headings_and_a_numbered_list_is_none() -> None:
    items = "1. Ferry sold in Wick\n\nThe old ferry was sold on Monday.\n\nAdvertisement\n\n2. Mill to close\n\nThe mill closes in May."
    found = [one for one in split_sentences(items) if one.is_prose]
    assert [(one.text, one.heading) for one in found] == [
        ("The old ferry was sold on Monday.", "Ferry sold in Wick"),
        ("The mill closes in May.", "Mill to close"),
    ]
    listed = (
        "The yard has two aims:\n\n1. Build 12 ferries\n\n2. Sell the mill\n\nThe owner told them on Monday."
    )
    assert [one.kind for one in split_sentences(listed)[1:3]] == [BlockKind.BULLET] * 2


def test_a_button_heads_nothing() -> None:
    (profit,) = [
        one for one in split_sentences("Results\n\nShare Save\n\nProfit rose by 4% in May.") if one.is_prose
    ]
    assert profit.heading == "Results"
