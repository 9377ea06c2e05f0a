"""A unit of a text, and what every way of reading a text needs: its blocks, its names, its figures. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

from newsletter.english.sentences import BlockKind, Sentence
from newsletter.english.stems import STOP, content_roots
from newsletter.model import Article


class TextKind(StrEnum):
    """What a text is."""

    NEWS = "news"
    RELEASE = "release"
    INTERVIEW = "interview"
    ROUND_UP = "round-up"
    LIVE = "live"
    FIGURES = "figures"
    OPINION = "opinion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Sentences that belong together, in reading order.

    ``lead`` stands before a bullet that does not say it itself: "Support Services:", "Mette Sorensen says:". ``named``
    is the sentence that it rests on, which a lead-in cites.
    """

    sentences: tuple[Sentence, ...]
    label: str = ""  # the question, the item, the segment, the time, the line above a list
    speaker: str = ""
    lead: str = ""
    named: Sentence | None = None
    question: Sentence | None = None  # that it answers
    past: bool = False  # what came before the news

    def lead_for(self, sentence: Sentence) -> str:
        """What must stand before ``sentence``; "" where it says so itself, a single word before its first figure."""
        roots = content_roots(self.speaker or self.label)
        size = len(roots)
        own = content_roots(FIGURE.split(sentence.text, maxsplit=1)[0] if size == 1 else sentence.text)
        named = size and any(own[at : at + size] == roots for at in range(len(own)))
        return "" if named else self.lead

    def asks_for(self, sentence: Sentence) -> Sentence | None:
        """The question above ``sentence``, the first of its answer, where that is short and points at nothing."""
        asked, above = self.question, [one for one in self.sentences if one.index < sentence.index]
        first = all(len(one.text.split()) <= SAYS_NO for one in above)  # "No. We looked at it …"
        if asked is None or not first or _POINTS.search(asked.text):
            return None
        told = asked.text.endswith("?") and len(asked.text.split()) <= ASKED
        return asked if told and content_roots(asked.text) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """What a text is, and its units in reading order. What is in none of them is no candidate."""

    kind: TextKind
    units: tuple[Unit, ...]

    def by_sentence(self) -> dict[int, Unit]:
        """The unit of each sentence that may be told, by the sentence's index."""
        return {s.index: unit for unit in self.units for s in unit.sentences}


MARKS = frozenset(
    {BlockKind.SPEAKER, BlockKind.HEADING, BlockKind.LABEL, BlockKind.TIME, BlockKind.BIOGRAPHY}
)
HEADS = frozenset({BlockKind.HEADING, BlockKind.LABEL})
FIGURE = re.compile(r"\d[\d.,]*")
# Headings of a report that name no segment.
PARTS = re.compile(
    r"\b(?:results?|outlook|highlights?|review|performance|overview|summary|guidance|dividends?|balance|cash"
    r"|liquidity|financials?|quarter|year|half|20\d\d|events?|"
    r"conference|call|position|developments?|operations|update|introduction|conclusion|background|next|about|risks?|key"
    r"|statement|segments?)\b",
    re.IGNORECASE,
)
NAMES = 4  # words of an item's name
SAYS_NO = 2  # words of an answer that says no more than that
ASKED = 12  # words of a question that is told
# "Will they pay it back?", and marks that would stand within marks.
_POINTS = re.compile(
    r"[“”\"]|\b(?:it|its|they|them|their|he|him|his|she|her|this|that|these|those|there)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An article on its way to units."""

    article: Article
    sentences: tuple[Sentence, ...]

    @property
    def prose(self) -> list[Sentence]:
        """What may be told."""
        return [s for s in self.sentences if s.is_prose]

    def of_kind(self, *kinds: BlockKind) -> list[Sentence]:
        """All sentences of these kinds."""
        return [s for s in self.sentences if s.kind in kinds]

    def blocks(self) -> list[list[Sentence]]:
        """The sentences, block by block, without captions and small print."""
        kept = (s for s in self.sentences if s.is_prose or s.kind in MARKS)
        return [list(group) for _, group in groupby(kept, key=lambda s: s.block)]


def make_unit(sentences: Iterable[Sentence], *, named: Sentence | None = None, **about: Any) -> Unit:
    """A unit of what may be told among ``sentences``; ``about``: its other fields. ``named`` gives it its label."""
    told = tuple(s for s in sentences if s.is_prose)
    return Unit(sentences=told, named=named, **{"label": named.text if named else "", **about})


def split_at(
    sentences: Sequence[Sentence], opens: Callable[[Sentence], bool]
) -> list[tuple[Sentence | None, list[Sentence]]]:
    """Parts that begin with a sentence that ``opens`` one; what stands before the first has no opener."""
    parts: list[tuple[Sentence | None, list[Sentence]]] = [(None, [])]
    for sentence in sentences:
        if opens(sentence):
            parts.append((sentence, []))
        parts[-1][1].append(sentence)
    return parts


def shares(title: str, text: str) -> bool:
    """Whether two texts have a content word in common."""
    return not set(content_roots(title)).isdisjoint(content_roots(text))


def show_label(label: str, sentences: Sequence[Sentence]) -> str:
    """A label without its marks, and not in capitals: "PERTH FERRY TERMINAL," is "Perth Ferry Terminal".

    It stays where other labels among ``sentences`` are in small letters. A word stays that their prose has in capitals
    as well ("LLDPE"), or that is none ("EU").
    """
    shown = label.strip(" :–—-.,")
    labels = [s.text for s in sentences if s.kind is BlockKind.LABEL]
    if not all(map(str.isupper, [shown, *labels])):
        return shown
    kept = {word for s in sentences if s.is_prose for word in _LETTERS.findall(s.text)}

    def put(match: re.Match[str]) -> str:
        word = match.group()
        if match.start() and word.lower() in STOP:
            return word.lower()  # "Sales and Marketing"
        return word if word in kept or len(word) <= _LETTERS_OF_NONE else word.title()

    return _LETTERS.sub(put, shown)


_LETTERS_OF_NONE = 2  # "EU"
_LETTERS = re.compile(r"[^\W\d_]++(?!\d)")  # no "BNAC114"
