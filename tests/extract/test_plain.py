"""Plain documents become articles: the seed above all, and documents like it in general."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.extract.clean import clean_text
from newsletter.extract.document_parts import find_origin, is_state_owned
from newsletter.extract.html_blocks import parse_blocks
from newsletter.extract.line_dates import find_date
from newsletter.extract.plain import extract_text
from tests.support.factories import SEED
from tests.support.growth import grows_evenly
from tests.support.whole_sets import SHORTER

SHIPPED = SEED.read_text(encoding="utf-8")
PARAGRAPHS = [
    (
        "The company said on Tuesday that it had produced 2,080 tonnes of neodymium-praseodymium oxide in the "
        "three months to December, up from 1,650 tonnes a year earlier."
    ),
    (
        "It expects the first dysprosium oxide from its new separation circuit in June, subject to final permits "
        "from the regulator, and plans to expand the line within two years."
    ),
    (
        "Analysts had forecast a lower figure. Shares rose 4% in Sydney, the most since August, as investors "
        "welcomed the result and the outlook for magnet demand."
    ),
]


def make_document(*middle: str, before: str = "", after: str = "") -> str:
    body = "\n\n".join([*middle, *PARAGRAPHS])
    return (
        f"{before}Refiner lifts magnet metal output in December quarter\n\n12 March 2026\n\n{body}\n\n{after}"
    )


def test_the_seed_gives_its_title_its_day_and_who_wrote_it() -> None:
    seed = extract_text(SHIPPED)
    assert seed.title == (
        "Baogang Group Signals Strategic Acceleration in Rare Earths, Green Steel, and Industrial Technology for 2026"
    )
    assert seed.published == datetime(2026, 1, 4, tzinfo=UTC)
    assert seed.published_is_date
    assert seed.byline == "Daniel"
    assert seed.language == "en"


def test_the_seeds_body_is_whole_and_holds_nothing_else() -> None:
    text = extract_text(SHIPPED).text
    blocks = text.split("\n\n")
    assert blocks[0].startswith("In its 2026 New Year’s Message, Baogang Group, one of China’s largest")
    assert blocks[-1].endswith("alternative supply chains, pricing benchmarks, and technology independence.")
    headings = (
        "Key Business Updates Worth Noting",
        "Technology, Decarbonization, and Export Signals",
        "Why This Matters for the U.S. and the West",
    )
    assert all(heading in blocks for heading in headings)
    assert sum(block.startswith("• ") for block in blocks) == 5
    assert len(blocks) == 15
    for chrome in ("opens in a new tab", "wp:paragraph", "Search", "Recent Reex", "Inbox", "Comment", "Disclaimer",
                   "Inspired to launch", "Supra", "Highlights", "Jan 4", "strengthening supply chain"):  # fmt: skip
        assert chrome not in text


def test_the_seeds_highlights_disclaimer_and_related_headlines_stand_apart() -> None:
    seed = extract_text(SHIPPED)
    assert len(seed.publisher_highlights) == 3
    assert seed.publisher_highlights[0].startswith("Baogang Group completed China's 14th Five-Year Plan")
    assert seed.disclaimer is not None
    assert seed.disclaimer.startswith(
        "Disclaimer: This report originates from Baogang Daily, a publication of"
    )
    assert seed.disclaimer.endswith("before forming business, policy, or investment conclusions.")
    assert seed.origin == "Baogang Daily"
    assert seed.related == (
        "Supra Launches to Recover Gallium and Scandium From Waste - Promising Chemistry, Early-Stage Risk",
        "Wall Street Bets on a “White House Put” for Rare Earths ? Investors Should Still Read the Fine Print",
        "China's 'Flying Aircraft Carrier': Sci-Fi Spectacle, Real Supply-Chain Signal",
        "Heavy Rare Earth Element Deposits in Europe",
    )
    assert len(seed.repairs) == 19


def test_menus_before_and_forms_after_an_article_are_left_out() -> None:
    before = "Menu\n\n* Home\n* Markets\n* Mining\n* About us\n* Contact\n\n"
    after = (
        "Share\n\nLeave a Reply\n\nYour email address will not be published.\n\nSubscribe to our newsletter\n"
    )
    found = extract_text(make_document(before=before, after=after))
    assert found.title == "Refiner lifts magnet metal output in December quarter"
    assert found.text == "\n\n".join(PARAGRAPHS)
    assert found.published == datetime(2026, 3, 12, tzinfo=UTC)


def test_a_document_broken_at_a_fixed_width_gets_its_paragraphs_back() -> None:
    wrapped = []
    for paragraph in PARAGRAPHS:
        line = ""
        for word in paragraph.split():
            if len(line) + len(word) > 70:
                wrapped.append(line.strip())
                line = ""
            line += " " + word
        wrapped += [line.strip(), ""]
    assert [block.text for block in parse_blocks("\n".join(wrapped))] == PARAGRAPHS


def test_a_disclaimer_under_a_heading_of_its_own_is_found() -> None:
    words = (
        "This article is based on a report by Xinhua, which is state-controlled. Verify before acting on it."
    )
    found = extract_text(make_document(after=f"Disclaimer\n\n{words}\n"))
    assert found.disclaimer == words
    assert found.origin == "Xinhua"
    assert "Verify" not in found.text


@pytest.mark.parametrize(
    ("disclaimer", "origin"),
    [
        ("Disclaimer: This report originates from Baogang Daily, a publication of a state-owned enterprise.",
         "Baogang Daily"),
        ("Disclaimer: the article was first published by China Daily.", "China Daily"),
        ("Disclaimer: information is sourced from the People's Daily and not verified.", "People's Daily"),
        ("Disclaimer: This is not investment advice.", None),
        (None, None),
    ],
)  # fmt: skip
def test_the_origin_is_read_from_the_disclaimer(disclaimer: str | None, origin: str | None) -> None:
    assert find_origin(disclaimer) == origin


def test_state_ownership_is_read_from_the_disclaimer() -> None:
    assert is_state_owned("a publication of a state-owned Chinese enterprise")
    assert is_state_owned("The outlet is government-run.")
    assert not is_state_owned("an independent weekly")


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Jan 4, 2026", (2026, 1, 4)),
        ("Published: 4 January 2026 at 10:00", (2026, 1, 4)),
        ("2026-01-04", (2026, 1, 4)),
        ("4. Dezember 2025", (2025, 12, 4)),
        ("4 de enero de 2026", (2026, 1, 4)),
        ("2026年1月4日", (2026, 1, 4)),
        ("04.01.2026", (2026, 1, 4)),
        ("01/04/2026", None),
        ("February 30, 2026", None),
        ("Five-Year Plan (2026–2030)", None),
    ],
)
def test_dates_are_read_in_common_forms_and_never_guessed(
    line: str, day: tuple[int, int, int] | None
) -> None:
    found = find_date(line)
    assert (found and (found[0].year, found[0].month, found[0].day)) == day


def test_invisible_characters_and_leaked_markup_are_removed() -> None:
    dirty = "soft\xadhyphen zero\u200bwidth \u202eoverride\u202c bell\x07 <!-- wp:paragraph -->x</p> e\u0301"
    assert clean_text(dirty) == "softhyphen zerowidth override bell x é"
    assert clean_text("می\u200cخواهم") == "می\u200cخواهم"


def test_quotation_marks_of_typewriters_are_quotation_marks() -> None:
    typed = "''It's sold,'' she said. ``We paid.'' A 5'10'' man and the dogs'' yard."
    assert clean_text(typed) == "\"It's sold,\" she said. \"We paid.\" A 5'10'' man and the dogs'' yard."


@pytest.mark.parametrize("text", ["", " \n\n ", "Menu\nHome\nSearch", "\x00\x01\x02" * 50, "• " * 100])
def test_a_document_without_running_text_has_no_text(text: str) -> None:
    assert extract_text(text).text == ""


@settings(deadline=None, max_examples=60)
@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    found = extract_text(text)
    assert "\u200b" not in found.text
    assert "\n\n\n" not in found.text


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from([*SHIPPED.split("\n"), *PARAGRAPHS, "* x", "By Ann Lee", "Disclaimer:"]), max_size=60
    )
)
def test_lines_in_any_order_give_only_lines_that_were_there(lines: list[str]) -> None:
    found = extract_text("\n".join(lines))
    source = clean_text("\n".join(lines)) + extract_text(SHIPPED).text
    assert all(block.removeprefix("• ")[:30] in source or found.repairs for block in found.text.split("\n\n"))


@pytest.mark.parametrize("text", ["word ", "line\n", "â€", "<!-- ", "• ", "\n"])
def test_time_grows_with_the_document_and_no_faster(text: str) -> None:
    most = 2_000_000 // SHORTER  # no more is read of one
    assert grows_evenly(lambda size: extract_text((text * size)[:size]), most)


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("Output rose to **26 tonnes**, *Le Monde* said.", "Output rose to 26 tonnes, Le Monde said."),
        ("## Outlook\n__Sales__ fell.", "Outlook\nSales fell."),
        ("5*3*2 is 30; price* and volume* are net.", "5*3*2 is 30; price* and volume* are net."),
        ("* One point\n* Another point", "* One point\n* Another point"),
        ("Dear *|FNAME|*, hello", "Dear *|FNAME|*, hello"),
        ("a snake_case_name and #1 of ten", "a snake_case_name and #1 of ten"),
    ],
)
def test_markdown_that_nobody_rendered_is_taken_out(dirty: str, clean: str) -> None:
    assert clean_text(dirty) == clean
