"""A document as a list of blocks: paragraphs, headings, bullets. Pure."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

import regex

from newsletter.extract.clean import clean_text, squeeze

_BULLET = regex.compile(r"(?:[•·▪▸►◦‣●○■□➤➢✓✔∙\uf0b7]\s*|[*+–-]\s+)(?=\S)")
_ONLY_MARKS = regex.compile(r"[\W_]*")
_WRAP = range(50, 101)  # columns at which mail programs and terminals break lines
_COLUMNS = regex.compile(r"\S {3,}\S")  # of a table
_MIN_WRAPPED = 3  # lines that go on, before a document counts as broken into lines
BULLET = "• "

MOSTLY_LINKS = 0.5  # of a block's characters


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table in HTML."""

    table: int  # number within the page
    number: int  # within the table
    spans: tuple[tuple[int, int], ...]  # of each of its cells, through how many columns and rows it goes


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a block stands in a table."""

    row: Row
    place: int  # among the cells of the row


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, a heading or a bullet, on one line."""

    text: str
    bullet: bool = False
    heading: bool = False  # the document's own markup says so
    level: int = 0  # of such a heading, 1 to 6
    indent: int = 0  # columns in plain text, depth of nesting in HTML
    links: float = 0.0  # share of the characters that are link text, in HTML
    marks: frozenset[str] = frozenset()  # what its surroundings in HTML say of it
    boxes: tuple[int, ...] = ()  # the elements that it stands in, outermost first: numbers within the page
    kind: str = ""  # what the innermost two of them look like: blocks of one kind are styled alike
    cell: Cell | None = None  # the innermost that it stands in

    @property
    def shown(self) -> str:
        """The block as it stands in an article's text."""
        return BULLET + self.text if self.bullet else self.text


def join_blocks(blocks: Iterable[Block]) -> str:
    """The blocks as a text, parted by one empty line."""
    return "\n\n".join(block.shown for block in blocks)


def has_lines(text: str) -> bool:
    """Whether the lines of preformatted text mean something: paragraphs, or rows with columns."""
    return "\n\n" in text.strip() or len(_COLUMNS.findall(text)) >= _MIN_WRAPPED


def parse_blocks(text: str) -> list[Block]:
    """The blocks of a plain-text document, in order.

    A line is a block, but for documents broken at a fixed width, whose paragraphs are put together again.
    """
    lines = [
        (len(line) - len(line.lstrip()), line.strip()) for line in clean_text(text).expandtabs(4).split("\n")
    ]
    if _is_wrapped([line for _, line in lines]):
        lines = _unwrap(lines)
    return [block for indent, line in lines if (block := make_block(line, indent=indent))]


def make_block(line: str, *, indent: int = 0) -> Block | None:
    """A block made from one cleaned line; None where nothing can be read in it."""
    line = squeeze(line)
    marker = _BULLET.match(line)
    text = line[marker.end() :].strip() if marker else line
    if _ONLY_MARKS.fullmatch(text):
        return None
    return Block(text=text, bullet=marker is not None, indent=indent)


def _goes_on(line: str, following: str) -> bool:
    if not line or not following or _COLUMNS.search(line) or _COLUMNS.search(following):
        return False
    return len(line) in _WRAP and not _BULLET.match(following)


def _is_wrapped(lines: list[str]) -> bool:
    """Whether most running text is broken at one width."""
    long = [len(line) for line in lines if len(line) >= _WRAP.start]
    if len(long) < _MIN_WRAPPED or max(long) > _WRAP.stop:
        return False
    going = [len(line) for line, following in itertools.pairwise(lines) if _goes_on(line, following)]
    return (
        len(going) >= _MIN_WRAPPED
        and len(going) > len(long) / 2
        and statistics.pstdev(going) < statistics.mean(going) / 6
    )


def _unwrap(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    joined: list[tuple[int, str]] = []
    open_line = ""
    for indent, line in lines:
        if joined and _goes_on(open_line, line):
            first, text = joined[-1]
            joined[-1] = (first, f"{text} {line}")
        else:
            joined.append((indent, line))
        open_line = line
    return joined
