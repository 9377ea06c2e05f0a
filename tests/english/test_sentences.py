from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.english.sentences import BlockKind, split_sentences


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in split_sentences(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        [
            "The U.S. Geological Survey said No. 18 was at Mt. Weld.",
            "Prices hit $110/kg.",
            "Lynas Inc. rose.",
        ],
        ["J. B. Straubel agreed.", "Dr. Li of Acme Corp. did not."],
        ["The unit fell in the U.S.", "The rest held at 9 a.m. on Monday."],
        ["“We did it,” he said.", "“It works.”", "Then the furnace was lit."],
        ['"Why?" asked the minister.', "Nobody knew."],
        ["Output rose 3.5% to 1.2 million t.", "In Jan. 2026 it fell."],
        ["The sale under Notice No. OSM-2025-061 is void.", "Ada said no.", "Then she left."],
        ["Is that so?", "It is!", "Quotas (see Fig. 2) were cut."],
    ],
)
def test_sentences_of_news_prose_are_told_apart(sentences: list[str]) -> None:
    assert texts(" ".join(sentences)) == sentences


def test_blocks_have_their_kinds() -> None:
    text = "Jan 4, 2026\n\nKey Business Updates\n\nPrices rose on Monday. They fell again.\n\n• Output exceeded 5%\n\nPhoto: Getty Images"
    assert [sentence.kind for sentence in split_sentences(text)] == [
        BlockKind.DATELINE,
        BlockKind.HEADING,
        BlockKind.PARAGRAPH,
        BlockKind.PARAGRAPH,
        BlockKind.BULLET,
        BlockKind.CAPTION,
    ]


def test_a_bullet_mark_is_outside_the_span() -> None:
    assert texts("• The company opened a plant.") == ["The company opened a plant."]


def test_a_wrapped_paragraph_is_one_block() -> None:
    assert texts("The ministry said that exports of\nrare earths rose in March.") == [
        "The ministry said that exports of\nrare earths rose in March."
    ]


def test_lower_case_tokenized_text_is_split_at_its_lone_full_stops() -> None:
    assert texts("prices rose by 5.5 % . the ministry said so .") == [
        "prices rose by 5.5 % .",
        "the ministry said so .",
    ]


def test_what_stands_under_about_the_company_is_boilerplate() -> None:
    found = split_sentences(
        "Lynas opened a plant in Kalgoorlie.\n\nAbout Lynas\n\nLynas is a miner of rare earths."
    )
    assert [sentence.kind for sentence in found][-1] is BlockKind.BOILERPLATE


@given(st.text(alphabet=" \n\t.?!•“”\"')(ABab1,:-", max_size=120))
def test_every_span_is_exact_and_in_order_for_any_text(text: str) -> None:
    last = 0
    for sentence in split_sentences(text):
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.start >= last
        assert sentence.text.strip() == sentence.text != ""
        last = sentence.end


def test_what_a_company_says_about_itself_at_the_end_is_boilerplate_also_without_a_heading_line() -> None:
    text = "The mill opened in May.\n\nAbout Borealis Metals Ltd. Toronto-based Borealis Metals Ltd. is a miner in Ontario.\n\nAbout 200 people work at the mill."
    kinds = [sentence.kind for sentence in split_sentences(text)]
    assert kinds[0] is BlockKind.PARAGRAPH
    assert set(kinds[1:]) == {BlockKind.BOILERPLATE}
    alone = split_sentences("About 200 people work at the mill of Borealis.")
    assert alone[0].kind is BlockKind.PARAGRAPH


def test_a_numbered_figure_is_a_caption() -> None:
    for text in (
        "Figure 1 - Bedrock geology and exploration targets of the property.",
        "Figure 2 shows the inversion model of the mine.",
    ):
        assert split_sentences(text)[0].kind is BlockKind.CAPTION


def test_a_form_of_company_in_two_parts_ends_no_sentence() -> None:
    text = "UPC PTE. LTD., a maker of magnets, and Acme Co. Ltd. announced a deal. It is new."
    assert [s.text for s in split_sentences(text)] == [text.removesuffix(" It is new."), "It is new."]
