"""Rows of data become lines; what a table only lays out stays blocks."""

from __future__ import annotations

import pytest

from newsletter.extract.html_article import parse_page
from newsletter.extract.page import render_blocks
from newsletter.extract.table_rows import join_rows
from tests.support.growth import grows_evenly


def rows(table: str, *left_out: str) -> list[str]:
    root = parse_page(f"<html><body><p>Above.</p>{table}<p>Below.</p></body></html>")
    assert root is not None
    blocks = render_blocks(root)
    chosen = [place for place, block in enumerate(blocks) if block.text not in left_out]
    above, *between, below = (block.text for block in join_rows(blocks, chosen))
    assert (above, below) == ("Above.", "Below.")
    return between


def make_table(*lines: str) -> str:
    """A table: cells parted by ";"."""
    return "<table>" + "".join(f"<tr><td>{'<td>'.join(line.split(';'))}</tr>" for line in lines) + "</table>"


def test_a_row_of_short_cells_is_a_line_and_an_empty_cell_keeps_its_column() -> None:
    assert rows(make_table("Product;Low;High", "Tin;<b>31</b> <i>a</i>;", "Lead;;2")) == [
        "| Product | Low | High |",
        "| Tin | 31 a |  |",
        "| Lead |  | 2 |",
    ]


def test_a_cell_that_goes_through_rows_or_columns_stands_in_each_row_once() -> None:
    table = """<table><caption>Prices, $/kg</caption>
    <thead><tr><th rowspan=2>Product<th rowspan="2">Basis<th colspan=2>Price<th rowspan=2>Note</tr>
    <tr><th>Low<th>High</tr></thead>
    <tr><td rowspan=2>Tin<td>fob Callao<td>31<td>34<td>-</tr><tr></tr>
    <tr><td>Lead<td>ex-works<td>1<td>2<td>x</tr></table>"""
    assert rows(table) == [
        "Prices, $/kg",
        "| Product | Basis | Price |  | Note |",
        "| Product | Basis | Low | High | Note |",
        "| Tin | fob Callao | 31 | 34 |  |",
        "| Lead | ex-works | 1 | 2 | x |",
    ]


LONG = "The company said that it had produced more of each metal than in any quarter of the last two years."


@pytest.mark.parametrize(
    "table",
    [
        make_table(f"12 May;{LONG}", f"13 May;{LONG}"),
        make_table("12 May;Output rose again, it said.", "13 May;Output fell at last, it said."),
        make_table("<p>Tin<p>31;a", "<p>Lead<p>2;b"),
        make_table("<h3>Tin</h3>;a", "<h3>Lead</h3>;b"),
        make_table("<ul><li>Tin</ul>;a", "<ul><li>Lead</ul>;b"),
        make_table(f"Links;{make_table('a;b')}", "Tin;31"),
        make_table("Tin | Lead;31", "Iron | Coal;2"),
        make_table("Tin", "Lead"),
        make_table("Tin;31"),
        "<table><td>Tin<td>31</table>",
    ],
)
def test_a_table_that_lays_out_text_stays_blocks(table: str) -> None:
    assert not any(line.startswith("| ") for line in rows(table))


def test_a_line_through_all_columns_is_a_row_of_one_cell_among_rows_of_data() -> None:
    heads, line = "<tr><td>Tin<td>31<tr><td>Lead<td>2", "<tr><td colspan=2>Heavy metals"
    assert rows(f"<table>{heads}{line}</table>")[2:] == ["| Heavy metals |"]
    assert rows(f"<table>{line}{line}<tr><td>Tin<td>31</table>") == [
        "Heavy metals",
        "Heavy metals",
        "Tin",
        "31",
    ]


def test_a_row_is_whole_where_half_of_it_was_chosen_and_else_as_it_was() -> None:
    table = make_table("Tin;31;34", "Lead;1;2", "Iron;8;9")
    assert rows(table, "Tin", "1", "2") == ["| Tin | 31 | 34 |", "Lead", "| Iron | 8 | 9 |"]


def test_what_a_page_says_of_spans_costs_no_more_than_it_is_long() -> None:
    def read(size: int) -> None:
        wide = f"<tr>{'<td rowspan=500 colspan=9999>x' * 30}</tr>"
        rows(f"<table>{wide * (size // 30)}{'<tr><td colspan=² rowspan=-1>y' * size}</table>")

    assert grows_evenly(read, 4_000)
