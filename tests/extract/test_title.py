"""A page's title is told from all that it calls itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.extract.html_article import parse_page
from newsletter.extract.meta import read_meta
from newsletter.extract.page import render_blocks

TEXT = (
    "The company said on Tuesday that it had produced 2,080 tonnes of neodymium-praseodymium oxide in the three "
    "months to December, up from 1,650 tonnes a year earlier, and confirmed its plans for the new plant in Texas."
)
URL = "https://www.mining-post.example/metals/refiner-lifts-magnet-metal-output"


def title_of(*, head: str = "", body: str = "", url: str = URL) -> str:
    page = f"<html><head>{head}</head><body>{body}<p>{TEXT}</p><p>{TEXT}</p></body></html>"
    root = parse_page(page)
    assert root is not None
    return read_meta(root, render_blocks(root), url).title


NAME = "Refiner lifts magnet metal output"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (f"<title>{NAME} | Mining Post</title>", f"<h1>{NAME}</h1>"),
        (f"<title>{NAME} - Metals - Mining Post</title>", f"<h1>Mining Post</h1><h2>{NAME}</h2>"),
        (f"<title>Mining Post: {NAME}</title><meta property='og:site_name' content='Mining Post'>", f"<h1>{NAME}</h1>"),
        ("<title>Mining Post</title><meta property='og:title' content='Mining Post'>", f"<h1>{NAME}</h1>"),
        (f"<meta property='og:title' content='{NAME}'><title>{NAME} – Mining Post</title>", "<h1>Mining Post</h1>"),
        (f"<title>{NAME}&nbsp;&raquo; Mining Post</title>",
         f"<div class='logo'><h1>Mining Post</h1></div><h1 class='headline'>{NAME}</h1>"),
        ((f"<title>Magnet metals up at refiner, says chief | Mining Post</title><meta property='og:title' "
          f"content='{NAME}'>"),
         f"<h1>{NAME}</h1>"),
    ],
    ids=["site behind", "logo heading", "site before", "only heading", "only declared", "two headings",
         "search wording"],
)  # fmt: skip
def test_the_title_is_the_headline_without_the_sites_name(head: str, body: str) -> None:
    assert title_of(head=head, body=body) == NAME


@pytest.mark.parametrize("kicker", ["Viewpoint: ", "Opinion | ", "Sponsored content: "])
def test_what_says_whose_words_a_page_holds_stays_with_its_title(kicker: str) -> None:
    head = f"<title>{kicker}{NAME} | Mining Post</title>"
    assert title_of(head=head, body=f"<h1>{kicker}{NAME}</h1>").startswith(kicker.strip())


@pytest.mark.parametrize(
    ("kicker", "site", "kept"),
    [
        ("Kiruna: ", "Mining Post", True),
        ("First quarter: ", "Acme", True),
        ("Mining Post: ", "Mining Post", False),
    ],
)
def test_what_the_heading_names_before_a_colon_stays_but_for_the_sites_name(
    kicker: str, site: str, *, kept: bool
) -> None:
    name = "48 metres at 2.9 per cent"
    head = f"<title>{kicker}{name} | {site}</title><meta property='og:site_name' content='{site}'>"
    found = title_of(
        head=head, body=f"<h1>{kicker}{name}</h1>", url="https://www.mining-post.example/48-metres"
    )
    assert found == (kicker + name if kept else name)


def test_entities_and_markup_are_not_in_a_title() -> None:
    assert (
        title_of(head="<title>Rare &amp;amp; dear</title>", body="<h1>Rare <em>&amp;</em>\n dear</h1>")
        == "Rare & dear"
    )


def test_a_page_that_calls_itself_nothing_has_no_title() -> None:
    assert title_of() == ""


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.text(st.characters(codec="utf-8"), max_size=30), min_size=3, max_size=3), st.text(max_size=20)
)
def test_whatever_a_page_calls_itself_its_title_is_one_line(names: list[str], url: str) -> None:
    head, top, second = (name.replace("<", "") for name in names)
    found = title_of(head=f"<title>{head}</title>", body=f"<h1>{top}</h1><h2>{second}</h2>", url=url)
    assert found == " ".join(found.split())
