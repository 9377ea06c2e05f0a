"""Text into sentences, each with its exact span and the kind of block it stands in. Pure.

Written for news and company prose: abbreviations ("U.S.", "No. 18", "Mt. Weld", "Inc."), initials,
prices ("$110/kg."), quotations, bullets and headings. What blocks there are is told by `blocks.py`, what stands
before a block's first sentence by `labels.py`, which sentences are not about the subject by the table.
"""


# ruff: noqa: SIM905 - word lists are kept as lines of words

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise

from newsletter.english.blocks import (
    Block,
    BlockKind,
    find_aside,
    find_mark,
    is_boilerplate,
    opens_boilerplate,
    read_blocks,
)
from newsletter.english.fragments import lacks_verb
from newsletter.english.labels import find_labels
from newsletter.english.rules import remembered

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


# Never the end of a sentence: something must follow.
_OPEN = frozenset(
    "mr mrs ms mx dr prof st ste mt ft gen sen rep gov capt cpt lt col sgt maj cmdr adm rev hon fr pres supt insp "
    "messrs mme mlle vs v viz cf e.g i.e eg ie fig figs eq vol vols art arts sec secs ch p pp approx ca dept "
    "univ assn ave blvd rd bros jan feb mar apr jun jul aug sept sep oct nov dec est rs ps ph.d incl excl adj "
    "wm chas geo jas thos jos robt saml".split()
)
# May end one: it does where what follows starts like a sentence.
_EITHER = frozenset(
    "inc ltd corp co llc plc pty pte sdn bhd l.p n.v s.a a.g jr sr esq a.m p.m u.s u.k u.s.a u.n e.u d.c b.c a.d n.j "
    "n.y n.c s.c n.m n.h l.a etc al m.d b.a m.a b.s m.s ph.d cos pct tel".split()
)
_STARTERS = frozenset(
    "a an the this that these those it its he she they we i you his her their our my in on at by for from with as if "
    "when while after before since until during although though however but and or so yet not no what who why how "
    "where which there here then now today meanwhile moreover also both each some many most more all any "
    "such under over about because once even still only another other one two three according despite "
    "last next shares officials analysts asked furthermore additionally therefore consequently currently "
    "similarly".split()
)
_END = re.compile(
    r"(?P<mark>[.!?…]+|。)(?P<close>[\"'”’»)\]]*|\s''(?=\s|$)|\s[\"”](?=\s|$))(?P<note>(?:\[\d+\]|\\\d+\\)*)(?P<gap>\s+|$"
    r"|(?<=[a-z\d]{2}\.)(?=[A-Z][a-z]+(?:[’']s)?\s))"
)
_OPENING = "\"'“‘«([`"


def _is_end(text: str, match: re.Match[str], stop: int, *, cased: bool) -> bool:
    """Whether the mark that ``match`` found ends a sentence of ``text[:stop]``."""
    after = match.end()
    if after >= stop:
        return True
    follow = text[after:stop].lstrip(_OPENING + " ")
    if match["mark"] == "." and text[match.start() - 1].isspace():
        return True  # tokenized text: the mark stands alone
    if follow[:1].islower() and cased:
        return False
    if match["mark"] != ".":
        return not text[max(0, match.start() - len("Yahoo")) : match.start()].endswith(("Yahoo", "Yum"))
    return not _abbreviates(text, match, follow)


def _abbreviates(text: str, match: re.Match[str], follow: str) -> bool:
    line = text[max(0, match.start() - 24) : match.start()]
    word = re.split(r"[\s(\[“\"'‘/—–]", line)[-1]
    low = word.lower()
    if match["close"]:
        return False
    if low in {"no", "nos"}:
        return re.match(r"[\d#(]|[A-Z]{1,6}[-/]?\d|[A-Z]{2,6}-", follow) is not None
    if low in _EITHER or word == "I" or re.fullmatch(r"(?:[a-z]\.)+[a-z]", low):  # "in Phase I. The mill"
        return re.split(r"[^\w'’]", follow, maxsplit=1)[0].lower() not in _STARTERS
    return low in _OPEN or (len(word) == 1 and word.isupper())  # an initial: "J. B. Straubel"


