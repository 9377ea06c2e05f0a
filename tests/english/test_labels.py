from __future__ import annotations

import pytest

from newsletter.english.blocks import BlockKind
from newsletter.english.sentences import split_sentences

LABELS = {BlockKind.LABEL, BlockKind.TIME, BlockKind.SPEAKER}


def labels(text: str) -> list[str]:
    return [s.text for s in split_sentences(text) if s.kind in LABELS]


@pytest.mark.parametrize(
    ("text", "label", "sentence"),
    [
        ("• Advanced Execution Profile: Leveraging what stands there.", "Advanced Execution Profile", "Leveraging what stands there."),
        ("• Auditor Practices:The report names two firms.", "Auditor Practices", "The report names two firms."),
        ("Key Takeaways:* Sales of buses rose 26% to a record.", "Key Takeaways", "Sales of buses rose 26% to a record."),
    ],
)  # fmt: skip
def test_a_heading_that_was_run_in_stands_outside_the_sentence(text: str, label: str, sentence: str) -> None:
    text += "\n\n• Other Matters: Nothing else was said."
    found = split_sentences(text)
    assert [s.text for s in found][:2] == [label, sentence]
    assert found[0].kind is BlockKind.LABEL
    assert all(text[s.start : s.end] == s.text for s in found)


@pytest.mark.parametrize(
    "text",
    [
        "ABU DHABI, UNITED ARAB EMIRATES - May 13, 2025 (NEWSLINE) - Acme opened a mill.",
        "LONDON – The council voted on Monday.",
        "BMW AG Chairman Ada Brown said that sales rose.",
        "USA, UK and France signed on Monday.",
        "The minister said: the bridge is safe.",
        "Acme Corp (NYSE: ACM) opened a mill in Ohio.",
        "He asked for one thing: patience.",
        "Acme – a maker of buses – opened a mill.",
        "Section 232 of the act allows tariffs on buses.",
        "Shares of BlackRock fell on Monday.",
        "“We opened it,” said Ada Brown: it runs.",
    ],
)
def test_datelines_names_and_clauses_are_no_labels(text: str) -> None:
    assert labels(text) == []


def test_a_fact_line_of_a_list_has_its_own_kind() -> None:
    text = "Highlights\n\n• Annual output of 26,000 cars;\n• Value of $439 million at a discount of 5%.\n• Robust economics across the group\n• Acme hires 12 people in Ohio.\n• Best result to date: ACR118 – 62m @ 2.31% from surface, including 18m @ 4.06%\n• Output rose by 5% in May"
    kinds = {s.text: s.kind for s in split_sentences(text)}
    assert kinds["Annual output of 26,000 cars;"] is BlockKind.FACT
    assert kinds["Value of $439 million at a discount of 5%."] is BlockKind.FACT
    assert (
        kinds["Best result to date: ACR118 – 62m @ 2.31% from surface, including 18m @ 4.06%"]
        is BlockKind.FACT
    )
    assert kinds["Robust economics across the group"] is BlockKind.BULLET
    assert kinds["Acme hires 12 people in Ohio."] is BlockKind.BULLET
    assert kinds["Output rose by 5% in May"] is BlockKind.BULLET


def test_a_point_of_two_figures_is_no_row() -> None:
    found = split_sentences(
        "Salient features\n\n- Sales up 6.1% to R884.2 million\n- Output down 3.4% to 91,300 tonnes"
    )
    assert [s.kind for s in found][1:] == [BlockKind.FACT] * 2


def test_rows_of_figures_are_a_table_with_the_line_above_them() -> None:
    text = "Prices held.\n\nFare by line, euro\nTram 3 2.10 2.20 +0.10\nBus 9 1.80 1.80 0\n\nOutlook for 2026 and 2027\n\nFares rise in May."
    kinds = [s.kind for s in split_sentences(text)]
    assert kinds[1:4] == [BlockKind.TABLE] * 3
    assert kinds[4] is BlockKind.HEADING


def test_a_line_between_bars_is_no_sentence_whatever_stands_in_it_and_around_it() -> None:
    row = "| Acme | The refiner of rare earths and its partner | will close a plant in Lund | 12 people in all lose work. |"
    kinds = [s.kind for s in split_sentences(f"Prices held.\n\n{row}\n\nIt rained.\n\n| Tin | 31 |")]
    assert set(kinds) == {BlockKind.PARAGRAPH, BlockKind.TABLE}
    assert (kinds[0], kinds[-2:]) == (BlockKind.PARAGRAPH, [BlockKind.PARAGRAPH, BlockKind.TABLE])


def test_roman_numbers_count_points_as_others_do() -> None:
    text = (
        "1. Ferries that are older than 30 years.\n\nIII. Owners shall ask for a permit.\n\n"
        "IV. This notice applies from May."
    )
    found = split_sentences(text)
    assert [s.kind for s in found] == [BlockKind.BULLET] * 3
    assert found[1].text == "Owners shall ask for a permit."


def test_a_full_stop_that_lost_its_space_ends_a_sentence_and_one_in_an_address_does_not() -> None:
    assert len(split_sentences("It was so since Jan. 18.Japan’s index fell.The Bank of Japan met.")) == 3
    assert len(split_sentences("The plant was built in China.Acme and its partner run it.")) == 2
    assert (
        len(split_sentences("A survey by Debt.com’s analysts and by Newsworthy.ai counted 400 people.")) == 1
    )


def test_a_speaker_who_is_called_march_makes_no_timeline() -> None:
    text = "\n\n".join(
        f"MARCH: Is it the price or the ore that counts in {year}?\n\nLUND: The ore, and I have bought it for {year - 2000} years."
        for year in (2020, 2021, 2022, 2023, 2024)
    )
    assert not any(s.kind is BlockKind.DATELINE for s in split_sentences(text))
