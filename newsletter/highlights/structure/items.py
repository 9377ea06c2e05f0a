"""Texts of several items: a live page, a round-up, a notice; and plain prose with its lists. Pure."""

# ruff: noqa: PLR2004 - lengths and shares of words are read best where they stand

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from newsletter.english.days import MONTHS
from newsletter.english.rules import compile_pattern, find
from newsletter.english.sentences import BlockKind, Sentence
from newsletter.english.speech.sayings import is_dangling
from newsletter.english.stems import content_roots
from newsletter.highlights.structure.units import (
    HEADS,
    NUMBERED,
    PARTS,
    USABLE,
    Reading,
    Unit,
    make_unit,
    shares,
    show_label,
    split_at,
)
from newsletter.model import PublisherKind

_MOST_LEAD = 12  # words of a lead
_SHORT = 2  # words of an item's name that stands before its sentences
_TICKER = re.compile(r"\s\([^()]{1,30}\)(?:,?\s[-+−–]?\d\S*)?$")  # "Acme Corp (ASX: ACM), +12%"
_DAY = compile_pattern(r"{timeline_day}(?=[:,]|\s\(|$)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAYS = HEADS | {BlockKind.DATELINE}
_ITEMS = 3  # so many items make a round-up
_HEADLINE = 10  # words of a first sentence that may be the item's headline


def read_plain(sentences: Sequence[Sentence]) -> list[Unit]:
    """Units of plain prose: the points of a list with their label or the line above them, the rest as it comes."""
    labels = {s.block: s for s in sentences if s.kind is BlockKind.LABEL}
    above: Sentence | None = None
    marks: list[tuple[Sentence, Sentence | None]] = []
    for sentence in sentences:
        listed = sentence.kind in {BlockKind.BULLET, BlockKind.FACT}
        if not listed and sentence.kind in {BlockKind.PARAGRAPH, BlockKind.HEADING}:
            above = sentence
        line = above if listed and above and above.text.endswith(":") else None
        marks.append((sentence, labels.get(sentence.block, line)))
    groups = (list(group) for _, group in groupby(marks, key=lambda pair: id(pair[1])))
    return [
        make_unit((s for s, _ in group), named=mark, lead=_lead_of(mark, sentences))
        for group in groups
        for mark in [group[0][1]]
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

    What another corrects is left out of it. Small talk that shares nothing with the headline is off the subject. What
    stands under days long past is told with its day: "March 2021: Acme announces a mill".
    """
    times = reading.of_kind(BlockKind.TIME)
    timed = sum(s.index > times[0].index for s in reading.prose) if times else 0
    beside = times and times[0].index > reading.start and all(_AGO.match(s.text) for s in times)
    # No times, the ages of what stands beside the text, or the day's calendar.
    if len(times) < 2 or beside or 2 * timed < len(reading.prose):
        return _read_timeline(reading)
    since = _count_minutes(times)
    news = sorted(since.values())[-max(2, len(times) // 2)]
    parts = split_at(reading.sentences, lambda s: s in times)
    corrections = [part for _, part in parts if any(_CORRECTS.search(s.text) for s in part)]
    corrected = frozenset(content_roots(" ".join(s.text for part in corrections for s in part)))
    units = []
    for head, part in parts:
        right = [s for s in part if part in corrections or not _holds(s, corrected)]
        past = head is not None and since[head.index] < news
        lead = f"{head.text}:" if head and past else ""
        units.append(make_unit(right, named=head, lead=lead, past=past))
    return [_on_subject(unit, reading.article.title) for unit in units]


_DAY_LONG = 24 * 60
_JUMP = 8 * 60  # minutes back between two entries that are a day later, or the other half of it


def _count_minutes(times: Sequence[Sentence]) -> dict[int, int]:
    """When each entry was written, by its index: past midnight the minutes go on."""
    minutes = [(_minute(s.text), s.index) for s in times]
    steps = [two - one for (one, _), (two, _) in pairwise(minutes)]
    if sum(step < 0 for step in steps) > sum(step > 0 for step in steps):
        minutes.reverse()  # the page begins with the latest
    counted, passed = {}, 0
    for (before, _), (minute, index) in pairwise([minutes[0], *minutes]):
        passed += before - minute > _JUMP
        counted[index] = minute + passed * _DAY_LONG
    return counted


_AGO = re.compile(r"\d+\s(?:min|h)")
_CLOCK = re.compile(r"\b(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d)(?!\d))?(?:\s?(?P<half>[ap])\.?m)?")


def _minute(time: str) -> int:
    """Minutes after midnight: "4:48 p.m." is 1,008; 0 for an age, of which none is long past."""
    clock = _CLOCK.search(time)
    if clock is None or _AGO.match(time):
        return 0
    hour = int(clock["hour"])
    if clock["half"]:
        hour = hour % 12 + 12 * (clock["half"] == "p")
    return 60 * hour + int(clock["minute"] or 0)


_CORRECTS = re.compile(
    r"^Correct(?:ion|ed)\b|\b(?:[Ww]e|entry|post)\b.*\bcorrect|\bcorrect.*\b(?:we|entry|post)\b|, correction$"
)


def _holds(sentence: Sentence, corrected: frozenset[str]) -> bool:
    """Whether most of what it says is what another entry corrects."""
    own = set(content_roots(sentence.text))
    return 2 * len(own & corrected) > len(own)


def _read_timeline(reading: Reading) -> list[Unit]:
    """Entries under their days; the news is the latest of them, or what stands outside of all."""
    parts = split_at(reading.sentences, lambda s: s.kind in _DAYS)
    told = (head for head, part in parts if head and any(s.is_prose for s in part))  # no calendar of meetings
    days = [head for head in told if _DAY.match(head.text)]
    if len(days) < _ITEMS:
        return []
    latest = days[0] if _when(days[0], days[-1]) > _when(days[-1], days[0]) else days[-1]
    units = []
    for opener, part in parts:
        day = _DAY.match(opener.text) if opener in days and opener else None
        lead = f"{day.group()}:" if day else ""
        past = day is not None and opener is not latest
        units.append(make_unit(part, named=opener if day else None, lead=lead, past=past))
    return [_on_subject(unit, reading.article.title) for unit in units]


def _when(day: Sentence, other: Sentence) -> tuple[int, int]:
    """The year and the month of a day, without a year that of the ``other`` end; without a month it begins the year."""
    year = _YEAR.search(day.text) or _YEAR.search(other.text)
    month = next((n for name, n in MONTHS.items() if name in day.text.lower()), 0)
    return (int(year.group()) if year else 0, month)


def _on_subject(unit: Unit, title: str) -> Unit:
    """Take small talk that shares nothing with the headline off the subject: none named, counted or quoted in it."""
    words = " ".join(s.text for s in unit.sentences)
    tells = shares(title, words) or re.search(r"\d|[“\"%]|[a-z,]\s[A-Z][a-z]", words)
    return replace(unit, on_subject=bool(tells))


def read_round_up(reading: Reading) -> list[Unit]:
    """Items that the headline announces, or that stand under numbers or headings without a mark; else paragraphs.

    A company's release is about itself, whatever headings it has, and the numbered parts of a notice are no items.
    """
    if reading.article.publisher.kind in {PublisherKind.ISSUER, PublisherKind.REGULATOR}:
        return []
    heads = reading.of_kind(*HEADS)
    numbered = sum(NUMBERED.match(s.text) is not None for s in heads) >= _ITEMS
    unmarked = (reading.article.text[s.end : s.end + 1] for s in heads if s.kind is BlockKind.LABEL)
    found = find("round-up", reading.article.title)
    headed = sum(s.index > reading.start for s in heads) >= _ITEMS
    announced = found and (found[0].kind != "counted" or headed)
    if not (announced or numbered or sum(map(str.isspace, unmarked)) >= _ITEMS):
        return []
    points = [s for s in reading.prose if s.place == 0 and s.kind is BlockKind.BULLET]
    labels = {s.block for s in heads if s.kind is BlockKind.LABEL}
    # Nothing tells that the item of a label goes on in the next paragraph.
    apart = [s for s in reading.prose if s.place == 0 and s.block - 1 in labels]
    opening = [*heads, *points, *apart] if len(heads) >= 2 else [s for s in reading.prose if s.place == 0]
    units = []
    above: Sentence | None = None
    for head, part in split_at(reading.sentences, lambda s: s in opening):
        above = head if head in heads else above
        item = above if head in heads or head in points else None
        name = _name_item(item, reading)
        label = name.removesuffix(":") or (item.text if item else "")
        told = [s for s in part if s.kind in USABLE and head is not None and not numbered]
        leaning = _find_leaning(told, named=bool(name), point=head in points)
        units.append(make_unit(part, label=label, named=item, lead=name, leaning=leaning))
    return [_on_subject(unit, reading.article.title) for unit in units]


def _find_leaning(sentences: Sequence[Sentence], *, named: bool, point: bool) -> frozenset[int]:
    """Which sentences of an item lean on its first: all that dangle, and in one without a name all but its news.

    The news is the first sentence, and the one below where that is a headline. That of a bullet point is its first.
    """
    below = sentences[1:]
    headline = sentences and len(sentences[0].text.split()) < _HEADLINE
    stand = 0 if point else len(below) if named else int(bool(headline))
    return frozenset(s.index for n, s in enumerate(below) if n >= stand or is_dangling(s.text))


def _name_item(item: Sentence | None, reading: Reading) -> str:
    """The name of an item where it is one: "Lithium:", and no headline of its own."""
    if item is None or NUMBERED.match(item.text) or PARTS.search(item.text):
        return ""
    name = _TICKER.sub("", item.text).partition(":")[0]  # "Madagascar: graphite royalties"
    return "" if len(name.split()) > _SHORT or "," in name else f"{show_label(name, reading.sentences)}:"