_HEAD = 4_000  # characters that show whether a text has capital letters
_FEW_CAPITALS = 0.007  # of these characters: a text in small letters alone has no more
_WORDS = re.compile(r"\w\w|\d")


# "Sales in FranceThe mill sold 40 tonnes": a heading that lost its line.
_GLUED = re.compile(
    r"(?<=[a-z]{3})(?=(?:The|There|This|These|Our|We|It|While|According|Through|When|Although|After)\s[a-z])"
)


# "A Better Port For Oslo The mill sold 40 tonnes"
_RUN_IN = re.compile(r"(?<=[a-z])\s+(?=(?:The|This|These|Under|According|Through)\s[a-z])")


# "Why Oslo Is a Good Place For FerriesAcme has …": before a name, a heading shows by its capitals.
_CAMEL = re.compile(r"(?<=[a-z]{3})(?=(?P<next>[A-Z][A-Za-z]{2,}))")
_HEADS = re.compile(
    r"(?:^|[.!?]\s?)(?:(?:[A-Z][\w’'-]*|of|for|the|an?|in|to|and|is|are|on|with|as|by|at|or|its)\s){3,14}[A-Z][\w’'-]*$"
)


def _is_below_heading(text: str, start: int, glued: re.Match[str]) -> bool:
    """Whether a heading ends where ``glued`` begins: the word behind it is met alone elsewhere, both as one nowhere."""
    head = _HEADS.search(text[start : glued.start()])
    if head is None:
        return False
    last = re.split(r"\W", head.group())[-1]
    if not last[1:].islower():
        return False  # within the name behind it: "FerriesPolar|Star"
    alone = re.search(rf"(?<![a-z]){glued['next']}\b", text) is not None
    return alone and len(re.findall(rf"\b{last}{glued['next']}", text)) == 1


def _split_block(text: str, start: int, stop: int, *, cased: bool) -> list[tuple[int, int]]:
    """The spans of the sentences from ``start`` to ``stop``; a heading that a page glued to them has its own."""
    glued = {match.start() for match in _GLUED.finditer(text, start, stop)}
    glued |= {m.start() for m in _CAMEL.finditer(text, start, stop) if _is_below_heading(text, start, m)}
    glued |= {m.end() for m in _RUN_IN.finditer(text, start, stop) if _HEADS.search(text[start : m.start()])}
    parts = pairwise([start, *sorted(glued), stop])
    return [span for left, right in parts for span in _split_part(text, left, right, cased=cased)]


def _split_part(text: str, start: int, stop: int, *, cased: bool) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    begin = looked = start
    for match in _END.finditer(text, start, stop):
        if not _is_end(text, match, stop, cased=cased):
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


def _is_cased(text: str) -> bool:
    head = text[:_HEAD]
    return len(re.findall(r"[A-Z]", head)) > _FEW_CAPITALS * len(head)


