"""Results by segment, prices by product. Pure."""

from __future__ import annotations

import re

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
_RANGE = re.compile(r"\d[-–]\d")
_PRICES = 3  # sentences with a price of a unit, or from one sum to another, that a report on prices has
_MONEY = 0.3  # of its sentences that tell any sum
_PRODUCTS = 2  # that a headline names make a price report


def read_prices(reading: Reading) -> list[Unit]:
    """Prices below the names of their products, in a report on prices or below a headline that names some."""
    title = reading.article.title
    labels = {s.block: s.text for s in reading.of_kind(BlockKind.LABEL)}
    money = [s for s in reading.prose if tells_money(s.text)]
    priced = set(filter(_is_segment, (labels.get(s.block, s.heading) for s in money)))
    prices = sum(bool(_RANGE.search(s.text) or find_prices(s.text)) for s in money)
    reports = prices >= _PRICES and len(money) >= _MONEY * len(reading.prose)
    announced = sum(shares(title, name) for name in priced) >= _PRODUCTS and not matches("round-up", title)
    if len(priced) <= 1 or not (reports or announced):
        return []
    return _follow_segments(reading, {*priced, *filter(_is_segment, labels.values())}, products=True)


def read_segments(reading: Reading) -> list[Unit]:
    """Results below the names of segments, or of sentences that name them: no figure of one reads as the company's."""
    firsts = {s.block: s for s in reversed(reading.prose)}
    parts = {s.heading for s in firsts.values() if _is_segment(s.heading) and _MEASURES.search(s.text)}
    labels = [s for s in reading.of_kind(BlockKind.LABEL) if _is_segment(s.text) and s.block in firsts]
    if any(_MEASURES.search(firsts[s.block].text) for s in labels):  # the others need none
        parts |= {s.text for s in labels}
    if matches("round-up", reading.article.title) or len(parts) <= 1:
        return []
    return _follow_segments(reading, parts)


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
    """Each sentence with the segment below whose name it stands; of ``products`` none is the company's.

    Nothing tells that a second paragraph below a label, or below the last heading, is of the segment.
    """
    last = [s for s in reading.of_kind(*HEADS) if s.text in parts][-1]
    head: Sentence | None = None
    units = []
    for sentence in reading.sentences:
        if sentence.kind in HEADS:
            head = sentence if sentence.text in parts else None
            continue
        if head and (head is last or head.kind is BlockKind.LABEL):
            head = head if sentence.block <= head.block + (head.kind is BlockKind.HEADING) else None
        if _GROUP.search(sentence.text) and not products:
            head = None
        label = _name_segment(head.text) if head else ""
        lead = f"{show_label(label, reading.sentences)}:" if head else ""
        units.append(make_unit([sentence], label=label, named=head, lead=lead))
    return units


def read_news(reading: Reading) -> list[Unit]:
    """Units of plain prose without what is only said beside the news."""
    title = reading.article.title
    return read_plain(
        [s for s in reading.sentences if not matches("also today", s.heading) or shares(title, s.text)]
    )
