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
        ["A Yahoo! Finance report says so!", "Yum! Brands does not."],
        ["Acme has ended Phase I.", "The mill of A. I. Brown is next."],
        ["TAMPA, Fla. — Acme closed.", "It was old."],
        ["EDEN, MINN. - March 5, 2026 (NEWSWIRE) - Acme Corp. (ACM) closed.", "It was old."],
        ["SAN DIEGO, Calif. (Nov. 5, 2025) – Acme closed.", "It was old."],
        ["Nobody asks what becomes of AI.1", "Today Acme sailed."],
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


def test_lines_of_a_list_are_no_wrapped_text() -> None:
    text = (
        "Norhavn opens a second mill in Tallin after two years\nBaltia buys eleven trains\n"
        "Lund shuts its old bridge to lorries of twelve tonnes"
    )
    assert len(split_sentences(text)) == 3


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


def test_a_text_begins_with_no_small_print() -> None:
    found = split_sentences(
        "[Source: Department of Ports]  [Date: 2026-05-14]\n\nThe Ministry of Ports has let 90 ferries sail in May."
    )
    assert [sentence.kind for sentence in found][-1] is BlockKind.PARAGRAPH


def test_a_footnote_between_backslashes_ends_no_sentence_less() -> None:
    found = split_sentences("Lund published its notice on April 6.\\1\\ On June 2 it postponed the rule.")
    assert len(found) == 2


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
    text = "Acme Co., Ltd. (A-share: 600690.SH) announced a deal. It is new."
    assert [s.text for s in split_sentences(text)] == [text.removesuffix(" It is new."), "It is new."]


def test_where_a_stock_will_trade_is_news_and_where_it_trades_is_not() -> None:
    news = "From Monday, the common stock is expected to trade on Nasdaq under the symbol ACME."
    standing = "The shares of Acme trade on Nasdaq under the symbol ACME."
    kinds = [s.kind for s in split_sentences(f"{news}\n\n{standing}")]
    assert kinds == [BlockKind.PARAGRAPH, BlockKind.BOILERPLATE]


def test_an_adjusted_figure_is_not_cut_from_its_word() -> None:
    assert texts("Adj. EBITDA fell by 4% in May. Acme sails.") == [
        "Adj. EBITDA fell by 4% in May.",
        "Acme sails.",
    ]


def test_a_heading_that_a_page_glued_to_its_text_is_a_sentence_of_its_own() -> None:
    text = "Expanded Fleet Across OsloThe firm bought 31 ferries. Why It MattersAccording to Acme it pays. It sold two to YouTube In Norway. BuiltWith data show it."
    assert texts(text) == [
        "Expanded Fleet Across Oslo",
        "The firm bought 31 ferries.",
        "Why It Matters",
        "According to Acme it pays.",
        "It sold two to YouTube In Norway.",
        "BuiltWith data show it.",
    ]


def test_what_stands_behind_a_dateline_is_no_small_print() -> None:
    said = "Acme has filed its results, which can be accessed at the link below, and expects its trains to run again."
    (lead,) = split_sentences(f"OSLO, Norway - October 29, 2025 (NEWSMILL) - {said}")
    (alone,) = split_sentences(said)
    assert (lead.kind, alone.kind) == (BlockKind.PARAGRAPH, BlockKind.BOILERPLATE)


def test_a_heading_may_end_with_a_word_that_is_also_short_for_another() -> None:
    text = "Acme sold its mill at Ribe in May."
    heads = ["Modern Art", "Old Rates", "New Fig"]
    assert texts("\n\n".join(f"{head}. {text}" for head in heads)) == [
        part for head in heads for part in (head, text)
    ]


def test_forms_of_companies_make_no_headings_of_a_list_of_names() -> None:
    names = ["Acme Exchange Sdn. Bhd.", "Ribe Sun Sdn. Bhd.", "Lund Trade (M) Pvt. Ltd.", "Foo In Sdn. Bhd."]
    assert texts("\n\n".join(f"{number}. {name}" for number, name in enumerate(names, 1))) == names


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (
            "Why Oslo Is A Good Place For FerriesAcme has 31. Acme sails.",
            "Why Oslo Is A Good Place For Ferries",
        ),
        (
            "Why Oslo Is A Good Place For FerriesPolarStar has 31. PolarStar sails.",
            "Why Oslo Is A Good Place For Ferries",
        ),
        ("Novo Ferries and AstraZeneca said no. AstraZeneca sails.", "Novo Ferries and AstraZeneca said no."),
    ],
)
def test_a_heading_is_parted_from_a_name_and_a_name_from_nothing(text: str, first: str) -> None:
    assert texts(text)[0] == first


def test_lines_of_a_name_and_its_value_in_a_row_are_facts() -> None:
    text = (
        "It is intended to grant a licence.\n\nApplicant: Yarl Pty Ltd\n\nArea in square kilometres: 412\n\nTerm: Six years\n\n"
        "Contact: the office\n\nNative title: see below\n\nThe holder must give notice to landowners."
    )
    facts = [sentence.text for sentence in split_sentences(text) if sentence.kind is BlockKind.FACT]
    assert facts == [
        "Applicant: Yarl Pty Ltd\n\nArea in square kilometres: 412\n\nTerm: Six years",
        "Native title: see below",
    ]
    worth = "Value (8%, real): $612 million\n\nReturn: 24.1%\n\nCosts: $438 million\n\nThe yard opens in May."
    assert [one.kind for one in split_sentences(worth)[:3]] == [BlockKind.FACT] * 3
    priced = "Tin: $31/kg\n\nZinc: $3/kg\n\nLead: $2/kg\n\nThe market was calm."
    assert [one.text for one in split_sentences(priced)[:3]] == ["Tin: $31/kg", "Zinc: $3/kg", "Lead: $2/kg"]
    alone = split_sentences("Prices: a survey\n\nThe mill sold 40 tonnes in May.")
    assert alone[0].kind is BlockKind.HEADING


def test_no_sentence_ends_before_the_form_of_a_firm() -> None:
    text = "Lund Services (Oslo) (Pvt.) Ltd. has built a quay. It opens in May."
    assert [one.text for one in split_sentences(text)] == [text[:50], text[51:]]
