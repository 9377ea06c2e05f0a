"""An HTML page as blocks, every word of it: furniture, lists and all. Pure.

Each block keeps what its surroundings in the page say of it: the elements it stands in, and hints in
their class names and ids, by words that are in use on countless sites (after Mozilla's Readability).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import islice, pairwise
from typing import Any

import regex
from lxml import etree
from lxml.html import HtmlElement

from newsletter.data_files import read_data
from newsletter.extract.clean import clean_text, squeeze
from newsletter.extract.html_blocks import Block, Cell, Row, has_lines, parse_blocks

_SKIPPED = frozenset(
    regex.findall(
        r"\S+",
        "script style noscript template svg iframe select option head object math textarea audio video "
        "canvas datalist",
    )
)
_INLINE = frozenset(
    regex.findall(
        r"\S+",
        "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q rp rt ruby s "
        "samp small span strike strong sub sup time tt u var wbr img",
    )
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_TAG_MARKS = {
    "figure": "caption", "figcaption": "caption", "aside": "aside", "nav": "nav", "footer": "footer",
    "header": "header", "form": "form", "button": "form", "blockquote": "quote", "table": "table", "p": "p", "li": "li",
    "article": "article", "main": "article", "pre": "quote", "dl": "li", "address": "author",
}  # fmt: skip
_CLASS_WORDS: dict[str, dict[str, str]] = read_data("newsletter.extract", "class_words.toml")
_NAME_PARTS = regex.compile(r"[\s_-]+")
_WORD_MARKS: dict[str, frozenset[str]] = {}
for _mark, _said in _CLASS_WORDS.items():
    for _word in _said["words"].split():
        for _form in (_word, f"{_word}s"):
            _WORD_MARKS[_form] = _WORD_MARKS.get(_form, frozenset()) | {_mark}
_PART_MARKS = tuple((part, mark) for mark, said in _CLASS_WORDS.items() for part in said["parts"].split())
_HIDDEN = regex.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", regex.IGNORECASE)
MARKS = tuple(dict.fromkeys([*(f"in {mark}" for mark in _TAG_MARKS.values()), *_CLASS_WORDS, "hidden"]))
_HIDDEN_MARK = frozenset({"hidden"})
_MAX_BLOCKS = 10_000
_MAX_CLASS = 300  # characters of class and id that are looked at
_CELLS = frozenset({"td", "th"})
_LONGEST_SPAN = 4  # digits
_MAX_CELLS = 40  # of a row
_MAX_COLUMNS, _MAX_ROWS = 20, 500  # that one cell goes through


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page to be judged: its tree, all that it shows, and what it declares of itself."""

    root: HtmlElement
    blocks: list[Block]
    metas: dict[str, str]  # by lower-case name
    linked: list[dict[str, Any]]  # its schema.org objects
    url: str | None


@dataclass(frozen=True, slots=True)
class _Context:
    """What surrounds the place where the walk is."""

    linked: bool = False
    bullet: bool = False
    level: int = 0
    marks: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Table:
    """A table that the walk is in."""

    number: int
    row: Row | None = None
    place: int = 0  # of the next cell in its row

    def begin_row(self, element: HtmlElement) -> None:
        spans = tuple(
            (_read_span(cell, "colspan", _MAX_COLUMNS), _read_span(cell, "rowspan", _MAX_ROWS))
            for cell in islice(element.iterchildren(*_CELLS), _MAX_CELLS)
        )
        self.row, self.place = Row(self.number, self.row.number + 1 if self.row else 0, spans), 0

    def next_cell(self) -> Cell | None:
        self.place += 1
        return Cell(self.row, self.place - 1) if self.row and self.place <= len(self.row.spans) else None


def _read_span(cell: HtmlElement, name: str, most: int) -> int:
    said = cell.get(name, "").strip()
    return max(1, min(int(said), most)) if said.isdecimal() and len(said) <= _LONGEST_SPAN else 1


