"""Results by segment, prices by product. Pure."""

from __future__ import annotations

import re
from itertools import pairwise

from newsletter.english.quantities import find_prices, tells_money
from newsletter.english.rules import matches
from newsletter.english.sentences import BlockKind, Sentence
from newsletter.highlights.structure.items import read_plain
from newsletter.highlights.structure.units import (
    HEADS,
    NAMES,
    PARTS,
    Reading,
    Unit,
    make_unit,
    shares,
    show_label,
)

_SEGMENT = re.compile(
    r"\b(?P<name>(?:[A-Z][\w&’'-]*\s)(?:(?:and\s|&\s)?[A-Z][\w&’'-]*\s){0,3})(?:[Ss]egment|[Dd]ivision"
    r"|[Bb]usiness(?:\s[Uu]nit|\sgroup)?)\b(?!\s(?:segments|divisions))"
)
_GROUP = re.compile(  # and no segment; below a heading "net sales" and "the total" may be the segment's
    r"\b(?:[Gg]roup|[Cc]onsolidated|[Cc]orporate|[Uu]nallocated|[Cc]ompany|[Oo]verall"
    r"|[Nn]et (?:income|earnings|profit|loss))\b"
    r"|^Total\b"
)
_MEASURE = (
    r"(?:[Rr]evenues?|[Tt]urnover|[Ss]ales|EBIT(?:DA)?|[Mm]argins?|[Ee]arnings|[Ii]ncome|[Pp]rofits?"
    r"|[Ll]oss(?:es)?|[Oo]rders?|[Bb]acklog|[Vv]olumes?|[Oo]utput|[Pp]roduction)"
)
_MEASURES = re.compile(rf"\b{_MEASURE}\b.*\d|\d.*\b{_MEASURE}\b")
_GOES_ON = re.compile(
    rf"(?:And |In addition, |Also, )?(?:(?:[Ss]egment|[Aa]djusted|[Oo]perating|[Gg]ross|[Ii]ts"
    rf"|[Tt]he)\s){{0,3}}{_MEASURE}\b"
)
_PRICES = 3  # sentences with a price of a unit, or from one sum to another, that a report on prices has
_MONEY = 0.3  # of its sentences that tell any sum
_PRODUCTS = 2  # that a headline names make a price report


def read_prices(reading: Reading) -> list[Unit]:
    """Prices below the names of their products: none reads as another's."""
    title = reading.article.title
    labels = {s.block: s.text for s in reading.of_kind(BlockKind.LABEL)}
    told = [
        (labels.get(s.block, s.heading), s.place == (s.block in labels))
        for s in reading.prose
        if tells_money(s.text)
    ]
    priced = {name for name, _ in told if _is_segment(name)}
    opening = {name for name, is_first in told if is_first and name in priced}
    announced = sum(shares(title, name) for name in priced) >= _PRODUCTS
    if matches("round-up", title) or not announced:
        parts = opening if _reports_prices(reading) else set()
    else:
        parts = {*priced, *filter(_is_segment, labels.values())}
    return _follow_segments(reading, parts, products=True) if len(parts) > 1 else []


def read_segments(reading: Reading) -> list[Unit]:
    """Results below the names of segments, or of sentences that name them: no figure of one reads as the company's."""
    firsts = {s.block: s for s in reversed(reading.prose)}
    parts = {s.heading for s in firsts.values() if _is_segment(s.heading) and _MEASURES.search(s.text)}
    labels = [s for s in reading.of_kind(BlockKind.LABEL) if _is_segment(s.text) and s.block in firsts]
    if any(_MEASURES.search(firsts[s.block].text) for s in labels):  # the others need none
        parts |= {s.text for s in labels}
    named = {match["name"] for s in reading.prose if (match := _SEGMENT.search(s.text))}
    if matches("round-up", reading.article.title) or max(len(parts), len(named)) <= 1:
        return []
    return _follow_segments(reading, parts if len(parts) > 1 else set())


_TURN = re.compile(r"(?:An?|How|Why|What|Who|Where|When)\s")  # "A crowded field": a heading of the story


def _name_segment(heading: str) -> str:
    """The segment that a heading names, without its share of the whole: "Rail Systems (21% of revenue)"."""
    return re.sub(r"\s\(\d{1,3}%[^()]*\)$", "", heading)


def _is_segment(heading: str) -> bool:
    """Whether a heading names a segment, or a product that is priced below it."""
    name = _name_segment(heading)
    return (
        0 < len(name.split()) <= NAMES
        and heading[0].isupper()
        and not _TURN.match(heading)
        and not re.search(rf"\d|,|\b{_MEASURE}\b", name)  # a place and a day, "Net sales: 754 million"
        and not PARTS.search(re.sub(r"\s(?i:segment|division|business)$", "", heading))
    )


def _follow_segments(reading: Reading, parts: set[str], *, products: bool = False) -> list[Unit]:
    """Each sentence with its segment: the one that its paragraph, or the sentence before, begins with."""
    ends = _find_ends(reading, parts)
    label = ""
    source: Sentence | None = None
    units = []
    for sentence in reading.sentences:
        if sentence.kind in HEADS:
            label = _name_segment(sentence.text)
            source = sentence if sentence.index in ends else None
            continue
        end = ends.get(source.index) if source else None  # of what stands below a head
        if end is not None and sentence.block > end:
            source = end = None
        if match := _SEGMENT.search(sentence.text):
            label, source, end = re.sub(r"^(?:The|Total|Our|In) ", "", match.group()), sentence, None
        elif _GROUP.search(sentence.text) and (end is None or not products):  # a product is no company's
            source = end = None
        leads = source and (end is not None or _GOES_ON.match(sentence.text))
        lead = f"{show_label(label, reading.sentences)}:" if leads else ""
        units.append(make_unit([sentence], label=label if source else "", named=source, lead=lead))
    return units


def _find_ends(reading: Reading, parts: set[str]) -> dict[int, int]:
    """The last block of each part, by the index of its head.

    Where most parts are of one paragraph a second one below the last, or one below a label, is of none.
    """
    heads = [s for s in reading.of_kind(*HEADS) if s.text in parts]
    blocks = sorted({s.block for s in reading.prose})
    sizes = [sum(one.block <= block < two.block for block in blocks) for one, two in pairwise(heads)]
    short = 2 * sum(size <= 1 for size in sizes) > len(sizes)
    ends = {}
    for head in heads:
        first, last = head.block + (head.kind is BlockKind.HEADING), head is heads[-1]
        stops = short and (last or head.kind is BlockKind.LABEL)
        ends[head.index] = first if stops else len(reading.sentences)
    return ends


_RANGE = re.compile(r"\d[-–]\d")


def _reports_prices(reading: Reading) -> bool:
    """Whether a text is a report on prices."""
    money = [s.text for s in reading.prose if tells_money(s.text)]
    prices = [text for text in money if _RANGE.search(text) or find_prices(text)]
    return len(prices) >= _PRICES and len(money) >= _MONEY * len(reading.prose)


def read_news(reading: Reading) -> list[Unit]:
    """Units of plain prose without what is only said beside the news."""
    title = reading.article.title
    return read_plain(
        [s for s in reading.sentences if not matches("also today", s.heading) or shares(title, s.text)]
    )