@remembered(64)
def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Split ``text`` into sentences in reading order; every non-blank block is covered by some sentence.

    A bullet's mark is outside its sentence's span. What stands before a sentence as its label, headings, captions,
    rows and datelines come as one sentence each, so that callers can see and skip them.
    """
    cased = _is_cased(text)
    blocks = read_blocks(text)
    labels = find_labels(text, blocks)
    found: list[Sentence] = []
    boiler = False
    for number, block in enumerate(blocks):
        begun = boiler or any(sentence.is_prose for sentence in found)
        boiler = begun and opens_boilerplate(block, text, within=boiler)  # a text begins with no small print
        label = labels.get(number)
        begin = block.start + find_mark(text[block.start : block.end]) * (block.kind is BlockKind.BULLET)
        spans = [(label.start, label.end, label.kind)] if label else []
        small = boiler or (label is not None and is_boilerplate(text[label.start : label.end]))
        spans += _read_block(text, block, label.rest if label else begin, small=small, cased=cased)
        found += [
            Sentence(
                text=text[left:right],
                start=left,
                end=right,
                kind=kind,
                block=number,
                place=place,
                index=len(found) + place,
            )
            for place, (left, right, kind) in enumerate(spans)
        ]
    found = _read_pairs(text, found)
    orders = accumulate((one.is_prose for one in found), initial=0)
    return tuple(replace(one, order=order) for one, order in zip(found, orders, strict=False))


# "Applicant: Yarl Pty Ltd", one below the other, as a notice or a recall has them; whom to call is no fact.
_PAIR = re.compile(
    r"(?P<shown>(?!(?i:ref(?:erence)?|tel(?:ephone)?|phone|fax|e-?mail|contact|web(?:site|cast)?|source|media|note"
    r"|photo(?:graph)?|co-?ordinate|dated?|issued|document|file|time|tender no)s?\b))?"
    r"[A-Z](?:[\w ,/%&.’'-]|\([\w ,/%&.’'-]+\)){2,40}:\s\S.{1,160}$"
)
_PRICED = re.compile(r":\s.*(?:[$£€¥]|\d\s?/\s?[a-z]|\bper\b)")
_PAIRS = 3  # lines in a row


def _read_pairs(text: str, found: list[Sentence]) -> list[Sentence]:
    """Lines of a name and its value, some in a row, are facts and no headings, told together."""
    runs = groupby(found, key=lambda one: one.kind is BlockKind.HEADING and ":" in one.text)
    out: list[Sentence] = []
    for headings, run in runs:
        lines = list(run)
        fits = headings and len(lines) >= _PAIRS
        for one in lines:
            match = _PAIR.match(one.text) if fits else None
            pair = match is not None and match["shown"] is not None
            last = out[-1] if out else one
            priced = _PRICED.search(last.text) or _PRICED.search(one.text)
            if pair and last.kind is BlockKind.FACT and not priced:
                out[-1] = replace(last, text=text[last.start : one.end], end=one.end)
            else:
                out.append(replace(one, kind=BlockKind.FACT) if pair else one)
    numbered, heading = [], ""
    for number, one in enumerate(out):
        heading = one.text if one.kind is BlockKind.HEADING else heading
        numbered.append(replace(one, index=number, heading=heading))
    return numbered


_Span = tuple[int, int, BlockKind]
# Characters: the longest sentence of the marked articles has 1,148. Rules for sentences may take the square of it.
LONGEST = 2_000
# "Annual output of 26,000 cars", "12 ferries in service": a figure is what is said of the words before it.
_LONGEST_POINT = 24  # words
_ESTIMATED = re.compile(r"\b(?:estimated|valued|priced|weighted)\s(?=at\b|of\b)")
_DID = re.compile(r"(?<![-,])\s[a-z]{2,}ed\s(?!at\b|of\b|by\b)")
_STATES = re.compile(
    r"(?:[A-Z]{2,6}-?(?:\d{1,4}-?){1,4}\s?[–—:-]\s)?"  # the name of a hole: "WWRC118 – 62m at 2.3%"
    r"(?:(?:[^\d$£€¥]|(?<=[A-Za-z])\d+%?)*"  # "NPV8% of $612 million"
    r"(?:\b(?:of|at|to|for|from|by|between|was|up|down)\s|[:(–—-]\s?|\s(?=[A-Z]{3}\s\d|[A-Z]{0,3}[$£€¥])))?"
    r"(?:(?:approximately|about|around|over|up to|more than|some|an? (?:estimated|average of))\s)?"
    r"[A-Z]{0,3}\s?[$£€¥]?\d"
)


def _read_block(text: str, block: Block, begin: int, *, small: bool, cased: bool) -> list[_Span]:
    """The sentences of ``block`` from ``begin`` on, each with what it is; ``small``: it is small print."""
    if block.kind not in {BlockKind.PARAGRAPH, BlockKind.BULLET}:
        return [(begin, block.end, block.kind)]
    spans = _split_block(text, begin, block.end, cased=cased)
    if small:
        return [(left, right, BlockKind.BOILERPLATE) for left, right in spans]
    return [(left, right, _tell(text[left:right], block.kind)) for left, right in spans]


def _tell(sentence: str, kind: BlockKind) -> BlockKind:
    """What one sentence of a block of ``kind`` is."""
    if len(sentence) > LONGEST or is_boilerplate(sentence):
        return BlockKind.BOILERPLATE
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
