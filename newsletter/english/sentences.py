"""Text into sentences, each with its exact span and the kind of block it stands in. Pure.

Written for news and company prose: abbreviations ("U.S.", "No. 18", "Mt. Weld", "Inc."), initials,
prices ("$110/kg."), quotations, bullets and headings. What blocks there are is told by `blocks.py`, what stands
before a block's first sentence by `labels.py`, which sentences are not about the subject by the table.
"""


# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from newsletter.english.blocks import Block, BlockKind, find_aside, opens_boilerplate, read_blocks
from newsletter.english.datelines import strip_dateline
from newsletter.english.fragments import lacks_verb
from newsletter.english.labels import find_labels
from newsletter.english.letters import compile_latin
from newsletter.english.rules import matches, remembered
from newsletter.english.stems import MAY_END, NEVER_ENDS, STOP

__all__ = ["BlockKind", "Sentence", "split_sentences"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence: ``source[start:end] == text``. ``heading`` is the last heading above it."""

    text: str
    start: int
    end: int
    kind: BlockKind
    block: int  # counts blocks from 0
    place: int  # counts sentences within the block from 0
    index: int = 0  # counts sentences from 0
    order: int = 0  # counts those of prose above it
    heading: str = ""

    @property
    def is_prose(self) -> bool:
        """Whether it is of a paragraph or a list: no heading, no caption, no small print."""
        return self.kind in {BlockKind.PARAGRAPH, BlockKind.BULLET, BlockKind.FACT}


_STARTERS = STOP | frozenset(
    "however today meanwhile moreover once two three despite last next shares officials analysts "
    "asked furthermore additionally therefore consequently currently similarly".split()
)
_END = compile_latin(
    r"(?P<mark>[.!?…]+|。)(?P<close>[\"'”’»)\]]*|\s''(?=\s|$)|\s[\"”](?=\s|$))(?P<note>(?:\[\d+\]|\\\d+\\)*"
    r"|(?:(?<=[a-z]{3}\.)|(?<=[A-Z]{2}\.))\d{1,2}(?=\s+[A-Z“\"]))(?P<gap>\s+|$"
    r"|(?<=[a-z\d]{2}\.)(?=[A-Z][a-z]+(?:[’']s)?\s))"
)
_OPENING = "\"'“‘«([`"


_Span = tuple[int, int, BlockKind]


def _is_end(text: str, match: re.Match[str], stop: int) -> bool:
    """Whether the mark that ``match`` found ends a sentence of ``text[:stop]``."""
    after = match.end()
    if after >= stop:
        return True
    follow = text[after:stop].lstrip(_OPENING + " ")
    if match["mark"] == "." and text[match.start() - 1].isspace():
        return True  # tokenized text: the mark stands alone
    if follow[:1].islower():
        return False
    if match["mark"] != ".":
        return not text[max(0, match.start() - len("Yahoo")) : match.start()].endswith(("Yahoo", "Yum"))
    return not _abbreviates(text, match, follow)


def _abbreviates(text: str, match: re.Match[str], follow: str) -> bool:
    line = text[max(0, match.start() - 24) : match.start()]
    word = re.split(r"[\s(\[“\"'‘/—–]", line)[-1]
    low = word.lower()
    if match["close"]:
        return re.match(r"(?:Ltd|Limited|Inc|LLC)\b", follow) is not None  # "Acme (Pvt.) Ltd."
    if low in {"no", "nos"}:
        return compile_latin(r"[\d#(]|[A-Z]{1,6}[-/]?\d|[A-Z]{2,6}-").match(follow) is not None
    if low in MAY_END and text.startswith(" (", match.end("mark")):
        return True  # "Acme Ltd. (A-share: 600690)"
    if low in MAY_END or word == "I" or re.fullmatch(r"(?:[a-z]\.)+[a-z]", low):  # "in Phase I. The mill"
        return re.split(r"[^\w'’]", follow, maxsplit=1)[0].lower() not in _STARTERS
    return low in NEVER_ENDS or (len(word) == 1 and word.isupper())  # an initial: "J. B. Straubel"


_WORDS = re.compile(r"\w\w|\d")


# "Why Oslo Is a Good Place For FerriesThe mill has …": a heading that lost its line.
_GLUED = compile_latin(r"\b[A-Za-z][a-z]{2,}(?P<next>[A-Z][A-Za-z]{2,})")
_HEADS = compile_latin(
    r"(?:^|[.!?]\s?)(?:(?:[A-Z][\w’'-]*|of|for|the|an?|in|to|and|is|are|on|with|as|by|at|or|its)\s){2,14}[A-Z][\w’'-]*$"
)


def _ends_heading(text: str, start: int, glued: re.Match[str]) -> bool:
    """Whether a heading ends within ``glued``: what goes on there is met alone elsewhere, both as one nowhere."""
    heads = _HEADS.search(text[start : glued.start("next")]) is not None
    alone = glued["next"].lower() in _STARTERS or re.search(rf"\b{glued['next']}\b", text) is not None
    return heads and alone and text.count(glued.group()) == 1


def _split_block(text: str, start: int, stop: int) -> list[tuple[int, int]]:
    """The spans of the sentences from ``start`` to ``stop``; a heading that a page glued to them has its own."""
    glued = [m.start("next") for m in _GLUED.finditer(text, start, stop) if _ends_heading(text, start, m)]
    parts = pairwise([start, *glued, stop])
    return [span for left, right in parts for span in _split_part(text, left, right)]


def _split_part(text: str, start: int, stop: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    begin = looked = start
    opening = start + len(strip_dateline(text[start:stop])[1])  # "TAMPA, Fla. — " ends none
    for match in _END.finditer(text, start, stop):
        if match.end("mark") <= opening or not _is_end(text, match, stop):
            continue
        end = match.end("note")
        if _WORDS.search(text, looked, end):
            spans.append((begin, end))
            begin = match.end()
        looked = match.end()  # no word ends at a mark: "! ! ! !" is read once
    if begin < stop:
        tail = text[begin:stop].rstrip()
        if spans and not re.search(r"\w", tail):
            spans[-1] = (spans[-1][0], begin + len(tail))
        else:
            spans.append((begin, begin + len(tail)))
    return spans


@remembered(64)
def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Split ``text`` into sentences in reading order; every non-blank block is covered by some sentence.

    A bullet's mark is outside its sentence's span. What stands before a sentence as its label, headings, captions,
    rows and datelines come as one sentence each, so that callers can see and skip them.
    """
    blocks = read_blocks(text)
    labels = find_labels(text, blocks)
    found: list[Sentence] = []
    boiler = False
    for number, block in enumerate(blocks):
        begun = boiler or any(sentence.is_prose for sentence in found)
        boiler = begun and opens_boilerplate(block, within=boiler)  # a text begins with no small print
        begin, small = block.begin, boiler
        spans: list[_Span] = []
        if number in labels:
            kind, match = labels[number]
            spans = [(begin + match.start("label"), begin + match.end("label"), kind)]
            begin, small = begin + match.end(), boiler or matches("small print", match["label"])
        spans += _read_block(text, block, begin, small=small)
        found += [
            Sentence(text=text[left:right], start=left, end=right, kind=kind, block=number, place=place)
            for place, (left, right, kind) in enumerate(spans)
        ]
    return _number(_join_pairs(text, found))


def _number(found: Iterable[Sentence]) -> tuple[Sentence, ...]:
    """Tell each sentence how many stand above it, how many of these are prose, and under which heading it stands."""
    numbered: list[Sentence] = []
    order, heading = 0, ""
    for index, one in enumerate(found):
        heading = one.text if one.kind is BlockKind.HEADING else heading
        numbered.append(replace(one, index=index, order=order, heading=heading))
        order += one.is_prose
    return tuple(numbered)


# "Applicant: Yarl Pty Ltd", one below the other, as a notice or a recall has them; whom to call is no fact.
_PAIR = compile_latin(
    r"(?!(?i:ref(?:erence)?|tel(?:ephone)?|phone|fax|e-?mail|contact|web(?:site|cast)?|source|media|note"
    r"|photo(?:graph)?|co-?ordinate|dated?|issued|document|file|time|tender no)s?\b)"
    r"[A-Z](?:[\w ,/%&.’'-]|\([\w ,/%&.’'-]+\)){2,40}:\s\S.{1,160}$"
)
_PRICED = compile_latin(r":\s.*(?:[$£€¥]|\d\s?/\s?[a-z]|\bper\b)")
_PAIRS = 3  # lines in a row


def _join_pairs(text: str, found: Iterable[Sentence]) -> list[Sentence]:
    """Lines of a name and its value, some in a row, are facts and no headings, told together."""
    joined: list[Sentence] = []
    for headings, run in groupby(found, key=lambda one: one.kind is BlockKind.HEADING and ":" in one.text):
        lines = list(run)
        for one in lines:
            last = joined[-1] if joined else one
            priced = _PRICED.search(last.text) or _PRICED.search(one.text)
            if not (headings and len(lines) >= _PAIRS and _PAIR.match(one.text)):
                joined.append(one)
            elif last.kind is BlockKind.FACT and not priced:
                joined[-1] = replace(last, text=text[last.start : one.end], end=one.end)
            else:
                joined.append(replace(one, kind=BlockKind.FACT))
    return joined


# Characters: the longest sentence of the marked articles has 1,148. Rules for sentences may take the square of it.
LONGEST = 2_000
# "Annual output of 26,000 cars", "12 ferries in service": a figure is what is said of the words before it.
_LONGEST_POINT = 24  # words
_ESTIMATED = re.compile(r"\b(?:estimated|valued|priced|weighted)\s(?=at\b|of\b)")
_DID = compile_latin(r"(?<![-,])\s[a-z]{2,}ed\s(?!at\b|of\b|by\b)")
_STATES = compile_latin(
    r"(?:[A-Z]{2,6}-?(?:\d{1,4}-?){1,4}\s?[–—:-]\s)?"  # the name of a hole: "WWRC118 – 62m at 2.3%"
    r"(?:(?:[^\d$£€¥]|(?<=[A-Za-z])\d+%?)*"  # "NPV8% of $612 million"
    r"(?:\b(?:of|at|to|for|from|by|between|was|up|down)\s|[:(–—-]\s?|\s(?=[A-Z]{3}\s\d|[A-Z]{0,3}[$£€¥])))?"
    r"(?:(?:approximately|about|around|over|up to|more than|some|an? (?:estimated|average of))\s)?"
    r"[A-Z]{0,3}\s?[$£€¥]?\d"
)


def _read_block(text: str, block: Block, begin: int, *, small: bool) -> list[_Span]:
    """The sentences of ``block`` from ``begin`` on, each with what it is; ``small``: it is small print."""
    if block.kind not in {BlockKind.PARAGRAPH, BlockKind.BULLET}:
        return [(begin, block.end, block.kind)]
    spans = _split_block(text, begin, block.end)
    if small:
        return [(left, right, BlockKind.BOILERPLATE) for left, right in spans]
    return [(left, right, _tell(text[left:right], block.kind)) for left, right in spans]


def _tell(sentence: str, kind: BlockKind) -> BlockKind:
    """What one sentence of a block of ``kind`` is."""
    if len(sentence) > LONGEST or (matches("small print", sentence) and not strip_dateline(sentence)[1]):
        return BlockKind.BOILERPLATE  # what stands behind a dateline is the lead
    own = find_aside(sentence) or kind
    if own is BlockKind.BULLET and _states_figure(sentence):
        return BlockKind.FACT
    return own


def _states_figure(point: str) -> bool:
    """Whether a point of a list is a thing and its figure, without a verb."""
    bare = _ESTIMATED.sub("", point)
    short = len(point.split()) <= _LONGEST_POINT
    name = re.split(r"\d", bare, maxsplit=1)[0] or bare
    return short and bool(_STATES.match(bare)) and lacks_verb(bare) and not _DID.search(name)
