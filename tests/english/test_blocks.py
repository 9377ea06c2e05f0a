"""What each block of a text is."""

from __future__ import annotations

from newsletter.english.blocks import BlockKind, read_blocks


def kinds(*lines: str) -> list[BlockKind]:
    return [block.kind for block in read_blocks("\n\n".join(lines))]


def test_lines_with_figures_on_end_are_points_of_a_list_that_lost_its_marks() -> None:
    found = kinds(
        "Highlights",
        "Net sales of $318 million, up 9%",
        "Orders of 352 ferries, a record",
        "The yard said on Monday that it had sold its ferries.",
    )
    assert found == [BlockKind.HEADING, BlockKind.BULLET, BlockKind.BULLET, BlockKind.PARAGRAPH]


def test_one_such_line_alone_and_names_with_their_values_are_none() -> None:
    assert kinds("Net sales of $318 million, up 9%", "The yard sold its ferries.")[0] is BlockKind.HEADING
    assert BlockKind.BULLET not in kinds("Applicant: 40 ferries a year", "Area: 12 hectares of sand")