@dataclass(slots=True)
class _Builder:
    """Collects text into blocks; a block ends where an element that is not inline begins or ends."""

    blocks: list[Block] = field(default_factory=list)
    boxes: list[int] = field(default_factory=list)  # the open elements that are not inline, outermost first
    kinds: list[str] = field(default_factory=list)  # what each of them looks like
    tables: list[_Table] = field(default_factory=list)  # the open ones
    cells: list[Cell | None] = field(default_factory=list)  # the open ones, None where a table begins
    _pieces: list[str] = field(default_factory=list)
    _linked: int = 0
    _opened: int = 0

    def open(self, element: HtmlElement, tag: str) -> None:
        """An element that is not inline begins."""
        self._opened += 1
        self.boxes.append(self._opened)
        self.kinds.append(f"{tag}.{element.get('class', '')[:_MAX_CLASS]}")
        if tag == "table":
            self.tables.append(_Table(number=self._opened))
            self.cells.append(None)
        elif self.tables and tag == "tr":
            self.tables[-1].begin_row(element)
        elif self.tables and tag in _CELLS:
            self.cells.append(self.tables[-1].next_cell())

    def close(self, tag: str) -> None:
        """An element that is not inline ended."""
        self.boxes.pop()
        self.kinds.pop()
        if tag == "table":
            self.tables.pop()
        if tag == "table" or (self.tables and tag in _CELLS):
            self.cells.pop()

    def add(self, text: str, *, linked: bool) -> None:
        self._pieces.append(text)
        if linked:
            self._linked += len(text.strip())

    def end(self, context: _Context, depth: int) -> None:
        """Make what was collected a block, or one of each line in ``<pre>``. ``depth`` counts every open element."""
        if not self._pieces:
            return
        whole = "".join(self._pieces)
        self._pieces.clear()
        linked, self._linked = self._linked, 0
        if self.kinds and self.kinds[-1].startswith("pre.") and has_lines(whole):
            for line in parse_blocks(whole):
                self._add_block(line.text, 0, context, depth)
        else:
            self._add_block(squeeze(whole), linked, context, depth)

    def _add_block(self, text: str, linked: int, context: _Context, depth: int) -> None:
        cleaned = clean_text(text)
        if cleaned is not text:
            text = squeeze(cleaned)
        if any(char.isalnum() for char in text):
            self.blocks.append(
                Block(
                    text=text,
                    bullet=context.bullet,
                    heading=context.level > 0,
                    level=context.level,
                    links=min(1.0, linked / len(text)),
                    indent=depth,
                    marks=context.marks,
                    boxes=tuple(self.boxes),
                    kind=" ".join(self.kinds[-2:]),
                    cell=self.cells[-1] if self.cells else None,
                )
            )


def render_blocks(root: HtmlElement) -> list[Block]:
    """Every visible block of a page without comments, in order. Goes through the tree once, at any depth."""
    builder = _Builder()
    outer: list[_Context] = []
    context = _Context()
    known: dict[tuple[int, str, str, bool], _Context] = {}
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        tag = element.tag
        skipped, inline = tag in _SKIPPED, tag in _INLINE
        if event == "start":
            if skipped:
                walker.skip_subtree()
                continue
            if not inline:
                builder.end(context, len(outer))
                builder.open(element, tag)
            outer.append(context)
            context = _enter(context, tag, element, known)
            if text := element.text:
                builder.add(text, linked=context.linked)
        elif not skipped:
            if not inline:
                builder.end(context, len(outer))
                builder.close(tag)
            context = outer.pop()
        if event == "end" and (text := element.tail):
            builder.add(text, linked=context.linked)
        if len(builder.blocks) >= _MAX_BLOCKS:
            break
    builder.end(context, 0)
    return builder.blocks


def _enter(
    context: _Context, tag: str, element: HtmlElement, known: dict[tuple[int, str, str, bool], _Context]
) -> _Context:
    """The context inside an element. ``known`` holds those of the same page: it repeats itself."""
    names = f"{element.get('class', '')} {element.get('id', '')}"[:_MAX_CLASS] if tag != "body" else ""
    hidden = element.get("aria-hidden") == "true" or _HIDDEN.search(element.get("style", "")) is not None
    key = id(context), tag, names, hidden  # what is in ``known`` lives as long as it does
    found = known.get(key)
    if found is None:
        found = known[key] = _make_context(context, tag, names, hidden=hidden)
    return found


def _make_context(context: _Context, tag: str, names: str, *, hidden: bool) -> _Context:
    new = _tag_marks(tag)
    if len(names) > 1:
        new |= _name_marks(names)
    if hidden:
        new |= _HIDDEN_MARK
    linked = context.linked or tag == "a"
    bullet = tag in {"li", "dd"} or (context.bullet and tag not in {"ul", "ol", "table"})
    level = _HEADINGS.get(tag, context.level)
    if new <= context.marks and (linked, bullet, level) == (context.linked, context.bullet, context.level):
        return context
    return _Context(linked, bullet, level, context.marks | new)


@cache
def _tag_marks(tag: str) -> frozenset[str]:
    return frozenset({f"in {_TAG_MARKS[tag]}"}) if tag in _TAG_MARKS else frozenset()


@lru_cache(maxsize=8_192)
def _name_marks(names: str) -> frozenset[str]:
    """What the words of a class name and an id, alone and in pairs, and parts of them say."""
    names = names.casefold()
    words = _NAME_PARTS.split(names)
    found = [_WORD_MARKS[word] for word in words if word in _WORD_MARKS]
    found += [_WORD_MARKS[pair] for pair in map("-".join, pairwise(words)) if pair in _WORD_MARKS]
    return frozenset(mark for part, mark in _PART_MARKS if part in names).union(*found)
