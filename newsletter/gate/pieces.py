"""The source and the summary taken apart: sentences, words and their stems, and which sentence draws on which. Pure."""

from __future__ import annotations

import re
from calendar import month_name
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from newsletter.english.quantities import Quantity, find_quantities
from newsletter.english.rules import remembered
from newsletter.english.sentences import split_sentences
from newsletter.english.stems import STOP, fold, root

WORD = re.compile(r"[^\W_]+(?:[.'’&][^\W_]+)*", re.UNICODE)


AROUND = 80  # characters about a number that a tool took apart, in which its unit stands
NEAREST = 3  # sentences at most that a sentence draws on


class Token(NamedTuple):
    """One word, its stem and where it stands."""

    text: str
    stem: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Piece:
    """One sentence, taken apart."""

    text: str
    tokens: tuple[Token, ...]
    content: tuple[str, ...]  # stems of its content words, in order
    stems: frozenset[str]
    words: frozenset[str]  # folded

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The first and the last token between two places of the text."""
        inside = [place for place, token in enumerate(self.tokens) if token.end > start and token.start < end]
        return (inside[0], inside[-1]) if inside else (0, 0)


class Spot(NamedTuple):
    """A figure and the sentence that it stands in."""

    quantity: Quantity
    piece: Piece


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """A source, read once for all checks against it."""

    pieces: tuple[Piece, ...]
    stems: frozenset[str]
    words: frozenset[str]  # folded
    quantities: dict[float, tuple[Spot, ...]]
    text: str
    flat: str  # with plain marks and single spaces
    plain: str  # words alone, for quotations
    named: frozenset[str]  # words that have a capital letter amid sentences more often than not, folded


def find_figure(text: str, token: Token) -> Quantity | None:
    """The figure of ``text`` that a word is a part of, or the unit of: "MW" of "420 MW"."""
    return next((one for one in find_quantities(text) if one.start < token.end <= one.end), None)


@remembered(1024)
def take_apart(text: str) -> Piece:
    """Take one sentence apart into its words; a sentence of the source is the same piece wherever it is cited."""
    text = _POWER.sub(lambda match: "2" if match[0] == "²" else "3", text).translate(_SMALL_DIGITS)
    tokens = tuple(
        Token(text=match.group(), stem=root(match.group()), start=match.start(), end=match.end())
        for match in WORD.finditer(text)
    )
    content = tuple(token.stem for token in tokens if fold(token.text) not in STOP)
    return Piece(
        text=text,
        tokens=tokens,
        content=content,
        stems=frozenset(token.stem for token in tokens),
        words=frozenset(fold(token.text) for token in tokens),
    )


_POWER = re.compile(r"(?<=\d\s[ckm]m)[²³]|(?<=\d\sm)[²³]")  # "539 km²"
# "U₃O₈" is U3O8, and a footnote mark ("Acme¹") is no part of a name.
_SMALL_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_QUOTE_MARKS = str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'", "–": "-", "—": "-", "\u00a0": " "})


def plain_words(text: str) -> str:
    """Return the words alone, in lower case, as quotations are compared."""
    text = text.translate(_QUOTE_MARKS).lower()
    return " ".join(re.findall(r"[\w%$£€]+", text.replace("'", "")))


# "$100, 000" and "1. 1 million": numbers that a tool took apart; read in both ways.
_SPLIT_NUMBER = re.compile(r"(?<=\d,) (?=\d{3}\b)|(?<=\d\.) (?=\d)")


@remembered(64)
def read_source(*texts: str) -> Source:
    """Read a source, or an article with what stands above it; the last ones are kept."""
    pieces = [take_apart(spell_days(one.text)) for text in texts for one in split_sentences(text)]
    text = "\n".join(texts)
    words = frozenset(word for piece in pieces for word in piece.words)
    amid = Counter((fold(t.text), t.text[0].isupper()) for piece in pieces for t in piece.tokens[1:])
    named = frozenset(word for (word, capital), n in amid.items() if capital and n > amid[word, False])
    return Source(
        pieces=tuple(pieces),
        stems=frozenset(stem for piece in pieces for stem in piece.stems),
        words=words,
        quantities=_find_figures(text, pieces),
        text=text,
        flat=flatten(text),
        plain=f" {plain_words(text)} ",
        named=named,
    )


_DAYS = (
    re.compile(
        r"(?<![\w.])(?P<day>0?[1-9]|[12]\d|3[01])\.(?P<month>0?[1-9]|1[0-2])\.(?P<year>(?:19|20)\d\d)\b"
    ),
    re.compile(r"\b(?P<year>(?:19|20)\d\d)[-‑](?P<month>0[1-9]|1[0-2])[-‑](?P<day>0[1-9]|[12]\d|3[01])\b"),
)


_MONTHS = re.compile(r"(?<![\w.$€£])(?P<count>[369])M(?=\s?'?(?:20)?\d\d\b)")
_VERSION = re.compile(r"\b[vV]\.?(?=\d+(?:\.\d+)+\b)")


def spell_days(text: str) -> str:
    """The same with its days in words: "25 November 2025" for "25.11.2025" and "2025-11-25".

    "9 months 2025" for "9M 2025", "version 2.1" for "v2.1".
    """
    text = _VERSION.sub("version ", _MONTHS.sub(r"\g<count> months ", text))
    for pattern in _DAYS:
        text = pattern.sub(lambda m: f"{int(m['day'])} {month_name[int(m['month'])]} {m['year']}", text)
    return text


def _find_figures(text: str, pieces: Sequence[Piece]) -> dict[float, tuple[Spot, ...]]:
    """The figures of ``pieces``, the sentences of ``text``, by their value."""
    spots = [Spot(quantity, piece) for piece in pieces for quantity in find_quantities(piece.text)]
    spots += [  # "over 12.3m" may be metres
        Spot(replace(quantity, value=round(quantity.value / 1e6, 6)), piece)
        for quantity, piece in spots
        if not quantity.kind and quantity.text.endswith("m")
    ]
    figures: dict[float, list[Spot]] = {}
    for spot in spots:
        figures.setdefault(spot.quantity.value, []).append(spot)
    for split in _SPLIT_NUMBER.finditer(text):
        around = text[max(0, split.start() - AROUND) : split.end() + AROUND]
        mended = take_apart(_SPLIT_NUMBER.sub("", around))
        for quantity in find_quantities(mended.text):
            figures.setdefault(quantity.value, [Spot(quantity, mended)])
    return {value: tuple(found) for value, found in figures.items()}


def find_nearest(source: Source, piece: Piece) -> list[Piece]:
    """The sentences of the source that ``piece`` draws on, the best first."""
    left = set(piece.content)
    chosen: list[Piece] = []

    while source.pieces and len(chosen) < NEAREST:
        best = max(source.pieces, key=lambda one: (len(left & one.stems), -len(one.content)))
        if left.isdisjoint(best.stems):
            break
        chosen.append(best)
        left -= best.stems
    return chosen


def is_verbatim(text: str, source: Source) -> bool:
    """Whether ``text`` is whole sentences of the source, word for word: it begins and ends where sentences do."""
    flat = flatten(text)
    if flat not in source.flat or flat[-1:] not in ".!?\"')":
        return False
    return re.search(rf"(?:^|\n|[.!?:\"')•*-]\s*){re.escape(flat)}(?!\S)", source.flat) is not None


_SPACES = re.compile(r"[ \t]*[^\S \t][ \t]*|[ \t]{2,}|\t")


def flatten(text: str) -> str:
    """Return it with one kind of mark and dash and single spaces; line ends are kept."""
    return _SPACES.sub(
        lambda match: "\n" if "\n" in match.group() else " ", text.translate(_QUOTE_MARKS)
    ).strip()
