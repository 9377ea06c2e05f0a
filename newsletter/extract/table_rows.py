"""Rows of data in the tables of an HTML page, each as one line: "| Tin metal | 31 | 34 |". Pure.

The cells of a page are blocks of their own, and the weights that choose the blocks of an article were trained on such
blocks. So rows are joined when the choice has been made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import regex

from newsletter.extract.html_blocks import Block, Row

_LONGEST_CELL = 80  # characters: a longer one is text that a table lays out
_LONGEST_ROW = 400
_FEWEST = 2  # cells of a row, and rows of a table
_MOST_COLUMNS = 40
_SENTENCE = regex.compile(r"(?:\S+\s+){3,}\S+[.!?…。]")


def join_rows(blocks: Sequence[Block], chosen: Sequence[int]) -> list[Block]:
    """The chosen blocks; in place of the cells of a row of data stands the row, whole where half of it was chosen.

    A table that lays out a page has cells with much text or several blocks, or one cell a row: these stay as they are.
    Among rows of data a line that heads some of them is a row of one cell, "| Heavy metals |".
    """
    wanted = set(chosen)
    rows: dict[Row, list[int]] = {}
    for place, block in enumerate(blocks):
        if block.cell:
            rows.setdefault(block.cell.row, []).append(place)
    above: dict[int, dict[int, tuple[int, str]]] = {}  # of each table, what goes on through the rows below
    lines: dict[Row, str] = {}
    for row, places in rows.items():
        texts = {cell.place: blocks[place].text for place in places if (cell := blocks[place].cell)}
        cells = _fill_cells(row, texts, above.setdefault(row.table, {}))
        is_chosen = len(wanted.intersection(places)) * 2 >= len(places)
        is_simple = len(texts) == len(places) and _FEWEST <= len(cells) <= _MOST_COLUMNS
        if is_chosen and is_simple and _is_data([blocks[place] for place in places], places):
            lines[row] = f"| {' | '.join(cells if any(cells[1:]) else cells[:1])} |"
    tables = Counter(row.table for row in lines if len(rows[row]) >= _FEWEST)
    joined = {
        place: replace(blocks[rows[row][0]], text=line) if place == rows[row][0] else None
        for row, line in lines.items()
        if tables[row.table] >= _FEWEST
        for place in rows[row]
    }
    kept = ((place, joined.get(place, blocks[place])) for place in sorted({*wanted, *joined}))
    return [block for _, block in kept if block]


def _is_data(blocks: Sequence[Block], places: Sequence[int]) -> bool:
    """Whether a row's blocks, one a cell, are short and plain, with nothing else between them."""
    return (
        places[-1] - places[0] + 1 == len(places)
        and sum(len(block.text) for block in blocks) <= _LONGEST_ROW
        and not any(
            block.bullet
            or block.heading
            or len(block.text) > _LONGEST_CELL
            or "|" in block.text
            or _SENTENCE.fullmatch(block.text)
            for block in blocks
        )
    )


def _fill_cells(row: Row, texts: Mapping[int, str], above: dict[int, tuple[int, str]]) -> list[str]:
    """What stands in each column of a row; "" in those that are empty, or that a cell before them goes on through.

    ``above`` has the columns that cells of earlier rows fill: until which row, and with what.
    """
    cells: list[str] = []

    def go_on() -> None:
        while (found := above.get(len(cells))) and found[0] >= row.number:
            cells.append(found[1])

    for place, (columns, rows) in enumerate(row.spans):
        go_on()
        if len(cells) > _MOST_COLUMNS:
            break  # no table of prices has as many
        for text in [texts.get(place, ""), *[""] * (columns - 1)]:
            above[len(cells)] = (row.number + rows - 1, text)
            cells.append(text)
    go_on()
    return cells
