"""Texts of several items: a live page, a round-up, a notice; and plain prose with its lists. Pure."""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise
from operator import itemgetter

from newsletter.english.letters import compile_latin
from newsletter.english.rules import matches
from newsletter.english.sentences import BlockKind, Sentence
from newsletter.english.stems import content_roots
from newsletter.highlights.structure.units import (
    HEADS,
    PARTS,
    Reading,
    Unit,
    make_unit,
    show_label,
    split_at,
)
from newsletter.model import PublisherKind

_MOST_LEAD = 12  # words of a lead
_SHORT = 2  # words of an item's name that stands before its sentences


def read_plain(sentences: Sequence[Sentence]) -> list[Unit]:
    """Units of plain prose: the points of a list with their label or the line above them, the rest as it comes."""
    labels = {s.block: s for s in sentences if s.kind is BlockKind.LABEL}
    above: Sentence | None = None
    marks: list[tuple[Sentence, Sentence | None]] = []
    for sentence in sentences:
        listed = sentence.kind in {BlockKind.BULLET, BlockKind.FACT}
        if sentence.kind in {BlockKind.PARAGRAPH, BlockKind.HEADING}:
            above = sentence
        line = above if listed and above and above.text.endswith(":") else None
        marks.append((sentence, labels.get(sentence.block, line)))
    return [
        make_unit((s for s, _ in group), named=mark, lead=_lead_of(mark, sentences))
        for mark, group in groupby(marks, key=itemgetter(1))
    ]


def _lead_of(mark: Sentence | None, sentences: Sequence[Sentence]) -> str:
    """How a label or the line above a list stands before a point: "The fleet includes:"; "" where it says nothing."""
    if mark is None or len(mark.text.split()) > _MOST_LEAD or PARTS.search(mark.text):
        return ""
    below = [s for s in sentences if s.block == mark.block and s.index > mark.index]
    listed = any(s.kind in {BlockKind.BULLET, BlockKind.FACT} for s in below)
    runs_on = mark.text.endswith(":") or any(s.text[:1].islower() for s in below[:1])
    return f"{show_label(mark.text, sentences)}:" if listed or runs_on else ""


def read_live(reading: Reading) -> list[Unit]:
    """Entries under their times, of which the later half has the news; the others are told with their time.

    What another corrects is left out of it.
    """
    times = reading.of_kind(BlockKind.TIME)
    if len(times) < 2:
        return []
    earlier = _find_earlier(times)
    parts = split_at(reading.sentences, lambda s: s in times)
    corrections = [part for _, part in parts if any(_CORRECTS.search(s.text) for s in part)]
    corrected = frozenset(content_roots(" ".join(s.text for part in corrections for s in part)))
    units = []
    for head, part in parts:
        right = [s for s in part if part in corrections or not _holds(s, corrected)]
        lead = f"{head.text}:" if head and head in earlier else ""
        units.append(make_unit(right, named=head, lead=lead, past=head in earlier))
    return units


_CLOCK = re.compile(r"\b(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d)(?!\d))?")


def _find_earlier(times: Sequence[Sentence]) -> Sequence[Sentence]:
    """The earlier half of the entries: the first ones, or the last of a page whose times run back."""
    clocks = filter(None, (_CLOCK.search(s.text) for s in times))
    minutes = [60 * int(clock["hour"]) + int(clock["minute"] or 0) for clock in clocks]
    steps = [two - one for one, two in pairwise(minutes)]
    back = sum(step < 0 for step in steps) > sum(step > 0 for step in steps)
    latest = max(2, len(times) // 2)
    return times[latest:] if back else times[:-latest]


_CORRECTS = re.compile(
    r"^Correct(?:ion|ed)\b|\b(?:[Ww]e|entry|post)\b.*\bcorrect|\bcorrect.*\b(?:we|entry|post)\b|, correction$"
)


def _holds(sentence: Sentence, corrected: frozenset[str]) -> bool:
    """Whether most of what it says is what another entry corrects."""
    own = set(content_roots(sentence.text))
    return 2 * len(own & corrected) > len(own)


def read_round_up(reading: Reading) -> list[Unit]:
    """Items that the headline announces: what stands under headings, else paragraphs.

    A company's release is about itself, whatever headings it has, and the parts of a notice are no items.
    """
    issued = reading.article.publisher.kind in {PublisherKind.ISSUER, PublisherKind.REGULATOR}
    if issued or not matches("round-up", reading.article.title):
        return []
    heads = reading.of_kind(*HEADS)
    labels = {s.block for s in heads if s.kind is BlockKind.LABEL}
    # Nothing tells that the item of a label goes on in the next paragraph.
    firsts = [s for s in reading.prose if s.place == 0]
    opening = [*heads, *(s for s in firsts if s.block - 1 in labels)] if len(heads) >= 2 else firsts
    parts = split_at(reading.sentences, lambda s: s in opening)
    return [_item(head if head in heads else None, part, reading) for head, part in parts]


def _item(head: Sentence | None, part: Sequence[Sentence], reading: Reading) -> Unit:
    """An item under its ``head``, which is shown where it is short: "Madagascar: graphite royalties" is Madagascar.

    Of a head that is a headline who acts in it is shown: "Acme Mills to close its quay" is Acme Mills.
    """
    name = head.text.partition(":")[0] if head else ""
    if head is None or len(name.split()) > _SHORT or "," in name:
        name = _find_actor(head, part, reading) if head else ""
        return (
            make_unit(part, label=name.partition(" ")[0], named=head, lead=f"{name}:")
            if name
            else make_unit(part, named=head)
        )
    name = show_label(name, reading.sentences)
    return make_unit(part, label=name or head.text, named=head, lead=f"{name}:" if name else "")


_ACTOR = compile_latin(
    r"(?P<name>[A-Z][\w.-]+(?:\s(?:(?:of|and|&)\s)?[A-Z][\w.-]*){0,3})(?:[’']s)?\s(?=[a-z])"
)


def _find_actor(head: Sentence, part: Sequence[Sentence], reading: Reading) -> str:
    """The name that a headline begins with, where its item calls it so too; "" where it begins with none."""
    match = _ACTOR.match(head.text)
    if match is None:
        return ""
    first = match["name"].partition(" ")[0]
    met = any(re.search(rf"\b{re.escape(first)}\b", one.text) for one in part if one is not head)
    common = any(re.search(rf"\b{re.escape(first.lower())}\b", one.text) for one in reading.sentences)
    return match["name"] if met and not common else ""
