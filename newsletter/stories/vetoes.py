"""What keeps two similar articles apart: where their titles run alike, they name different things. Pure.

News of one kind comes in one form of words: the third quarter and the fourth, Lynas and MP, halted
and restarted. Likeness of words cannot tell these apart, so what fills the open places of the form is
compared: names, figures, periods and dates, and what was done. Only what one article says in its
title and the other says nowhere counts, and only where both have something of the sort: a report
that leaves out a figure is not another story. Whatever their titles, two whole texts that are about
somebody whom the other one does not name are two stories.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from newsletter.english.quantities import NUMBER_WORDS
from newsletter.stories.commonness import load_commonness
from newsletter.stories.fingerprint import (
    STOP_WORDS,
    TEXT_CHARS,
    Fingerprint,
    differ_in_period,
    fold,
    read_figures,
    stem,
)
from newsletter.stories.lexicon import Lexicon

ALIKE = 0.4  # share of the shorter title's words that the other has too
RUN_ALIKE = 0.5  # share of the shorter title that stands in the other in the same order
PLACE_WORDS = 3  # the longest place in which titles that run alike may name different things
TITLE_CASED = 0.7  # share of capitalized words from which capitals in a title prove nothing
_FEW = 2  # words of which capitals tell nothing
_FIRST_CHARS = 200  # of a text, in which it says whom it is about
_AGAIN = 2  # times that it names whom it is about
_AT_LENGTH = 50  # words that mean something, from which a text says whom it is about
_WORD = re.compile(r"[^\W_]+")
_NUMBER_WORDS = {word: str(number) for number, word in enumerate(NUMBER_WORDS[1:13], 1)}
_COUNTED = re.compile(
    rf"\b(?:{'|'.join(_NUMBER_WORDS)})(?=[- ](?:year|month|week|day|hour)s?\b)", re.IGNORECASE
)
_MONTH = re.compile(
    r"\b(january|february|march|april|june|july|august|september|october|november|december"
    r"|(?<=\b(?:in|of) )may|(?<=\bearly )may|(?<=\b(?:late|from) )may|(?<=\bsince )may)\b",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"\b(first|second|third|fourth|fifth|sixth)\b(?! time\b)", re.IGNORECASE)
_YEAR = re.compile(r"\b(20[0-4]\d)\b")
# What was done, the kind of act, its words. One decision is an approval, a final decision and a go-ahead.
_DONE: tuple[tuple[str, str, str], ...] = (
    ("proposed", "ask", r"propos\w*|plans to|considers?|mulls?|weighs"),
    ("filed", "ask", r"files?|filed|appl(?:y|ies|ied) for|submits?|submitted"),
    ("approved", "go", r"approv\w+|grants?|granted|clears|passes|passed"),
    ("rejected", "end", r"rejects?|rejected|refus\w+|den(?:y|ies|ied)|dismiss\w*|throws out"),
    ("heard", "ask", r"hears?|heard|hearing"),
    ("rose", "up", r"rises?|rose|climb\w*|jump\w*|soar\w*|surg(?:es?|ed|ing)|recovers?|recovered|edges? up"),
    ("fell", "down", r"falls?|fell|drop(?:s|ped)?|slid(?:es?|ing)?|slump\w*|tumbl\w+|plung\w+|edges? down"),
    ("proceeds", "go", r"proceeds?|go ahead|goes ahead"),
    ("extended", "extend", r"extend\w*|prolong\w*"),
    ("started", "go", r"starts?|started|begins?|began|opens?|opened|launch\w*|commission\w*"),
    ("stopped", "end", r"halts?|halted|suspend\w*|shuts?|stops?|stopped|closes"),
    ("restarted", "restart", r"restarts?|restarted|resum\w+|reopens?"),
    ("decided", "go", r"final investment decision"),
    ("published", "publish", r"publish\w*|releases?|released"),
    ("cancelled", "end", r"cancel\w*|scraps?|terminat\w*|abandon\w*"),
    ("delayed", "delay", r"delay\w*|postpon\w*"),
)
_STAGES = tuple((name, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for name, _, words in _DONE)
_KIND_OF_ACT = {name: kind for name, kind, _ in _DONE}


@dataclass(frozen=True, kw_only=True)
class Slots:
    """What fills the open places of an article's title, and what it says elsewhere; each read when it is asked for."""

    headline: str
    text: str  # as much as is looked at
    print_: Fingerprint
    lexicon: Lexicon | None

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Stems of all words of the title, in order."""
        return tuple(stem(fold(word)) for word in _WORD.findall(self.headline))

    @cached_property
    def title(self) -> frozenset[str]:
        """Stems of the title that mean something."""
        return frozenset(self.print_.title)

    @cached_property
    def everywhere(self) -> frozenset[str]:
        """Stems of title and text."""
        return frozenset(self.print_.words) | self.title

    @cached_property
    def names(self) -> frozenset[str]:
        """Stems of the title that are names."""
        return frozenset(_read_names(self.headline, self.text))

    @cached_property
    def subjects(self) -> frozenset[str]:
        """Stems of names that news at large does not know, in title or first words and again: whom it is about."""
        words, first = _WORD.findall(self.text), _WORD.findall(f"{self.headline}\n{self.text[:_FIRST_CHARS]}")
        small = {word for word in words if word[0].islower()}
        often = Counter(stem(fold(word)) for word in words if word.istitle())
        found = {stem(fold(word)) for word in first if word.istitle() and word.lower() not in small}
        known = load_commonness()
        return frozenset(
            name for name in found if often[name] >= _AGAIN and known.share(name) <= known.unlisted
        )

    @cached_property
    def figures(self) -> frozenset[str]:
        """Figures of the title."""
        return frozenset(_read_figures(self.headline))

    @cached_property
    def all_figures(self) -> frozenset[str]:
        """Figures of title and text."""
        return frozenset(_read_figures(f"{self.headline}\n{self.text}"))

    @cached_property
    def marks(self) -> frozenset[tuple[str, str]]:
        """Dates of the title, as ("month", "october") and ("year", "2025")."""
        return frozenset(_read_marks(self.headline))

    @cached_property
    def stages(self) -> frozenset[str]:
        """What was done, by the title."""
        return _read_stages(self.headline)

    @cached_property
    def all_stages(self) -> frozenset[str]:
        """What was done, by title and text."""
        return _read_stages(f"{self.headline}\n{self.text}")

    @cached_property
    def terms(self) -> frozenset[tuple[str, str]]:
        """(kind, term) of the lexicon in the title."""
        hits = self.lexicon.find(self.headline) if self.lexicon else ()
        return frozenset((hit.term.kind, hit.term.name) for hit in hits if hit.term.distinct)

    @cached_property
    def all_terms(self) -> frozenset[str]:
        """Terms of the lexicon in title and text."""
        hits = self.lexicon.find(f"{self.headline}\n\n{self.text}") if self.lexicon else ()
        return frozenset(hit.term.name for hit in hits)


def read_slots(title: str, text: str, print_: Fingerprint, lexicon: Lexicon | None = None) -> Slots:
    """Read what fills the open places of a title, and what the article says elsewhere."""
    return Slots(headline=title, text=text[:TEXT_CHARS], print_=print_, lexicon=lexicon)


def tell_apart(one: Slots, other: Slots) -> bool:
    """Whether two articles of one day cannot be one story, however much they share."""
    if name_different_things(one, other) or _are_of_others(one, other):
        return True
    return _run_alike(one, other) and (
        (
            _differ(one.figures, other.figures)
            and _differ(one.figures - other.all_figures, other.figures - one.all_figures)
        )
        or _did_different_things(one, other)
    )


def name_different_things(one: Slots, other: Slots) -> bool:
    """Whether two articles are about different things: then neither is an update of the other."""
    if differ_in_period(one.print_, other.print_):
        return True
    mine, theirs = one.terms - other.terms, other.terms - one.terms
    if any(
        _differ(_of_kind(mine, kind) - other.all_terms, _of_kind(theirs, kind) - one.all_terms)
        for kind in {kind for kind, _ in mine} & {kind for kind, _ in theirs}
    ):
        return True
    return _run_alike(one, other) and (
        _names_in_one_place(one, other)
        or any(
            _differ(_of_kind(one.marks, kind), _of_kind(other.marks, kind))
            and not _of_kind(one.marks, kind) & _of_kind(other.marks, kind)
            for kind in ("month", "ordinal", "year")
        )
    )


def _are_of_others(one: Slots, other: Slots) -> bool:
    """Whether each, told at length, is about somebody whom the other does not name: two firms halt for one reason."""
    return (
        min(one.print_.words.total(), other.print_.words.total()) >= _AT_LENGTH
        and _differ(one.subjects, other.subjects)
        and one.subjects.isdisjoint(other.everywhere)
        and other.subjects.isdisjoint(one.everywhere)
    )


def _did_different_things(one: Slots, other: Slots) -> bool:
    """Whether the titles tell different stages: not where they are one kind of act and one article tells both."""
    if not _differ(one.stages, other.stages) or one.stages & other.stages:
        return False
    kinds = [{_KIND_OF_ACT[stage] for stage in slots.stages} for slots in (one, other)]
    both_told = one.stages <= other.all_stages or other.stages <= one.all_stages
    return not (kinds[0] & kinds[1] and both_told)


def _run_alike(one: Slots, other: Slots) -> bool:
    shared = len(one.title & other.title)
    return shared > 0 and shared >= ALIKE * min(len(one.title), len(other.title))


def _names_in_one_place(one: Slots, other: Slots) -> bool:
    """Whether the titles run alike but for a place where each has a name that the other article lacks."""
    if not _differ(one.names, other.names):
        return False
    mine, theirs = one.names - other.everywhere, other.names - one.everywhere
    if not mine or not theirs:
        return False
    matcher = SequenceMatcher(None, one.words, other.words, autojunk=False)
    equal = sum(block.size for block in matcher.get_matching_blocks())
    if equal < RUN_ALIKE * min(len(one.words), len(other.words)):
        return False
    return any(
        kind == "replace"
        and max(end - start, other_end - other_start) <= PLACE_WORDS
        and mine.intersection(one.words[start:end])
        and theirs.intersection(other.words[other_start:other_end])
        for kind, start, end, other_start, other_end in matcher.get_opcodes()
    )


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other)


def _of_kind(pairs: Iterable[tuple[str, str]], kind: str) -> frozenset[str]:
    return frozenset(value for name, value in pairs if name == kind)


def _read_names(title: str, text: str) -> Iterable[str]:
    """Yield the words of a title that are capitalized wherever the article has them."""
    words = [word for word in _WORD.findall(title) if fold(word) not in STOP_WORDS and word.isalpha()]
    capitals = sum(word[0].isupper() for word in words)
    cased = bool(words) and capitals >= TITLE_CASED * len(words) and len(words) > _FEW
    in_text = set(_WORD.findall(unicodedata.normalize("NFC", text)))
    for word in words:
        if not word[0].isupper() or word.lower() in in_text:
            continue
        if not cased or any(form in in_text for form in (word, word.upper())):
            yield stem(fold(word))


def _read_figures(text: str) -> Iterable[str]:
    yield from (figure for figure in read_figures(text) if not _YEAR.fullmatch(figure))
    yield from (_NUMBER_WORDS[match[0].lower()] for match in _COUNTED.finditer(text))


def _read_stages(text: str) -> frozenset[str]:
    return frozenset(name for name, words in _STAGES if words.search(text))


def _read_marks(title: str) -> Iterable[tuple[str, str]]:
    for kind, pattern in (("month", _MONTH), ("ordinal", _ORDINAL), ("year", _YEAR)):
        for match in pattern.finditer(title):
            yield kind, match[1].lower()
