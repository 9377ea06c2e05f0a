"""Text into blocks, and what each block is: a paragraph, a point of a list, a heading, a table, small print. Pure.

Text may come with one block a line, with empty lines between blocks, hard-wrapped, as one long paragraph, or
tokenized and in lower case. A block ends at an empty line always, and at a single line end unless the line was
plainly wrapped there.
"""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum


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
    # Sentences that are about the text and not about its subject (`asides.py`):
    STUDIO = "studio"  # who spoke to whom, greetings
    BIOGRAPHY = "biography"  # of the author, and whose views they are
    NO_ANSWER = "no answer"  # who did not reply
    READING = "reading"  # how the text or its table is to be read
    FORMULA = "formula"  # of a notice: by which power, done where, signed by whom
    PROTOCOL = "protocol"  # who attended
    QUALITY = "quality"  # how samples were handled and checked
    CALL = "call"  # what the reader should do


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of a text, without the white space around it."""

    start: int
    end: int
    kind: BlockKind


_BULLET = re.compile(r"[^\S\n]*(?:[•·▪◦‣●○■][^\S\n]*|(?:[–—*+-]|\(?\d{1,2}[.)]|\(?[a-z]\))[^\S\n]+)(?=\S)")
_TIME_ONLY = re.compile(r"\d{1,2}[:.h]\d{2}(?:\s?[ap]\.?m\.?)?(?:\s[A-Z]{2,4})?")
_NUMBERED = re.compile(r"\(?\d{1,2}[.)]\s")
_FIGURE = re.compile(
    r"[([]?[+−–-]?[A-Z]{0,3}[$£€¥]?\d[\d,.]*(?:[–-]\d[\d,.]*)?%?[)\]]?|[–—-]|n/?a|unch(?:anged)?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_LINE = re.compile(r"[^\n]*")
_TERMINAL = re.compile(r"[.!?…。:;][\"'”’»)\]]*\s*$")
_CAPTION = re.compile(
    r"^(?:photos?|images?|pictures?|pictured|figure|fig\.|table|chart|graphic|infographic|video|file photo|source|"
    r"credits?|photograph|illustration|screenshot|caption)\b[^.!?]{0,40}(?::|\bby\b|courtesy|credit|©|\|)"
    r"|\b(?:getty images|shutterstock|photo credit|courtesy of|file photo|image credit|photo by|images? sourced)\b.{0,60}$"
    r"|^!?\[[^\]]*\]\(\S*\)|^©|^(?:figure|fig\.|table|chart|exhibit)\s?\d+\w?\s?[-–—:.|]|^(?:figure|table|chart|exhibit) \d+\w? (?:shows|illustrates|presents|depicts)\b",
)  # of lower case: several times as fast as ignoring case
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DATE_ONLY = re.compile(
    rf"^(?:(?:published|updated|posted|last updated)\b\W*)?(?:[A-Z][a-z]+day,?\s+)?(?:{_MONTH}\s+\d{{1,2}},?\s+\d{{4}}"
    rf"|\d{{1,2}}\s+{_MONTH}\s+\d{{4}}|\d{{4}}-\d\d-\d\d|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}})\b.{{0,30}}$",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"^(?:[Bb]y|[Ww]ritten by|[Rr]eported by|[Rr]eporting by|[Ee]dited by|[Ee]diting by)\s+[A-Z][\w.'’-]+(?:[\s,]+(?:and\s+)?[A-Z][\w.'’-]*){0,6}\W*$"
)
_BOILER_HEADING = re.compile(
    r"^\W*(?:about\s+(?:the\s+)?[A-Z]|notes?\s+to\s+editors?|forward[- ]looking|cautionary|safe harbou?r|disclaimers?|"
    r"(?:media|investor|press|company|for more|further)?\s*(?:relations|information|contacts?|enquiries|inquiries)\b"
    r"|contacts?\b|for (?:more|further) information|sources?:|disclosures?\b|references?:?$|related (?:articles|news|stories|posts)"
    r"|qualified persons?|competent persons?|neither the tsx|view (?:the )?(?:original|source)|additional resources)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"^\W*(?:About|ABOUT)\s+(?:the\s+)?(?=[A-Z])(?:[A-Z][\w&.,’'()-]*|of|and|the|for|de)(?:\s+(?:[A-Z(][\w&.,:’'()-]*|of|and|the|for|de|&)){0,9}:?$"
    r"|^\W*(?:About|ABOUT) (?:us|Us|US)\W*$"
)
# "About Acme Ltd. Based in Ontario, Acme …": the same run into its paragraph; the name comes again.
_ABOUT_RUN_IN = re.compile(
    r"^About\s(?:the\s)?(?P<name>[A-Z][\w&’'-]+)(?:\s(?:[A-Z(][\w&.,’'()-]*|of|and|the|for|&)){0,8}\s(?=.*\b(?P=name)\b)",
    re.DOTALL,
)
_BOILER = re.compile(
    r"forward[- ]looking (?:statements?|information)|\bsafe harbou?r\b|no obligation to update|undertakes? no obligation"
    r"|for (?:more|further|additional) information,? (?:please )?(?:visit|contact|see|about|on)|^(?:please )?(?:visit|contact|follow|subscribe|click|sign up)\b"
    r"|\bclick here\b|\b(?:may|can) be (?:found|accessed|viewed) (?:here|at|on)\b|all rights reserved|^©|\bsponsored content\b|not (?:intended (?:to be|as)|constitute|be construed as) (?:\w+ ){0,4}advice"
    r"|informational purposes only|^disclaimer\b|should be independently verified|(?:originally (?:published|appeared)|appeared first) on|^source:"
    r"|view (?:the )?(?:original|source|full) (?:release|version|press)|accepts responsibility for the (?:adequacy|accuracy)"
    r"|(?:tsx venture|regulation services) .{0,60}responsibility|past performance|risks and uncertainties|risk factors"
    r"|actual results (?:may|could|to) differ|by words such as|\bto learn more\b|read (?:further|more) (?:here|at)|^(?:read|see) (?:more|also)\b"
    r"|disseminated on behalf of|paid advertis|^notes? to (?:investors|editors|readers)|newsroom\b|(?:shares|stock|securities|units) (?:(?!expected|will)\w+ ){0,3}(?:trade|are traded|are listed|is listed)\b"
    r"|^(?!.*\b(?:will|expected to|began|begins?|commenced?|anticipated to)\s(?:\w+\s)?(?:trad(?:e|ing)|operate|list)).*under the (?:ticker )?symbols?\b|\bpar value\b|(?:participants|attendees|investors|shareholders|callers|listeners) (?:can|may|should|are invited|wishing|who wish)\b"
    r"|may not (?:yield|be successful|prove)|no (?:assurance|guarantee)s? (?:that|can|of)|there can be no|\b(?:webcast|dial-in|replay|conference id)\b|latest news and updates"
    r"|for (?:the )?(?:full|complete) (?:details|terms|disclaimers?)|\btrademarks? of\b|press release (?:may )?contains?|\bsec(?:’s|'s)? (?:website|filings)|www\.sec\.gov"
    r"|has not (?:independently )?verified|qualified person|national instrument 43-101|reviewed and approved (?:the|by)|compensated? (?:by|for|up to)"
    r"|\bunsubscribe\b|^(?:save|share|print|email) (?:this|article)|(?:cookies?|privacy) policy|this article (?:was|has been|is)\b"
    r"|registration statement on form|proxy statement(?:/| and )prospectus|\bfiled with the (?:sec|(?:u\.?s\.? )?securities and exchange)\b|^additional information (?:about|on|regarding|concerning)\b"
    r"|accepts? no (?:liability|responsibility)|offer to sell|solicitation of|\bsecurities act\b|newsletter\b.{0,40}\binbox"
    r"|^(?:e-?mail|tel|phone|telephone|website|twitter|linkedin)\b\W|\S+@\S+\.\w+|^https?://\S+$|^www\.\S+$",
)  # of lower case: several times as fast as ignoring case


def read_blocks(text: str) -> list[Block]:
    """Cut ``text`` into blocks and say what each is."""
    found = [
        Block(start=start, end=end, kind=_kind(text[start:end], after_gap=gap))
        for start, end, gap in _lines(text)
    ]
    return _with_headings(text, _with_tables(text, found))


def _with_tables(text: str, blocks: list[Block]) -> list[Block]:
    """Two rows of figures on end are a table, and the line above them is its head where it is no sentence."""
    rows = {n for n, block in enumerate(blocks) if is_row(text[block.start : block.end])}
    table = {n for n in rows if {n - 1, n + 1} & rows}
    table |= {
        n - 1 for n in table if n and not _TERMINAL.search(text[blocks[n - 1].start : blocks[n - 1].end])
    }
    return [replace(b, kind=BlockKind.TABLE) if n in table else b for n, b in enumerate(blocks)]


def is_row(line: str) -> bool:
    """Whether a line is a row of figures: two cells of three are, or are parted by marks; years do not count."""
    if _TERMINAL.search(line):
        return False
    cells = line.split()
    figures = sum(_FIGURE.fullmatch(cell) is not None and not _YEAR.fullmatch(cell) for cell in cells)
    ends = len(cells) > 2 and all(_FIGURE.fullmatch(cell) for cell in cells[-2:])
    return figures >= 2 and (ends or figures >= 0.3 * len(cells) or len(re.findall(r"[|\t]", line)) > 1)


def _with_headings(text: str, blocks: list[Block]) -> list[Block]:
    """A short numbered line without a full stop heads the paragraph that stands below it."""

    def heads(n: int) -> bool:
        line = text[blocks[n].start : blocks[n].end]
        below = blocks[n + 1].kind if n + 1 < len(blocks) else None
        return (
            blocks[n].kind is BlockKind.BULLET
            and _NUMBERED.match(line) is not None
            and len(line.split()) <= 12
            and not _TERMINAL.search(line)
            and below is BlockKind.PARAGRAPH
        )

    return [replace(b, kind=BlockKind.HEADING) if heads(n) else b for n, b in enumerate(blocks)]


def find_mark(block: str) -> int:
    """Where the text of a point of a list begins behind its mark; 0 where it has none."""
    mark = _BULLET.match(block)
    return mark.end() if mark else 0


def _lines(text: str) -> list[tuple[int, int, bool]]:
    """Spans of blocks and whether an empty line stands before each; wrapped lines are joined."""
    spans: list[tuple[int, int, bool]] = []
    gap = True
    for match in _LINE.finditer(text):
        start, end = match.span()
        stripped = text[start:end].strip()
        if not stripped:
            gap = gap or end > start or (start > 0 and text[start - 1] == "\n")
            continue
        start += len(text[start:end]) - len(text[start:end].lstrip())
        end = start + len(stripped)
        if spans and not gap and _continues(text[spans[-1][0] : spans[-1][1]], stripped):
            spans[-1] = (spans[-1][0], end, spans[-1][2])
        else:
            spans.append((start, end, gap))
        gap = False
    return spans


def _continues(before: str, line: str) -> bool:
    """Whether ``line`` goes on with a paragraph that was wrapped, not with a new block."""
    if _TERMINAL.search(before) or _BULLET.match(line) or is_row(line):
        return False
    last = before.rsplit("\n", 1)[-1]
    return line[0].islower() or (len(last) > 60 and not line.isupper() and last[-1:] in ",-–—")


def _kind(block: str, *, after_gap: bool) -> BlockKind:  # noqa: PLR0911 - one return a kind
    if len(block) < 240 and _CAPTION.search(block.lower()):
        return BlockKind.CAPTION
    if _DATE_ONLY.match(block) or _BYLINE.match(block):
        return BlockKind.DATELINE
    if _TIME_ONLY.fullmatch(block):
        return BlockKind.TIME
    if _is_title_case(block):
        return BlockKind.HEADING
    if _BULLET.match(block):
        return BlockKind.BULLET
    words = len(block.split())
    if words <= 16 and not _TERMINAL.search(block) and block[-1] != ",":
        return BlockKind.HEADING
    if words <= 8 and block.endswith((":", "?")) and after_gap:
        return BlockKind.HEADING
    return BlockKind.PARAGRAPH


def _is_title_case(block: str) -> bool:
    """Whether a line without a full stop is written like a headline: "Advances Study and Seeks to Lift Output"."""
    words = [word for word in re.findall(r"[A-Za-z][\w’'-]*", block) if len(word) > 3]
    return (
        len(words) >= 5
        and not _TERMINAL.search(block)
        and sum(w[0].isupper() for w in words) >= 0.8 * len(words)
    )


def _ends_boilerplate(heading: str) -> bool:
    """A heading after boilerplate opens the article again only where it looks like one of its own."""
    return (
        len(heading.split()) >= 3 and heading[0].isupper() and not re.search(r"[@|]|https?:|\d{3}", heading)
    )


def opens_boilerplate(block: Block, text: str, *, within: bool) -> bool:
    """Whether small print begins with ``block``, or goes on through it where it is ``within`` some."""
    words = text[block.start : block.end]
    if block.kind is BlockKind.HEADING:
        return bool(_BOILER_HEADING.match(words)) or (within and not _ends_boilerplate(words))
    return within or bool(_ABOUT.match(words) or _ABOUT_RUN_IN.match(words))


def is_boilerplate(sentence: str) -> bool:
    """Whether a sentence is small print wherever it stands."""
    return _BOILER.search(sentence.lower()) is not None
