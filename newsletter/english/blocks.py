"""Text into blocks, and what each block is: a paragraph, a point of a list, a heading, a table, small print. Pure.

A block is a line: what was wrapped or marked up was put right when the text was read (`extract/`).
"""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from newsletter.english.letters import compile_latin
from newsletter.english.rules import find, matches


class BlockKind(StrEnum):
    """What a piece of text is. Only paragraphs and bullets hold sentences fit to be quoted."""

    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    FACT = "fact"  # a point of a list that states a figure and is no sentence: "Annual output of 26,000 cars"
    HEADING = "heading"
    TABLE = "table"  # a row of a table, or its head
    CAPTION = "caption"  # of a picture, and its credit
    DATELINE = "dateline"  # a place or a date alone on its line
    BOILERPLATE = "boilerplate"  # disclaimers, contacts, "About the company", forward-looking statements
    # What stands before a sentence in its block and is no part of it (`labels.py`):
    LABEL = "label"  # a heading that was run in: "Support Services –"
    TIME = "time"  # of an entry: "17:42"
    SPEAKER = "speaker"  # of a turn: "SMITH:", "Q:"
    # Sentences that are about the text and not about its subject (rows "aside" of the table):
    STUDIO = "studio"  # who spoke to whom, greetings
    BIOGRAPHY = "biography"  # of the author, and whose views they are
    NO_ANSWER = "no answer"  # who did not reply
    READING = "reading"  # how the text or its table is to be read
    FORMULA = "formula"  # of a notice: by which power, done where, signed by whom
    QUALITY = "quality"  # how samples were handled and checked
    CALL = "call"  # what the reader should do


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block: a line of a text that stands at ``start``, without the white space around it."""

    line: str
    start: int
    kind: BlockKind

    @property
    def begin(self) -> int:
        """Where its text begins: that of a point of a list or a numbered heading behind its mark."""
        marked = self.kind in {BlockKind.BULLET, BlockKind.HEADING}
        return self.start + (_find_mark(self.line) if marked else 0)

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.line)


_BULLET = compile_latin(
    r"[^\S\n]*(?:[•·▪◦‣●○■][^\S\n]*|o[^\S\n]+(?=[A-Z\d$€£])"
    r"|(?:[–—*+-]|\(?(?:\d{1,2}|[IVX]{2,5})[.)]|\(?[a-z]\))[^\S\n]+"
    # "1.3 Losses rose", "B. No ferry may sail", "Article 2. The duty is 4%": and no "3.2 Mt", "A. Brown"
    r"|(?:(?:\d\.){1,2}[1-9]\.?|Art(?:icle|\.)\s\d{1,3}[.:)])[^\S\n]+"
    r"(?=(?:[A-Z][a-z]{2,}|I[nft]|O[nf]|A[nst]?|By|To|No)[,\s])"
    r"|[A-K]\.[^\S\n]+(?=(?:The|An?|No|If|Any|All|Each|Every|Where|This|These|In|On|For)\s))(?=\S)"
)
_NUMBERED = re.compile(r"[^\S\n]*\(?\d{1,2}[.)]\s")
_TIME_ONLY = compile_latin(r"\d{1,2}[:.h]\d{2}(?:\s?[ap]\.?m\.?)?(?:\s[A-Z]{2,4})?")
_FIGURE = compile_latin(
    r"[([]?[+−–-]?[A-Z]{0,3}[$£€¥]?\d[\d,.]*(?:[–-]\d[\d,.]*)?%?[)\]]?|[–—-]|n/?a|unch(?:anged)?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_FIGURES = 0.3  # of the cells of a row that no mark begins
_CAPITALS = 0.8  # of the words of a headline that have a capital letter
_CELLS = re.compile(r"(?:^|\s)\|(?=\s|$)")
_LINE = re.compile(r"\S(?:[^\n]*\S)?")
_TERMINAL = re.compile(r"[.!?…。:;][\"'”’»)\]]*\s*$")


_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DATE_ONLY = compile_latin(
    rf"^(?:(?:published|updated|posted|last updated)\b\W*)?(?:[A-Z][a-z]+day,?\s+)?(?:{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}"
    rf"|\d{{1,2}}\s+{_MONTH}\s+\d{{4}}|\d{{4}}-\d\d-\d\d|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}})\b.{{0,30}}$",
    re.IGNORECASE,
)
_BYLINE = compile_latin(
    r"^(?:[Bb]y|[Ww]ritten by|[Rr]eported by|[Rr]eporting by|[Ee]dited by"
    r"|[Ee]diting by)\s+[A-Z][\w.'’-]+(?:[\s,]+(?:and\s+)?[A-Z][\w.'’-]*){0,6}(?:,\s[a-z][\w ’'-]{3,40})?\W*$"
)


def read_blocks(text: str) -> list[Block]:
    """Cut ``text`` into blocks and say what each is.

    Short numbered lines, several, each above a paragraph are headings: "1. Ferry sold".
    """
    found = list(_LINE.finditer(text))
    lines = [line.group() for line in found]
    table = _find_tables(lines)
    kinds = [BlockKind.TABLE if n in table else kind for n, kind in enumerate(map(_kind, lines))]
    heads = [
        n
        for n, (above, below) in enumerate(pairwise(kinds))
        if (above, below) == (BlockKind.BULLET, BlockKind.PARAGRAPH)
        and _NUMBERED.match(lines[n])
        and not _TERMINAL.search(lines[n])
    ]
    return [
        Block(
            line=line,
            start=match.start(),
            kind=BlockKind.HEADING if n in heads and len(heads) > 1 else kind,
        )
        for n, (line, match, kind) in enumerate(zip(lines, found, kinds, strict=True))
    ]


def _find_tables(lines: list[str]) -> set[int]:
    """Two rows of figures on end are a table, and the line above them is its head where it is no sentence.

    A line with three bars between or around its cells is a row, whatever stands around it.
    """
    rows = {n for n, line in enumerate(lines) if _is_row(line)}
    table = {n for n in rows if {n - 1, n + 1} & rows or len(_CELLS.findall(lines[n])) >= 3}
    return table | {n - 1 for n in table if n and not _TERMINAL.search(lines[n - 1]) and lines[n][0] != "|"}


def _is_row(line: str) -> bool:
    """Whether a line is a row of figures: three of ten cells are, or bars part them; years do not count."""
    if len(_CELLS.findall(line)) > 1:
        return True
    if _TERMINAL.search(line):
        return False
    cells = line.split()
    figures = sum(_FIGURE.fullmatch(cell) is not None and not _YEAR.fullmatch(cell) for cell in cells)
    return figures >= 2 and figures >= _FIGURES * len(cells) and not _find_mark(line)


def _find_mark(block: str) -> int:
    """Where the text of a point of a list begins behind its mark; 0 where it has none."""
    mark = _BULLET.match(block)
    return mark.end() if mark else 0


def _kind(block: str) -> BlockKind:
    """What a line is that is no row of a table."""
    if len(block) < 240 and matches("caption", block):
        return BlockKind.CAPTION
    if matches("furniture", block):
        return BlockKind.CALL
    if _DATE_ONLY.match(block) or _BYLINE.match(block):
        return BlockKind.DATELINE
    if _TIME_ONLY.fullmatch(block):
        return BlockKind.TIME
    point = _BULLET.match(block) is not None
    words = len(block.split())
    open_end = words <= 16 and not _TERMINAL.search(block) and block[-1] != ","
    heads = open_end or (words <= 8 and block.endswith((":", "?")))
    if _is_title_case(block) or (heads and not point):
        return BlockKind.HEADING
    return BlockKind.BULLET if point else BlockKind.PARAGRAPH


def _is_title_case(block: str) -> bool:
    """Whether a line without a full stop is written like a headline: "Advances Study and Seeks to Lift Output"."""
    words = [word for word in compile_latin(r"[A-Za-z][\w’'-]*").findall(block) if len(word) > 3]
    return (
        len(words) >= 5
        and not _TERMINAL.search(block)
        and sum(w[0].isupper() for w in words) >= _CAPITALS * len(words)
    )


def opens_boilerplate(block: Block, *, within: bool) -> bool:
    """Whether small print begins with ``block``, or goes on through it where it is ``within`` some."""
    if block.kind is not BlockKind.HEADING:
        return within or matches("about the firm", block.line)
    # A heading opens the article again only where it looks like one of its own.
    own = len(block.line.split()) >= 3 and not re.search(r"[@|]|https?:|\d{3}", block.line)
    return matches("small print begins", block.line) or (within and not own)


_LONGEST_ASIDE = 60  # words


def find_aside(sentence: str) -> BlockKind | None:
    """What a sentence is that is about the text and not about its subject; None for any other."""
    found = find("aside", sentence) if len(sentence.split()) <= _LONGEST_ASIDE else None
    return BlockKind(found[0].kind) if found else None
